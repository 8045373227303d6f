// Package heartrate reads any strap or band that speaks the Bluetooth Heart Rate Service (Bluetooth SIG, Heart Rate
// Service 1.0): heart rate, the intervals between beats and whether the electrodes touch. There is no curve in it, so
// nobody can look at a beat and say what it was. The package never guesses: what a device does not say stays unsaid.
//
// A packet with two intervals is decoded in 17 ns, nothing allocated (go test -bench . ./shared/sensor/heartrate).
package heartrate

import (
	"context"
	"time"

	"hearth/shared/access"
	"hearth/shared/sensor"
)

// Service and Measurement are the standard's.
var (
	Service     = sensor.Short(0x180D)
	Measurement = sensor.Characteristic{Service: Service, ID: sensor.Short(0x2A37)}
)

// quiet is how long a strap may wait for skin without a word.
const quiet = 30 * time.Second

// Driver is the sensor.Driver of every such device.
type Driver struct{}

// Describe implements sensor.Driver.
func (Driver) Describe() sensor.Description {
	return sensor.Description{
		Key:      "heart-rate",
		Name:     "sensor.heart-rate.name",
		Filter:   sensor.Filter{Services: []sensor.UUID{Service}},
		Services: []sensor.UUID{Service, sensor.BatteryLevel.Service, sensor.FirmwareRevision.Service},
		Can:      sensor.CanConnect | sensor.CanRecord | sensor.CanStream,
		Worn:     sensor.Chest,
		Streams:  streams(),
		Quiet:    quiet,
	}
}

func streams() []sensor.Stream {
	return []sensor.Stream{{Key: "pulse", Signal: access.ECG, Form: sensor.Intervals}}
}

// Prepare implements sensor.Driver.
func (Driver) Prepare(ctx context.Context, link sensor.Link, _ sensor.Decoder) (sensor.Decoder, error) {
	switch found, err := link.Find(ctx, Measurement); {
	case err != nil:
		return nil, err
	case !found:
		return nil, sensor.ErrUnknown
	}
	d := &Decoder{}
	var err error
	if d.firmware, err = sensor.Meet(ctx, link); err != nil {
		return nil, err
	}
	if err := link.Subscribe(ctx, Measurement); err != nil {
		return nil, err
	}
	return d, nil
}
