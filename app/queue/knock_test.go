package queue_test

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/queue"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// tablet is another device of a guest who is in a visit that goes on.
func tablet(guest care.GuestID) api.VisitDevice {
	return api.VisitDevice{ID: "k-" + string(guest), Visit: care.VisitID("v-" + guest), Guest: guest, As: care.AsPatient, PatientName: "Wren-23",
		Browser: "Firefox", System: "Android", Since: time.Now(), Mine: true}
}

// wish is somebody's who came too late.
func wish(guest care.GuestID) api.CallBack {
	return api.CallBack{ID: "b-" + string(guest), Visit: care.VisitID("v-" + guest), Guest: guest, As: care.AsPatient, PatientName: "Heron-11",
		Start: time.Now().Add(-3 * time.Hour), Wished: time.Now(), Mine: true}
}

// TestWhoAsksCallsLikeWhoWaits: another device and a wish for a call ring, count, and are answered above every page.
func TestWhoAsksCallsLikeWhoWaits(t *testing.T) {
	open(t, queue.Options{Mine: true}, access.Therapist, func(t *testing.T, v *remotetest.Visit, h *office) {
		heard := func(rings int, title string) {
			t.Helper()
			if h.ear.heard != rings || v.Document.Title != title {
				t.Errorf("heard %d times, titled %q; want %d, %q", h.ear.heard, v.Document.Title, rings, title)
			}
		}
		v.Act(func(app.Context) { v.Env.Page.SetTitle("Patients") })
		h.devices = []api.VisitDevice{tablet("wren")}
		h.stir(v)
		v.Shows(`data-waiting="1"`, "Wren-23 wants to come in with another device", "Only allow it when they tell you so", `id="knock-allow"`, `id="knock-open"`)
		heard(1, "(1) Patients")
		h.stir(v)
		heard(1, "(1) Patients")
		h.calls = []api.CallBack{wish("heron")}
		h.stir(v)
		v.Shows(`data-waiting="2"`, "and 1 more", `id="knock-all"`)
		heard(2, "(2) Patients")
		mine := waiter("otter", "Otter-08")
		mine.Mine = true
		h.comes(v, mine)
		v.Shows("Otter-08 is waiting", "and 2 more", `id="knock-in"`)
		v.Hides(`id="knock-next"`) // there is one alone to let in
		heard(3, "(3) Patients")
		v.Spoken()
		v.Press("knock-all")
		v.Shows(`id="knock-list"`, `id="all-otter"`, `id="all-k-wren"`, `id="all-b-heron"`, "Heron-11 would like a call")
		v.Spoken()

		h.Answer(api.AllowVisitDevice, func(a remotetest.Asked) (any, error) { h.devices = nil; return nil, nil })
		h.Answer(api.DoneCallBack, func(a remotetest.Asked) (any, error) { h.calls = nil; return nil, nil })
		v.Press("all-k-wren")
		v.Press("all-b-heron")
		v.Settle()
		if a, c := h.Asked(api.AllowVisitDevice), h.Asked(api.DoneCallBack); len(a) != 1 || a[0].Names["knock"] != "k-wren" || len(c) != 1 || c[0].Names["callback"] != "b-heron" {
			t.Errorf("allowed %v, called %v", a, c)
		}
		v.Hides("all-k-wren", "all-b-heron")
		heard(3, "(1) Patients")
	})
}

// TestNoSheetStandsBeforeTheCall: whoever lets somebody in from the sheet of all, and goes to them, finds no dialog there.
func TestNoSheetStandsBeforeTheCall(t *testing.T) {
	stay := func(care.VisitID) string { return app.Window().URL().Path }
	for _, enters := range []bool{true, false} {
		open(t, queue.Options{Enter: enters, Room: stay}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
			h.devices = []api.VisitDevice{tablet("wren")}
			h.comes(v, waiter("otter", "Otter-08"))
			h.Answer(api.AdmitGuest, func(remotetest.Asked) (any, error) {
				in := h.waits[0]
				h.waits, in.State, in.Since = h.waits[1:], care.Admitted, time.Now()
				return api.Visit{ID: in.Visit, Guests: []api.Guest{in.Guest}}, nil
			})
			v.Press("knock-all")
			v.Shows(`id="knock-list"`)
			v.Press("all-otter")
			v.Settle()
			if v.Shows("Otter-08 is let in."); enters {
				v.Hides(`id="knock-list"`)
			} else { // who stays goes on with the next
				v.Shows(`id="all-k-wren"`)
			}
		})
	}
}

// TestOnlyOnesOwnAskersCall: those of colleagues are in the card alone, those of an open door call everybody.
func TestOnlyOnesOwnAskersCall(t *testing.T) {
	open(t, queue.Options{Mine: true}, access.Therapist, func(t *testing.T, v *remotetest.Visit, h *office) {
		d, c := tablet("wren"), wish("heron")
		d.Mine, c.Mine = false, false
		h.devices, h.calls = []api.VisitDevice{d}, []api.CallBack{c}
		h.stir(v)
		v.Hides(`id="knock"`)
		v.Shows(`id="allow-k-wren"`, `id="called-b-heron"`)
		if h.ear.heard != 0 {
			t.Error("it rang for a colleague's")
		}
		h.devices[0].DropIn, h.calls[0].DropIn = true, true
		h.stir(v)
		v.Shows(`data-waiting="2"`)
	})
}

// TestADeviceGivenUpCallsNoMore: it stays in the waiting room, and is allowed there.
func TestADeviceGivenUpCallsNoMore(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		v.Act(func(app.Context) { v.Env.Page.SetTitle("Patients") })
		h.devices = []api.VisitDevice{tablet("wren")}
		h.stir(v)
		v.Shows(`id="knock-allow"`)
		v.Later(16 * time.Minute)
		v.Hides(`id="knock"`)
		v.Shows(`id="allow-k-wren"`)
		if v.Document.Title != "Patients" {
			t.Errorf("titled %q", v.Document.Title)
		}
	})
}

// TestAWishForACallEndsCalling: after three days it stands in the waiting room alone, and is said to be done there. Newer ones go on, the
// oldest of them first, and what the house did not list is counted.
func TestAWishForACallEndsCalling(t *testing.T) {
	open(t, queue.Options{}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		v.Act(func(app.Context) { v.Env.Page.SetTitle("Patients") })
		ago := func(guest care.GuestID, d time.Duration) api.CallBack {
			w := wish(guest)
			w.PatientName, w.Wished = string(guest), time.Now().Add(-d)
			return w
		}
		wants := func(waiting, title string, heard int) {
			t.Helper()
			if v.Document.Title != title || h.ear.heard != heard {
				t.Errorf("titled %q, heard %d times; want %q, %d", v.Document.Title, h.ear.heard, title, heard)
			}
			if waiting == "" {
				v.Hides(`id="knock"`)
			} else {
				v.Shows(waiting)
			}
			v.Shows(`id="called-b-wren"`, `id="called-b-heron"`, `id="called-b-finch"`)
		}
		h.calls = []api.CallBack{ago("wren", 0), ago("heron", 72*time.Hour-90*time.Second), ago("finch", 72*time.Hour)}
		h.stir(v)
		v.Hides("calls-older")
		wants(`data-waiting="2"`, "(2) Patients", 1)
		v.Shows("heron would like a call") // who waits longer
		v.Later(3 * time.Minute)
		wants(`data-waiting="1"`, "(1) Patients", 1)
		v.Shows("wren would like a call")
		h.calls[0].Wished = h.calls[0].Wished.Add(-72*time.Hour + 5*time.Minute)
		h.older = 3
		h.stir(v)
		v.Shows("and 3 older wishes", `id="calls-older"`)
		v.Later(5 * time.Minute)
		wants("", "Patients", 1)
		h.Answer(api.DoneCallBack, func(a remotetest.Asked) (any, error) { h.calls, h.older = h.calls[:2], 1; return nil, nil })
		v.Press("called-b-finch")
		v.Settle()
		v.Shows("and 1 older wish,")
		if c := h.Asked(api.DoneCallBack); len(c) != 1 || c[0].Names["callback"] != "b-finch" {
			t.Errorf("called %v", c)
		}
	})
}

// TestTheOwnVisitsDeviceIsFirst: on the page of a visit its guest's other device comes before who waits elsewhere.
func TestTheOwnVisitsDeviceIsFirst(t *testing.T) {
	here := func(id care.VisitID) string {
		if id == "v-wren" {
			return app.Window().URL().Path
		}
		return "/elsewhere"
	}
	open(t, queue.Options{Room: here}, access.Clerk, func(t *testing.T, v *remotetest.Visit, h *office) {
		h.devices = []api.VisitDevice{tablet("finch"), tablet("wren")}
		h.comes(v, waiter("otter", "Otter-08"))
		v.Shows(`id="knock-allow"`, "and 2 more")
		h.Answer(api.AllowVisitDevice, func(a remotetest.Asked) (any, error) { return nil, nil })
		v.Press("knock-allow")
		v.Settle()
		if a := h.Asked(api.AllowVisitDevice); len(a) != 1 || a[0].Names["knock"] != "k-wren" {
			t.Errorf("allowed %v", a)
		}
		h.devices = h.devices[1:]
		h.waits = nil
		h.stir(v)
		v.Shows(`id="knock-allow"`)
		v.Hides(`id="knock-open"`) // one is there
	})
}
