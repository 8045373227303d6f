package visit

import (
	"context"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
)

// quiet is how long rooms are not told again that something about a guest's device changed. A page measures all the time, and
// one that means ill as fast as it may: nobody who lets guests in reads the queue as often.
const quiet = 3 * time.Second

// stirring is a guest of whom the rooms were told a moment ago.
type stirring struct {
	timer *time.Timer
	last  *care.Planned // to be told of when the moment is over; nil: nothing
}

// stir lets pages read again what was found out about a guest's device: at once, and then at most every few seconds, the last
// time included. Nobody stands anywhere else because of it.
func (b *Book) stir(ctx context.Context, guest care.GuestID, v care.Planned) {
	b.mu.Lock()
	s := b.stirred[guest]
	switch {
	case s != nil:
		s.last = &v
	case !b.closing:
		b.running.Add(1)
		b.stirred[guest] = &stirring{timer: time.AfterFunc(quiet, func() { b.calm(guest) })}
	}
	b.mu.Unlock()
	if s == nil {
		b.say(context.WithoutCancel(ctx), v)
	}
}

// calm ends a moment in which nothing was said of a guest.
func (b *Book) calm(guest care.GuestID) {
	defer b.running.Done()
	b.mu.Lock()
	s := b.stirred[guest]
	delete(b.stirred, guest)
	closing := b.closing
	b.mu.Unlock()
	if s != nil && s.last != nil && !closing {
		b.stir(context.Background(), guest, *s.last)
	}
}

// say says in the rooms of a visit that it changed: a page that reads again reads from where it stands.
func (b *Book) say(ctx context.Context, v care.Planned) {
	note := live.DataNote{What: NoteVisit, ID: string(v.ID)}
	b.c.Rooms.Changed(ctx, live.VisitRoom(v.ID), note)
	for _, g := range v.Guests {
		if g.State.Queued() {
			b.c.Rooms.Changed(ctx, live.DoorRoom(g.ID), note)
		}
	}
	b.c.Rooms.Changed(ctx, live.DeskRoom(v.Project), live.DataNote{What: NoteQueue, ID: string(v.ID)})
}
