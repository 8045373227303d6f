package telemetry

import (
	"encoding/binary"
	"fmt"
)

// Append appends f's bytes to dst. It allocates only when dst is too small. The error is ErrTooLong when the frame
// passes MaxFrame (split the run), and wraps ErrFrame when f says something no frame may say; dst is then given back
// unchanged. BenchmarkAppend: 13 ECG samples, 51 bytes, in 34 ns (go test -bench . ./shared/telemetry).
func (f *Frame) Append(dst []byte) ([]byte, error) {
	out := append(dst, Version, byte(f.Kind))
	out = binary.AppendUvarint(out, uint64(f.Seq))
	var err error
	switch {
	case f.Kind == KindSamples && f.Samples != nil:
		out, err = f.Samples.append(out)
	case f.Kind == KindBeats && len(f.Beats) > 0:
		out, err = appendBeats(out, f.Beats)
	case f.Kind == KindTrend && f.Trend != nil:
		out, err = f.Trend.append(out)
	case f.Kind == KindGap && f.Gap != nil:
		out, err = f.Gap.append(out)
	default:
		err = fmt.Errorf("%w: kind %d without its content", ErrFrame, f.Kind)
	}
	if err == nil && len(out)-len(dst) > MaxFrame {
		err = ErrTooLong
	}
	if err != nil {
		return dst, err
	}
	return out, nil
}

func (s *Samples) append(dst []byte) ([]byte, error) {
	if err := s.check(); err != nil {
		return dst, err
	}
	dst = binary.AppendUvarint(dst, uint64(s.First))
	dst = binary.AppendUvarint(dst, zigzag(s.First-s.Sent))
	dst = binary.AppendUvarint(dst, uint64(s.Start))
	if s.Came == 0 {
		dst = append(dst, 0)
	} else {
		dst = binary.AppendUvarint(dst, 1+zigzag(int64(s.Came-s.Start)))
	}
	dst = binary.AppendUvarint(dst, uint64(s.PeriodNS))
	dst = append(dst, byte(s.Channels))
	dst = binary.AppendUvarint(dst, uint64(s.Count()))
	var last [MaxChannels]int64
	c := 0
	for _, v := range s.Values {
		if v == NoValue {
			dst = append(dst, 0)
		} else {
			dst = binary.AppendUvarint(dst, 1+zigzag(int64(v)-last[c]))
			last[c] = int64(v)
		}
		if c++; c == s.Channels {
			c = 0
		}
	}
	return dst, nil
}

func appendBeats(dst []byte, beats []Beat) ([]byte, error) {
	if len(beats) > MaxBeats {
		return dst, ErrTooLong
	}
	dst = append(dst, byte(len(beats)))
	for i, b := range beats {
		if !b.valid() || i > 0 && b.N <= beats[i-1].N {
			return dst, fmt.Errorf("%w: beat %d", ErrFrame, b.N)
		}
		if i == 0 {
			dst = binary.AppendUvarint(dst, uint64(b.N))
			dst = binary.AppendUvarint(dst, uint64(b.At))
		} else {
			dst = binary.AppendUvarint(dst, uint64(b.N-beats[i-1].N))
			dst = binary.AppendUvarint(dst, zigzag(int64(b.At-beats[i-1].At)))
		}
		dst = appendFloat(dst, b.RR)
		dst = append(dst, b.Quality, byte(b.Flags), byte(b.Flaws))
	}
	return dst, nil
}

func (t *Trend) append(dst []byte) ([]byte, error) {
	if !t.valid() {
		return dst, fmt.Errorf("%w: trend at %d", ErrFrame, t.At)
	}
	dst = binary.AppendUvarint(dst, uint64(t.At))
	var there uint16 // the numbers that are valid, a bit each
	for i, v := range t.numbers() {
		if *v == *v {
			there |= 1 << i
		}
	}
	dst = binary.LittleEndian.AppendUint16(dst, there)
	for _, v := range t.numbers() {
		if *v == *v {
			dst = appendFloat(dst, *v)
		}
	}
	dst = append(dst, t.Quality, byte(t.Flaws))
	dst = binary.LittleEndian.AppendUint16(dst, t.Window)
	return binary.LittleEndian.AppendUint16(dst, uint16(t.Why)), nil
}

func (g *Gap) append(dst []byte) ([]byte, error) {
	if !g.valid() {
		return dst, fmt.Errorf("%w: gap of cause %d", ErrFrame, g.Cause)
	}
	dst = binary.AppendUvarint(dst, uint64(g.From))
	dst = binary.AppendUvarint(dst, uint64(g.To-g.From))
	dst = binary.AppendUvarint(dst, uint64(g.Lost))
	return append(dst, byte(g.Cause)), nil
}
