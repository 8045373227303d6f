package queue

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// ask is a dialog about somebody who waits.
type ask struct {
	about  api.Queued
	what   question
	text   string
	line   care.LineID // of text, so that sending again writes nothing twice
	reason string
	staff  []api.Staff
	to     care.PersonID
	busy   bool
	fault  error
	places []place
	number number
	lines  lines // of telling
}

type question string

const (
	telling question = "tell"
	other   question = "else"
)

// opens opens a dialog.
func (d *Desk) opens(what question, q api.Queued) func(app.Context) {
	return func(ctx app.Context) {
		a := &ask{about: q, what: what, line: care.NewID[care.LineID](), reason: care.DenyReasons()[0]}
		d.ask = a
		if what == telling {
			d.readLines(ctx, a)
		}
		if what != other || !d.env.May(access.WriteVisits) {
			return
		}
		d.away(ctx, func(ctx context.Context) func(app.Context) {
			list, err := d.env.API.VisitStaff(ctx, q.Project)
			return func(app.Context) {
				for _, s := range api.HostsOf(q.Kind, list.Items) {
					if err == nil && s.ID != q.Host {
						a.staff = append(a.staff, s)
					}
				}
			}
		})
	}
}

func (d *Desk) close(app.Context) { d.ask = nil }

// Front is the dialog that is open.
func (d *Desk) Front() app.UI {
	a := d.ask
	if a == nil {
		return kit.Slot()
	}
	shut := []app.UI{kit.Button{ID: "knock-cancel", Word: words.T("app.close"), Press: d.close}.Draw()}
	switch a.what {
	case whereabouts:
		return kit.Slot(&kit.Dialog{Cancel: d.close, Title: words.T("queue.where"), Body: a.whereBody(), Acts: shut})
	case numbering:
		return kit.Slot(&kit.Dialog{Cancel: d.close, Title: words.T("queue.number.of", "name", a.number.name), Body: a.numberBody(), Acts: shut})
	case everybody:
		return kit.Slot(&kit.Dialog{Cancel: d.close, Title: words.T("queue.label"), Body: d.allBody(), Acts: shut})
	}
	name := invited.Name(a.about.Guest, a.about.PatientName)
	dialog := &kit.Dialog{Cancel: d.close, Title: words.T("queue.tell.of", "name", name), Body: []app.UI{a.trouble()},
		Acts: []app.UI{kit.Button{ID: "knock-cancel", Word: words.T("app.cancel"), Press: d.close}.Draw()}}
	if a.what == telling {
		dialog.Body = append(dialog.Body, d.tellBody(a)...)
		dialog.Acts = append(dialog.Acts, kit.Button{ID: "tell-do", Word: words.T("queue.tell"), Class: "primary", Disabled: a.empty(), Busy: a.busy, Press: d.tell}.Draw())
		return kit.Slot(dialog)
	}
	dialog.Title = words.T("queue.else.of", "name", name)
	dialog.Body = append(dialog.Body, d.denyBody(a)...)
	if len(a.staff) > 0 {
		dialog.Body = append(dialog.Body, d.handBody(a)...)
	}
	return kit.Slot(dialog)
}

func (a *ask) trouble() app.UI {
	if a.fault == nil {
		return kit.Slot()
	}
	return kit.Slot(kit.Alert(kit.Warn, "warning", frame.Say(a.fault)))
}

func (d *Desk) tellBody(a *ask) []app.UI {
	write := func(ctx app.Context, text string) {
		a.text = text
		kit.Write("tell-text", text)
	}
	var ready []app.UI
	for _, key := range []string{"soon", "minutes", "sound"} {
		text := words.T("queue.tell." + key)
		ready = append(ready, kit.Button{Word: text, Class: "line small", Press: func(ctx app.Context) { write(ctx, text) }}.Draw())
	}
	return []app.UI{d.linesBody(a), kit.Field{ID: "tell-text", Label: words.T("queue.tell.label"), Value: a.text, MaxLength: 300, Help: words.T("queue.tell.help"),
		Change: a.write, Enter: d.tell}.Draw(),
		app.Div().Class("row wrap gap2").Body(ready...)}
}

// empty reports whether there is nothing to tell.
func (a *ask) empty() bool { return strings.TrimSpace(a.text) == "" }

// write takes a key. Only the first and the last change what else is shown.
func (a *ask) write(ctx app.Context, text string) {
	was := a.empty()
	if a.text = text; a.empty() == was {
		ctx.PreventUpdate()
	}
}

func (d *Desk) tell(ctx app.Context) {
	a := d.ask
	if a == nil || a.busy || a.empty() {
		return
	}
	a.busy, a.fault = true, nil
	body := api.LineBody{ID: a.line, Text: strings.TrimSpace(a.text)}
	d.settle(ctx, a, words.T("queue.told", "name", invited.Name(a.about.Guest, a.about.PatientName)), func(ctx context.Context) error {
		_, err := d.env.API.TellGuest(ctx, a.about.Visit, a.about.ID, body)
		return err
	})
}

// settle does what a dialog asks for; the dialog stays open with what is wrong when it cannot be done.
func (d *Desk) settle(ctx app.Context, a *ask, said string, act func(context.Context) error) {
	d.away(ctx, func(ctx context.Context) func(app.Context) {
		err := act(ctx)
		return func(ctx app.Context) {
			a.busy = false
			if d.env.SignedOut(err) {
				return
			}
			if a.fault = err; err == nil && d.ask == a {
				d.ask = nil
				d.say(said)
			}
			d.read(ctx)
		}
	})
}

func (d *Desk) denyBody(a *ask) []app.UI {
	var choices []kit.Choice
	for _, r := range care.DenyReasons() {
		choices = append(choices, kit.Choice{Value: r, Word: words.T("queue.deny." + r)})
	}
	return []app.UI{kit.Select("deny-reason", words.T("queue.deny.label"), choices, a.reason, func(_ app.Context, v string) { a.reason = v }),
		app.P().Class("help").Text(words.T("queue.deny.help")),
		app.Div().Body(kit.Button{ID: "deny-do", Word: words.T("queue.deny"), Class: "danger-line", Busy: a.busy, Press: d.deny}.Draw())}
}

func (d *Desk) deny(ctx app.Context) {
	a := d.ask
	if a == nil || a.busy {
		return
	}
	a.busy, a.fault = true, nil
	reason := a.reason
	d.settle(ctx, a, words.T("queue.denied", "name", invited.Name(a.about.Guest, a.about.PatientName)), func(ctx context.Context) error {
		_, err := d.env.API.ChangeGuest(ctx, api.DenyGuest, a.about.Visit, a.about.ID, api.DenyBody{Reason: reason})
		return err
	})
}

func (d *Desk) handBody(a *ask) []app.UI {
	choices := []kit.Choice{{Word: words.T("queue.hand.choose")}}
	for _, s := range a.staff {
		choices = append(choices, kit.Choice{Value: string(s.ID), Word: s.Name})
	}
	return []app.UI{app.Hr().Class("rule"),
		kit.Select("hand-to", words.T("queue.hand.label"), choices, string(a.to), func(_ app.Context, v string) { a.to = care.PersonID(v) }),
		app.Div().Body(kit.Button{ID: "hand-do", Word: words.T("queue.hand"), Class: "line", Disabled: a.to == "", Busy: a.busy, Press: d.hand}.Draw())}
}

// hand hands the visit over. Its version is read right before: the dialog is about who is responsible now, whatever else of
// the visit changed meanwhile.
func (d *Desk) hand(ctx app.Context) {
	a := d.ask
	if a == nil || a.busy || a.to == "" {
		return
	}
	a.busy, a.fault = true, nil
	to := a.to
	name := ""
	for _, s := range a.staff {
		if s.ID == to {
			name = s.Name
		}
	}
	d.settle(ctx, a, words.T("queue.handed", "name", name), func(ctx context.Context) error {
		v, err := d.env.API.GetVisit(ctx, a.about.Visit)
		if err != nil {
			return err
		}
		_, err = d.env.API.ChangeVisit(ctx, api.HandVisit, v.ID, api.HandVisitBody{Version: v.Version, Person: to})
		return err
	})
}
