package admin

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// inFront draws the dialog.
func (p *Devices) inFront(v *deviceDialog) app.UI {
	whole := v.begin()
	switch v.kind {
	case deviceShowing:
		return p.showing(v, whole)
	case deviceLending:
		return p.lending(v, whole)
	case deviceDeleting:
		return &kit.Dialog{Title: words.T("admin.delete.title", "name", v.base.Name), Cancel: p.leave, Body: []app.UI{whole, app.P().ID("goes").Text(p.goes(v.base))},
			Acts: []app.UI{cancel(v.busy, p.leave), kit.Button{ID: "delete-do", Word: words.T("admin.delete"), Class: "danger", Busy: v.busy, Press: p.remove}.Draw()}}
	case deviceCoding:
		return &kit.Dialog{Title: words.T("devices.code"), Cancel: p.leave, Body: []app.UI{whole, app.P().Class("dim small").Text(words.T("devices.code.help")),
			v.choice("code-project", words.T("admin.project"), p.writable(), v.project, set(&v.project)),
			v.text(input{id: "code-uses", label: words.T("devices.code.uses"), kind: "number", most: 3, enter: p.makeCode}, &v.uses)},
			Acts: []app.UI{cancel(v.busy, p.leave), kit.Button{ID: "code-do", Word: words.T("devices.code.do"), Class: "primary", Busy: v.busy, Press: p.makeCode}.Draw()}}
	case deviceCoded:
		return &kit.Dialog{Title: words.T("devices.code"), Body: []app.UI{
			app.Dl().Class("adm-handed").Body(app.Dt().Class("label").Text(words.T("devices.code.code")), app.Dd().Body(app.Code().ID("device-code").Class("adm-password grow").TabIndex(0).Text(v.code.Code)),
				app.Dt().Class("label").Text(words.T("devices.code.until")), app.Dd().Text(moment(v.code.Expires))),
			kit.Note(kit.Warn, "key", app.P().Text(words.T("devices.code.once")))},
			Acts: []app.UI{kit.Button{ID: "code-print", Word: words.T("devices.code.print"), Icon: "document", Class: "line", Press: p.printCode}.Draw(),
				kit.Button{ID: "code-done", Word: words.T("admin.handed.done"), Class: "primary", Press: p.leave}.Draw()}}
	}
	return p.editing(v, whole)
}

// goes says what goes with a device.
func (p *Devices) goes(d api.Device) string {
	if d.Kind == care.Kit {
		return words.T("devices.goes.kit")
	}
	return words.T("devices.goes")
}

func (p *Devices) editing(v *deviceDialog, whole app.UI) app.UI {
	title := words.T("devices.new")
	body := []app.UI{whole, v.clash.Draw()}
	if v.base.ID != "" {
		title = words.T("admin.edit.title", "name", v.base.Name)
	} else if all := p.writable(); len(all) > 1 {
		body = append(body, v.choice("device-project", words.T("admin.project"), all, v.project, func(_ app.Context, to string) { v.project, v.within = to, "" }))
	}
	body = append(body,
		v.text(input{id: "device-name", label: words.T("admin.name"), help: words.T("devices.name.help"), most: 80, enter: p.save}, &v.name),
		v.choice("device-type", words.T("devices.kind"), p.typeChoices(v.base), v.typ, set(&v.typ)),
		v.text(input{id: "device-model", label: words.T("devices.model"), most: 80, enter: p.save}, &v.model),
		v.text(input{id: "device-serial", label: words.T("devices.serial"), most: 80, enter: p.save}, &v.serial))
	if kits := p.kitChoices(v); len(kits) > 1 && v.base.Kind != care.Kit {
		body = append(body, v.choice("device-within", words.T("devices.in"), kits, v.within, set(&v.within)))
	}
	body = append(body, v.text(input{id: "device-note", label: words.T("devices.note"), most: 500, enter: p.save}, &v.note))
	return &kit.Dialog{Title: title, Cancel: p.leave, Body: body,
		Acts: []app.UI{cancel(v.busy, p.leave), kit.Button{ID: "device-save", Word: words.T("app.save"), Class: "primary", Busy: v.busy || v.late, Press: p.save}.Draw()}}
}

func (p *Devices) lending(v *deviceDialog, whole app.UI) app.UI {
	body := []app.UI{whole}
	if v.base.Kind == care.Kit {
		body = append(body, app.P().Class("dim small").Text(words.T("devices.lend.kit")))
	}
	body = append(body, kit.Field{ID: "lend-search", Label: words.T("admin.patients.search"), Value: v.query, Type: "search", Change: func(_ app.Context, text string) {
		v.query = text
		p.seek(v, typing)
	}}.Draw())
	switch {
	case v.known && len(v.found) == 0:
		body = append(body, app.P().ID("nobody").Role("status").Text(words.T("admin.people.none")))
	default:
		body = append(body, v.choice("lend-patient", words.T("admin.patient"), v.found, v.patient, set(&v.patient)))
	}
	return &kit.Dialog{Title: words.T("devices.lend.title", "name", v.base.Name), Cancel: p.leave, Body: body,
		Acts: []app.UI{cancel(v.busy, p.leave), kit.Button{ID: "lend-do", Word: words.T("devices.lend"), Class: "primary", Busy: v.busy, Disabled: v.patient == "", Press: p.lend}.Draw()}}
}

// showing is a device with everything there is to do with it, what lies in it, and who had it.
func (p *Devices) showing(v *deviceDialog, whole app.UI) app.UI {
	d := v.base
	seen := ""
	if d.Seen != nil {
		seen = moment(*d.Seen)
	}
	body := []app.UI{whole, app.Div().Body(deviceBadge(d)), pairs(words.T("devices.kind"), p.what(d), words.T("devices.model"), d.Model, words.T("devices.serial"), d.Serial,
		words.T("admin.project"), p.tree.project(d.Project), words.T("devices.who"), d.PatientName, words.T("devices.seen"), seen, words.T("devices.note"), d.Note)}
	if in := p.contents(d); len(in) > 0 {
		body = append(body, app.H3().Class("h3").Text(words.T("devices.contents")), app.Ul().ID("contents").Class("list").Body(in...))
	}
	body = append(body, p.more(d), app.H3().Class("h3").Text(words.T("devices.history")), p.history(v))
	return &kit.Dialog{Title: d.Name, Cancel: p.leave, Body: body, Acts: []app.UI{kit.Button{ID: "close", Word: words.T("devices.close"), Class: "primary", Press: p.leave}.Draw()}}
}

func (p *Devices) contents(box api.Device) (list []app.UI) {
	for _, d := range p.list {
		if d.Within == box.ID && d.Deleted == nil && box.Kind == care.Kit {
			list = append(list, app.Li().Body(app.Span().Class("grow").Text(d.Name), app.Span().Class("small dim").Text(p.what(d))))
		}
	}
	return list
}

// more is everything there is to do with a device.
func (p *Devices) more(d api.Device) app.UI {
	if !p.mayWrite(d.Project) || d.Deleted != nil {
		return app.Text("")
	}
	from := "open-" + string(d.ID)
	then := func(press func(app.Context)) func(app.Context) {
		return func(ctx app.Context) {
			p.dialog = nil
			press(ctx)
		}
	}
	parts := []app.UI{kit.Button{ID: "edit", Word: words.T("admin.edit"), Icon: "edit", Class: "line small", Press: p.ask(deviceEditing, d, from)}.Draw()}
	switch {
	case p.goesWithKit(d):
	case d.Patient != "":
		parts = append(parts, kit.Button{ID: "return", Word: words.T("devices.return"), Icon: "undo", Class: "line small", Press: then(p.takeBack(d, from))}.Draw())
	default:
		parts = append(parts, kit.Button{ID: "lend", Word: words.T("devices.lend"), Icon: "person", Class: "line small", Press: p.ask(deviceLending, d, from)}.Draw())
	}
	if d.State == care.DeviceEnabled {
		parts = append(parts, kit.Button{ID: "disable", Word: words.T("devices.disable"), Icon: "pause", Class: "line small", Press: then(p.turn(d, care.DeviceDisabled, from))}.Draw())
	} else {
		parts = append(parts, kit.Button{ID: "enable", Word: words.T("devices.enable"), Icon: "check", Class: "line small", Press: then(p.turn(d, care.DeviceEnabled, from))}.Draw())
	}
	parts = append(parts, kit.Button{ID: "delete", Word: words.T("admin.delete"), Icon: "trash", Class: "danger-line small", Press: p.ask(deviceDeleting, d, from)}.Draw())
	return app.Div().Class("row wrap gap2").Role("group").Aria("label", d.Name).Body(parts...)
}

// history is who had a device, the newest first.
func (p *Devices) history(v *deviceDialog) app.UI {
	switch {
	case !v.known && v.faults[""] == nil:
		return loading()
	case len(v.loans) == 0:
		return app.P().ID("history").DataSet("loans", 0).Class("dim small").Text(words.T("devices.history.none"))
	}
	var list []app.UI
	for _, l := range v.loans {
		until := words.T("devices.history.still")
		if l.Until != nil {
			until = moment(*l.Until)
		}
		name := l.PatientName
		if name == "" {
			name = words.T("devices.history.gone")
		}
		list = append(list, app.Li().Body(app.Span().Class("grow strong").Text(name), app.Span().Class("small dim num").Text(moment(l.Since)+" – "+until)))
	}
	return app.Ul().ID("history").DataSet("loans", len(v.loans)).Class("list").Body(list...)
}
