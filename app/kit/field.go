package kit

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Field is a labelled line to write in. Fault, when set, is said beside the field and tied to it.
type Field struct {
	ID, Label, Help, Fault   string
	Value, Type, Placeholder string
	AutoComplete             string
	MaxLength                int
	Disabled                 bool
	HideLabel                bool                      // for a screen reader only
	Change                   func(app.Context, string) // at every key
	Enter                    func(app.Context)
}

// Draw makes the field.
func (f Field) Draw() app.UI {
	in := app.Input().ID(f.ID).Class("input").Type(or(f.Type, "text")).Value(Typed(f.ID, f.Value)).
		Placeholder(f.Placeholder).Disabled(f.Disabled).AutoComplete(f.AutoComplete != "")
	if f.AutoComplete != "" {
		in = in.Attr("autocomplete", f.AutoComplete)
	}
	if f.MaxLength > 0 {
		in = in.MaxLength(f.MaxLength)
	}
	if f.Fault != "" {
		in = in.Aria("invalid", "true").Aria("describedby", f.ID+"-fault")
	} else if f.Help != "" {
		in = in.Aria("describedby", f.ID+"-help")
	}
	if change := f.Change; change != nil {
		in = in.OnInput(func(ctx app.Context, _ app.Event) { change(ctx, Heard(ctx)) }, Fresh())
	}
	if enter := f.Enter; enter != nil {
		in = in.OnKeyDown(func(ctx app.Context, e app.Event) {
			if e.Get("key").String() == "Enter" {
				enter(ctx)
			} else {
				ctx.PreventUpdate()
			}
		}, Fresh())
	}
	return app.Div().Class("field").Body(f.label(), in, f.below())
}

// Clear empties a field. A Field drawn with an empty Value would keep what somebody wrote, because go-app leaves empty
// attributes out.
func Clear(id string) {
	if !app.IsClient {
		return
	}
	if e := app.Window().GetElementByID(id); e.Truthy() {
		e.Set("value", "")
	}
}

// Write puts a text into a field that somebody may have written in: from then on what is drawn into it is not what it shows.
func Write(id, text string) {
	if !app.IsClient {
		return
	}
	if e := app.Window().GetElementByID(id); e.Truthy() {
		e.Set("value", text)
	}
}

func (f Field) label() app.UI {
	if f.HideLabel {
		return app.Label().Class("sr").For(f.ID).Text(f.Label)
	}
	return app.Label().Class("label").For(f.ID).Text(f.Label)
}

func (f Field) below() app.UI {
	switch {
	case f.Fault != "":
		return app.P().ID(f.ID+"-fault").Class("help bad").Role("alert").Body(Icon("warning", "xs"), app.Text(f.Fault))
	case f.Help != "":
		return app.P().ID(f.ID + "-help").Class("help").Text(f.Help)
	}
	return app.Text("")
}

// Select is a labelled choice from a list. What was chosen is known by its place: the framework leaves an empty value out, and the
// browser would then give the words of that choice for its value.
func Select(id, label string, choices []Choice, chosen string, choose func(app.Context, string)) app.UI {
	var options []app.UI
	for _, c := range choices {
		options = append(options, app.Option().Value(c.Value).Selected(c.Value == chosen).Text(c.Word))
	}
	return app.Div().Class("field").Body(
		app.Label().Class("label").For(id).Text(label),
		app.Span().Class("select").Body(
			app.Select().ID(id).Class("input").
				OnChange(func(ctx app.Context, _ app.Event) {
					if i := ctx.JSSrc().Get("selectedIndex").Int(); 0 <= i && i < len(choices) {
						choose(ctx, choices[i].Value)
					}
				}, Fresh()).
				Body(options...),
			Icon("chevron-down", "sm")))
}

// Switch is something that is on or off at once.
func Switch(id, label string, on, disabled bool, flip func(app.Context, bool)) app.UI {
	return app.Label().Class("switch").Body(
		app.Input().ID(id).Type("checkbox").Role("switch").Checked(on).Disabled(disabled).
			OnChange(func(ctx app.Context, _ app.Event) { flip(ctx, ctx.JSSrc().Get("checked").Bool()) }, Fresh()),
		app.Span().Text(label))
}

// Check is one tick of a form.
func Check(id, label string, on bool, flip func(app.Context, bool)) app.UI {
	return app.Label().Class("check").Body(
		app.Input().ID(id).Type("checkbox").Checked(on).
			OnChange(func(ctx app.Context, _ app.Event) { flip(ctx, ctx.JSSrc().Get("checked").Bool()) }, Fresh()),
		app.Span().Text(label))
}

// Slider is a number between two ends.
func Slider(id, label string, low, high, step, value int, slide func(app.Context, int)) app.UI {
	return app.Input().ID(id).Class("slider").Type("range").Aria("label", label).
		Min(low).Max(high).Step(float64(step)).Value(Typed(id, strconv.Itoa(value))).
		OnInput(func(ctx app.Context, _ app.Event) {
			if v, err := strconv.Atoi(Heard(ctx)); err == nil {
				slide(ctx, v)
			}
		}, Fresh())
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
