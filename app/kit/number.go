package kit

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Number is one measurement, large enough to be read while listening. Value "–" stands for none, and Change then says
// why.
type Number struct {
	ID     string
	What   string
	Line   string // series class, "c1" to "c6"
	Value  string
	Data   string // the plain number for a program that reads the page, "" when there is none
	Unit   string
	Arrow  string // "arrow-up", "arrow-down" or ""
	Change string
	Dim    bool // shown, but not valid or not settled
	About  bool // give or take

	Gate    string            // data-gate of the value, "" for none: what may hide it
	Explain func(app.Context) // pressed for what the number is
	Asks    string            // what that does, for a screen reader
}

// Draw makes the tile.
func (n Number) Draw() app.UI {
	value := app.Span().Class("value").ID(n.ID).DataSet("value", n.Data)
	if n.Dim {
		value = value.Class("faint")
	}
	unit := app.UI(app.Text(""))
	if n.Unit != "" {
		unit = app.Span().Class("unit").Text(n.Unit)
	}
	change := []app.UI{app.Text(n.Change)}
	if n.Arrow != "" {
		change = append([]app.UI{Icon(n.Arrow, "xs")}, change...)
	}
	about := app.UI(app.Text(""))
	if n.About {
		about = app.Span().Class("unit about").Text("≈ ")
	}
	if n.Gate != "" {
		value = value.DataSet("gate", n.Gate)
	}
	tile := []app.UI{
		app.Span().Class("what").Body(Swatch(n.Line), app.Span().Text(n.What)),
		value.Body(about, app.Text(n.Value), unit),
		app.Span().Class("change").Body(change...)}
	if explain := n.Explain; explain != nil {
		tile = append(tile, app.Button().Type("button").ID("why-"+n.ID).Class("tile-why").Aria("label", n.Asks).Aria("haspopup", "dialog").
			OnClick(func(ctx app.Context, _ app.Event) { explain(ctx) }, Fresh()))
	}
	return app.Div().Class("tile").Role("group").Aria("label", n.What).Body(tile...)
}
