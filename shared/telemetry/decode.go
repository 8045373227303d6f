package telemetry

import (
	"fmt"
	"math"

	"hearth/shared/care"
)

// Decode reads one frame. The error is ErrVersion or wraps ErrFrame. It never panics, whatever the bytes.
func Decode(b []byte) (Frame, error) {
	var d Decoder // escapes with the frame: the caller keeps it
	return d.Decode(b)
}

// Decoder reads frame after frame into the same memory, so that a receiver in steady state allocates nothing
// (BenchmarkDecode: 13 ECG samples in 100 ns).
type Decoder struct {
	samples Samples
	beats   []Beat
	trend   Trend
	gap     Gap
}

// Decode reads one frame. What it returns is lent until the next call.
func (d *Decoder) Decode(b []byte) (Frame, error) {
	if len(b) > MaxFrame {
		return Frame{}, fmt.Errorf("%w: %d bytes", ErrFrame, len(b))
	}
	if len(b) > 0 && b[0] != Version {
		return Frame{}, ErrVersion
	}
	r := reader{b: b}
	r.byte()
	f := Frame{Kind: Kind(r.byte()), Seq: uint32(r.uvarint(math.MaxUint32))}
	switch f.Kind {
	case KindSamples:
		f.Samples = &d.samples
		f.Samples.read(&r)
	case KindBeats:
		d.beats = readBeats(d.beats[:0], &r)
		f.Beats = d.beats
	case KindTrend:
		f.Trend = &d.trend
		f.Trend.read(&r)
	case KindGap:
		f.Gap = &d.gap
		f.Gap.read(&r)
	default:
		return Frame{}, fmt.Errorf("%w: kind %d", ErrFrame, f.Kind)
	}
	if r.bad || len(r.b) > 0 {
		return Frame{}, ErrFrame
	}
	return f, nil
}

func (s *Samples) read(r *reader) {
	s.First = int64(r.uvarint(maxIndex))
	behind := r.signed()
	s.Sent = s.First - behind
	s.Start = r.stamp(care.Stamp(r.uvarint(math.MaxInt64)))
	s.Came = 0
	if u := r.uvarint(2 * uint64(MaxStamp)); u != 0 { // far enough to either side
		s.Came = r.stamp(s.Start + care.Stamp(unzigzag(u-1)))
	}
	s.PeriodNS = uint32(r.uvarint(MaxPeriod))
	s.Channels = int(r.byte())
	count := int(r.uvarint(MaxValues))
	s.Values = s.Values[:0]
	// Every value takes at least a byte: what cannot be there is not made room for.
	if n := count * s.Channels; r.bad || s.Channels > MaxChannels || n == 0 || n > MaxValues || n > len(r.b) ||
		s.PeriodNS == 0 || !validIndex(s.Sent) {
		r.bad = true
		return
	}
	var last [MaxChannels]int64
	for range count {
		for c := range s.Channels {
			u := r.uvarint(math.MaxUint64)
			if u == 0 {
				s.Values = append(s.Values, NoValue)
				continue
			}
			d := unzigzag(u - 1)
			if d < -math.MaxUint32 || d > math.MaxUint32 {
				r.bad = true
				return
			}
			v := last[c] + d
			if v <= NoValue || v > math.MaxInt32 {
				r.bad = true
				return
			}
			last[c] = v
			s.Values = append(s.Values, int32(v))
		}
	}
}

func readBeats(beats []Beat, r *reader) []Beat {
	count := int(r.byte())
	if count == 0 || count > MaxBeats {
		r.bad = true
		return beats
	}
	for i := range count {
		var b Beat
		if i == 0 {
			b.N = uint32(r.uvarint(math.MaxUint32))
			b.At = r.stamp(care.Stamp(r.uvarint(math.MaxInt64)))
		} else {
			before := beats[i-1]
			step := r.uvarint(uint64(math.MaxUint32 - before.N))
			b.N = before.N + uint32(step)
			d := r.signed()
			if step == 0 || d > int64(MaxStamp) || d < -int64(MaxStamp) {
				r.bad = true
				return beats
			}
			b.At = r.stamp(before.At + care.Stamp(d))
		}
		b.RR = r.float()
		b.Quality = r.byte()
		b.Flags, b.Flaws = Flags(r.byte()), Flaws(r.byte())
		if r.bad || !b.valid() {
			r.bad = true
			return beats
		}
		beats = append(beats, b)
	}
	return beats
}

func (t *Trend) read(r *reader) {
	t.At = r.stamp(care.Stamp(r.uvarint(math.MaxInt64)))
	there := r.uint16()
	numbers := t.numbers()
	r.bad = r.bad || there>>len(numbers) != 0
	for i, v := range numbers {
		if *v = float32(math.NaN()); there>>i&1 != 0 {
			*v = r.float()
		}
	}
	t.Quality, t.Flaws = r.byte(), Flaws(r.byte())
	t.Window = r.uint16()
	t.Why = Reason(r.uint16())
	r.bad = r.bad || !t.valid()
}

func (g *Gap) read(r *reader) {
	g.From = r.stamp(care.Stamp(r.uvarint(math.MaxInt64)))
	g.To = r.stamp(g.From + care.Stamp(r.uvarint(uint64(MaxStamp))))
	g.Lost = int64(r.uvarint(maxIndex))
	g.Cause = Cause(r.byte())
	r.bad = r.bad || !g.valid()
}
