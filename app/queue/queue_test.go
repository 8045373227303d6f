package queue_test

import (
	"slices"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/queue"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/sound"
)

const project = care.ProjectID("bridgeaaaaaaaaaaaaaaaaaaaa")

// page is any page of staff, with the waiting room on it.
type page struct {
	app.Compo
	Env *frame.Env
}

func (p *page) OnMount(ctx app.Context) { p.Env.LoadMe(ctx, func(app.Context) {}) }

// Render draws it.
func (p *page) Render() app.UI { return p.Env.Staff("Desk", nil, p.Env.WaitingRoom(true)) }

// ear counts what is to be heard.
type ear struct {
	sound.None
	heard int
}

func (e *ear) Play(sound.Tone) { e.heard++ }

// office is a house with a queue, a clerk before it.
type office struct {
	*remotetest.House
	waits   []api.Queued
	devices []api.VisitDevice
	calls   []api.CallBack
	older   int // wishes for a call that are not listed
	desk    *queue.Desk
	ear     *ear
}

func open(t *testing.T, o queue.Options, role access.Role, f func(*testing.T, *remotetest.Visit, *office)) {
	t.Helper()
	h := &office{House: remotetest.New(), ear: &ear{}}
	h.Person = live.PersonView{ID: "noor", Name: "Noor"}
	h.Put(live.Snapshot{Room: live.DeskRoom(project), N: 1})
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "noor", Name: "Noor", Roles: []access.Role{role}, Grants: []api.Grant{{Role: role}}, Project: project}, nil
	})
	h.Answer(api.GetQueue, func(remotetest.Asked) (any, error) { return api.List[api.Queued]{Items: slices.Clone(h.waits)}, nil })
	h.Answer(api.ListVisitDevices, func(remotetest.Asked) (any, error) {
		return api.List[api.VisitDevice]{Items: slices.Clone(h.devices)}, nil
	})
	h.Answer(api.ListCallBacks, func(remotetest.Asked) (any, error) {
		return api.CallBacks{Items: slices.Clone(h.calls), More: h.older}, nil
	})
	h.Answer(api.VisitStaff, func(remotetest.Asked) (any, error) {
		return api.List[api.Staff]{Items: []api.Staff{{ID: "mira", Name: "Mira Solano", Hosts: true}, {ID: "tomas", Name: "Tomás Keil", Hosts: true}}}, nil
	})
	if o.Room == nil {
		o.Room = func(id care.VisitID) string { return "/admin/visits/" + string(id) }
	}
	remotetest.Inside(t, h.House, live.Admin, func(e *frame.Env) app.Composer {
		e.Sound, h.desk = h.ear, queue.New(e, o)
		e.Door = h.desk
		e.Page = &frame.Titled{Page: e.Page}
		return &page{Env: e}
	}, func(t *testing.T, v *remotetest.Visit) {
		defer h.desk.Close()
		f(t, v, h)
	})
}

// comes lets somebody come into the queue.
func (h *office) comes(v *remotetest.Visit, q api.Queued) {
	h.waits = append(h.waits, q)
	h.stir(v)
}

func (h *office) stir(v *remotetest.Visit) {
	h.Note(live.DeskRoom(project), live.DataNote{What: "visits"})
	v.Settle()
}

func waiter(id care.GuestID, name string) api.Queued {
	at := time.Now()
	return api.Queued{Guest: api.Guest{ID: id, As: care.AsPatient, State: care.WaitingRoom, Since: at, Waiting: &at,
		Ready: &care.Readiness{Camera: care.Forbidden, Mic: care.WorksWell, Network: care.WorksSome, Sensor: care.WorksWell, Battery: 70}},
		Visit: care.VisitID("v-" + id), Kind: care.Therapy, Project: project, PatientName: name, Host: "mira", HostName: "Mira Solano", Start: at}
}

func TestWhoComesIsSeenAndHeardOnce(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		v.Shows("Nobody is waiting")
		v.Hides(`id="knock"`)
		v.Act(func(app.Context) { v.Env.Page.SetTitle("Patients") })
		h.comes(v, waiter("otter", "Otter-08"))
		v.Shows(`id="knock"`, `data-waiting="1"`, "Otter-08 is waiting", `id="knock-in"`, `href="/admin/visits/v-otter"`, "blocked", "fair", "70", "with Mira Solano")
		if h.ear.heard != 1 || v.Document.Title != "(1) Patients" {
			t.Errorf("heard %d times, titled %q", h.ear.heard, v.Document.Title)
		}
		h.stir(v)
		v.Later(90 * time.Second)
		v.Shows("1:30")
		h.comes(v, waiter("wren", "Wren-23"))
		v.Shows("2 people are waiting", `id="knock-next"`)
		if h.ear.heard != 2 || v.Document.Title != "(2) Patients" {
			t.Errorf("heard %d times, titled %q", h.ear.heard, v.Document.Title)
		}
		v.Later(10 * time.Minute)
		v.Shows("over 10 minutes")
		v.Later(20 * time.Minute)
		v.Shows("over 30 minutes")
		v.Spoken()
		h.waits = nil
		h.stir(v)
		v.Hides(`id="knock"`)
		if v.Document.Title != "Patients" {
			t.Errorf("titled %q when nobody waits", v.Document.Title)
		}
	})
}

func TestTheToneCanBeSwitchedOff(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		v.Document.Keep("hearth-knock", "off")
		h.comes(v, waiter("otter", "Otter-08"))
		if h.ear.heard != 0 {
			t.Error("it rang")
		}
		v.Shows("Sound off", `id="knock"`)
	})
}

func TestTwoLetInAtOnce(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		q := waiter("otter", "Otter-08")
		h.comes(v, q)
		v.Later(time.Minute)
		inside := q.Guest
		inside.State = care.Admitted
		since := time.Now().Add(-20 * time.Second)
		h.Answer(api.AdmitGuest, func(remotetest.Asked) (any, error) {
			h.waits = nil
			inside.Since = since
			return api.Visit{ID: q.Visit, Guests: []api.Guest{inside}}, nil
		})
		h.Answer(api.VisitReport, func(remotetest.Asked) (any, error) {
			return api.Report{Events: []api.VisitEvent{{Guest: "otter", Act: "admit", By: "staff", Name: "Ada Brandt"}}}, nil
		})
		v.Act(func(ctx app.Context) { h.desk.Admit(ctx, q) })
		v.Shows("Ada Brandt has already let in Otter-08")
		v.Later(10 * time.Second)
		v.Hides(`id="knock"`)

		h.comes(v, q)
		since = time.Now()
		v.Act(func(ctx app.Context) { h.desk.Admit(ctx, q); h.desk.Admit(ctx, q) })
		v.Shows("Otter-08 is let in.")
		if n := len(h.Asked(api.AdmitGuest)); n != 2 {
			t.Errorf("asked %d times, want once for each act that was not under way", n)
		}
	})
}

// TestWhereSomebodyIsIsReadOnDemand: not before somebody looks, for the trail says who did; then of everybody asked about.
func TestWhereSomebodyIsIsReadOnDemand(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		at := time.Now()
		h.Answer(api.GetWhereabouts, func(a remotetest.Asked) (any, error) {
			if a.Names["guest"] == "otter" {
				return api.Whereabouts{Text: "Elm Street 5; sister +49 170 5550", At: &at}, nil
			}
			return api.Whereabouts{}, nil
		})
		q := waiter("otter", "Otter-08")
		h.comes(v, q)
		v.Shows(`id="where-otter"`)
		v.Hides("Elm Street")
		if n := len(h.Asked(api.GetWhereabouts)); n != 0 {
			t.Errorf("read %d times before anybody looked", n)
		}
		mother, doctor := api.Guest{ID: "mother", As: care.AsRelative, Relation: "mother"}, api.Guest{ID: "doctor", As: care.AsStaff}
		v.Act(func(ctx app.Context) { h.desk.Whereabouts(ctx, q.Visit, "Otter-08", q.Guest, mother, doctor) })
		v.Shows("Otter-08", "Elm Street 5; sister +49 170 5550", "Said at "+at.Local().Format("15:04"), "Nothing was said for today.")
		if n := len(h.Asked(api.GetWhereabouts)); n != 2 {
			t.Errorf("read %d times, want of both guests", n)
		}
	})
}

// TestNextIsOneAtATime: each time it is asked the house lets in another one, so a nervous finger asks once.
func TestNextIsOneAtATime(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		for _, id := range []care.GuestID{"otter", "wren", "heron"} {
			h.comes(v, waiter(id, string(id)))
		}
		h.Answer(api.AdmitNext, func(remotetest.Asked) (any, error) {
			time.Sleep(time.Second)
			in := h.waits[0]
			h.waits = h.waits[1:]
			return api.Admitted{Guest: &in.Guest, Visit: &api.Visit{ID: in.Visit, PatientName: in.PatientName}}, nil
		})
		v.PressTwice("let-in-next")
		v.Later(2 * time.Second)
		if n := len(h.Asked(api.AdmitNext)); n != 1 {
			t.Errorf("a double click let in %d", n)
		}
		v.Shows("otter is let in.", "2 people are waiting")
		v.Press("knock-next")
		v.Later(2 * time.Second)
		if n := len(h.Asked(api.AdmitNext)); n != 2 {
			t.Errorf("asked %d times, want once a press", n)
		}
	})
}

func TestWhatGoesWrongIsSaid(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		q := waiter("otter", "Otter-08")
		h.comes(v, q)
		h.Answer(api.AdmitGuest, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.NotFound, "not-found", nil) })
		v.Act(func(ctx app.Context) { h.desk.Admit(ctx, q) })
		v.Shows(`role="alert"`, `id="knock-in"`)
		h.Away(true)
		v.Later(time.Second)
		h.Away(false)
		v.Later(time.Minute)
		v.Shows(`id="knock"`, "Otter-08 is waiting")
	})
}

func TestOnlyOnesOwnCall(t *testing.T) {
	open(t, queue.Options{Mine: true}, access.Therapist, func(t *testing.T, v *remotetest.Visit, h *office) {
		h.comes(v, waiter("otter", "Otter-08"))
		v.Hides(`id="knock"`)
		v.Shows("Otter-08") // in the card
		if h.ear.heard != 0 {
			t.Error("it rang for a colleague's guest")
		}
		mine, caller := waiter("wren", "Wren-23"), waiter("caller", "")
		mine.Mine, caller.DropIn = true, true
		h.comes(v, mine)
		v.Shows(`data-waiting="1"`, "Wren-23 is waiting", "prompt")
		h.comes(v, caller)
		v.Shows(`data-waiting="2"`)
		done := v.Env.Measuring() // in another call
		v.Act(func(app.Context) {})
		v.Hides("prompt")
		done()
	})
}

func TestWhoMayNotLetInSeesNothing(t *testing.T) {
	open(t, queue.Options{}, access.Auditor, func(t *testing.T, v *remotetest.Visit, h *office) {
		h.comes(v, waiter("otter", "Otter-08"))
		h.devices, h.calls = []api.VisitDevice{tablet("wren")}, []api.CallBack{wish("heron")}
		h.stir(v)
		v.Hides(`id="knock"`, "Otter-08", "Wren-23", `id="waiting-room"`)
		if len(h.Asked(api.GetQueue))+len(h.Asked(api.ListVisitDevices))+len(h.Asked(api.ListCallBacks)) != 0 {
			t.Error("the queue was asked for")
		}
	})
}

// Whose page is closed keeps the place in the list, and the bar speaks of who is there.
func TestWhosePageIsClosed(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		since := time.Date(2026, 11, 22, 10, 12, 0, 0, time.Local)
		closed, there := waiter("otter", "Otter-08"), waiter("wren", "Wren-23")
		closed.Away = &since
		h.comes(v, closed)
		v.Shows("Otter-08 is waiting", "page not open since 10:12", `class="presence gone"`, `data-page="closed"`, `id="let-in-otter"`, `id="knock-in"`)
		v.Hides(`class="presence on"`)
		v.Spoken()
		h.comes(v, there)
		v.Shows(`class="presence gone"`, `class="presence on"`, "2 people are waiting")
		inside := closed.Guest
		h.Answer(api.AdmitNext, func(remotetest.Asked) (any, error) {
			h.waits = nil
			return api.Admitted{Visit: &api.Visit{ID: "v", PatientName: "Otter-08"}, Guest: &inside}, nil
		})
		v.Press("knock-next")
		v.Shows("Otter-08 is let in, but their page has not been open since 10:12.")
	})
}
