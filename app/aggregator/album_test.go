package aggregator

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// sheet is a canvas that counts the lines drawn on it.
type sheet struct {
	canvas.None
	lines  *atomic.Int64
	closed *atomic.Bool
}

func (s sheet) Size() canvas.Size               { return canvas.Size{Width: 300, Height: 100, Ratio: 1, Type: 1} }
func (s sheet) Line([]canvas.Point, canvas.Pen) { s.lines.Add(1) }
func (s sheet) Close()                          { s.closed.Store(true) }

// TestAlbumDrawsAndRests: pictures move while somebody can see them, rest behind the lock, go on after it, and end.
func TestAlbumDrawsAndRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := openAlbum()
		defer a.close()
		on := sheet{lines: &atomic.Int64{}, closed: &atomic.Bool{}}
		p := &picture{Strip: a.picture("demo-ecg", access.ECG, true), Album: a}
		a.mount(p, on)
		about := telemetry.Sensor{Key: "demo-ecg", Signal: string(access.ECG), Rate: 250, Channels: []telemetry.Channel{{Name: "ecg", Unit: "µV", Scale: 0.5}}}
		first := int64(0)
		feed := func(d time.Duration) (drawn int64) {
			before := on.lines.Load()
			for range d / (64 * time.Millisecond) {
				a.show(about, []telemetry.Frame{{Kind: telemetry.KindSamples, Samples: &telemetry.Samples{
					First: first, Start: care.StampOf(time.Now()), PeriodNS: 4e6, Channels: 1, Values: make([]int32, 16)}}})
				first += 16
				time.Sleep(64 * time.Millisecond)
			}
			return on.lines.Load() - before
		}
		if feed(3*time.Second) == 0 {
			t.Error("nothing is drawn")
		}
		a.setRest(true)
		if n := feed(3 * time.Second); n != 0 {
			t.Errorf("%d lines drawn behind the lock", n)
		}
		a.setRest(false)
		if feed(3*time.Second) == 0 {
			t.Error("nothing is drawn after the lock")
		}
		a.dismount(p)
		if n := feed(time.Second); n != 0 || !on.closed.Load() {
			t.Errorf("%d lines drawn on a canvas that is gone; closed %v", n, on.closed.Load())
		}
		a.close()
	})
}
