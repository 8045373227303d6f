package chart

import (
	"math"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// TestIntervalsAreALine: from beat to beat the line is whole, each beat is a mark, and a hole stays one.
func TestIntervalsAreALine(t *testing.T) {
	s := NewMini(MiniBeats, StripOptions{})
	at, n := begin, uint32(0)
	var list []telemetry.Beat
	beat := func(rr float32) {
		at, n = at.Add(time.Duration(rr)*time.Millisecond), n+1
		list = append(list, telemetry.Beat{N: n, At: at, RR: rr})
		s.Intervals(list[max(0, len(list)-8):])
	}
	for range 10 {
		beat(800)
		beat(900)
	}
	points := s.lanes[0].trace.points
	for i := 1; i < len(points); i++ {
		if points[i].n != points[i-1].n+1 || !s.lanes[0].trace.joined(points[i-1], points[i]) {
			t.Fatalf("the line breaks between %v and %v", points[i-1], points[i])
		}
	}
	if want := 10 * 1700 / 50; math.Abs(float64(len(points)-want)) > 2 {
		t.Errorf("%d points, want about %d", len(points), want)
	}
	if len(s.beats.list) != 20 {
		t.Errorf("%d marks", len(s.beats.list))
	}
	at += care.Stamp(5e6)
	list = append(list, telemetry.Beat{N: n + 1, At: at, Flags: telemetry.AfterGap})
	n++
	beat(850)
	points = s.lanes[0].trace.points
	holes := 0
	for i := 1; i < len(points); i++ {
		if !s.lanes[0].trace.joined(points[i-1], points[i]) {
			holes++
		}
	}
	if holes != 1 {
		t.Errorf("%d holes, want the one", holes)
	}
}
