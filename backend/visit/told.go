package visit

import (
	"context"
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// The notes rooms are given.
const (
	NoteQueue = "visits" // at the desk: the queue, or a list of visits, is another
	NoteVisit = "visit"  // at a door and in a visit: read the visit again
	NoteLines = "lines"  // at a door and in a visit: somebody wrote something
)

// told lets the rooms know of a visit that was changed. Resettle says that staff may stand at other doors from now on.
func (b *Book) told(ctx context.Context, resettle bool, also ...care.PersonID) func(care.Planned, error) (care.Planned, error) {
	return func(v care.Planned, err error) (care.Planned, error) {
		if err == nil {
			b.tell(ctx, v, resettle, also...)
		}
		return v, err
	}
}

// tell moves the pages of everybody in a visit to where they stand now, and then says in their rooms that it changed: a page
// that reads again reads from where it stands. It is true even when whoever changed it has gone away meanwhile.
func (b *Book) tell(ctx context.Context, v care.Planned, resettle bool, also ...care.PersonID) {
	ctx = context.WithoutCancel(ctx)
	people := slices.Clone(also)
	if v.Host != "" {
		people = append(people, v.Host)
	}
	for _, g := range v.Guests {
		people = append(people, care.PersonID(g.ID))
		if g.Person != "" {
			people = append(people, g.Person)
		}
	}
	b.c.Rooms.Reroom(ctx, people...)
	if resettle {
		b.settle(ctx, v.Project)
	}
	b.say(ctx, v)
}

// PatchVisit changes a visit.
func (b *Book) PatchVisit(ctx context.Context, by care.Reader, id care.VisitID, p care.VisitPatch) (care.Planned, error) {
	return b.told(ctx, false)(b.Store.PatchVisit(ctx, by, id, p))
}

// CancelVisit calls a visit off.
func (b *Book) CancelVisit(ctx context.Context, by care.Reader, id care.VisitID, version int64) (care.Planned, error) {
	return b.told(ctx, true)(b.Store.CancelVisit(ctx, by, id, version))
}

// BeginVisit opens a visit.
func (b *Book) BeginVisit(ctx context.Context, by care.Reader, id care.VisitID) (care.Planned, error) {
	return b.told(ctx, false)(b.Store.BeginVisit(ctx, by, id))
}

// HandVisit makes somebody else responsible; the pages of who was it move too.
func (b *Book) HandVisit(ctx context.Context, by care.Reader, id care.VisitID, version int64, to care.PersonID) (care.Planned, error) {
	was, err := b.Store.Visit(ctx, by, id)
	if err != nil {
		return was, err
	}
	return b.told(ctx, true, was.Host)(b.Store.HandVisit(ctx, by, id, version, to))
}

// LateVisit says that the host runs late.
func (b *Book) LateVisit(ctx context.Context, by care.Reader, id care.VisitID, minutes int) (care.Planned, error) {
	return b.told(ctx, false)(b.Store.LateVisit(ctx, by, id, minutes))
}

// PutOutcome says what became of a visit.
func (b *Book) PutOutcome(ctx context.Context, by care.Reader, id care.VisitID, o care.Outcome) (care.Planned, error) {
	return b.told(ctx, false)(b.Store.PutOutcome(ctx, by, id, o))
}

// StepGuest moves a guest on.
func (b *Book) StepGuest(ctx context.Context, by care.Reader, visit care.VisitID, guest care.GuestID, step care.Step) (care.Stepped, error) {
	return b.stepped(ctx)(b.Store.StepGuest(ctx, by, visit, guest, step))
}

// AdmitNext lets in who waits longest.
func (b *Book) AdmitNext(ctx context.Context, by care.Reader, project care.ProjectID, mine bool) (care.Stepped, error) {
	return b.stepped(ctx)(b.Store.AdmitNext(ctx, by, project, mine))
}

// AttendGuest follows whether a guest's page stands in the visit.
func (b *Book) AttendGuest(ctx context.Context, guest care.GuestID, act care.GuestAct) (care.Stepped, error) {
	return b.stepped(ctx)(b.Store.AttendGuest(ctx, guest, act))
}

func (b *Book) stepped(ctx context.Context) func(care.Stepped, error) (care.Stepped, error) {
	return func(out care.Stepped, err error) (care.Stepped, error) {
		switch {
		case err != nil || !out.Changed:
		case out.Moved:
			b.tell(ctx, out.Visit, true)
		default:
			b.stir(ctx, out.Guest.ID, out.Visit)
		}
		return out, err
	}
}

// AddLine writes into a visit.
func (b *Book) AddLine(ctx context.Context, by care.Reader, l care.Line) (care.Line, error) {
	return b.written(ctx)(b.Store.AddLine(ctx, by, l))
}

// TellGuest writes to one guest who waits.
func (b *Book) TellGuest(ctx context.Context, by care.Reader, guest care.GuestID, l care.Line) (care.Line, error) {
	return b.written(ctx)(b.Store.TellGuest(ctx, by, guest, l))
}

func (b *Book) written(ctx context.Context) func(care.Line, error) (care.Line, error) {
	return func(l care.Line, err error) (care.Line, error) {
		if err != nil {
			return l, err
		}
		ctx, note := context.WithoutCancel(ctx), live.DataNote{What: NoteLines, ID: string(l.Visit)}
		if l.Door != "" {
			b.c.Rooms.Changed(ctx, live.DoorRoom(l.Door), note)
		}
		b.c.Rooms.Changed(ctx, live.VisitRoom(l.Visit), note)
		if l.Door != "" && l.Door == l.Guest {
			b.sparingly("wrote/"+string(l.Door), quiet, func() { b.wrote(ctx, l.Door) })
		}
		return l, nil
	}
}

// wrote lets the queue know that a guest who waits wrote to staff, who may be on any page.
func (b *Book) wrote(ctx context.Context, guest care.GuestID) {
	v, _, err := b.Store.GuestAt(ctx, guest)
	if err != nil {
		if !fault.Is(err, fault.NotFound) {
			b.c.Log.Error("staff were not told that a guest wrote", "guest", guest, "error", err)
		}
		return
	}
	b.c.Rooms.Changed(ctx, live.DeskRoom(v.Project), live.DataNote{What: NoteQueue, ID: string(v.ID)})
}

// EndVisit has a visit close after a notice, and closes it then.
func (b *Book) EndVisit(ctx context.Context, by care.Reader, id care.VisitID, notice time.Duration) (care.Planned, error) {
	v, err := b.Store.EndVisit(ctx, by, id, notice)
	if err != nil {
		return v, err
	}
	if v.State == care.Open && !v.Ends.IsZero() {
		if wait := v.Ends.Sub(b.c.Now()); wait > 0 {
			b.closeAfter(id, wait)
		} else if closed, is, err := b.Store.CloseVisit(ctx, id); err != nil {
			return v, err
		} else if is {
			v = closed
		}
	}
	b.tell(ctx, v, true)
	return v, nil
}

// GoOnVisit takes the end back.
func (b *Book) GoOnVisit(ctx context.Context, by care.Reader, id care.VisitID) (care.Planned, error) {
	return b.told(ctx, false)(b.Store.GoOnVisit(ctx, by, id))
}
