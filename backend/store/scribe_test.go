package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"hearth/backend/audit"
)

// Whoever gives up waiting takes nobody's line along.
func TestWriterGivesUp(t *testing.T) {
	gate, began := make(chan struct{}), make(chan struct{}, 8)
	var mu sync.Mutex
	var wrote []string
	s := newScribe(func(_ context.Context, list []audit.Entry) error {
		began <- struct{}{}
		<-gate
		mu.Lock()
		defer mu.Unlock()
		for _, e := range list {
			wrote = append(wrote, e.Action)
		}
		return nil
	})
	var wait sync.WaitGroup
	wait.Go(func() { s.write(context.Background(), audit.Entry{Action: "first"}) })
	<-began
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.write(gone, audit.Entry{Action: "gone"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	wait.Go(func() { s.write(context.Background(), audit.Entry{Action: "second"}) })
	close(gate)
	wait.Wait()
	slices.Sort(wrote)
	if !slices.Equal(wrote, []string{"first", "second"}) && !slices.Equal(wrote, []string{"first", "gone", "second"}) {
		t.Errorf("wrote %v", wrote)
	}
}
