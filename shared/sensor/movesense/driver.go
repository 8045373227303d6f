// Package movesense reads Movesense chest sensors that run the open ECG and movement firmware, in every layout that
// firmware has had since 0.1. It recognises the layout by the characteristics a device has, sets rates it can trust,
// gives the device the time, and fetches what a device of 0.9 or later kept while its link was broken. It never starts
// a recording, and writes nothing that is not in its lists: some values stop the device.
//
//	0.1–0.2  ECG only, milliseconds since the device started
//	0.3–0.7  ECG and movement, milliseconds since the device started; 0.5–0.7 thin the ECG wrongly (see quirk)
//	0.8–     ECG and movement, microseconds of the time it was given; one configuration field; from 0.9 a log of losses
//
// The maker's own firmware and private builds before 0.1 are refused.
package movesense

import (
	"context"

	"hearth/shared/fault"
	"hearth/shared/sensor"
)

// Driver is the sensor.Driver and sensor.Recoverer of these devices.
type Driver struct{}

var (
	_ sensor.Recoverer = Driver{}
	_ sensor.Teller    = (*decoder)(nil)
)

// ErrRecording says that the device records on its own, told to by another program, and must not be disturbed.
var ErrRecording = fault.New(fault.Conflict, "sensor.recording", nil)

// Describe implements sensor.Driver.
func (Driver) Describe() sensor.Description {
	return sensor.Description{
		Key:      "movesense",
		Name:     "sensor.movesense.name",
		Filter:   sensor.Filter{NamePrefixes: []string{"Movesense"}}, // not by service: the numbers are others'
		Services: []sensor.UUID{activityService, ecgService, sensor.BatteryLevel.Service, sensor.FirmwareRevision.Service},
		Can:      sensor.CanConnect | sensor.CanRecord | sensor.CanStream,
		Worn:     sensor.Chest,
		Streams:  []sensor.Stream{ecgStream(usualECG, absolute), movementStream(usualMovement, absolute)},
	}
}

// Prepare implements sensor.Driver.
func (Driver) Prepare(ctx context.Context, link sensor.Link, last sensor.Decoder) (sensor.Decoder, error) {
	l, err := layoutOf(ctx, link)
	if err != nil {
		return nil, err
	}
	firmware, err := sensor.Meet(ctx, link)
	if err != nil {
		return nil, err
	}
	d := newDecoder(l, firmware)
	if l.config != none {
		before, _ := last.(*decoder)
		err = d.configure(ctx, link, before)
	} else {
		err = d.setIntervals(ctx, link)
	}
	if err != nil {
		return nil, err
	}
	d.describe()
	for _, c := range []sensor.Characteristic{l.ecg, l.movement} {
		if err := subscribe(ctx, link, c); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// subscribe subscribes to what the device has. After a loss the device ends its log when it finds the same
// subscriptions as before, so they never depend on anything else.
func subscribe(ctx context.Context, link sensor.Link, c sensor.Characteristic) error {
	if c == none {
		return nil
	}
	found, err := link.Find(ctx, c)
	if err != nil || !found {
		return err
	}
	return link.Subscribe(ctx, c)
}

// setIntervals has a device of 0.1 to 0.7 measure as usual, or, where its own thinning of the ECG cannot be trusted,
// at its native rate.
func (d *decoder) setIntervals(ctx context.Context, link sensor.Link) error {
	want := usualECG
	if d.quirks.has(thinsWrongly) {
		want = 2
	}
	got, err := setInterval(ctx, link, d.layout.ecgInterval, want, ecgRates)
	if err != nil {
		return err
	}
	d.ecgInterval = got
	if d.quirks.has(thinsWrongly) && got != want {
		return sensor.ErrUnknown // half of the curve would be missing and nothing would show it
	}
	if d.layout.movement == none {
		return nil
	}
	d.movementInterval, err = setInterval(ctx, link, d.layout.movementInterval, usualMovement, movementRates)
	return err
}

// setInterval writes an interval in ms, if it is not there already, and returns what the device has afterwards.
func setInterval(ctx context.Context, link sensor.Link, c sensor.Characteristic, want uint8, rates map[uint8]float64) (uint8, error) {
	found, err := link.Find(ctx, c)
	if err != nil || !found {
		return want, err
	}
	has, err := readInterval(ctx, link, c)
	if err != nil {
		return want, err
	}
	if has != uint16(want) {
		if err := link.Write(ctx, c, []byte{want, 0}); err != nil {
			return want, err
		}
		if has, err = readInterval(ctx, link, c); err != nil {
			return want, err
		}
	}
	if has > 255 || rates[uint8(has)] == 0 {
		return want, nil // it says nonsense; the counters will show what it does
	}
	return uint8(has), nil
}

func readInterval(ctx context.Context, link sensor.Link, c sensor.Characteristic) (uint16, error) {
	b, err := link.Read(ctx, c)
	if err != nil || len(b) != 2 {
		return 0, err
	}
	return uint16(b[0]) | uint16(b[1])<<8, nil
}
