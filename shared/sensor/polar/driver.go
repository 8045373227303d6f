// Package polar reads the ECG and the acceleration of a Polar H10 over Polar's measurement data service, whose format the
// maker has published (Polar Measurement Data Specification for 3rd Party). A strap without that service gives heartbeats
// over the standard one: package heartrate. What the link's end does not stop, the next Prepare does.
//
//	driver.go   how the strap is found, set up and started
//	control.go  questions to its control point, settings
//	packet.go   packets of samples
//
// A packet of 73 ECG samples is decoded in 180 ns, one of 36 samples of acceleration in 150 ns, nothing allocated
// (go test -bench . ./shared/sensor/polar).
package polar

import (
	"context"
	"errors"
	"time"

	"hearth/shared/access"
	"hearth/shared/fault"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// The service and its two characteristics.
const service sensor.UUID = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"

// Control is asked and answers, Data brings the samples.
var (
	Control = sensor.Characteristic{Service: service, ID: "fb005c81-02e7-f387-1cad-8acd2d8df0c8"}
	Data    = sensor.Characteristic{Service: service, ID: "fb005c82-02e7-f387-1cad-8acd2d8df0c8"}
)

// Faults of a Polar strap, beside those of every sensor.
var (
	ErrPlain    = fault.New(fault.Invalid, "sensor.polar.plain", sensor.ErrUnknown) // no ECG: a strap for the heart-rate driver
	ErrRefused  = fault.New(fault.Unavailable, "sensor.polar.refused", nil)         // it does not start to measure
	ErrCharging = fault.New(fault.Unavailable, "sensor.polar.charging", nil)        // it does not measure while it is charged
)

// What is asked for where the strap offers it.
const (
	ecgRate      = 130 // samples per second
	movementRate = 50
	accRange     = 8 // g

	// quiet is how long the strap may take to send its first samples after it was started: half a minute was seen.
	quiet = 40 * time.Second
)

// Driver is the sensor.Driver of the Polar H10.
type Driver struct{}

// Describe implements sensor.Driver.
func (Driver) Describe() sensor.Description {
	return sensor.Description{
		Key:      "polar",
		Name:     "sensor.polar.name",
		Filter:   sensor.Filter{NamePrefixes: []string{"Polar "}},
		Services: []sensor.UUID{service, sensor.BatteryLevel.Service, sensor.FirmwareRevision.Service},
		Can:      sensor.CanConnect | sensor.CanRecord | sensor.CanStream,
		Worn:     sensor.Chest,
		Streams:  []sensor.Stream{ecgStream(ecgRate), movementStream(movementRate)},
		Quiet:    quiet,
	}
}

// clock counts nanoseconds since the year 2000.
var clock = sensor.Clock{Bits: 64, Hz: 1e9}

func ecgStream(rate float64) sensor.Stream {
	return sensor.Stream{Key: "ecg", Signal: access.ECG, Rate: rate, Clock: clock,
		Channels: []telemetry.Channel{{Name: "ecg", Unit: "µV", Scale: 1}}}
}

func movementStream(rate float64) sensor.Stream {
	s := sensor.Stream{Key: "movement", Signal: access.Movement, Rate: rate, Clock: clock}
	for _, axis := range []string{"acc-x", "acc-y", "acc-z"} {
		s.Channels = append(s.Channels, telemetry.Channel{Name: axis, Unit: "m/s²", Scale: milliG})
	}
	return s
}

// milliG is 1/1000 of standard gravity in m/s².
const milliG = 0.00980665

// Prepare implements sensor.Driver. A strap that gives its ECG and not its acceleration is welcome.
func (Driver) Prepare(ctx context.Context, link sensor.Link, _ sensor.Decoder) (sensor.Decoder, error) {
	for _, c := range []sensor.Characteristic{Control, Data} {
		switch found, err := link.Find(ctx, c); {
		case err != nil:
			return nil, err
		case !found:
			return nil, ErrPlain
		}
	}
	features, err := link.Read(ctx, Control)
	if err != nil {
		return nil, err
	}
	if !gives(features, ecg) {
		return nil, ErrPlain
	}
	d := &Decoder{ecg: -1, movement: -1, factor: 0}
	if d.firmware, err = sensor.Meet(ctx, link); err != nil {
		return nil, err
	}
	if err := link.Subscribe(ctx, Data); err != nil {
		return nil, err
	}
	if _, err := d.start(ctx, link, ecg); err != nil {
		return nil, err
	}
	if gives(features, acceleration) {
		if _, err := d.start(ctx, link, acceleration); err != nil && (ctx.Err() != nil || errors.Is(err, sensor.ErrLost)) {
			return nil, err
		}
	}
	return d, nil
}

// start has the strap measure one signal and adds its stream.
func (d *Decoder) start(ctx context.Context, link sensor.Link, what byte) (offered settings, err error) {
	if offered, err = ask(ctx, link, opSettings, what, nil); err != nil {
		return offered, err
	}
	chosen, wish := offered.choose(what)
	if chosen.rate == 0 {
		return offered, ErrRefused
	}
	begun, err := ask(ctx, link, opStart, what, wish)
	if errors.Is(err, errRunning) { // left over from a link that broke: with what settings nobody knows
		if _, err = ask(ctx, link, opStop, what, nil); err == nil {
			begun, err = ask(ctx, link, opStart, what, wish)
		}
	}
	if err != nil {
		return offered, err
	}
	if what == ecg {
		d.ecg, d.streams = len(d.streams), append(d.streams, ecgStream(chosen.rate))
		return offered, nil
	}
	d.movement, d.streams = len(d.streams), append(d.streams, movementStream(chosen.rate))
	d.factor = begun.factor
	return offered, nil
}
