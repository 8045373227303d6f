package media

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/fault"
	"hearth/wasm/rtc"
)

// A phone call goes on while somebody looks at the page: the microphone that is only kept from us is not let go for one that
// cannot be had, and comes back with the end of the call; a finger that tries does no harm.
func TestAPhoneCallGoesOnWhileSomebodyLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c, sent := newPhone(t)
		c.Start(t.Context(), true, true)
		mic := sent.on(rtc.LineAudio)
		mic.happen(true, false)
		p.refuse = only(rtc.Audio, "NotReadableError")
		p.seen()
		time.Sleep(unmuteTime + time.Second)
		synctest.Wait()
		if err := c.Revive(t.Context()); err == nil || Why(fault.Of(err)) != Taken {
			t.Errorf("a press in the call: %v", err)
		}
		if s := c.State(); mic.Ended() || !s.Mic.Live || !s.Mic.Held || s.Mic.Fault != nil {
			t.Errorf("in the call %+v, the track is over: %v", s.Mic, mic.Ended())
		}
		mic.happen(false, false)
		if s := c.State(); sent.on(rtc.LineAudio) != mic || !s.Mic.Live || s.Mic.Held || !mic.enabled() {
			t.Errorf("after it %+v", s.Mic)
		}
		c.Close()
	})
}

// A plug that comes and goes: what ends again at once is asked for again in a moment.
func TestALoosePlug(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, sent := newPhone(t)
		c.Start(t.Context(), true, false)
		for range 3 {
			if plug := sent.on(rtc.LineAudio); plug != nil {
				plug.happen(false, true)
			}
			synctest.Wait()
			time.Sleep(reviveEvery / 10)
		}
		time.Sleep(3 * reviveEvery)
		synctest.Wait()
		if s := c.State(); !s.Mic.Live || sent.on(rtc.LineAudio) == nil {
			t.Errorf("at the end %+v", s.Mic)
		}
		c.Close()
	})
}

// A mode that cannot be had leaves the one before, whatever was chosen first.
func TestModeThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c, _ := newPhone(t)
		c.Start(t.Context(), true, false)
		if err := c.SetMode(t.Context(), Plain); err != nil {
			t.Fatal(err)
		}
		p.refuse = func(a ask) error {
			if a.mic != nil && a.mic.mode == Speech {
				return refusal{name: "NotReadableError"}
			}
			return nil
		}
		if err := c.SetMode(t.Context(), Speech); err == nil || c.State().Mode != Plain || !c.State().Mic.Live {
			t.Errorf("%v, and then %+v", err, c.State())
		}
		if last := p.all[len(p.all)-1]; last.asked.mic.mode != Plain {
			t.Errorf("the microphone is asked for as %q", last.asked.mic.mode)
		}
		c.Close()
	})
}

// One element that plays says nothing of another that waits for a finger.
func TestWaitingForAFinger(t *testing.T) {
	w := waiting{}
	for i, step := range []struct {
		id             string
		err            error
		changed, waits bool
	}{{"own", nil, false, false}, {"guest", ErrTap, true, true}, {"own", nil, false, true}, {"guest", errors.New("another"), false, true}, {"third", ErrTap, false, true},
		{"guest", nil, false, true}, {"third", nil, true, false}, {"third", nil, false, false}} {
		if changed := w.after(step.id, step.err); changed != step.changed || len(w) > 0 != step.waits {
			t.Errorf("step %d: changed %v, waits %v", i, changed, len(w) > 0)
		}
	}
}
