package measure

import (
	"math"

	"hearth/shared/care"
	"hearth/shared/ecg"
	"hearth/shared/hrv"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// heart finds the beats of one ECG and keeps their windows. It has an axis of its own, body seconds: the samples' own
// measured distance summed up. On it two beats are as far apart as they were in the body, however the session clock
// was corrected meanwhile.
type heart struct {
	detector *ecg.Detector
	series   *hrv.Series
	scale    float64
	every    int64 // samples from trend to trend
	slot     int64 // of the last trend
	fed      int64 // samples given to the detector
	seconds  float64
	marks    [512]mark // where blocks began, newest at markN−1
	markN    int

	found    []ecg.Beat
	beats    []telemetry.Beat // the newest
	number   uint32
	last     float64 // body seconds of the last beat
	unmarked bool    // the next block needs a mark of its own
	broken   bool    // no interval leads to the next beat, whatever the detector says
	trend    telemetry.Trend
	channel  int // stride of the interleaved values
}

// mark ties the detector's count to the clocks.
type mark struct {
	fed     int64
	at      care.Stamp
	seconds float64
	period  float64 // ns
}

const (
	keptBeats  = 64
	sentBeats  = 8   // in every frame of beats, so that one lost frame loses none
	poor       = 0.5 // quality below: shown, but kept out of the windows
	markApart  = 16  // samples: small packets share a mark
	secondsPer = 1e-9
)

func newHeart(kind sensor.Stream) (*heart, error) {
	d, err := ecg.NewDetector(kind.Rate)
	if err != nil {
		return nil, err
	}
	return &heart{
		detector: d, series: hrv.NewSeries(), scale: kind.Channels[0].Scale, channel: len(kind.Channels),
		every: max(1, int64(math.Round(kind.Rate))), slot: -1, last: math.Inf(-1), trend: emptyTrend(),
	}, nil
}

// carryOn takes over from the heart of another rate: the numbers of beats go on, the windows too.
func (h *heart) carryOn(old *heart) {
	h.series, h.seconds, h.last, h.number, h.beats, h.trend = old.series, old.seconds, old.last, old.number, old.beats, old.trend
	h.broken = true
}

// feed takes the samples of a placed block and appends the frames they make.
func (h *heart) feed(p sensor.Place, values []int32, frames []telemetry.Frame) []telemetry.Frame {
	h.mark(p)
	period := float64(p.PeriodNS)
	for i := 0; i < len(values); i += h.channel {
		v := math.NaN()
		if values[i] != telemetry.NoValue {
			v = float64(values[i]) * h.scale
		}
		h.found = h.detector.Feed(v, h.found[:0])
		h.fed++
		for _, b := range h.found {
			h.take(b)
		}
		if len(h.found) > 0 && len(h.beats) > 0 {
			newest := append([]telemetry.Beat(nil), h.beats[max(0, len(h.beats)-max(sentBeats, len(h.found))):]...)
			frames = append(frames, telemetry.Frame{Kind: telemetry.KindBeats, Beats: newest})
		}
		k := int64(i / h.channel)
		if slot := (p.First + k) / h.every; slot != h.slot {
			h.slot = slot
			now := h.seconds + float64(k)*period*secondsPer
			t := h.numbers(now, p.Start+care.Stamp(float64(k)*period/1e3))
			h.trend = t
			frames = append(frames, telemetry.Frame{Kind: telemetry.KindTrend, Trend: &t})
		}
	}
	h.seconds += float64(len(values)/h.channel) * period * secondsPer
	return frames
}

// gap lets the missing time pass.
func (h *heart) gap(g telemetry.Gap) {
	h.detector.Gap()
	h.broken, h.unmarked = true, true
	h.seconds += max(0, g.To.Sub(g.From).Seconds())
}

// mark notes where a block begins.
func (h *heart) mark(p sensor.Place) {
	if h.markN > 0 && !h.unmarked && h.fed-h.marks[(h.markN-1)%len(h.marks)].fed < markApart {
		return
	}
	h.unmarked = false
	h.marks[h.markN%len(h.marks)] = mark{h.fed, p.Start, h.seconds, float64(p.PeriodNS)}
	h.markN++
}

// take makes a telemetry beat of a detector's.
func (h *heart) take(b ecg.Beat) {
	m, ok := h.markOf(b.At)
	if !ok {
		return
	}
	away := (b.At - float64(m.fed)) * m.period // ns
	at := m.seconds + away*secondsPer
	if at <= h.last { // a detector never gives one out of order; windows could not bear it
		return
	}
	h.last = at
	bad := b.Quality < poor
	after := b.AfterGap || h.broken
	h.broken = false
	v := h.series.Add(hrv.Beat{At: at, AfterGap: after, Poor: bad})
	out := telemetry.Beat{
		N: h.number, At: m.at + care.Stamp(math.Round(away/1e3)), RR: float32(v.RR),
		Quality: percent(b.Quality), Flags: flags(b.Late, after, v.Corrected, bad),
	}
	h.number++
	if len(h.beats) == keptBeats {
		h.beats = append(h.beats[:0], h.beats[1:]...)
	}
	h.beats = append(h.beats, out)
}

// markOf finds the mark a fed index lies behind.
func (h *heart) markOf(at float64) (mark, bool) {
	for i := h.markN - 1; i >= max(0, h.markN-len(h.marks)); i-- {
		m := h.marks[i%len(h.marks)]
		if float64(m.fed) <= at || i == 0 {
			return m, true
		}
	}
	return mark{}, false
}

// numbers are the windows at an instant.
func (h *heart) numbers(now float64, at care.Stamp) telemetry.Trend {
	v := h.series.Now(max(now, h.last))
	t := telemetry.Trend{
		At: at, HR: float32(v.HR), MeanHR: float32(v.MeanHR), RMSSD: float32(v.RMSSD), SDNN: float32(v.SDNN),
		LF: float32(v.LF), HF: float32(v.HF), VLF: float32(v.VLF), Corrected: float32(v.Corrected),
		Quality: percent(h.detector.Quality()), Window: uint16(min(max(v.Span, 0), math.MaxUint16)), Why: telemetry.Reason(v.Why),
	}
	if !h.detector.Contact() {
		t.Why |= telemetry.NoContact
	} else if h.detector.Quality() < poor {
		t.Why |= telemetry.TooPoor
	}
	return t
}

func (h *heart) quality() int { return int(percent(h.detector.Quality())) }

func emptyTrend() telemetry.Trend {
	n := float32(math.NaN())
	return telemetry.Trend{HR: n, MeanHR: n, RMSSD: n, SDNN: n, LF: n, HF: n, VLF: n, Why: telemetry.Filling | telemetry.NoBeats}
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
