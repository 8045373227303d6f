package web

import (
	"context"
	"sync"
	"time"
)

// Later does, one after another and after their requests were answered, what must not tell by its time what it found. It ends
// with Close.
type Later struct {
	todo chan func(context.Context)
	stop context.CancelFunc
	done chan struct{}
	once sync.Once
}

// mostLater is how much may wait; latest is how long one of it may take.
const (
	mostLater = 64
	latest    = time.Minute
)

// OpenLater begins to wait for things to do.
func OpenLater() *Later {
	ctx, stop := context.WithCancel(context.Background())
	l := &Later{todo: make(chan func(context.Context), mostLater), stop: stop, done: make(chan struct{})}
	go l.run(ctx)
	return l
}

// run is the only goroutine that does anything.
func (l *Later) run(ctx context.Context) {
	defer close(l.done)
	for {
		select {
		case do := <-l.todo:
			one, cancel := context.WithTimeout(ctx, latest)
			do(one)
			cancel()
		case <-ctx.Done():
			return
		}
	}
}

// Do has something done later; false: too much waits already, and it never is.
func (l *Later) Do(do func(context.Context)) bool {
	select {
	case l.todo <- do:
		return true
	default:
		return false
	}
}

// Close ends what is being done and forgets what waits.
func (l *Later) Close() error {
	l.once.Do(l.stop)
	<-l.done
	return nil
}
