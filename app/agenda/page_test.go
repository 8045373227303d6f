package agenda

import (
	"slices"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

const project = care.ProjectID("bridgeaaaaaaaaaaaaaaaaaaaa")

// clinic is a house with visits, and a clerk before it.
type clinic struct {
	*remotetest.House
	visits []api.Visit
}

func (c *clinic) find(id string) *api.Visit {
	i := slices.IndexFunc(c.visits, func(v api.Visit) bool { return string(v.ID) == id })
	if i < 0 {
		return nil
	}
	return &c.visits[i]
}

func newClinic(t *testing.T, role access.Role) *clinic {
	c := &clinic{House: remotetest.New()}
	c.Person = live.PersonView{ID: "noor", Name: "Noor"}
	c.Put(live.Snapshot{Room: live.DeskRoom(project), N: 1})
	c.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "noor", Name: "Noor", Roles: []access.Role{role}, Grants: []api.Grant{{Role: role}}, Project: project}, nil
	})
	c.Answer(api.ListVisits, func(remotetest.Asked) (any, error) { return api.List[api.Visit]{Items: slices.Clone(c.visits)}, nil })
	c.Answer(api.GetVisit, func(a remotetest.Asked) (any, error) { return *c.find(a.Names["visit"]), nil })
	c.Answer(api.VisitReport, func(a remotetest.Asked) (any, error) {
		v := c.find(a.Names["visit"])
		if v == nil {
			return nil, fault.New(fault.NotFound, "not-found", nil)
		}
		return api.Report{Visit: *v, Events: []api.VisitEvent{{At: v.Start, Act: care.VisitBooked, By: "staff"}, {Guest: "g1", At: v.Start, Act: "arrive", To: "arrived", By: "guest"}},
			Minutes: []api.PartyMinute{{Guest: "g1", Minute: care.Minute{Quality: 3, Sound: 60, Breaks: 1}}},
			Answers: []api.VisitAnswer{{Guest: "g1", Stars: 4, Wrong: []string{"sound"}, Text: "all <well>"}}}, nil
	})
	c.Answer(api.GetVisiting, func(remotetest.Asked) (any, error) { return api.Visiting{Zone: "Europe/Berlin", Version: 1}, nil })
	c.Answer(api.VisitStaff, func(remotetest.Asked) (any, error) {
		return api.List[api.Staff]{Items: []api.Staff{{ID: "mira", Name: "Mira Solano", Hosts: true}, {ID: "tomas", Name: "Tomás Keil", Hosts: true}}}, nil
	})
	rec, contact := otter()
	c.Answer(api.SearchRecords, func(remotetest.Asked) (any, error) { return api.Records{Items: []api.Record{rec}}, nil })
	c.Answer(api.GetRecord, func(remotetest.Asked) (any, error) { return rec, nil })
	c.Answer(api.GetContact, func(remotetest.Asked) (any, error) { return api.ContactCard{Contact: contact, Version: 1}, nil })
	c.Answer(api.PatchVisit, func(a remotetest.Asked) (any, error) {
		var b api.PatchVisitBody
		a.Read(t, &b)
		v := c.find(a.Names["visit"])
		if b.Version != v.Version {
			return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
		}
		if b.Local != nil {
			v.Local = *b.Local
		}
		if b.Zone != nil {
			v.Zone = *b.Zone
		}
		if b.Minutes != nil {
			v.Minutes = *b.Minutes
		}
		v.Version++
		return *v, nil
	})
	return c
}

// tomorrow is a booked visit of Otter-08 with their mother.
func tomorrow() api.Visit {
	start := time.Now().Add(24 * time.Hour)
	return api.Visit{ID: "v1", Project: project, Patient: "otter", PatientName: "Otter-08", Kind: care.Family, Host: "mira", HostName: "Mira Solano",
		Local: start.UTC().Format(care.LocalLayout), Zone: "UTC", Minutes: 50, Start: start, End: start.Add(50 * time.Minute), State: care.Booked, Version: 3,
		Guests: []api.Guest{{ID: "g1", As: care.AsPatient, State: care.NotCome, Since: start}, {ID: "g2", As: care.AsRelative, Relation: "mother", Relative: "r1", State: care.WaitingRoom, Since: start}}}
}

func office() *Portal {
	return &Portal{Base: "/admin/visits", Side: func(string) []frame.Place { return nil }}
}

func onList(t *testing.T, c *clinic, f func(*testing.T, *remotetest.Visit, *List)) {
	t.Helper()
	var l *List
	remotetest.Inside(t, c.House, live.Admin, func(e *frame.Env) app.Composer { l = &List{Env: e, Portal: office()}; return l },
		func(t *testing.T, v *remotetest.Visit) { f(t, v, l) })
}

func TestListIsNeverStale(t *testing.T) {
	c := newClinic(t, access.Clerk)
	onList(t, c, func(t *testing.T, v *remotetest.Visit, l *List) {
		v.Shows("No visits here", `id="book"`)
		c.visits = []api.Visit{tomorrow()}
		c.Note(live.DeskRoom(project), live.DataNote{What: "visits"})
		v.Settle()
		v.Shows("Otter-08", "Tomorrow", "mother of Otter-08", "waiting", "invited", `id="change-v1"`, `data-shown="1"`)
		v.Act(func(app.Context) { l.text = "wren" })
		v.Shows("Nothing fits")
		v.Act(func(app.Context) { l.text = "mother" })
		v.Shows("Otter-08")
		c.visits[0].State, c.visits[0].Outcome = care.Ended, care.Held
		c.Note(live.DeskRoom(project), live.DataNote{What: "visits"})
		v.Settle()
		v.Shows("took place", `id="details-v1"`)
		v.Spoken()
		c.Away(true)
		v.Later(2 * time.Second)
		c.Away(false)
		v.Later(time.Minute)
		v.Shows("Otter-08")
	})
}

func TestAClerkBooksForExactlyTheTicked(t *testing.T) {
	c := newClinic(t, access.Clerk)
	onList(t, c, func(t *testing.T, v *remotetest.Visit, l *List) {
		v.Act(func(ctx app.Context) { l.front.book(ctx, v.Env.Now()) })
		v.Later(time.Second)
		v.Shows(`id="patient-search"`, "Otter-08", `value="Europe/Berlin"`)
		v.Act(l.front.store)
		v.Shows(`id="patient-search-fault"`)
		rec, _ := otter()
		v.Act(func(ctx app.Context) { l.front.choose(ctx, rec) })
		v.Shows("Ann, mother", "Bo, father", `id="invite-interpreter"`, `id="invite-staff-tomas"`, "only whoever is ticked")
		form := l.front.form
		v.Act(func(app.Context) { form.Chair("r1").On, form.Chair("r2").On = true, true })
		v.Shows("Book and invite 3", `id="language-r1"`, "hand over the link")
		v.Act(func(app.Context) { form.Chair("r2").On = false; form.Chair("r1").Zone = "Asia/Kolkata" })
		v.Shows("Book and invite 2", "in Kolkata.")
		v.Act(func(app.Context) { form.Date, form.Clock = "2026-10-25", "02:30" })
		v.Shows("twice that night")
		v.Spoken()
		c.Answer(api.BookVisit, func(remotetest.Asked) (any, error) {
			return nil, fault.New(fault.Unavailable, "network", nil)
		})
		v.Act(l.front.store)
		v.Shows(`id="book-do"`, "Ann, mother") // nothing typed is lost
		c.Answer(api.BookVisit, func(remotetest.Asked) (any, error) { return tomorrow(), nil })
		v.Act(l.front.store)
		v.Hides("<dialog")
		v.Shows("The visit is booked. 2 people are invited.")
		asked := c.Asked(api.BookVisit)
		var first, b api.BookVisitBody
		asked[0].Read(t, &first)
		asked[1].Read(t, &b)
		if b.ID != first.ID || b.Patient != "otter" || b.Zone != "Europe/Berlin" || b.Host != "mira" || len(b.Guests) != 2 || b.Guests[0].As != care.AsPatient || b.Guests[1].Relative != "r1" || b.Guests[1].Zone != "Asia/Kolkata" {
			t.Errorf("asked to book %+v, first %+v", b, first)
		}
	})
}

// What hides addresses is neither ticked nor promised before the patient's project said what it wants, nor when it cannot be
// asked; while nothing comes through the relay the form warns.
func TestNothingIsPromisedBeforeTheRuleIsKnown(t *testing.T) {
	c := newClinic(t, access.Clerk)
	rule, away := api.Visiting{Zone: "Europe/Berlin", Version: 1, Relaying: care.RelayOthers}, false
	asked := map[string]api.Visiting{string(project): {Zone: "Europe/Berlin", Version: 1, Relaying: care.RelayAlways}}
	c.Answer(api.GetVisiting, func(a remotetest.Asked) (any, error) {
		if v, ok := asked[a.Names["project"]]; ok {
			return v, nil
		}
		if away {
			return nil, fault.New(fault.Unavailable, "network", nil)
		}
		return rule, nil
	})
	onList(t, c, func(t *testing.T, v *remotetest.Visit, l *List) {
		promise, help := "by itself, as this project says", "address on the internet"
		v.Act(func(ctx app.Context) { l.front.book(ctx, v.Env.Now()) })
		v.Later(time.Second)
		v.Shows(`id="relay"`, promise)
		away = true
		rec, _ := otter()
		v.Act(func(ctx app.Context) { l.front.choose(ctx, rec) }) // of another project
		form := l.front.form
		v.Act(func(app.Context) { form.Chair("r1").On = true })
		v.Shows(`id="relay-unread"`, "could not be read", `id="relay-read"`)
		v.Hides(`id="relay"`, promise, help)
		if form.Body().Relay != nil {
			t.Error("the house is told what nobody saw")
		}
		v.Spoken()
		away = false
		v.Act(func(app.Context) { l.front.house(form.Project) })
		v.Shows(`id="relay"`, promise)
		v.Hides(`id="relay-unread"`)
		rule.RelayFails = true
		v.Act(func(app.Context) { l.front.house(form.Project) })
		v.Shows(`id="relay"`, "nobody in this visit will hear or see anybody")
		v.Hides(promise)
		v.Spoken()
		v.Act(func(app.Context) { form.Chair("r1").On, form.Said = false, false })
		v.Shows(`id="relay"`)
		v.Hides("nobody in this visit will hear")
		rule.NoRelay = true
		v.Act(func(app.Context) { l.front.house(form.Project) })
		v.Shows(`id="no-relay"`)
		v.Hides(`id="relay"`)
	})
}

func TestTwoChangeOneVisit(t *testing.T) {
	c := newClinic(t, access.Clerk)
	c.visits = []api.Visit{tomorrow()}
	onList(t, c, func(t *testing.T, v *remotetest.Visit, l *List) {
		v.Act(func(ctx app.Context) { l.front.change(ctx, l.list[0]) })
		form := l.front.form
		v.Act(func(app.Context) { form.Clock, form.Zone = "16:00", "Asia/Kolkata" })
		other := c.find("v1")
		other.Minutes, other.Zone, other.Version = 30, "Europe/Berlin", 4
		v.Act(l.front.store)
		v.Shows(`id="clash"`, `data-clash="zone"`, `data-clash="minutes"`, "Asia/Kolkata", "Europe/Berlin", `value="16:00"`)
		v.Spoken()
		v.Act(l.front.store)
		v.Hides("<dialog")
		v.Shows("is changed", "Undo")
		if other.Minutes != 30 || other.Zone != "Asia/Kolkata" || other.Local[11:] != "16:00" {
			t.Errorf("stored %+v", other)
		}
		v.Act(func(ctx app.Context) { l.undo.do(ctx) })
		if other.Zone != "Europe/Berlin" || other.Minutes != 30 {
			t.Errorf("taken back to %+v", other)
		}
	})
}

func TestDetails(t *testing.T) {
	c := newClinic(t, access.Clerk)
	c.visits = []api.Visit{tomorrow()}
	var d *Details
	remotetest.Inside(t, c.House, live.Admin, func(e *frame.Env) app.Composer { d = &Details{Env: e, Portal: office()}; return d },
		func(t *testing.T, v *remotetest.Visit) {
			v.Act(func(ctx app.Context) { d.visit = "v1"; d.read(ctx) })
			v.Shows(`id="visit"`, "mother of Otter-08", "good line", "1 drop", "4 of 5", "all &lt;well&gt;", "booked", `id="cancel-visit"`, `id="uninvite-g1"`, `id="add-guest"`)
			v.Spoken()
			for _, what := range []question{cancelling, lateness, handing, outcome, adding} {
				v.Act(func(app.Context) { d.front.asks(what, d.report.Visit, api.Guest{}) })
				v.Shows("<dialog")
				if can, off := !(what == handing || what == adding), v.Off(string(what)+"-do"); can == off {
					t.Errorf("%s: nobody is chosen, and its button is off: %v", what, off)
				}
				v.Spoken()
				v.Act(d.front.leave)
			}
			v.Hides(`id="orphaned"`)
			moved := tomorrow()
			moved.Orphaned = true
			c.visits = []api.Visit{moved}
			rec, _ := otter()
			rec.Care = []api.RecordCare{{Therapist: "gone"}, {Therapist: "tomas"}}
			c.Answer(api.GetRecord, func(remotetest.Asked) (any, error) { return rec, nil })
			v.Act(d.read)
			v.Shows(`id="orphaned"`, "Mira Solano does not treat this patient")
			v.Act(func(app.Context) { d.front.asks(handing, d.report.Visit, api.Guest{}) })
			if d.front.ask.to != "tomas" || v.Off("hand-do") {
				t.Errorf("proposed is %q", d.front.ask.to)
			}
			v.Act(d.front.leave)
			v.Act(func(app.Context) { d.front.asks(adding, d.report.Visit, api.Guest{}) })
			v.Shows("Bo, father", `id="invite-interpreter"`)
			v.Hides(`id="invite-r1"`, `id="invite-patient"`)
			var added []api.NewGuest
			c.Answer(api.AddGuest, func(a remotetest.Asked) (any, error) {
				var g api.NewGuest
				a.Read(t, &g)
				added = append(added, g)
				return *c.find("v1"), nil
			})
			v.Act(func(app.Context) { d.front.ask.form.Chair("r2").On = true })
			if v.Off("add-do") {
				t.Error("somebody is ticked, and nothing can be done")
			}
			v.Act(d.front.do)
			if len(added) != 1 || added[0].Relative != "r2" {
				t.Errorf("added %+v", added)
			}
			c.Answer(api.CancelVisit, func(remotetest.Asked) (any, error) {
				c.find("v1").State = care.Cancelled
				return *c.find("v1"), nil
			})
			v.Act(func(app.Context) { d.front.asks(cancelling, d.report.Visit, api.Guest{}) })
			v.Act(d.front.do)
			v.Shows("The visit is cancelled", `data-state="cancelled"`)
			v.Hides(`id="cancel-visit"`, `id="add-guest"`, "<dialog")
		})
}
