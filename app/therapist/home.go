// Package therapist is the therapist's portal: the own patients with their presence, the live page of one of them, and
// the words a project labels moments with. It never shows a patient the house did not name, and draws numbers only as
// valid as they came.
package therapist

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/app/side"
	"hearth/app/wordbook"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
)

// Home lists the own patients: who is there, since when, with what, and one way to go on.
//
// What browser tests may hold on to: #patients li[data-patient][data-online], a.open in each row, #empty when there is
// nobody.
type Home struct {
	app.Compo
	Env *frame.Env

	patients []api.Patient
	known    bool
	trouble  error
	reading  bool
	again    bool // read once more: something changed meanwhile
	stops    []func()
}

// places are the portal's own side.
func places(here string) []frame.Place { return side.Therapist(here) }

// Side is the portal's side, for pages of others inside it.
func Side(here string) []frame.Place { return places(here) }

// OnMount reads the list and follows who comes and goes.
func (h *Home) OnMount(ctx app.Context) {
	h.Env.Page.SetTitle(words.T("therapist.patients") + " · " + words.T("app.name"))
	h.Env.LoadMe(ctx, h.read)
	h.stops = append(h.stops,
		h.Env.Follow(ctx, func(app.Context, remote.View) {}),
		h.Env.Live.Listen(func(e live.Event) {
			if stirs(e) {
				ctx.Dispatch(h.read)
			}
		}),
		frame.Again(ctx, time.Minute, func(app.Context) {})) // "since" grows old
}

// OnDismount ends what OnMount began.
func (h *Home) OnDismount() {
	for _, stop := range h.stops {
		stop()
	}
	h.stops = nil
}

// stirs reports whether an event may have changed the list.
func stirs(e live.Event) bool {
	switch {
	case e.Entered != nil, e.Left != nil:
		return true
	case e.Link != nil:
		return e.Link.State == live.Online // what could not be read before
	case e.Changed != nil && e.Changed.Change.Data != nil:
		what := e.Changed.Change.Data.What
		return what == "permissions" || what == "people"
	}
	return false
}

// read reads the whole list, one reading at a time.
func (h *Home) read(ctx app.Context) {
	if h.reading {
		h.again = true
		return
	}
	h.reading, h.again = true, false
	ctx.Async(func() {
		list, err := allPatients(ctx, h.Env.API)
		ctx.Dispatch(func(ctx app.Context) {
			h.reading = false
			if h.Env.SignedOut(err) {
				return
			}
			if h.trouble = err; err == nil {
				h.patients, h.known = list, true
			}
			if h.again {
				h.read(ctx)
			}
		})
	})
}

func allPatients(ctx app.Context, a *remote.API) (all []api.Patient, err error) {
	for cursor := ""; ; {
		page, err := a.ListPatients(ctx, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if cursor = page.Next; cursor == "" {
			return all, nil
		}
	}
}

// Render draws the list.
func (h *Home) Render() app.UI {
	title := words.T("therapist.patients")
	list := roster(h.patients, h.Env.Live.View().Rooms, h.Env.Me().ID)
	body := []app.UI{h.Env.WaitingRoom(true), app.Header().Class("row between gap3 wrap").Body(app.H1().Text(title), h.count(list))}
	said := h.Env.Beside(h.trouble)
	switch {
	case said != "" && !h.known:
		body = append(body, kit.Note(kit.Warn, "warning", app.Div().Class("row wrap gap2 between").Body(
			app.Text(said), kit.Button{Word: words.T("app.retry"), Icon: "refresh", Class: "line small", Press: h.read}.Draw())))
	case !h.known:
		body = append(body, app.Div().Class("card stack gap3").Aria("busy", "true").Aria("label", words.T("app.loading")).Role("status").Body(
			app.Div().Class("skeleton"), app.Div().Class("skeleton"), app.Div().Class("skeleton")))
	case len(list) == 0:
		body = append(body, app.Div().ID("empty").Body(kit.Empty("people", words.T("therapist.none"), words.T("therapist.none.help"))))
	default:
		body = append(body, app.Section().Class("card flush").Aria("label", title).Body(h.rows(list)))
	}
	return h.Env.Staff(title, places(api.TherapistPage), body...)
}

func (h *Home) count(list []row) app.UI {
	if !h.known || len(list) == 0 {
		return app.Span()
	}
	return app.Span().ID("online").Class("dim small").Role("status").Text(
		words.T("therapist.online.of", "n", strconv.Itoa(online(list)), "all", strconv.Itoa(len(list))))
}

func (h *Home) rows(list []row) app.UI {
	var items []app.UI
	for _, r := range list {
		items = append(items, h.row(r))
	}
	return app.Ul().ID("patients").Class("list patients").Body(items...)
}

func (h *Home) row(r row) app.UI {
	href := api.LivePage + string(r.ID)
	sensors := app.UI(app.Span())
	if r.Online {
		sensors = sensorList(r.Sensors)
	}
	return app.Li().DataSet("patient", string(r.ID)).DataSet("online", strconv.FormatBool(r.Online)).Body(
		kit.Presence(r.Name, r.Online),
		app.Div().Class("patients-who").Body(app.Strong().Text(r.Name), app.Div().Class("small dim").Text(presenceWord(r, h.Env.Now()))),
		app.Div().Class("patients-sensors").Body(sensors),
		h.open(r, href))
}

// open is the one thing to do with a patient.
func (h *Home) open(r row, href string) app.UI {
	class := "line small open"
	if r.Tablet && len(mayReceive(r.Signals)) > 0 {
		class = "primary small open"
	}
	return app.A().Class("btn").Class(class).Href(href).Aria("label", words.T("therapist.open.of", "name", r.Name)).
		Body(kit.Icon("pulse", "sm"), app.Text(words.T("therapist.open")))
}

// stateWord says how a patient is there, and whether anything may be received at all.
func stateWord(r row) string {
	switch {
	case r.Watched:
		return words.T("therapist.state.watched")
	case r.Online && len(mayReceive(r.Signals)) == 0:
		return words.T("therapist.state.no-permission")
	case r.Tablet:
		return words.T("therapist.state.tablet")
	case r.Online:
		return words.T("therapist.state.phone")
	}
	return words.T("therapist.state.offline")
}

// presenceWord is stateWord with since when.
func presenceWord(r row, now time.Time) string {
	if r.Since == 0 {
		return stateWord(r)
	}
	return stateWord(r) + " · " + words.T("therapist.since", "time", sinceWhen(r.Since, now))
}

// wordsPage is where the vocabulary is edited.
const wordsPage = side.Words

// Words is where the label buttons are chosen: the reader's own, and the project's.
func Words(e *frame.Env) *wordbook.Editor {
	return &wordbook.Editor{Env: e, Project: func() care.ProjectID { return projectOf(e) }, Places: places(wordsPage), Own: true}
}

// projectOf is the reader's project.
func projectOf(e *frame.Env) care.ProjectID { return e.Me().Project }
