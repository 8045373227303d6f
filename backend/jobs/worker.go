package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"hearth/shared/fault"
)

// Config says what a worker does.
type Config struct {
	Store    Store
	Handlers map[Kind]Handler
	Now      func() time.Time // nil: time.Now
	Every    time.Duration    // between two looks; 0: five seconds
	Lease    time.Duration    // that a job is held without a sign of life; 0: a minute
	Tries    int              // after which a job waits for somebody; 0: twelve, which takes about three days
	Hands    int              // jobs that are done at once; 0: one
	Log      *slog.Logger     // nil: silence
}

// Worker does the jobs of a house, one after the other or a few at once, beside those of other nodes. However many hands it has,
// one looks what is due.
type Worker struct {
	c     Config
	end   context.CancelFunc
	done  chan struct{}
	hands chan struct{}  // one slot for each that is busy
	busy  sync.WaitGroup // those of several that are

	looking sync.Mutex // one look at a time
}

// Open begins to work.
func Open(c Config) *Worker {
	w := newWorker(c)
	ctx, end := context.WithCancel(context.Background())
	w.end = end
	go w.run(ctx)
	return w
}

func newWorker(c Config) *Worker {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Every == 0 {
		c.Every = 5 * time.Second
	}
	if c.Lease == 0 {
		c.Lease = time.Minute
	}
	if c.Tries == 0 {
		c.Tries = 12
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Hands = max(c.Hands, 1)
	return &Worker{c: c, done: make(chan struct{}), hands: make(chan struct{}, c.Hands)}
}

// Close ends the work; a job that is being done is told, and done again by whoever comes next. It may be called twice.
func (w *Worker) Close() error {
	w.end()
	<-w.done
	w.busy.Wait()
	return nil
}

func (w *Worker) run(ctx context.Context) {
	defer close(w.done)
	tick := time.NewTicker(w.c.Every)
	defer tick.Stop()
	for {
		if _, err := w.Look(ctx); err != nil && ctx.Err() == nil {
			w.c.Log.Warn("the jobs could not be looked through", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Look does every job that is due now, and says how many it began. With several hands some may still be at it.
func (w *Worker) Look(ctx context.Context) (began int, err error) {
	w.looking.Lock()
	defer w.looking.Unlock()
	kinds := slices.Sorted(maps.Keys(w.c.Handlers))
	for ctx.Err() == nil {
		select {
		case w.hands <- struct{}{}:
		case <-ctx.Done():
			return began, ctx.Err()
		}
		list, err := w.c.Store.TakeJobs(ctx, kinds, w.c.Now(), w.c.Lease, 1)
		if err != nil || len(list) == 0 {
			<-w.hands
			return began, err
		}
		began++
		w.give(ctx, list[0])
	}
	return began, ctx.Err()
}

// give has a hand that is free do a job.
func (w *Worker) give(ctx context.Context, j Job) {
	do := func() {
		defer func() { <-w.hands }()
		w.do(ctx, j)
	}
	if w.c.Hands == 1 {
		do()
		return
	}
	w.busy.Go(do)
}

// do does one job and settles what becomes of it.
func (w *Worker) do(ctx context.Context, j Job) {
	again, err := w.handle(ctx, j)
	ctx = context.WithoutCancel(ctx) // what is done is done, closing or not
	switch {
	case err == nil && again.IsZero():
		err = w.c.Store.FinishJob(ctx, j)
	case err == nil:
		j.Failure, j.Attempts = "", 0
		err = w.c.Store.PutOffJob(ctx, j, again)
	default:
		w.c.Log.Warn("a job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempts, "error", err)
		j.Failure, j.GivenUp = fault.Of(err).Code, j.Attempts >= w.c.Tries
		err = w.c.Store.PutOffJob(ctx, j, w.c.Now().Add(Backoff(j.Attempts)))
	}
	if fault.Is(err, fault.NotFound) {
		w.c.Log.Warn("a job was lost while it was done", "kind", j.Kind, "job", j.ID)
	} else if err != nil {
		w.c.Log.Error("what became of a job could not be stored; it is done again", "kind", j.Kind, "job", j.ID, "error", err)
	}
}

// handle runs a job's handler while it keeps the lease. A handler that panics has failed.
func (w *Worker) handle(ctx context.Context, j Job) (again time.Time, err error) {
	ctx, end := context.WithCancelCause(ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		w.keep(ctx, end, j)
	}()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a job fell over: %v", p)
		}
		end(nil)
		<-kept
	}()
	return w.c.Handlers[j.Kind](ctx, j)
}

var errLost = errors.New("the lease is lost")

// keep makes the lease longer until ctx ends, and ends it when the lease is lost.
func (w *Worker) keep(ctx context.Context, end context.CancelCauseFunc, j Job) {
	tick := time.NewTicker(w.c.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		err := w.c.Store.KeepJob(ctx, j, w.c.Now().Add(w.c.Lease))
		if fault.Is(err, fault.NotFound) {
			end(errLost)
			return
		}
		if err != nil && ctx.Err() == nil {
			w.c.Log.Warn("a lease could not be kept", "kind", j.Kind, "job", j.ID, "error", err)
		}
	}
}

// Backoff is how long a job waits after its nth try failed: half a minute, twice as long each time, twelve hours at most.
func Backoff(attempt int) time.Duration {
	return min(30*time.Second<<min(max(attempt-1, 0), 20), 12*time.Hour)
}
