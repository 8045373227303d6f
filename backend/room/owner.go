package room

import (
	"context"
	"time"
)

// owner is the goroutine a room belongs to, and the queue to it.
type owner struct {
	room    *Room
	acts    chan Act
	pending int // acts on their way, under Hub.mu: while there are any, the room does not end
}

// run is the only goroutine that touches o.room. It ends with ctx, or when the room has been empty for a while.
func (h *Hub) run(ctx context.Context, o *owner) {
	defer h.running.Done()
	wake := time.NewTimer(linger)
	defer wake.Stop()
	for {
		select {
		case a := <-o.acts:
			o.room.Act(ctx, h.c.Now(), a)
			o.room.Jot(ctx)
			h.report(o.room)
			h.taken(o)
		case <-wake.C:
			o.room.Tick(h.c.Now())
			o.room.Jot(ctx)
			h.report(o.room)
			if o.room.Over(h.c.Now()) && h.retire(o) {
				return
			}
		case <-ctx.Done():
			o.room.Close(context.WithoutCancel(ctx))
			return
		}
		next := linger
		if at := o.room.Deadline(); !at.IsZero() {
			next = max(at.Sub(h.c.Now()), time.Millisecond)
		}
		wake.Reset(next)
	}
}

// Own hands an act to the owner of its room and begins the room when somebody enters it.
func (h *Hub) Own(ctx context.Context, a Act) error {
	o := h.owner(a)
	if o == nil {
		return errNoRoom
	}
	select {
	case o.acts <- a:
		return nil
	case <-ctx.Done():
		h.taken(o)
		return ctx.Err()
	case <-h.ctx.Done():
		h.taken(o)
		return h.ctx.Err()
	}
}

func (h *Hub) owner(a Act) *owner {
	h.mu.Lock()
	defer h.mu.Unlock()
	o := h.rooms[a.Place.Room]
	if o == nil {
		if a.Enter == nil || h.ctx.Err() != nil {
			return nil
		}
		o = &owner{room: NewRoom(h.c.Now(), a.Place, h.c.House, h.c.Bus.Post, h.c.Log), acts: make(chan Act, 16)}
		h.rooms[a.Place.Room] = o
		h.running.Add(1)
		go h.run(h.ctx, o)
	}
	o.pending++
	return o
}

func (h *Hub) taken(o *owner) {
	h.mu.Lock()
	defer h.mu.Unlock()
	o.pending--
}

// retire forgets a room unless somebody is on the way to it.
func (h *Hub) retire(o *owner) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if o.pending > 0 {
		return false
	}
	delete(h.rooms, o.room.place.Room)
	return true
}
