package measure

import (
	"math"

	"hearth/shared/hrv"
)

// breath listens to how a body breathes in the beats of its heart.
type breath struct {
	beats []hrv.BreathBeat // of the last minute
	asked float64          // body seconds
	last  float64          // 1/min, NaN when nobody knows
}

const (
	breathSpan  = 60.0 // seconds listened to
	breathEvery = 5.0  // seconds from one answer to the next: it looks through all frequencies
	breathStale = 10.0 // seconds without a beat after which an answer is of the past, and so are the beats before
	breathMost  = 300  // beats
)

// add takes a beat with what became of its interval. What is poor or mended tells of no breath.
func (b *breath) add(f found, v hrv.Verdict, poor bool) {
	beat := hrv.BreathBeat{At: f.at, RR: math.NaN(), Amplitude: f.height}
	if v.RR > 0 && !v.Corrected && !v.LeftOut {
		beat.RR = v.RR
	}
	if poor {
		beat.Amplitude = math.NaN()
	}
	if n := len(b.beats); n > 0 && f.at-b.beats[n-1].At > breathStale {
		b.beats, b.asked = b.beats[:0], 0
	}
	from := 0
	for from < len(b.beats) && (b.beats[from].At < f.at-breathSpan || len(b.beats)-from >= breathMost) {
		from++
	}
	b.beats = append(b.beats[:0], b.beats[from:]...)
	b.beats = append(b.beats, beat)
}

// rate is how fast the body breathes, 1/min, by the last minute of beats; NaN when nobody knows.
func (b *breath) rate(now float64) float64 {
	n := len(b.beats)
	if n == 0 || now-b.beats[n-1].At > breathStale {
		b.asked = 0
		return math.NaN()
	}
	if b.asked == 0 || now-b.asked >= breathEvery {
		b.asked, b.last = now, hrv.BreathOf(b.beats).Rate
	}
	return b.last
}
