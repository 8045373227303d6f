package rtc

import (
	"testing"
	"time"
)

// A page that says nothing of its own any more, but whose sound comes in, keeps its connection; once that has ended too, the
// connection is mended soon.
func TestAPageThatIsHeardIsNotGone(t *testing.T) {
	for _, offerer := range []bool{true, false} {
		now := dawn
		p := newPlan(offerer, now)
		for p.next(now) == rest {
			now = now.Add(breath)
		}
		if !offerer {
			p.fresh()
		}
		p.exchanged(now)
		p.turned(Connected, now)
		heard := now
		for end := now.Add(time.Minute); now.Before(end); now = now.Add(beatEvery) {
			if now.Sub(p.flowed) >= statsEvery {
				p.flows(now.Add(-statsEvery), now)
			}
			p.beat(heard, now)
			if a := p.next(now); a != rest {
				t.Fatalf("offerer %v: %d although sound comes in", offerer, a)
			}
		}
		ended := now
		for ; !p.wanted(); now = now.Add(beatEvery) {
			p.beat(heard, now)
			if now.Sub(ended) > patienceFlow+patienceQuiet {
				t.Fatalf("offerer %v: nothing is tried although nothing comes in", offerer)
			}
		}
	}
}
