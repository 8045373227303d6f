package ble

import (
	"strings"

	"hearth/shared/fault"
	"hearth/shared/sensor"
)

// doing is what was asked of the browser when it refused: the same name means different things.
type doing string

const (
	choosing   doing = "choosing"   // requestDevice
	connecting doing = "connecting" // gatt.connect
	talking    doing = "talking"    // anything on an open link
)

// refusal turns the name and message of a DOMException into the fault it means. Names are of the specification; where it
// gives several reasons one name, only Chromium's message tells them apart (its bluetooth_error.cc, and observed). An
// unknown message is judged by its name alone, so that another wording makes words less exact and never wrong.
func refusal(when doing, name, message string) *fault.Error {
	says := saying(message)
	switch {
	case says("adapter not available", "low energy not available", "error: not ready"):
		return sensor.ErrOff
	case says("not supported on this platform"):
		return sensor.ErrUnavailable
	case says("globally disabled", "enterprise policy", "permissions policy", "denied the browser permission", "has been blocked", "opaque origin", "fencedframe"):
		return sensor.ErrForbidden
	case says("already in progress"):
		return sensor.ErrBusy
	}
	switch when {
	case choosing:
		return unchosen(name, says)
	case connecting:
		return unconnected(name)
	}
	return unsaid(name, says)
}

func unchosen(name string, says func(...string) bool) *fault.Error {
	switch {
	case name == "SecurityError" && says("user gesture"), name == "NotFoundError", name == "AbortError":
		return sensor.ErrCancelled // the press was too long ago, or nobody picked a device: pressing again helps
	case name == "SecurityError", name == "NotAllowedError":
		return sensor.ErrForbidden
	}
	return sensor.ErrUnavailable
}

func unconnected(name string) *fault.Error {
	switch name {
	case "SecurityError", "NotAllowedError", "NotFoundError": // after forget(), or taken back in the settings
		return sensor.ErrForgotten
	}
	return sensor.ErrUnreachable
}

// unsaid is why an operation on an open link failed. A service the person has not granted was not known when the device
// was picked: picking it again grants it.
func unsaid(name string, says func(...string) bool) *fault.Error {
	switch {
	case name == "SecurityError", name == "NotAllowedError":
		return sensor.ErrForgotten
	case says("unknown", "not paired"): // the device answered something nobody named, or the air ate it
		return sensor.ErrLost
	case name == "NotSupportedError", name == "NotFoundError", name == "InvalidModificationError", name == "TypeError":
		return sensor.ErrUnknown
	}
	return sensor.ErrLost
}

// saying asks a message for parts, whatever the case.
func saying(message string) func(parts ...string) bool {
	message = strings.ToLower(message)
	return func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(message, p) {
				return true
			}
		}
		return false
	}
}
