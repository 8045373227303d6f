package motion

import (
	"fmt"
	"math"

	"hearth/shared/care"
)

// About says what a sensor is.
type About struct {
	Rate  float64 // samples a second, 10 to 250; what blocks bring may be 10 % off
	Range float64 // m/s², the most an axis can show; 0 is unknown
}

// Track reads one sensor and says what every second was like. A second of a sensor at 250 Hz costs 35 µs on one core of a
// server and 89 µs compiled to WebAssembly, one at 52 Hz 13 and 41 µs (go test -bench Track ./shared/motion).
type Track struct {
	about     About
	clock     resampler
	gravity   gravity
	high, low biquad
	rail      [3]rail
	second    int64 // of the session clock, that is being filled; −1 for none
	sums      sums
	fall      int            // ticks of the fall that goes on
	size      [ticks]float64 // |a|−g by tick, NaN where there is none
	power     [ticks]float64 // square of what is left without gravity
	tick      int64          // newest of them
	done      [keep]segment  // newest finished seconds
	finished  int64          // newest second that is finished
}

// sums gather a second.
type sums struct {
	seen, turned, clipped      int // ticks
	energy, over, turn, rhythm float64
	peak, flight               float64
}

// A track remembers as many finished seconds as a coherence needs and it may be ahead of another, and the ticks of some.
const (
	keep  = 16
	ticks = 512
)

// NewTrack refuses rates outside 10 to 250 Hz.
func NewTrack(about About) (*Track, error) {
	if !(about.Rate >= 10 && about.Rate <= 250) {
		return nil, fmt.Errorf("movement at %v Hz: must be 10 to 250", about.Rate)
	}
	t := &Track{about: about, clock: newResampler(about.Rate), high: butterworth(1, true), low: butterworth(4, false), second: -1, finished: -1}
	return t, nil
}

// Feed takes a block and appends the seconds it completes, in order. A second without any sample is left out. A block
// whose times cannot be is passed over.
func (t *Track) Feed(b Block, out []Second) []Second {
	if b.Start <= 0 || b.Start > 1<<53 || !(b.Period > 0 && b.Period <= mostPeriod) {
		return out
	}
	for i, s := range b.Samples {
		p := point{at: float64(b.Start) + float64(i)*b.Period/1e3, s: s}
		p.clip = t.clips(s.Acc)
		p.s.Acc, p.s.Turn = possible(s.Acc, mostAcc), possible(s.Turn, mostTurn)
		if anew := t.clock.put(p); anew {
			t.begin()
		}
		for t.clock.ready() {
			n, s, clip := t.clock.take()
			out = t.take(n, s, clip, out)
		}
	}
	return out
}

// What no sensor shows is no value.
const (
	mostAcc    = 2000 // m/s²
	mostTurn   = 200  // rad/s
	mostPeriod = 2e8  // ns, twice that of the slowest rate
)

// possible is v, or none where one of its axes cannot be.
func possible(v Vector, most float64) Vector {
	for _, x := range v {
		if !(math.Abs(x) <= most) {
			return NoVector()
		}
	}
	return v
}

// begin starts anew at a long hole.
func (t *Track) begin() {
	t.gravity, t.fall = gravity{}, 0
	t.high.rest()
	t.low.rest()
}

// take takes one tick.
func (t *Track) take(n int64, s Sample, clip bool, out []Second) []Second {
	if of := n / perSecond; of != t.second {
		out = t.finish(out)
		t.second = of
	}
	size := s.Acc.length()
	for t.tick = max(t.tick, n-ticks); t.tick < n; t.tick++ {
		i := (t.tick + 1) % ticks
		t.size[i], t.power[i] = math.NaN(), math.NaN()
	}
	t.size[n%ticks] = size - Gravity
	if clip {
		t.sums.clipped++
	}
	if math.IsNaN(size) {
		t.fall = 0
		return out
	}
	t.weigh(n, s, size)
	return out
}

// weigh adds a tick that has values to the second's sums.
func (t *Track) weigh(n int64, s Sample, size float64) {
	rest, settled := t.gravity.take(s.Acc)
	band := t.low.take(t.high.take(rest))
	if size < Gravity/2 {
		t.fall++
	} else {
		t.sums.flight = max(t.sums.flight, float64(t.fall)*tickSeconds)
		t.fall = 0
	}
	if !settled {
		return
	}
	t.sums.seen++
	t.power[n%ticks] = rest.square()
	t.sums.energy += rest.square()
	t.sums.rhythm += band.square()
	t.sums.over += max(0, size-Gravity)
	t.sums.peak = max(t.sums.peak, size)
	if turn := s.Turn.square(); !math.IsNaN(turn) {
		t.sums.turned++
		t.sums.turn += turn
	}
}

// finish makes the second that is being filled, if there is one.
func (t *Track) finish(out []Second) []Second {
	if t.second < 0 {
		return out
	}
	nan, u := math.NaN(), t.sums
	s := Second{
		At: care.Stamp(t.second * perSecond * tickTime), Energy: nan, ENMO: nan, Turn: nan, Rhythm: nan, Steps: nan, Peak: nan,
		Flight: u.flight, Valid: float64(u.seen) / perSecond, Clipped: float64(u.clipped) / perSecond,
	}
	if u.seen >= enough {
		n := float64(u.seen)
		s.Energy, s.ENMO, s.Rhythm, s.Peak = math.Sqrt(u.energy/n), u.over/n, math.Sqrt(u.rhythm/n), u.peak
		if s.Energy >= QuietBelow {
			s.Steps = t.cadence()
		}
	}
	if u.turned >= enough {
		s.Turn = math.Sqrt(u.turn / float64(u.turned))
	}
	t.done[t.second%keep] = segment{Second: s}
	t.finished, t.second, t.sums = t.second, -1, sums{}
	return append(out, s)
}

// until copies the ticks of |a|−g up to the end of a second to dst, oldest first; NaN where there is none.
func (t *Track) until(second int64, dst []float64) {
	end := (second + 1) * perSecond
	for i := range dst {
		n := end - int64(len(dst)) + int64(i)
		dst[i] = math.NaN()
		if n >= 0 && n <= t.tick && n > t.tick-ticks {
			dst[i] = t.size[n%ticks]
		}
	}
}
