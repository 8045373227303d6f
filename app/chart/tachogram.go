package chart

import (
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// What a picture of heartbeats without a curve is made of: the time from beat to beat, as it differs from its slow mean.
const (
	beatWindow = 30 * time.Second
	beatStep   = 50 * time.Millisecond // between two points of the line
	beatLag    = 1.1e6                 // microseconds: packets come once a second, and the cursor must not wait for each
	beatMost   = 3 * time.Second       // no interval is longer
)

var beatSpan = ladder{100, 200, 400, 800} // ms

func beatLane() lane {
	l := lane{
		trace: newTrace(2*int(beatWindow/beatStep), filter{slow: 0.03}), pen: canvas.Pen{Colour: canvas.Series3, Width: 1.5, Alpha: 1},
		share: 1, beats: true, highs: beatSpan,
	}
	l.fit(0, 0)
	return l
}

// Intervals takes in heartbeats of a device without a curve: marks as Beats, and a line through the times between them.
// Beats told again change nothing.
func (s *Strip) Intervals(list []telemetry.Beat) {
	s.Beats(list)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, b := range list {
		if b.RR <= 0 || b.At <= s.lanes[0].trace.end() {
			continue
		}
		from := float64(b.RR)
		if i > 0 && list[i-1].N+1 == b.N && list[i-1].RR > 0 {
			from = float64(list[i-1].RR)
		}
		s.lead(b, from)
	}
}

// lead draws the line to a beat, from what the interval before it was.
func (s *Strip) lead(b telemetry.Beat, from float64) {
	step := care.Stamp(beatStep.Microseconds())
	length := min(time.Duration(float64(b.RR)*float64(time.Millisecond)), beatMost)
	first, last := b.At.Add(-length)/step+1, b.At/step
	if n := s.lanes[0].trace.end() / step; n >= first {
		first = n + 1
	}
	if first > last {
		return
	}
	s.values = s.values[:0]
	for n := first; n <= last; n++ {
		share := 1 - float64(b.At-n*step)/float64(length.Microseconds())
		s.values = append(s.values, from+(float64(b.RR)-from)*share)
	}
	s.feed(&s.lanes[0], telemetry.Samples{First: int64(first), Start: first * step, PeriodNS: uint32(beatStep), Channels: 1})
}
