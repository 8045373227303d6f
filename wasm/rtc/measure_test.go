package rtc

import (
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// TestRoundTripIsNews: when answers stop coming, the way's length of a while ago is no longer shown, and comes back with
// them.
func TestRoundTripIsNews(t *testing.T) {
	at := care.Stamp(1_780_000_000_000_000)
	p := &Peer{o: Options{Now: func() care.Stamp { return at }}}
	p.o.fill()
	p.talk.plan = newPlan(false, time.Now())
	answer := func() {
		ping := p.clock.Ping(at)
		at = at.Add(30 * time.Millisecond)
		p.clock.Pong(telemetry.Answer(ping, at, at), at)
	}
	shown := func() time.Duration { p.show(); return p.View().RoundTrip }
	if got := shown(); got != 0 {
		t.Errorf("before the first answer %v", got)
	}
	answer()
	if got := shown(); got != 30*time.Millisecond {
		t.Errorf("after the first answer %v", got)
	}
	at = at.Add(roundTripAge + time.Second)
	if got := shown(); got != 0 {
		t.Errorf("eleven seconds after the last answer %v", got)
	}
	answer()
	if got := shown(); got != 30*time.Millisecond {
		t.Errorf("when answers come again %v", got)
	}
}
