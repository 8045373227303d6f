package movesense

import (
	"math"
	"slices"

	"hearth/shared/telemetry"
)

// thinner makes 250 samples a second of 500: it filters, so that nothing above 125 Hz folds into the curve, and keeps
// every other sample. The filter is a half-band one of 31 taps, a Hamming-windowed sinc (Oppenheim and Schafer,
// Discrete-Time Signal Processing, section 7.5): ±0.5 % up to 95 Hz, −48 dB from 155 Hz. It is symmetric, so every frequency
// is late by the same 15 samples, 30 ms, which stamps and clock take into account: peaks keep their time, and stand beside
// the movement of the same instant.
//
// Where packets are missing it begins anew, with the first sample taken for those before it. The last 15 samples before
// a gap are given up.
type thinner struct {
	taps    [taps]float64
	past    [taps]int32 // the newest last
	samples int         // since it began
	tick    uint32      // of the sample that would come next
	out     [packetMax / 2]int32
}

const (
	taps      = 2*delay + 1
	delay     = 15 // samples of 500 per second
	nativeGap = 2  // ms from one to the next
)

func newThinner() *thinner {
	t := &thinner{}
	sum := 0.0
	for i := range t.taps {
		x := float64(i-delay) / 2
		h := 1.0
		if x != 0 {
			h = math.Sin(math.Pi*x) / (math.Pi * x)
		}
		t.taps[i] = h * (0.54 - 0.46*math.Cos(2*math.Pi*float64(i)/(taps-1)))
		sum += t.taps[i]
	}
	for i := range t.taps {
		t.taps[i] /= sum
	}
	return t
}

// thin takes a packet with the stamp of its last sample, in ms, and returns what is ready with the stamp of the last
// sample of that. The result is valid until the next call.
func (t *thinner) thin(stamp uint32, in []int32) (uint64, []int32) {
	span := uint32(len(in)) * nativeGap
	if off := int32(stamp - (t.tick + span - nativeGap)); t.samples == 0 || off > int32(span/2) || off < -int32(span/2) {
		t.samples = 0
		for i := range t.past {
			t.past[i] = in[0]
		}
	}
	out, last := t.out[:0], 0
	for i, v := range in {
		copy(t.past[:], t.past[1:])
		t.past[taps-1] = v
		if t.samples >= delay && (t.samples-delay)%2 == 0 {
			out, last = append(out, t.filtered()), i
		}
		t.samples++
	}
	t.tick = stamp + nativeGap
	return uint64(stamp - nativeGap*uint32(len(in)-1-last+delay)), out
}

// filtered is the filter's answer in the middle of what is past; nothing where something is missing.
func (t *thinner) filtered() int32 {
	if slices.Contains(t.past[:], telemetry.NoValue) {
		return telemetry.NoValue
	}
	sum := 0.0
	for i, h := range t.taps {
		sum += h * float64(t.past[i])
	}
	return int32(math.Round(sum))
}
