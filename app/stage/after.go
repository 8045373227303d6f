package stage

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
)

// Survey asks a guest afterwards how it was: one answer is enough, and none is fine.
type Survey struct {
	Stars int
	Wrong []string // of what may have been wrong
	Text  string
	Sent  bool
	Busy  bool
	Fault string // in words

	Troubles []string // what may have been wrong, in the order they are asked
	Send     func(app.Context)
}

// Draw makes it.
func (s *Survey) Draw() app.UI {
	if s.Sent {
		return app.Section().ID("survey").DataSet("sent", true).Class("card").Body(kit.Note(kit.Live, "check", app.Text(say("survey.thanks"))))
	}
	var stars, wrong []app.UI
	for n := 1; n <= 5; n++ {
		stars = append(stars, app.Label().Class("stage-star").Body(
			app.Input().ID("star-"+strconv.Itoa(n)).Type("radio").Name("stars").Value(n).Checked(s.Stars == n).OnChange(func(app.Context, app.Event) { s.Stars = n }, kit.Fresh()),
			app.Span().Text(say("survey."+strconv.Itoa(n)))))
	}
	for _, t := range s.Troubles {
		wrong = append(wrong, kit.Check("wrong-"+t, say("survey.wrong."+t), slices.Contains(s.Wrong, t), func(_ app.Context, on bool) { s.tick(t, on) }))
	}
	more := []app.UI{}
	if s.Stars > 0 && s.Stars < 4 {
		more = append(more, app.FieldSet().Class("field").Body(append([]app.UI{app.Legend().Class("label").Text(say("survey.wrong"))}, wrong...)...))
	}
	body := []app.UI{app.H2().Text(say("survey")), app.FieldSet().Class("field").Body(app.Legend().Class("label").Text(say("survey.how")), div("stage-stars", stars...)), kit.Slot(more...),
		div("field", app.Label().Class("label").For("survey-text").Text(say("survey.text")),
			app.Textarea().ID("survey-text").Class("input").Rows(2).MaxLength(1000).Text(s.Text).OnInput(func(ctx app.Context, _ app.Event) {
				s.Text = ctx.JSSrc().Get("value").String()
				ctx.PreventUpdate()
			}, kit.Fresh()))}
	if s.Fault != "" {
		body = append(body, kit.Alert(kit.Warn, "warning", s.Fault))
	}
	return app.Section().ID("survey").Class("card stack gap3").Body(append(body,
		kit.Button{ID: "survey-send", Word: say("survey.send"), Class: "primary", Disabled: s.Stars == 0, Busy: s.Busy, Press: s.Send}.Draw())...)
}

func (s *Survey) tick(what string, on bool) {
	s.Wrong = slices.DeleteFunc(s.Wrong, func(w string) bool { return w == what })
	if on {
		s.Wrong = append(s.Wrong, what)
	}
}

// Outcome asks staff what became of the visit, with what the house thinks chosen already.
type Outcome struct {
	Is     care.Outcome
	Saved  bool
	Fault  string
	Choose func(app.Context, care.Outcome)
}

// Draw makes it.
func (o Outcome) Draw() app.UI {
	var choices []kit.Choice
	for _, c := range care.Outcomes() {
		choices = append(choices, kit.Choice{Value: string(c), Word: say("outcome." + string(c))})
	}
	body := []app.UI{app.H2().Text(say("outcome")), app.Div().ID("outcome").DataSet("outcome", string(o.Is)).Class("stage-seg").Body(
		kit.Segments(say("outcome"), choices, string(o.Is), func(ctx app.Context, v string) { o.Choose(ctx, care.Outcome(v)) }))}
	switch {
	case o.Fault != "":
		body = append(body, kit.Alert(kit.Warn, "warning", o.Fault))
	case o.Saved:
		body = append(body, kit.Badge(kit.Live, "check", say("notes.saved")))
	}
	return app.Section().Class("card stack gap3").Body(body...)
}
