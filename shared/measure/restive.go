package measure

import (
	"math"

	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

const standardGravity = 9.80665 // m/s²

// restive says how restless a body is: |a|−g over the last second. Channels without acceleration leave it empty.
type restive struct {
	axes     [3]int // channels of acceleration
	scale    float64
	channels int
	squares  []float64 // the last second's, a ring; NaN where a sample had no value
	next     int
	filled   int
}

func newRestive(kind sensor.Stream) restive {
	r := restive{channels: len(kind.Channels)}
	found := 0
	for c, ch := range kind.Channels {
		for i, name := range [3]string{"acc-x", "acc-y", "acc-z"} {
			if ch.Name == name {
				r.axes[i], r.scale = c, ch.Scale
				found++
			}
		}
	}
	if found == 3 {
		r.squares = make([]float64, max(1, int(math.Round(kind.Rate))))
	}
	return r
}

// put takes interleaved samples.
func (r *restive) put(values []int32) {
	if r.squares == nil {
		return
	}
	for i := 0; i < len(values); i += r.channels {
		sum, whole := 0.0, true
		for _, c := range r.axes {
			v := values[i+c]
			whole = whole && v != telemetry.NoValue
			sum += float64(v) * float64(v)
		}
		away := r.scale*math.Sqrt(sum) - standardGravity
		if !whole {
			away = math.NaN()
		}
		r.squares[r.next] = away * away
		r.next = (r.next + 1) % len(r.squares)
		r.filled = min(r.filled+1, len(r.squares))
	}
}

// gap begins the second anew.
func (r *restive) gap() { r.next, r.filled = 0, 0 }

func (r *restive) activity() float64 {
	if r.squares == nil || r.filled < len(r.squares) {
		return math.NaN()
	}
	sum, n := 0.0, 0
	for _, s := range r.squares {
		if !math.IsNaN(s) {
			sum += s
			n++
		}
	}
	if 2*n < len(r.squares) {
		return math.NaN()
	}
	return math.Sqrt(sum / float64(n))
}
