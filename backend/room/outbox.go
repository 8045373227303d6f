package room

import "sync"

// outbox holds what a socket's writer has still to write. Putting never waits; beyond max bytes the reader on the
// other side is too slow for us and is let go.
type outbox struct {
	max   int
	ready chan struct{} // one slot: something was put

	mu    sync.Mutex // guards what follows
	texts [][]byte
	size  int
	close int // close code to end with; 0 = not yet
}

func newOutbox(max int) *outbox { return &outbox{max: max, ready: make(chan struct{}, 1)} }

// put adds a text; false says that the box is too full. After a close code nothing is added any more.
func (o *outbox) put(text []byte) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.close != 0 {
		return true
	}
	if o.size+len(text) > o.max {
		return false
	}
	o.texts = append(o.texts, text)
	o.size += len(text)
	o.wake()
	return true
}

// end lets the writer close the socket with code once everything is written; the first code counts.
func (o *outbox) end(code int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.close == 0 {
		o.close = code
	}
	o.wake()
}

func (o *outbox) wake() {
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

// take empties the box. A closing box is only closed when it is empty.
func (o *outbox) take() (texts [][]byte, code int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	texts, o.texts, o.size = o.texts, nil, 0
	return texts, o.close
}
