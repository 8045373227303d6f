// Package admin is the administrator's portal: people, who cares for whom and may receive what, and how the house is. It
// never shows a signal or what was said in a sitting.
package admin

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
)

// People lists, creates and disables people.
type People struct {
	app.Compo
	Env *frame.Env
}

// Render draws the list.
func (p *People) Render() app.UI { return app.Div() }

// Care says who cares for whom and which signals are permitted.
type Care struct {
	app.Compo
	Env *frame.Env
}

// Render draws the table.
func (c *Care) Render() app.UI { return app.Div() }

// House tells how the installation is.
type House struct {
	app.Compo
	Env *frame.Env
}

// Render draws it.
func (h *House) Render() app.UI { return app.Div() }
