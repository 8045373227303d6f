package admin

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// ward is who cares for one patient and which signals are permitted: a part of the page of their record.
type ward struct {
	env    *frame.Env
	circle Circle
	name   string // of the patient
	run    errand
	focus  func(id string)
	reload func(app.Context) // reads the record again

	refused error       // of the last change
	dialog  *careDialog // nil = none
	done    string      // what was done last, for a screen reader
}

// careDialog is what stands in front of the page: an assignment to make, or one to end.
type careDialog struct {
	patient   care.PatientID
	ending    Row // zero: assigning
	therapist care.PersonID
	signals   []access.Signal
	busy      bool
	fault     error
	from      string
}

// flip turns a switch.
func (c *ward) flip(row Row, signal access.Signal) func(app.Context, bool) {
	return func(_ app.Context, on bool) {
		c.refused, c.done = nil, ""
		if signals, ok := c.circle.Flip(row.Pair, signal, on); ok {
			c.tell(row.Pair, signals)
		}
	}
}

// tell tells the house what a pair's switches say.
func (c *ward) tell(pair Pair, signals []access.Signal) {
	c.run(func(ctx context.Context) func(app.Context) {
		answer, err := c.env.API.PutCare(ctx, pair.Patient, pair.Therapist, api.PutCareBody{Signals: signals})
		return func(ctx app.Context) { c.told(ctx, pair, answer, err) }
	})
}

func (c *ward) told(ctx app.Context, pair Pair, answer api.Care, err error) {
	if c.env.SignedOut(err) {
		return
	}
	if next, ok := c.circle.Told(pair, answer, err); ok {
		c.tell(pair, next)
		return
	}
	if c.refused = err; err == nil {
		c.done = c.says(answer)
	}
	c.reload(ctx) // also what was read meanwhile may be old
}

// says says an assignment in a sentence.
func (c *ward) says(a api.Care) string {
	if len(a.Signals) == 0 {
		return words.T("admin.permits.none", "therapist", a.TherapistName, "patient", a.PatientName)
	}
	return words.T("admin.permits", "therapist", a.TherapistName, "patient", a.PatientName, "signals", signalWords(a.Signals))
}

// ask opens the dialog that assigns somebody to a patient, or the one that ends an assignment.
func (c *ward) ask(patient care.PatientID, ending Row, from string) func(app.Context) {
	return func(app.Context) {
		c.refused, c.done = nil, ""
		d := &careDialog{patient: patient, ending: ending, from: from}
		if free := c.circle.Free(patient); ending.Therapist == "" && len(free) > 0 {
			d.therapist = free[0].ID
		}
		c.dialog = d
	}
}

// leave closes the dialog, but not while the house is being asked.
func (c *ward) leave(app.Context) {
	if c.dialog == nil || c.dialog.busy {
		return
	}
	from := c.dialog.from
	c.dialog = nil
	c.focus(from)
}

func (c *ward) assign(app.Context) {
	d := c.dialog
	if d == nil || d.busy || d.therapist == "" {
		return
	}
	d.busy, d.fault = true, nil
	signals := flipped(d.signals, "", false)
	c.run(func(ctx context.Context) func(app.Context) {
		answer, err := c.env.API.PutCare(ctx, d.patient, d.therapist, api.PutCareBody{Signals: signals})
		return func(ctx app.Context) {
			c.settled(ctx, d, err, func() { c.circle.Put(answer); c.done = c.says(answer) })
		}
	})
}

func (c *ward) end(app.Context) {
	d := c.dialog
	if d == nil || d.busy {
		return
	}
	d.busy, d.fault = true, nil
	c.run(func(ctx context.Context) func(app.Context) {
		err := c.env.API.DeleteCare(ctx, d.ending.Patient, d.ending.Therapist)
		return func(ctx app.Context) {
			c.settled(ctx, d, err, func() {
				c.circle.End(d.ending.Pair)
				c.done = words.T("admin.ended", "therapist", d.ending.Name, "patient", c.name)
				d.from = "assign-" + string(d.patient) // the row with the button is gone
			})
		}
	})
}

// settled closes the dialog after it was done, or says in it why not.
func (c *ward) settled(ctx app.Context, d *careDialog, err error, done func()) {
	d.busy = false
	if c.env.SignedOut(err) {
		return
	}
	if d.fault = err; err == nil {
		done()
		c.leave(ctx)
	}
	c.reload(ctx)
}
