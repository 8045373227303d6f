package visitor

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
)

// checking is the check: the own picture, what works, and the one thing to mend where something does not.
func (p *Page) checking() []app.UI {
	snag := p.check.Snag()
	parts := []app.UI{heading(say("check.title"))}
	if p.check.Asking {
		parts = append(parts, app.Div().ID("asking").Class("wide").Body(kit.Note(kit.Info, "info", app.P().Class("strong").Text(say("check.asking")), app.P().Text(say("check.asking.help")))))
	}
	if snag.What != "" {
		parts = append(parts, p.repair(snag))
	}
	if fine(p.check.Ready.Camera) || fine(p.check.Ready.Mic) || !p.check.Done() {
		parts = append(parts, p.self("self-check", say("check.hello")))
	}
	return append(parts, p.checks(), p.late(Checking))
}

// self is the own picture with the level of the own voice in it.
func (p *Page) self(id, word string) app.UI {
	picture := fine(p.check.Ready.Camera) && !p.dark()
	box := app.Div().ID(id).Class("visitor-self").DataSet("picture", strconv.FormatBool(picture))
	return box.Body(
		p.look(id+"-video", !picture),
		app.If(!picture, func() app.UI {
			return app.Div().Class("visitor-noself").Body(kit.Icon("camera-off", "xl"), app.P().Class("small").Text(say("check.no-picture")))
		}),
		app.If(fine(p.check.Ready.Mic), func() app.UI {
			return app.Span().Class("visitor-plate").Body(kit.Icon("mic", "xs"), app.Span().Text(word), &meter{ID: id + "-level", Label: say("level"), Level: p.loud})
		}))
}

// checks lists what was looked at.
func (p *Page) checks() app.UI {
	r := p.check.Ready
	rows := []app.UI{
		p.row("camera", "camera", say("camera"), p.cameraWord(), p.works(r.Camera)),
		p.row("mic", "mic", say("mic"), p.micWord(), p.works(r.Mic)),
		p.row("network", "wifi-3", say("network"), p.networkWord(), p.works(r.Network)),
	}
	if p.senses() {
		rows = append(rows, p.sensorRow())
	}
	return app.Ul().ID("checks").Class("visitor-checks").Body(rows...)
}

func (p *Page) row(what, icon, name, line string, state app.UI) app.UI {
	said := []app.UI{app.B().Text(name)}
	if line != "" {
		said = append(said, app.Br(), app.Span().Class("dim").Text(line))
	}
	return app.Li().ID("check-"+what).Body(kit.Icon(icon), app.Span().Class("grow").Body(said...), state)
}

// works is how something is: icon and word, colour third.
func (p *Page) works(w care.Works) app.UI {
	tone, icon := "t-warn", "warning"
	switch {
	case w == care.Untried:
		return app.Span().Class("dim small").DataSet("works", "").Text(say("works.untried"))
	case fine(w):
		tone, icon = "t-live", "check"
	}
	return app.Span().Class("row gap1 strong small").Class(tone).DataSet("works", string(w)).Body(kit.Icon(icon, "sm"), app.Text(say("works."+string(w))))
}

func (p *Page) cameraWord() string {
	switch {
	case !fine(p.check.Ready.Camera):
		return ""
	case p.check.Front:
		return say("camera.front")
	}
	return ""
}

func (p *Page) micWord() string {
	switch {
	case !fine(p.check.Ready.Mic):
		return ""
	case p.check.Heard:
		return say("mic.heard")
	}
	return say("mic.speak")
}

func (p *Page) networkWord() string {
	switch p.check.Ready.Network {
	case care.WorksWell:
		return say("network.good")
	case care.WorksSome:
		return say("network.fair")
	case care.WorksNot:
		return say("network.bad")
	}
	return ""
}

// repair is what helps, in one picture and a few steps.
func (p *Page) repair(snag Snag) app.UI {
	r := RepairOf(snag, p.Make)
	key := "repair." + r.Key
	var steps []app.UI
	for n := range r.Steps {
		steps = append(steps, app.Li().Text(say(key+"."+strconv.Itoa(n+1))))
	}
	body := []app.UI{
		kit.Drawing(r.Drawing, say(key+".picture")),
		app.Div().Class("stack gap2").Body(app.H2().Text(say(key)), app.Ol().Class("visitor-steps").Body(steps...)),
	}
	acts := []app.UI{kit.Button{ID: "repair-again", Word: say("repair.again"), Icon: "refresh", Class: "line wide", Busy: p.check.Asking, Press: p.askAgain}.Draw()}
	switch {
	case r.Key != "in-app":
	case p.Link == "": // the page was loaded anew: only the message has it
		acts = append(acts, app.P().ID("link-again").Text(say("repair.link")))
	default:
		acts = append(acts, kit.Button{ID: "copy-link", Word: say("repair.copy"), Class: "line wide", Press: p.copyLink}.Draw(), app.P().ID("copied").Class("small dim").Role("status").Text(p.copied))
	}
	return app.Section().ID("repair").Class("card visitor-repair stack gap3").Aria("label", say(key)).
		DataSet("what", snag.What).DataSet("how", string(snag.Why)).DataSet("repair", r.Key).Body(
		app.Div().Class("visitor-repair-how").Body(body...), app.Div().Class("stack gap2").Body(acts...))
}

// checkFoot is the one button. What one comes in with stands on it, so that nobody is surprised.
func (p *Page) checkFoot() []app.UI {
	if p.check.Well() {
		return []app.UI{app.P().ID("passes").Class("center strong t-live").Role("status").Text(say("check.well")),
			kit.Button{ID: "come-in", Word: say("come.all"), Class: "primary big wide", Press: p.comeIn}.Draw(), p.speakerTest()}
	}
	return []app.UI{
		kit.Button{ID: "come-in", Word: say("come." + string(p.check.With())), Class: "primary big wide", Disabled: p.check.Asking && p.now().Sub(p.asking) < askingSlow, Press: p.comeIn}.Draw(),
		p.speakerTest()}
}

// speakerTest plays the soft note and asks whether it was heard.
func (p *Page) speakerTest() app.UI {
	if !p.asked {
		return app.P().Class("center").Body(kit.Button{ID: "speaker", Word: say("speaker.test"), Icon: "speaker", Class: "accent", Press: p.testSpeaker}.Draw())
	}
	if p.check.Ready.Speaker != care.Untried {
		word := "speaker.good"
		if !fine(p.check.Ready.Speaker) {
			word = "speaker.bad"
		}
		return app.Div().Class("center stack gap1").Body(app.P().Class("small").Role("status").Text(say(word)),
			kit.Button{ID: "speaker", Word: say("speaker.again"), Icon: "speaker", Class: "accent", Press: p.testSpeaker}.Draw())
	}
	return app.Div().ID("speaker-asks").Class("stack gap2").Role("group").Aria("label", say("speaker.asks")).Body(
		app.P().Class("center").Role("status").Text(say("speaker.asks")),
		app.Div().Class("row gap2 midrow").Body(
			kit.Button{ID: "speaker-yes", Word: say("speaker.yes"), Icon: "check", Class: "line", Press: p.speakerWas(care.WorksWell)}.Draw(),
			kit.Button{ID: "speaker-no", Word: say("speaker.no"), Class: "line", Press: p.speakerWas(care.WorksNot)}.Draw()))
}
