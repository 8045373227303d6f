package measure

import (
	"math"

	"hearth/shared/care"
	"hearth/shared/hrv"
	"hearth/shared/telemetry"
)

// heart keeps the beats of one body and the windows over them, whoever found them. It has an axis of its own, body
// seconds, that only moves forward. On it two beats are as far apart as they were in the body, however the session
// clock was corrected meanwhile.
type heart struct {
	series *hrv.Series
	beats  []telemetry.Beat // the newest
	breath breath
	number uint32
	last   float64 // body seconds of the last beat
	broken bool    // no interval leads to the next beat, whatever its finder says
	trend  telemetry.Trend
}

// found is a beat somebody found.
type found struct {
	at          float64 // body seconds
	stamp       care.Stamp
	quality     float64 // 0 to 1
	flaws       telemetry.Flaws
	height      float64 // of the R peak, NaN when not known
	late, after bool
}

const (
	keptBeats = 64
	sentBeats = 8                        // in every frame of beats, so that one lost frame loses none
	poor      = telemetry.Usable / 100.0 // quality below: shown, but kept out of the windows
)

func newHeart() *heart {
	return &heart{series: hrv.NewSeries(), last: math.Inf(-1), trend: emptyTrend()}
}

// add takes a beat; one that is not later than the last is none. It reports whether its interval looked right.
func (h *heart) add(b found) (right bool) {
	if b.at <= h.last { // a finder never gives one out of order; windows could not bear it
		return false
	}
	h.last = b.at
	bad := !(b.quality >= poor)
	after := b.after || h.broken
	h.broken = false
	v := h.series.Add(hrv.Beat{At: b.at, AfterGap: after, Poor: bad})
	out := telemetry.Beat{
		N: h.number, At: b.stamp, RR: float32(v.RR), Quality: percent(b.quality), Flags: flags(b.late, after, v.Corrected, bad), Flaws: b.flaws,
	}
	h.number++
	h.breath.add(b, v, bad)
	if len(h.beats) == keptBeats {
		h.beats = append(h.beats[:0], h.beats[1:]...)
	}
	h.beats = append(h.beats, out)
	return !v.Corrected && !bad
}

// tell appends a frame of the newest beats, n of which nobody was told of yet.
func (h *heart) tell(n int, frames []telemetry.Frame) []telemetry.Frame {
	if n == 0 || len(h.beats) == 0 {
		return frames
	}
	newest := append([]telemetry.Beat(nil), h.beats[max(0, len(h.beats)-max(sentBeats, n)):]...)
	return append(frames, telemetry.Frame{Kind: telemetry.KindBeats, Beats: newest})
}

// numbers are the windows at an instant, in body seconds and on the session clock.
func (h *heart) numbers(now float64, at care.Stamp, quality float64, flaws telemetry.Flaws, contact bool) telemetry.Trend {
	v := h.series.Now(max(now, h.last))
	t := telemetry.EmptyTrend(at)
	t.HR, t.MeanHR, t.RMSSD, t.SDNN = float32(v.HR), float32(v.MeanHR), float32(v.RMSSD), float32(v.SDNN)
	t.LF, t.HF, t.VLF, t.Corrected = float32(v.LF), float32(v.HF), float32(v.VLF), float32(v.Corrected)
	if minute := h.series.Over(60, max(now, h.last)); minute.Mark(hrv.SDNN).Valid() {
		t.SDNN1, t.SI = float32(minute.Time.SDNN), float32(minute.Time.SI)
	}
	t.Breath = float32(h.breath.rate(max(now, h.last)))
	t.Quality, t.Flaws, t.Window, t.Why = percent(quality), flaws, uint16(min(max(v.Span, 0), math.MaxUint16)), telemetry.Reason(v.Why)
	if !contact {
		t.Why |= telemetry.NoContact
	} else if !(quality >= poor) {
		t.Why |= telemetry.TooPoor
	}
	return t
}

// show keeps the newest numbers and appends them as a frame.
func (h *heart) show(t telemetry.Trend, frames []telemetry.Frame) []telemetry.Frame {
	h.trend = t
	return append(frames, telemetry.Frame{Kind: telemetry.KindTrend, Trend: &t})
}

func emptyTrend() telemetry.Trend {
	t := telemetry.EmptyTrend(0)
	t.Why = telemetry.Filling | telemetry.NoBeats
	return t
}

func percent(q float64) uint8 {
	if !(q > 0) {
		return 0
	}
	return uint8(math.Round(100 * min(q, 1)))
}

func flags(late, after, corrected, bad bool) telemetry.Flags {
	var f telemetry.Flags
	for _, x := range []struct {
		on   bool
		flag telemetry.Flags
	}{{late, telemetry.Late}, {after, telemetry.AfterGap}, {corrected, telemetry.Corrected}, {bad, telemetry.Poor}} {
		if x.on {
			f |= x.flag
		}
	}
	return f
}
