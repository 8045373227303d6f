//go:build !js

package ble

import "hearth/shared/sensor"

// Open returns None.
func Open() sensor.Adapter { return None{} }

// Present reports false: there is no browser.
func Present() bool { return false }
