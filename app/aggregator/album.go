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

// album keeps the picture of every stream. Samples go straight into it, never through the page.
type album struct {
	mu       sync.Mutex // guards pictures
	pictures map[string]*chart.Strip
}

func newAlbum() *album { return &album{pictures: map[string]*chart.Strip{}} }

// picture returns a stream's, and makes it when there is none.
func (a *album) picture(key string, signal access.Signal) *chart.Strip {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.pictures[key]
	if s == nil {
		kind := chart.MiniECG
		if signal == access.Movement {
			kind = chart.MiniMovement
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
	strip := a.picture(about.Key, signal)
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
		case f.Beats != nil:
			strip.Beats(f.Beats)
		}
	}
}

// picture is the canvas of a tile. Go-app may give a mounted one another stream: it draws whatever Strip is now.
type picture struct {
	app.Compo
	ID    string
	Label string
	Strip *chart.Strip
	Rest  bool // nobody can see it: it is behind the lock

	drawing    canvas.Canvas
	drawn      float64 // when, in the page's milliseconds
	generation uint32  // of the canvas then
}

// pace is how often a tile's picture is drawn, in milliseconds: half as often as the screen, for a tablet's battery.
const pace = 30

// OnMount takes hold of the canvas, which is in the document by now.
func (p *picture) OnMount(ctx app.Context) {
	drawing, err := canvas.Open(p.ID)
	if err != nil {
		return // a browser without canvas shows numbers only
	}
	p.drawing = drawing
	drawing.Animate(func(nowMS float64) {
		since, anew := nowMS-p.drawn, drawing.Generation()
		if p.Rest || since >= 0 && since < pace && anew == p.generation {
			return
		}
		p.drawn, p.generation = nowMS, anew
		p.Strip.Frame(nowMS, drawing)
	})
}

// OnDismount lets it go.
func (p *picture) OnDismount() {
	if p.drawing != nil {
		p.drawing.Close()
	}
}

// Render makes the element; its size comes from the stylesheet.
func (p *picture) Render() app.UI {
	return app.Div().Class("agg-plot").Body(app.Canvas().ID(p.ID).Role("img").Aria("label", p.Label))
}
