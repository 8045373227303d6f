package agenda

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// Details is the page of one visit: who is invited and how far they came, what to do, and how it went.
type Details struct {
	app.Compo
	Env    *frame.Env
	Portal *Portal

	desk
	visit  care.VisitID
	report api.Report
	front  front

	messages api.Messages
	untold   error // of reading them
	said     string
	back     func(app.Context)
	until    time.Time
	busy     bool
	wrong    error
	handed   *handed // a link that is shown; nil: none
}

// OnMount reads the visit the address names, and follows it.
func (d *Details) OnMount(ctx app.Context) {
	d.visit = visitOf(ctx.Page().URL().Path)
	d.front = front{env: d.Env, desk: &d.desk, portal: d.Portal, done: d.done}
	d.open(ctx, d.Env, words.T("agenda.visit"), d.read)
	d.stops = append(d.stops, frame.Again(ctx, 10*time.Second, func(ctx app.Context) {
		if slices.ContainsFunc(d.messages.Items, func(m api.Message) bool { return !m.State.Over() && !m.Due.After(d.Env.Now()) }) {
			d.readTold() // providers answer late
		}
	}))
}

// OnNav follows the address to another visit.
func (d *Details) OnNav(ctx app.Context) {
	if id := visitOf(ctx.Page().URL().Path); id != d.visit && d.run != nil {
		d.visit, d.report, d.messages, d.known, d.fault = id, api.Report{}, api.Messages{}, false, nil
		d.read(ctx)
	}
}

// OnDismount ends what OnMount began.
func (d *Details) OnDismount() { d.shut() }

func visitOf(path string) care.VisitID {
	path = strings.TrimSuffix(path, "/")
	return care.VisitID(path[strings.LastIndexByte(path, '/')+1:])
}

func (d *Details) read(ctx app.Context) {
	id := d.visit
	reads(&d.desk, d.Env, func(ctx context.Context) (api.Report, error) { return d.Env.API.VisitReport(ctx, id) }, func(r api.Report) {
		if id == d.visit {
			d.report = r
			d.front.follow([]api.Visit{r.Visit})
			d.readTold()
		}
	}, d.read)
}

func (d *Details) done(ctx app.Context, v api.Visit, said string, back func(app.Context)) {
	d.report.Visit = v
	d.said, d.back, d.until = said, back, d.Env.Now().Add(10*time.Second)
	d.read(ctx)
}

// does does something at once, without a dialog.
func (d *Details) does(ctx app.Context, act func(context.Context) (api.Visit, error), then func(app.Context)) {
	if d.busy {
		return
	}
	d.busy, d.wrong = true, nil
	d.run(func(ctx context.Context) func(app.Context) {
		v, err := act(ctx)
		return func(ctx app.Context) {
			if d.busy = false; d.Env.SignedOut(err) {
				return
			}
			if d.wrong = err; err == nil {
				d.report.Visit = v
				if then != nil {
					then(ctx)
					return
				}
			}
			d.read(ctx)
		}
	})
}

// Render draws the page.
func (d *Details) Render() app.UI {
	v := d.report.Visit
	name := words.T("agenda.visit")
	if d.known {
		name = title(v)
	}
	crumbs := app.Nav().Class("crumbs").Aria("label", words.T("agenda.title")).Body(app.A().Href(d.Portal.Base).Body(kit.Icon("chevron-left", "sm turns"), app.Text(words.T("agenda.title"))))
	body := []app.UI{crumbs, d.trouble(d.Env, d.read), d.news()}
	switch {
	case d.known:
		body = append(body, d.whole(v)...)
	case fault.Is(d.fault, fault.NotFound):
		body[1] = kit.Slot()
		body = append(body, app.H1().Class("sr").Text(name), kit.Empty("calendar", words.T("agenda.lost"), frame.Say(d.fault), kit.Link(words.T("agenda.title"), "calendar", d.Portal.Base, "primary")))
	case d.fault == nil:
		body = append(body, app.Div().Class("card stack gap3").Aria("busy", "true").Aria("label", words.T("app.loading")).Role("status").Body(app.Div().Class("skeleton"), app.Div().Class("skeleton")))
	}
	return app.Div().Body(d.Env.Staff(name, d.Portal.Side(d.Portal.Base), append(body, d.front.draw(), d.drawHanded())...))
}

func (d *Details) news() app.UI {
	if said := d.Env.Beside(d.wrong); said != "" {
		return kit.Slot(kit.Alert(kit.Warn, "warning", said))
	}
	if d.said == "" || d.Env.Now().After(d.until) {
		return kit.Slot()
	}
	word := ""
	if d.back != nil {
		word = words.T("app.undo")
	}
	return kit.Slot(app.Div().ID("undo").Body(kit.Toast(d.said, word, func(ctx app.Context) {
		back := d.back
		d.said, d.back = "", nil
		back(ctx)
	})))
}

func (d *Details) whole(v api.Visit) []app.UI {
	s := invited.VisitState(v)
	return []app.UI{
		app.Header().ID("visit").Class("row gap3 wrap").DataSet("state", string(v.State)).DataSet("version", v.Version).DataSet("outcome", string(v.Outcome)).Body(
			app.Div().Class("grow").Body(app.H1().Text(title(v)),
				app.P().Class("num").Text(strings.Join(said(dayWord(v.Start.Local().Format(time.DateOnly), d.Env.Now().Local()), times(v), there(v)), " · "))),
			sign(s)),
		d.orphaned(v),
		d.acts(v),
		app.Div().Class("agenda-details").Body(
			d.people(v),
			app.Div().Class("stack gap3").Body(kit.Card("calendar", words.T("agenda.visit"), nil, app.Dl().Class("facts small").Body(facts(v)...)), d.went(v), d.steps(v))),
	}
}

// orphaned says what to do about a visit whose patient is treated by others than its host.
func (d *Details) orphaned(v api.Visit) app.UI {
	if !v.Orphaned {
		return kit.Slot()
	}
	return kit.Slot(kit.Note(kit.Warn, "people", app.P().ID("orphaned").Text(words.T("agenda.orphaned.help", "name", v.HostName))))
}

func facts(v api.Visit) []app.UI {
	list := []app.UI{app.Dt().Text(words.T("agenda.kind")), app.Dd().Text(invited.Kind(v.Kind)),
		app.Dt().Text(words.T("agenda.host.label")), app.Dd().Text(v.HostName), app.Dt().Text(words.T("agenda.zone.label")), app.Dd().Text(v.Zone)}
	if v.Relay {
		list = append(list, app.Dt().Text(words.T("agenda.way")), app.Dd().Text(words.T("agenda.relay")))
	}
	return list
}

// acts are what can be done about the visit now; the first is the one that matters.
func (d *Details) acts(v api.Visit) app.UI {
	var list []app.UI
	attends := d.Portal.Room != nil && attends(d.Env, v)
	over := v.State == care.Ended || v.State == care.Cancelled
	writes := d.Env.May(access.WriteVisits)
	switch next(v, d.Env.Now(), attends, false) {
	case goIn:
		list = append(list, app.A().ID("room").Class("btn primary").Href(d.Portal.Room(v.ID)).Text(words.T("agenda.room")))
	case begin:
		list = append(list, kit.Button{ID: "begin", Word: words.T("agenda.begin"), Class: "primary", Busy: d.busy, Press: d.begin}.Draw())
	}
	ask := func(id, icon string, what question) app.UI {
		return kit.Button{ID: id, Word: words.T("agenda." + string(what)), Icon: icon, Class: "line small", Press: func(app.Context) { d.front.asks(what, v, api.Guest{}) }}.Draw()
	}
	if writes && v.State == care.Booked {
		list = append(list, kit.Button{ID: "change", Word: words.T("agenda.change"), Icon: "edit", Class: "line small", Press: func(ctx app.Context) { d.front.change(ctx, v) }}.Draw())
	}
	if !over && d.Env.May(access.AdmitGuests) {
		list = append(list, ask("late", "clock", lateness))
	}
	if !over && writes {
		list = append(list, ask("hand", "people", handing))
	}
	if writes && v.State == care.Booked {
		list = append(list, ask("cancel-visit", "x", cancelling))
	}
	if writes && v.State != care.Cancelled && !d.Env.Now().Before(v.Start) {
		list = append(list, ask("outcome", "check", outcome))
	}
	return app.Div().Class("row wrap gap2").Body(list...)
}

func (d *Details) begin(ctx app.Context) {
	id := d.visit
	d.does(ctx, func(ctx context.Context) (api.Visit, error) {
		return d.Env.API.ChangeVisit(ctx, api.BeginVisit, id, nil)
	}, func(ctx app.Context) { ctx.Navigate(d.Portal.Room(id)) })
}

// people are those invited, each with how far they came and what to do about them.
func (d *Details) people(v api.Visit) app.UI {
	over := v.State == care.Ended || v.State == care.Cancelled
	var add app.UI
	if !over && d.Env.May(access.WriteVisits) && len(v.Guests) < care.MostGuests {
		add = kit.Button{ID: "add-guest", Word: words.T("agenda.add"), Icon: "plus", Class: "small", Press: func(app.Context) { d.front.asks(adding, v, api.Guest{}) }}.Draw()
	}
	var rows []app.UI
	for _, g := range v.Guests {
		rows = append(rows, d.guest(v, g, over))
	}
	if len(rows) == 0 {
		rows = append(rows, app.Li().Class("dim small").Text(words.T("agenda.nobody")))
	}
	head := []app.UI{app.H2().Class("grow").Text(words.T("agenda.invited"))}
	if add != nil {
		head = append(head, add)
	}
	return app.Section().Class("card flush").Aria("label", words.T("agenda.invited")).Body(app.Div().Class("card-head pad-x").Body(head...), app.Ul().Class("list agenda-people-list").Body(rows...))
}

func (d *Details) guest(v api.Visit, g api.Guest, over bool) app.UI {
	s, name := invited.State(g.State), invited.Name(g, v.PatientName)
	since := words.T("agenda.since", "time", invited.Moment(g.Since, d.Env.Now()))
	if why := invited.Reason(g.Reason); why != "" {
		since += " · " + why
	}
	presence := kit.Presence(name, g.State.Queued() || g.State.Inside())
	if gone := invited.Gone(g); gone != "" {
		since += " · " + gone
		presence = kit.PresenceGone(name)
	}
	var acts []app.UI
	if !over && d.Env.May(access.WriteVisits) {
		acts = d.guestActs(v, g)
	}
	parts := []app.UI{app.Div().Class("row gap3 top wrap").Body(presence,
		app.Div().Class("agenda-guest").Body(app.Strong().Text(name), app.Div().Class("small dim").Text(shownAs(g)),
			app.Div().Class("row wrap gap2").Body(sign(s), app.Span().Class("small dim").Text(since))),
		app.Div().Class("row wrap gap2").Body(acts...))}
	if g.Ready != nil {
		parts = append(parts, invited.Ready(g.Ready))
	}
	parts = append(parts, d.told(v, g, over)...)
	return app.Li().DataSet("guest", string(g.ID)).DataSet("as", string(g.As)).DataSet("state", string(g.State)).Body(append(parts, d.path(g))...)
}

// said are the texts that say something.
func said(texts ...string) []string {
	return slices.DeleteFunc(texts, func(t string) bool { return t == "" })
}

// shownAs is what others in the visit read, and in which language they are written to.
func shownAs(g api.Guest) string {
	var parts []string
	if g.Name != "" {
		parts = append(parts, words.T("agenda.shown.as", "name", g.Name))
	}
	if l := words.Language(g.Language); l.Known() {
		parts = append(parts, l.Name())
	}
	if g.Zone != "" {
		parts = append(parts, City(g.Zone))
	}
	return strings.Join(parts, " · ")
}

func (d *Details) guestActs(v api.Visit, g api.Guest) []app.UI {
	id := string(g.ID)
	if _, can := g.State.After(care.Invite); can {
		return []app.UI{kit.Button{ID: "again-" + id, Word: words.T("agenda.again"), Icon: "refresh", Class: "line small", Busy: d.busy, Press: func(ctx app.Context) {
			d.does(ctx, func(ctx context.Context) (api.Visit, error) {
				return d.Env.API.ChangeGuest(ctx, api.InviteGuest, v.ID, g.ID, nil)
			}, nil)
		}}.Draw()}
	}
	if _, can := g.State.After(care.Uninvite); !can {
		return nil
	}
	var acts []app.UI
	if g.State == care.NotCome && g.As != care.AsStaff {
		acts = append(acts, d.again(g))
	}
	if g.As != care.AsStaff && g.As != care.AsCaller {
		acts = append(acts, d.anew(g))
	}
	return append(acts, kit.Button{ID: "uninvite-" + id, Word: words.T("agenda.uninvite"), Icon: "x", Class: "small", Press: func(app.Context) { d.front.asks(removing, v, g) }}.Draw())
}
