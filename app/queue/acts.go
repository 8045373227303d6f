package queue

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/invited"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// sayFor is how long what came of an act is shown.
const sayFor = 8 * time.Second

// say tells what came of an act.
func (d *Desk) say(text string) { d.said, d.until = text, d.env.Now().Add(sayFor) }

func (d *Desk) saying() string {
	if d.env.Now().Before(d.until) {
		return d.said
	}
	return ""
}

// does does something about somebody who waits, once at a time, and reads anew who waits. Done may be nil.
func (d *Desk) does(ctx app.Context, q api.Queued, act func(context.Context) error, done func(app.Context)) {
	if d.busy[q.ID] {
		return
	}
	d.busy[q.ID], d.wrong = true, nil
	d.away(ctx, func(ctx context.Context) func(app.Context) {
		err := act(ctx)
		return func(ctx app.Context) {
			delete(d.busy, q.ID)
			if d.env.SignedOut(err) {
				return
			}
			if d.wrong = err; err == nil && done != nil {
				done(ctx)
			}
			d.read(ctx)
		}
	})
}

// Admit lets somebody in. Two who do it at once have done it once; the later one is told.
func (d *Desk) Admit(ctx app.Context, q api.Queued) {
	if d.env.Sound != nil {
		d.env.Sound.Unlock()
	}
	began := d.now()
	var after api.Visit
	d.does(ctx, q, func(ctx context.Context) (err error) {
		after, err = d.env.API.ChangeGuest(ctx, api.AdmitGuest, q.Visit, q.ID, nil)
		return err
	}, func(ctx app.Context) { d.admitted(ctx, q, after, began) })
}

func (d *Desk) admitted(ctx app.Context, q api.Queued, after api.Visit, began time.Time) {
	name := invited.Name(q.Guest, q.PatientName)
	switch g, ok := guestOf(after, q.ID); {
	case ok && !g.State.Inside():
		d.say(words.T("queue.gone", "name", name))
		return
	case ok && g.Since.Before(began.Add(-time.Second)):
		d.say(words.T("queue.others", "name", name))
		d.whoDid(ctx, q, name)
	default:
		d.say(letIn(q.Guest, q.PatientName))
	}
	d.enter(ctx, q.Visit)
}

// whoDid finds out which colleague was quicker.
func (d *Desk) whoDid(ctx app.Context, q api.Queued, name string) {
	d.away(ctx, func(ctx context.Context) func(app.Context) {
		r, err := d.env.API.VisitReport(ctx, q.Visit)
		return func(app.Context) {
			for _, e := range r.Events {
				if err == nil && e.Guest == q.ID && e.Act == string(care.Admit) && e.Name != "" {
					d.say(words.T("queue.others.by", "name", name, "by", e.Name))
				}
			}
		}
	})
}

func guestOf(v api.Visit, id care.GuestID) (api.Guest, bool) {
	for _, g := range v.Guests {
		if g.ID == id {
			return g, true
		}
	}
	return api.Guest{}, false
}

// enter goes to a visit, unless the page is one nobody must be led away from.
func (d *Desk) enter(ctx app.Context, v care.VisitID) {
	if d.o.Enter && !d.env.Busy() {
		if d.ask != nil && d.ask.what == everybody { // it would stand before the call
			d.ask = nil
		}
		ctx.Navigate(d.o.Room(v))
	}
}

// next lets in whoever waits longest, if possible of those whose page is open.
func (d *Desk) next(ctx app.Context) {
	if d.nexting { // each time it is asked, the house lets in another one
		return
	}
	d.nexting, d.wrong = true, nil
	d.away(ctx, func(ctx context.Context) func(app.Context) {
		in, err := d.env.API.AdmitNext(ctx, api.AdmitNextBody{Mine: d.o.Mine})
		return func(ctx app.Context) {
			d.nexting = false
			if d.env.SignedOut(err) {
				return
			}
			switch d.wrong = err; {
			case err != nil:
			case in.Guest == nil || in.Visit == nil:
				d.say(words.T("queue.nobody"))
			default:
				d.say(letIn(*in.Guest, in.Visit.PatientName))
				d.enter(ctx, in.Visit.ID)
			}
			d.read(ctx)
		}
	})
}
