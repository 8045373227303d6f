package remote

import (
	"context"
	"time"

	"hearth/shared/live"
)

// Watch calls f with the view now and after every change, one call at a time, on a goroutine of Live's: pages come home by
// ctx.Dispatch. f must not wait for l. After stop, which may be called twice, f may finish a call begun before.
func (l *Live) Watch(f func(View)) (stop func()) {
	id := l.number()
	l.post(func(time.Time) live.Do {
		l.keeper.watch.add(id, f)
		f(l.View())
		return l.keeper.page.Now()
	})
	return func() {
		l.post(func(time.Time) live.Do {
			delete(l.keeper.watch.ears, id)
			return l.keeper.page.Now()
		})
	}
}

// Listen calls f for every event, in order, like Watch: signals of shares, notes that data changed, shares that ended
// and why, rooms entered anew. It begins in a moment: what happens until then is not told, and View may not show it yet. Who
// has to know of everything uses Follow.
func (l *Live) Listen(f func(live.Event)) (stop func()) { return l.Follow(func(View) {}, f) }

// Follow calls begin once with the view, and then f for every event since, like Listen: nothing is missed in between.
func (l *Live) Follow(begin func(View), f func(live.Event)) (stop func()) {
	id := l.number()
	l.post(func(time.Time) live.Do {
		l.keeper.events.add(id, f)
		begin(l.View())
		return l.keeper.page.Now()
	})
	return func() {
		l.post(func(time.Time) live.Do {
			delete(l.keeper.events.ears, id)
			return l.keeper.page.Now()
		})
	}
}

// Do sends a command and waits for its reply, over as many sockets as it takes. The error is the reply's fault, live.CodeClosed
// when l was closed, or the context's: then the command is dropped, and whether it was done is not known, except that a
// Stop stays wanted.
func (l *Live) Do(ctx context.Context, c live.Command) (live.Reply, error) {
	c.ID = newCommandID()
	replied := make(chan live.Reply, 1)
	l.post(func(now time.Time) live.Do {
		l.keeper.waiters[c.ID] = replied
		_, do := l.keeper.page.Want(now, c)
		return do
	})
	select {
	case r := <-replied:
		return r, r.Err()
	case <-l.done:
		return live.Reply{}, live.Fault(live.CodeClosed)
	case <-ctx.Done():
	}
	l.post(func(time.Time) live.Do {
		delete(l.keeper.waiters, c.ID)
		if c.Stop == nil {
			l.keeper.page.Cancel(c.ID)
		}
		return l.keeper.page.Now()
	})
	return live.Reply{}, ctx.Err()
}

// want sends a command nobody waits for.
func (l *Live) want(c live.Command) {
	l.post(func(now time.Time) live.Do {
		_, do := l.keeper.page.Want(now, c)
		return do
	})
}
