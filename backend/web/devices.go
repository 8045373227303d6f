package web

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hearth/backend/device"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// DeviceStore is the memory of devices.
type DeviceStore interface {
	ListDevices(ctx context.Context, by care.Reader, project care.ProjectID, page care.Page) ([]care.Device, string, error)
	PutDevice(ctx context.Context, by care.Reader, d care.Device) (care.Device, error)
	BuryDevice(ctx context.Context, by care.Reader, id care.DeviceID, version int64, deleted bool) (care.Device, error)
}

// Devices is how devices act by themselves.
type Devices interface {
	Code(ctx context.Context, by care.Reader, project care.ProjectID, uses int) (code string, expires time.Time, err error)
	Issued(ctx context.Context, by care.Reader, code string) (device.Issued, error)
	Register(ctx context.Context, code string, d care.Device, key []byte) (care.Device, error)
	Ticket(ctx context.Context, proof string) (token string, life time.Duration, err error)
	Bearer(ctx context.Context, token string) (care.Device, error)
}

type (
	// OfDevice names a device in a path.
	OfDevice struct {
		Device care.DeviceID `path:"device"`
	}
	listDevices struct {
		Project care.ProjectID `query:"project" maxLength:"26"`
		Cursor  string         `query:"cursor" maxLength:"200"`
		Limit   int            `query:"limit" minimum:"0" maximum:"200"`
	}
	putDevice struct {
		OfDevice
		Body api.PutDeviceBody
	}
	deviceVersion struct {
		OfDevice
		Body api.VersionBody
	}
	deviceCode struct {
		OfProject
		Body api.DeviceCodeBody
	}
)

func (s *Server) deviceOperations(a huma.API) {
	handle(s, a, api.ListDevices, "The devices of my projects, by name", s.listDevices)
	handle(s, a, api.CreateDevice, "Write down a device", func(ctx context.Context, who *asking, in *body[api.PutDeviceBody]) (*versioned[api.Device], error) {
		if in.Body.Version != 0 {
			return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
		}
		return s.keepDevice(ctx, who, care.NewID[care.DeviceID](), 0, in.Body)
	})
	handle(s, a, api.PutDevice, "Change, enable, disable, lend or take back a device", s.putDevice)
	handle(s, a, api.DeleteDevice, "Hide a device and take back what it may do", s.buryDevice(true))
	handle(s, a, api.RestoreDevice, "Bring back a device, disabled", s.buryDevice(false))
	handle(s, a, api.CreateDeviceCode, "A code with which devices register at a project; shown once", s.createDeviceCode)
}

func (s *Server) listDevices(ctx context.Context, who *asking, in *listDevices) (*answer[api.List[api.Device]], error) {
	list, next, err := s.Store.ListDevices(ctx, who.Reader(), in.Project, care.Page{After: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return listed(each(list, deviceOf), next), nil
}

func (s *Server) putDevice(ctx context.Context, who *asking, in *putDevice) (*versioned[api.Device], error) {
	version, err := who.version(in.Body.Version)
	if err == nil && version < 1 {
		err = fault.New(fault.Conflict, "changed-elsewhere", nil)
	}
	if err != nil {
		return nil, err
	}
	return s.keepDevice(ctx, who, in.Device, version, in.Body)
}

func (s *Server) keepDevice(ctx context.Context, who *asking, id care.DeviceID, version int64, b api.PutDeviceBody) (*versioned[api.Device], error) {
	d, err := s.Store.PutDevice(ctx, who.Reader(), care.Device{ID: id, Project: b.Project, Kind: b.Kind, Type: b.Type, Model: strings.TrimSpace(b.Model),
		Name: strings.TrimSpace(b.Name), Serial: strings.TrimSpace(b.Serial), State: b.State, Patient: b.Patient, Within: b.Within, Note: b.Note, Version: version})
	if err != nil {
		return nil, err
	}
	who.object(string(d.ID))
	who.about(d.Patient)
	return &versioned[api.Device]{etag(d.Version), deviceOf(d)}, nil
}

func (s *Server) buryDevice(deleted bool) func(context.Context, *asking, *deviceVersion) (*versioned[api.Device], error) {
	return func(ctx context.Context, who *asking, in *deviceVersion) (*versioned[api.Device], error) {
		version, err := who.version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		d, err := s.Store.BuryDevice(ctx, who.Reader(), in.Device, version, deleted)
		if err != nil {
			return nil, err
		}
		return &versioned[api.Device]{etag(d.Version), deviceOf(d)}, nil
	}
}

func (s *Server) createDeviceCode(ctx context.Context, who *asking, in *deviceCode) (*answer[api.DeviceCode], error) {
	code, expires, err := s.Devices.Code(ctx, who.Reader(), in.Project, in.Body.Uses)
	if err != nil {
		return nil, err
	}
	return reply(api.DeviceCode{Code: code, Expires: expires}), nil
}

func deviceOf(d care.Device) api.Device {
	return api.Device{ID: d.ID, Project: d.Project, Kind: d.Kind, Type: d.Type, Model: d.Model, Name: d.Name, Serial: d.Serial, State: d.State, Patient: d.Patient,
		PatientName: d.PatientName, Within: d.Within, Note: d.Note, Keyed: d.Keyed, Seen: moment(d.Seen), Version: d.Version, Deleted: moment(d.Deleted)}
}
