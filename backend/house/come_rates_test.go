package house

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"hearth/backend/web"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Who guesses at sign-ins shuts no guest's door at the same address, and one link that is used too often shuts no other.
func TestGuestsHaveTheirOwnPace(t *testing.T) {
	p := mustPorchWith(t, web.Rate{Each: time.Hour, Burst: 3})
	thief, f := p.phone(), p.phone()
	for range 4 {
		thief.ask("POST", api.SignInPage, url.Values{"login": {"mira"}, "password": {"guess"}})
	}
	thief.wants("one guess too many", "POST", api.SignInPage, url.Values{"login": {"mira"}, "password": {"guess"}}, http.StatusTooManyRequests)
	f.wants("ready", "POST", p.link, ready, http.StatusSeeOther)
	other := p.mustLink()
	for range 2 {
		f.wants("the link", "GET", p.link, nil, http.StatusSeeOther)
	}
	if res, _ := f.wants("once too often", "POST", p.link, ready, http.StatusTooManyRequests); res.Header.Get("Retry-After") == "" {
		t.Error("nobody says when to try again")
	}
	f.wants("another link", "POST", other, ready, http.StatusSeeOther)
	door := api.DropInPage + string(p.visit.Project)
	for range 5 {
		f.wants("the open door, looked at", "GET", door, nil, http.StatusOK)
	}
	p.phone().wants("a caller", "POST", door, ready, http.StatusSeeOther)
	p.phone().wants("another caller of the household at once", "POST", door, ready, http.StatusTooManyRequests)
}

// A caller has one call in a browser, however often the button is pressed; whose page is not heard of any more waits no
// longer, and may come back.
func TestCallersComeOnceAndGo(t *testing.T) {
	p := mustPorch(t)
	door := api.DropInPage + string(p.visit.Project)
	f, gone := p.phone(), p.phone()
	res, _ := f.wants("come in", "POST", door, ready, http.StatusSeeOther)
	page := res.Header.Get("Location")
	if again, _ := f.wants("a second tap", "POST", door, ready, http.StatusSeeOther); again.Header.Get("Location") != page {
		t.Errorf("a second tap leads to %s, the first to %s", again.Header.Get("Location"), page)
	}
	left, _ := gone.wants("another", "POST", door, ready, http.StatusSeeOther)
	for range 7 { // a page without scripts, looking again and again
		p.clock.set(p.clock.now().Add(time.Minute))
		f.wants("waits", "GET", page, nil, http.StatusOK, "waiting room")
	}
	if err := p.visits.LetGo(t.Context()); err != nil {
		t.Fatal(err)
	}
	queue, err := p.store.Queue(t.Context(), p.mira, "", false)
	if err != nil || len(queue) != 1 || !strings.HasSuffix(page, string(queue[0].ID)) {
		t.Errorf("who went away waits: %d %v", len(queue), err)
	}
	gone.wants("back", "GET", left.Header.Get("Location"), nil, http.StatusOK, "I’m ready")
	gone.wants("ready again", "POST", left.Header.Get("Location"), ready, http.StatusSeeOther)
	if queue, _ := p.store.Queue(t.Context(), p.mira, "", false); len(queue) != 2 {
		t.Errorf("%d wait after one came back", len(queue))
	}
}

// A patient who is signed in and was uninvited is told so, and does not wait for nobody.
func TestAnUninvitedPatientDoesNotWait(t *testing.T) {
	p := mustPorch(t)
	f := p.phone()
	if res, _ := f.ask("POST", strings.TrimPrefix(p.Links().Patient, p.URL()), url.Values{}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("signing in: %d", res.StatusCode)
	}
	f.wants("ready", "POST", api.VisitPage+string(p.guest), ready, http.StatusSeeOther)
	p.step(care.Uninvite)
	f.wants("uninvited", "GET", api.VisitPage+string(p.guest), nil, http.StatusOK, "cannot come in now")
	f.wants("a tap", "POST", api.VisitPage+string(p.guest), ready, http.StatusOK, "cannot come in now")
}

// A tablet that many use: whoever calls from it after somebody else is asked, and comes into nobody's call but their own.
func TestTheNextCallerAtATablet(t *testing.T) {
	p := mustPorch(t)
	door := api.DropInPage + string(p.visit.Project)
	tablet := p.phone()
	call := func(what, name, said string) string {
		t.Helper()
		form := url.Values{"terms": {"1"}, "name": {name}}
		if said != "" {
			form.Set("caller", said)
		}
		res, _ := tablet.wants(what, "POST", door, form, http.StatusSeeOther)
		return res.Header.Get("Location")
	}
	ann := call("Ann", "Ann", "")
	if got := call("a double tap", " Ann", ""); got != ann {
		t.Errorf("a double tap leads to %s", got)
	}
	bob := url.Values{"terms": {"1"}, "name": {`Bob "B" & Co`}, "where": {"At the library"}}
	_, body := tablet.wants("Bob", "POST", door, bob, http.StatusOK, "Somebody called from here at 10:20.", `value="Bob &#34;B&#34; &amp; Co"`, `value="At the library"`)
	if strings.Contains(body, "Ann") || strings.Contains(body, strings.TrimPrefix(ann, api.VisitPage)) {
		t.Error("Bob reads who called before")
	}
	p.clock.set(p.clock.now().Add(time.Minute)) // long after a double tap the same name proves nothing
	tablet.wants("another Ann", "POST", door, url.Values{"terms": {"1"}, "name": {"Ann"}}, http.StatusOK, "Somebody called from here at 10:20.")
	if got := call("it was Ann", "Ann", "same"); got != ann {
		t.Errorf("Ann comes back to %s", got)
	}
	tablet.wants("Ann's page", "GET", ann, nil, http.StatusOK, "waiting room")
	own := call("it was somebody else", "Bob", "other")
	tablet.wants("Bob's page", "GET", own, nil, http.StatusOK, "waiting room")
	tablet.wants("Ann's page, to Bob", "GET", ann, nil, http.StatusUnauthorized)
	queue, err := p.store.Queue(t.Context(), p.mira, "", false)
	if err != nil || len(queue) != 1 || queue[0].Name != "Bob" || own == ann {
		t.Errorf("waiting: %+v, %v", queue, err)
	}
}

// A link spelled in large letters is the same link, and is used no oftener for it.
func TestALinkHasOnePaceHoweverSpelled(t *testing.T) {
	p := mustPorchWith(t, web.Rate{Each: time.Hour, Burst: 3})
	f, secret := p.phone(), strings.TrimPrefix(p.link, api.LinkPage)
	for _, spelled := range []string{secret, strings.ToUpper(secret), strings.ToUpper(secret[:9]) + secret[9:]} {
		f.wants("ready", "POST", api.LinkPage+spelled, ready, http.StatusSeeOther)
	}
	f.wants("once too often", "POST", api.LinkPage+secret[:9]+strings.ToUpper(secret[9:]), ready, http.StatusTooManyRequests)
}

// Whoever holds a link has the staff asked for another device a few times, and no oftener.
func TestDevicesAskAFewTimes(t *testing.T) {
	p := mustPorch(t)
	p.phone().wants("ready", "POST", p.link, ready, http.StatusSeeOther)
	for range 5 {
		p.phone().wants("ask", "POST", p.link, url.Values{"ask": {"1"}}, http.StatusSeeOther)
	}
	p.phone().wants("ask once more", "POST", p.link, url.Values{"ask": {"1"}}, http.StatusTooManyRequests)
	p.clock.set(p.clock.now().Add(2 * time.Minute))
	p.phone().wants("ask later", "POST", p.link, url.Values{"ask": {"1"}}, http.StatusSeeOther)
}

// Who came in by a link stands in the trail of the patient and of the place, not of the house alone.
func TestComingInIsInThePatientsTrail(t *testing.T) {
	p := mustPorch(t)
	p.phone().wants("ready", "POST", p.link, ready, http.StatusSeeOther)
	trail, err := p.store.ListAudit(t.Context(), 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range trail {
		if e.Action == "sign-in.link" && e.Person == care.PersonID(p.guest) {
			if e.Patient != p.visit.Patient || e.Place.Project != p.visit.Project || e.Object != string(p.guest) {
				t.Errorf("the entry is about %q of %q at %+v", e.Patient, e.Object, e.Place)
			}
			return
		}
	}
	t.Errorf("no entry among %d", len(trail))
}
