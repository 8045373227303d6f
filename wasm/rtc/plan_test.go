package rtc

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var dawn = time.Unix(1_790_000_000, 0)

// Whatever happens in whatever order: nothing is tried while signalling is away, never two tries within a second (but for
// the one new connection after a restart that was agreed upon and brought nothing), a connected connection is left alone
// unless somebody asked, a new connection comes only after two restarts (or when there is nothing to restart, or a restart was
// agreed upon and did not help), and nobody waits for ever.
func TestPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &witness{T: t, p: newPlan(rapid.Bool().Draw(t, "offerer"), dawn), now: dawn, excuse: true, whole: true}
		for w.tick() == rest {
			w.now = w.now.Add(breath)
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			happens[rapid.SampledFrom(slices.Sorted(maps.Keys(happens))).Draw(t, "event")](w)
			w.tick()
		}
		w.ends()
	})
}

// witness watches a plan and knows what it may do.
type witness struct {
	*rapid.T
	p              *plan
	now, last      time.Time // last: of the last try
	restarts, ever int       // since the last new connection, and since the beginning
	excuse, whole  bool      // somebody gave a reason to try; there is no connection to restart
}

// tick asks the plan what to do, and says what is wrong with it.
func (w *witness) tick() act {
	p := w.p
	dead := p.signal && p.trying && !p.overdue(w.now) && p.dead(w.now)
	a := p.next(w.now)
	w.whole = w.whole || dead
	if a == rest {
		return a
	}
	switch since := w.now.Sub(w.last); {
	case !p.signal:
		w.Fatalf("%d while signalling is away", a)
	case dead && a != build:
		w.Fatalf("where the way is no more: %d", a)
	case !dead && since < breath:
		w.Fatalf("two tries within %v", since)
	case (a == ask) == p.offerer:
		w.Fatalf("act %d by the wrong side", a)
	case p.state == Connected && !w.excuse:
		w.Fatal("a healthy connection was torn")
	}
	w.last = w.now
	w.counts(a)
	return a
}

// counts holds the kind of a try against those before it.
func (w *witness) counts(a act) {
	switch a {
	case restart:
		if w.p.lame {
			w.Fatal("a restart where they do not work")
		}
		w.restarts++
		w.ever++
	case build:
		if w.p.lame && w.ever == 0 {
			w.Fatal("restarts were blamed before there was one")
		}
		if !w.whole && !w.p.lame && w.restarts < restartsFirst {
			w.Fatalf("a new connection after %d restarts", w.restarts)
		}
		w.restarts, w.whole = 0, true // until it has been connected, only another new one helps
	}
}

// fine is said after what makes a connection healthy: from here on somebody has to give a reason to touch it.
func (w *witness) fine() {
	if !w.p.wanted() && !w.p.trying && w.p.stale.IsZero() {
		w.excuse, w.restarts = false, 0
	}
}

// ends holds the plan to this: with signalling there and the connection not, something is tried within the longest patience
// and break.
func (w *witness) ends() {
	w.p.signalling(true, w.now)
	if w.p.state == Connected && !w.p.wanted() {
		w.p.turned(Disconnected, w.now)
	}
	w.excuse = true
	for range 400 {
		w.now = w.now.Add(100 * time.Millisecond)
		if w.tick() != rest {
			return
		}
	}
	w.Fatalf("nothing tried for 40 s: %+v", *w.p)
}

func (w *witness) ms(from, to int) time.Duration {
	return time.Duration(rapid.IntRange(from, to).Draw(w.T, "ms")) * time.Millisecond
}

// happens is what may happen to a plan.
var happens = map[string]func(w *witness){
	"there":     func(w *witness) { w.p.there = w.ms(0, 800) },
	"wait":      func(w *witness) { w.now = w.now.Add(w.ms(10, 3000)) },
	"moment":    func(w *witness) { w.now = w.now.Add(w.ms(10, 300)) },
	"up":        func(w *witness) { w.p.turned(Connected, w.now); w.whole = w.p.rebuild; w.fine() },
	"down":      func(w *witness) { w.p.turned(Disconnected, w.now); w.excuse = true },
	"failed":    func(w *witness) { w.p.turned(Failed, w.now); w.excuse = true },
	"exchanged": func(w *witness) { w.p.exchanged(w.now) },
	"echoed":    func(w *witness) { w.p.echoed(w.now.Add(-w.ms(0, 900))) },
	"heard":     func(w *witness) { w.p.heard(w.now); w.fine() },
	"network":   func(w *witness) { w.p.network(w.now); w.excuse = true },
	"quiet":     func(w *witness) { w.p.quiet(w.now); w.excuse = w.excuse || w.p.wanted() },
	"asked": func(w *witness) {
		w.p.asked(false, rapid.Bool().Draw(w.T, "moved"), w.now)
		w.excuse, w.restarts = true, max(w.restarts, w.p.restarts) // the other side may have seen one fail that we thought had worked
	},
	"anew":      func(w *witness) { w.p.asked(true, false, w.now); w.excuse, w.whole = true, true },
	"signal":    func(w *witness) { w.p.signalling(true, w.now) },
	"no signal": func(w *witness) { w.p.signalling(false, w.now) },
}

// The story most connections live.
func TestPlanStory(t *testing.T) {
	now := dawn
	p := newPlan(true, now)
	step := func(after time.Duration, want act) {
		t.Helper()
		now = now.Add(after)
		if got := p.next(now); got != want {
			t.Fatalf("after %v: got %d, want %d; %+v", now.Sub(dawn), got, want, *p)
		}
	}
	step(0, build)
	p.exchanged(now)
	p.turned(Connected, now)
	p.signalling(false, now)
	step(time.Hour, rest) // signalling away, connection healthy
	p.signalling(true, now)
	step(time.Second, rest)

	p.turned(Disconnected, now)
	step(1900*time.Millisecond, rest)
	p.turned(Connected, now) // healed by itself
	step(time.Minute, rest)

	p.turned(Disconnected, now)
	step(patienceHurt, restart)
	step(patienceRestart, restart) // no answer: again
	p.exchanged(now)
	p.turned(Failed, now) // the second failed too
	step(time.Second, build)
	p.exchanged(now)
	p.turned(Connected, now)
	step(time.Minute, rest)

	p.network(now)
	step(0, restart)
	p.exchanged(now)
	step(time.Second, rest)
	p.heard(now)
	step(time.Minute, rest) // was connected throughout
	p.asked(true, false, now)
	step(0, build) // the other page was loaded anew
}

// Both sides notice at the same time: an ask that crosses the offer changes nothing, one that comes of the answer does.
func TestPlanCrossedAsk(t *testing.T) {
	now := dawn
	p := newPlan(true, now)
	p.next(now)
	p.exchanged(now)
	p.turned(Connected, now)
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

// A plan that waits for signalling tries at once when it is back, and does not hold the wait against the other side.
func TestPlanWaitsForSignalling(t *testing.T) {
	now := dawn
	p := newPlan(true, now)
	p.next(now)
	p.exchanged(now)
	p.turned(Connected, now)
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
		now := dawn
		p := newPlan(true, now)
		p.next(now)
		p.exchanged(now)
		p.turned(Connected, now)
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

// On a line so thin that words wait in a queue, silence begins later, and a restart has longer to bring a word.
func TestPlanIsPatientWithASlowLine(t *testing.T) {
	for slow, want := range map[time.Duration]time.Duration{0: patienceQuiet, slowLine - 1: patienceQuiet, 900 * time.Millisecond: 2400 * time.Millisecond} {
		now := dawn
		p := newPlan(true, now)
		p.next(now)
		p.exchanged(now)
		p.turned(Connected, now)
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

// A line that goes away once more just after a restart, before a ping has come back, says nothing against restarts where sound had
// come; twice in a row it does, and at once where nothing had come.
func TestPlanForgivesALineThatBreaksAgain(t *testing.T) {
	for name, want := range map[string][]act{"nothing came": {build}, "sound came": {restart, build}, "sound came, and a ping": {restart, restart, restart}} {
		now := dawn
		p := newPlan(true, now)
		p.next(now)
		p.exchanged(now)
		p.turned(Connected, now)
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
	now := dawn
	p := newPlan(true, now)
	p.next(now)
	p.exchanged(now)
	p.turned(Connected, now)
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
	now := dawn
	p := newPlan(true, now)
	p.next(now)
	p.exchanged(now)
	p.turned(Connected, now)
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

// A way that is no more: both pages agree on a restart, and not a word comes. A new connection is there long before a browser
// gives the old way up. A line so slow that a word takes longer is not dead.
func TestPlanDoesNotWaitForADeadWay(t *testing.T) {
	for there, want := range map[time.Duration]time.Duration{0: patienceWord, 20 * time.Millisecond: firstWord, 400 * time.Millisecond: 800 * time.Millisecond} {
		now := dawn
		p := newPlan(true, now)
		p.next(now)
		p.exchanged(now)
		p.turned(Connected, now)
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

// What the other side asked for while our signalling was away comes when all is well again: a ping that comes back now says
// so, and nothing is torn. Without one, the ask counts.
func TestPlanLeavesAWayThatIsBackAlone(t *testing.T) {
	for _, well := range []bool{true, false} {
		now := dawn
		p := newPlan(true, now)
		p.next(now)
		p.exchanged(now)
		p.turned(Connected, now)
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
	now := dawn
	p := newPlan(true, now)
	p.next(now)
	p.exchanged(now)
	p.turned(Connected, now)
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

// What the other side asked for while our signalling was away is answered by any try that comes after it: there is no second
// one that tears the way just mended.
func TestPlanAnswersAWaitingAskOnce(t *testing.T) {
	now := dawn
	p := newPlan(true, now)
	p.next(now)
	p.exchanged(now)
	p.turned(Connected, now)
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
