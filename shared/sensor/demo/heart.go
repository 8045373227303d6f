package demo

import (
	"math"
	"math/rand/v2"
)

// heart beats. The intervals are a mean plus sums of cosines whose powers follow the two-humped spectrum of
// McSharry, Clifford, Tarassenko and Smith (A dynamical model for generating synthetic electrocardiogram signals, IEEE
// Trans Biomed Eng 50(3):289-294, 2003): the low frequencies about 0.1 Hz, the high ones about the breath. Each
// interval leads from one R peak to the next, so the truth is exact. The waveform is their third equation in its phase
// form: five Gaussian events P, Q, R, S, T on a circle the heart goes round once a beat, pulled to a baseline that
// breathes.
type heart struct {
	random *rand.Rand
	slow   []tone // very low and low frequencies, share of vlf and lf
	fast   []tone // about the breath, share of hf
	breath float64
	phase  float64 // of the beat: 0 at the R peak, −π to π
	speed  float64 // rad/s
	wide   float64 // √(rate/60): events widen on the circle as the rate rises
	z      float64 // mV
	beats  []Beat
}

// tone is one cosine of the intervals.
type tone struct {
	hz    float64 // of fast tones: beside the breath
	share float64
	very  bool // of the very low frequencies
	phase float64
}

// event is one wave of a beat: where on the circle, how high in mV, how wide. Places and widths are those of the
// paper's table I, heights those of a chest strap.
type event struct{ at, height, width float64 }

var events = [5]event{
	{-math.Pi / 3, 0.12, 0.25},  // P
	{-math.Pi / 12, -0.12, 0.1}, // Q
	{0, 1.1, 0.1},               // R
	{math.Pi / 12, -0.25, 0.1},  // S
	{math.Pi / 2, 0.3, 0.4},     // T
}

// Beat is one true heartbeat.
type Beat struct {
	At float64 // of the R peak, in s on the device's clock since the source began
	RR float64 // s since the beat before
}

const (
	keptBeats  = 8192 // over an hour
	restoring  = 1.0  // 1/s, the pull to the baseline, as in the paper
	breathLift = 0.08 // mV, how far breath lifts the baseline
	breathGain = 0.04 // and how much it changes the height
)

func newHeart(random *rand.Rand, c condition) *heart {
	h := &heart{random: random, phase: -2 * math.Pi / 3}
	h.slow = append(hump(random, 6, 0.018, 0.006, true), hump(random, 11, 0.1, 0.012, false)...)
	h.fast = hump(random, 9, 0, 0.012, false)
	h.pace(60 / c.rate)
	return h
}

// hump returns n tones of random phase whose powers follow a Gaussian of this centre and width and sum to 1.
func hump(random *rand.Rand, n int, centre, width float64, very bool) []tone {
	tones, sum := make([]tone, n), 0.0
	for i := range tones {
		x := 4*float64(i)/float64(n-1) - 2 + 0.2*(random.Float64()-0.5)
		power := math.Exp(-x * x / 2)
		tones[i] = tone{hz: centre + x*width, share: power, very: very, phase: 2 * math.Pi * random.Float64()}
		sum += power
	}
	for i := range tones {
		tones[i].share = math.Sqrt(2 * tones[i].share / sum)
	}
	return tones
}

// step lets dt seconds pass until now; dt is a millisecond or so.
func (h *heart) step(now, dt float64, c condition) {
	h.breath = math.Mod(h.breath+2*math.Pi*c.breath*dt, 2*math.Pi)
	for i := range h.slow {
		h.slow[i].phase += 2 * math.Pi * h.slow[i].hz * dt
	}
	for i := range h.fast {
		h.fast[i].phase += 2 * math.Pi * h.fast[i].hz * dt
	}
	before := h.phase
	h.phase += h.speed * dt
	if before < 0 && h.phase >= 0 {
		at := now - h.phase/h.speed
		h.beat(at, c)
		h.phase = (now - at) * h.speed
	}
	if h.phase > math.Pi {
		h.phase -= 2 * math.Pi
	}
	h.wave(dt)
}

// wave moves the potential along.
func (h *heart) wave(dt float64) {
	turned := h.speed * dt
	rise := 0.0
	for i, e := range events {
		width, place := e.width*h.wide, e.at
		switch i {
		case 0, 4:
			place *= math.Sqrt(h.wide)
		default:
			place *= h.wide
		}
		d := h.phase - turned/2 - place // the middle of the step
		d -= 2 * math.Pi * math.Round(d/(2*math.Pi))
		if x := d / width; x > -5 && x < 5 {
			rise -= e.height * x / width * math.Exp(-x*x/2)
		}
	}
	h.z += rise*turned - restoring*(h.z-breathLift*math.Sin(h.breath))*dt
}

// beat takes down an R peak and chooses the next interval.
func (h *heart) beat(at float64, c condition) {
	b := Beat{At: at}
	if n := len(h.beats); n > 0 {
		b.RR = at - h.beats[n-1].At
	}
	if len(h.beats) == keptBeats {
		h.beats = append(h.beats[:0], h.beats[keptBeats/2:]...)
	}
	h.beats = append(h.beats, b)

	rr := 60 / c.rate
	for _, t := range h.slow {
		if t.very {
			rr += c.vlf * t.share * math.Cos(t.phase)
		} else {
			rr += c.lf * t.share * math.Cos(t.phase)
		}
	}
	for _, t := range h.fast {
		rr += c.hf * t.share * math.Cos(t.phase+h.breath)
	}
	h.pace(rr)
}

func (h *heart) pace(rr float64) {
	rr = min(max(rr, 0.29), 1.8)
	h.speed = 2 * math.Pi / rr
	h.wide = math.Sqrt(1 / rr)
}

// millivolts is what electrodes would see now.
func (h *heart) millivolts() float64 {
	return h.z*(1+breathGain*math.Sin(h.breath)) + 0.006*h.random.NormFloat64()
}
