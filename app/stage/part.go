package stage

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
)

// The parts below are functions of their own, never unfolded where they are used: what they stand for is drawn a hundred
// times on a stage, and every one would weigh on each first visit.

//go:noinline
func div(class string, body ...app.UI) app.HTMLDiv { return app.Div().Class(class).Body(body...) }

//go:noinline
func div1(id, class string, body ...app.UI) app.HTMLDiv {
	return app.Div().ID(id).Class(class).Body(body...)
}

//go:noinline
func para(class, text string) app.UI { return app.P().Class(class).Text(text) }

//go:noinline
func span(class, text string) app.UI { return app.Span().Class(class).Text(text) }

//go:noinline
func strong(class, text string) app.UI { return app.Strong().Class(class).Text(text) }

//go:noinline
func button(id, word, icon, class string, press func(app.Context)) app.UI {
	return kit.Button{ID: id, Word: word, Icon: icon, Class: class, Press: press}.Draw()
}

// sign1 is a button with nothing but an icon.
//
//go:noinline
func sign1(id, icon, label string, press func(app.Context)) app.UI {
	return kit.Button{ID: id, Icon: icon, Label: label, Press: press}.Draw()
}

//go:noinline
func field(id, label, kind string, most int, value *string, hide bool, enter func(app.Context)) app.UI {
	f := kit.Field{ID: id, Label: label, Type: kind, Value: *value, MaxLength: most, HideLabel: hide, Enter: enter,
		Change: func(_ app.Context, v string) { *value = v }}
	if hide {
		f.Placeholder = label
	}
	return f.Draw()
}

//go:noinline
func badge(m sign) app.UI { return kit.Badge(m.tone, m.icon, m.word) }
