package agenda

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/notices"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// span is which visits the list shows.
type span string

const (
	coming span = "coming"
	past   span = "past"
	oneDay span = "day"
)

// List is the page of all visits.
type List struct {
	app.Compo
	Env    *frame.Env
	Portal *Portal

	desk
	list  []api.Visit
	span  span
	date  string // of oneDay
	text  string
	mine  bool
	front front
	begun map[care.VisitID]bool // being begun
	wrong error                 // of the last act
	undo  *undo
	calls notices.Part // of this device, when somebody waits
}

// undo is what can be taken back, for a while.
type undo struct {
	text  string
	do    func(app.Context)
	until time.Time
}

// OnMount reads the visits and follows their changes.
func (l *List) OnMount(ctx app.Context) {
	l.span, l.date, l.begun = coming, l.Env.Now().Format(time.DateOnly), map[care.VisitID]bool{}
	l.front = front{env: l.Env, desk: &l.desk, portal: l.Portal, done: func(ctx app.Context, v api.Visit, said string, back func(app.Context)) {
		l.say(said, back)
		l.read(ctx)
	}}
	l.open(ctx, l.Env, words.T("agenda.title"), func(ctx app.Context) {
		if !l.calls.Begun() && l.Env.May(access.AdmitGuests) {
			l.calls.Begin(ctx, l.Env, notices.Staff)
		}
		l.read(ctx)
	})
}

// OnDismount ends what OnMount began.
func (l *List) OnDismount() { l.shut() }

// most is how many visits the page reads at once; past that it asks to narrow.
const most = 400

func (l *List) read(ctx app.Context) {
	f := l.filter(l.Env.Now())
	reads(&l.desk, l.Env, func(ctx context.Context) ([]api.Visit, error) { return allVisits(ctx, l.Env.API, f) }, func(list []api.Visit) {
		l.list = list
		l.front.follow(list)
	}, l.read)
}

func allVisits(ctx context.Context, a *remote.API, f remote.VisitQuery) (all []api.Visit, err error) {
	for cursor := ""; len(all) < most; {
		page, err := a.ListVisits(ctx, f, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	return all, nil
}

// filter is what the house is asked for.
func (l *List) filter(now time.Time) remote.VisitQuery {
	y, m, d := now.Local().Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, time.Local)
	f := remote.VisitQuery{Mine: l.mine}
	switch l.span {
	case past:
		f.From, f.Until = today.AddDate(0, -2, 0), now
	case oneDay:
		if day, err := time.ParseInLocation(time.DateOnly, l.date, time.Local); err == nil {
			today = day
		}
		f.From, f.Until = today, today.AddDate(0, 0, 1)
	default:
		f.From = today
	}
	return f
}

// shown are the visits somebody looks for, by day.
func (l *List) shown() []day {
	list := slices.Clone(l.list)
	list = slices.DeleteFunc(list, func(v api.Visit) bool {
		return !fits(v, l.text) || l.span == past && v.State == care.Booked && v.End.After(l.Env.Now())
	})
	return byDay(list, time.Local, l.span == past)
}

// Render draws the page.
func (l *List) Render() app.UI {
	title := words.T("agenda.title")
	body := []app.UI{l.top(title), l.filters(), l.trouble(l.Env, l.read), l.told()}
	days, rest := l.shown(), app.UI(kit.Slot())
	switch {
	case !l.known && l.fault == nil:
		rest = app.Div().Class("card stack gap3").Aria("busy", "true").Aria("label", words.T("app.loading")).Role("status").Body(
			app.Div().Class("skeleton"), app.Div().Class("skeleton"), app.Div().Class("skeleton"))
	case l.known && len(days) == 0:
		rest = app.Div().ID("empty").Body(l.empty())
	case l.known:
		rest = l.days(days)
	}
	return app.Div().Body(l.Env.Staff(title, l.Portal.Side(l.Portal.Base), append(body, rest, l.calls.Draw(), l.front.draw())...))
}

func (l *List) top(title string) app.UI {
	parts := []app.UI{app.Div().Class("grow").Body(app.H1().Text(title), app.P().Class("dim small").Text(words.T("agenda.zone", "city", City(here()))))}
	if l.Portal.Set != "" && l.Env.May(access.ManageVisiting) {
		parts = append(parts, app.A().ID("visiting-open").Class("btn line").Href(l.Portal.Set).Body(kit.Icon("edit", "sm"), app.Text(words.T("visiting.open"))))
	}
	if l.Env.May(access.WriteVisits) {
		parts = append(parts, kit.Button{ID: "book", Word: words.T("agenda.book"), Icon: "calendar", Class: "primary", Press: func(ctx app.Context) { l.front.book(ctx, l.Env.Now()) }}.Draw())
	}
	return app.Header().Class("row gap3 wrap").Body(parts...)
}

func (l *List) filters() app.UI {
	narrow := func(ctx app.Context, set func()) {
		set()
		l.known = false
		l.read(ctx)
	}
	parts := []app.UI{app.Div().ID("when").Body(kit.Segments(words.T("agenda.which"), []kit.Choice{{Value: string(coming), Word: words.T("agenda.coming")},
		{Value: string(past), Word: words.T("agenda.past")}, {Value: string(oneDay), Word: words.T("agenda.day")}}, string(l.span),
		func(ctx app.Context, v string) { narrow(ctx, func() { l.span = span(v) }) }))}
	if l.span == oneDay {
		parts = append(parts, kit.Field{ID: "day", Label: words.T("agenda.day"), HideLabel: true, Type: "date", Value: l.date,
			Change: func(ctx app.Context, v string) {
				if len(v) == 10 {
					narrow(ctx, func() { l.date = v })
				}
			}}.Draw())
	}
	parts = append(parts, kit.Search(words.T("agenda.search"), l.text, func(_ app.Context, s string) { l.text = s }))
	if l.Portal.Mine {
		parts = append(parts, kit.Switch("mine", words.T("agenda.mine"), l.mine, false, func(ctx app.Context, on bool) { narrow(ctx, func() { l.mine = on }) }))
	}
	return app.Div().Class("filters wrap agenda-filters").Body(parts...)
}

func (l *List) empty() app.UI {
	switch {
	case strings.TrimSpace(l.text) != "":
		return kit.Empty("search", words.T("agenda.none.found"), words.T("agenda.none.found.help"))
	case l.span == coming && l.Env.May(access.WriteVisits):
		return kit.Empty("calendar", words.T("agenda.none"), words.T("agenda.none.help"))
	}
	return kit.Empty("calendar", words.T("agenda.none"), words.T("agenda.none.then"))
}

// told is what came of the last act, with the way back where there is one.
func (l *List) told() app.UI {
	if said := l.Env.Beside(l.wrong); said != "" {
		return kit.Slot(kit.Alert(kit.Warn, "warning", said))
	}
	u := l.undo
	if u == nil || l.Env.Now().After(u.until) {
		return kit.Slot()
	}
	word := ""
	if u.do != nil {
		word = words.T("app.undo")
	}
	return kit.Slot(app.Div().ID("undo").Body(kit.Toast(u.text, word, func(ctx app.Context) {
		l.undo = nil
		u.do(ctx)
	})))
}

// say tells what was done, and offers to undo it for ten seconds where that can be.
func (l *List) say(text string, back func(app.Context)) {
	l.undo = &undo{text, back, l.Env.Now().Add(10 * time.Second)}
}

// start begins a visit and goes in.
func (l *List) start(ctx app.Context, v api.Visit) {
	if l.begun[v.ID] {
		return
	}
	l.begun[v.ID], l.wrong = true, nil
	l.run(func(ctx context.Context) func(app.Context) {
		_, err := l.Env.API.ChangeVisit(ctx, api.BeginVisit, v.ID, nil)
		return func(ctx app.Context) {
			delete(l.begun, v.ID)
			if l.Env.SignedOut(err) {
				return
			}
			if l.wrong = err; err == nil && l.Portal.Room != nil {
				ctx.Navigate(l.Portal.Room(v.ID))
				return
			}
			l.read(ctx)
		}
	})
}
