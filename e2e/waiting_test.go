package e2e

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// comes lets a guest press "I'm ready", without a browser.
func comes(t *testing.T, house *stage.House, guest care.GuestID) {
	t.Helper()
	link, err := house.MintLink(t.Context(), guest)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	if res, body := house.Stranger(t).Form(u.Path, nil); res.StatusCode >= http.StatusBadRequest {
		t.Fatalf("coming: %d %.300s", res.StatusCode, body)
	}
}

// Who comes is seen within a second on whatever page staff are, and two who let them in at once have done it once.
func TestWaitingRoom(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	mira := house.Caller(t, house.Links().Therapist)
	wren := mira.Patients()["Wren-23"]
	visit, guest := care.NewID[care.VisitID](), care.NewID[care.GuestID]()
	mira.Do(api.BookVisit, nil, api.BookVisitBody{ID: visit, Project: wren.Project, Patient: wren.ID, Kind: care.Therapy, Now: true, Minutes: 30,
		Guests: []api.NewGuest{{ID: guest, As: care.AsPatient}}}, nil)
	clerk, therapist := stage.Browse(t, "clerk"), stage.Browse(t, "therapist")
	clerk.Ear()
	clerk.ComeIn(house.Links().Administrator, "")
	clerk.UntilAt(api.AdminPage)
	portalPage(clerk, house, "/settings", "#knock, #hospital-new")
	clerk.Click("#main h1")
	therapist.ComeIn(house.Links().Therapist, "")
	therapist.Until("!!document.querySelector('#waiting-room')")
	look(t, therapist, "waiting-room-none", narrowest)
	house.Stands()

	heard := clerk.Hears()
	began := time.Now()
	comes(t, house, guest)
	clerk.UntilData("#knock", "waiting", "1")
	t.Logf("seen %v after coming", time.Since(began).Round(time.Millisecond))
	clerk.Until("document.title.startsWith('(1) ')")
	heard()
	therapist.UntilData("#knock", "waiting", "1")
	look(t, therapist, "waiting-room", narrowest)
	look(t, clerk, "knock", narrowest)
	clerk.Size(phone, 844, true)
	clerk.Picture("knock-phone")
	clerk.Size(1280, 800, false)

	portalPage(clerk, house, "/visits", "[data-guest][data-state=arrived]")
	therapist.Click("#tell-" + string(guest))
	therapist.Fill("#tell-text", "It is your turn soon.")
	therapist.Accessible("light", "dark")
	therapist.Picture("waiting-room-tell")
	therapist.Click("#tell-do")
	therapist.Until("!document.querySelector('dialog')")
	therapist.Click("#else-" + string(guest))
	therapist.Until("!!document.querySelector('#hand-to')")
	therapist.Accessible("light", "dark")
	therapist.Picture("waiting-room-else")
	therapist.Click("#knock-cancel")

	for _, w := range []*stage.Window{clerk, therapist} { // the second may find nobody any more
		stage.Eval[bool](w, `(e => { e?.click(); return !!e })(document.querySelector("#knock-in"))`)
	}
	clerk.Until("!document.querySelector('#knock [id^=knock-in]') && !document.title.startsWith('(')")
	var v api.Visit
	mira.Do(api.GetVisit, []string{"{visit}", string(visit)}, nil, &v)
	if !v.Guests[0].State.Inside() {
		t.Errorf("let in, the guest is %s", v.Guests[0].State)
	}
	var r api.Report
	mira.Do(api.VisitReport, []string{"{visit}", string(visit)}, nil, &r)
	admitted := 0
	for _, e := range r.Events {
		if e.To == string(care.Admitted) {
			admitted++
		}
	}
	if admitted != 1 {
		t.Errorf("let in %d times", admitted)
	}

	// On the live page nothing moves when somebody comes: whoever is about to press a button presses that one.
	robin := mira.Patients()["Robin-07"]
	visit, guest = care.NewID[care.VisitID](), care.NewID[care.GuestID]()
	mira.Do(api.BookVisit, nil, api.BookVisitBody{ID: visit, Project: robin.Project, Patient: robin.ID, Kind: care.Therapy, Now: true, Minutes: 30,
		Guests: []api.NewGuest{{ID: guest, As: care.AsPatient}}}, nil)
	therapist.Goto(house.URL() + api.LivePage + string(wren.ID))
	therapist.Until("!!document.querySelector('#label-0') && !document.querySelector('#stream').disabled")
	house.Stands()
	const places = `["#stream", "#full", "#label-0", "#suds", "#rest-start", "#timer"].map(id => { const r = document.querySelector(id)?.getBoundingClientRect(); return r ? [r.left, r.top].map(Math.round).join(",") : id }).join(" ")`
	before := stage.Eval[string](therapist, places)
	comes(t, house, guest)
	therapist.UntilData("#knock", "waiting", "1")
	if after := stage.Eval[string](therapist, places); after != before {
		t.Errorf("the live page jumped from %s to %s", before, after)
	}
	therapist.Follows = "#live" // it takes a theme over at its own next look
	look(t, therapist, "knock-live", narrowest)
	clerk.Until("!!document.querySelector('#knock-in')")
	clerk.Click("#knock-in")
	therapist.Until("!document.querySelector('#knock-in')")
}

// Whoever waits reads that somebody knows of them once somebody does; and when they close the page, staff see so, and let in next
// who is there. By name they are let in all the same, and whoever comes back is there.
func TestWhoIsThere(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	patient := api.NewGuest{As: care.AsPatient, Language: "en"}
	wren := begin(t, house, 0)
	robin := expect(t, house, care.Therapy, "Robin-07", patient)
	phone := stage.Browse(t, "there-phone")
	wren.knock(phone, 0)
	on(phone, "waiting")
	phone.Until("!!document.querySelector('#unseen') && !!document.querySelector('#phone')")
	phone.UntilText("#visitor-title", "Your name is on Mira")
	phone.Accessible("light", "dark")
	phone.Pictures("there-nobody")

	desk := stage.Browse(t, "there-desk")
	desk.ComeIn(house.Links().Therapist, "")
	desk.UntilData("#knock", "waiting", "1")
	phone.UntilText("#visitor-title", "knows you are here")
	phone.Until("!document.querySelector('#unseen, #phone')")

	robin.company(0)
	desk.UntilData("#knock", "waiting", "2")
	phone.Goto("about:blank")
	closed := func(is bool) {
		t.Helper()
		for end := time.Now().Add(3 * time.Minute); (wren.state(0).Away != nil) != is; time.Sleep(200 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("the page is closed: %v, want %v", !is, is)
			}
		}
	}
	closed(true)
	row := "li.queue[data-guest='" + string(wren.guest(0).ID) + "']"
	desk.UntilData(row, "page", "closed")
	desk.UntilText(row, "page not open since")
	desk.UntilData("li.queue[data-guest='"+string(robin.guest(0).ID)+"']", "page", "open")
	desk.Accessible("light", "dark")
	desk.Pictures("there-closed")
	desk.Click("#let-in-next")
	robin.until(0, care.InCall)
	if g := wren.state(0); !g.State.Queued() {
		t.Errorf("next was whose page is closed: %s", g.State)
	}
	phone.Goto(house.URL() + api.VisitPage + string(wren.guest(0).ID))
	on(phone, "waiting")
	closed(false)
	phone.Goto("about:blank")
	wren.admit(0)
	wren.until(0, care.Admitted)
}
