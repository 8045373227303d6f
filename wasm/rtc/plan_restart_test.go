package rtc

import (
	"testing"
	"time"
)

// Both sides notice at the same time: an ask that crosses the offer changes nothing, one that comes of the answer does.
func TestPlanCrossedAsk(t *testing.T) {
	p, now := standing()
	now = now.Add(time.Minute)
	p.turned(Failed, now)
	if a := p.next(now); a != restart {
		t.Fatalf("got %d, want a restart", a)
	}
	p.asked(false, false, now)
	now = now.Add(breath)
	if a := p.next(now); a != rest {
		t.Fatalf("an ask that crossed the offer led to %d", a)
	}
	p.exchanged(now)
	p.asked(false, false, now)
	if a := p.next(now); a != restart {
		t.Fatalf("an ask after the answer led to %d, want a restart", a)
	}
}

// Two browsers that agree on a restart and then bring each other nothing get a new connection, and never a restart again,
// whichever of the two notices.
func TestPlanWhereRestartsDoNotWork(t *testing.T) {
	for name, noticed := range map[string]func(p *plan, now time.Time) time.Time{
		"nothing is heard": func(_ *plan, now time.Time) time.Time { return now.Add(patienceWord) },
		"nothing is heard any more": func(p *plan, now time.Time) time.Time {
			p.heard(now.Add(100 * time.Millisecond))
			now = now.Add(patienceQuiet + 200*time.Millisecond)
			p.quiet(now)
			return now
		},
		"the other side asks": func(p *plan, now time.Time) time.Time {
			now = now.Add(patienceQuiet + 200*time.Millisecond)
			p.heard(now) // one way works
			p.asked(false, false, now)
			return now
		},
	} {
		t.Run(name, func(t *testing.T) {
			now := dawn
			p := newPlan(true, now)
			if p.next(now) != build {
				t.Fatal("no connection is built")
			}
			p.exchanged(now)
			p.turned(Connected, now)
			for i, first := range []act{restart, build} {
				now = now.Add(time.Minute)
				p.network(now)
				if got := p.next(now); got != first {
					t.Fatalf("the network changed for the %d. time: got %d, want %d", i+1, got, first)
				}
				p.exchanged(now)
				if first == build {
					break
				}
				now = noticed(p, now)
				if got := p.next(now); got != build {
					t.Fatalf("got %d, want a new connection: %+v", got, *p)
				}
				p.exchanged(now)
				p.turned(Connected, now)
			}
		})
	}
}

// A bad line that breaks again right after a restart has mended it is mended by a restart again: it is quicker. That a ping of
// before came back proves nothing.
func TestPlanTrustsARestartThatHelped(t *testing.T) {
	for name, want := range map[string]act{"before": build, "after": restart} {
		p, now := standing()
		now = now.Add(time.Minute)
		p.network(now)
		if got := p.next(now); got != restart {
			t.Fatalf("got %d, want a restart", got)
		}
		p.exchanged(now)
		sent := now.Add(-10 * time.Millisecond)
		if name == "after" {
			sent = now.Add(10 * time.Millisecond)
		}
		now = now.Add(breath)
		p.heard(now)
		p.echoed(sent)
		now = now.Add(breath)
		p.quiet(now)
		if got := p.next(now); got != want {
			t.Errorf("a ping sent %s the restart came back: got %d, want %d", name, got, want)
		}
	}
}

// A line that goes away once more just after a restart, before a ping has come back, says nothing against restarts where sound had
// come; twice in a row it does, and at once where nothing had come.
func TestPlanForgivesALineThatBreaksAgain(t *testing.T) {
	for name, want := range map[string][]act{"nothing came": {build}, "sound came": {restart, build}, "sound came, and a ping": {restart, restart, restart}} {
		p, now := standing()
		before := now
		now = now.Add(doubt)
		p.want(now)
		p.next(now)
		p.echoed(before) // as with every beat
		p.exchanged(now)
		for i, want := range want {
			now = now.Add(statsEvery + beatEvery)
			if name != "nothing came" {
				p.flows(now.Add(-statsEvery), now)
			} else {
				p.flows(now.Add(-statsEvery-beatEvery), now) // what came before the restart
			}
			if i > 0 && name == "sound came, and a ping" {
				p.echoed(now)
			}
			now = now.Add(2 * time.Second)
			p.want(now)
			if got := p.next(now); got != want {
				t.Fatalf("%s, time %d: got %d, want %d", name, i, got, want)
			}
			if i == 0 {
				p.echoed(before)
			}
			p.exchanged(now)
		}
	}
}

// A connection that comes back by itself, and carries words, is left alone whatever becomes of a try nobody answers.
func TestPlanForgetsATryNobodyAnswers(t *testing.T) {
	p, now := standing()
	now = now.Add(time.Minute)
	p.turned(Disconnected, now)
	now = now.Add(patienceHurt)
	if got := p.next(now); got != restart {
		t.Fatalf("got %d, want a restart", got)
	}
	p.turned(Connected, now)
	for range 4 * int(patienceRestart/beatEvery) {
		now = now.Add(beatEvery)
		p.echoed(now)
		p.beat(now, now)
		if got := p.next(now); got != rest {
			t.Fatalf("%+v: got %d", *p, got)
		}
	}
}

// A connection that comes back by itself is not made anew for what was tried without a network.
func TestPlanLeavesAConnectionThatCameBack(t *testing.T) {
	p, now := standing()
	now = now.Add(time.Minute)
	p.turned(Disconnected, now)
	p.trying, p.since, p.began, p.due = true, time.Time{}, now.Add(-patienceHurt), time.Time{}
	p.last, p.restarts, p.failures = restart, restartsFirst, restartsFirst // nobody answered
	p.turned(Connected, now)
	p.asked(false, false, now)
	if got := p.next(now.Add(breath)); got != restart {
		t.Errorf("it came back, and was asked for once more: got %d, want a restart", got)
	}
}

// What the other side asked for while our signalling was away comes when all is well again: a ping that comes back now says
// so, and nothing is torn. Without one, the ask counts.
func TestPlanLeavesAWayThatIsBackAlone(t *testing.T) {
	for _, well := range []bool{true, false} {
		p, now := standing()
		now = now.Add(time.Minute)
		p.signalling(false, now)
		now = now.Add(8 * time.Second)
		p.signalling(true, now)
		p.asked(false, false, now.Add(10*time.Millisecond))
		if well {
			p.echoed(now.Add(200 * time.Millisecond))
		}
		tried := rest
		for range 40 {
			now = now.Add(beatEvery)
			if a := p.next(now); a != rest {
				tried = a
			}
		}
		if want := map[bool]act{true: rest, false: restart}[well]; tried != want {
			t.Errorf("a ping came back %v: %d, want %d", well, tried, want)
		}
	}
}

// What the other side asked for while our signalling was away is answered by any try that comes after it: there is no second
// one that tears the way just mended.
func TestPlanAnswersAWaitingAskOnce(t *testing.T) {
	p, now := standing()
	now = now.Add(time.Minute)
	p.signalling(false, now)
	now = now.Add(8 * time.Second)
	p.signalling(true, now)
	p.asked(false, false, now.Add(10*time.Millisecond))
	now = now.Add(patienceBack + 50*time.Millisecond)
	p.network(now)
	if got := p.next(now); got != restart {
		t.Fatalf("a new network leads to %d, want a restart", got)
	}
	now = now.Add(100 * time.Millisecond)
	p.exchanged(now)
	now = now.Add(100 * time.Millisecond)
	p.heard(now)
	for range 40 {
		now = now.Add(beatEvery)
		if got := p.next(now); got != rest {
			t.Fatalf("a second try: %d", got)
		}
	}
}
