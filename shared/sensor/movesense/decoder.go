package movesense

import (
	"encoding/binary"
	"math"
	"sync/atomic"

	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

const (
	packetMax = 512 // bytes: an attribute is never longer (Core Specification, volume 3, part F, section 3.2.9)
	noValue   = math.MinInt16
)

// decoder reads one device, as it was found by Prepare. It allocates nothing after that. An ECG packet of 16
// samples takes 35 ns, 340 where it is thinned, a movement packet 90 (BenchmarkDecode, one core of a small server).
type decoder struct {
	layout                        *layout
	quirks                        quirk
	firmware                      string
	notes                         []string
	ecgInterval, movementInterval uint8
	streams                       []sensor.Stream
	wrote                         int64 // the time the device was given, 0 if it was not

	epoch     epoch
	unset     atomic.Bool               // its last stamp was of a device that knows no time
	thinner   *thinner                  // of the quirk thinsWrongly
	reception atomic.Pointer[reception] // the log being fetched, or nil
	values    [2 * packetMax]int32
}

func newDecoder(l *layout, firmware string) *decoder {
	d := &decoder{layout: l, firmware: firmware, ecgInterval: usualECG, movementInterval: usualMovement}
	d.quirks, d.notes = quirksOf(l, firmware)
	return d
}

// describe settles the streams, when the intervals are known.
func (d *decoder) describe() {
	e := ecgStream(d.ecgInterval, d.layout)
	if d.quirks.has(thinsWrongly) {
		d.thinner = newThinner()
		e.Rate /= 2
		e.Clock.Delay = delay * nativeGap / 1e3
	}
	if d.quirks.has(slidesStamps) && d.ecgInterval == 10 {
		e.Clock.Jitter = 16.0 / 500
	}
	d.streams = []sensor.Stream{e}
	if d.layout.movement != none {
		d.streams = append(d.streams, movementStream(d.movementInterval, d.layout))
	}
}

func (d *decoder) note(code string) { d.notes = append(d.notes, code) }

// Streams implements sensor.Decoder.
func (d *decoder) Streams() []sensor.Stream { return d.streams }

// About implements sensor.Teller. It may be called from any goroutine.
func (d *decoder) About() sensor.About {
	notes := append([]string(nil), d.notes...)
	if d.unset.Load() {
		notes = append(notes, "movesense-clock")
	}
	return sensor.About{Firmware: d.firmware, Notes: notes}
}

// Decode implements sensor.Decoder.
func (d *decoder) Decode(n sensor.Notification, out []sensor.Block) ([]sensor.Block, error) {
	stream := 0
	switch n.From {
	case none:
		return out, d.bad(n, sensor.BadSource)
	case d.layout.ecg:
	case d.layout.movement:
		stream = 1
	case d.layout.transfer:
		return d.decodeLog(n, out)
	default:
		return out, d.bad(n, sensor.BadSource)
	}
	b, ok := d.packet(stream, n.Bytes, d.values[:])
	if !ok {
		return out, d.bad(n, sensor.BadLength)
	}
	if d.layout.stampBytes == 8 {
		d.unset.Store(!set(b.Tick))
		if d.quirks.has(wrapsTime) {
			b.Tick = d.epoch.live(b.Tick, n.At)
		}
	}
	if d.thinner != nil && stream == 0 {
		b.Tick, b.Values = d.thinner.thin(uint32(b.Tick), b.Values)
		if len(b.Values) == 0 {
			return out, nil // all of it waits for what comes next
		}
	}
	return append(out, b), nil
}

func (d *decoder) bad(n sensor.Notification, why sensor.Why) error {
	return &sensor.PacketError{From: n.From, Length: len(n.Bytes), Why: why}
}

// packet reads a packet into room, stamped as the device did. It is the same on the air and in a log.
func (d *decoder) packet(stream int, p []byte, room []int32) (b sensor.Block, ok bool) {
	size := 2
	if stream == 1 {
		size = 2 * movementChannels
	}
	body := len(p) - d.layout.stampBytes
	if body <= 0 || body%size != 0 || len(p) > packetMax || body/2 > len(room) {
		return b, false
	}
	b = sensor.Block{Stream: stream, Anchor: sensor.LastSample, Values: room[:body/2]}
	if d.layout.stampBytes == 8 {
		b.Tick = binary.LittleEndian.Uint64(p)
	} else {
		b.Tick = uint64(binary.LittleEndian.Uint32(p))
	}
	p = p[d.layout.stampBytes:]
	for i := range b.Values {
		v := int32(int16(binary.LittleEndian.Uint16(p[2*i:])))
		if v == noValue {
			v = telemetry.NoValue
		}
		b.Values[i] = v
	}
	return b, true
}
