package agenda

import (
	"context"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/edits"
	"hearth/app/frame"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/wasm/zone"
)

// front is the dialog that stands before a page, and what it needs of the page.
type front struct {
	env    *frame.Env
	desk   *desk
	portal *Portal
	done   func(ctx app.Context, v api.Visit, said string, back func(app.Context)) // something was stored

	form *booking
	ask  *asking
}

// booking is the form of a visit: a new one, or one that is changed.
type booking struct {
	*Draft
	was    *api.Visit // what is changed, as it was read last; nil: a new visit
	text   string     // of the search for a patient
	staff  []api.Staff
	values []string // of the fields, while a clash is decided
	asked  int      // searches so far: an old answer never overtakes a newer one
	found  []api.Record
	none   bool // nobody was found
	alone  error
	faults map[string]error
	clash  edits.Clash
	busy   bool
}

// typing is how long a search waits for the next letter.
const typing = 250 * time.Millisecond

// book opens the form for a new visit.
func (f *front) book(ctx app.Context, now time.Time) {
	me := f.env.Me()
	f.form = &booking{Draft: NewDraft(now, zone.Here(), me.Project)}
	f.staff(me.Project)
	f.house(me.Project)
	f.search(0)
}

// change opens the form for a visit that is booked.
func (f *front) change(ctx app.Context, v api.Visit) {
	f.form = &booking{Draft: draftOf(v), was: &v}
	f.house(v.Project)
	f.desk.focus("date")
}

func draftOf(v api.Visit) *Draft {
	return &Draft{When: WhenOf(v.Local, v.Zone), ID: v.ID, Kind: v.Kind, Minutes: v.Minutes, Relay: v.Relay, Said: true, Known: true, Project: v.Project, Patient: v.Patient, Name: v.PatientName, Host: v.Host}
}

// house takes the project's own zone for a new visit, unless the reader wrote one by now, and what it says of the relay.
func (f *front) house(p care.ProjectID) {
	form, before := f.form, f.form.Zone
	if form.Unread = nil; p == "" {
		return // that of the patient, once one is chosen
	}
	f.desk.run(func(ctx context.Context) func(app.Context) {
		v, err := f.env.API.Visiting(ctx, p)
		return func(app.Context) {
			if form.Learn(p, v, err); form.was != nil || form.Project != p {
				return
			}
			if _, unknown := zone.Named(v.Zone); err == nil && unknown == nil && v.Version > 0 && form.Zone == before {
				at, ok := form.At()
				if form.Zone = v.Zone; ok {
					form.When = WhenAt(at, v.Zone)
				}
			}
		}
	})
}

// staff offers whoever else may be invited.
func (f *front) staff(p care.ProjectID) {
	form := f.form
	f.desk.run(func(ctx context.Context) func(app.Context) {
		list, err := f.env.API.VisitStaff(ctx, p)
		return func(app.Context) {
			if err == nil {
				form.hosts(list.Items, f.env.Me().ID, f.portal.Mine)
			}
		}
	})
}

// hosts takes who may be invited, and of them who may host a visit of this kind. Whoever has visits of their own hosts what they book. One who is not among them is not
// shown as another: the first is chosen, for everybody to see.
func (b *booking) hosts(list []api.Staff, me care.PersonID, own bool) {
	b.staff = list
	if b.Host == "" && own {
		b.Host = me
	}
	may := api.HostsOf(b.Kind, list)
	if own && b.Host != me && !among(may, b.Host) {
		b.Host = me
	}
	if !(own && b.Host == me) && len(may) > 0 && !among(may, b.Host) {
		b.Host = may[0].ID
	}
	b.Seat(list, "")
}

// search looks for patients by what is written.
func (f *front) search(wait time.Duration) {
	form := f.form
	form.asked++
	n, text := form.asked, strings.TrimSpace(form.text)
	f.desk.run(func(ctx context.Context) func(app.Context) {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		if n != form.asked {
			return func(app.Context) {}
		}
		got, err := f.env.API.SearchRecords(ctx, api.RecordQuery{Text: text, State: care.RecordActive, Limit: 6})
		return func(app.Context) {
			if n != form.asked || f.env.SignedOut(err) {
				return
			}
			if err != nil {
				form.fault("patient-search", err)
				return
			}
			form.found, form.none = got.Items, len(got.Items) == 0
		}
	})
}

// choose takes a patient; who belongs to them comes from their contact.
func (f *front) choose(ctx app.Context, r api.Record) {
	form := f.form
	form.Choose(r, care.Contact{})
	form.found, form.none, form.alone = nil, false, nil
	delete(form.faults, "patient-search")
	if len(r.Care) > 0 && !f.portal.Mine {
		form.Host = r.Care[0].Therapist
	}
	f.staff(r.Project)
	f.house(r.Project)
	f.desk.focus("patient-other")
	f.desk.run(func(ctx context.Context) func(app.Context) {
		card, err := f.env.API.GetContact(ctx, r.ID)
		return func(app.Context) {
			if form.Patient != r.ID {
				return
			}
			if form.alone = err; err == nil {
				form.Choose(r, card.Contact)
			}
		}
	})
}

// drop lets the patient go, to choose another.
func (f *front) drop(ctx app.Context) {
	f.form.Drop()
	f.form.text = ""
	f.search(0)
	f.desk.focus("patient-search")
}

func (b *booking) fault(field string, err error) {
	if b.faults == nil {
		b.faults = map[string]error{}
	}
	b.faults[field] = err
}

// fieldOf is the field a refusal of the house is about, "" for the whole.
func fieldOf(err error) string {
	switch code := fault.Of(err).Code; code {
	case "visit.local", "visit.when", "visit.zone":
		return "date"
	case "visit.minutes":
		return "minutes"
	case "visit.patient":
		return "patient-search"
	case "guest.address", "contact.mobile", "contact.mail":
		return "interpreter-mobile"
	}
	return ""
}

// store books, or changes.
func (f *front) store(ctx app.Context) {
	form := f.form
	if form == nil || form.busy {
		return
	}
	if form.faults = form.check(); len(form.faults) > 0 {
		f.desk.focus(First(form.faults))
		return
	}
	form.busy = true
	if form.was != nil {
		f.patch(form, *form.was, form.patch())
		return
	}
	body := form.Body()
	f.desk.run(func(ctx context.Context) func(app.Context) {
		v, err := f.env.API.BookVisit(ctx, body)
		return func(ctx app.Context) {
			if form.busy = false; f.env.SignedOut(err) {
				return
			}
			if err != nil {
				form.fault(fieldOf(err), err)
				f.desk.focus(First(form.faults))
				return
			}
			f.form = nil
			if v.State == care.Open && f.portal.Room != nil && v.Host == f.env.Me().ID {
				ctx.Navigate(f.portal.Room(v.ID))
				return
			}
			f.done(ctx, v, words.N("agenda.booked", len(v.Guests)), nil)
		}
	})
}

func (b *booking) check() map[string]error {
	faults := b.Check()
	if b.was != nil { // who is invited is not asked here
		delete(faults, "")
		delete(faults, "patient-search")
	}
	return faults
}
