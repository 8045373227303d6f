package visit

import (
	"context"
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// AtDoor takes what the rooms know of a guest's door: for how long no page of theirs stands there (0: one does; nothing is said
// of one that never came), and whose open pages of staff show that they wait. Staff is this process's own knowledge and is
// forgotten with it; the rooms of several nodes are not joined yet (room.Bus).
func (b *Book) AtDoor(ctx context.Context, guest care.GuestID, came bool, away time.Duration, staff []care.PersonID) error {
	if came {
		since := time.Time{}
		if away > 0 {
			since = b.c.Now().Add(-away)
		}
		changed, err := b.Store.StandGuest(ctx, guest, since)
		if err == nil && changed {
			err = b.stood(ctx, guest)
		}
		if err != nil {
			return err
		}
	}
	b.mu.Lock()
	was := b.watch[guest]
	if len(staff) == 0 {
		delete(b.watch, guest)
	} else {
		b.watch[guest] = staff
	}
	b.mu.Unlock()
	if !slices.Equal(was, staff) {
		b.hear(ctx, guest)
	}
	return nil
}

// Miss notes whose pages are closed though no room says so: they never stood at their door, or did before the house began.
func (b *Book) Miss(ctx context.Context) error {
	guests, err := b.Store.MissGuests(ctx)
	for _, g := range guests {
		if told := b.stood(ctx, g); told != nil && err == nil {
			err = told
		}
	}
	return err
}

// NoticeTaken notes that these people were sent a notice that a guest waits.
func (b *Book) NoticeTaken(ctx context.Context, guest care.GuestID, people []care.PersonID) {
	changed, err := b.Store.NoticeTaken(ctx, guest, people)
	if err != nil {
		b.c.Log.Warn("a guest is not told who was sent a notice of them", "guest", guest, "error", err)
	} else if changed {
		b.hear(ctx, guest)
	}
}

// stood lets staff read again who is there.
func (b *Book) stood(ctx context.Context, guest care.GuestID) error {
	v, _, err := b.Store.GuestAt(ctx, guest)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err == nil {
		b.stir(ctx, guest, v)
	}
	return err
}

// hear lets a guest's page read again who knows of them.
func (b *Book) hear(ctx context.Context, guest care.GuestID) {
	ctx = context.WithoutCancel(ctx)
	b.sparingly("door/"+string(guest), quiet, func() {
		b.c.Rooms.Changed(ctx, live.DoorRoom(guest), live.DataNote{What: NoteVisit, ID: string(guest)})
	})
}

// knows fills in who knows that a guest waits, which is more than who was sent a notice.
func (b *Book) knows(a care.Attendance) care.Attendance {
	if !a.Guest.State.Queued() {
		a.Told = care.ToldNobody
		return a
	}
	b.mu.Lock()
	staff := b.watch[a.Guest.ID]
	b.mu.Unlock()
	switch {
	case a.Visit.Host != "" && slices.Contains(staff, a.Visit.Host):
		a.Told = care.ToldHost
	case len(staff) > 0:
		a.Told = care.ToldClinic
	}
	return a
}

// Attendances returns the visits by is host of or invited to, as they see them.
func (b *Book) Attendances(ctx context.Context, by care.Reader) ([]care.Attendance, error) {
	list, err := b.Store.Attendances(ctx, by)
	for i, a := range list {
		list[i] = b.knows(a)
	}
	return list, err
}

// Attendance returns one of them.
func (b *Book) Attendance(ctx context.Context, by care.Reader, id care.VisitID) (care.Attendance, error) {
	a, err := b.Store.Attendance(ctx, by, id)
	return b.knows(a), err
}
