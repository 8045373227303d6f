package demo

import "math"

// Scenario is the day a person has.
type Scenario string

// The scenarios. The variability figures are SDNN parts; what a person's RMSSD truly was, Truth says.
const (
	Session  Scenario = "session"  // 3 min rest, 4 min exposure, 5 min recovery, and again
	Rest     Scenario = "rest"     // sitting calmly, 70/min on average, RMSSD about 40 ms
	Exposure Scenario = "exposure" // tense and fidgety, 105/min, RMSSD about 10 ms
	Walk     Scenario = "walk"     // walking up and down, 95/min
	Steady   Scenario = "steady"   // Options.HeartRate, hardly varying: for comparing numbers
)

// Scenarios lists every scenario.
func Scenarios() []Scenario { return []Scenario{Session, Rest, Exposure, Walk, Steady} }

// condition is how a person is at one instant.
type condition struct {
	rate          float64 // heartbeats a minute
	vlf, lf, hf   float64 // standard deviation each band gives the intervals, in s
	breath        float64 // breaths a second
	fidget        float64 // fidgets a second
	jolt          float64 // how strong they are, m/s² an axis
	walk          float64 // 0 standing to 1 walking
	swayPerMinute float64 // how much posture changes, in degrees
}

var (
	calm   = condition{rate: 70, vlf: 0.008, lf: 0.022, hf: 0.030, breath: 0.24, fidget: 1.0 / 45, jolt: 0.6, swayPerMinute: 2}
	tense  = condition{rate: 105, vlf: 0.005, lf: 0.010, hf: 0.006, breath: 0.32, fidget: 1.0 / 6, jolt: 1.6, swayPerMinute: 6}
	strode = condition{rate: 95, vlf: 0.006, lf: 0.012, hf: 0.010, breath: 0.30, fidget: 1.0 / 30, jolt: 1.6, walk: 1, swayPerMinute: 5}
)

// at is the condition t seconds into the scenario.
func (o Options) at(t float64) condition {
	switch o.Scenario {
	case Rest:
		return calm
	case Exposure:
		return tense
	case Walk:
		return strode
	case Steady:
		c := calm
		c.rate, c.vlf, c.lf, c.hf = 72, 0, 0.002, 0.005
		if o.HeartRate > 0 {
			c.rate = min(max(o.HeartRate, 35), 200)
		}
		return c
	}
	const rest, exposed, cycle = 180, 420, 720
	switch t = math.Mod(t, cycle); {
	case t < rest:
		return calm
	case t < exposed:
		return between(calm, tense, smooth((t-rest)/75))
	default:
		return between(tense, calm, smooth((t-exposed)/150))
	}
}

// between mixes two conditions.
func between(a, b condition, share float64) condition {
	mix := func(x, y float64) float64 { return x + (y-x)*share }
	return condition{
		rate: mix(a.rate, b.rate), vlf: mix(a.vlf, b.vlf), lf: mix(a.lf, b.lf), hf: mix(a.hf, b.hf),
		breath: mix(a.breath, b.breath), fidget: mix(a.fidget, b.fidget), jolt: mix(a.jolt, b.jolt), walk: mix(a.walk, b.walk),
		swayPerMinute: mix(a.swayPerMinute, b.swayPerMinute),
	}
}

// smooth goes from 0 to 1 without a corner.
func smooth(x float64) float64 {
	x = min(max(x, 0), 1)
	return x * x * (3 - 2*x)
}
