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

// standing is the plan of a connection that was just made and stands.
func standing() (*plan, time.Time) {
	p := newPlan(true, dawn)
	p.next(dawn)
	p.exchanged(dawn)
	p.turned(Connected, dawn)
	return p, dawn
}
