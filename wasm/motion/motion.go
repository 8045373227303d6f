// Package motion is how the browser tells that the device it runs on moves: DeviceMotionEvent
// (https://www.w3.org/TR/orientation-event/). It never makes samples of it; shared/sensor/phone does.
package motion

import (
	"context"

	"hearth/shared/sensor/phone"
)

// None is a browser that tells nothing.
type None struct{}

// Permit refuses with phone.ErrNone.
func (None) Permit(context.Context) error { return phone.ErrNone }

// Listen calls nobody.
func (None) Listen(func(phone.Event)) (stop func()) { return func() {} }
