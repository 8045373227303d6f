package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Operations about who has which device, and about the house's list of types of devices.
var (
	LendDevice       = Operation{"lend-device", "POST", Base + "/devices/{device}/lend", access.WriteDevices}
	ReturnDevice     = Operation{"return-device", "POST", Base + "/devices/{device}/return", access.WriteDevices}
	ListLoans        = Operation{"list-loans", "GET", Base + "/devices/{device}/loans", access.ReadDevices}
	ListPatientLoans = Operation{"list-patient-loans", "GET", Base + "/patients/{patient}/loans", access.ReadDevices}

	ListDeviceTypes   = Operation{"list-device-types", "GET", Base + "/device-types", access.ReadDevices}
	CreateDeviceType  = Operation{"create-device-type", "POST", Base + "/device-types", access.ManageDeviceTypes}
	PutDeviceType     = Operation{"put-device-type", "PUT", Base + "/device-types/{type}", access.ManageDeviceTypes}
	DeleteDeviceType  = Operation{"delete-device-type", "DELETE", Base + "/device-types/{type}", access.ManageDeviceTypes}
	RestoreDeviceType = Operation{"restore-device-type", "POST", Base + "/device-types/{type}/restore", access.ManageDeviceTypes}
)

var loanOperations = []Operation{LendDevice, ReturnDevice, ListLoans, ListPatientLoans, ListDeviceTypes, CreateDeviceType, PutDeviceType, DeleteDeviceType, RestoreDeviceType}

// LendBody gives a device, or a kit with everything in it, to a patient of its project. Version is the device's.
type LendBody struct {
	Patient care.PatientID `json:"patient" minLength:"26" maxLength:"26"`
	Version int64          `json:"version,omitempty"`
}

// Loan is one time a patient had a device.
type Loan struct {
	ID          care.LoanID    `json:"id"`
	Device      care.DeviceID  `json:"device"`
	DeviceName  string         `json:"deviceName,omitempty"`
	Patient     care.PatientID `json:"patient"`
	PatientName string         `json:"patientName,omitempty"`
	Kit         care.DeviceID  `json:"kit,omitempty"` // it was lent with
	Since       time.Time      `json:"since"`
	Until       *time.Time     `json:"until,omitempty"` // absent while the patient has it
	LentBy      string         `json:"lentBy,omitempty"`
	ReturnedBy  string         `json:"returnedBy,omitempty"`
}

// DeviceType is a word of the house's list: a type, or below one a subtype.
type DeviceType struct {
	ID      care.DeviceTypeID         `json:"id"`
	Kind    care.DeviceKind           `json:"kind"`
	Parent  care.DeviceTypeID         `json:"parent,omitempty"`
	Names   map[words.Language]string `json:"names"` // by language
	Used    int                       `json:"used"`  // devices that are of it
	Version int64                     `json:"version"`
	Deleted *time.Time                `json:"deleted,omitempty"`
}

// PutDeviceTypeBody makes or changes a type. A subtype is of its parent's kind, whatever Kind says.
type PutDeviceTypeBody struct {
	Kind    care.DeviceKind           `json:"kind,omitempty" maxLength:"20"`
	Parent  care.DeviceTypeID         `json:"parent,omitempty" maxLength:"26"`
	Names   map[words.Language]string `json:"names" maxProperties:"10"`
	Version int64                     `json:"version,omitempty"`
}
