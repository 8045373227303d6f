package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
)

// Care says who cares for whom and which signals are permitted.
type Care struct {
	app.Compo
	Env *frame.Env

	circle  Circle
	known   bool
	fault   error // of the last reading
	refused error // of the last change
	reading reading
	dialog  *careDialog // nil = none
	done    string      // what was done last, for a screen reader

	run   errand
	focus func(id string)
	stops []func()
}

// careDialog is what stands in front of the page: an assignment to make, or one to end.
type careDialog struct {
	patient   Group
	ending    Row // zero: assigning
	therapist care.PersonID
	signals   []access.Signal
	busy      bool
	fault     error
	from      string
}

// OnMount reads the lists and follows their changes.
func (c *Care) OnMount(ctx app.Context) {
	c.Env.Page.SetTitle(words.T("admin.care") + " · " + words.T("app.name"))
	c.run, c.focus = errands(ctx), focusing(ctx, c.Env)
	c.Env.LoadMe(ctx, c.read)
	c.stops = append(c.stops,
		c.Env.Follow(ctx, func(app.Context, remote.View) {}),
		c.Env.Live.Listen(func(e live.Event) {
			if stirs(e) {
				ctx.Dispatch(c.read)
			}
		}))
}

// OnDismount ends what OnMount began.
func (c *Care) OnDismount() {
	for _, stop := range c.stops {
		stop()
	}
	c.stops = nil
}

// read reads people and care.
func (c *Care) read(app.Context) {
	if !c.reading.begin() {
		return
	}
	c.run(func(ctx context.Context) func(app.Context) {
		people, err := all(ctx, c.Env.API.ListPeople)
		var cares []api.Care
		if err == nil {
			cares, err = all(ctx, c.Env.API.ListCare)
		}
		return func(ctx app.Context) { c.took(ctx, people, cares, err) }
	})
}

// took takes the lists, unless they are old already: an answer from before a change would turn a switch back for a moment.
func (c *Care) took(ctx app.Context, people []api.Person, cares []api.Care, err error) {
	again := c.reading.end()
	if c.Env.SignedOut(err) {
		return
	}
	if c.fault = err; err == nil && (!again || !c.known) {
		c.known, c.circle.People, c.circle.Cares = true, people, cares
	}
	if again {
		c.read(ctx)
	}
}

// flip turns a switch.
func (c *Care) flip(row Row, signal access.Signal) func(app.Context, bool) {
	return func(_ app.Context, on bool) {
		c.refused, c.done = nil, ""
		if signals, ok := c.circle.Flip(row.Pair, signal, on); ok {
			c.tell(row.Pair, signals)
		}
	}
}

// tell tells the house what a pair's switches say.
func (c *Care) tell(pair Pair, signals []access.Signal) {
	c.run(func(ctx context.Context) func(app.Context) {
		answer, err := c.Env.API.PutCare(ctx, pair.Patient, pair.Therapist, api.PutCareBody{Signals: signals})
		return func(ctx app.Context) { c.told(ctx, pair, answer, err) }
	})
}

func (c *Care) told(ctx app.Context, pair Pair, answer api.Care, err error) {
	if c.Env.SignedOut(err) {
		return
	}
	if next, ok := c.circle.Told(pair, answer, err); ok {
		c.tell(pair, next)
		return
	}
	if c.refused = err; err == nil {
		c.done = c.says(answer)
	}
	c.read(ctx) // also what was read meanwhile may be old
}

// says says an assignment in a sentence.
func (c *Care) says(a api.Care) string {
	if len(a.Signals) == 0 {
		return words.T("admin.permits.none", "therapist", a.TherapistName, "patient", a.PatientName)
	}
	return words.T("admin.permits", "therapist", a.TherapistName, "patient", a.PatientName, "signals", signalWords(a.Signals))
}

// ask opens the dialog that assigns somebody to a patient, or the one that ends an assignment.
func (c *Care) ask(g Group, ending Row, from string) func(app.Context) {
	return func(app.Context) {
		c.refused, c.done = nil, ""
		d := &careDialog{patient: g, ending: ending, from: from}
		if free := c.circle.Free(g.Patient); ending.Therapist == "" && len(free) > 0 {
			d.therapist = free[0].ID
		}
		c.dialog = d
	}
}

// leave closes the dialog, but not while the house is being asked.
func (c *Care) leave(app.Context) {
	if c.dialog == nil || c.dialog.busy {
		return
	}
	from := c.dialog.from
	c.dialog = nil
	c.focus(from)
}

func (c *Care) assign(app.Context) {
	d := c.dialog
	if d == nil || d.busy || d.therapist == "" {
		return
	}
	d.busy, d.fault = true, nil
	signals := flipped(d.signals, "", false)
	c.run(func(ctx context.Context) func(app.Context) {
		answer, err := c.Env.API.PutCare(ctx, d.patient.Patient, d.therapist, api.PutCareBody{Signals: signals})
		return func(ctx app.Context) {
			c.settled(ctx, d, err, func() { c.circle.Put(answer); c.done = c.says(answer) })
		}
	})
}

func (c *Care) end(app.Context) {
	d := c.dialog
	if d == nil || d.busy {
		return
	}
	d.busy, d.fault = true, nil
	c.run(func(ctx context.Context) func(app.Context) {
		err := c.Env.API.DeleteCare(ctx, d.ending.Patient, d.ending.Therapist)
		return func(ctx app.Context) {
			c.settled(ctx, d, err, func() {
				c.circle.End(d.ending.Pair)
				c.done = words.T("admin.ended", "therapist", d.ending.Name, "patient", d.patient.Name)
				d.from = "assign-" + string(d.patient.Patient) // the row with the button is gone
			})
		}
	})
}

// settled closes the dialog after it was done, or says in it why not.
func (c *Care) settled(ctx app.Context, d *careDialog, err error, done func()) {
	d.busy = false
	if c.Env.SignedOut(err) {
		return
	}
	if d.fault = err; err == nil {
		done()
		c.leave(ctx)
	}
	c.read(ctx)
}
