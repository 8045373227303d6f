package kit

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Typed is what to draw into the field id whose text is value. On a slow phone people type ahead of the page: by the time
// it draws what it heard, the field holds a letter more, and drawing the older text would take that letter away. So a field
// keeps what it holds while value is what was last heard from it; the event that tells of the rest is on its way. Anything
// else was written by the page, and is drawn.
func Typed(id, value string) string {
	if !app.IsClient {
		return value
	}
	e := app.Window().GetElementByID(id)
	if !e.Truthy() || e.Get("heard").IsUndefined() {
		return value
	}
	if strings.TrimSpace(e.Get("heard").String()) == strings.TrimSpace(value) { // a search goes on without the space at its end
		return e.Get("value").String()
	}
	e.Set("heard", app.Undefined())
	return value
}

// Heard is what stands in the field of an event. Whoever draws it again draws Typed.
func Heard(ctx app.Context) string {
	text := ctx.JSSrc().Get("value").String()
	ctx.JSSrc().Set("heard", text) // on the element: it forgets with it
	return text
}

// Search is the line to search in, with the id "search".
func Search(label, value string, change func(app.Context, string)) app.UI {
	return app.Label().Class("with-icon grow").Body(
		Icon("search", "sm"), app.Span().Class("sr").Text(label),
		app.Input().ID("search").Class("input").Type("search").Placeholder(label).Value(Typed("search", value)).AutoComplete(false).
			OnInput(func(ctx app.Context, _ app.Event) { change(ctx, Heard(ctx)) }, Fresh()))
}
