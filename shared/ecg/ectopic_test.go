package ecg

import (
	"math"
	"testing"
)

// A low, flat beat of another shape where T waves end is a beat where T waves are lower; a wave as steep that comes after
// every beat, half as high, is none.
func TestLowBeatsAmongTWaves(t *testing.T) {
	for _, rate := range []float64{130, 250, 512} {
		for _, wave := range [][3]float64{{0.36, 0.018, -1}, {0.4, 0.022, 1}, {0.43, 0.02, -1}} {
			h := MustHeart(t, rate, 120, 60, 0.005, 3)
			low := h.follow(wave, func(beat int) bool { return beat > 20 && beat < 110 && beat%7 == 0 })
			found := run(t, rate, h.samples)
			hit := 0
			for _, at := range low {
				for _, b := range found {
					hit += int(b2f(math.Abs(b.At-at) < 0.05*rate))
				}
			}
			if _, missed, extra, _ := h.compare(found, 3, 118); hit < len(low) || missed > 0 || extra > hit {
				t.Errorf("%v Hz, %v: %d of %d low beats, %d others missed, %d extra", rate, wave, hit, len(low), missed, extra-hit)
			}
			wave[2] /= 2
			h = MustHeart(t, rate, 120, 60, 0.005, 3)
			h.follow(wave, func(int) bool { return true })
			if _, missed, extra, _ := h.compare(run(t, rate, h.samples), 3, 118); missed > 0 || extra > 0 {
				t.Errorf("%v Hz, %v after every beat: %d missed, %d extra", rate, wave, missed, extra)
			}
		}
	}
}

// follow adds a wave (as in waves) after some of h's beats and says where.
func (h heart) follow(wave [3]float64, after func(beat int) bool) (at []float64) {
	for k, peak := range h.peaks {
		if after(k) {
			h.bump(peak/h.rate+wave[0], wave[1], wave[2])
			at = append(at, peak+wave[0]*h.rate)
		}
	}
	return at
}

// Litter is the height of what is no beat, for that of what is.
func TestLitter(t *testing.T) {
	const rate = 250
	h := rhythm{0.8, 0.05}
	for _, rest := range []float64{0, 0.1, 1.5} {
		p := newPath()
		for at := int64(100); at <= 700; at += 200 {
			p.add(candidate{at: at, height: 3}, 1000, h, rate)
			p.add(candidate{at: at + 70, height: 3 * rest}, 0, h, rate)
		}
		p.weigh(950, h, rate)
		if math.Abs(p.litter-rest) > 0.01 {
			t.Errorf("%v, want %v", p.litter, rest)
		}
	}
}
