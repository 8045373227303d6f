package visit

import (
	"context"
	"errors"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// closeAfter closes a visit in a while. The timer makes it prompt; CloseDue, asked now and then, closes what a program that
// ended in between left open. The store looks whether the end has really come.
func (b *Book) closeAfter(id care.VisitID, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closing {
		return
	}
	if was := b.ends[id]; was != nil && was.Stop() {
		b.running.Done()
	}
	b.running.Add(1)
	b.ends[id] = time.AfterFunc(wait+time.Millisecond, func() {
		defer b.running.Done()
		ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		if err := b.close(ctx, id); err != nil {
			b.c.Log.Warn("a visit could not be closed yet", "visit", id, "error", err)
		}
	})
}

// closeWithin is how long closing one visit may take.
const closeWithin = 10 * time.Second

func (b *Book) close(ctx context.Context, id care.VisitID) error {
	b.mu.Lock()
	delete(b.ends, id)
	b.mu.Unlock()
	v, closed, err := b.Store.CloseVisit(ctx, id)
	if err == nil && closed {
		b.tell(ctx, v, true)
	}
	return err
}

// CloseDue closes every visit whose end has come.
func (b *Book) CloseDue(ctx context.Context) error {
	ids, err := b.Store.DueVisits(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids { // one that does not close keeps no other open
		if err := b.close(ctx, id); err != nil {
			b.c.Log.Error("a visit could not be closed", "visit", id, "error", err)
		}
	}
	return ctx.Err()
}

// LetGo takes callers out of the queue whose pages have not been heard of for a while: they went away without a word, and may
// come back.
func (b *Book) LetGo(ctx context.Context) error {
	ids, err := b.Store.GoneCallers(ctx)
	for _, id := range ids {
		if _, left := b.stepped(ctx)(b.Store.LetGoCaller(ctx, id)); left != nil && !fault.Is(left, fault.NotFound) {
			err = errors.Join(err, left)
		}
	}
	return err
}

// Replan computes anew when visits begin, after the rules of time zones may have changed, and tells open pages.
func (b *Book) Replan(ctx context.Context) (moved int, err error) {
	list, err := b.Store.ReplanVisits(ctx)
	for _, v := range list {
		b.tell(ctx, v, false)
	}
	return len(list), err
}

// Close stops every timer and waits for those that ran off. It may be called twice.
func (b *Book) Close() error {
	b.mu.Lock()
	b.closing = true
	for id, timer := range b.ends {
		if timer.Stop() {
			b.running.Done()
		}
		delete(b.ends, id)
	}
	for what, s := range b.spared {
		if s.timer.Stop() {
			b.running.Done()
			delete(b.spared, what)
		}
	}
	b.mu.Unlock()
	b.running.Wait()
	return nil
}

// errAct is the fault of a page that says what is not its own to say.
var errAct = fault.New(fault.Invalid, "guest.act", nil)

// OwnStep is what a guest's own page says of its guest: that it checked, waits, or leaves.
func (b *Book) OwnStep(ctx context.Context, by care.Reader, visit care.VisitID, step care.Step) (care.Attendance, error) {
	a, err := b.Store.Attendance(ctx, by, visit)
	if err != nil {
		return a, err
	}
	switch {
	case a.Guest.ID == "" || step.Act != care.Check && step.Act != care.Wait && step.Act != care.Leave:
		return a, errAct
	}
	if _, err := b.StepGuest(ctx, by, visit, a.Guest.ID, step); err != nil {
		return a, err
	}
	return b.Attendance(ctx, by, visit)
}
