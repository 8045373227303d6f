package demo

import (
	"encoding/binary"
	"math"

	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// The layout, little-endian throughout. −32768 is "no value".
//
//	ECG       u64 µs of the device's clock at the first sample · n × i16 in 0.5 µV        (n = 16: 40 bytes)
//	Movement  u64 µs at the first sample · n × 9 × i16: acceleration xyz in 0.01 m/s²,
//	          rotation xyz in 0.1 °/s, magnetic field xyz in 0.01 µT                      (n = 8: 152 bytes)
//
// n follows from the length. Seen from the chest x points left, y up, z forward; at rest y measures +9.81 m/s².
const service sensor.UUID = "6d1c0001-31d2-4b3f-9c0e-4c8f5a2e7b61"

// What the device notifies, besides sensor.BatteryLevel.
var (
	ECG      = sensor.Characteristic{Service: service, ID: "6d1c0002-31d2-4b3f-9c0e-4c8f5a2e7b61"}
	Movement = sensor.Characteristic{Service: service, ID: "6d1c0003-31d2-4b3f-9c0e-4c8f5a2e7b61"}
)

const (
	microVoltStep = 0.5
	accStep       = 0.01
	gyroStep      = 0.1
	magStep       = 0.01

	ecgPerPacket      = 16
	movementPerPacket = 8
	movementChannels  = 9
	stampBytes        = 8
	packetMax         = 512 // bytes: an attribute is never longer (Core Specification, volume 3, part F, section 3.2.9)
	noValue           = math.MinInt16
)

// decoder reads the layout above.
type decoder struct{ values [packetMax / 2]int32 }

// Streams implements sensor.Decoder.
func (*decoder) Streams() []sensor.Stream { return streams() }

// Decode implements sensor.Decoder.
func (d *decoder) Decode(n sensor.Notification, out []sensor.Block) ([]sensor.Block, error) {
	b := sensor.Block{Anchor: sensor.FirstSample}
	packet, size := n.Bytes, 2
	switch n.From {
	case ECG:
	case Movement:
		b.Stream, size = 1, 2*movementChannels
	default:
		return out, &sensor.PacketError{From: n.From, Length: len(packet), Why: sensor.BadSource}
	}
	body := len(packet) - stampBytes
	if body <= 0 || body%size != 0 || len(packet) > packetMax {
		return out, &sensor.PacketError{From: n.From, Length: len(packet), Why: sensor.BadLength}
	}
	b.Tick = binary.LittleEndian.Uint64(packet)
	b.Values = d.values[:body/2]
	for i := range b.Values {
		v := int32(int16(binary.LittleEndian.Uint16(packet[stampBytes+2*i:])))
		if v == noValue {
			v = telemetry.NoValue
		}
		b.Values[i] = v
	}
	return append(out, b), nil
}

// encode writes a packet.
func encode(tick uint64, values []int16) []byte {
	p := binary.LittleEndian.AppendUint64(make([]byte, 0, stampBytes+2*len(values)), tick)
	for _, v := range values {
		p = binary.LittleEndian.AppendUint16(p, uint16(v))
	}
	return p
}

// steps turns a quantity into the device's steps; what is out of range has no value, as on real devices.
func steps(v, step float64) int16 {
	s := math.Round(v / step)
	if !(s > math.MinInt16 && s <= math.MaxInt16) {
		return noValue
	}
	return int16(s)
}

// NewDecoder returns a decoder for the packets of a Source, where there is no link to prepare.
func NewDecoder() sensor.Decoder { return &decoder{} }
