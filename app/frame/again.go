package frame

import (
	"sync"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Again calls f on the pages' goroutine again and again until stopped, which may be done twice.
func Again(ctx app.Context, every time.Duration, f func(app.Context)) (stop func()) {
	end, tick := make(chan struct{}), time.NewTicker(every)
	go func() {
		for {
			select {
			case <-tick.C:
				ctx.Dispatch(f)
			case <-end:
				return
			}
		}
	}()
	return sync.OnceFunc(func() { tick.Stop(); close(end) })
}
