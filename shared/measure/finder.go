package measure

import (
	"math"

	"hearth/shared/care"
	"hearth/shared/ecg"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// finder finds the beats of one ECG for a heart. Its body seconds are the samples' own measured distance summed up.
type finder struct {
	*heart
	detector *ecg.Detector
	scale    float64
	channels int   // stride of the interleaved values
	every    int64 // samples from trend to trend
	slot     int64 // of the last trend
	fed      int64 // samples given to the detector
	seconds  float64
	marks    [512]mark // where blocks began, newest at markN−1
	markN    int
	unmarked bool // the next block needs a mark of its own
	found    []ecg.Beat
}

// mark ties the detector's count to the clocks.
type mark struct {
	fed     int64
	at      care.Stamp
	seconds float64
	period  float64 // ns
}

const (
	markApart  = 16 // samples: small packets share a mark
	secondsPer = 1e-9
)

func newFinder(kind sensor.Stream) (*finder, error) {
	d, err := ecg.NewDetector(kind.Rate)
	if err != nil {
		return nil, err
	}
	return &finder{
		heart: newHeart(), detector: d, scale: kind.Channels[0].Scale, channels: len(kind.Channels),
		every: max(1, int64(math.Round(kind.Rate))), slot: -1,
	}, nil
}

// carryOn takes over from the finder of another rate: the numbers of beats go on, the windows too.
func (f *finder) carryOn(old *finder) {
	f.heart, f.seconds = old.heart, old.seconds
	f.broken = true
}

// feed takes the samples of a placed block and appends the frames they make.
func (f *finder) feed(p sensor.Place, values []int32, frames []telemetry.Frame) []telemetry.Frame {
	f.mark(p)
	period := float64(p.PeriodNS)
	for i := 0; i < len(values); i += f.channels {
		v := math.NaN()
		if values[i] != telemetry.NoValue {
			v = float64(values[i]) * f.scale
		}
		f.found = f.detector.Feed(v, f.found[:0])
		f.fed++
		for _, b := range f.found {
			f.take(b)
		}
		frames = f.tell(len(f.found), frames)
		k := int64(i / f.channels)
		if slot := (p.First + k) / f.every; slot != f.slot {
			f.slot = slot
			now := f.seconds + float64(k)*period*secondsPer
			at := p.Start + care.Stamp(float64(k)*period/1e3)
			grade := f.detector.Grade()
			frames = f.show(f.numbers(now, at, grade.Quality, telemetry.Flaws(grade.Why), f.contact()), frames)
		}
	}
	f.seconds += float64(len(values)/f.channels) * period * secondsPer
	return frames
}

// gap lets the missing time pass.
func (f *finder) gap(g telemetry.Gap) {
	f.detector.Gap()
	f.broken, f.unmarked = true, true
	f.seconds += max(0, g.To.Sub(g.From).Seconds())
}

// mark notes where a block begins.
func (f *finder) mark(p sensor.Place) {
	if f.markN > 0 && !f.unmarked && f.fed-f.marks[(f.markN-1)%len(f.marks)].fed < markApart {
		return
	}
	f.unmarked = false
	f.marks[f.markN%len(f.marks)] = mark{f.fed, p.Start, f.seconds, float64(p.PeriodNS)}
	f.markN++
}

// take lays a detector's beat on both clocks.
func (f *finder) take(b ecg.Beat) {
	m, ok := f.markOf(b.At)
	if !ok {
		return
	}
	away := (b.At - float64(m.fed)) * m.period // ns
	f.add(found{
		at: m.seconds + away*secondsPer, stamp: m.at + care.Stamp(math.Round(away/1e3)),
		quality: b.Quality, flaws: telemetry.Flaws(b.Why), height: b.Height, late: b.Late, after: b.AfterGap,
	})
}

// markOf finds the mark a fed index lies behind.
func (f *finder) markOf(at float64) (mark, bool) {
	for i := f.markN - 1; i >= max(0, f.markN-len(f.marks)); i-- {
		m := f.marks[i%len(f.marks)]
		if float64(m.fed) <= at || i == 0 {
			return m, true
		}
	}
	return mark{}, false
}

func (f *finder) quality() float64 { return f.detector.Quality() }

func (f *finder) contact() bool { return f.detector.Contact() }
