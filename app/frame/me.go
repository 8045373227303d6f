package frame

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/shared/api"
	"hearth/shared/fault"
)

// A house that could not say who is signed in is asked again, ever more slowly.
const (
	meAgain  = 2 * time.Second
	meSlowly = 30 * time.Second
)

// LoadMe asks the house who is signed in, once per tab, and calls then on the page's goroutine. When nobody is, it
// leaves for the sign-in page. Where the house could not be asked, then is called without an answer and the asking goes on
// while the page stands: a portal that nobody is known to be in shows nobody who waits.
func (e *Env) LoadMe(ctx app.Context, then func(app.Context)) {
	e.stand(ctx)
	if e.known {
		e.stands(ctx)
		then(ctx)
		return
	}
	e.ask(ctx, 0, then)
}

// ask asks who is signed in, having waited that long, and without an answer again after longer. The newest asking is the only one,
// and ends with its page.
func (e *Env) ask(ctx app.Context, wait time.Duration, then func(app.Context)) {
	e.asks++
	n := e.asks
	ctx.Async(func() {
		me, err := e.API.GetMe(ctx)
		ctx.Dispatch(func(ctx app.Context) {
			if !e.met(ctx, me, err) {
				return
			}
			then(ctx)
			if n != e.asks || e.known || !fault.Is(err, fault.Unavailable) {
				return
			}
			wait := min(max(2*wait, meAgain), meSlowly)
			time.AfterFunc(wait, func() {
				ctx.Dispatch(func(ctx app.Context) {
					if n == e.asks && !e.known {
						e.ask(ctx, wait, func(app.Context) {})
					}
				})
			})
		})
	})
}

// met takes an answer to who is signed in, and reports whether the page stays.
func (e *Env) met(ctx app.Context, me api.Me, err error) bool {
	if e.SignedOut(err) {
		return false
	}
	if err == nil && !e.known {
		e.me, e.known = me, true
		e.loadGuests(ctx)
		e.stands(ctx)
	}
	return true
}
