// Package ble is the browser's Bluetooth. Today it says whether there is any, so that a page can tell what helps where
// there is none; the adapter joins with the first driver that needs a radio. It never decodes anything.
package ble

import (
	"context"

	"hearth/shared/sensor"
)

// None is the radio where there is none.
type None struct{}

// Request refuses with sensor.ErrUnavailable.
func (None) Request(context.Context, sensor.Driver) (sensor.Device, error) {
	return nil, sensor.ErrUnavailable
}

// Remembered lists nothing.
func (None) Remembered(context.Context, sensor.Driver) ([]sensor.Device, error) { return nil, nil }
