package admin

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// wires are where somebody is signed in and which pages are open there, with a way to end each: a part of pages about them. What
// those pages show is nobody's business here.
type wires struct {
	env    *frame.Env
	run    errand
	focus  func(id string)
	person care.PersonID
	list   []api.Connection
	known  bool
	busy   bool
	ending string // the one that is being ended
	fault  error
	done   string
}

// show asks the house.
func (s *wires) show(app.Context) {
	s.fault = nil
	s.read()
}

func (s *wires) read() {
	if s.busy || s.person == "" {
		return
	}
	s.busy = true
	person := s.person
	s.run(func(ctx context.Context) func(app.Context) {
		got, err := s.env.API.ListConnections(ctx, person)
		return func(app.Context) {
			if s.busy = false; s.env.SignedOut(err) || person != s.person {
				return
			}
			if err != nil {
				s.fault = err
			} else {
				if first := !s.known; first {
					s.focus("wires")
				}
				s.list, s.known = got.Items, true
			}
		}
	})
}

// end ends one of them.
func (s *wires) end(id string) func(app.Context) {
	return func(app.Context) {
		if s.ending != "" {
			return
		}
		s.ending, s.fault, s.done = id, nil, ""
		person := s.person
		s.run(func(ctx context.Context) func(app.Context) {
			err := s.env.API.EndConnection(ctx, person, id)
			return func(app.Context) { s.ended(err) }
		})
	}
}

// all ends every one of them.
func (s *wires) all(app.Context) {
	if s.ending != "" {
		return
	}
	s.ending, s.fault, s.done = "all", nil, ""
	person := s.person
	s.run(func(ctx context.Context) func(app.Context) {
		_, err := s.env.API.EndConnections(ctx, person)
		return func(app.Context) { s.ended(err) }
	})
}

func (s *wires) ended(err error) {
	if s.ending = ""; s.env.SignedOut(err) {
		return
	}
	if s.fault = err; err == nil {
		s.done = words.T("wires.ended")
	}
	s.focus("wires")
	s.read()
}

// card draws them.
func (s *wires) card() app.UI {
	if !s.known {
		return kit.Card("key", words.T("wires.title"), nil, said(s.fault), app.P().Class("small dim").Text(words.T("wires.about")), app.Div().Body(
			kit.Button{ID: "wires-show", Word: words.T("wires.show"), Icon: "eye", Class: "line small", Busy: s.busy, Press: s.show}.Draw()))
	}
	return app.Div().ID("wires").TabIndex(-1).Body(kit.Card("key", words.T("wires.title"),
		kit.Button{ID: "wires-again", Icon: "refresh", Class: "line small", Label: words.T("app.retry"), Busy: s.busy, Press: s.show}.Draw(), s.body()...))
}

// body is the list itself.
func (s *wires) body() []app.UI {
	parts := []app.UI{app.P().Class("sr").Role("status").Text(s.done), said(s.fault)}
	if len(s.list) == 0 {
		return append(parts, app.P().Class("dim").ID("wires-none").Text(words.T("wires.none")))
	}
	var list []app.UI
	for _, c := range s.list {
		var pages []app.UI
		for _, o := range c.Pages {
			pages = append(pages, kit.Chip(kit.Live, "link", words.T("wires.page."+o.Portal)+" · "+words.T("wires.since", "when", moment(o.Since))))
		}
		if len(pages) == 0 {
			pages = append(pages, app.Span().Class("small dim").Text(words.T("wires.closed")))
		}
		list = append(list, app.Li().DataSet("wire", c.ID).DataSet("pages", len(c.Pages)).Body(
			app.Div().Class("grow stack gap1").Body(
				app.P().Class("strong").Text(device(c)),
				app.P().Class("small dim").Text(words.T("wires.signed", "when", moment(c.Since))+" · "+words.T("wires.seen", "when", moment(c.Seen))),
				app.Div().Class("row wrap gap1").Body(pages...)),
			kit.Button{ID: "wire-end-" + c.ID, Word: words.T("wires.end"), Class: "line small", Busy: s.ending == c.ID,
				Label: words.T("admin.act.label", "act", words.T("wires.end"), "name", device(c)), Press: s.end(c.ID)}.Draw()))
	}
	parts = append(parts, app.Ul().Class("list").Body(list...))
	if len(s.list) > 1 {
		parts = append(parts, app.Div().Body(kit.Button{ID: "wires-end-all", Word: words.T("wires.all"), Class: "danger-line small", Busy: s.ending == "all", Press: s.all}.Draw()))
	}
	return parts
}

// device names the browser of a connection.
func device(c api.Connection) string {
	name := strings.Join(spoken([]string{c.Browser, c.System}), " · ")
	if name == "" {
		return words.T("wires.unknown")
	}
	return name
}
