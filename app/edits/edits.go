// Package edits shows what two people changed at once, and lets the later one decide. It reads and stores nothing.
package edits

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/words"
)

// Field is a field of a form, with the words for what stands in it.
type Field struct {
	ID, Label string
	Value     *string
	Say       func(string) string // nil: the value says itself
}

// difference is a field that somebody else changed while it was open here.
type difference struct {
	Field
	mine, theirs string
	take         bool // theirs
}

// Clash is what two people changed at once. Of what only the other changed theirs is taken; where both changed, mine stands
// until somebody decides.
type Clash []*difference

// Between finds what somebody else changed: was and is are the values as they were read and as they are now.
func Between(fields []Field, was, is []string) (c Clash) {
	for i, f := range fields {
		if was[i] == is[i] || *f.Value == is[i] {
			continue
		}
		d := &difference{Field: f, mine: *f.Value, theirs: is[i]}
		d.Choose(*f.Value == was[i])
		c = append(c, d)
	}
	return c
}

// Choose takes theirs, or mine.
func (d *difference) Choose(theirs bool) {
	if d.take = theirs; theirs {
		*d.Value = d.theirs
	} else {
		*d.Value = d.mine
	}
}

func (d *difference) words(v string) string {
	if d.Say != nil {
		v = d.Say(v)
	}
	if v == "" {
		return "–"
	}
	return v
}

// Draw shows what the other changed, a decision for each: #clash with #theirs-all, #mine-all and rows [data-clash].
func (c Clash) Draw() app.UI {
	if c == nil {
		return app.Text("")
	}
	var list []app.UI
	for _, d := range c {
		chosen := "mine"
		if d.take {
			chosen = "theirs"
		}
		list = append(list, app.Li().DataSet("clash", d.ID).Class("adm-clash").Body(app.Span().Class("strong").Text(d.Label),
			kit.Segments(d.Label, []kit.Choice{{Value: "theirs", Word: words.T("admin.clash.theirs", "value", d.words(d.theirs))},
				{Value: "mine", Word: words.T("admin.clash.mine", "value", d.words(d.mine))}}, chosen,
				func(_ app.Context, v string) { d.Choose(v == "theirs") })))
	}
	every := func(theirs bool) func(app.Context) {
		return func(app.Context) {
			for _, d := range c {
				d.Choose(theirs)
			}
		}
	}
	return app.Div().ID("clash").Role("alert").Body(kit.Note(kit.Warn, "warning", app.P().Text(words.T("admin.clash")), app.Ul().Class("list").Body(list...),
		app.Div().Class("row gap2 wrap").Body(
			kit.Button{ID: "theirs-all", Word: words.T("admin.clash.theirs-all"), Class: "line small", Press: every(true)}.Draw(),
			kit.Button{ID: "mine-all", Word: words.T("admin.clash.mine-all"), Class: "line small", Press: every(false)}.Draw())))
}
