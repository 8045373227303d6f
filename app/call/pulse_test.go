package call

import (
	"testing"
	"time"

	"hearth/wasm/rtc"
)

// TestADeviceThatStandsStill: a second counted late says for ten seconds that the device is busy, the other page is told, and a
// connection that begins anew is no reason.
func TestADeviceThatStandsStill(t *testing.T) {
	p, at := pulse{}, monday
	for n, c := range []struct {
		after time.Duration
		busy  bool
	}{{time.Hour, false}, {time.Second, false}, {1400 * time.Millisecond, false}, {1500 * time.Millisecond, true}, {time.Second, true}, {8 * time.Second, true}, {time.Second, true}} {
		at = at.Add(c.after)
		if p.beat(at); p.busy(at) != c.busy {
			t.Errorf("beat %d: busy %v", n, !c.busy)
		}
	}
	if p.busy(at.Add(9 * time.Second)) {
		t.Error("it never ends")
	}
	h, host, guest := two(t, "b-----------------host", "c----------------guest")
	admit(t, h, host, guest)
	until(t, "they know each other", func() bool { return guest.person(host).Word > Unheard })
	host.post(func(now time.Time) { host.k.pairs[guest.me].pulse.stood = now })
	told := make(chan bool, 1)
	until(t, "the other page knows", func() bool {
		guest.post(func(now time.Time) { told <- guest.k.pairs[host.me].alive.busy(now) })
		return <-told
	})
	host.post(func(now time.Time) {
		pair := host.k.pairs[guest.me]
		pair.pulse = pulse{last: now.Add(-time.Minute)}
		view := pair.view
		host.viewed(pair, rtc.View{State: rtc.StateReconnecting}, now)
		host.viewed(pair, view, now)
		pair.pulse.beat(now)
		told <- pair.pulse.busy(now)
	})
	if <-told {
		t.Error("a connection that was away is taken for a busy device")
	}
}
