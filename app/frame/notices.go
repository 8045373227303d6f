package frame

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
)

// HouseChip says in a chip whether the server is there.
func (e *Env) HouseChip() app.UI {
	switch e.Live.View().Link.State {
	case live.Online:
		return kit.Chip(kit.Live, "link", words.T("app.house.here"))
	case live.Connecting:
		return kit.Chip(kit.Plain, "link", words.T("app.house.connecting"))
	}
	return kit.Chip(kit.Warn, "warning", words.T("app.house.away"))
}

// Notices says what every page must not hide: the server is away, or a new version waits. While a page measures the
// new version is only announced.
func (e *Env) Notices() app.UI {
	v := e.Live.View()
	var notes []app.UI
	if n := e.linkNote(v); n != nil {
		notes = append(notes, n)
	}
	if v.Update != "" {
		notes = append(notes, e.updateNote())
	}
	return app.Div().Class("notices stack gap2").Body(notes...)
}

// Away reports whether the house is away. It stays so through every attempt to find it, so that what says so does not
// come and go.
func (e *Env) Away() bool { return away(e.Live.View().Link) }

func away(l live.Link) bool {
	return l.State == live.Waiting || (l.State == live.Connecting && !l.Lost.IsZero())
}

// Beside says an error to a reader who sees Notices too: that the house cannot be reached is not said twice.
func (e *Env) Beside(err error) string {
	if e.Away() && fault.Is(err, fault.Unavailable) {
		return ""
	}
	return Say(err)
}

func (e *Env) linkNote(v remote.View) app.UI {
	switch {
	case away(v.Link):
		return kit.Alert(kit.Warn, "warning", words.T("app.house.away"))
	case v.Link.State == live.TurnedAway:
		return kit.Alert(kit.Bad, "warning", words.T("fault."+v.Link.Code))
	}
	return nil
}

func (e *Env) updateNote() app.UI {
	if e.Busy() {
		return kit.Note(kit.Info, "info", app.Text(words.T("app.update")+" "+words.T("app.update.later")))
	}
	return kit.Note(kit.Info, "info", app.Div().Class("row wrap gap2 between").Body(
		app.Text(words.T("app.update")),
		kit.Button{Word: words.T("app.update.now"), Class: "line small", Press: func(app.Context) { e.Page.Reload() }}.Draw()))
}

// Follow redraws the page whenever the live view changes, until the page is left. Call it in OnMount and stop in
// OnDismount. When the live socket is turned away because nobody is signed in any more, what the page shows is nobody's
// to see, and it leaves for the sign-in page.
func (e *Env) Follow(ctx app.Context, seen func(app.Context, remote.View)) (stop func()) {
	return e.Live.Watch(func(v remote.View) {
		ctx.Dispatch(func(ctx app.Context) {
			if v.Link.State == live.TurnedAway {
				e.SignedOut(live.Fault(v.Link.Code))
			}
			if seen != nil {
				seen(ctx, v)
			}
		})
	})
}
