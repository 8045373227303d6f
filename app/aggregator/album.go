package aggregator

import (
	"sync"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/chart"
	"hearth/shared/access"
	"hearth/shared/telemetry"
	"hearth/shared/words"
	"hearth/wasm/canvas"
)

// album keeps the picture of every stream and draws those that are on the page. Samples go straight into it, never
// through the page. It draws all of them in one go, at half the screen's pace: a tablet's battery lives by the number
// of times the screen is put together, not by what is drawn. BenchmarkSecond: a second of ECG and movement, from bytes to
// numbers, frames for one receiver and thirty drawings of two pictures, takes 0.16 ms on one core of a server, a hundred
// allocations (go test -bench Second ./app/aggregator).
type album struct {
	stop chan struct{}
	done chan struct{}

	mu       sync.Mutex // guards what follows
	pictures map[string]*chart.Strip
	mounted  map[*picture]canvas.Canvas
	rest     bool // nobody can see them: they are behind the lock
	closed   bool
}

// pace is how often pictures are drawn.
const pace = 33 * time.Millisecond

// openAlbum begins to draw.
func openAlbum() *album {
	a := newAlbum()
	go a.run()
	return a
}

func newAlbum() *album {
	return &album{stop: make(chan struct{}), done: make(chan struct{}), pictures: map[string]*chart.Strip{}, mounted: map[*picture]canvas.Canvas{}}
}

// close ends the drawing. It may be called twice.
func (a *album) close() {
	a.mu.Lock()
	first := !a.closed
	a.closed = true
	a.mu.Unlock()
	if first {
		close(a.stop)
	}
	<-a.done
}

func (a *album) run() {
	defer close(a.done)
	began := time.Now()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			a.draw(float64(time.Since(began).Microseconds()) / 1000)
		case <-a.stop:
			return
		}
	}
}

func (a *album) draw(nowMS float64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rest {
		return
	}
	for p, on := range a.mounted {
		p.Strip.Frame(nowMS, on)
	}
}

// setRest lets the pictures rest, or go on.
func (a *album) setRest(rest bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rest = rest
}

func (a *album) mount(p *picture, on canvas.Canvas) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mounted[p] = on
}

func (a *album) dismount(p *picture) {
	a.mu.Lock()
	on := a.mounted[p]
	delete(a.mounted, p)
	a.mu.Unlock()
	if on != nil {
		on.Close()
	}
}

// picture returns a stream's, and makes it when there is none.
func (a *album) picture(key string, signal access.Signal, curve bool) *chart.Strip {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.pictures[key]
	if s == nil {
		kind := chart.MiniECG
		switch {
		case signal == access.Movement:
			kind = chart.MiniMovement
		case !curve:
			kind = chart.MiniBeats
		}
		s = chart.NewMini(kind, chart.StripOptions{Words: chart.Words{Gap: gapWords}})
		a.pictures[key] = s
	}
	return s
}

func gapWords(d time.Duration) string {
	return words.T("aggregator.gap", "n", number(int(d.Round(time.Second)/time.Second)))
}

// show feeds frames to the picture of their stream.
func (a *album) show(about telemetry.Sensor, frames []telemetry.Frame) {
	signal := access.Signal(about.Signal)
	curve := len(about.Channels) > 0
	strip := a.picture(about.Key, signal, curve)
	scale := 1.0
	if len(about.Channels) > 0 {
		scale = about.Channels[0].Scale
		if about.Channels[0].Unit == "µV" {
			scale /= 1000 // pictures draw millivolts
		}
	}
	for _, f := range frames {
		switch {
		case f.Samples != nil && signal == access.Movement:
			strip.Movement(*f.Samples, scale)
		case f.Samples != nil:
			strip.ECG(*f.Samples, scale)
		case f.Gap != nil && signal == access.Movement:
			strip.MovementGap(*f.Gap)
		case f.Gap != nil:
			strip.ECGGap(*f.Gap)
		case f.Beats != nil && !curve:
			strip.Intervals(f.Beats)
		case f.Beats != nil:
			strip.Beats(f.Beats)
		}
	}
}

// picture is the canvas of a tile. Go-app may give a mounted one another stream: what is drawn is whatever Strip is now.
type picture struct {
	app.Compo
	ID    string
	Label string
	Strip *chart.Strip
	Album *album
}

// OnMount takes hold of the canvas, which is in the document by now.
func (p *picture) OnMount(app.Context) {
	if on, err := canvas.Open(p.ID); err == nil { // a browser without canvas shows numbers only
		p.Album.mount(p, on)
	}
}

// OnDismount lets it go.
func (p *picture) OnDismount() { p.Album.dismount(p) }

// Render makes the element; its size comes from the stylesheet.
func (p *picture) Render() app.UI {
	return app.Div().Class("agg-plot").Body(app.Canvas().ID(p.ID).Role("img").Aria("label", p.Label))
}
