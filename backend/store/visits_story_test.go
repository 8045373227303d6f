package store

import (
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// story is what a visit must be, told beside the database.
type story struct {
	visit  care.VisitID
	ids    []care.GuestID
	states map[care.GuestID]care.GuestState
	events int
	over   bool
}

func (s *story) inside() (n int) {
	for _, state := range s.states {
		if state.Inside() {
			n++
		}
	}
	return n
}

// Whatever happens to a visit's guests, in whatever order and by however many at once, they are where the machine says, and
// every step stands in the visit's story once.
func TestRandomStories(t *testing.T) {
	acts := []care.GuestAct{care.Arrive, care.Check, care.Wait, care.Admit, care.Join, care.Lose, care.Leave, care.Deny, care.Miss, care.Uninvite, care.Invite}
	onBoth(t, func(t *testing.T, config Config) {
		c := mustClinic(t, config)
		clerk := c.mustClerk(t)
		rapid.Check(t, func(r *rapid.T) {
			n := c.soon(newGuest(care.AsPatient))
			for range rapid.IntRange(0, 6).Draw(r, "relatives") {
				n.Guests = append(n.Guests, newGuest(care.AsRelative))
			}
			v := c.mustBook(t, c.ana, n)
			s := &story{visit: v.ID, states: map[care.GuestID]care.GuestState{}, events: 1 + len(v.Guests)}
			for _, g := range v.Guests {
				s.ids = append(s.ids, g.ID)
				s.states[g.ID] = care.NotCome
			}
			begun := false
			for range rapid.IntRange(1, 25).Draw(r, "steps") {
				id, act := rapid.SampledFrom(s.ids).Draw(r, "guest"), rapid.SampledFrom(acts).Draw(r, "act")
				by := map[bool]care.Reader{true: byItself, false: guest(id)}[act == care.Join || act == care.Lose || act == care.Miss]
				if act == care.Admit || act == care.Deny || act == care.Uninvite || act == care.Invite {
					by = rapid.SampledFrom([]care.Reader{c.ana, clerk, c.admin}).Draw(r, "by")
				}
				at := rapid.IntRange(1, 3).Draw(r, "at once")
				next, ok := s.states[id].After(act)
				full := act == care.Admit && ok && s.inside() >= care.MostInCall-1
				got, errs := make([]care.Stepped, at), make([]error, at)
				var wait sync.WaitGroup
				for i := range at {
					wait.Go(func() { got[i], errs[i] = c.StepGuest(t.Context(), by, s.visit, id, care.Step{Act: act}) })
				}
				wait.Wait()
				if full {
					if !slices.ContainsFunc(errs, func(err error) bool { return fault.Is(err, fault.Conflict) }) {
						r.Fatalf("one more than a call takes was let in: %v", errs)
					}
					continue
				}
				moved := 0
				for i := range at {
					if errs[i] != nil {
						r.Fatalf("%s: %v", act, errs[i])
					}
					if got[i].Changed {
						moved++
					}
				}
				if _, twice := next.After(act); twice && ok {
					r.Fatalf("%s from %s means something twice", act, s.states[id])
				}
				if ok {
					s.states[id] = next
					s.events++
					if act == care.Admit && !begun {
						begun = true
						s.events++
					}
				}
				if moved != map[bool]int{true: 1, false: 0}[ok] {
					r.Fatalf("%s by %d at once moved %d times", act, at, moved)
				}
				s.check(t, r, c)
			}
			if begun {
				s.end(t, r, c)
			}
		})
	})
}

func (s *story) check(t *testing.T, r *rapid.T, c clinic) {
	v, report, err := c.VisitReport(t.Context(), c.ana, s.visit)
	if err != nil {
		r.Fatal(err)
	}
	if len(report.Events) != s.events {
		r.Fatalf("%d events, want %d: %+v", len(report.Events), s.events, report.Events)
	}
	for _, g := range v.Guests {
		if g.State != s.states[g.ID] {
			r.Fatalf("%s is %s, want %s", g.ID, g.State, s.states[g.ID])
		}
	}
	list, err := c.Queue(t.Context(), c.ana, "", true)
	if err != nil {
		r.Fatal(err)
	}
	waits := 0
	for _, w := range list {
		if w.Visit == s.visit {
			waits++
			if !s.states[w.ID].Queued() {
				r.Fatalf("%s is in the queue, and %s", w.ID, s.states[w.ID])
			}
		}
	}
	for _, state := range s.states {
		if state.Queued() {
			waits--
		}
	}
	if waits != 0 {
		r.Fatalf("the queue has %d too many", waits)
	}
}

// end closes the visit by several at once: one of them closes it, and nobody is left inside or waiting.
func (s *story) end(t *testing.T, r *rapid.T, c clinic) {
	if _, err := c.EndVisit(t.Context(), c.ana, s.visit, time.Second); err != nil {
		r.Fatal(err)
	}
	c.clock.Advance(time.Second)
	closed := make([]bool, 3)
	var wait sync.WaitGroup
	for i := range closed {
		wait.Go(func() {
			var err error
			if _, closed[i], err = c.CloseVisit(t.Context(), s.visit); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	v, err := c.Visit(t.Context(), c.ana, s.visit)
	if err != nil || v.State != care.Ended || v.Outcome == "" {
		r.Fatalf("ended: %+v %v", v, err)
	}
	n := 0
	for _, is := range closed {
		if is {
			n++
		}
	}
	for _, g := range v.Guests {
		if g.State.Inside() || g.State.Queued() || g.State == care.NotCome {
			r.Fatalf("after the end %s is %s", g.ID, g.State)
		}
	}
	if n != 1 {
		r.Fatalf("closed %d times", n)
	}
}
