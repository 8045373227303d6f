package agenda

import (
	"context"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// question is what a small dialog asks.
type question string

const (
	cancelling question = "cancel"
	lateness   question = "late"
	handing    question = "hand"
	outcome    question = "outcome"
	removing   question = "uninvite"
	adding     question = "add"
)

// asking is a small dialog about a visit.
type asking struct {
	what    question
	visit   api.Visit
	guest   api.Guest // of removing
	minutes int
	staff   []api.Staff
	to      care.PersonID
	outcome care.Outcome
	form    *booking // of adding: who else may be invited
	busy    bool
	fault   error
}

// asks opens a small dialog.
func (f *front) asks(what question, v api.Visit, g api.Guest) {
	a := &asking{what: what, visit: v, guest: g, minutes: max(v.Late, 10), outcome: v.Outcome}
	f.ask = a
	switch what {
	case handing:
		f.desk.run(func(ctx context.Context) func(app.Context) {
			list, err := f.env.API.VisitStaff(ctx, v.Project)
			var rec api.Record
			if v.Orphaned {
				rec, _ = f.env.API.GetRecord(ctx, v.Patient) // without it nobody is proposed
			}
			return func(app.Context) {
				if a.fault = err; err == nil {
					a.staff = list.Items
					a.propose(rec)
				}
			}
		})
	case adding:
		f.others(a, v)
	}
}

// propose chooses who treats a visit's patient now, when nobody was chosen yet.
func (a *asking) propose(rec api.Record) {
	for _, c := range rec.Care {
		if a.to == "" && among(api.HostsOf(a.visit.Kind, a.staff), c.Therapist) {
			a.to = c.Therapist
		}
	}
}

// others finds who of a visit's people is not invited yet.
func (f *front) others(a *asking, v api.Visit) {
	a.form = &booking{Draft: draftOf(v), was: &v}
	a.form.Chairs = []*Chair{a.form.chair(care.AsInterpreter, "interpreter")}
	f.desk.run(func(ctx context.Context) func(app.Context) {
		var card api.ContactCard
		var rec api.Record
		var err error
		if v.Patient != "" {
			if rec, err = f.env.API.GetRecord(ctx, v.Patient); err == nil {
				card, err = f.env.API.GetContact(ctx, v.Patient)
			}
		}
		staff, _ := f.env.API.VisitStaff(ctx, v.Project) // without it nobody of staff is offered
		return func(app.Context) {
			if a.fault = err; err == nil && v.Patient != "" {
				a.form.Choose(rec, card.Contact)
			}
			a.form.Seat(staff.Items, v.Host)
			a.form.without(v.Guests)
		}
	})
}

// without takes away who is invited already, and every tick.
func (d *Draft) without(guests []api.Guest) {
	var left []*Chair
	for _, c := range d.Chairs {
		c.On = false
		there := false
		for _, g := range guests {
			there = there || g.State != care.Uninvited && g.As == c.As && g.As != care.AsInterpreter && g.Relative == c.Relative && g.Person == c.Person ||
				g.As == care.AsPatient && c.As == care.AsPatient
		}
		if !there {
			left = append(left, c)
		}
	}
	d.Chairs = left
}

// do does what was asked.
func (f *front) do(ctx app.Context) {
	a := f.ask
	if a == nil || a.busy {
		return
	}
	act, said := f.act(a)
	if act == nil {
		return
	}
	a.busy, a.fault = true, nil
	f.desk.run(func(ctx context.Context) func(app.Context) {
		v, err := act(ctx)
		return func(ctx app.Context) {
			if a.busy = false; f.env.SignedOut(err) {
				return
			}
			if a.fault = err; err == nil {
				if f.ask == a {
					f.ask = nil
				}
				f.done(ctx, v, said, nil)
			}
		}
	})
}

// act is what a dialog does, and what is said afterwards.
func (f *front) act(a *asking) (act func(context.Context) (api.Visit, error), said string) {
	id, house := a.visit.ID, f.env.API
	switch a.what {
	case cancelling:
		return func(ctx context.Context) (api.Visit, error) {
			return house.ChangeVisit(ctx, api.CancelVisit, id, api.VersionBody{Version: a.visit.Version})
		}, words.T("agenda.cancelled")
	case lateness:
		body := api.LateVisitBody{Minutes: a.minutes}
		return func(ctx context.Context) (api.Visit, error) { return house.ChangeVisit(ctx, api.LateVisit, id, body) }, words.T("agenda.late.said")
	case handing:
		if a.to == "" {
			return nil, ""
		}
		body := api.HandVisitBody{Version: a.visit.Version, Person: a.to}
		return func(ctx context.Context) (api.Visit, error) { return house.ChangeVisit(ctx, api.HandVisit, id, body) }, words.T("agenda.handed")
	case outcome:
		body := api.OutcomeBody{Outcome: a.outcome}
		return func(ctx context.Context) (api.Visit, error) { return house.ChangeVisit(ctx, api.PutOutcome, id, body) }, words.T("agenda.outcome.said")
	case removing:
		g := a.guest.ID
		return func(ctx context.Context) (api.Visit, error) {
			return house.ChangeGuest(ctx, api.UninviteGuest, id, g, nil)
		}, words.T("agenda.uninvited", "name", invited.Name(a.guest, a.visit.PatientName))
	case adding:
		return f.add(a)
	}
	return nil, ""
}

// add invites everybody who was ticked, one after the other; asked again after a fault, nobody is invited twice.
func (f *front) add(a *asking) (func(context.Context) (api.Visit, error), string) {
	guests := a.form.Body().Guests
	if faults := a.form.check(); len(faults) > 0 {
		a.form.faults = faults
		f.desk.focus(First(faults))
		return nil, ""
	}
	if len(guests) == 0 {
		return nil, ""
	}
	return func(ctx context.Context) (v api.Visit, err error) {
		for _, g := range guests {
			if v, err = f.env.API.ChangeVisit(ctx, api.AddGuest, a.visit.ID, g); err != nil {
				return v, err
			}
		}
		return v, nil
	}, words.N("agenda.added", len(guests))
}

func (f *front) drawAsk(a *asking) app.UI {
	name := title(a.visit)
	d := &kit.Dialog{Cancel: f.leave, Title: words.T("agenda."+string(a.what)+".title", "name", name)}
	word, class := words.T("agenda."+string(a.what)+".do"), "primary"
	body := []app.UI{kit.Slot()}
	if said := frame.Say(a.fault); said != "" {
		body[0] = kit.Slot(kit.Alert(kit.Warn, "warning", said))
	}
	switch a.what {
	case cancelling:
		class = "danger"
		body = append(body, app.P().Text(words.T("agenda.cancel.help")), told(a.visit))
	case lateness:
		body = append(body, app.P().Text(words.T("agenda.late.help")), kit.Field{ID: "late-minutes", Label: words.T("agenda.minutes"), Type: "number", Value: strconv.Itoa(a.minutes),
			Change: func(ctx app.Context, v string) { a.minutes, _ = strconv.Atoi(v); ctx.PreventUpdate() }}.Draw())
	case handing:
		choices := []kit.Choice{{Word: words.T("queue.hand.choose")}}
		for _, s := range api.HostsOf(a.visit.Kind, a.staff) {
			if s.ID != a.visit.Host {
				choices = append(choices, kit.Choice{Value: string(s.ID), Word: s.Name})
			}
		}
		body = append(body, kit.Select("hand-to", words.T("queue.hand.label"), choices, string(a.to), func(_ app.Context, v string) { a.to = care.PersonID(v) }))
	case outcome:
		choices := []kit.Choice{{Word: words.T("agenda.outcome.none")}}
		for _, o := range care.Outcomes() {
			choices = append(choices, kit.Choice{Value: string(o), Word: words.T("agenda.outcome." + string(o))})
		}
		body = append(body, kit.Select("outcome-choice", words.T("agenda.outcome"), choices, string(a.outcome), func(_ app.Context, v string) { a.outcome = care.Outcome(v) }))
	case removing:
		class = "danger"
		d.Title = words.T("agenda.uninvite.title", "name", invited.Name(a.guest, a.visit.PatientName))
		body = append(body, app.P().Text(words.T("agenda.uninvite.help")))
	case adding:
		body = append(body, a.form.people(f), zoneList())
	}
	d.Body = body
	d.Acts = []app.UI{kit.Button{ID: "cancel", Word: words.T("app.cancel"), Disabled: a.busy, Press: f.leave}.Draw(),
		kit.Button{ID: string(a.what) + "-do", Word: word, Class: class, Disabled: a.empty(), Busy: a.busy, Press: f.do}.Draw()}
	return d
}

// empty reports whether nobody was chosen yet: there is nothing to do.
func (a *asking) empty() bool {
	return a.what == handing && a.to == "" || a.what == adding && len(a.form.Ticked()) == 0
}

// told says who hears of it.
func told(v api.Visit) app.UI {
	var list []app.UI
	for _, g := range v.Guests {
		if g.State != care.Uninvited {
			list = append(list, app.Li().Text(invited.Name(g, v.PatientName)))
		}
	}
	if len(list) == 0 {
		return app.P().Class("dim small").Text(words.T("agenda.told.nobody"))
	}
	return app.Div().Body(app.P().Class("label").Text(words.T("agenda.told")), app.Ul().ID("told").Class("prose").Body(list...))
}
