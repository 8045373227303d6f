package notices

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/words"
	"hearth/wasm/push"
)

// Draw draws the part.
func (p *Part) Draw() app.UI {
	if !p.known {
		return kit.Slot()
	}
	title := words.T("notices.title")
	return kit.Slot(app.Section().ID("notices").Class("card").Aria("label", title).DataSet("state", string(p.state)).Body(
		app.Div().Class("row gap3 wrap").Body(
			kit.Icon("bell"),
			app.Div().Class("notices-says").Body(app.H2().Text(title), app.Div().Role("status").Body(p.says()...)),
			p.act()),
		p.trouble()))
}

// says is how it stands, and what helps.
func (p *Part) says() []app.UI {
	line := func(key string) app.UI { return app.P().Class("small dim").Text(words.T(key)) }
	if p.asking {
		return []app.UI{line("notices.asking")}
	}
	switch p.state {
	case push.On:
		return []app.UI{app.P().Class("small").Text(words.T("notices." + string(p.who) + ".on")), line("notices." + string(p.who) + ".until")}
	case push.Denied:
		return []app.UI{line("notices.denied"), app.P().Class("small").Text(words.T("notices.denied." + string(p.env.Push.Maker())))}
	case push.HomeScreen:
		return []app.UI{line("notices.home-screen")}
	case push.Unsupported:
		return []app.UI{line("notices.unsupported")}
	}
	all := []app.UI{app.P().Class("small").Text(words.T("notices." + string(p.who) + ".off")), line("notices.nobody")}
	if p.house.Taken {
		all = append(all, app.P().ID("notices-taken").Class("small").Text(words.T("notices.taken")))
	}
	return all
}

// act is the one thing to press, where there is one. It stays pressable while the browser asks: who shut its question out
// may want to hear it again.
func (p *Part) act() app.UI {
	switch p.state {
	case push.On:
		return kit.Button{ID: "notices-off", Word: words.T("notices.turn-off"), Class: "line", Busy: p.busy, Press: p.off}.Draw()
	case push.Denied:
		return kit.Button{ID: "notices-look", Word: words.T("notices.look"), Class: "line", Press: p.look}.Draw()
	case push.Off:
		return kit.Button{ID: "notices-on", Word: words.T("notices.turn-on"), Class: "line", Press: p.on}.Draw()
	}
	return kit.Slot()
}

// trouble says what did not work.
func (p *Part) trouble() app.UI {
	if p.wrong == nil {
		return kit.Slot()
	}
	text := words.T("notices.failed")
	if isHouse(p.wrong) {
		text = frame.Say(p.wrong)
	}
	return kit.Slot(app.Div().ID("notices-failed").Body(kit.Alert(kit.Warn, "warning", text)))
}
