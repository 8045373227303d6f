// Package therapist is the therapist's portal: the own patients with their presence, and the live page of one of them.
// It never shows a patient the house did not name, and draws numbers only as valid as they came.
package therapist

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
)

// Home lists the own patients.
type Home struct {
	app.Compo
	Env *frame.Env
}

// Render draws the list.
func (h *Home) Render() app.UI { return app.Div() }

// Live is the live page of one patient.
type Live struct {
	app.Compo
	Env *frame.Env
}

// Render draws the page.
func (l *Live) Render() app.UI { return app.Div() }
