package visitor

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
)

const svg = "http://www.w3.org/2000/svg"

// embers is a fire that has burnt down, for when something is over; its colours are the page's.
func embers() app.UI {
	part := func(tag string) app.HTMLElem { return app.Elem(tag).XMLNS(svg) }
	return part("svg").Class("porch-art visitor-art").Attr("viewBox", "0 0 300 150").Attr("aria-hidden", "true").Body(
		part("path").Class("f-sunken").Attr("d", "M100 130V80a50 50 0 0 1 100 0v50z"),
		part("path").Class("s-edge2").Attr("fill", "none").Attr("stroke-width", 3).Attr("stroke-linecap", "round").Attr("d", "M100 130V80a50 50 0 0 1 100 0v50"),
		part("path").Class("visitor-flame").Attr("d", "M150 84c12 12 18 20 18 29 0 10-8 17-18 17s-18-7-18-17c0-9 6-17 18-29z"),
		part("path").Class("visitor-spark").Attr("d", "M150 106c5 6 8 9 8 13a8 8 0 0 1-16 0c0-4 3-7 8-13z"),
		part("path").Class("s-edge2").Attr("fill", "none").Attr("stroke-width", 4).Attr("stroke-linecap", "round").Attr("d", "M30 130h240"))
}

// ending is how it ended, kindly, with what comes next.
func (p *Page) ending(step Step) []app.UI {
	title, text := "end."+string(step), say("end."+string(step)+".text", "name", p.host())
	switch {
	case step == Refused:
		text = p.refusal()
	case step == Over && !p.way.WasIn():
		title, text = "end.missed", say("end.missed.text")
		if p.att.VisitIs == care.Cancelled {
			title, text = "end.cancelled", say("end.cancelled.text")
		}
	case step == Stuck && p.Env.Live.View().Link.State == live.TurnedAway:
		text = words.T("fault." + live.CodeVersion)
	case step == Stuck && p.trouble != "":
		text = p.trouble
	}
	parts := []app.UI{embers(), heading(say(title)), lead(text)}
	if step == Over && p.way.WasIn() && p.att.Survey {
		parts = append(parts, p.survey())
	}
	return parts
}

// refusal says why, without blame, where there are words for it.
func (p *Page) refusal() string {
	if key := "visitor.denied." + p.att.Reason; p.att.Reason != "" && words.Current().Has(key) {
		return words.T(key)
	}
	return say("end.denied.text")
}

// endFoot is what somebody can do after it ended.
func (p *Page) endFoot(step Step) []app.UI {
	var parts []app.UI
	for _, e := range step.Exits(false) {
		switch e {
		case ComeBack:
			parts = append(parts, kit.Button{ID: "come-back", Word: say("come-back"), Class: "primary big wide", Press: p.comeBack}.Draw())
		case Again:
			word := say("again")
			if step == Elsewhere {
				word = say("take-here")
			}
			parts = append(parts, kit.Button{ID: "again", Word: word, Icon: "refresh", Class: "primary big wide", Press: p.reload}.Draw())
		case Phone:
			parts = append(parts, p.phone())
		}
	}
	return parts
}

// broken stands over the call while nobody is heard.
func (p *Page) broken() app.UI {
	_, since := p.way.Step()
	return app.Div().ID("broken").Class("visitor-broken").Body(
		kit.Alert(kit.Warn, "wifi-0", say("broken", "time", since.Local().Format("15:04"))), p.late(Broken))
}
