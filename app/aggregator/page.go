// Package aggregator is the page on the patient's tablet: it talks to the sensors, measures, shows a tile each, and
// streams to whom the house permits. Measuring never depends on the house being there.
package aggregator

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
)

// Page is the aggregator.
type Page struct {
	app.Compo
	Env *frame.Env
}

// Render draws the tiles.
func (p *Page) Render() app.UI { return app.Div() }
