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

// settled is how long the pages of a project's staff stand where they stand: each looks up all of its rooms, and guests who come and
// go all the time must not keep them at it. Whoever hosts a visit is moved at once.
const settled = time.Second

// sparing is what was done a moment ago.
type sparing struct {
	timer *time.Timer
	last  func() // to be done when the moment is over; nil: nothing
}

// sparingly does something at once, and then at most once in a while however often it is asked for, the last time included.
func (b *Book) sparingly(what string, while time.Duration, do func()) {
	b.mu.Lock()
	s := b.spared[what]
	switch {
	case s != nil:
		s.last = do
	case !b.closing:
		b.running.Add(1)
		b.spared[what] = &sparing{timer: time.AfterFunc(while, func() { b.calm(what, while) })}
	}
	b.mu.Unlock()
	if s == nil {
		do()
	}
}

// calm ends a moment in which something was not done.
func (b *Book) calm(what string, while time.Duration) {
	defer b.running.Done()
	b.mu.Lock()
	s := b.spared[what]
	delete(b.spared, what)
	closing := b.closing
	b.mu.Unlock()
	if s != nil && s.last != nil && !closing {
		b.sparingly(what, while, s.last)
	}
}

// stir lets pages read again what was found out about a guest's device. Nobody stands anywhere else because of it.
func (b *Book) stir(ctx context.Context, guest care.GuestID, v care.Planned) {
	ctx = context.WithoutCancel(ctx)
	b.sparingly("guest/"+string(guest), quiet, func() { b.say(ctx, v) })
}

// settle lets the staff of a project look where else they stand.
func (b *Book) settle(ctx context.Context, project care.ProjectID) {
	ctx, desk := context.WithoutCancel(ctx), live.DeskRoom(project)
	b.sparingly(string(desk), settled, func() { b.c.Rooms.Resettle(ctx, desk) })
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
