package store

import (
	"context"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/audit"
)

// scribe writes audit entries in portions: whoever comes first writes, and with the own entry those that came while the
// portion before was being written. Nobody waits for a timer, and one entry alone is written at once.
type scribe struct {
	portion func(ctx context.Context, entries []audit.Entry) error
	pen     chan struct{} // holds one token: who has it writes

	mu      sync.Mutex
	waiting []*waiting
}

// waiting is an entry with whoever waits for it.
type waiting struct {
	entry audit.Entry
	done  chan error // of one; told once
}

// Bounds of a portion: how many entries at most, and how long writing it may take.
const (
	portionSize = 128
	portionTime = 10 * time.Second
)

func newScribe(portion func(context.Context, []audit.Entry) error) *scribe {
	s := &scribe{portion: portion, pen: make(chan struct{}, 1)}
	s.pen <- struct{}{}
	return s
}

// write returns when the entry is stored, or when ctx ends: then it is written or not, as it happens.
func (s *scribe) write(ctx context.Context, e audit.Entry) error {
	w := &waiting{e, make(chan error, 1)}
	s.mu.Lock()
	s.waiting = append(s.waiting, w)
	s.mu.Unlock()
	for {
		select {
		case err := <-w.done:
			return err
		case <-ctx.Done():
			s.forget(w)
			return ctx.Err()
		case <-s.pen:
			s.turn()
		}
	}
}

// turn writes one portion, for whoever waits for it, and passes the pen on.
func (s *scribe) turn() {
	defer func() { s.pen <- struct{}{} }()
	s.mu.Lock()
	n := min(len(s.waiting), portionSize)
	list := s.waiting[:n:n]
	s.waiting = s.waiting[n:]
	s.mu.Unlock()
	if n == 0 {
		return
	}
	entries := make([]audit.Entry, n)
	for i, w := range list {
		entries[i] = w.entry
	}
	// Whoever holds the pen may go away; the others wait all the same.
	ctx, cancel := context.WithTimeout(context.Background(), portionTime)
	defer cancel()
	err := s.portion(ctx, entries)
	for _, w := range list {
		w.done <- err
	}
}

// forget takes an entry back that nobody writes yet.
func (s *scribe) forget(w *waiting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.waiting {
		if other == w {
			s.waiting = append(s.waiting[:i:i], s.waiting[i+1:]...)
			return
		}
	}
}

// writeTrail writes a portion.
func (s *Store) writeTrail(ctx context.Context, entries []audit.Entry) error {
	return s.within(ctx, "write the audit trail", func(ctx context.Context, tx bun.Tx) error {
		return s.appendTrail(ctx, tx, entries)
	})
}
