package shell

import (
	"sync"
	"time"

	"hearth/app/frame"
	"hearth/wasm/page"
)

// pageClock is the page's clock over the browser's. It runs as long as the tab: what it must know of sleep it only knows by
// being asked steadily.
func pageClock(p page.Page) (now func() time.Time) {
	var (
		mu    sync.Mutex
		clock frame.Clock
	)
	began := time.Now()
	now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		t := time.Now()
		return clock.Read(t.Sub(began), t)
	}
	sight := func(visible bool) {
		mu.Lock()
		defer mu.Unlock()
		clock.Sight(visible)
	}
	sight(p.Visible())
	p.OnVisible(sight)
	go func() {
		for range time.Tick(frame.Beat) {
			now()
		}
	}()
	return now
}
