package agenda

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// path are the steps of a guest, behind a word to open them by.
func (d *Details) path(g api.Guest) app.UI {
	var list []app.UI
	for _, e := range story(d.report.Events, g.ID) {
		word := invited.State(care.GuestState(e.To)).Word
		if e.Act == care.CallsEnded {
			word = words.T("agenda.step." + e.Act)
		}
		list = append(list, step(e, word, d.Env.Now()))
	}
	if len(list) == 0 {
		return kit.Slot()
	}
	return app.Details().Class("agenda-more").Body(app.Summary().Class("small").Text(words.T("agenda.steps.of")), app.Ol().Class("agenda-steps small").Body(list...))
}

func step(e api.VisitEvent, word string, now time.Time) app.UI {
	text := word
	switch {
	case e.Name != "":
		text += " · " + words.Isolate(e.Name)
	case e.By != "":
		text += " · " + words.T("agenda.by."+e.By)
	}
	if why := invited.Reason(e.Reason); why != "" {
		text += " · " + why
	}
	return app.Li().Body(app.Span().Class("num dim").Text(invited.Moment(e.At, now)), app.Span().Text(text))
}

// steps are what happened to the visit itself.
func (d *Details) steps(v api.Visit) app.UI {
	var list []app.UI
	for _, e := range story(d.report.Events, "") {
		list = append(list, step(e, words.T("agenda.step."+e.Act), d.Env.Now()))
	}
	if len(list) == 0 {
		return kit.Slot()
	}
	return kit.Card("clock", words.T("agenda.steps"), nil, app.Ol().Class("agenda-steps small").Body(list...))
}

// went is how it went: how long together, how the line was for each, what they said afterwards.
func (d *Details) went(v api.Visit) app.UI {
	ps := parties(d.report)
	if len(ps) == 0 && len(d.report.Answers) == 0 {
		return kit.Slot()
	}
	until := d.Env.Now()
	if v.State == care.Ended && v.Ends != nil {
		until = *v.Ends
	}
	body := []app.UI{app.P().Class("num").Text(words.N("agenda.together", int(together(d.report, until).Round(time.Minute)/time.Minute)))}
	var rows []app.UI
	for _, p := range ps {
		rows = append(rows, d.party(v, p))
	}
	for _, a := range d.report.Answers {
		text := words.T("agenda.stars", "n", strconv.Itoa(a.Stars))
		for _, w := range a.Wrong {
			text += " · " + words.T("agenda.wrong."+w)
		}
		if a.Text != "" {
			text += " · “" + words.Isolate(a.Text) + "”"
		}
		rows = append(rows, app.Li().DataSet("answer", string(a.Guest)).Body(app.Strong().Text(d.nameOf(v, a.Guest)), app.Span().Text(text)))
	}
	return kit.Card("pulse", words.T("agenda.report"), nil, append(body, app.Ul().Class("agenda-report small").Body(rows...))...)
}

func (d *Details) party(v api.Visit, p party) app.UI {
	text := words.N("agenda.minutes.n", p.Minutes)
	if p.Quality > 0 {
		text += " · " + words.T("agenda.quality."+strconv.Itoa(p.Quality))
	}
	text += " · " + words.N("agenda.breaks", p.Breaks)
	if p.Silent > 0 {
		text += " · " + words.N("agenda.silent", p.Silent)
	}
	if p.Relay {
		text += " · " + words.T("agenda.by-relay")
	}
	return app.Li().DataSet("party", string(p.Guest)).Body(app.Strong().Text(d.nameOf(v, p.Guest)), app.Span().Text(text))
}

func (d *Details) nameOf(v api.Visit, id care.GuestID) string {
	for _, g := range v.Guests {
		if g.ID == id {
			return invited.Name(g, v.PatientName)
		}
	}
	return words.T("agenda.staff")
}
