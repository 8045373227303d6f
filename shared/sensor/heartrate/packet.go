package heartrate

import (
	"encoding/binary"
	"math"

	"hearth/shared/sensor"
)

// The layout (GATT Specification Supplement, Heart Rate Measurement), little-endian: u8 flags · u8 or u16 heart rate in
// 1/min · u16 energy expended in kJ, when flagged · u16 intervals in 1/1024 s to the end, oldest first, when flagged.
const (
	flagWide    = 1 << 0 // the rate has 16 bits
	flagTouches = 1 << 1 // contact detected
	flagKnows   = 1 << 2 // contact is looked for at all
	flagEnergy  = 1 << 3
	flagRR      = 1 << 4

	tick      = 1.0 / 1024 // s
	packetMax = 512        // bytes: an attribute is never longer (Core Specification, volume 3, part F, section 3.2.9)
	mostRate  = 300        // 1/min
	leastRR   = 0.25       // s: below, and above mostRR, it is no interval between two heartbeats
	mostRR    = 3.0        // s
)

// Decoder reads Heart Rate Measurement. The zero value reads packets that come over no link.
type Decoder struct {
	firmware string
	pulse    sensor.Pulse
	rr       [packetMax / 2]float64
}

// Streams implements sensor.Decoder.
func (*Decoder) Streams() []sensor.Stream { return streams() }

// About implements sensor.Teller.
func (d *Decoder) About() sensor.About { return sensor.About{Firmware: d.firmware} }

// Decode implements sensor.Decoder. An interval no heart has is NaN: the chain of beats breaks there.
func (d *Decoder) Decode(n sensor.Notification, out []sensor.Block) ([]sensor.Block, error) {
	if n.From != Measurement {
		return out, &sensor.PacketError{From: n.From, Length: len(n.Bytes), Why: sensor.BadSource}
	}
	if !d.read(n.Bytes) {
		return out, &sensor.PacketError{From: n.From, Length: len(n.Bytes), Why: sensor.BadLength}
	}
	return append(out, sensor.Block{Pulse: &d.pulse}), nil
}

// read fills in the pulse; false when the length does not fit the flags.
func (d *Decoder) read(b []byte) bool {
	if len(b) < 2 || len(b) > packetMax {
		return false
	}
	flags, rest := b[0], b[1:]
	rate := 0
	if flags&flagWide != 0 {
		if len(rest) < 2 {
			return false
		}
		rate, rest = int(binary.LittleEndian.Uint16(rest)), rest[2:]
	} else {
		rate, rest = int(rest[0]), rest[1:]
	}
	if flags&flagEnergy != 0 {
		if len(rest) < 2 {
			return false
		}
		rest = rest[2:]
	}
	if len(rest)%2 != 0 || len(rest) > 0 && flags&flagRR == 0 {
		return false
	}
	d.pulse = sensor.Pulse{Rate: rateOf(rate), RR: d.rr[:len(rest)/2], Contact: contactOf(flags)}
	for i := range d.pulse.RR {
		d.pulse.RR[i] = interval(binary.LittleEndian.Uint16(rest[2*i:]))
	}
	return true
}

// rateOf is NaN for 0, which devices send while they look for a pulse, and for what no heart does.
func rateOf(rate int) float64 {
	if rate == 0 || rate > mostRate {
		return math.NaN()
	}
	return float64(rate)
}

func contactOf(flags byte) sensor.Contact {
	switch {
	case flags&flagKnows == 0:
		return sensor.ContactUnknown
	case flags&flagTouches == 0:
		return sensor.ContactOff
	}
	return sensor.ContactOn
}

func interval(ticks uint16) float64 {
	if rr := float64(ticks) * tick; rr >= leastRR && rr <= mostRR {
		return rr
	}
	return math.NaN()
}

// Encode writes what a device would send, with an 8-bit rate where it fits; a NaN rate is 0. Intervals are rounded to
// 1/1024 s. It is there for made-up devices.
func Encode(p sensor.Pulse) []byte {
	rate := 0.0
	if p.Rate > 0 {
		rate = math.Round(p.Rate)
	}
	flags := []byte{sensor.ContactUnknown: 0, sensor.ContactOff: flagKnows, sensor.ContactOn: flagKnows | flagTouches}[p.Contact]
	if len(p.RR) > 0 {
		flags |= flagRR
	}
	b := []byte{flags, byte(rate)}
	if rate > math.MaxUint8 {
		b = binary.LittleEndian.AppendUint16([]byte{flags | flagWide}, uint16(rate))
	}
	for _, rr := range p.RR {
		b = binary.LittleEndian.AppendUint16(b, uint16(math.Round(rr/tick)))
	}
	return b
}
