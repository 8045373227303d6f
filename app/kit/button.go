package kit

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Button is something to press. Word says the verb; the classes are those of kit.css: "primary", "line", "danger",
// "small", "big", "wide".
type Button struct {
	ID       string
	Word     string
	Icon     string // symbol before the word
	Class    string
	Label    string // for a screen reader, where the word alone is not enough; required when Word is empty
	Disabled bool
	Busy     bool
	Pressed  *bool // for what toggles
	Expanded *bool // for what opens something
	Controls string
	Press    func(app.Context)
}

// Draw makes the button.
func (b Button) Draw() app.UI {
	e := app.Button().Type("button").Class("btn").Class(b.Class).Disabled(b.Disabled || b.Busy)
	if b.ID != "" {
		e = e.ID(b.ID)
	}
	if b.Label != "" {
		e = e.Aria("label", b.Label)
	}
	if b.Word == "" {
		e = e.Class("only")
	}
	if b.Busy {
		e = e.Aria("busy", "true")
	}
	e = state(state(e, "pressed", b.Pressed), "expanded", b.Expanded)
	if b.Controls != "" {
		e = e.Aria("controls", b.Controls)
	}
	if b.Press != nil {
		press := b.Press
		e = e.OnClick(func(ctx app.Context, _ app.Event) { press(ctx) }, Fresh())
	}
	return e.Body(b.inside()...)
}

func (b Button) inside() []app.UI {
	var parts []app.UI
	if b.Icon != "" {
		size := ""
		if b.Class != "" && b.Word != "" {
			size = "sm"
		}
		parts = append(parts, Icon(b.Icon, size))
	}
	if b.Word != "" {
		parts = append(parts, app.Text(b.Word))
	}
	return parts
}

func state(e app.HTMLButton, name string, on *bool) app.HTMLButton {
	switch {
	case on == nil:
		return e
	case *on:
		return e.Aria(name, "true")
	}
	return e.Aria(name, "false")
}

// Link is an address that looks like a button.
func Link(word, icon, href, class string) app.UI {
	e := app.A().Class("btn").Class(class).Href(href)
	if icon == "" {
		return e.Text(word)
	}
	return e.Body(Icon(icon, "sm"), app.Text(word))
}

// Choice is one of a few mutually exclusive words.
type Choice struct {
	Value, Word string
}

// Segments draws a row of choices, one of them pressed.
func Segments(label string, choices []Choice, chosen string, choose func(app.Context, string)) app.UI {
	var parts []app.UI
	for _, c := range choices {
		pressed := "false"
		if c.Value == chosen {
			pressed = "true"
		}
		value := c.Value
		parts = append(parts, app.Button().Type("button").Aria("pressed", pressed).
			OnClick(func(ctx app.Context, _ app.Event) { choose(ctx, value) }, Fresh()).Text(c.Word))
	}
	return app.Div().Class("seg").Role("group").Aria("label", label).Body(parts...)
}
