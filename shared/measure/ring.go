package measure

import (
	"math"

	"hearth/shared/telemetry"
)

// ring keeps the newest samples in their units, channel by channel, NaN where there is none.
type ring struct {
	values [][]float32 // by channel
	next   int
	filled int
}

func newRing(samples, channels int) ring {
	r := ring{values: make([][]float32, channels)}
	for c := range r.values {
		r.values[c] = make([]float32, samples)
	}
	return r
}

// put appends interleaved samples.
func (r *ring) put(values []int32, channels []telemetry.Channel) {
	for i := 0; i < len(values); i += len(channels) {
		for c := range channels {
			v := float32(math.NaN())
			if x := values[i+c]; x != telemetry.NoValue {
				v = float32(float64(x) * channels[c].Scale)
			}
			r.values[c][r.next] = v
		}
		r.step()
	}
}

// blank appends n instants without values.
func (r *ring) blank(n int) {
	for range min(n, len(r.values[0])) {
		for c := range r.values {
			r.values[c][r.next] = float32(math.NaN())
		}
		r.step()
	}
}

func (r *ring) step() {
	size := len(r.values[0])
	r.next = (r.next + 1) % size
	r.filled = min(r.filled+1, size)
}

// last copies the newest values of a channel to dst, oldest first.
func (r *ring) last(channel int, dst []float32) []float32 {
	if channel < 0 || channel >= len(r.values) {
		return dst[:0]
	}
	of := r.values[channel]
	n := min(len(dst), r.filled)
	from := r.next - n
	if from < 0 {
		k := copy(dst[:n], of[len(of)+from:])
		copy(dst[k:n], of)
		return dst[:n]
	}
	copy(dst[:n], of[from:r.next])
	return dst[:n]
}
