package rtc

import (
	"testing"
	"time"
)

// A plan that waits for signalling tries at once when it is back, and does not hold the wait against the other side.
func TestPlanWaitsForSignalling(t *testing.T) {
	p, now := standing()
	p.signalling(false, now)
	p.turned(Failed, now)
	for range 100 {
		now = now.Add(time.Second)
		if a := p.next(now); a != rest {
			t.Fatalf("tried %d without signalling", a)
		}
	}
	p.signalling(true, now)
	if a := p.next(now); a != rest {
		t.Fatalf("tried %d before the house could say what is no more", a)
	}
	now = now.Add(patienceBack)
	if a := p.next(now); a != restart {
		t.Fatalf("got %d, want a restart at once", a)
	}
	if p.failures != 0 {
		t.Errorf("%d failures counted while nothing could be tried", p.failures)
	}
}

// A connection that calls itself connected and brings nothing is mended once, and again only after a while: on a bad line
// silence is common, and restarts would never end.
func TestPlanMendsSilence(t *testing.T) {
	now := dawn
	p := newPlan(true, now)
	if p.next(now) != build {
		t.Fatal("no connection is built")
	}
	p.turned(Connected, now)
	p.exchanged(now)
	now = now.Add(2 * breath)
	p.quiet(now)
	if got := p.next(now); got != restart {
		t.Fatalf("silence leads to %d, want a restart", got)
	}
	p.exchanged(now)
	now = now.Add(2 * breath)
	p.quiet(now)
	if got := p.next(now); got != rest {
		t.Errorf("silence so soon again leads to %d", got)
	}
	now = now.Add(quietAgain)
	p.quiet(now)
	if got := p.next(now); got != restart {
		t.Errorf("silence later leads to %d, want a restart", got)
	}
}

// On a line so thin that words wait in a queue, silence begins later, and a restart has longer to bring a word.
func TestPlanIsPatientWithASlowLine(t *testing.T) {
	for slow, want := range map[time.Duration]time.Duration{0: patienceQuiet, slowLine - 1: patienceQuiet, 900 * time.Millisecond: 2400 * time.Millisecond} {
		p, now := standing()
		p.there, p.slow = 20*time.Millisecond, slow
		for range 30 { // heard all the while
			now = now.Add(beatEvery)
			p.beat(now, now)
		}
		heard := now
		for !p.wanted() && now.Sub(heard) < 10*time.Second {
			now = now.Add(beatEvery)
			p.beat(heard, now)
		}
		if got := now.Sub(heard); got < want || got > want+beatEvery {
			t.Errorf("slow %v: silence means something after %v, want %v", slow, got, want)
		}
		if p.next(now) != restart {
			t.Fatalf("slow %v: no restart: %+v", slow, *p)
		}
		p.exchanged(now)
		began := now
		for p.next(now) == rest && now.Sub(began) < 10*time.Second {
			now = now.Add(50 * time.Millisecond)
			p.beat(heard, now)
		}
		if got, want := now.Sub(began), max(firstWord, 2*slow); p.last != build || got < want || got > want+50*time.Millisecond {
			t.Errorf("slow %v: %d after %v, want a new connection after %v", slow, p.last, got, want)
		}
	}
}

// A way that is no more: both pages agree on a restart, and not a word comes. A new connection is there long before a browser
// gives the old way up. A line so slow that a word takes longer is not dead.
func TestPlanDoesNotWaitForADeadWay(t *testing.T) {
	for there, want := range map[time.Duration]time.Duration{0: patienceWord, 20 * time.Millisecond: firstWord, 400 * time.Millisecond: 800 * time.Millisecond} {
		p, now := standing()
		p.there = there
		heard := now
		for !p.wanted() && now.Sub(heard) < 3*patienceQuiet {
			now = now.Add(beatEvery)
			p.beat(heard, now)
		}
		if got := p.next(now); got != restart {
			t.Fatalf("silence leads to %d, want a restart", got)
		}
		p.exchanged(now)
		began := now
		for p.next(now) == rest {
			if now = now.Add(50 * time.Millisecond); now.Sub(began) > 10*time.Second {
				t.Fatalf("nothing is tried: %+v", *p)
			}
			p.beat(heard, now)
		}
		if p.last != build || now.Sub(began) != want {
			t.Errorf("there and back %v: %d after %v, want a new connection after %v", there, p.last, now.Sub(began), want)
		}
		if there > 0 && p.lame {
			t.Error("a dead way says nothing against restarts")
		}
	}
}

// The side that asked for a restart and hears nothing after it asks again.
func TestPlanAsksAgain(t *testing.T) {
	now := dawn
	p := newPlan(false, now)
	p.fresh()
	p.exchanged(now)
	p.turned(Connected, now)
	now = now.Add(time.Minute)
	p.quiet(now)
	if got := p.next(now); got != ask {
		t.Fatalf("silence leads to %d, want an ask", got)
	}
	p.exchanged(now)
	for end := now.Add(patienceWord + 2*breath); p.next(now) != ask; now = now.Add(beatEvery) {
		if now.After(end) {
			t.Fatalf("nothing was heard, and nothing asked for: %+v", *p)
		}
	}
}

// Two faults within a moment: a house that restarts, and its relay with it, right after a way was mended is no bad line. And a
// connection that is there again is given time to bring something.
func TestPlanMendsSilenceAfterARestart(t *testing.T) {
	p, now := standing()
	heard := now
	silence := func(d time.Duration) (tries int) {
		for end := now.Add(d); now.Before(end); {
			now = now.Add(beatEvery)
			p.beat(heard, now)
			if p.next(now) != rest {
				tries++
			}
		}
		return tries
	}
	if n := silence(3 * time.Second); n != 1 {
		t.Fatalf("silence leads to %d tries, want one", n)
	}
	p.exchanged(now)
	now = now.Add(beatEvery)
	heard = now
	p.beat(heard, now)
	p.signalling(false, now)
	silence(3 * time.Second)
	p.signalling(true, now)
	if n := silence(time.Second); n != 1 || p.last != restart {
		t.Fatalf("silence after the house was away leads to %d tries, want one, the last %d", n, p.last)
	}
	p = newPlan(true, now)
	p.next(now)
	p.exchanged(now)
	p.turned(Connected, now)
	silence(beatEvery)
	heard = now
	p.turned(Disconnected, now)
	silence(patienceHurt - beatEvery)
	p.turned(Connected, now) // healed by itself
	if n := silence(2 * beatEvery); n != 0 {
		t.Fatal("a connection that is back is not listened to")
	}
}

// The side that answers leaves a connection that works alone as well, the first one too.
func TestPlanOfTheOtherSide(t *testing.T) {
	for _, connectedFirst := range []bool{false, true} {
		now := dawn
		p := newPlan(false, now)
		p.fresh() // the offer of a new connection came at once
		if connectedFirst {
			p.turned(Connected, now)
		}
		p.exchanged(now)
		p.turned(Connected, now)
		for range 120 {
			now = now.Add(time.Second)
			if a := p.next(now); a != rest {
				t.Fatalf("%d after %v of a connection that works: %+v", a, now.Sub(dawn), *p)
			}
		}
	}
}

// Silence is judged by what was heard, but a page that stood still itself first listens to what waits for it.
func TestPlanStoodStill(t *testing.T) {
	now := dawn
	p := newPlan(true, now)
	heard := now
	beats := func(d time.Duration, alive bool) {
		for end := now.Add(d); now.Before(end); {
			now = now.Add(beatEvery)
			if alive {
				heard = now
			}
			p.beat(heard, now)
		}
	}
	p.next(now)
	p.exchanged(now)
	p.turned(Connected, now)
	beats(5*time.Second, true)
	now = now.Add(10 * time.Second) // frozen
	p.beat(heard, now)
	if a := p.next(now); a != rest {
		t.Fatalf("a page that stood still did %d before it listened", a)
	}
	beats(5*time.Second, true)
	if a := p.next(now); a != rest {
		t.Fatalf("a healthy connection was touched: %d", a)
	}
	now = now.Add(10 * time.Second)
	beats(patienceQuiet+beatEvery, false) // and nothing was waiting
	if a := p.next(now); a != restart {
		t.Fatalf("after a silence of its own a page did %d, want a restart", a)
	}
}

// A new connection that was begun while the network was away goes on when it is back: what the other side asked for meanwhile,
// and that the network changed, are no reason to begin again, unless nothing comes of it.
func TestPlanLetsANewConnectionComeUp(t *testing.T) {
	for _, comes := range []bool{true, false} {
		now := dawn
		p := newPlan(true, now)
		p.next(now)
		p.signalling(false, now)
		now = now.Add(8 * time.Second)
		p.network(now)
		p.signalling(true, now)
		p.asked(false, false, now.Add(5*time.Millisecond))
		p.exchanged(now.Add(20 * time.Millisecond))
		began, tried := now, rest
		for range 60 {
			now = now.Add(50 * time.Millisecond)
			if comes && now.Sub(began) == 500*time.Millisecond {
				p.turned(Connected, now)
			}
			if a := p.next(now); a != rest {
				tried = a
				break
			}
		}
		if comes && tried != rest || !comes && (tried != build || now.Sub(began) < breath || now.Sub(began) > 2*breath) {
			t.Errorf("comes up %v: %d after %v", comes, tried, now.Sub(began))
		}
	}
}
