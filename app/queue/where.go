package queue

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/invited"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// whereabouts is the question where guests are, and whom to call in an emergency.
const whereabouts question = "where"

// place is what one guest said of it.
type place struct {
	name  string
	text  string
	at    *time.Time
	known bool
	fault error
}

// Whereabouts opens the dialog that says where guests of a visit are, and whom to call. It is read when somebody asks, not
// before: the trail says who looked.
func (d *Desk) Whereabouts(ctx app.Context, visit care.VisitID, patient string, guests ...api.Guest) {
	a := &ask{what: whereabouts, about: api.Queued{Visit: visit}}
	d.ask = a
	for _, g := range guests {
		if g.As == care.AsStaff || g.State == care.Uninvited {
			continue
		}
		i := len(a.places)
		a.places = append(a.places, place{name: invited.Name(g, patient)})
		d.away(ctx, func(ctx context.Context) func(app.Context) {
			w, err := d.env.API.Whereabouts(ctx, visit, g.ID)
			return func(app.Context) {
				if !d.env.SignedOut(err) {
					p := &a.places[i]
					p.text, p.at, p.known, p.fault = w.Text, w.At, true, err
				}
			}
		})
	}
}

func (a *ask) whereBody() (body []app.UI) {
	for _, p := range a.places {
		said, when := p.text, ""
		switch {
		case p.fault != nil:
			said = frame.Say(p.fault)
		case !p.known:
			said = words.T("app.loading")
		case p.text == "":
			said = words.T("queue.where.none")
		}
		if p.at != nil {
			when = words.T("queue.where.said", "time", p.at.Local().Format("15:04"))
		}
		body = append(body, app.Div().Class("stack gap1").DataSet("known", p.known).Body(
			app.P().Class("strong").Text(p.name), app.P().Class("where-said").Text(said), app.P().Class("small dim").Text(when)))
	}
	return body
}
