package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"hearth/backend/jobs"
	"hearth/shared/fault"
)

func TestJobs(t *testing.T) {
	onBoth(t, func(t *testing.T, config Config) {
		s, ctx := mustOpen(t, config), t.Context()
		kinds := []jobs.Kind{"mail", "erase"}
		for i, want := range []bool{true, false} {
			if added, err := s.AddJob(ctx, jobs.Job{Kind: "mail", Key: "mail:1", Due: noon, Body: fmt.Sprint(i)}); err != nil || added != want {
				t.Errorf("add %d: %v, %v", i, added, err)
			}
		}
		if _, err := s.AddJob(ctx, jobs.Job{Kind: "other", Key: "other:1", Due: noon}); err != nil {
			t.Fatal(err)
		}
		take := func(at time.Time) []jobs.Job {
			t.Helper()
			list, err := s.TakeJobs(ctx, kinds, at, time.Minute, 5)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := take(noon.Add(-time.Second)); len(list) != 0 {
			t.Errorf("taken before it is due: %+v", list)
		}
		first := take(noon)
		if len(first) != 1 || first[0].Body != "0" || first[0].Attempts != 1 || first[0].Key != "mail:1" || !first[0].Lease.Equal(noon.Add(time.Minute)) {
			t.Fatalf("took %+v", first)
		}
		if list := take(noon.Add(59 * time.Second)); len(list) != 0 {
			t.Errorf("taken from its holder: %+v", list)
		}
		if err := s.KeepJob(ctx, first[0], noon.Add(2*time.Minute)); err != nil {
			t.Error(err)
		}
		if list := take(noon.Add(90 * time.Second)); len(list) != 0 {
			t.Errorf("taken from its holder: %+v", list)
		}
		second := take(noon.Add(2 * time.Minute)) // the holder showed no sign of life
		if len(second) != 1 || second[0].Attempts != 2 {
			t.Fatalf("took %+v", second)
		}
		for what, err := range map[string]error{"keep": s.KeepJob(ctx, first[0], noon), "finish": s.FinishJob(ctx, first[0]), "put off": s.PutOffJob(ctx, first[0], noon)} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s by who lost it: %v", what, err)
			}
		}
		second[0].Failure, second[0].GivenUp = "x", true
		if err := s.PutOffJob(ctx, second[0], noon); err != nil {
			t.Error(err)
		}
		if list := take(noon.Add(time.Hour)); len(list) != 0 {
			t.Errorf("given up and taken: %+v", list)
		}
		if list, err := s.FailedJobs(ctx, 10); err != nil || len(list) != 1 || list[0].Failure != "x" {
			t.Errorf("given up are %+v, %v", list, err)
		}
	})
}

// However many nodes look at once, each job is done once.
func TestJobsOfManyNodes(t *testing.T) {
	onBoth(t, func(t *testing.T, config Config) {
		const nodes, count = 4, 40
		var mu sync.Mutex
		done := map[string]int{}
		var wait sync.WaitGroup
		first := mustOpen(t, config)
		for i := range count {
			if _, err := first.AddJob(t.Context(), jobs.Job{Kind: "mail", Key: fmt.Sprint("mail:", i), Due: noon}); err != nil {
				t.Fatal(err)
			}
		}
		for range nodes {
			w := jobs.Open(jobs.Config{Store: mustOpen(t, config), Every: time.Hour, Now: (&clock{now: noon}).Now, Handlers: map[jobs.Kind]jobs.Handler{"mail": func(_ context.Context, j jobs.Job) (time.Time, error) {
				mu.Lock()
				defer mu.Unlock()
				done[j.Key]++
				return time.Time{}, nil
			}}})
			wait.Go(func() {
				if _, err := w.Look(t.Context()); err != nil {
					t.Error(err)
				}
				w.Close()
			})
		}
		wait.Wait()
		for key, n := range done {
			if n != 1 {
				t.Errorf("%s was done %d times", key, n)
			}
		}
		if len(done) != count {
			t.Errorf("%d jobs were done, want %d", len(done), count)
		}
	})
}

func kindsOf(kinds ...jobs.Kind) []jobs.Kind { return kinds }
