// Package phone makes a movement sensor of the phone a page runs on: acceleration with gravity and rotation, as the
// browser tells them (W3C Device Orientation and Motion). It asks no browser itself; wasm/motion does. What the browser
// tells goes into packets of a layout of its own and takes the way of every sensor from there.
//
//	driver.go  the driver and its layout
//	packer.go  from the browser's events to packets
//	adapter.go the phone as a device
//
// A packet of eight samples is decoded in 0.3 µs at most, nothing allocated (go test -bench . ./shared/sensor/phone).
package phone

import (
	"context"
	"encoding/binary"
	"math"

	"hearth/shared/access"
	"hearth/shared/fault"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// Key names the driver.
const Key = "phone"

const service sensor.UUID = "6d1c0101-31d2-4b3f-9c0e-4c8f5a2e7b61"

// Rate is one byte, samples per second. Motion brings packets, little-endian: u64 µs at the last sample ·
// n × {acceleration xyz in 0.01 m/s², rotation xyz in 0.1 °/s}, i16 each; −32768 is no value.
var (
	Rate   = sensor.Characteristic{Service: service, ID: "6d1c0102-31d2-4b3f-9c0e-4c8f5a2e7b61"}
	Motion = sensor.Characteristic{Service: service, ID: "6d1c0103-31d2-4b3f-9c0e-4c8f5a2e7b61"}
)

// Faults of the phone as a sensor, beside those of every sensor.
var (
	ErrNone   = fault.New(fault.Unavailable, "sensor.phone.none", sensor.ErrUnavailable) // nothing tells how this device moves
	ErrDenied = fault.New(fault.Invalid, "sensor.phone.denied", sensor.ErrForbidden)     // the browser or somebody said no
)

const (
	accStep   = 0.01 // m/s²
	turnStep  = 0.1  // °/s
	channels  = 6
	stampSize = 8
	mostIn    = 40 // samples in a packet
	noValue   = math.MinInt16
	usualRate = 60
	leastRate = 5 // samples per second: less is no picture of movement
	mostRate  = 250
)

// Driver is the phone's sensor.Driver.
type Driver struct{}

// Describe implements sensor.Driver.
func (Driver) Describe() sensor.Description {
	return sensor.Description{
		Key:      Key,
		Name:     "sensor.phone.name",
		Filter:   sensor.Filter{Services: []sensor.UUID{service}},
		Services: []sensor.UUID{service},
		Can:      sensor.CanConnect | sensor.CanRecord | sensor.CanStream,
		Streams:  []sensor.Stream{stream(usualRate)},
	}
}

func stream(rate float64) sensor.Stream {
	// Browsers stamp an event when they make it, and are sometimes a few milliseconds late with that.
	s := sensor.Stream{Key: "movement", Signal: access.Movement, Rate: rate, Clock: sensor.Clock{Bits: 64, Hz: 1e6, Jitter: 0.01}, Ragged: true}
	for _, c := range []telemetry.Channel{{Name: "acc", Unit: "m/s²", Scale: accStep}, {Name: "gyro", Unit: "°/s", Scale: turnStep}} {
		for _, axis := range []string{"-x", "-y", "-z"} {
			s.Channels = append(s.Channels, telemetry.Channel{Name: c.Name + axis, Unit: c.Unit, Scale: c.Scale})
		}
	}
	return s
}

// Prepare implements sensor.Driver.
func (Driver) Prepare(ctx context.Context, link sensor.Link, _ sensor.Decoder) (sensor.Decoder, error) {
	switch found, err := link.Find(ctx, Motion); {
	case err != nil:
		return nil, err
	case !found:
		return nil, sensor.ErrUnknown
	}
	b, err := link.Read(ctx, Rate)
	if err != nil {
		return nil, err
	}
	if len(b) != 1 || b[0] < leastRate || b[0] > mostRate {
		return nil, sensor.ErrUnknown
	}
	if err := link.Subscribe(ctx, Motion); err != nil {
		return nil, err
	}
	return &decoder{streams: []sensor.Stream{stream(float64(b[0]))}}, nil
}

type decoder struct {
	streams []sensor.Stream
	values  [mostIn * channels]int32
}

// Streams implements sensor.Decoder.
func (d *decoder) Streams() []sensor.Stream { return d.streams }

// Decode implements sensor.Decoder.
func (d *decoder) Decode(n sensor.Notification, out []sensor.Block) ([]sensor.Block, error) {
	body := len(n.Bytes) - stampSize
	switch {
	case n.From != Motion:
		return out, &sensor.PacketError{From: n.From, Length: len(n.Bytes), Why: sensor.BadSource}
	case body <= 0 || body%(2*channels) != 0 || body > 2*len(d.values):
		return out, &sensor.PacketError{From: n.From, Length: len(n.Bytes), Why: sensor.BadLength}
	}
	values := d.values[:body/2]
	for i := range values {
		v := int32(int16(binary.LittleEndian.Uint16(n.Bytes[stampSize+2*i:])))
		if v == noValue {
			v = telemetry.NoValue
		}
		values[i] = v
	}
	return append(out, sensor.Block{Tick: binary.LittleEndian.Uint64(n.Bytes), Anchor: sensor.LastSample, Values: values}), nil
}
