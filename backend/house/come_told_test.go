package house

import (
	"database/sql"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hearth/backend/store"
	"hearth/shared/api"
	"hearth/shared/care"
)

// alex is the demo's administrator.
func (p *porchCase) alex() care.Reader {
	p.t.Helper()
	a, err := p.store.AccountByLogin(p.t.Context(), "alex")
	if err != nil {
		p.t.Fatal(err)
	}
	return care.Reader{Person: a.ID, Site: a.Site, Roles: a.Roles}
}

// anew books the same patient once more, a week later, and goes there; p's visit, guest and link are that one's then.
func (p *porchCase) anew() {
	p.t.Helper()
	at := p.visit.Start.Add(7 * 24 * time.Hour)
	p.guest = care.NewID[care.GuestID]()
	v, err := p.store.BookVisit(p.t.Context(), p.mira, care.NewVisit{Visit: care.Visit{ID: care.NewID[care.VisitID](), Project: p.visit.Project, Patient: p.visit.Patient,
		Kind: care.Therapy, Local: at.Format(care.LocalLayout), Zone: "UTC", Minutes: 30}, Guests: []care.NewGuest{{ID: p.guest, As: care.AsPatient, Language: "en"}}})
	if err != nil {
		p.t.Fatal(err)
	}
	p.visit, p.link = v, p.mustLink()
	p.clock.set(at.Add(-5 * time.Minute))
}

// Where somebody is they say once; the next time one tap says that it is so still, and no page shows what it was.
func TestWhereSomebodyIs(t *testing.T) {
	p := mustPorch(t)
	f := p.phone()
	at := "Elm Street 5; my sister +49 170 5550"
	where := func() string {
		t.Helper()
		line, _, err := p.door.Where(t.Context(), p.mira, p.visit.ID, p.guest)
		if err != nil {
			t.Fatal(err)
		}
		return line
	}
	if _, body := f.wants("the first time", "GET", p.link, nil, http.StatusOK, `id="where"`); strings.Contains(body, `id="same"`) {
		t.Error("what nobody said is to be confirmed")
	}
	f.wants("ready", "POST", p.link, url.Values{"terms": {"1"}, "where": {at}}, http.StatusSeeOther)

	p.anew()
	if got := where(); got != "" {
		t.Errorf("before coming they are at %q", got)
	}
	_, body := p.phone().wants("the next time", "GET", p.link, nil, http.StatusOK, `id="same"`, "Thursday 3 December")
	if strings.Contains(body, "Elm") || strings.Contains(body, "5550\"") {
		t.Error("the link shows where somebody lives")
	}
	if got := where(); got != "" {
		t.Errorf("looking says that they are at %q", got)
	}
	f.wants("one tap", "POST", p.link, url.Values{"terms": {"1"}, "same": {"1"}, "where": {" "}}, http.StatusSeeOther)
	if got := where(); got != at {
		t.Errorf("after the tap they are at %q", got)
	}

	p.anew()
	f.wants("somewhere else", "POST", p.link, url.Values{"terms": {"1"}, "same": {"1"}, "where": {"At work"}}, http.StatusSeeOther)
	if got := where(); got != "At work" {
		t.Errorf("somewhere else they are at %q", got)
	}

	p.anew()
	f.wants("not the same", "POST", p.link, ready, http.StatusSeeOther)
	if got := where(); got != "" {
		t.Errorf("nothing said, they are at %q", got)
	}
}

// mustWrite changes the house's database behind its back.
func (p *porchCase) mustWrite(statement string, args ...any) {
	p.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.config.Dir, store.File)+"?_pragma=busy_timeout(20000)")
	if err != nil {
		p.t.Fatal(err)
	}
	defer db.Close()
	if done, err := db.Exec(statement, args...); err != nil {
		p.t.Fatal(err)
	} else if n, err := done.RowsAffected(); err != nil || n == 0 {
		p.t.Fatal("nothing was written: ", err)
	}
}

// What somebody said of where they are another time cannot be read any more: they come in all the same, and nothing is known.
func TestWhereSomebodyWasCannotBeRead(t *testing.T) {
	for what, damaged := range map[string]string{"sealed with a key that is gone": "AAAA", "damaged": "%%%"} {
		t.Run(what, func(t *testing.T) {
			p := mustPorch(t)
			f := p.phone()
			f.wants("ready", "POST", p.link, url.Values{"terms": {"1"}, "where": {"Elm Street 5"}}, http.StatusSeeOther)
			p.mustWrite("UPDATE guest_whereabouts SET sealed = ?", damaged)
			p.anew()
			f.wants("the next time", "GET", p.link, nil, http.StatusOK, "I’m ready")
			f.wants("too long a line", "POST", p.link, url.Values{"terms": {"1"}, "where": {strings.Repeat("x", 400)}}, http.StatusUnprocessableEntity)
			f.wants("still there", "POST", p.link, url.Values{"terms": {"1"}, "same": {"1"}}, http.StatusSeeOther)
			if got := p.state(); got != care.Arrived {
				t.Errorf("they are %s", got)
			}
			if line, _, err := p.door.Where(t.Context(), p.mira, p.visit.ID, p.guest); err != nil || line != "" {
				t.Errorf("staff read %q, %v", line, err)
			}
		})
	}
}

// Guests see and agree to the project's own terms, in their language and with their version, and read the number for
// emergencies on every page.
func TestTheProjectsTerms(t *testing.T) {
	p := mustPorch(t)
	ctx, alex := t.Context(), p.alex()
	set, err := p.store.Visiting(ctx, alex, p.visit.Project)
	if err != nil {
		t.Fatal(err)
	}
	set.Terms, set.Emergency = "visits", "112"
	if _, err := p.store.PutVisiting(ctx, alex, set); err != nil {
		t.Fatal(err)
	}
	door := api.DropInPage + string(p.visit.Project)
	f := p.phone()
	f.wants("no text yet", "GET", p.link, nil, http.StatusOK, "version 1", "Nothing is recorded", "In an emergency call 112", `href="tel:112"`)
	for _, words := range []string{"We film nothing.", "We film nothing & keep nothing."} {
		texts := []care.ConsentText{{Project: p.visit.Project, Kind: "visits", Language: "en", Title: "Our visits", Paragraphs: []string{words}},
			{Project: p.visit.Project, Kind: "visits", Language: "de", Title: "Unsere Besuche", Paragraphs: []string{"Wir filmen nichts."}}}
		if _, err := p.store.AddConsentText(ctx, alex, texts); err != nil {
			t.Fatal(err)
		}
	}
	for path, words := range map[string]string{p.link: "We film nothing &amp; keep nothing.", p.link + "?lang=de": "Wir filmen nichts.", p.link + "?lang=fr": "We film nothing &amp; keep nothing.", door: "We film nothing &amp; keep nothing."} {
		if _, body := f.wants(path, "GET", path, nil, http.StatusOK, words, `value="visits.2"`, `id="emergency"`); strings.Contains(body, "Nothing is recorded") {
			t.Errorf("%s shows the built-in terms", path)
		}
	}
	agreed := func() (string, int) {
		t.Helper()
		v, err := p.store.Visit(ctx, p.mira, p.visit.ID)
		if err != nil {
			t.Fatal(err)
		}
		return v.Guests[0].AgreedTo, v.Guests[0].Agreed
	}
	for i, c := range []struct {
		value, kind string
		version     int
	}{{"visits.3", "", 0}, {"other.1", "", 0}, {"visits.1", "visits", 1}, {"visits.2", "visits", 2}, {"visits.x", "visits", 2}, {"1", "", 1}} {
		path := p.link
		if i > 0 {
			path = api.VisitPage + string(p.guest)
		}
		f.wants("ready", "POST", path, url.Values{"terms": {c.value}}, http.StatusSeeOther)
		if kind, version := agreed(); kind != c.kind || version != c.version {
			t.Errorf("%s: agreed to %q %d", c.value, kind, version)
		}
		f.wants("leave", "POST", api.VisitPage+string(p.guest)+"/leave", nil, http.StatusSeeOther)
	}
}

// A caller reads how many wait longer at the same door, and nothing else of them.
func TestCallersKnowHowManyAreAhead(t *testing.T) {
	p := mustPorch(t)
	door := api.DropInPage + string(p.visit.Project)
	var last *phone
	page := ""
	for i := range 3 {
		p.clock.set(p.clock.now().Add(time.Second))
		f := p.phone()
		res, _ := f.wants("come in", "POST", door, url.Values{"terms": {"1"}, "name": {"Kim"}, "where": {"At the lake"}}, http.StatusSeeOther)
		page, last = res.Header.Get("Location"), f
		_, body := f.wants("waits", "GET", page, nil, http.StatusOK)
		if i == 0 == strings.Contains(body, `id="ahead"`) {
			t.Errorf("caller %d reads of others: %v", i, i == 0)
		}
	}
	last.wants("the last", "GET", page, nil, http.StatusOK, "2 callers are before you")
	queue, err := p.store.Queue(t.Context(), p.mira, "", false)
	if err != nil || len(queue) != 3 {
		t.Fatalf("queue: %d %v", len(queue), err)
	}
	if line, _, err := p.door.Where(t.Context(), p.mira, queue[0].Visit, queue[0].ID); err != nil || line != "At the lake" {
		t.Errorf("a caller is at %q, %v", line, err)
	}
	if _, err := p.store.StepGuest(t.Context(), p.mira, queue[0].Visit, queue[0].ID, care.Step{Act: care.Admit}); err != nil {
		t.Fatal(err)
	}
	last.wants("the last, after one was let in", "GET", page, nil, http.StatusOK, "One caller is before you")
	res, body := last.ask("GET", api.ListAttendance.Path, nil)
	if res.StatusCode != http.StatusOK || !strings.Contains(body, `"ahead":1`) {
		t.Errorf("the interface says %d %.400s", res.StatusCode, body)
	}
}
