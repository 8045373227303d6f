package care

import (
	"slices"
	"time"

	"hearth/shared/fault"
	"hearth/shared/words"
)

// DeviceTypeID names a type of devices.
type DeviceTypeID string

// DeviceType is a word of the house's list of devices: a type, such as "chest strap", or below one a subtype, such as a
// maker's model. What the house knows of a device's workings hangs on Kind, which a type names and its subtypes share.
type DeviceType struct {
	ID      DeviceTypeID
	Kind    DeviceKind
	Parent  DeviceTypeID              // of a subtype; "" for a type
	Names   map[words.Language]string // in the languages somebody wrote it in; at least one
	Used    int                       // devices that are of it
	Version int64
	Deleted time.Time
}

// Name is the type's name in a language, or in the first language there is one in.
func (t DeviceType) Name(l words.Language) string {
	for _, l := range append([]words.Language{l}, words.Languages()...) {
		if name := t.Names[l]; name != "" {
			return name
		}
	}
	return ""
}

// Validate refuses types without a name, with one nobody could read, or of no kind. Faults: "device-type.name",
// "device.kind".
func (t DeviceType) Validate() error {
	named := false
	for l, name := range t.Names {
		if !l.Known() || !Readable(name, 80) {
			return fault.New(fault.Invalid, "device-type.name", nil)
		}
		named = named || name != ""
	}
	switch {
	case !named:
		return fault.New(fault.Invalid, "device-type.name", nil)
	case !slices.Contains(DeviceKinds(), t.Kind):
		return fault.New(fault.Invalid, "device.kind", nil)
	}
	return nil
}

// LoanID names a time somebody had a device.
type LoanID string

// Loan is one time a patient had a device. Several devices of a kit are lent as one act and have a loan each.
type Loan struct {
	ID      LoanID
	Device  DeviceID
	Patient PatientID
	Kit     DeviceID  // it was lent with; "" for itself
	Since   time.Time // by the house's clock
	Until   time.Time // zero while the patient has it

	DeviceName, PatientName string // as they are called now; "" when the reader may not see them any more
	LentBy, ReturnedBy      string // names of who did it; "" for the operator
}
