package admin

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/words"
)

// bound is a field of a form with the words for what stands in it.
type bound struct {
	id, label string
	value     *string
	say       func(string) string // nil: the value says itself
}

// difference is a field that somebody else changed while it was open here.
type difference struct {
	bound
	mine, theirs string
	take         bool // theirs
}

// clash is what two people changed at once. Of what only the other changed theirs is taken; where both changed, mine stands
// until somebody decides.
type clash []*difference

// between finds what somebody else changed: was and is are the values as they were read and as they are now.
func between(fields []bound, was, is []string) (c clash) {
	for i, f := range fields {
		if was[i] == is[i] || *f.value == is[i] {
			continue
		}
		d := &difference{bound: f, mine: *f.value, theirs: is[i]}
		d.choose(*f.value == was[i])
		c = append(c, d)
	}
	return c
}

func (d *difference) choose(theirs bool) {
	if d.take = theirs; theirs {
		*d.value = d.theirs
	} else {
		*d.value = d.mine
	}
}

func (d *difference) words(v string) string {
	if d.say != nil {
		v = d.say(v)
	}
	return orDash(v)
}

// draw shows what the other changed, a decision for each.
func (c clash) draw() app.UI {
	if c == nil {
		return app.Text("")
	}
	var list []app.UI
	for _, d := range c {
		chosen := "mine"
		if d.take {
			chosen = "theirs"
		}
		list = append(list, app.Li().DataSet("clash", d.id).Class("adm-clash").Body(app.Span().Class("strong").Text(d.label),
			kit.Segments(d.label, []kit.Choice{{Value: "theirs", Word: words.T("admin.clash.theirs", "value", d.words(d.theirs))},
				{Value: "mine", Word: words.T("admin.clash.mine", "value", d.words(d.mine))}}, chosen,
				func(_ app.Context, v string) { d.choose(v == "theirs") })))
	}
	every := func(theirs bool) func(app.Context) {
		return func(app.Context) {
			for _, d := range c {
				d.choose(theirs)
			}
		}
	}
	return app.Div().ID("clash").Role("alert").Body(kit.Note(kit.Warn, "warning", app.P().Text(words.T("admin.clash")), app.Ul().Class("list").Body(list...),
		app.Div().Class("row gap2 wrap").Body(
			kit.Button{ID: "theirs-all", Word: words.T("admin.clash.theirs-all"), Class: "line small", Press: every(true)}.Draw(),
			kit.Button{ID: "mine-all", Word: words.T("admin.clash.mine-all"), Class: "line small", Press: every(false)}.Draw())))
}
