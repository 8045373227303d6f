//go:build !js

package ble

import (
	"time"

	"hearth/shared/sensor"
)

// Open returns None.
func Open(func() time.Time) sensor.Adapter { return None{} }

// Missing reports Other: there is no browser.
func Missing() Lack { return Other }
