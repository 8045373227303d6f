package chart

import (
	"math"

	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// moment is what a trend keeps of one telemetry.Trend.
type moment struct {
	at     care.Stamp
	values [quantities]float32 // NaN = not valid
	why    telemetry.Reason
	filled bool // made known later
}

// quantity is one of the numbers a trend can draw.
type quantity uint8

const (
	heartRate quantity = iota
	meanRate
	rmssd
	sdnn
	quantities
)

func momentOf(t telemetry.Trend) moment {
	m := moment{at: t.At, why: t.Why}
	m.values = [quantities]float32{heartRate: t.HR, meanRate: t.MeanHR, rmssd: t.RMSSD, sdnn: t.SDNN}
	for i, v := range m.values {
		if math.IsInf(float64(v), 0) || v < 0 {
			m.values[i] = float32(math.NaN())
		}
	}
	return m
}

// series is how a quantity is drawn: colour, dash and mark say the same thing three times.
type series struct {
	of      quantity
	colour  canvas.Colour
	soft    canvas.Colour // of the band of rest
	dash    canvas.Dash
	width   float64
	mark    shape
	key     string           // of the baseline's measure
	band    bool             // rest is a band and a median; else the median alone
	greyFor telemetry.Reason // reasons for which the number is shown but not counted
}

// shape is a series' mark.
type shape uint8

const (
	dot shape = iota
	diamond
	square
)

// ledge is one lane of a trend: its series, and the steps its range may take.
type ledge struct {
	name   func(Words) string
	series []series
	lows   ladder
	highs  ladder
	ticks  []float64
	share  float64
	span   span
}

// Steps of the trends' ranges, in beats a minute and in milliseconds.
var (
	rateLows  = ladder{50, 40, 30, 20, 0}
	rateHighs = ladder{180, 200, 220, 250, 300}
	varHighs  = ladder{80, 120, 200, 300, 500, 1000}
)

const doubtful = telemetry.Filling | telemetry.TooPoor | telemetry.TooFixed

func ledges() []ledge {
	return []ledge{
		{
			name: func(w Words) string { return w.HeartRate }, lows: rateLows, highs: rateHighs, ticks: []float64{10, 20, 50, 100}, share: 0.56,
			series: []series{
				{of: heartRate, colour: canvas.Series1, soft: canvas.Soft1, width: 1.5, mark: dot, key: "hr", band: true},
				{of: meanRate, colour: canvas.Series2, soft: canvas.Soft2, dash: canvas.Dashes, width: 2, mark: diamond, key: "mean-hr", greyFor: doubtful},
			},
		},
		{
			name: func(w Words) string { return w.Variability }, lows: ladder{0}, highs: varHighs, ticks: []float64{10, 20, 50, 100, 200, 500}, share: 0.44,
			series: []series{
				{of: sdnn, colour: canvas.Series4, soft: canvas.Soft4, dash: canvas.Dots, width: 2, mark: square, key: "sdnn", greyFor: doubtful | telemetry.Short},
				{of: rmssd, colour: canvas.Series3, soft: canvas.Soft3, width: 2, mark: dot, key: "rmssd", band: true, greyFor: doubtful},
			},
		},
	}
}

// fit chooses the smallest steps that hold lo and hi.
func (l *ledge) fit(lo, hi float64) {
	l.span.lo, l.span.hi = l.lows[len(l.lows)-1], l.highs[len(l.highs)-1]
	for _, step := range l.lows {
		if step <= lo {
			l.span.lo = step
			break
		}
	}
	for _, step := range l.highs {
		if step >= hi {
			l.span.hi = step
			break
		}
	}
}
