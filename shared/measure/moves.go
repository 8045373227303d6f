package measure

import (
	"math"
	"time"

	"hearth/shared/care"
	"hearth/shared/motion"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// moves says how a body moves, from one sensor of acceleration. A stream without leaves it empty.
type moves struct {
	track     *motion.Track
	acc, gyro [3]int // channels
	metre     float64
	turn      float64 // rad/s a step; 0 without a gyroscope
	channels  int
	samples   []motion.Sample
	seconds   []motion.Second
	last      motion.Second
}

func newMoves(kind sensor.Stream) moves {
	m := moves{channels: len(kind.Channels)}
	var there bool
	if m.acc, m.metre, there = axes(kind, "acc"); !there {
		return m
	}
	if gyro, degrees, turns := axes(kind, "gyro"); turns {
		m.gyro, m.turn = gyro, degrees*motion.Degree
	}
	m.track, _ = motion.NewTrack(motion.About{Rate: kind.Rate}) // none at a rate no body needs
	m.gap()
	return m
}

// axes finds the channels of a quantity, and what a step of it is worth.
func axes(kind sensor.Stream, quantity string) (at [3]int, scale float64, there bool) {
	found := 0
	for c, ch := range kind.Channels {
		for i, axis := range [3]string{"-x", "-y", "-z"} {
			if ch.Name == quantity+axis {
				at[i], scale = c, ch.Scale
				found++
			}
		}
	}
	return at, scale, found == 3
}

// feed takes the samples of a placed block and appends a trend for every second they complete.
func (m *moves) feed(p sensor.Place, values []int32, frames []telemetry.Frame) []telemetry.Frame {
	if m.track == nil {
		return frames
	}
	m.samples = m.samples[:0]
	for i := 0; i < len(values); i += m.channels {
		s := motion.Sample{Acc: vector(values[i:], m.acc, m.metre), Turn: motion.NoVector()}
		if m.turn != 0 {
			s.Turn = vector(values[i:], m.gyro, m.turn)
		}
		m.samples = append(m.samples, s)
	}
	m.seconds = m.track.Feed(motion.Block{Start: p.Start, Period: float64(p.PeriodNS), Samples: m.samples}, m.seconds[:0])
	for _, s := range m.seconds {
		m.last = s
		frames = append(frames, telemetry.Frame{Kind: telemetry.KindTrend, Trend: new(trendOf(s))})
	}
	return frames
}

func vector(values []int32, at [3]int, scale float64) motion.Vector {
	v := motion.NoVector()
	for i, c := range at {
		if values[c] != telemetry.NoValue {
			v[i] = float64(values[c]) * scale
		}
	}
	return v
}

// trendOf is a second of movement as others are told of it: at its end, as the heart's numbers are.
func trendOf(s motion.Second) telemetry.Trend {
	t := telemetry.EmptyTrend(s.At.Add(time.Second))
	t.Energy, t.Gyro, t.Cadence = float32(s.Energy), float32(s.Turn/motion.Degree), float32(s.Steps)
	t.Quality = percent(s.Valid)
	if s.Clipped > 0 {
		t.Flaws = telemetry.FlawRail
	}
	return t
}

// gap forgets the last second: nobody knows how the body moves now.
func (m *moves) gap() { m.last = motion.Second{Energy: math.NaN()} }

// energy is that of the last second, m/s²; NaN when there is none, or it is of a while before now.
func (m *moves) energy(now care.Stamp) float64 {
	if now.Sub(m.last.At) > 3*time.Second {
		return math.NaN()
	}
	return m.last.Energy
}
