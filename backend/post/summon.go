package post

import (
	"context"
	"slices"
	"sync"
	"time"

	"hearth/backend/jobs"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// The kinds of the jobs that call somebody to a visit; their body is a guest's id. They are made in the transaction in which
// the guest moves on or asks, so nobody who arrives waits for them.
const (
	SummonJob jobs.Kind = "summon"        // staff: a guest began to wait
	DeviceJob jobs.Kind = "summon-device" // staff: a guest asks to come in with another device
	CallJob   jobs.Kind = "summon-call"   // staff: a guest who came too late asks to be called
	TurnJob   jobs.Kind = "turn"          // a patient who signs in: they were let in
)

// summoned is how long after a guest began to wait, or asked, staff are told who are not there: at once, and twice more as long
// as the guest still waits.
var summoned = []time.Duration{0, 3 * time.Minute, 10 * time.Minute}

// ringsApart is how long there is at least between two calls to one guest: a phone that goes and comes back all the time does
// not ring at staff each time.
const ringsApart = 2 * time.Minute

// Absent is somebody to be called.
type Absent struct {
	Person   care.PersonID
	Language string // "" when nobody said
	Office   bool   // their queue is in the portal of the office
}

// Summons is a guest who waits, and whom they wait for.
type Summons struct {
	Since time.Time
	Rung  time.Time // when staff were called to them last, this time or another; zero: never
	Staff []Absent
}

// Callers is what the bell needs of the house's memory. Summons and Turn answer fault.NotFound when it is not so any more.
type Callers interface {
	// Summons finds a guest who waits for what a job of this kind calls staff to, and the staff who should come and whose browsers
	// take notices.
	Summons(ctx context.Context, kind jobs.Kind, guest care.GuestID) (Summons, error)
	// Rang notes that staff are called to a guest now, unless somebody noted that since they were last: it says whether it did.
	Rang(ctx context.Context, guest care.GuestID, last time.Time) (bool, error)
	// Turn finds a patient who signs in, was let in, and is not there.
	Turn(ctx context.Context, guest care.GuestID) (Absent, error)
}

// Bell calls people whose pages are closed by notices of their browsers. Nothing is lost but the notice when one does not
// arrive: whoever waits is in the queue.
type Bell struct {
	Callers Callers
	Push    *Push
	There   func(care.PersonID) bool                                              // a page of theirs is open
	Taken   func(ctx context.Context, guest care.GuestID, people []care.PersonID) // they were sent a notice of the guest; nil: nobody asks
	Now     func() time.Time
}

// Summon is the handler of SummonJob, DeviceJob and CallJob.
func (b *Bell) Summon(ctx context.Context, j jobs.Job) (again time.Time, err error) {
	guest := care.GuestID(j.Body)
	s, err := b.Callers.Summons(ctx, j.Kind, guest)
	if fault.Is(err, fault.NotFound) {
		return again, nil
	} else if err != nil {
		return again, err
	}
	now := b.Now()
	if staff := slices.DeleteFunc(slices.Clone(s.Staff), func(a Absent) bool { return b.There(a.Person) }); len(staff) > 0 {
		if next := s.Rung.Add(ringsApart); now.Before(next) && !s.Rung.After(now) { // a clock that was set back keeps nobody from it
			return next, nil
		}
		mine, err := b.Callers.Rang(ctx, guest, s.Rung)
		if err != nil {
			return again, err
		}
		if !mine { // another did, at this moment
			return now.Add(ringsApart), nil
		}
		if taken := b.ring(ctx, j.Kind, staff); len(taken) > 0 && j.Kind != CallJob && b.Taken != nil {
			b.Taken(ctx, guest, taken)
		}
	}
	waited := now.Sub(s.Since) // when this call was due, however long it took: the next one is not passed over
	for _, after := range summoned {
		if after > waited {
			return s.Since.Add(after), nil
		}
	}
	return again, nil
}

// mostRings is how many people are rung for at once.
const mostRings = 8

// ring tells staff whose pages are closed. It lists those whose browsers took it.
func (b *Bell) ring(ctx context.Context, kind jobs.Kind, staff []Absent) (taken []care.PersonID) {
	key := "waiting"
	if kind == CallJob {
		key = "call"
	}
	var all sync.WaitGroup
	took := make([]bool, len(staff))
	places := make(chan struct{}, mostRings)
	for i, a := range staff {
		w := Word{Key: key, Language: a.Language, Tag: key, Open: api.AgendaPage}
		if a.Office {
			w.Open = api.AdminPage + "/visits"
		}
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			took[i] = b.Push.Notify(ctx, a.Person, w)
		})
	}
	all.Wait()
	for i, a := range staff {
		if took[i] {
			taken = append(taken, a.Person)
		}
	}
	return taken
}

// Turn is the handler of TurnJob: once, to whoever waited with the page closed.
func (b *Bell) Turn(ctx context.Context, j jobs.Job) (again time.Time, err error) {
	a, err := b.Callers.Turn(ctx, care.GuestID(j.Body))
	switch {
	case fault.Is(err, fault.NotFound):
		return again, nil
	case err == nil && !b.There(a.Person):
		b.Push.Notify(ctx, a.Person, Word{Key: string(care.TellNow), Language: a.Language, Tag: "visit", Open: api.PatientPage})
	}
	return again, err
}
