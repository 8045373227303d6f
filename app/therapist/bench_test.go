package therapist

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// BenchmarkRender is what making the live page's picture costs, twice a second, with thirty labels; comparing it with
// the one before and telling the browser comes on top. 0.14 ms on one core of a server (go test -bench Render ./app/therapist).
func BenchmarkRender(b *testing.B) {
	h := newHouse()
	page := &Live{Env: mustEnv(b, h, drawer{}), ui: newDesktop(), streamed: true, vocabulary: care.DefaultVocabulary(), about: h.patients[0]}
	page.sight = sight{State: watch.State{Phase: watch.Streaming, Wanted: true, Sensors: []watch.Sensor{{Sensor: telemetry.Sensor{Key: "a", Signal: "ecg", State: "streaming"}}}},
		Reading: reading{Trend: numbers(), Any: true}}
	page.sight.Page.Baseline = rest()
	for i := range 30 {
		page.sight.Page.Labels = append(page.sight.Page.Labels, sitting.Entry{Label: api.Label{Kind: care.Rating, Rating: i, At: care.StampOf(time.Now())}})
	}
	b.ReportAllocs()
	var ui app.UI
	for b.Loop() {
		ui = page.Render()
	}
	_ = ui
}
