package call

import (
	"testing"
	"time"

	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// TestAPageNobodyLooksAt: a page in the background, or whose microphone a telephone call has, says so on its seat. Sound goes on for
// as long as the browser lets it, and where it does not, nobody takes the way for broken.
func TestAPageNobodyLooksAt(t *testing.T) {
	h, host, guest := two(t, "a-----------------host", "b----------------guest")
	admit(t, h, host, guest)
	until(t, "it is known what is sent", func() bool { return host.person(guest).Seat.Mic })
	guest.Asleep(true)
	until(t, "the host sees it", func() bool { return host.person(guest).Seat.Asleep && guest.State().Seat.Asleep })
	never(t, "sound stops", func() bool { return !host.hears(guest) || !guest.hears(host) })
	silent, err := silence()
	if err != nil {
		t.Fatal(err)
	}
	guest.Put(rtc.LineAudio, silent) // the system has stopped it
	until(t, "it is quiet", func() bool { return !host.hears(guest) })
	for what, is := range map[string]func(live.Seat) bool{
		"asleep": func(s live.Seat) bool { return s.Asleep },
		"held":   func(s live.Seat) bool { return s.Held && !s.Asleep },
	} {
		guest.Asleep(what == "asleep")
		guest.Held(what == "held")
		until(t, what+" is seen", func() bool { return is(host.person(guest).Seat) })
		for since := time.Now(); time.Since(since) < silentAfter+time.Second; time.Sleep(20 * time.Millisecond) {
			if p := host.person(guest); p.Trouble != NoSide || p.Conn.State != rtc.StateConnected {
				t.Fatalf("%s, and the host says %q of a connection that is %s", what, p.Trouble, p.Conn.State)
			}
		}
	}
	guest.Asleep(false)
	guest.Held(false)
	guest.Put(rtc.LineAudio, guest.tone)
	until(t, "all is well", func() bool {
		p := host.person(guest)
		return host.hears(guest) && !p.Seat.Held && !p.Seat.Asleep && p.Trouble == NoSide
	})
}
