// Package chart draws signals and what was made of them: the sweeping ECG, the trends of the last minutes, the small
// pictures on a sensor's tile. Charts are plain models: pages feed them what telemetry brings and hand them a surface
// once per frame. They never read a clock, never invent a value, never join what a gap parts, and say no words of their
// own.
package chart

import (
	"strconv"
	"time"

	"hearth/shared/care"
)

// Words is how a chart speaks the reader's language; pages fill it from the catalogues. What is left empty is not
// written, except numbers, which fall back to plain digits.
type Words struct {
	Gap     func(time.Duration) string // "no signal 14 s"
	Clock   func(care.Stamp) string    // time of day, or since the beginning: "24:12"
	Seconds func(int) string           // "+1 s"
	Number  func(float64) string       // "0.5", "0,5"

	Filling     string // "filling up"
	Now         string // "now"
	Movement    string // "move"
	HeartRate   string // "Heart rate, bpm"
	Variability string // "Variability, ms"
	Stress      string // "Away from rest"
	Moving      string // "moving"
}

func (w Words) gap(d time.Duration) string {
	if w.Gap == nil {
		return ""
	}
	return w.Gap(d)
}

func (w Words) clock(at care.Stamp) string {
	if w.Clock == nil {
		return ""
	}
	return w.Clock(at)
}

func (w Words) seconds(n int) string {
	if w.Seconds == nil {
		return ""
	}
	return w.Seconds(n)
}

func (w Words) number(v float64) string {
	if w.Number == nil {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return w.Number(v)
}
