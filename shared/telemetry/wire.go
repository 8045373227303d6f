package telemetry

import (
	"encoding/binary"
	"errors"
	"math"

	"hearth/shared/care"
)

// # The wire
//
// A frame is one message of a sensor's channel, at most MaxFrame bytes, so that it travels in one datagram. Numbers
// are varints as in encoding/binary (unsigned, little end first, shortest form only), "signed" ones zigzag on top;
// float32 and uint16 are little-endian.
//
//	byte     Version
//	byte     Kind
//	uvarint  Seq (fits uint32)
//
//	samples  uvarint First, signed First−Sent, uvarint Start, uvarint 0 for no Came, else 1 + zigzag(Came−Start),
//	         uvarint PeriodNS, byte Channels, uvarint Count, then Count × Channels values, interleaved: uvarint 0 for NoValue, else 1 + zigzag(difference from the last
//	         value of the same channel in this frame, 0 at first)
//	beats    byte count, then for each: uvarint N (the first) or N minus the N before (≥ 1),
//	         uvarint At (the first) or signed At minus the At before, float32 RR, byte Quality, byte Flags, byte Flaws
//	trend    uvarint At, uint16 which of the numbers are valid, a bit each, those as float32 (HR MeanHR RMSSD SDNN LF HF VLF
//	         Corrected SDNN1 SI Breath Energy Gyro Cadence), byte Quality, byte Flaws, uint16 Window, uint16 Why
//	gap      uvarint From, uvarint To−From, uvarint Lost, byte Cause
//
// There is exactly one way to write a frame: what decodes encodes to the same bytes, NaN is never written,
// nothing may follow. So a frame that was damaged is refused rather than misread.

// Limits of a frame; anything beyond is refused on both sides.
const (
	MaxFrame    = 1100 // bytes: an SCTP chunk that fits one datagram of 1200 bytes, the size WebRTC assumes
	MaxChannels = 9
	MaxValues   = 900 // values in a run of samples
	MaxBeats    = 16
	MaxPeriod   = 4_000_000_000 // ns from one sample to the next
)

// The session time a frame may name: from 2000 to 2200. A stamp outside is a broken clock or a broken frame.
const (
	MinStamp care.Stamp = 946_684_800_000_000
	MaxStamp care.Stamp = 7_258_118_400_000_000
)

// Why a frame is refused. ErrFrame is under all others.
var (
	ErrFrame   = errors.New("telemetry: not a frame")
	ErrVersion = errors.New("telemetry: a frame of another version")
	ErrTooLong = errors.New("telemetry: the frame would be too long")
)

// maxIndex bounds sample indices and counts: 2^53, which even JSON carries exactly.
const maxIndex = 1 << 53

func zigzag(v int64) uint64   { return uint64(v<<1) ^ uint64(v>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

func appendFloat(dst []byte, f float32) []byte {
	return binary.LittleEndian.AppendUint32(dst, math.Float32bits(f))
}

// reader takes a frame apart. After the first mistake every further read gives zero and bad stays set, so the decoder
// reads as the layout does and asks once.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.bad = true
		return 0
	}
	v := r.b[0]
	r.b = r.b[1:]
	return v
}

// uvarint reads a shortest-form varint of at most max.
func (r *reader) uvarint(max uint64) uint64 {
	if len(r.b) > 0 && r.b[0] < 0x80 && uint64(r.b[0]) <= max { // most differences are small
		v := r.b[0]
		r.b = r.b[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > max || n > 1 && r.b[n-1] == 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) signed() int64 { return unzigzag(r.uvarint(math.MaxUint64)) }

func (r *reader) uint16() uint16 {
	if len(r.b) < 2 {
		r.bad, r.b = true, nil
		return 0
	}
	v := binary.LittleEndian.Uint16(r.b)
	r.b = r.b[2:]
	return v
}

func (r *reader) float() float32 {
	if len(r.b) < 4 {
		r.bad, r.b = true, nil
		return 0
	}
	f := math.Float32frombits(binary.LittleEndian.Uint32(r.b))
	r.b = r.b[4:]
	if f != f {
		r.bad = true
		return 0
	}
	return f
}

// stamp checks a stamp as it is read.
func (r *reader) stamp(s care.Stamp) care.Stamp {
	if !validStamp(s) {
		r.bad = true
		return MinStamp
	}
	return s
}
