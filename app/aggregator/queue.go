package aggregator

import "sync"

// queue carries acts to the station's goroutine. Putting one in never blocks, so that a button, a radio and a peer's
// callback can all do it whatever the station is busy with.
type queue struct {
	wake chan struct{}

	mu     sync.Mutex // guards acts and closed
	acts   []func()
	closed bool
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

// put reports false once the queue is closed: then act will never run.
func (q *queue) put(act func()) bool {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return false
	}
	q.acts = append(q.acts, act)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return true
}

// take empties the queue.
func (q *queue) take() []func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	acts := q.acts
	q.acts = nil
	return acts
}

// close refuses everything from now on and returns what still waits.
func (q *queue) close() []func() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	return q.take()
}
