package queue

import (
	"context"

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
		name := invited.Name(api.Guest{As: v.As, Relation: v.Relation, Name: v.Name}, v.PatientName)
		rows = append(rows, app.Li().DataSet("knock", v.ID).Body(kit.Icon("device"),
			app.Div().Class("grow").Body(app.P().Text(words.T("queue.device", "name", name)), app.P().Class("small dim").Text(device(v)), app.P().Class("small dim").Text(words.T("queue.device.help"))),
			kit.Button{ID: "allow-" + v.ID, Word: words.T("queue.device.allow"), Class: "line small", Busy: d.busy[v.Guest], Press: func(ctx app.Context) {
				d.does(ctx, api.Queued{Guest: api.Guest{ID: v.Guest}}, func(ctx context.Context) error { return d.env.API.AllowVisitDevice(ctx, v.ID) },
					func(app.Context) { d.say(words.T("queue.device.allowed")) })
			}}.Draw()))
	}
	for _, c := range d.calls {
		name := invited.Name(api.Guest{As: c.As, Relation: c.Relation, Name: c.Name}, c.PatientName)
		text := words.T("queue.call.of", "name", name, "time", c.Start.Local().Format("15:04"))
		rows = append(rows, app.Li().DataSet("call", c.ID).Body(kit.Icon("phone"),
			app.Div().Class("grow").Body(app.P().Body(app.Strong().Text(words.T("queue.calls")+": "), app.Text(text)),
				app.P().Class("small dim").Text(words.T("queue.since.at", "time", c.Wished.Local().Format("15:04")))),
			kit.Button{ID: "called-" + c.ID, Word: words.T("queue.call.done"), Class: "line small", Label: words.T("queue.call.done.of", "name", name), Busy: d.busy[c.Guest],
				Press: func(ctx app.Context) {
					d.does(ctx, api.Queued{Guest: api.Guest{ID: c.Guest}}, func(ctx context.Context) error { return d.env.API.DoneCallBack(ctx, c.ID) }, nil)
				}}.Draw()))
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
