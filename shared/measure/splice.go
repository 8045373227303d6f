package measure

import (
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// splice makes beats and numbers of what a device kept while no link was there. Every piece has a detector and windows of
// its own: what happened later, and the live ones, know nothing of it.
type splice struct {
	heart *finder
	due   care.Stamp     // when the next sample of the piece is due
	early []sensor.Block // came before the first block of the new link, which names the gap
	from  care.Stamp     // what has been filled since Spliced was asked last
	to    care.Stamp
}

// apart is how far two blocks of one piece may lie apart.
const apart = time.Second

// maxEarly bounds what waits for its gap to be named: at 16 samples a block and 250 a second, four minutes.
const maxEarly = 4096

// fill takes a block the device kept.
func (st *Stream) fill(b sensor.Block) {
	if st.time.Apart() && len(st.splice.early) < maxEarly {
		b.Values = slices.Clone(b.Values) // the decoder's own
		st.splice.early = append(st.splice.early, b)
		return
	}
	n := len(b.Values) / len(st.kind.Channels)
	p, ok := st.time.Fill(n, b.Tick, b.Anchor)
	st.count.Decoded += int64(n)
	switch {
	case ok:
		st.count.Filled += int64(n)
	case p.Placement == sensor.Twice:
		st.count.Twice += int64(n)
		return
	default:
		st.count.Refused += int64(n)
		return
	}
	s, end := &st.splice, p.Start+care.Stamp(float64(n)*float64(p.PeriodNS)/1e3)
	st.history.fill(p.Start, end, st.splice.feed(st, p, b.Values))
	if s.to == 0 {
		s.from, s.to = p.Start, end
	}
	s.from, s.to, s.due = min(s.from, p.Start), max(s.to, end), end
}

// fillEarly takes what waited for a gap that is named now.
func (st *Stream) fillEarly() {
	early := st.splice.early
	st.splice.early = nil
	for _, b := range early {
		st.fill(b)
	}
}

// feed makes frames of a block.
func (s *splice) feed(st *Stream, p sensor.Place, values []int32) []telemetry.Frame {
	if st.finder == nil {
		return nil
	}
	away := p.Start.Sub(s.due)
	if s.heart == nil || away < -sampleTime(p) || away > apart {
		h, err := newFinder(st.kind)
		if err != nil {
			return nil // never: the stream's own heart is of the same kind
		}
		s.heart = h
	} else if away > 2*sampleTime(p) {
		s.heart.gap(telemetry.Gap{From: s.due, To: p.Start})
	}
	return s.heart.feed(p, values, nil)
}

func sampleTime(p sensor.Place) time.Duration { return time.Duration(p.PeriodNS) }

// Spliced is the stretch of session time in which something was filled in since it was asked last; ok is false when
// nothing was.
func (st *Stream) Spliced() (from, to care.Stamp, ok bool) {
	from, to = st.splice.from, st.splice.to
	st.splice.from, st.splice.to = 0, 0
	return from, to, to != 0
}

// History is what the stream said before.
func (st *Stream) History() *History { return &st.history }
