// Package kit is the parts every page is made of: buttons, signs, notes, fields, tiles, dialogs. It follows
// assets/css/kit.css class by class and adds what a screen reader needs. It decides nothing and keeps no state.
package kit

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// icons is the address of the icon sprite; the shell sets it once before the first page is drawn.
var icons = "/assets/icons/icons.svg"

// UseIcons sets the address of the sprite.
func UseIcons(url string) {
	if url != "" {
		icons = url
	}
}

const svg = "http://www.w3.org/2000/svg"

// Icon draws a symbol of the sprite, such as "heart". It is decoration: a word stands beside it or an aria-label on
// what holds it.
func Icon(name string, class ...string) app.UI {
	return app.Elem("svg").XMLNS(svg).
		Class("icon").Class(class...).
		Attr("aria-hidden", "true").
		Body(app.Elem("use").XMLNS(svg).Attr("href", icons+"#i-"+name))
}

// Drawing draws a picture of the sprite, four wide and three high, such as "strap-wet"; alt says what is in it.
func Drawing(name, alt string) app.UI {
	return app.Elem("svg").XMLNS(svg).Class("art").Attr("viewBox", "0 0 160 120").Attr("role", "img").Attr("aria-label", alt).
		Body(app.Elem("use").XMLNS(svg).Attr("href", icons+"#a-"+name))
}

// Mark is Hearth's sign beside its name.
func Mark() app.UI {
	part := func(tag string) app.HTMLElem { return app.Elem(tag).XMLNS(svg) }
	return part("svg").Class("mark").Attr("viewBox", "0 0 32 32").Attr("aria-hidden", "true").Body(
		part("rect").Class("mark-ground").Attr("width", 32).Attr("height", 32).Attr("rx", 7),
		part("path").Class("mark-arch").Attr("d", "M7 25V14.5a9 9 0 0 1 18 0V25z"),
		part("path").Class("mark-beat").Attr("d", "M3.5 25h9l1.3-1.8 2.4-10.7 2.6 14.3L20.3 25h8.2"),
	)
}

// Swatch shows how a series is drawn: its line style, as in the chart ("c1" to "c6").
func Swatch(line string) app.UI {
	return app.Elem("svg").XMLNS(svg).Class("swatch").Attr("viewBox", "0 0 20 12").Attr("aria-hidden", "true").Body(
		app.Elem("line").XMLNS(svg).Class("ln").Class(line).Attr("x1", 1).Attr("y1", 6).Attr("x2", 19).Attr("y2", 6))
}
