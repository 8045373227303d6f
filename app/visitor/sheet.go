package visitor

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/words"
)

// open brings a sheet in front.
func (p *Page) open(sheet string) func(app.Context) {
	return func(app.Context) { p.front = sheet }
}

func (p *Page) shut(app.Context) { p.front = "" }

// sheet is what lies in front: one thing, with a way back.
func (p *Page) sheet() []app.UI {
	switch p.front {
	case "help":
		return p.dialog(say("help.title"), p.helpBody())
	case "language":
		return p.dialog(say("language.title"), p.languages())
	case "sensors":
		return p.dialog(say("sensors.title"), p.sensorBody())
	case "device":
		return p.dialog(say("device.title"), p.deviceBody())
	case "leave":
		return []app.UI{&kit.Dialog{Title: say("leave.title"), Body: []app.UI{app.P().Text(say("leave.text"))}, Cancel: p.shut, Acts: []app.UI{
			kit.Button{ID: "leave-no", Word: say("leave.no"), Class: "line", Press: p.shut}.Draw(),
			kit.Button{ID: "leave-yes", Word: say("leave.yes"), Class: "primary", Press: p.leave}.Draw()}}}
	}
	return nil
}

func (p *Page) dialog(title string, body []app.UI) []app.UI {
	return []app.UI{&kit.Dialog{Title: title, Body: body, Cancel: p.shut,
		Acts: []app.UI{kit.Button{ID: "sheet-close", Word: words.T("app.close"), Class: "line", Press: p.shut}.Draw()}}}
}

// helpBody is whom to call: where it is dangerous first.
func (p *Page) helpBody() []app.UI {
	var body []app.UI
	if p.att.Emergency != "" {
		body = append(body, app.P().Text(say("help.danger")),
			app.A().ID("help-emergency").Class("btn danger big wide").Href(dial(p.att.Emergency)).Body(kit.Icon("phone"), app.Text(say("help.emergency", "number", p.att.Emergency))))
	}
	if p.att.Phone != "" {
		body = append(body, app.P().Text(say("help.stuck")),
			app.A().ID("help-phone").Class("btn line big wide").Href(dial(p.att.Phone)).Body(kit.Icon("phone"), app.Text(say("help.phone", "number", p.att.Phone))))
	}
	return body
}

// languages are each in its own tongue. The page is loaded anew in it and comes back to where it was. Beside them is how the page
// looks: whoever comes may be a child, or have one with them.
func (p *Page) languages() []app.UI {
	var all []app.UI
	for _, l := range words.Languages() {
		chosen := l == p.Env.Page.Language()
		all = append(all, kit.Button{ID: "language-" + string(l), Word: l.Name(), Class: "line wide", Pressed: &chosen, Press: func(app.Context) { p.Env.Page.SetLanguage(l) }}.Draw())
	}
	look := kit.Select("theme", words.T("app.theme"), frame.Themes(), p.Env.Page.Theme(), func(_ app.Context, v string) { p.Env.Page.SetTheme(v) })
	return []app.UI{app.Div().Class("stack gap2").Body(all...), look}
}

// deviceBody is the code for another device of the same guest.
func (p *Page) deviceBody() []app.UI {
	switch {
	case p.nocode != "":
		return []app.UI{kit.Alert(kit.Warn, "warning", p.nocode), kit.Button{ID: "device-again", Word: words.T("app.retry"), Class: "line wide", Press: p.askCode}.Draw()}
	case p.code == "":
		return []app.UI{app.P().Class("dim").Aria("busy", "true").Text(words.T("app.loading"))}
	}
	return []app.UI{app.P().Text(say("device.text")), app.P().ID("device-code").Class("num visitor-code").Role("status").Text(p.code)}
}
