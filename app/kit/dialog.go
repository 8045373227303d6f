package kit

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Dialog asks in front of the page. It is the browser's own modal dialog (HTML, the dialog element): focus stays in it,
// Escape cancels, the rest of the page is inert, and afterwards the keyboard is where it was. Mount it only while it is open.
type Dialog struct {
	app.Compo
	Title  string
	Over   bool // above another dialog
	Body   []app.UI
	Acts   []app.UI
	Cancel func(app.Context) // Escape

	before app.Value // what had the keyboard
}

// OnMount opens the dialog above the page.
func (d *Dialog) OnMount(ctx app.Context) {
	if e := ctx.JSSrc(); e != nil && e.Truthy() && !e.Get("open").Bool() {
		d.before = app.Window().Get("document").Get("activeElement")
		e.Call("showModal")
	}
}

// OnDismount gives the keyboard back. As long as the dialog is open nothing behind it can take it, and a browser that sees
// an open dialog go forgets who had it before.
func (d *Dialog) OnDismount() {
	if d.before != nil && d.before.Truthy() && d.before.Get("isConnected").Bool() {
		d.before.Call("focus")
	}
}

// Return takes the keyboard out of an element that is about to go, to the first of others that is there to be seen. A keyboard
// that is elsewhere stays there.
func Return(from string, to ...string) {
	if !app.IsClient {
		return
	}
	e := app.Window().GetElementByID(from)
	if !e.Truthy() || !e.Call("contains", app.Window().Get("document").Get("activeElement")).Bool() {
		return
	}
	for _, id := range to {
		if e := app.Window().GetElementByID(id); e.Truthy() && e.Get("offsetParent").Truthy() {
			e.Call("focus")
			return
		}
	}
}

// Render draws it.
func (d *Dialog) Render() app.UI {
	title := "dialog-title"
	if d.Over {
		title = "upper-dialog-title"
	}
	inside := append([]app.UI{app.H2().ID(title).Text(d.Title)}, d.Body...)
	inside = append(inside, app.Div().Class("acts").Body(d.Acts...))
	return app.Dialog().Class("dialog").Aria("labelledby", title).
		On("cancel", func(ctx app.Context, e app.Event) {
			e.PreventDefault()
			if d.Cancel != nil {
				d.Cancel(ctx)
			}
		}, Fresh()).
		Body(inside...)
}

// Toast says that something was done and offers to undo it.
func Toast(text, undo string, do func(app.Context)) app.UI {
	parts := []app.UI{app.Span().Class("grow").Text(text)}
	if undo != "" {
		parts = append(parts, Button{Word: undo, Icon: "undo", Class: "accent small", Press: do}.Draw())
	}
	return app.Div().Class("toast").Role("status").Body(parts...)
}
