package frame

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Stay and Discard are what the buttons of a goodbye do.
var (
	Stay    = (*Env).stay
	Discard = (*Env).discard
)

// TypeProof fills the dialog of a proof in and presses its button; CancelProof closes it, ShowPasskey presses the other.
func TypeProof(e *Env, ctx app.Context, password, code string) {
	e.proof.password, e.proof.code = password, code
	e.byPassword(ctx)
}

// The others' buttons.
var (
	CancelProof = (*Env).giveUp
	ShowPasskey = (*Env).byPasskey
)
