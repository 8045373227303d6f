package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// more reads what a service was told, or the next part of it.
func (s *Services) more(app.Context) {
	d := s.dialog
	if d.busy {
		return
	}
	d.fresh()
	d.busy = true
	cursor := d.next
	s.run(func(ctx context.Context) func(app.Context) {
		got, err := s.Env.API.ListDeliveries(ctx, d.service.ID, cursor)
		return func(app.Context) {
			d.busy = false
			if s.Env.SignedOut(err) {
				return
			}
			if d.wrong("", err); err == nil {
				d.told, d.next, d.read = append(d.told, got.Items...), got.Next, true
			}
		}
	})
}

// send sends a delivery once more, or a test when it has no id, and reads the list anew.
func (s *Services) send(id care.DeliveryID) func(app.Context) {
	return func(app.Context) {
		d := s.dialog
		if d == nil || d.busy {
			return
		}
		d.fresh()
		d.busy = true
		s.run(func(ctx context.Context) func(app.Context) {
			var err error
			if id == "" {
				_, err = s.Env.API.TestWebhook(ctx, d.service.ID)
			} else {
				_, err = s.Env.API.SendAgain(ctx, d.service.ID, id)
			}
			return func(ctx app.Context) {
				d.busy = false
				if s.Env.SignedOut(err) {
					return
				}
				if d.wrong("", err); err == nil {
					d.said, d.told, d.next = words.T("service.sent"), nil, ""
					s.more(ctx)
				}
			}
		})
	}
}

// telling lists what a service was and is to be told.
func (s *Services) telling(d *serviceDialog) app.UI {
	body := []app.UI{said(d.faults[""]), app.P().Class("sr").Role("status").Text(d.said)}
	if !d.read && d.faults[""] == nil {
		body = append(body, loading())
	} else if d.read && len(d.told) == 0 {
		body = append(body, kit.Empty("bell", words.T("service.told.none"), words.T("service.told.none.help")))
	}
	var rows []app.UI
	for _, t := range d.told {
		rows = append(rows, s.row(d, t))
	}
	body = append(body, app.Ul().ID("deliveries").Class("list adm-told").Body(rows...))
	if d.next != "" {
		body = append(body, kit.Button{ID: "deliveries-more", Word: words.T("service.told.more"), Class: "line small", Busy: d.busy, Press: s.more}.Draw())
	}
	acts := []app.UI{kit.Button{ID: "cancel", Word: words.T("service.close"), Press: s.leave}.Draw()}
	if code, _ := standing(d.service); code == "active" {
		acts = append(acts, kit.Button{ID: "webhook-test", Word: words.T("service.test"), Icon: "bell", Class: "line", Busy: d.busy, Press: s.send("")}.Draw())
	}
	return &kit.Dialog{Title: words.T("service.told.title", "name", d.service.Manifest.Name), Cancel: s.leave, Body: body, Acts: acts}
}

func (s *Services) row(d *serviceDialog, t api.Delivery) app.UI {
	tone, icon := kit.Plain, "clock"
	switch t.State {
	case care.DeliveryDelivered:
		tone, icon = kit.Live, "check"
	case care.DeliveryGivenUp:
		tone, icon = kit.Bad, "x"
	}
	detail := moment(t.Made)
	if t.Attempts > 0 {
		detail += " · " + words.N("service.attempts", t.Attempts)
	}
	if t.Failure != "" {
		detail += " · " + words.T("service.failure."+t.Failure, "status", count(t.Status))
	}
	if t.Due != nil && t.Attempts > 0 {
		detail += " · " + words.T("service.next", "when", moment(*t.Due))
	}
	again := app.UI(app.Text(""))
	if code, _ := standing(d.service); code == "active" {
		again = kit.Button{ID: "again-" + string(t.ID), Word: words.T("service.again"), Class: "line small", Disabled: d.busy, Press: s.send(t.ID)}.Draw()
	}
	return app.Li().DataSet("delivery", string(t.ID)).DataSet("state", string(t.State)).Body(
		app.Div().Class("row wrap gap2").Body(app.Div().Class("grow").Body(app.P().Class("strong").Text(words.T("service.event."+string(t.Event))), app.P().Class("dim small num").Text(detail)),
			kit.Chip(tone, icon, words.T("service.state."+string(t.State))), again))
}
