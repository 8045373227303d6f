package e2e

import (
	"strings"
	"testing"
	"time"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
)

// invited is a visit with Wren, and the link into it.
type invited struct {
	visit care.VisitID
	guest care.GuestID
	link  string
	mira  *stage.Caller
}

// invite books a visit that begins in a while, and mints its link.
func invite(t *testing.T, house *stage.House, in time.Duration) invited {
	t.Helper()
	mira := house.Caller(t, house.Links().Therapist)
	wren := mira.Patients()["Wren-23"]
	v := invited{visit: care.NewID[care.VisitID](), guest: care.NewID[care.GuestID](), mira: mira}
	mira.Do(api.BookVisit, nil, api.BookVisitBody{ID: v.visit, Project: wren.Project, Patient: wren.ID, Kind: care.Therapy,
		Local: time.Now().Add(in).UTC().Format(care.LocalLayout), Zone: "UTC", Minutes: 30, Guests: []api.NewGuest{{ID: v.guest, As: care.AsPatient}}}, nil)
	link, err := house.MintLink(t.Context(), v.guest)
	if err != nil {
		t.Fatal(err)
	}
	v.link = link
	return v
}

// reachable gives the clinic a telephone, and Wren one.
func reachable(t *testing.T, house *stage.House) {
	t.Helper()
	admin := house.Caller(t, house.Links().Administrator)
	wren := house.Caller(t, house.Links().Therapist).Patients()["Wren-23"]
	var set api.Visiting
	admin.Do(api.GetVisiting, []string{"{project}", string(wren.Project)}, nil, &set)
	set.Phone, set.Emergency, set.Zone, set.DropIn = "+49 705 550 100", "112", "Europe/Berlin", true
	for day := range time.Weekday(7) {
		set.Hours = append(set.Hours, care.Opening{Day: day, From: "00:00", Until: "24:00"})
	}
	admin.Do(api.PutVisiting, []string{"{project}", string(wren.Project)}, set, nil)
	admin.Do(api.PutContact, []string{"{patient}", string(wren.ID)}, api.ContactCard{Contact: care.Contact{Name: "Rosa Holm", Mobile: "+4917055501042"}}, nil)
}

func (v invited) state(t *testing.T) care.GuestState {
	t.Helper()
	var got api.Visit
	v.mira.Do(api.GetVisit, []string{"{visit}", string(v.visit)}, nil, &got)
	return got.Guests[0].State
}

// From the link in a message to the waiting room: two taps, the same document, a camera, and never a blank page.
func TestPorch(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	reachable(t, house)
	v := invite(t, house, 10*time.Minute)
	w := stage.Browse(t, "guest")
	w.Size(390, 844, true)
	w.Before(`addEventListener("DOMContentLoaded", () => { window.blank = 0;
		new MutationObserver(() => { if (!document.body.innerText.trim()) window.blank++; }).observe(document.body, { childList: true, subtree: true }); window.same = "document"; })`)
	w.Goto(v.link)
	w.UntilText("h1", "Your visit is at")
	w.UntilText("#ready", "I’m ready")
	for lang, want := range map[string]string{"de": "Ihr Termin ist um", "fr": "Votre rendez‑vous", "es": "Su cita es", "en": "Your visit is"} {
		w.Goto(v.link + "?lang=" + lang)
		w.UntilText("h1", want)
		w.Accessible()
		w.Narrow(320)
		w.Size(390, 844, true)
		w.Picture("visit-porch-" + lang)
	}
	w.Click("details.terms summary")
	w.Picture("visit-porch-terms")
	if got := v.state(t); got != care.NotCome {
		t.Fatalf("after looking the guest is %s", got)
	}

	inside := stage.Browse(t, "another program's browser")
	inside.Size(390, 844, true)
	inside.Before(`Object.defineProperty(Navigator.prototype, "mediaDevices", { value: undefined })`)
	inside.Goto(v.link)
	inside.Until(`!document.querySelector("#no-camera").hidden`)
	inside.UntilText("#emergency", "112")
	inside.Accessible()
	inside.Picture("visit-porch-inside")
	if got := stage.Eval[string](inside, `document.querySelector("#copy-link").dataset.link`); got != v.link {
		t.Errorf("what is copied for another browser is not the link: %d signs of %d", len(got), len(v.link))
	}
	inside.Click("#copy-link")
	inside.UntilText("#copy-link", "Copied")
	inside.Goto("about:blank")

	w.Fill("#where", "At home")
	w.Click("#ready")
	w.UntilAt(api.VisitPage + string(v.guest))
	w.Until(`document.querySelector("#visitor") || document.querySelector("#self")?.videoWidth > 0`)
	w.Picture("visit-porch-check")
	w.UntilData("#visitor", "step", "waiting")
	w.Picture("visit-waiting")
	if got := stage.Eval[string](w, `[window.same, window.blank, typeof hearthVisit.audio.state, hearthVisit.ready.camera, hearthVisit.ready.mic].join()`); got != "document,0,string,good,good" {
		t.Errorf("the program did not take over the same page, or it went blank: %s", got)
	}
	for end := time.Now().Add(stage.Patience); v.state(t) != care.WaitingRoom; time.Sleep(100 * time.Millisecond) { // the page tells the house
		if time.Now().After(end) {
			t.Fatalf("the guest is %s", v.state(t))
		}
	}
	if asked := stage.Eval[string](w, `performance.getEntriesByType("resource").map(e => e.name).filter(n => !n.startsWith(location.origin)).join()`); asked != "" {
		t.Errorf("asked elsewhere: %s", asked)
	}
	secret := v.link[strings.LastIndex(v.link, "/")+1:]
	if stage.Eval[bool](w, `(location.href + document.title + document.referrer).includes("`+secret+`")`) {
		t.Error("the secret of the link stayed in sight")
	}
	w.Reload() // with the cookie it goes straight on
	w.UntilData("#visitor", "step", "waiting")

	w.Click("#other-device")
	w.Until(`/\d{6}/.test(document.querySelector("#device-code")?.textContent)`)
	code := stage.Eval[string](w, `/\d{6}/.exec(document.querySelector("#device-code").textContent)[0]`)
	w.Click("#sheet-close")
	other := stage.Browse(t, "other device")
	other.Size(390, 844, true)
	other.Goto(v.link)
	other.UntilText("#second", "already open on another device")
	other.Accessible()
	other.Picture("visit-second")
	other.Fill("#code", code)
	other.Click("#ready")
	other.UntilData("#visitor", "step", "waiting")
	w.Click("#leave")
	w.Click("#leave-yes")
	w.UntilData("#visitor", "step", "left")
}

// Without any script the same button leads to a page that says where things are.
func TestPorchOfAVisitWithoutScripts(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	reachable(t, house)
	v := invite(t, house, 10*time.Minute)
	w := stage.Browse(t, "plain")
	w.Expect("Failed to load resource: the server responded with a status of 4")
	w.NoScripts(true)
	w.Size(390, 844, true)
	w.Goto(v.link)
	w.UntilText("h1", "Your visit is at")
	w.Click("#ready")
	w.UntilAt(api.VisitPage + string(v.guest))
	w.UntilText("h1", "You are in the waiting room")
	w.UntilText("noscript", "a browser with scripts")
	if got := v.state(t); got != care.Arrived {
		t.Errorf("the guest is %s", got)
	}
	v.mira.Do(api.AdmitGuest, []string{"{visit}", string(v.visit), "{guest}", string(v.guest)}, nil, nil)
	w.UntilText("h1", "You have been let in") // the page looks again by itself

	look := func(name string) { // a page without scripts holds still for nobody
		w.NoScripts(false)
		w.Reload()
		w.Accessible()
		w.Picture("visit-" + name)
		w.NoScripts(true)
	}
	w.Goto(invite(t, house, 5*time.Hour).link)
	w.UntilText("h1", "Your visit is at")
	w.UntilText("#opens", "You can come in from")
	look("early")
	w.Goto(invite(t, house, -4*time.Hour).link)
	w.UntilText("h1", "This link has run out")
	w.UntilText(".porch-foot", "ending in 42")
	look("late")
	w.Click("#call-me")
	w.UntilText("#called", "would like a call")
	look("called")
	w.Goto(house.URL() + api.LinkPage + strings.Repeat("b", 26))
	w.UntilText("h1", "This link opens nothing")
	look("unknown")
	wren := v.mira.Patients()["Wren-23"]
	w.Goto(house.URL() + api.DropInPage + string(wren.Project))
	w.UntilText("h1", "You can come in now")
	look("drop-in")
	w.Click("#drop-in button")
	w.UntilText("h1", "You are in the waiting room")
}

// Who comes and goes all the time reads at once that it was too often, and what to do.
func TestPorchTooOften(t *testing.T) {
	t.Parallel()
	v := begin(t, stage.Open(t), 0)
	w := stage.Browse(t, "guest")
	w.Expect("429")
	link, err := v.house.MintLink(t.Context(), v.guest(0).ID)
	if err != nil {
		t.Fatal(err)
	}
	w.Size(390, 844, true)
	w.Goto(link)
	came := stage.Eval[int](w, `(async () => {
		const form = document.querySelector("#ready-form"), send = (to) => fetch(to, {method: "POST", body: new URLSearchParams(new FormData(form)), headers: {Accept: "application/json"}});
		for (let n = 0; n < 30; n++) {
			const response = await send(form.action);
			if (!response.ok) return response.status === 429 && !response.headers.get("Retry-After") ? n : -response.status;
			await send((await response.json()).to + "/leave");
		}
		return 30;
	})()`)
	if came < 2 || came == 30 {
		t.Fatalf("came %d times", came)
	}
	w.Goto(link)
	w.Click("#ready")
	w.UntilText(".note", "opened and left very often")
	if stage.Eval[bool](w, `document.querySelector("#countdown").checkVisibility()`) {
		t.Error("the page says as well that one can come in now")
	}
	w.Accessible()
	w.Picture("visit-porch-too-often")
}
