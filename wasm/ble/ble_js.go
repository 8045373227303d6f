package ble

import (
	"syscall/js"

	"hearth/shared/sensor"
)

// Open returns the way to Bluetooth devices: None until a driver needs one.
func Open() sensor.Adapter { return None{} }

// Present reports whether this browser has Web Bluetooth (https://webbluetoothcg.github.io/web-bluetooth/). Chrome and
// Edge have, Firefox and Safari have not; a page that is not served securely has not either.
func Present() bool { return js.Global().Get("navigator").Get("bluetooth").Truthy() }
