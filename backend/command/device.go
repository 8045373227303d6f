package command

import (
	"context"
	"time"

	"hearth/backend/house"
	"hearth/shared/api"
	"hearth/shared/care"
)

const deviceUsage = `  hearth device list [--state waiting|enabled|disabled|deleted] [--kind KIND] [--patient PSEUDONYM]
  hearth device create NAME [--kind KIND] [--type TYPE] [--model M] [--serial S]
  hearth device enable NAME | disable NAME | return NAME | delete NAME | restore NAME | history NAME
  hearth device assign NAME --patient PSEUDONYM | code [--uses 1]
  hearth kit list | create NAME | add NAME --device D | remove NAME --device D
  hearth kit assign NAME --patient PSEUDONYM | return NAME | delete NAME | restore NAME | history NAME
      tablets, straps, robots and kits, each command with [--site S] [--project P]. A device is called by its name,
      serial number or id. A kit goes to a patient and comes back with everything in it. What is disabled loses its
      tickets at once, and enabling it brings none back. code prints what devices register with, once
`

// handle finds the device an errand is about and does something with it.
func handle[T any](kind care.DeviceKind, dress func(T) (any, string), do func(context.Context, *house.Office, care.Device, wish) (T, bool, error)) func(context.Context, *house.Office, wish) (done, error) {
	return func(ctx context.Context, o *house.Office, w wish) (done, error) {
		d, err := o.Device(ctx, w.site, w.project, w.called, kind)
		if err != nil {
			return done{}, err
		}
		return single(dress)(do(ctx, o, d, w))
	}
}

// shared errands of devices and kits, by what they are about: "" for any device.
func deviceErrandsOf(kind care.DeviceKind) map[string]errand {
	at := []string{"site", "project"}
	about := func(do func(context.Context, *house.Office, care.Device, wish) (care.Device, bool, error), more ...string) errand {
		return errand{called: true, flags: append(more, at...), do: handle(kind, deviceOf, do)}
	}
	return map[string]errand{
		"assign": about(func(ctx context.Context, o *house.Office, d care.Device, w wish) (care.Device, bool, error) {
			if w.patient == "" {
				return d, false, needs("--patient")
			}
			return o.LendDevice(ctx, d, w.patient)
		}, "patient"),
		"return": about(func(ctx context.Context, o *house.Office, d care.Device, _ wish) (care.Device, bool, error) {
			return o.LendDevice(ctx, d, "")
		}),
		"enable": about(func(ctx context.Context, o *house.Office, d care.Device, _ wish) (care.Device, bool, error) {
			return o.SwitchDevice(ctx, d, care.DeviceEnabled)
		}),
		"disable": about(func(ctx context.Context, o *house.Office, d care.Device, _ wish) (care.Device, bool, error) {
			return o.SwitchDevice(ctx, d, care.DeviceDisabled)
		}),
		"delete": about(func(ctx context.Context, o *house.Office, d care.Device, _ wish) (care.Device, bool, error) {
			return o.HideDevice(ctx, d, true)
		}),
		"restore": about(func(ctx context.Context, o *house.Office, d care.Device, _ wish) (care.Device, bool, error) {
			return o.HideDevice(ctx, d, false)
		}),
		"history": {called: true, flags: at, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
			d, err := o.Device(ctx, w.site, w.project, w.called, kind)
			if err != nil {
				return done{}, err
			}
			return many(loanOf)(o.Loans(ctx, d))
		}},
	}
}

// deviceErrands are those about single devices.
func deviceErrands() map[string]errand {
	all := deviceErrandsOf("")
	all["list"] = errand{flags: []string{"site", "project", "state", "kind", "patient"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return many(deviceOf)(o.Devices(ctx, house.DeviceWish{Site: w.site, Project: w.project, Patient: w.patient, Kind: care.DeviceKind(w.kind), State: w.state}))
	}}
	all["create"] = errand{called: true, flags: []string{"site", "project", "kind", "type", "model", "serial"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return single(deviceOf)(o.CreateDevice(ctx, care.Device{Name: w.called, Kind: care.DeviceKind(w.kind), Model: w.model, Serial: w.serial}, w.site, w.project, w.typ))
	}}
	all["code"] = errand{flags: []string{"site", "project", "uses"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return single(registrationOf)(o.DeviceCode(ctx, w.site, w.project, w.uses))
	}}
	return all
}

// kitErrands are those about kits.
func kitErrands() map[string]errand {
	all := deviceErrandsOf(care.Kit)
	delete(all, "enable")
	delete(all, "disable")
	all["list"] = errand{flags: []string{"site", "project", "patient"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return many(deviceOf)(o.Devices(ctx, house.DeviceWish{Site: w.site, Project: w.project, Patient: w.patient, Kind: care.Kit}))
	}}
	all["create"] = errand{called: true, flags: []string{"site", "project"}, do: func(ctx context.Context, o *house.Office, w wish) (done, error) {
		return single(deviceOf)(o.CreateDevice(ctx, care.Device{Name: w.called, Kind: care.Kit}, w.site, w.project, ""))
	}}
	pack := func(in bool) func(context.Context, *house.Office, care.Device, wish) (care.Device, bool, error) {
		return func(ctx context.Context, o *house.Office, kit care.Device, w wish) (care.Device, bool, error) {
			if w.device == "" {
				return kit, false, needs("--device")
			}
			d, err := o.Device(ctx, w.site, string(kit.Project), w.device, "")
			switch {
			case err != nil:
				return kit, false, err
			case in:
				return o.PackDevice(ctx, d, kit)
			case d.Within != kit.ID:
				return d, false, nil
			}
			return o.PackDevice(ctx, d, care.Device{})
		}
	}
	all["add"] = errand{called: true, flags: []string{"site", "project", "device"}, do: handle(care.Kit, deviceOf, pack(true))}
	all["remove"] = errand{called: true, flags: []string{"site", "project", "device"}, do: handle(care.Kit, deviceOf, pack(false))}
	return all
}

func deviceOf(d care.Device) (any, string) {
	is := string(d.State)
	if !d.Deleted.IsZero() {
		is = "deleted"
	}
	return api.Device{ID: d.ID, Project: d.Project, Kind: d.Kind, Type: d.Type, Model: d.Model, Name: d.Name, Serial: d.Serial, State: d.State, Patient: d.Patient,
		PatientName: d.PatientName, Within: d.Within, Note: d.Note, Keyed: d.Keyed, Seen: moment(d.Seen), Version: d.Version, Deleted: moment(d.Deleted)}, row(d.Name, string(d.Kind), is, d.PatientName, string(d.ID))
}

func loanOf(l care.Loan) (any, string) {
	until := "now"
	if !l.Until.IsZero() {
		until = l.Until.Format(time.RFC3339)
	}
	return api.Loan{ID: l.ID, Device: l.Device, DeviceName: l.DeviceName, Patient: l.Patient, PatientName: l.PatientName, Kit: l.Kit, Since: l.Since, Until: moment(l.Until),
		LentBy: l.LentBy, ReturnedBy: l.ReturnedBy}, row(l.PatientName, l.Since.Format(time.RFC3339), until)
}

// registered is what "hearth device code" says as JSON.
type registered struct {
	Project care.ProjectID `json:"project"`
	Code    string         `json:"code"`
	Expires time.Time      `json:"expires"`
	Uses    int            `json:"uses"`
}

func registrationOf(r house.Registration) (any, string) {
	return registered{r.Project.ID, r.Code, r.Expires, r.Uses}, row(r.Code, r.Project.Name, "until "+r.Expires.Format(time.RFC3339))
}
