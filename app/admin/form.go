package admin

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
)

// form is fields with what is wrong beside each. A field's fault goes as soon as the field is changed.
type form struct {
	faults map[string]error // by the field's id; "" is the whole
	order  []string         // of the fields as last drawn, for the keyboard
	busy   bool
}

// wrong notes a fault of a field; nil notes nothing.
func (f *form) wrong(id string, err error) {
	if err == nil {
		return
	}
	if f.faults == nil {
		f.faults = map[string]error{}
	}
	f.faults[id] = err
}

// fresh forgets what was wrong.
func (f *form) fresh() { f.faults = nil }

// whole is where a fault of the whole form is said. It can have the keyboard: a long form may be scrolled far below it.
const whole = "form-fault"

// first is where the keyboard goes for what is wrong: the first field that has a fault, or the words about the whole; "" when
// nothing is.
func (f *form) first() string {
	for _, id := range f.order {
		if f.faults[id] != nil {
			return id
		}
	}
	if f.faults[""] != nil {
		return whole
	}
	return ""
}

// input is what a field of a form is, besides its value.
type input struct {
	id, label, help string
	kind            string // of the input; "" is text
	hint            string // shown while it is empty
	most            int    // characters
	enter           func(app.Context)
}

// text draws a line to write in.
func (f *form) text(in input, value *string) app.UI {
	f.order = append(f.order, in.id)
	return kit.Field{ID: in.id, Label: in.label, Help: in.help, Fault: frame.Say(f.faults[in.id]), Value: *value, Type: in.kind, Placeholder: in.hint,
		MaxLength: in.most, Enter: in.enter, Change: func(ctx app.Context, v string) {
			if *value = v; f.faults[in.id] == nil && f.faults[""] == nil {
				ctx.PreventUpdate()
			}
			delete(f.faults, in.id)
			delete(f.faults, "")
		}}.Draw()
}

// choice draws a choice from a list.
func (f *form) choice(id, label string, choices []kit.Choice, chosen string, choose func(app.Context, string)) app.UI {
	f.order = append(f.order, id)
	parts := []app.UI{kit.Select(id, label, choices, chosen, func(ctx app.Context, v string) {
		delete(f.faults, id)
		choose(ctx, v)
	})}
	if err := f.faults[id]; err != nil {
		parts = append(parts, app.P().ID(id+"-fault").Class("help bad").Role("alert").Body(kit.Icon("warning", "xs"), app.Text(frame.Say(err))))
	}
	return app.Div().Body(parts...)
}

// begin starts a drawing: the fields come in their order again.
func (f *form) begin() app.UI {
	f.order = f.order[:0]
	if err := f.faults[""]; err != nil {
		return app.Div().ID(whole).TabIndex(-1).Body(said(err))
	}
	return app.Div().Class("slot")
}

// set makes a choice that changes a text.
func set(value *string) func(app.Context, string) {
	return func(_ app.Context, v string) { *value = v }
}
