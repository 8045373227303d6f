// Package ble is the browser's Bluetooth (https://webbluetoothcg.github.io/web-bluetooth/) behind the doors of
// shared/sensor: it lets a person pick a device, connects it, and carries its bytes. It never decodes anything and never
// decides when to try again.
//
//	refusal.go   what a browser's no means
//	lack.go      why there is no Bluetooth here, and so what helps
//	radio_js.go  the chooser, remembered devices, leaving the page
//	device_js.go connecting
//	link_js.go   one connection: operations in turns, notifications, the end
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
