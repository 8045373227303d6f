// Package agenda is the visits as staff plan and follow them: the list of those that come and those that were, booking and
// changing, and what became of each: who came, what they were told, how the line was. Both portals of staff have it. It never
// shows what was said in a visit, and invites exactly whom somebody ticked.
//
//	When      a day, a time and a zone, and what other clocks show then; pure
//	Draft     a visit about to be booked or changed, with everybody who may be invited; pure
//	List      the page of all visits, Details that of one
//	Today     the part of a portal's first page: who waits, and what comes today
//
// # Hooks for tests
//
// List: #visits with data-shown; rows li[data-visit][data-state][data-version], in them [data-guest][data-state] and one of
// #room-, #begin-, #change-, #details-{visit}; #book, #when, #day, #search, #mine. Booking: #kind, #patient-search,
// #patient-{id}, #now, #date, #clock, #zone, #minutes, #invite-{key} (key: patient, a relative's id, interpreter, or staff-{id}),
// #language-{key}, #shown-{key}, #zone-{key}, #interpreter-name, -mobile, -mail; #relay, with #relay-help, #no-relay or
// #relay-unread instead, #clocks, #edge, #book-do. Changing: the same with
// #change-do, and #clash. Details: #visit with data-state, data-version, data-outcome; [data-guest][data-state]; #cancel-visit,
// #cancel-do, #outcome, #late, #add-guest, #uninvite-{guest}, #again-{guest}. #cancel leaves every dialog, #undo takes back.
package agenda

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
)

// Portal is where in the house these pages stand.
type Portal struct {
	Base string                          // the list; + "/" + id is a visit
	Side func(here string) []frame.Place // the portal's side
	Room func(care.VisitID) string       // where the reader attends a visit; nil: they do not
	Mine bool                            // the reader has visits of their own
	Set  string                          // where it is said how visits go; "": elsewhere

}

// At is the page of a visit.
func (p *Portal) At(id care.VisitID) string { return p.Base + "/" + string(id) }

// desk is what a page of this room stands on: how it asks the house, and follows it.
type desk struct {
	known   bool
	fault   error // of reading
	reading bool
	again   bool

	run   func(work func(context.Context) func(app.Context))
	focus func(id string)
	stops []func()
}

// open begins a page: it has a title, knows who is asking, reads, and reads again whenever visits changed.
func (d *desk) open(ctx app.Context, env *frame.Env, title string, read func(app.Context)) {
	env.Page.SetTitle(title + " · " + words.T("app.name"))
	d.run = func(work func(context.Context) func(app.Context)) {
		ctx.Async(func() {
			then := work(ctx)
			ctx.Dispatch(then)
		})
	}
	d.focus = func(id string) {
		ctx.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { env.Page.Focus(id) }) })
	}
	env.LoadMe(ctx, read)
	d.stops = append(d.stops,
		env.Follow(ctx, func(app.Context, remote.View) {}),
		env.Live.Listen(func(e live.Event) {
			if stirs(e) {
				ctx.Dispatch(read)
			}
		}),
		frame.Again(ctx, time.Minute, func(app.Context) {})) // what may be done changes with the time
}

// shut ends what open began.
func (d *desk) shut() {
	for _, stop := range d.stops {
		stop()
	}
	d.stops = nil
}

// stirs reports whether an event may have changed visits, or what is known of them.
func stirs(e live.Event) bool {
	switch {
	case e.Entered != nil:
		return true
	case e.Link != nil:
		return e.Link.State == live.Online
	case e.Changed != nil && e.Changed.Change.Data != nil:
		what := e.Changed.Change.Data.What
		return what == "visits" || what == "visit"
	}
	return false
}

// reads asks the house, one question at a time, and takes what it answers; what was asked for meanwhile is read again.
func reads[T any](d *desk, env *frame.Env, ask func(context.Context) (T, error), take func(T), again func(app.Context)) {
	if d.reading {
		d.again = true
		return
	}
	d.reading, d.again = true, false
	d.run(func(ctx context.Context) func(app.Context) {
		got, err := ask(ctx)
		return func(ctx app.Context) {
			d.reading = false
			if env.SignedOut(err) {
				return
			}
			if d.fault = err; err == nil {
				d.known = true
				take(got)
			}
			if d.again {
				again(ctx)
			}
		}
	})
}

// trouble says what went wrong while reading, and offers to read again.
func (d *desk) trouble(env *frame.Env, again func(app.Context)) app.UI {
	said := env.Beside(d.fault)
	if said == "" {
		return kit.Slot()
	}
	return kit.Slot(kit.Note(kit.Warn, "warning", app.Div().Class("row wrap gap2 between").Role("alert").Body(
		app.Span().Text(said), kit.Button{ID: "again", Word: words.T("app.retry"), Icon: "refresh", Class: "line small", Press: again}.Draw())))
}
