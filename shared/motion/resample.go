package motion

import "math"

// resampler lays one sensor on the ticks of the session clock. Every tick is a weighted mean of the samples around it, with
// the weights of a low-pass (a sinc under a Hann window, four of its waves to each side; Smith & Gossett 1984), divided by
// their sum so that gravity stays exact. The pass ends at 20 Hz, above which a body has no movement of its own (Bouten
// 1997), or at 0.4 of the sensor's rate when that is less. A tick near a missing sample has no value.
type resampler struct {
	period float64 // µs, nominal
	half   float64 // µs, half the width of the weights
	weight [weightSteps + 2]float64
	ring   [256]point // the newest samples
	from   int        // oldest one that may be needed
	count  int        // ever put
	next   int64      // tick to be made next
}

// point is a sample on the session clock.
type point struct {
	at   float64 // µs; whole stamps are exact in it to 2^53
	s    Sample
	clip bool
}

const (
	weightSteps = 512
	passBand    = 20.0    // Hz
	passShare   = 0.4     // of the sensor's rate
	lobes       = 4       // half waves of the sinc to each side
	holeFrom    = 1.5     // periods without a sample: one is missing,
	jitter      = 5000    // µs, unless the period is so short that stamps wander more; then one more or less does no harm
	longHole    = 500_000 // µs: as long as the gravity filter remembers
)

func newResampler(rate float64) resampler {
	pass := min(passBand, passShare*rate)
	r := resampler{period: 1e6 / rate, half: 1e6 * lobes / (2 * pass)}
	for i := range weightSteps {
		x := float64(i) / weightSteps // of half
		sinc := 1.0
		if i > 0 {
			sinc = math.Sin(math.Pi*lobes*x) / (math.Pi * lobes * x)
		}
		r.weight[i] = sinc * (0.5 + 0.5*math.Cos(math.Pi*x))
	}
	return r
}

// put takes the next sample. It reports whether the sample follows so long a hole that all begins anew; a sample that is
// not later than the last is passed over.
func (r *resampler) put(p point) (anew bool) {
	if r.count > 0 {
		last := r.ring[(r.count-1)%len(r.ring)].at
		away := p.at - last
		if 3*away <= r.period { // twice, or overtaken
			return false
		}
		if anew = away > longHole; anew {
			r.count = 0
		} else if away > max(holeFrom*r.period, r.period+jitter) {
			r.add(point{at: last + r.period/2, s: Sample{NoVector(), NoVector()}})
			r.add(point{at: p.at - r.period/2, s: Sample{NoVector(), NoVector()}})
		}
	}
	if r.count == 0 {
		anew = true
		r.from, r.next = 0, int64(math.Ceil((p.at+r.half)/tickTime))
	}
	r.add(p)
	return anew
}

func (r *resampler) add(p point) {
	r.ring[r.count%len(r.ring)] = p
	r.count++
	r.from = max(r.from, r.count-len(r.ring))
}

// ready reports whether the next tick can be made.
func (r *resampler) ready() bool {
	return r.count > 0 && float64(r.next*tickTime)+r.half <= r.ring[(r.count-1)%len(r.ring)].at
}

// take makes the next tick. What has no value is NaN in it.
func (r *resampler) take() (n int64, s Sample, clip bool) {
	n = r.next
	r.next++
	at := float64(n * tickTime)
	for r.ring[r.from%len(r.ring)].at < at-r.half {
		r.from++
	}
	scale, sum := weightSteps/r.half, 0.0
	for i := r.from; i < r.count; i++ {
		p := &r.ring[i%len(r.ring)]
		x := math.Abs(p.at-at) * scale
		if x > weightSteps {
			break
		}
		k := int(x)
		w := r.weight[k] + (x-float64(k))*(r.weight[k+1]-r.weight[k])
		sum += w
		for a := range 3 {
			s.Acc[a] += w * p.s.Acc[a]
			s.Turn[a] += w * p.s.Turn[a]
		}
		clip = clip || p.clip
	}
	for a := range 3 {
		s.Acc[a] /= sum // no sample at all: 0/0
		s.Turn[a] /= sum
	}
	return n, s, clip
}
