package polar

import (
	"encoding/binary"
	"math"

	"hearth/shared/sensor"
)

// The layout, little-endian: u8 measurement · u64 ns since 2000-01-01 at the last sample · u8 frame type · samples.
//
//	ECG, type 0             n × i24 in µV
//	acceleration, type 1    n × 3 × i16 in mg
//	acceleration, type 129  3 × i16 in mg, the first sample; then groups: u8 bits · u8 count · count × 3 differences to
//	                        the sample before, so many bits each, lowest first, filled up to whole bytes
//	acceleration, type 128  the same in steps the answer to the start told the worth of
const (
	frameHead  = 10
	plain24    = 0
	plain16    = 1
	packedUnit = 0x80
	packed16   = 0x81

	packetMax = 512 // bytes: an attribute is never longer (Core Specification, volume 3, part F, section 3.2.9)
	axes      = 3
	bitsMost  = 24 // of a difference
	mostG     = 1e6
)

// Decoder reads Data.
type Decoder struct {
	firmware      string
	streams       []sensor.Stream
	ecg, movement int     // places in streams, −1 without
	factor        float64 // g per step of type 128, 0 = not known
	values        [packetMax * 8]int32
}

// Streams implements sensor.Decoder.
func (d *Decoder) Streams() []sensor.Stream { return d.streams }

// About implements sensor.Teller.
func (d *Decoder) About() sensor.About { return sensor.About{Firmware: d.firmware} }

// Decode implements sensor.Decoder.
func (d *Decoder) Decode(n sensor.Notification, out []sensor.Block) ([]sensor.Block, error) {
	b := n.Bytes
	bad := func(why sensor.Why) ([]sensor.Block, error) {
		return out, &sensor.PacketError{From: n.From, Length: len(b), Why: why}
	}
	if n.From != Data {
		return bad(sensor.BadSource)
	}
	if len(b) <= frameHead || len(b) > packetMax {
		return bad(sensor.BadLength)
	}
	body, stream, count := b[frameHead:], d.movement, 0
	switch what, frame := b[0], b[9]; {
	case what == ecg && frame == plain24:
		stream, count = d.ecg, d.plain(body, 3)
	case what == acceleration && frame == plain16:
		count = d.plain(body, 2)
	case what == acceleration && frame == packed16:
		count = d.packed(body, 1)
	case what == acceleration && frame == packedUnit && d.factor > 0:
		count = d.packed(body, 1000*d.factor)
	default:
		return bad(sensor.BadContent)
	}
	if stream < 0 {
		return bad(sensor.BadContent)
	}
	if count == 0 || count%len(d.streams[stream].Channels) != 0 {
		return bad(sensor.BadLength)
	}
	return append(out, sensor.Block{Stream: stream, Tick: binary.LittleEndian.Uint64(b[1:]), Anchor: sensor.LastSample, Values: d.values[:count]}), nil
}

// plain reads whole values of so many bytes; 0 when they do not fill the packet.
func (d *Decoder) plain(b []byte, size int) int {
	if len(b)%size != 0 {
		return 0
	}
	n := len(b) / size
	for i := range n {
		v := int32(int16(binary.LittleEndian.Uint16(b[i*size:])))
		if size == 3 {
			v = int32(b[i*3])<<8 | int32(b[i*3+1])<<16 | int32(int8(b[i*3+2]))<<24
			v >>= 8
		}
		d.values[i] = v
	}
	return n
}

// packed reads differences, every step worth so many mg; 0 when they do not fill the packet.
func (d *Decoder) packed(b []byte, worth float64) int {
	if len(b) < 2*axes {
		return 0
	}
	var last [axes]int32
	n := 0
	for c := range last {
		last[c] = int32(int16(binary.LittleEndian.Uint16(b[2*c:])))
		d.values[n] = steps(last[c], worth)
		n++
	}
	for b = b[2*axes:]; len(b) > 0; {
		if len(b) < 2 {
			return 0
		}
		wide, count := int(b[0]), int(b[1])
		size := (wide*count*axes + 7) / 8
		if wide < 1 || wide > bitsMost || count < 1 || len(b) < 2+size {
			return 0
		}
		group := b[2 : 2+size]
		for i := range count * axes {
			c := i % axes
			last[c] = min(max(last[c]+difference(group, i*wide, wide), -mostG), mostG)
			d.values[n] = steps(last[c], worth)
			n++
		}
		b = b[2+size:]
	}
	return n
}

// difference reads a signed number of so many bits, lowest first.
func difference(b []byte, at, wide int) int32 {
	v := uint32(0)
	for i := range wide {
		v |= uint32(b[(at+i)/8]>>((at+i)%8)&1) << i
	}
	return int32(v<<(32-wide)) >> (32 - wide)
}

func steps(v int32, worth float64) int32 {
	if worth == 1 {
		return v
	}
	return int32(math.Round(float64(v) * worth))
}
