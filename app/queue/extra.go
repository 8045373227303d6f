package queue

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/words"
)

// extra is what else waits for staff: another device of somebody who is in, and whoever came too late and wants a call.
func (d *Desk) extra() app.UI {
	var rows []app.UI
	for _, v := range d.devices {
		k := knock{device: &v}
		rows = append(rows, app.Li().DataSet("knock", v.ID).Body(kit.Icon(k.icon()),
			app.Div().Class("grow").Body(app.P().Text(k.text()), app.P().Class("small dim").Text(device(v)), app.P().Class("small dim").Text(k.help(d.now()))),
			d.act(k, "allow-"+v.ID, "line small")))
	}
	for _, c := range d.calls {
		k := knock{call: &c}
		rows = append(rows, app.Li().DataSet("call", c.ID).Body(kit.Icon(k.icon()),
			app.Div().Class("grow").Body(app.P().Body(app.Strong().Text(words.T("queue.calls")+": "), app.A().Class("celllink").Href(d.o.Room(c.Visit)).Text(k.name()), app.Text(" · "+k.help(d.now()))),
				app.P().Class("small dim").Text(words.T("queue.since.at", "time", invited.Moment(c.Wished, d.now())))),
			app.Div().Class("row wrap gap2").Body(d.numberButton(k, "number-"+c.ID, false), d.act(k, "called-"+c.ID, "line small"))))
	}
	if d.older > 0 {
		rows = append(rows, app.Li().ID("calls-older").Body(kit.Icon("phone"), app.P().Class("small dim grow").Text(words.N("queue.calls.older", d.older))))
	}
	if len(rows) == 0 {
		return kit.Slot()
	}
	return app.Ul().ID("queue-extra").Class("list queue-extra").Body(rows...)
}

// device is what a browser says it is.
func device(v api.VisitDevice) string {
	text := v.Browser
	if v.System != "" && text != "" {
		text += ", "
	}
	return text + v.System
}
