package admin

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// Dialogs about devices.
const (
	deviceShowing  dialogKind = "show"
	deviceEditing  dialogKind = "edit-device"
	deviceLending  dialogKind = "lend"
	deviceDeleting dialogKind = "delete-device"
	deviceCoding   dialogKind = "code"
	deviceCoded    dialogKind = "coded" // a code is shown, once
)

// deviceDialog is what stands in front of the list: a device with who had it, its fields, whom it goes to, or a code.
type deviceDialog struct {
	form
	kind  dialogKind
	from  string
	base  api.Device // as it was read; without an id: a new one
	clash clash
	late  bool // somebody else was first: what they changed is still being read

	name, typ, model, serial, note, within, project string

	patient, query string
	found          []kit.Choice
	asked          int // questions for patients, so that an old answer is not shown

	loans []api.Loan
	known bool

	uses string
	code api.DeviceCode
}

// ask opens a dialog about a device.
func (p *Devices) ask(kind dialogKind, d api.Device, from string) func(app.Context) {
	return func(app.Context) {
		p.done, p.undo, p.refused = "", nil, nil
		v := &deviceDialog{kind: kind, from: from, base: d, project: string(d.Project), uses: "1"}
		if all := p.writable(); d.ID == "" && len(all) > 0 {
			v.project = all[0].Value
			v.base.Project, v.base.State, v.base.Kind = care.ProjectID(v.project), care.DeviceEnabled, care.Tablet
		}
		for i, text := range p.deviceValues(v.base) {
			*v.fields(p)[i].value = text
		}
		p.dialog = v
		switch kind {
		case deviceLending:
			p.seek(v, 0)
		case deviceShowing:
			p.readLoans(v)
		}
	}
}

func (p *Devices) writable() (all []kit.Choice) {
	for _, j := range p.tree.writable(p.Env, access.WriteDevices) {
		all = append(all, kit.Choice{Value: string(j.ID), Word: p.tree.name(j)})
	}
	return all
}

func (p *Devices) leave(app.Context) {
	if p.dialog == nil || p.dialog.busy {
		return
	}
	from := p.dialog.from
	p.dialog = nil
	p.focus(from)
}

// deviceValues are a device's values in the order of a dialog's fields.
func (p *Devices) deviceValues(d api.Device) []string {
	typ := string(d.Type)
	for _, t := range p.types {
		if typ == "" && t.Parent == "" && t.Kind == d.Kind && t.Deleted == nil {
			typ = string(t.ID)
		}
	}
	return []string{d.Name, typ, d.Model, d.Serial, string(d.Within), d.Note}
}

func (v *deviceDialog) fields(p *Devices) []bound {
	word := func(list []kit.Choice) func(string) string {
		return func(value string) string {
			for _, c := range list {
				if c.Value == value {
					return c.Word
				}
			}
			return value
		}
	}
	return []bound{{"device-name", words.T("admin.name"), &v.name, nil}, {"device-type", words.T("devices.kind"), &v.typ, word(p.typeChoices(v.base))},
		{"device-model", words.T("devices.model"), &v.model, nil}, {"device-serial", words.T("devices.serial"), &v.serial, nil},
		{"device-within", words.T("devices.in"), &v.within, word(p.kitChoices(v))}, {"device-note", words.T("devices.note"), &v.note, nil}}
}

// typeChoices are the types to choose from, subtypes after their type; one that is hidden only for what is of it.
func (p *Devices) typeChoices(d api.Device) (all []kit.Choice) {
	for _, t := range p.types {
		if t.Parent != "" || t.Deleted != nil && t.ID != d.Type {
			continue
		}
		all = append(all, kit.Choice{Value: string(t.ID), Word: typeName(t)})
		for _, below := range p.types {
			if below.Parent == t.ID && (below.Deleted == nil || below.ID == d.Type) {
				all = append(all, kit.Choice{Value: string(below.ID), Word: typeName(t) + " · " + typeName(below)})
			}
		}
	}
	return all
}

// kitChoices are the kits of a device's project.
func (p *Devices) kitChoices(v *deviceDialog) []kit.Choice {
	all := []kit.Choice{{Word: words.T("devices.in.none")}}
	for _, d := range p.list {
		if d.Kind == care.Kit && d.Deleted == nil && string(d.Project) == v.project && d.ID != v.base.ID {
			all = append(all, kit.Choice{Value: string(d.ID), Word: d.Name})
		}
	}
	return all
}

func (v *deviceDialog) body(p *Devices) api.PutDeviceBody {
	b := bodyOf(v.base)
	b.Project, b.Name, b.Model, b.Serial, b.Note = care.ProjectID(v.project), strings.TrimSpace(v.name), strings.TrimSpace(v.model), strings.TrimSpace(v.serial), strings.TrimSpace(v.note)
	b.Type, b.Within = care.DeviceTypeID(v.typ), care.DeviceID(v.within)
	for _, t := range p.types {
		if t.ID == b.Type {
			b.Kind = t.Kind
		}
	}
	return b
}

// save keeps a device. When somebody else was first, what they changed is shown beside what is written here.
func (p *Devices) save(app.Context) {
	v := p.dialog
	if v == nil || v.busy {
		return
	}
	v.fresh()
	if v.wrong("device-name", care.ValidateName(v.name)); len(v.faults) > 0 {
		p.focus(v.first())
		return
	}
	v.clash, v.late = nil, false
	body := v.body(p)
	p.act(v, "admin.saved", func(ctx context.Context) (api.Device, error) {
		if v.base.ID == "" {
			return p.Env.API.CreateDevice(ctx, body)
		}
		return p.Env.API.ChangeDevice(ctx, api.PutDevice, v.base.ID, body)
	})
}

// act tells the house what a dialog is about, and closes it.
func (p *Devices) act(v *deviceDialog, done string, ask func(context.Context) (api.Device, error)) {
	v.busy = true
	p.run(func(ctx context.Context) func(app.Context) {
		now, err := ask(ctx)
		return func(ctx app.Context) {
			v.busy = false
			if p.Env.SignedOut(err) {
				return
			}
			p.read(ctx)
			if code := fault.Of(err).Code; err != nil {
				v.late = v.kind == deviceEditing && (code == "changed-elsewhere" || code == "request.ahead")
				v.wrong(fieldOfDevice(code), err)
				p.focus(v.first())
				return
			}
			p.done = words.T(done, "name", now.Name)
			if v.kind == deviceDeleting {
				p.undo, v.from = &now, "undo"
			}
			p.leave(ctx)
		}
	})
}

func fieldOfDevice(code string) string {
	switch code {
	case "name.empty", "name.invalid":
		return "device-name"
	case "device.type", "device.kind":
		return "device-type"
	case "device.within", "device.in-kit":
		return "device-within"
	}
	return ""
}

// clashed shows what somebody else changed of the device that is being written, once it is read. A device that is only shown
// is shown as it is now.
func (p *Devices) clashed() {
	v := p.dialog
	if v == nil {
		return
	}
	now, ok := p.device(v.base.ID)
	switch {
	case ok && v.kind == deviceShowing:
		v.base = now
	case ok && v.late:
		v.late, v.clash = false, between(v.fields(p), p.deviceValues(v.base), p.deviceValues(now))
		v.fresh()
		v.base = now
	}
}

// seek looks for patients of the device's project.
func (p *Devices) seek(v *deviceDialog, wait time.Duration) {
	v.asked++
	mine, q := v.asked, api.RecordQuery{Project: v.base.Project, Text: strings.TrimSpace(v.query), State: care.RecordActive, Limit: 20}
	find := p.Env.API.ListRecords
	if q.Text != "" { // it may be a name, so it travels in no address
		find = p.Env.API.SearchRecords
	}
	p.run(func(ctx context.Context) func(app.Context) {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		got, err := find(ctx, q)
		return func(app.Context) {
			if v.asked != mine || p.Env.SignedOut(err) {
				return
			}
			if v.wrong("", err); err != nil {
				return
			}
			v.found, v.known = nil, true
			for _, r := range got.Items {
				v.found = append(v.found, kit.Choice{Value: string(r.ID), Word: r.Name})
			}
			if v.patient = ""; len(v.found) > 0 {
				v.patient = v.found[0].Value
			}
		}
	})
}

func (p *Devices) lend(app.Context) {
	v := p.dialog
	if v == nil || v.busy || v.patient == "" {
		return
	}
	v.fresh()
	p.act(v, "devices.done.lent", func(ctx context.Context) (api.Device, error) {
		return p.Env.API.LendDevice(ctx, v.base.ID, care.PatientID(v.patient), v.base.Version)
	})
}

func (p *Devices) remove(app.Context) {
	v := p.dialog
	if v == nil || v.busy {
		return
	}
	v.fresh()
	p.act(v, "admin.deleted", func(ctx context.Context) (api.Device, error) {
		return p.Env.API.ChangeDevice(ctx, api.DeleteDevice, v.base.ID, api.VersionBody{Version: v.base.Version})
	})
}

func (p *Devices) readLoans(v *deviceDialog) {
	p.run(func(ctx context.Context) func(app.Context) {
		got, err := p.Env.API.ListLoans(ctx, v.base.ID)
		return func(app.Context) {
			if p.Env.SignedOut(err) {
				return
			}
			if v.wrong("", err); err == nil {
				v.loans, v.known = got.Items, true
			}
		}
	})
}

// makeCode makes a code that devices register with.
func (p *Devices) makeCode(app.Context) {
	v := p.dialog
	if v == nil || v.busy {
		return
	}
	v.fresh()
	uses, err := strconv.Atoi(strings.TrimSpace(v.uses))
	if err != nil || uses < 1 || uses > 200 {
		v.wrong("code-uses", fault.New(fault.Invalid, "device.uses", nil))
		p.focus("code-uses")
		return
	}
	v.busy = true
	p.run(func(ctx context.Context) func(app.Context) {
		code, err := p.Env.API.CreateDeviceCode(ctx, care.ProjectID(v.project), uses)
		return func(app.Context) {
			if v.busy = false; p.Env.SignedOut(err) {
				return
			}
			if v.wrong("", err); err == nil {
				v.kind, v.code = deviceCoded, code
				p.focus("code-print")
			}
		}
	})
}

// printCode opens the page to print. The code travels in a form, never in an address.
func (p *Devices) printCode(app.Context) {
	if v := p.dialog; v != nil {
		p.Env.Page.PostAside(api.DeviceCardPage, map[string]string{"as": p.Env.Page.Slot(), "code": v.code.Code})
	}
}
