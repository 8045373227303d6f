package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/fault"
)

// shelf keeps jobs in memory.
type shelf struct {
	mu   sync.Mutex
	jobs []Job
	lost bool // every lease is
	asks int  // how often somebody looked what is due
}

func (s *shelf) AddJob(_ context.Context, j Job) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jobs = append(s.jobs, j)
	return true, nil
}

func (s *shelf) TakeJobs(_ context.Context, _ []Kind, now time.Time, lease time.Duration, _ int) ([]Job, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asks++
	for i := range s.jobs {
		j := &s.jobs[i]
		if !j.Due.After(now) && !j.Lease.After(now) && !j.GivenUp {
			j.Attempts++
			j.Lease = now.Add(lease)
			return []Job{*j}, nil
		}
	}
	return nil, nil
}

func (s *shelf) change(j Job, do func(i int)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.jobs {
		if s.jobs[i].ID == j.ID && !s.lost {
			do(i)
			return nil
		}
	}
	return fault.New(fault.NotFound, "not-found", nil)
}

func (s *shelf) KeepJob(_ context.Context, j Job, until time.Time) error {
	return s.change(j, func(i int) { s.jobs[i].Lease = until })
}

func (s *shelf) FinishJob(_ context.Context, j Job) error {
	return s.change(j, func(i int) { s.jobs = append(s.jobs[:i], s.jobs[i+1:]...) })
}

func (s *shelf) PutOffJob(_ context.Context, j Job, due time.Time) error {
	return s.change(j, func(i int) { s.jobs[i] = j; s.jobs[i].Due, s.jobs[i].Lease = due, time.Time{} })
}

func (s *shelf) all() []Job { s.mu.Lock(); defer s.mu.Unlock(); return append([]Job(nil), s.jobs...) }

// A job that fails is tried again, later each time, until it is given up; one that panics too.
func TestTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{jobs: []Job{{ID: "a", Kind: "k", Due: time.Now()}}}
		var times []time.Time
		w := Open(Config{Store: s, Every: time.Second, Tries: 4, Handlers: map[Kind]Handler{"k": func(context.Context, Job) (time.Time, error) {
			if times = append(times, time.Now()); len(times) == 2 {
				panic("oh")
			}
			return time.Time{}, errors.New("no")
		}}})
		begin := time.Now()
		time.Sleep(time.Hour)
		if err := errors.Join(w.Close(), w.Close()); err != nil {
			t.Error(err)
		}
		want := []time.Duration{0, 30 * time.Second, 90 * time.Second, 210 * time.Second}
		for i, at := range times {
			if i >= len(want) || at.Sub(begin) != want[i] {
				t.Errorf("try %d came after %v, want %v", i, at.Sub(begin), want)
			}
		}
		if list := s.all(); len(times) != 4 || len(list) != 1 || !list[0].GivenUp || list[0].Failure != "internal" {
			t.Errorf("%d tries left %+v", len(times), list)
		}
	})
}

// What comes again comes again; what is done is gone; a long job keeps its lease.
func TestDoneAndAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{jobs: []Job{{ID: "daily", Kind: "daily", Due: time.Now()}, {ID: "long", Kind: "long", Due: time.Now()}}}
		days, longs := 0, 0
		w := Open(Config{Store: s, Handlers: map[Kind]Handler{
			"daily": func(context.Context, Job) (time.Time, error) { days++; return time.Now().Add(24 * time.Hour), nil },
			"long": func(ctx context.Context, _ Job) (time.Time, error) {
				longs++
				time.Sleep(10 * time.Minute)
				return time.Time{}, context.Cause(ctx)
			},
		}})
		time.Sleep(72*time.Hour + time.Hour)
		w.Close()
		if list := s.all(); days != 4 || longs != 1 || len(list) != 1 || list[0].ID != "daily" || list[0].Attempts != 0 {
			t.Errorf("%d days, %d long ones, left %+v", days, longs, list)
		}
	})
}

// Who lost the lease is told to stop.
func TestLeaseLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{jobs: []Job{{ID: "a", Kind: "k", Due: time.Now()}}}
		var why error
		w := newWorker(Config{Store: s, Handlers: map[Kind]Handler{"k": func(ctx context.Context, _ Job) (time.Time, error) {
			s.mu.Lock()
			s.lost = true
			s.jobs[0].GivenUp = true
			s.mu.Unlock()
			<-ctx.Done()
			why = context.Cause(ctx)
			return time.Time{}, why
		}}})
		if _, err := w.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !errors.Is(why, errLost) {
			t.Errorf("stopped by %v", why)
		}
	})
}

// Several hands do several jobs at once, and no more; one that is slow keeps the others from nothing; and one alone looks what is due.
func TestSeveralHands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, begin, at, most := &shelf{jobs: []Job{{ID: "hangs", Kind: "k", Due: time.Now()}}}, time.Now(), 0, 0
		var mu sync.Mutex
		ends := map[string]time.Duration{}
		for n := range 14 {
			s.jobs = append(s.jobs, Job{ID: fmt.Sprint(n), Kind: "k", Due: time.Now()})
		}
		s.jobs = append(s.jobs, Job{ID: "later", Kind: "k", Due: time.Now().Add(time.Minute)})
		w := Open(Config{Store: s, Every: time.Second, Hands: 8, Handlers: map[Kind]Handler{"k": func(ctx context.Context, j Job) (time.Time, error) {
			mu.Lock()
			at++
			most = max(most, at)
			mu.Unlock()
			wait := 10 * time.Second
			if j.ID == "hangs" {
				wait = time.Hour
			}
			select {
			case <-time.After(wait):
			case <-ctx.Done():
			}
			mu.Lock()
			defer mu.Unlock()
			at--
			ends[j.ID] = time.Since(begin)
			return time.Time{}, context.Cause(ctx)
		}}})
		time.Sleep(2 * time.Minute)
		w.Close() // from here on nothing moves
		if ends["13"] != 20*time.Second || ends["later"].Round(time.Second) != 70*time.Second || most != 8 {
			t.Errorf("done after %v, %d at once", ends, most)
		}
		if s.asks > 140 {
			t.Errorf("looked %d times in two minutes", s.asks)
		}
		if took := ends["hangs"]; took > 2*time.Minute || at != 0 {
			t.Errorf("closing waited for nobody: %v, %d are at it", took, at)
		}
	})
}

func TestBackoff(t *testing.T) {
	for n, want := range map[int]time.Duration{0: 30 * time.Second, 1: 30 * time.Second, 2: time.Minute, 12: 12 * time.Hour, 1000: 12 * time.Hour} {
		if got := Backoff(n); got != want {
			t.Errorf("after %d: %v, want %v", n, got, want)
		}
	}
}
