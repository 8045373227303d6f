package rtc

import (
	"context"
	"math"
	"sync"
)

// inbox is what happened and still has to be looked at, in order. Putting something in never blocks, because browser
// callbacks do it.
type inbox struct {
	wake chan struct{}

	mu    sync.Mutex
	queue []func(context.Context)
}

// maxInbox bounds what strangers can pile up; our own few events always fit.
const maxInbox = 256

func newInbox() *inbox { return &inbox{wake: make(chan struct{}, 1)} }

func (i *inbox) put(f func(context.Context)) { i.add(f, 2*maxInbox) }

// offer puts in something of the other page's; when there is too much already, it is dropped.
func (i *inbox) offer(f func(context.Context)) { i.add(f, maxInbox) }

// must puts in what this page wants, which nobody says twice: it is never dropped.
func (i *inbox) must(f func(context.Context)) { i.add(f, math.MaxInt) }

func (i *inbox) add(f func(context.Context), most int) {
	i.mu.Lock()
	if len(i.queue) < most {
		i.queue = append(i.queue, f)
	}
	i.mu.Unlock()
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// take gives the oldest, or nil.
func (i *inbox) take() func(context.Context) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.queue) == 0 {
		i.queue = nil
		return nil
	}
	f := i.queue[0]
	i.queue[0] = nil
	i.queue = i.queue[1:]
	return f
}
