package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// LoanStore is the memory of who had which device, and of the house's list of types.
type LoanStore interface {
	LendDevice(ctx context.Context, by care.Reader, id care.DeviceID, version int64, patient care.PatientID) (care.Device, error)
	ListLoans(ctx context.Context, by care.Reader, id care.DeviceID) ([]care.Loan, error)
	ListPatientLoans(ctx context.Context, by care.Reader, id care.PatientID) ([]care.Loan, error)

	ListDeviceTypes(ctx context.Context, by care.Reader) ([]care.DeviceType, error)
	PutDeviceType(ctx context.Context, by care.Reader, t care.DeviceType) (care.DeviceType, error)
	BuryDeviceType(ctx context.Context, by care.Reader, id care.DeviceTypeID, version int64, deleted bool) (care.DeviceType, error)
}

type (
	// OfType names a type of devices in a path.
	OfType struct {
		Type care.DeviceTypeID `path:"type"`
	}
	lendDevice struct {
		OfDevice
		Body api.LendBody
	}
	putType struct {
		OfType
		Body api.PutDeviceTypeBody
	}
	typeVersion struct {
		OfType
		Body api.VersionBody
	}
)

func (s *Server) loanOperations(a huma.API) {
	handle(s, a, api.LendDevice, "Give a device, or a kit with everything in it, to a patient", func(ctx context.Context, who *asking, in *lendDevice) (*versioned[api.Device], error) {
		if !care.ValidID(in.Body.Patient) {
			return nil, fault.New(fault.NotFound, "not-found", nil)
		}
		return s.lend(ctx, who, in.Device, in.Body.Version, in.Body.Patient)
	})
	handle(s, a, api.ReturnDevice, "Take a device, or a kit with everything in it, back", func(ctx context.Context, who *asking, in *deviceVersion) (*versioned[api.Device], error) {
		return s.lend(ctx, who, in.Device, in.Body.Version, "")
	})
	handle(s, a, api.ListLoans, "Who had a device when, the newest first", func(ctx context.Context, who *asking, in *OfDevice) (*answer[api.List[api.Loan]], error) {
		list, err := s.Store.ListLoans(ctx, who.Reader(), in.Device)
		if err != nil {
			return nil, err
		}
		return listed(each(list, loanOf), ""), nil
	})
	handle(s, a, api.ListPatientLoans, "What a patient had when, the newest first", func(ctx context.Context, who *asking, in *OfPatient) (*answer[api.List[api.Loan]], error) {
		list, err := s.Store.ListPatientLoans(ctx, who.Reader(), in.Patient)
		if err != nil {
			return nil, err
		}
		return listed(each(list, loanOf), ""), nil
	})
	handle(s, a, api.ListDeviceTypes, "The house's list of types of devices", func(ctx context.Context, who *asking, _ *nothing) (*answer[api.List[api.DeviceType]], error) {
		list, err := s.Store.ListDeviceTypes(ctx, who.Reader())
		if err != nil {
			return nil, err
		}
		return listed(each(list, typeOf), ""), nil
	})
	handle(s, a, api.CreateDeviceType, "Add a type or subtype of devices", func(ctx context.Context, who *asking, in *body[api.PutDeviceTypeBody]) (*versioned[api.DeviceType], error) {
		if in.Body.Version != 0 {
			return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
		}
		return s.keepType(ctx, who, care.NewID[care.DeviceTypeID](), 0, in.Body)
	})
	handle(s, a, api.PutDeviceType, "Change a type or subtype of devices", func(ctx context.Context, who *asking, in *putType) (*versioned[api.DeviceType], error) {
		version, err := who.version(in.Body.Version)
		if err == nil && version < 1 {
			err = fault.New(fault.Conflict, "changed-elsewhere", nil)
		}
		if err != nil {
			return nil, err
		}
		return s.keepType(ctx, who, in.Type, version, in.Body)
	})
	handle(s, a, api.DeleteDeviceType, "Hide a type of devices; what is of it stays so", s.buryType(true))
	handle(s, a, api.RestoreDeviceType, "Bring back a type of devices", s.buryType(false))
}

// lend gives a device to a patient or takes it back. The trail has whose it was.
func (s *Server) lend(ctx context.Context, who *asking, id care.DeviceID, body int64, patient care.PatientID) (*versioned[api.Device], error) {
	version, err := who.version(body)
	if err != nil {
		return nil, err
	}
	d, err := s.Store.LendDevice(ctx, who.Reader(), id, version, patient)
	if err != nil {
		return nil, err
	}
	who.about(d.Patient)
	return &versioned[api.Device]{etag(d.Version), deviceOf(d)}, nil
}

func (s *Server) keepType(ctx context.Context, who *asking, id care.DeviceTypeID, version int64, b api.PutDeviceTypeBody) (*versioned[api.DeviceType], error) {
	t, err := s.Store.PutDeviceType(ctx, who.Reader(), care.DeviceType{ID: id, Kind: b.Kind, Parent: b.Parent, Names: b.Names, Version: version})
	if err != nil {
		return nil, err
	}
	who.object(string(t.ID))
	return &versioned[api.DeviceType]{etag(t.Version), typeOf(t)}, nil
}

func (s *Server) buryType(deleted bool) func(context.Context, *asking, *typeVersion) (*versioned[api.DeviceType], error) {
	return func(ctx context.Context, who *asking, in *typeVersion) (*versioned[api.DeviceType], error) {
		version, err := who.version(in.Body.Version)
		if err != nil {
			return nil, err
		}
		t, err := s.Store.BuryDeviceType(ctx, who.Reader(), in.Type, version, deleted)
		if err != nil {
			return nil, err
		}
		return &versioned[api.DeviceType]{etag(t.Version), typeOf(t)}, nil
	}
}

func loanOf(l care.Loan) api.Loan {
	return api.Loan{ID: l.ID, Device: l.Device, DeviceName: l.DeviceName, Patient: l.Patient, PatientName: l.PatientName, Kit: l.Kit, Since: l.Since, Until: moment(l.Until),
		LentBy: l.LentBy, ReturnedBy: l.ReturnedBy}
}

func typeOf(t care.DeviceType) api.DeviceType {
	return api.DeviceType{ID: t.ID, Kind: t.Kind, Parent: t.Parent, Names: t.Names, Used: t.Used, Version: t.Version, Deleted: moment(t.Deleted)}
}
