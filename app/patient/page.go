// Package patient is the patient's phone page: who receives which signal right now, since when, and the way to stop it.
// It shows no signals and judges nobody.
package patient

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
)

// Page is the patient's page.
type Page struct {
	app.Compo
	Env *frame.Env
}

// Render draws who receives what.
func (p *Page) Render() app.UI { return app.Div() }
