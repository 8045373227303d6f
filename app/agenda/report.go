package agenda

import (
	"slices"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
)

// party is how a visit went for one of those in it.
type party struct {
	Guest   care.GuestID // "": staff
	Minutes int          // that were noticed
	Quality int          // on average, 1 poor to 4 very good; 0 not known
	Breaks  int
	Silent  int // minutes in which sound was missing for ten seconds or more
	Relay   bool
}

// parties sums up what pages noticed, guests in the order of the visit, staff last.
func parties(r api.Report) (list []party) {
	sums := map[care.GuestID]*party{}
	graded := map[care.GuestID]int{}
	for _, m := range r.Minutes {
		p := sums[m.Guest]
		if p == nil {
			p = &party{Guest: m.Guest}
			sums[m.Guest] = p
		}
		p.Minutes++
		p.Breaks += m.Breaks
		p.Relay = p.Relay || m.Way == "relay"
		if m.Sound <= 50 {
			p.Silent++
		}
		if m.Quality > 0 {
			p.Quality += m.Quality
			graded[m.Guest]++
		}
	}
	for id, p := range sums {
		if n := graded[id]; n > 0 {
			p.Quality = (2*p.Quality + n) / (2 * n) // rounded
		}
	}
	for _, g := range r.Visit.Guests {
		if p := sums[g.ID]; p != nil {
			list = append(list, *p)
		}
	}
	if p := sums[""]; p != nil {
		list = append(list, *p)
	}
	return list
}

// story are the steps of one guest, or of the visit itself, oldest first.
func story(events []api.VisitEvent, of care.GuestID) (some []api.VisitEvent) {
	for _, e := range events {
		if e.Guest == of {
			some = append(some, e)
		}
	}
	slices.SortStableFunc(some, func(a, b api.VisitEvent) int { return a.At.Compare(b.At) })
	return some
}

// together is how long two or more were in the call at once, as far as the steps tell; until is when the visit ended, or now.
func together(r api.Report, until time.Time) (sum time.Duration) {
	events := slices.Clone(r.Events)
	slices.SortStableFunc(events, func(a, b api.VisitEvent) int { return a.At.Compare(b.At) })
	in, since := map[care.GuestID]bool{}, time.Time{}
	step := func(at time.Time, change func()) {
		if len(in) > 0 && at.After(since) {
			sum += at.Sub(since)
		}
		change()
		since = at
	}
	for _, e := range events {
		switch state := care.GuestState(e.To); {
		case e.Guest == "":
		case state == care.InCall:
			step(e.At, func() { in[e.Guest] = true })
		case state != care.Away && in[e.Guest]:
			step(e.At, func() { delete(in, e.Guest) })
		}
	}
	step(until, func() {})
	return sum
}
