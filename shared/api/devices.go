package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about devices.
var (
	ListDevices      = Operation{"list-devices", "GET", Base + "/devices", access.ReadDevices}
	CreateDevice     = Operation{"create-device", "POST", Base + "/devices", access.WriteDevices}
	PutDevice        = Operation{"put-device", "PUT", Base + "/devices/{device}", access.WriteDevices}
	DeleteDevice     = Operation{"delete-device", "DELETE", Base + "/devices/{device}", access.WriteDevices}
	RestoreDevice    = Operation{"restore-device", "POST", Base + "/devices/{device}/restore", access.WriteDevices}
	CreateDeviceCode = Operation{"create-device-code", "POST", Base + "/projects/{project}/device-codes", access.WriteDevices}
)

var deviceOperations = []Operation{ListDevices, CreateDevice, PutDevice, DeleteDevice, RestoreDevice, CreateDeviceCode}

// Doors for devices that act by themselves. They ask for no session: a device shows a code, a proof or its ticket.
const (
	DeviceRegister = Base + "/device/register" // POST RegisterDeviceBody: a device that waits to be enabled
	DeviceTicket   = Base + "/device/ticket"   // POST ProofBody: a ticket for the next minutes
	DeviceMe       = Base + "/device/me"       // GET with the ticket: what the house knows of the device
)

// Device is a tablet, sensor, kit or robot of a project.
type Device struct {
	ID          care.DeviceID     `json:"id"`
	Project     care.ProjectID    `json:"project"`
	Kind        care.DeviceKind   `json:"kind"`
	Type        care.DeviceTypeID `json:"type,omitempty"`
	Model       string            `json:"model"`
	Name        string            `json:"name"`
	Serial      string            `json:"serial"`
	State       care.DeviceState  `json:"state"`
	Patient     care.PatientID    `json:"patient,omitempty"` // who has it
	PatientName string            `json:"patientName,omitempty"`
	Within      care.DeviceID     `json:"within,omitempty"` // the kit it belongs to
	Note        string            `json:"note"`
	Keyed       bool              `json:"keyed"` // it acts by itself
	Seen        *time.Time        `json:"seen,omitempty"`
	Version     int64             `json:"version"`
	Deleted     *time.Time        `json:"deleted,omitempty"`
}

// PutDeviceBody makes or changes a device. Version must be the one last read, 0 for a new one.
type PutDeviceBody struct {
	Project care.ProjectID    `json:"project" maxLength:"26"`
	Kind    care.DeviceKind   `json:"kind" maxLength:"20"`
	Type    care.DeviceTypeID `json:"type,omitempty" maxLength:"26"` // says the kind where there is one
	Model   string            `json:"model" maxLength:"80"`
	Name    string            `json:"name" maxLength:"80"`
	Serial  string            `json:"serial" maxLength:"80"`
	State   care.DeviceState  `json:"state" maxLength:"20"`
	Patient care.PatientID    `json:"patient,omitempty" maxLength:"26"`
	Within  care.DeviceID     `json:"within,omitempty" maxLength:"26"`
	Note    string            `json:"note,omitempty" maxLength:"500"`
	Version int64             `json:"version,omitempty"`
}

// DeviceCodeBody asks for a code that so many devices may register with.
type DeviceCodeBody struct {
	Uses int `json:"uses" minimum:"1" maximum:"200"`
}

// DeviceCode is a code to type into devices; it is never shown again.
type DeviceCode struct {
	Code    string    `json:"code"`
	Expires time.Time `json:"expires"`
}

// RegisterDeviceBody is what a device says of itself. Key is the public half of a key it made, as a JSON Web Key (RFC 7517)
// on P-256; the private half never leaves the device.
type RegisterDeviceBody struct {
	Code   string          `json:"code"`
	Kind   care.DeviceKind `json:"kind"`
	Model  string          `json:"model"`
	Name   string          `json:"name"`
	Serial string          `json:"serial"`
	Key    map[string]any  `json:"key"`
}

// DeviceSelf is what a device is told about itself.
type DeviceSelf struct {
	ID    care.DeviceID    `json:"id"`
	Name  string           `json:"name"`
	State care.DeviceState `json:"state"`
}

// ProofBody is a token the device signed with its key (ES256): issuer and subject are its id, audience is the house's
// address, it lives at most five minutes and has an id that is used once (RFC 7523).
type ProofBody struct {
	Proof string `json:"proof"`
}

// DeviceTicketAnswer is what a device sends as "Authorization: Bearer …" from then on.
type DeviceTicketAnswer struct {
	Ticket  string `json:"ticket"`
	Seconds int    `json:"seconds"` // that it lives
}

// DeviceCardPage draws a code to register with, to print, from a posted form. It belongs to the porch.
const DeviceCardPage = "/devices/card"
