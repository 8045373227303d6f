package ble

import (
	"errors"
	"testing"

	"hearth/shared/fault"
	"hearth/shared/sensor"
)

// The messages are Chromium's; "observed" ones came from a running one.
func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		when          doing
		name, message string
		want          *fault.Error
	}{
		{choosing, "NotFoundError", "User cancelled the requestDevice() chooser.", sensor.ErrCancelled}, // observed
		{choosing, "NotFoundError", "Bluetooth adapter not available.", sensor.ErrOff},                  // observed
		{choosing, "NotFoundError", "Bluetooth Low Energy not available.", sensor.ErrOff},
		{choosing, "NotFoundError", "Web Bluetooth is not supported on this platform.", sensor.ErrUnavailable},
		{choosing, "NotFoundError", "Web Bluetooth API globally disabled.", sensor.ErrForbidden},
		{choosing, "NotFoundError", "User or their enterprise policy has disabled Web Bluetooth.", sensor.ErrForbidden},
		{choosing, "NotFoundError", "User denied the browser permission to scan for Bluetooth devices.", sensor.ErrForbidden},
		{choosing, "NotFoundError", "Bluetooth permission has been blocked.", sensor.ErrForbidden},
		{choosing, "SecurityError", `Access to the feature "bluetooth" is disallowed by permissions policy.`, sensor.ErrForbidden},
		{choosing, "SecurityError", "Failed to execute 'requestDevice' on 'Bluetooth': Must be handling a user gesture to show a permission request.", sensor.ErrCancelled}, // observed
		{choosing, "NotAllowedError", "", sensor.ErrForbidden},
		{choosing, "InvalidStateError", "", sensor.ErrUnavailable},
		{connecting, "NetworkError", "Connection Error: Connection attempt failed.", sensor.ErrUnreachable},      // observed
		{connecting, "NetworkError", "Unknown error when connecting to the device.", sensor.ErrUnreachable},      // observed
		{connecting, "NetworkError", "Bluetooth Device is no longer in range.", sensor.ErrUnreachable},           // observed
		{connecting, "NetworkError", "Connection Error: Connection already in progress.", sensor.ErrBusy},        // as bluetooth_error.cc writes it
		{connecting, "NetworkError", "Unsupported device.", sensor.ErrUnreachable},                               // as bluetooth_error.cc writes it
		{connecting, "AbortError", "The GATT connect attempt was cancelled.", sensor.ErrUnreachable},             // as bluetooth_error.cc writes it
		{connecting, "SecurityError", "GATT operation not authorized.", sensor.ErrForgotten},                     // observed after forget()
		{connecting, "NotFoundError", "User selected a device that doesn't exist anymore.", sensor.ErrForgotten}, // as bluetooth_error.cc writes it
		{connecting, "NotFoundError", "Bluetooth adapter not available.", sensor.ErrOff},
		{connecting, "InvalidStateError", "Connection Error: Not ready.", sensor.ErrOff},                                                                  // observed: switched off
		{talking, "NetworkError", "GATT Server is disconnected. Cannot retrieve services. (Re)connect first with `device.gatt.connect`.", sensor.ErrLost}, // observed
		{talking, "InvalidStateError", "GATT Characteristic no longer exists.", sensor.ErrLost},
		{talking, "NetworkError", "GATT operation already in progress.", sensor.ErrBusy},
		{talking, "NotSupportedError", "GATT Error: Not supported.", sensor.ErrUnknown}, // observed: no 0x2902 descriptor
		{talking, "NotSupportedError", "GATT Error Unknown.", sensor.ErrLost},
		{talking, "NotSupportedError", "GATT operation failed for unknown reason.", sensor.ErrLost},
		{talking, "NotSupportedError", "GATT operation not permitted.", sensor.ErrUnknown},
		{talking, "InvalidModificationError", "GATT Error: invalid attribute length.", sensor.ErrUnknown},
		{talking, "SecurityError", "Origin is not allowed to access the service.", sensor.ErrForgotten},
		{talking, "SecurityError", "Origin is not allowed to access any service. Tip: Add the service UUID to 'optionalServices'", sensor.ErrForgotten}, // observed after forget()
		{talking, "SomethingNew", "words nobody knows", sensor.ErrLost},
	} {
		if got := refusal(tt.when, tt.name, tt.message); !errors.Is(got, tt.want) {
			t.Errorf("%s, %s: %q is %s, want %s", tt.when, tt.name, tt.message, got.Code, tt.want.Code)
		}
	}
}
