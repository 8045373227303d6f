package web_test

import (
	"context"
	"testing"

	"hearth/backend/web"
)

// What is done later is done in its order, has an end, and ends with the house.
func TestLater(t *testing.T) {
	l, order, begun, ended := web.OpenLater(), make(chan int, 3), make(chan struct{}), make(chan error, 1)
	for n := range 3 {
		if !l.Do(func(ctx context.Context) {
			if _, bounded := ctx.Deadline(); !bounded {
				t.Error("it may take for ever")
			}
			order <- n
		}) {
			t.Fatal("not taken")
		}
	}
	for n := range 3 {
		if got := <-order; got != n {
			t.Errorf("%d was done as number %d", got, n)
		}
	}
	l.Do(func(ctx context.Context) { close(begun); <-ctx.Done(); ended <- ctx.Err() })
	<-begun
	for range 2 {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := <-ended; err != context.Canceled {
		t.Errorf("it ended with %v", err)
	}
	for n := range 1000 {
		if !l.Do(func(context.Context) {}) {
			return
		} else if n == 999 {
			t.Error("after its end any number may wait")
		}
	}
}
