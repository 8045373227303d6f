package admin

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Render draws the list.
func (p *Devices) Render() app.UI {
	some := p.shown()
	about := ""
	if p.known {
		about = countOf("devices.count", len(some))
	}
	main := []app.UI{head(words.T("devices.title"), about, p.acts()), p.filters(), app.P().Class("sr").Role("status").Text(p.done), p.undone(), said(p.refused)}
	if p.fault != nil {
		main = append(main, trouble(p.fault, p.read))
	}
	switch {
	case !p.known && p.fault == nil:
		main = append(main, loading())
	case p.known && len(some) == 0 && p.narrowed():
		main = append(main, kit.Empty("search", words.T("devices.none-fits"), words.T("admin.people.none.help"),
			kit.Button{ID: "clear", Word: words.T("admin.clear"), Class: "line", Press: p.clear}.Draw()))
	case p.known && len(some) == 0:
		main = append(main, kit.Empty("device", words.T("devices.none"), words.T("devices.none.help")))
	case p.known:
		main = append(main, p.table(some))
	}
	parts := []app.UI{p.Env.Staff(words.T("devices.title"), places(devicesPage), main...)}
	if p.dialog != nil {
		parts = append(parts, p.inFront(p.dialog))
	}
	return app.Div().Body(parts...)
}

func (p *Devices) acts() app.UI {
	parts := []app.UI{}
	if p.Env.May(access.ManageDeviceTypes) {
		parts = append(parts, app.A().ID("types").Class("btn line").Href(deviceTypesPage).Body(kit.Icon("list", "sm"), app.Text(words.T("devices.types"))))
	}
	if p.mayWriteAny() {
		parts = append(parts, kit.Button{ID: "code", Word: words.T("devices.code"), Icon: "key", Class: "line", Press: p.ask(deviceCoding, api.Device{}, "code")}.Draw(),
			kit.Button{ID: "device-new", Word: words.T("devices.new"), Icon: "plus", Class: "primary", Press: p.ask(deviceEditing, api.Device{}, "device-new")}.Draw())
	}
	return app.Div().Class("row wrap gap2").Body(parts...)
}

// undone offers to undo a deletion.
func (p *Devices) undone() app.UI {
	if p.undo == nil {
		return kit.Slot()
	}
	return kit.Slot(app.Div().Class("toast").Role("status").Body(app.Span().Class("grow").Text(words.T("admin.deleted", "name", p.undo.Name)),
		kit.Button{ID: "undo", Word: words.T("app.undo"), Icon: "undo", Class: "accent small", Press: p.restore(*p.undo)}.Draw()))
}

func (p *Devices) filters() app.UI {
	line := []app.UI{kit.Search(words.T("devices.search"), p.text, func(_ app.Context, s string) { p.text = s })}
	if len(p.tree.projects()) > 1 {
		line = append(line, filter("project", words.T("admin.project"), append([]kit.Choice{{Word: words.T("admin.project.every")}}, p.tree.choices()...), p.project, func(v string) { p.project = v }))
	}
	kinds := []kit.Choice{{Word: words.T("devices.kind.every")}}
	for _, k := range care.DeviceKinds() {
		kinds = append(kinds, kit.Choice{Value: string(k), Word: words.T("device.kind." + string(k))})
	}
	states := []kit.Choice{{Word: words.T("devices.state.there")}}
	for _, s := range []care.DeviceState{care.DeviceWaiting, care.DeviceEnabled, care.DeviceDisabled} {
		states = append(states, kit.Choice{Value: string(s), Word: words.T("device.state." + string(s))})
	}
	if p.mayWriteAny() {
		states = append(states, kit.Choice{Value: "deleted", Word: words.T("admin.state.deleted")})
	}
	line = append(line, filter("kind", words.T("devices.kind"), kinds, p.kind, func(v string) { p.kind = v }),
		filter("state", words.T("admin.state"), states, p.state, func(v string) { p.state = v }))
	return app.Div().Class("filters wrap").Body(line...)
}

func (p *Devices) table(list []api.Device) app.UI {
	var rows []app.UI
	for _, d := range list {
		rows = append(rows, p.row(d))
	}
	heads := []string{words.T("devices.device"), words.T("devices.kind"), words.T("devices.who"), words.T("devices.in"), words.T("admin.state"), words.T("devices.act")}
	return kit.Fold(words.T("devices.title"), kit.Table("devices", heads, rows...).Class("adm-devices").DataSet("shown", len(list)))
}

func (p *Devices) row(d api.Device) app.UI {
	id := string(d.ID)
	project := ""
	if len(p.tree.projects()) > 1 {
		project = p.tree.project(d.Project)
	}
	under := strings.Join(spoken([]string{d.Model, d.Serial, project}), " · ")
	name := kit.Cell(words.T("devices.device"),
		kit.Button{ID: "open-" + id, Word: d.Name, Class: "small adm-device", Label: words.T("admin.act.label", "act", words.T("devices.open"), "name", d.Name), Press: p.ask(deviceShowing, d, "open-"+id)}.Draw(),
		app.P().Class("small dim").Text(under))
	who, in := kit.Missing(words.T("devices.who")), kit.Missing(words.T("devices.in"))
	if d.PatientName != "" {
		who = kit.Cell(words.T("devices.who"), app.A().Class("celllink").Href(recordPage+string(d.Patient)).Text(d.PatientName))
	}
	if box, ok := p.device(d.Within); ok && d.Within != "" {
		in = kit.Cell(words.T("devices.in"), app.Text(box.Name))
	}
	return kit.Row(name, kit.Cell(words.T("devices.kind"), app.Text(p.what(d))), who, in, kit.Cell(words.T("admin.state"), deviceBadge(d)),
		kit.Cell(words.T("devices.act"), p.quick(d))).DataSet("device", id).DataSet("name", d.Name).DataSet("state", deviceState(d)).DataSet("patient", d.PatientName)
}

// quick is what one most likely wants to do with a device.
func (p *Devices) quick(d api.Device) app.UI {
	id, busy := string(d.ID), p.telling == string(d.ID)
	act := func(what, word, icon, class string, press func(app.Context)) app.UI {
		return kit.Button{ID: what + "-" + id, Word: words.T(word), Icon: icon, Class: class + " small", Busy: busy,
			Label: words.T("admin.act.label", "act", words.T(word), "name", d.Name), Press: press}.Draw()
	}
	switch state := deviceState(d); {
	case !p.mayWrite(d.Project):
		return app.Text("–")
	case state == "deleted":
		return act("restore", "admin.restore", "undo", "line", p.restore(d))
	case state == string(care.DeviceWaiting):
		return act("enable", "devices.enable", "check", "primary", p.turn(d, care.DeviceEnabled, "open-"+id))
	case p.goesWithKit(d):
		return app.Text("–")
	case d.Patient != "":
		return act("return", "devices.return", "undo", "line", p.takeBack(d, "open-"+id))
	}
	return act("lend", "devices.lend", "person", "line", p.ask(deviceLending, d, "lend-"+id))
}

// goesWithKit reports whether a device lies in a kit that is there.
func (p *Devices) goesWithKit(d api.Device) bool {
	box, ok := p.device(d.Within)
	return ok && d.Within != "" && box.Deleted == nil
}

func deviceBadge(d api.Device) app.UI {
	switch state := deviceState(d); state {
	case "deleted":
		return kit.Badge(kit.Bad, "trash", words.T("admin.state.deleted"))
	case string(care.DeviceWaiting):
		return kit.Badge(kit.Warn, "clock", words.T("device.state.waiting"))
	case string(care.DeviceDisabled):
		return kit.Badge(kit.Plain, "pause", words.T("device.state.disabled"))
	}
	return kit.Badge(kit.Live, "check", words.T("device.state.enabled"))
}
