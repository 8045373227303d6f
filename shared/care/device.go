package care

import (
	"slices"
	"strings"
	"time"

	"hearth/shared/fault"
)

// DeviceID names a device.
type DeviceID string

// DeviceKind is what a device is.
type DeviceKind string

// The kinds of devices.
const (
	Tablet     DeviceKind = "tablet"
	ChestStrap DeviceKind = "chest-strap"
	Wrist      DeviceKind = "wrist"
	EyeTracker DeviceKind = "eye-tracker"
	Robot      DeviceKind = "robot"
	Bridge     DeviceKind = "bridge" // a program that reads wired sensors
	Kit        DeviceKind = "kit"    // a case with several of these
)

// DeviceKinds lists every kind, in the order pages show them.
func DeviceKinds() []DeviceKind {
	return []DeviceKind{Kit, Tablet, ChestStrap, Wrist, EyeTracker, Robot, Bridge}
}

// DeviceState is where a device stands.
type DeviceState string

// The states of a device. One that registered itself waits until staff enable it.
const (
	DeviceWaiting  DeviceState = "waiting"
	DeviceEnabled  DeviceState = "enabled"
	DeviceDisabled DeviceState = "disabled"
)

// Device is a tablet, sensor, kit or robot of a project. Only those with a key act by themselves; a chest strap is here so
// that it is known who has it.
type Device struct {
	ID      DeviceID
	Project ProjectID
	Kind    DeviceKind
	Type    DeviceTypeID // of the house's list; "" for none
	Model   string       // such as "Movesense HR2"
	Name    string       // on its sticker: "Strap 7"
	Serial  string
	State   DeviceState
	Patient PatientID // who has it; "" when it lies in the cupboard
	Within  DeviceID  // the kit it belongs to
	Note    string
	Keyed   bool      // it has shown a key of its own
	Seen    time.Time // it last acted by itself
	Version int64
	Created time.Time
	Deleted time.Time

	PatientName string // the pseudonym of Patient
}

// Validate refuses devices nobody could tell from another.
func (d Device) Validate() error {
	if err := ValidateName(d.Name); err != nil {
		return err
	}
	states := []DeviceState{DeviceWaiting, DeviceEnabled, DeviceDisabled}
	switch {
	case !slices.Contains(DeviceKinds(), d.Kind), !slices.Contains(states, d.State):
		return fault.New(fault.Invalid, "device.kind", nil)
	case !Readable(d.Model, 80), !Readable(d.Serial, 80), !Readable(strings.ReplaceAll(d.Note, "\n", " "), 500):
		return fault.New(fault.Invalid, "device.text", nil)
	case d.Within != "" && d.Kind == Kit:
		return fault.New(fault.Invalid, "device.within", nil)
	}
	return nil
}
