package house

import (
	"context"
	"slices"
	"strings"
	"time"

	"hearth/backend/device"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// DeviceWish narrows a list of devices; what is empty narrows nothing.
type DeviceWish struct {
	Site, Project, Patient string // names or ids
	Kind                   care.DeviceKind
	State                  string // a care.DeviceState, or "deleted"; without it hidden ones are left out
}

// Devices lists devices, those that wait first.
func (o *Office) Devices(ctx context.Context, w DeviceWish) (all []care.Device, err error) {
	var patient care.PatientID
	if w.Patient != "" {
		r, err := o.Patient(ctx, w.Patient)
		if err != nil {
			return nil, err
		}
		patient = r.ID
	}
	every, err := o.allDevices(ctx, w.Site, w.Project)
	for _, d := range every {
		state := string(d.State)
		if !d.Deleted.IsZero() {
			state = "deleted"
		}
		if (w.State == state || w.State == "" && state != "deleted") && (w.Kind == "" || w.Kind == d.Kind) && (patient == "" || patient == d.Patient) {
			all = append(all, d)
		}
	}
	slices.SortStableFunc(all, func(a, b care.Device) int {
		return map[bool]int{true: -1}[a.State == care.DeviceWaiting] - map[bool]int{true: -1}[b.State == care.DeviceWaiting]
	})
	return all, err
}

// allDevices are those of a project, of a site, or of the house, hidden ones too.
func (o *Office) allDevices(ctx context.Context, site, project string) (all []care.Device, err error) {
	of := []care.ProjectID{""}
	switch {
	case project != "":
		p, err := o.Project(ctx, site, project)
		if err != nil {
			return nil, err
		}
		of = []care.ProjectID{p.ID}
	case site != "":
		list, err := o.Projects(ctx, site)
		if err != nil {
			return nil, err
		}
		of = of[:0]
		for _, p := range list {
			of = append(of, p.ID)
		}
	}
	for _, p := range of {
		for page := (care.Page{Limit: 200}); ; {
			part, next, err := o.store.ListDevices(ctx, o.by, p, page)
			if err != nil {
				return nil, err
			}
			if all = append(all, part...); next == "" {
				break
			}
			page.After = next
		}
	}
	return all, nil
}

// Device finds a device by its name, serial number or id; of kind "" any. One that is there goes before hidden ones.
func (o *Office) Device(ctx context.Context, site, project, called string, kind care.DeviceKind) (care.Device, error) {
	list, err := o.allDevices(ctx, site, project)
	if err != nil {
		return care.Device{}, err
	}
	list = slices.DeleteFunc(list, func(d care.Device) bool { return kind != "" && d.Kind != kind })
	there := slices.DeleteFunc(slices.Clone(list), func(d care.Device) bool { return !d.Deleted.IsZero() })
	named := func(d care.Device) (string, string) {
		if d.Serial != "" && strings.EqualFold(d.Serial, called) {
			return string(d.ID), d.Serial
		}
		return string(d.ID), d.Name
	}
	if d, err := theOne(there, called, named); !fault.Is(err, fault.NotFound) {
		return d, err
	}
	return theOne(list, called, named)
}

// CreateDevice writes a device down, unless one of its name is there at the project. called is of its type, by name or id;
// "" for none.
func (o *Office) CreateDevice(ctx context.Context, d care.Device, site, project, called string) (out care.Device, made bool, err error) {
	p, err := o.Project(ctx, site, project)
	if err != nil {
		return out, false, err
	}
	if out, err = o.Device(ctx, "", string(p.ID), d.Name, ""); !fault.Is(err, fault.NotFound) {
		return out, false, err
	}
	if called != "" {
		list, err := o.store.ListDeviceTypes(ctx, o.by)
		if err != nil {
			return out, false, err
		}
		y, err := theOne(list, called, func(y care.DeviceType) (string, string) { return string(y.ID), y.Name(words.English) })
		if err != nil {
			return out, false, err
		}
		d.Type, d.Kind = y.ID, y.Kind
	}
	d.ID, d.Project, d.State, d.Version = care.NewID[care.DeviceID](), p.ID, care.DeviceEnabled, 0
	if out, err = o.store.PutDevice(ctx, o.by, d); err != nil {
		return out, false, err
	}
	return out, true, o.note(ctx, "create-device", "", string(out.ID))
}

// SwitchDevice enables or disables a device. One that is disabled loses its tickets at once, in a running house too.
func (o *Office) SwitchDevice(ctx context.Context, d care.Device, to care.DeviceState) (care.Device, bool, error) {
	return o.putDevice(ctx, d, d.State == to, func(d *care.Device) { d.State = to })
}

// PackDevice puts a device into a kit of its project, or with the zero kit takes it out.
func (o *Office) PackDevice(ctx context.Context, d, kit care.Device) (care.Device, bool, error) {
	return o.putDevice(ctx, d, d.Within == kit.ID, func(d *care.Device) { d.Within = kit.ID })
}

func (o *Office) putDevice(ctx context.Context, d care.Device, so bool, change func(*care.Device)) (out care.Device, changed bool, err error) {
	if so {
		return d, false, nil
	}
	change(&d)
	if out, err = o.store.PutDevice(ctx, o.by, d); err != nil {
		return d, false, err
	}
	return out, true, o.note(ctx, "put-device", out.Patient, string(out.ID))
}

// LendDevice gives a device, or a kit with everything in it, to a patient by pseudonym, or with "" takes it back.
func (o *Office) LendDevice(ctx context.Context, d care.Device, patient string) (out care.Device, changed bool, err error) {
	var to care.PatientID
	action, about := "return-device", d.Patient
	if patient != "" {
		r, err := o.Patient(ctx, patient)
		if err != nil {
			return d, false, err
		}
		to, action, about = r.ID, "lend-device", r.ID
	}
	if d.Patient == to {
		return d, false, nil
	}
	if out, err = o.store.LendDevice(ctx, o.by, d.ID, d.Version, to); err != nil {
		return d, false, err
	}
	return out, true, o.note(ctx, action, about, string(out.ID))
}

// HideDevice hides a device or brings it back, disabled.
func (o *Office) HideDevice(ctx context.Context, d care.Device, hide bool) (out care.Device, changed bool, err error) {
	if d.Deleted.IsZero() != hide {
		return d, false, nil
	}
	if out, err = o.store.BuryDevice(ctx, o.by, d.ID, d.Version, hide); err != nil {
		return d, false, err
	}
	return out, true, o.note(ctx, map[bool]string{true: "delete-device", false: "restore-device"}[hide], d.Patient, string(out.ID))
}

// Loans lists who had a device when, the newest first.
func (o *Office) Loans(ctx context.Context, d care.Device) ([]care.Loan, error) {
	return o.store.ListLoans(ctx, o.by, d.ID)
}

// Registration is a code devices register with. It is never shown again.
type Registration struct {
	Project care.Project
	Code    string
	Expires time.Time
	Uses    int
}

// DeviceCode makes a code with which so many devices may register at a project within a week.
func (o *Office) DeviceCode(ctx context.Context, site, project string, uses int) (r Registration, made bool, err error) {
	if r.Project, err = o.Project(ctx, site, project); err != nil {
		return r, false, err
	}
	r.Uses = uses
	if r.Code, r.Expires, err = device.Open(o.store, nil, nil).Code(ctx, o.by, r.Project.ID, uses); err != nil {
		return r, false, err
	}
	return r, true, o.note(ctx, "create-device-code", "", string(r.Project.ID))
}
