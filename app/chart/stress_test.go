package chart

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// away is ten minutes of a deviation, a value a second.
func away(of func(n int) (float64, Gate)) (list []Deviation) {
	for n := range 600 {
		v, g := of(n)
		list = append(list, Deviation{second(n), float32(v), g})
	}
	return list
}

func TestStressHasALaneOnlyWhereThereIsRest(t *testing.T) {
	trend := newTestTrend(nil)
	without := drawn(trend)
	if slices.Contains(without.Texts(), "Away from rest") || len(without.Lines(canvas.Series5)) != 0 {
		t.Error("a lane of stress without anything to compare with")
	}
	trend.Deviations(away(func(int) (float64, Gate) { return 1.5, Counted }))
	on := drawn(trend)
	lines := on.Lines(canvas.Series5)
	if len(lines) != 2 || lines[0].Pen.Dash != canvas.Dashes || lines[1].Pen.Dash != canvas.Solid {
		t.Fatalf("%d ochre lines, want rest and the deviation", len(lines))
	}
	if zero, at := lines[0].Points[0].Y, lines[1].Points[0].Y; at >= zero {
		t.Errorf("1.5 lies at %.0f, rest at %.0f: up is away", at, zero)
	}
	if !slices.ContainsFunc(on.Ops, func(op canvas.Op) bool {
		return op.Verb == canvas.OpArea && op.Colour == canvas.Series5 && len(op.Points) == 3
	}) {
		t.Error("no triangle on the newest value")
	}
	trend.Reset()
	if on := drawn(trend); len(on.Lines(canvas.Series5)) != 0 {
		t.Error("another patient sees it")
	}
}

// What is seen and not scored is grey, hatched and named; no ochre leads through it.
func TestMovingHidesStress(t *testing.T) {
	trend := newTestTrend(nil)
	trend.Deviations(away(func(n int) (float64, Gate) {
		switch {
		case n >= 200 && n < 320:
			return 3, Moving
		case n >= 400 && n < 450:
			return 1, Marked
		}
		return 1, Counted
	}))
	on := drawn(trend)
	if !slices.Contains(on.Texts(), "moving") {
		t.Errorf("words %q lack moving", on.Texts())
	}
	left, right := trend.x(second(200)), trend.x(second(319))
	var fine, hatch int
	for _, op := range on.Lines(canvas.Series5) {
		if op.Pen.Dash == canvas.Fine {
			fine++
		}
		for i := 1; op.Pen.Dash != canvas.Dashes && i < len(op.Points); i++ {
			if op.Points[i].X > left+0.1 && op.Points[i-1].X < right-0.1 {
				t.Fatalf("ochre from %.0f to %.0f while the body moved from %.0f to %.0f", op.Points[i-1].X, op.Points[i].X, left, right)
			}
		}
	}
	for _, op := range on.Lines(canvas.Series6) {
		if op.Pen.Dash == canvas.Solid && op.Clip.X >= left-1 && op.Clip.X+op.Clip.W <= right+1 {
			hatch++
		}
	}
	if fine == 0 || hatch < 10 {
		t.Errorf("%d marked lines, %d lines of hatching", fine, hatch)
	}
}

// Whatever comes, no line leads through a gap or through what nobody knows.
func TestNoStressLineEverCrossesAGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		trend, unknown := newTestTrend(nil), map[int]bool{}
		list := away(func(n int) (float64, Gate) { return 1, Counted })
		for range rapid.IntRange(0, 6).Draw(t, "pieces") {
			from := rapid.IntRange(0, 599).Draw(t, "from")
			long := rapid.IntRange(1, 60).Draw(t, "long")
			gate := Gate(rapid.IntRange(0, 3).Draw(t, "gate"))
			for n := from; n < min(600, from+long); n++ {
				list[n].Gate = gate % 3
				if gate == 3 {
					list[n].Value, unknown[n] = float32(math.NaN()), true
				}
			}
		}
		trend.Deviations(list[:300])
		for _, d := range list[250:] { // some of them twice
			trend.Deviate(d)
		}
		hole := telemetry.Gap{From: second(rapid.IntRange(1, 500).Draw(t, "gap"))}
		hole.To = hole.From.Add(time.Duration(rapid.IntRange(1, 99).Draw(t, "wide")) * time.Second)
		trend.Gap(hole)
		on := drawn(trend)
		for _, op := range append(on.Lines(canvas.Series5), on.Lines(canvas.Series6)...) {
			if op.Pen.Dash == canvas.Dashes || op.Pen.Colour == canvas.Series6 && op.Pen.Dash == canvas.Solid {
				continue // rest, and hatching
			}
			for i := 1; i < len(op.Points); i++ {
				a, b := op.Points[i-1].X+0.01, op.Points[i].X-0.01
				if a < trend.x(hole.To) && b > trend.x(hole.From) {
					t.Fatalf("a line leads from %.1f to %.1f through the gap", a, b)
				}
				for n := range unknown {
					if x := trend.x(second(n)); a < x && b > x {
						t.Fatalf("a line leads from %.1f to %.1f over what is not known at %.1f", a, b, x)
					}
				}
			}
		}
	})
}
