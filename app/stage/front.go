package stage

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/words"
)

// dialog is what stands in front of the call.
type dialog string

const (
	noDialog      dialog = ""
	moreDialog    dialog = "more"
	endDialog     dialog = "end"
	qualityDialog dialog = "quality"
	phraseDialog  dialog = "phrase"
	outDialog     dialog = "out"
	handDialog    dialog = "hand-over"
	askDialog     dialog = "ask"
)

// ask is what somebody asks this page's person for.
type ask struct{ from, what string }

func (s *Stage) shut() { s.dialog, s.about = noDialog, "" }

// Front draws the dialog that is open. What others ask for comes when no other dialog is in the way.
func (s *Stage) Front() app.UI {
	if s.dialog == noDialog && s.asked.what != "" {
		s.dialog = askDialog
	}
	shut := func(app.Context) { s.shut() }
	d := &kit.Dialog{Cancel: shut}
	act := func(id, word, class string, press func(app.Context)) app.UI {
		return button(id, word, "", class, func(ctx app.Context) { s.shut(); press(ctx) })
	}
	no := button("", words1("cancel"), "", "line", shut)
	closes := []app.UI{button("dialog-close", words1("close"), "", "line", shut)}
	p, there := s.person(s.about)
	text := func(t string) []app.UI { return []app.UI{para("", t)} }
	switch {
	case s.dialog == moreDialog:
		d.Title, d.Body, d.Acts = say("bar.more"), s.moreBody(), closes
	case s.dialog == endDialog:
		d.Title, d.Body, d.Acts = say("end.title"), text(say("end.guest")), []app.UI{no, act("leave", say("end.leave"), "danger", s.Acts.Leave)}
		if s.Acts.Close != nil {
			d.Body = text(say("end.staff"))
			d.Acts = []app.UI{no, act("leave", say("end.leave"), "danger-line", s.Acts.Leave), act("end-all", say("end.all"), "danger", func(ctx app.Context) { s.Acts.Close(ctx, true) })}
		}
	case s.dialog == qualityDialog && there:
		d.Title, d.Body, d.Acts = say("quality.title", "name", p.Name), qualityBody(p), closes
	case s.dialog == phraseDialog:
		d.Title, d.Body, d.Acts = say("phrase"), s.phraseBody(), closes
	case s.dialog == outDialog && there:
		d.Title, d.Body = say("out.title", "name", p.Name), text(say("out.help"))
		d.Acts = []app.UI{no, act("out-yes", say("person.out"), "danger", func(ctx app.Context) { s.Acts.PutOut(ctx, p.Guest) })}
	case s.dialog == handDialog:
		d.Title, d.Body, d.Acts = say("hand-over"), s.handBody(), []app.UI{no}
	case s.dialog == askDialog:
		asked := s.asked
		yes := s.asks()[asked.what]
		if yes == nil {
			s.asked = ask{}
			s.shut()
			return kit.Slot()
		}
		done := func(app.Context) { s.asked = ask{}; s.shut() }
		d.Cancel, d.Title, d.Body = done, say("ask."+asked.what, "name", asked.from), text(say("ask.help"))
		d.Acts = []app.UI{button("ask-no", say("ask.no"), "", "line", done),
			button("ask-yes", say("ask."+asked.what+".yes"), "", "primary", func(ctx app.Context) { done(ctx); yes(ctx) })}
	default:
		s.shut()
		return kit.Slot()
	}
	return kit.Slot(d)
}

// qualityBody is what the word means, why, and what helps.
func qualityBody(p *Person) []app.UI {
	key, tone, icon := quality(p.Quality)
	list := []app.UI{app.P().Body(kit.Chip(tone, icon, say("quality."+key))), para("", say("quality."+key+".help"))}
	if p.Side != "" {
		list = append(list, para("", words.T("call.side."+p.Side)))
	}
	if p.Why != "" {
		list = append(list, para("", say("why."+p.Why)))
	}
	if p.Quality < 3 {
		list = append(list, para("", say("quality.tips")))
	}
	if p.Way != "" {
		list = append(list, para("small dim", say("way."+p.Way)))
	}
	return list
}

// phraseBody is what both sides read to each other, per person.
func (s *Stage) phraseBody() []app.UI {
	list := []app.UI{para("", say("phrase.help"))}
	for _, p := range s.view.others() {
		phrase := p.Phrase
		if phrase == "" {
			phrase = say("phrase.none")
		}
		list = append(list, div("card sunk stack gap1", span("small dim", p.Name), app.P().Class("stage-phrase").DataSet("phrase", p.Phrase).Text(phrase)))
	}
	if len(s.view.Others) == 0 {
		list = append(list, para("dim", say("phrase.none")))
	}
	return append(list, para("small", say("phrase.differs")))
}

func (s *Stage) handBody() []app.UI {
	list := []app.UI{para("", say("hand-over.help"))}
	for _, c := range s.view.Staff {
		list = append(list, button("hand-"+c.ID, c.Name, "person", "line wide", func(ctx app.Context) { s.shut(); s.Acts.HandOver(ctx, c.ID) }))
	}
	return []app.UI{div("stack gap2", list...)}
}

// words1 is a word all pages share.
func words1(key string) string { return words.T("app." + key) }
