package frame

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/app/sitting"
	"hearth/shared/api"
	"hearth/shared/words"
)

// farewell is a signing out that waits, because something is not with the house yet.
type farewell struct {
	unsent  int
	sending bool
}

// sendWithin is how long signing out tries to send what waits before it asks.
const sendWithin = 5 * time.Second

// SignOut ends this account's session in this browser; the others stay. What waits to be sent is sent first; when that
// does not work, the person decides.
func (e *Env) SignOut(ctx app.Context) {
	left := e.left()
	n := left.Count()
	if n == 0 {
		e.part(ctx)
		return
	}
	bye := &farewell{unsent: n, sending: true}
	e.bye = bye
	ctx.Async(func() {
		within, cancel := context.WithTimeout(ctx, sendWithin)
		defer cancel()
		n := left.Send(within)
		ctx.Dispatch(func(ctx app.Context) {
			switch {
			case e.bye != bye: // stayed meanwhile
			case n == 0:
				e.part(ctx)
			default:
				e.bye = &farewell{unsent: n}
			}
		})
	})
}

func (e *Env) left() sitting.Left {
	return sitting.Left{Drawer: e.Page, Store: e.API, Person: e.me.ID, Key: e.me.Seal, Now: e.Stamp}
}

// part signs out. Notices that come to this browser end first, as far as that can be done in a moment: the house sends none any
// more, but one that is on its way already would come to whoever sits here next. Those of somebody else who is signed in here
// still go on.
func (e *Env) part(ctx app.Context) {
	e.leaving, e.bye = true, nil
	slot := e.Page.Slot()
	sign := func() { e.Page.Post(api.SignOutPage, map[string]string{"as": slot}) }
	told := e.Page.Kept(ToldKey)
	if e.Push == nil || slot == "" || told == "" {
		sign()
		return
	}
	ctx.Async(func() {
		within, cancel := context.WithTimeout(ctx, partWithin)
		defer cancel()
		if told == slot || !e.taken(within) { // they signed in anew since, or it was somebody who is gone
			e.Page.Keep(ToldKey, "")
			e.Push.Unsubscribe(within) // the next page that opens here sees to what is left
		}
		sign()
	})
}

// taken reports whether this browser takes notices of somebody else who is signed in here. Where that cannot be learned it does
// not: they see it on their page, and switch it on again.
func (e *Env) taken(ctx context.Context) bool {
	house, err := e.API.GetPush(ctx)
	return err == nil && house.Taken
}

// ToldKey is where the browser keeps which account its notices come to.
const ToldKey = "hearth-told"

// partWithin is how long signing out waits for the browser.
const partWithin = time.Second

// lock locks this account, whose PIN or a new signing in opens it again.
func (e *Env) lock(app.Context) { e.Page.Post(api.LockPage, map[string]string{"as": e.Page.Slot()}) }

func (e *Env) stay(app.Context) { e.bye = nil }

func (e *Env) discard(ctx app.Context) {
	e.left().Discard()
	e.part(ctx)
}

// goodbye asks what shall become of notes that could not be sent.
func (e *Env) goodbye() app.UI {
	b := e.bye
	if b == nil {
		return kit.Slot()
	}
	say, acts := words.T("app.unsent.help"), []app.UI{
		kit.Button{ID: "unsent-discard", Word: words.T("app.unsent.discard"), Class: "danger-line", Disabled: b.sending, Press: e.discard}.Draw(),
		kit.Button{ID: "unsent-stay", Word: words.T("app.unsent.stay"), Class: "primary", Press: e.stay}.Draw(),
	}
	if b.sending {
		say = words.T("app.unsent.sending")
	}
	return kit.Slot(&kit.Dialog{Title: words.N("app.unsent", b.unsent), Cancel: e.stay, Acts: acts,
		Body: []app.UI{app.P().ID("unsent").DataSet("n", b.unsent).Role("status").Text(say)}})
}
