// Package demo is a sensor nobody has to wear: a made-up person with a heart, breath and restless limbs, and the
// device on that person's chest, which sends packets like a real one. Their true heartbeats are known, so whatever is
// computed from the packets can be held against the truth. It never pretends to be real: its description says Demo.
//
//	Source   the device as a stream of packets, as fast as one takes them: for tests and replays
//	Driver   the same device behind the doors every sensor has, in real time: for pages
//
// The same options give the same packets, bit by bit, on every machine of one architecture.
package demo

import (
	"context"

	"hearth/shared/access"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// Rates of the made-up device, in samples per second.
const (
	ECGRate      = 250
	MovementRate = 52
)

// Driver is the demo's sensor.Driver. The zero value is the one of the catalogue.
type Driver struct {
	Options Options
	Clock   Clock // nil: the machine's
}

// Describe implements sensor.Driver.
func (d Driver) Describe() sensor.Description {
	return sensor.Description{
		Key:      "demo",
		Name:     "sensor.demo.name",
		Demo:     true,
		Filter:   sensor.Filter{NamePrefixes: []string{"Hearth Demo"}},
		Services: []sensor.UUID{service, sensor.BatteryLevel.Service},
		Can:      sensor.CanConnect | sensor.CanRecord | sensor.CanStream,
		Worn:     sensor.Chest,
		Streams:  streams(),
	}
}

// streams are those of the only layout.
func streams() []sensor.Stream {
	clock := sensor.Clock{Bits: 64, Hz: 1e6}
	ecg := []telemetry.Channel{{Name: "ecg", Unit: "µV", Scale: microVoltStep}}
	var movement []telemetry.Channel
	for _, c := range []telemetry.Channel{
		{Name: "acc", Unit: "m/s²", Scale: accStep},
		{Name: "gyro", Unit: "°/s", Scale: gyroStep},
		{Name: "mag", Unit: "µT", Scale: magStep},
	} {
		for _, axis := range []string{"-x", "-y", "-z"} {
			movement = append(movement, telemetry.Channel{Name: c.Name + axis, Unit: c.Unit, Scale: c.Scale})
		}
	}
	return []sensor.Stream{
		{Key: "ecg", Signal: access.ECG, Rate: ECGRate, Channels: ecg, Clock: clock},
		{Key: "movement", Signal: access.Movement, Rate: MovementRate, Channels: movement, Clock: clock},
	}
}

// Prepare implements sensor.Driver: it refuses what is not the demo's device and subscribes.
func (d Driver) Prepare(ctx context.Context, link sensor.Link, _ sensor.Decoder) (sensor.Decoder, error) {
	for _, c := range []sensor.Characteristic{ECG, Movement} {
		switch found, err := link.Find(ctx, c); {
		case err != nil:
			return nil, err
		case !found:
			return nil, sensor.ErrUnknown
		}
	}
	for _, c := range []sensor.Characteristic{sensor.BatteryLevel, ECG, Movement} {
		if err := link.Subscribe(ctx, c); err != nil {
			return nil, err
		}
	}
	return &decoder{}, nil
}

// Adapter gives sensor.AdapterFor the demo's own way to its device.
func (d Driver) Adapter() sensor.Adapter { return adapter{d.Options, d.Clock} }
