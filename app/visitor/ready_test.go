package visitor

import (
	"testing"
	"time"

	"hearth/app/remote/remotetest"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/media"
)

// ready is what staff were told last.
func (c *clinic) ready() (r care.Readiness, times int) {
	for _, s := range c.steps {
		if s.Act == care.Check && s.Ready != nil {
			r = *s.Ready
			times++
		}
	}
	return r, times
}

// TestStaffSeeHowTheDeviceIsNow: what changes while somebody waits is told again, and what does not is not.
func TestStaffSeeHowTheDeviceIsNow(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		waits(v, p, c)
		pass(v, 5*time.Second)
		if r, _ := c.ready(); r.Camera != care.WorksWell {
			t.Errorf("staff see %+v", r)
		}
		_, times := c.ready()
		pass(v, 10*time.Second)
		if _, again := c.ready(); again != times {
			t.Errorf("told %d times more, and nothing changed", again-times)
		}
		pulled := both()
		pulled.Camera = media.Status{Wanted: true, Fault: fault.New(fault.Unavailable, "media.camera-missing", nil)}
		v.Act(has(pulled, p))
		pass(v, 3*time.Second)
		if r, _ := c.ready(); r.Camera != care.WorksNever || c.at.State != care.WaitingRoom {
			t.Errorf("the camera was pulled out, and staff see %+v of who is %s", r, c.at.State)
		}
		c.Away(true)
		v.Act(has(both(), p))
		pass(v, 5*time.Second)
		c.Away(false)
		pass(v, 30*time.Second)
		if r, _ := c.ready(); r.Camera != care.WorksWell {
			t.Errorf("told while the house was away, and staff see %+v", r)
		}
	})
}

// TestTheLoudspeakerIsTried: only the person can say whether they heard it.
func TestTheLoudspeakerIsTried(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		c.door()
		mute := both()
		mute.Camera = media.Status{Wanted: true, Fault: fault.New(fault.Unavailable, "media.camera-denied", nil)}
		v.Act(has(mute, p))
		v.Hides(`id="speaker-asks"`)
		v.Press("speaker")
		v.Shows(`id="speaker-asks"`)
		v.Spoken()
		v.Press("speaker-no")
		v.Hides(`id="speaker-asks"`)
		v.Spoken()
		pass(v, 3*time.Second)
		if r, _ := c.ready(); r.Speaker != care.WorksNot {
			t.Errorf("staff see %+v", r)
		}
		v.Press("speaker")
		v.Press("speaker-yes")
		v.Spoken()
		pass(v, 3*time.Second)
		if r, _ := c.ready(); r.Speaker != care.WorksWell {
			t.Errorf("staff see %+v", r)
		}
	})
}

// TestTheRelayIsTried: once, as soon as the house has one to offer, and it says so where none is.
func TestTheRelayIsTried(t *testing.T) {
	for name, is := range map[string]struct {
		reply live.Reply
		want  care.Works
	}{
		"none":             {live.Reply{}, care.WorksNever},
		"one that is shut": {live.Reply{ICE: []live.ICEServer{{URLs: []string{"turn:relay.example"}, Username: "u", Credential: "c"}}}, care.WorksNot},
		"no time":          {live.Reply{Code: live.CodeNotNow}, care.Untried},
	} {
		t.Run(name, func(t *testing.T) {
			come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
				asked := 0
				c.Reply = func(cmd live.Command) live.Reply {
					if cmd.Relay == nil {
						return live.Reply{}
					}
					asked++
					return is.reply
				}
				waits(v, p, c)
				pass(v, 25*time.Second)
				if r, _ := c.ready(); r.Relay != is.want {
					t.Errorf("staff see %+v", r)
				}
				if again := asked > 1; again != (is.want == care.Untried) {
					t.Errorf("asked %d times", asked)
				}
			})
		})
	}
}

// TestTheScreenStaysOnWhileItMatters: from the first moment to the goodbye.
func TestTheScreenStaysOnWhileItMatters(t *testing.T) {
	come(t, newClinic, func(t *testing.T, v *remotetest.Visit, p *Page, c *clinic) {
		on := func(want int, when string) {
			t.Helper()
			if c.awake != want {
				t.Errorf("%s the screen is held %d times", when, c.awake)
			}
		}
		on(1, "at the check")
		waits(v, p, c)
		on(1, "waiting")
		c.inside()
		pass(v, 3*time.Second)
		on(1, "in the visit")
		v.Press("leave")
		v.Press("leave-yes")
		on(0, "after leaving")
		pass(v, 10*time.Second)
		on(0, "later")
	})
}
