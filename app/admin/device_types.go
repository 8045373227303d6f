package admin

import (
	"context"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// DeviceTypes is the house's list of types of devices and their subtypes, in every language somebody wrote them in.
type DeviceTypes struct {
	app.Compo
	desk
	Env *frame.Env

	list    []api.DeviceType
	refused error       // of a change
	dialog  *typeDialog // nil: none
	done    string
}

// typeDialog is a type, as it is being written down.
type typeDialog struct {
	form
	base         api.DeviceType // without an id: a new one
	from         string
	parent, kind string
	names        map[words.Language]*string
}

// OnMount reads the list.
func (p *DeviceTypes) OnMount(ctx app.Context) {
	p.open(ctx, p.Env, words.T("devices.types"), p.read)
}

func (p *DeviceTypes) read(app.Context) {
	reads(&p.desk, p.Env, p.Env.API.ListDeviceTypes, func(got api.List[api.DeviceType]) { p.list, p.known = inOrder(got.Items), true }, p.read)
}

// inOrder puts subtypes after their type, and types in the order of their kinds.
func inOrder(list []api.DeviceType) (all []api.DeviceType) {
	for _, k := range care.DeviceKinds() {
		for _, t := range list {
			if t.Kind != k || t.Parent != "" {
				continue
			}
			all = append(all, t)
			for _, below := range list {
				if below.Parent == t.ID {
					all = append(all, below)
				}
			}
		}
	}
	return all
}

func (p *DeviceTypes) ask(t api.DeviceType, from string) func(app.Context) {
	return func(app.Context) {
		d := &typeDialog{base: t, from: from, parent: string(t.Parent), kind: string(t.Kind), names: map[words.Language]*string{}}
		if d.kind == "" {
			d.kind = string(care.DeviceKinds()[0])
		}
		for _, l := range words.Languages() {
			name := t.Names[l]
			d.names[l] = &name
		}
		p.dialog, p.done, p.refused = d, "", nil
	}
}

func (p *DeviceTypes) leave(app.Context) {
	if p.dialog == nil || p.dialog.busy {
		return
	}
	from := p.dialog.from
	p.dialog = nil
	p.focus(from)
}

func (p *DeviceTypes) save(app.Context) {
	d := p.dialog
	if d == nil || d.busy {
		return
	}
	d.fresh()
	body := api.PutDeviceTypeBody{Kind: care.DeviceKind(d.kind), Parent: care.DeviceTypeID(d.parent), Names: map[words.Language]string{}, Version: d.base.Version}
	for l, name := range d.names {
		if text := strings.TrimSpace(*name); text != "" {
			body.Names[l] = text
		}
	}
	d.busy = true
	p.run(func(ctx context.Context) func(app.Context) {
		var now api.DeviceType
		var err error
		if d.base.ID == "" {
			now, err = p.Env.API.CreateDeviceType(ctx, body)
		} else {
			now, err = p.Env.API.ChangeDeviceType(ctx, api.PutDeviceType, d.base.ID, body)
		}
		return func(ctx app.Context) {
			if d.busy = false; p.Env.SignedOut(err) {
				return
			}
			p.read(ctx)
			if err != nil {
				at := map[string]string{"device-type.name": "type-" + string(words.Current().Language), "device-type.parent": "type-parent", "device.kind": "type-kind"}[fault.Of(err).Code]
				d.wrong(at, err)
				p.focus(d.first())
				return
			}
			p.done = words.T("admin.saved", "name", typeName(now))
			p.leave(ctx)
		}
	})
}

// turn hides a type or brings it back.
func (p *DeviceTypes) turn(t api.DeviceType) func(app.Context) {
	return func(app.Context) {
		op, done := api.DeleteDeviceType, "devices.types.hidden"
		if t.Deleted != nil {
			op, done = api.RestoreDeviceType, "admin.restored"
		}
		p.run(func(ctx context.Context) func(app.Context) {
			_, err := p.Env.API.ChangeDeviceType(ctx, op, t.ID, api.VersionBody{Version: t.Version})
			return func(ctx app.Context) {
				if p.Env.SignedOut(err) {
					return
				}
				p.read(ctx)
				if p.refused = err; err == nil {
					p.done = words.T(done, "name", typeName(t))
				}
			}
		})
	}
}

// Render draws the list.
func (p *DeviceTypes) Render() app.UI {
	manages := p.Env.May(access.ManageDeviceTypes)
	var create app.UI
	if manages {
		create = kit.Button{ID: "type-new", Word: words.T("devices.types.new"), Icon: "plus", Class: "primary", Press: p.ask(api.DeviceType{}, "type-new")}.Draw()
	}
	main := []app.UI{crumbs(words.T("devices.title"), devicesPage), head(words.T("devices.types"), words.T("devices.types.about"), create),
		app.P().Class("sr").Role("status").Text(p.done), said(p.refused)}
	if p.fault != nil {
		main = append(main, trouble(p.fault, p.read))
	}
	if p.known {
		main = append(main, p.table(manages))
	} else if p.fault == nil {
		main = append(main, loading())
	}
	parts := []app.UI{p.Env.Staff(words.T("devices.types"), places(devicesPage), main...)}
	if p.dialog != nil {
		parts = append(parts, p.inFront(p.dialog))
	}
	return app.Div().Body(parts...)
}

func (p *DeviceTypes) table(manages bool) app.UI {
	heads := []string{words.T("devices.types.name"), words.T("devices.types.works"), words.T("devices.types.languages"), words.T("devices.types.used"), words.T("devices.act")}
	var rows []app.UI
	for _, t := range p.list {
		id := string(t.ID)
		var spoken []string
		for _, l := range words.Languages() {
			if t.Names[l] != "" {
				spoken = append(spoken, string(l))
			}
		}
		act := app.UI(app.Text("–"))
		if manages {
			word, icon, class := "devices.types.hide", "eye-off", "line small"
			if t.Deleted != nil {
				word, icon = "admin.restore", "undo"
			}
			act = app.Div().Class("row wrap gap2").Body(
				kit.Button{ID: "edit-" + id, Word: words.T("admin.edit"), Icon: "edit", Class: class, Label: words.T("admin.act.label", "act", words.T("admin.edit"), "name", typeName(t)), Press: p.ask(t, "edit-"+id)}.Draw(),
				kit.Button{ID: "turn-" + id, Word: words.T(word), Icon: icon, Class: class, Label: words.T("admin.act.label", "act", words.T(word), "name", typeName(t)), Press: p.turn(t)}.Draw())
		}
		name := typeName(t)
		if t.Parent != "" {
			name = "↳ " + name
		}
		rows = append(rows, kit.Row(kit.Head(name), kit.Cell(heads[1], app.Text(words.T("device.kind."+string(t.Kind)))), kit.Cell(heads[2], app.Text(strings.Join(spoken, ", "))),
			kit.Cell(heads[3], app.Text(count(t.Used))), kit.Cell(heads[4], act)).DataSet("type", id).DataSet("name", typeName(t)).DataSet("hidden", t.Deleted != nil))
	}
	return kit.Fold(words.T("devices.types"), kit.Table("types", heads, rows...).Class("adm-devices"))
}

func (p *DeviceTypes) inFront(d *typeDialog) app.UI {
	title := words.T("devices.types.new")
	if d.base.ID != "" {
		title = words.T("admin.edit.title", "name", typeName(d.base))
	}
	parents := []kit.Choice{{Word: words.T("devices.types.top")}}
	for _, t := range p.list {
		if t.Parent == "" && t.Deleted == nil && t.ID != d.base.ID {
			parents = append(parents, kit.Choice{Value: string(t.ID), Word: typeName(t)})
		}
	}
	body := []app.UI{d.begin()}
	if !slices.ContainsFunc(p.list, func(t api.DeviceType) bool { return t.Parent == d.base.ID && d.base.ID != "" }) {
		body = append(body, d.choice("type-parent", words.T("devices.types.parent"), parents, d.parent, set(&d.parent)))
	}
	if d.parent == "" {
		var kinds []kit.Choice
		for _, k := range care.DeviceKinds() {
			kinds = append(kinds, kit.Choice{Value: string(k), Word: words.T("device.kind." + string(k))})
		}
		body = append(body, d.choice("type-kind", words.T("devices.types.works"), kinds, d.kind, set(&d.kind)))
	}
	for _, l := range words.Languages() {
		body = append(body, d.text(input{id: "type-" + string(l), label: l.Name(), most: 80, enter: p.save}, d.names[l]))
	}
	return &kit.Dialog{Title: title, Cancel: p.leave, Body: body,
		Acts: []app.UI{cancel(d.busy, p.leave), kit.Button{ID: "type-save", Word: words.T("app.save"), Class: "primary", Busy: d.busy, Press: p.save}.Draw()}}
}
