// Package demo is a sensor nobody has to wear: a made-up person with a heart, breath and restless limbs, and the
// device on that person's chest, which sends packets like a real one. Their true heartbeats are known, so whatever is
// computed from the packets can be held against the truth. It never pretends to be real: its description says Demo.
package demo

import (
	"context"

	"hearth/shared/sensor"
)

// Driver is the demo's sensor.Driver. The zero value is the one of the catalogue.
type Driver struct {
	Options Options
}

// Options choose the person and the day they have. The zero value is a session: rest, exposure, recovery.
type Options struct {
	Seed uint64 // the same seed is the same person on the same day
}

// Describe implements sensor.Driver.
func (d Driver) Describe() sensor.Description { panic("being written") }

// Prepare implements sensor.Driver.
func (d Driver) Prepare(ctx context.Context, link sensor.Link) (sensor.Decoder, error) {
	panic("being written")
}

// Adapter gives sensor.AdapterFor the demo's own way to its device.
func (d Driver) Adapter() sensor.Adapter { panic("being written") }
