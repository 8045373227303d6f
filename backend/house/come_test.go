package house

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/backend/web"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// porchClock is the house's clock in these tests.
type porchClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *porchClock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }
func (c *porchClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

// porchCase is a house in which one visit is booked, for half past ten in Berlin on a Thursday.
type porchCase struct {
	*House
	t     *testing.T
	clock *porchClock
	log   *bytes.Buffer
	mira  care.Reader
	visit care.Planned
	guest care.GuestID
	link  string // path
}

var visitStart = time.Date(2026, 12, 3, 9, 30, 0, 0, time.UTC)

// often lets a test ask as fast as it can.
var often = web.Rate{Each: time.Microsecond, Burst: 1 << 20}

func mustPorch(t *testing.T) *porchCase {
	t.Helper()
	return mustPorchWith(t, often)
}

// mustPorchWith is mustPorch with a limit at the doors, and unlike it in something.
func mustPorchWith(t *testing.T, door web.Rate, changes ...func(*Config)) *porchCase {
	t.Helper()
	p := &porchCase{t: t, clock: &porchClock{t: visitStart.Add(-10 * time.Minute)}, log: &bytes.Buffer{}}
	var err error
	c := Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Version: "test", Now: p.clock.now,
		Log: slog.New(slog.NewTextHandler(&lockedWriter{w: p.log}, &slog.HandlerOptions{Level: slog.LevelDebug})), Limits: web.Limits{Address: often, Person: often, Door: door},
		Passwords: identity.Cost{Memory: 64, Time: 1, Threads: 1}}
	for _, change := range changes {
		change(&c)
	}
	if p.House, err = Open(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Shut() })
	ctx := t.Context()
	mira, err := p.store.AccountByLogin(ctx, "mira")
	if err != nil {
		t.Fatal(err)
	}
	p.mira = care.Reader{Person: mira.ID, Site: mira.Site, Roles: mira.Roles}
	patients, err := p.store.ListPatients(ctx, p.mira)
	if err != nil || len(patients) == 0 {
		t.Fatal(err)
	}
	slices.SortFunc(patients, func(a, b care.Patient) int { return strings.Compare(b.Name, a.Name) }) // Wren first, who has a link
	admin, err := p.store.AccountByLogin(ctx, "alex")
	if err != nil {
		t.Fatal(err)
	}
	alex := care.Reader{Person: admin.ID, Site: admin.Site, Roles: admin.Roles}
	set := care.DefaultVisiting(patients[0].Project)
	set.Zone, set.Phone, set.DropIn = "Europe/Berlin", "+49 705 550 100", true
	set.Hours = []care.Opening{{Day: time.Thursday, From: "08:00", Until: "12:00"}}
	if _, err := p.store.PutVisiting(ctx, alex, set); err != nil {
		t.Fatal(err)
	}
	sealed, err := p.seal(patients[0].ID, care.Contact{Name: "Rosa Holm", Mobile: "+4917055501042"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.PutContact(ctx, alex, patients[0].ID, sealed, 0); err != nil {
		t.Fatal(err)
	}
	p.guest = care.NewID[care.GuestID]()
	p.visit, err = p.store.BookVisit(ctx, p.mira, care.NewVisit{Visit: care.Visit{ID: care.NewID[care.VisitID](), Project: patients[0].Project, Patient: patients[0].ID,
		Kind: care.Therapy, Local: "2026-12-03T10:30", Zone: "Europe/Berlin", Minutes: 30}, Guests: []care.NewGuest{{ID: p.guest, As: care.AsPatient, Language: "en"}}})
	if err != nil {
		t.Fatal(err)
	}
	p.link = p.mustLink()
	return p
}

func (p *porchCase) seal(id care.PatientID, c care.Contact) ([]byte, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return p.keys.Seal(context.Background(), "contacts", text, []byte("contacts/"+string(id)))
}

func (p *porchCase) mustLink() string {
	p.t.Helper()
	address, err := p.door.MintLink(p.t.Context(), p.guest)
	if err != nil || !strings.HasPrefix(address, p.URL()+api.LinkPage) {
		p.t.Fatalf("minted %q: %v", address, err)
	}
	return strings.TrimPrefix(address, p.URL())
}

func (p *porchCase) state() care.GuestState {
	p.t.Helper()
	v, err := p.store.Visit(p.t.Context(), p.mira, p.visit.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	return v.Guests[0].State
}

func (p *porchCase) step(act care.GuestAct) {
	p.t.Helper()
	if out, err := p.store.StepGuest(p.t.Context(), p.mira, p.visit.ID, p.guest, care.Step{Act: act, Reason: "mistaken"}); err != nil || !out.Changed {
		p.t.Fatalf("%s: %+v %v", act, out.Changed, err)
	}
}

// phone is one browser.
type phone struct {
	p    *porchCase
	http *http.Client
}

func (p *porchCase) phone() *phone {
	jar, _ := cookiejar.New(nil)
	return &phone{p, &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (f *phone) ask(method, path string, form url.Values, headers ...string) (*http.Response, string) {
	f.p.t.Helper()
	req, err := http.NewRequest(method, f.p.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		f.p.t.Fatal(err)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := f.http.Do(req)
	if err != nil {
		f.p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		f.p.t.Fatal(err)
	}
	return res, string(b)
}

// wants asks and checks the status and what the page says.
func (f *phone) wants(what, method, path string, form url.Values, status int, parts ...string) (*http.Response, string) {
	f.p.t.Helper()
	res, body := f.ask(method, path, form)
	if res.StatusCode != status {
		f.p.t.Fatalf("%s: %d, want %d: %.300s", what, res.StatusCode, status, body)
	}
	for _, part := range parts {
		if !strings.Contains(body, part) {
			f.p.t.Errorf("%s does not say %q", what, part)
		}
	}
	return res, body
}

var ready = url.Values{"terms": {"1"}}

// A program that looks at links in messages changes nothing, however often; then a human taps, and is there.
func TestScannersThenAHuman(t *testing.T) {
	p := mustPorch(t)
	scanner := p.phone()
	for range 5 {
		res, _ := scanner.wants("the link", "GET", p.link, nil, http.StatusOK, "Your visit is at 10:30", "Mira Solano", "I’m ready", "+49 705 550 100", "Thursday 3 December")
		if len(res.Cookies()) > 0 || res.Header.Get("Referrer-Policy") != "no-referrer" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("looking leaves something: %v %v", res.Cookies(), res.Header)
		}
	}
	scanner.wants("HEAD", "HEAD", p.link, nil, http.StatusOK)
	if got := p.state(); got != care.NotCome {
		t.Fatalf("after looking the guest is %s", got)
	}
	human := p.phone()
	res, _ := human.wants("ready", "POST", p.link, url.Values{"terms": {"1"}, "where": {"At home; my sister +49 170 5550"}}, http.StatusSeeOther)
	if to := res.Header.Get("Location"); to != api.VisitPage+string(p.guest) {
		t.Fatalf("led to %s", to)
	}
	if got := p.state(); got != care.Arrived {
		t.Fatalf("after the tap the guest is %s", got)
	}
	human.wants("the visit's page", "GET", api.VisitPage+string(p.guest), nil, http.StatusOK, "You are in the waiting room", "Leave the waiting room", `http-equiv="refresh"`)
	human.wants("the link again", "GET", p.link, nil, http.StatusSeeOther)
	scanner.wants("the visit's page of nobody", "GET", api.VisitPage+string(p.guest), nil, http.StatusUnauthorized, "open your link again")
	v, err := p.store.Visit(t.Context(), p.mira, p.visit.ID)
	if err != nil || v.Guests[0].Agreed != care.VisitTerms || v.Guests[0].Came.IsZero() {
		t.Errorf("the tap agreed to %d, %v", v.Guests[0].Agreed, err)
	}
	where, _, err := p.door.Where(t.Context(), p.mira, p.visit.ID, p.guest)
	if err != nil || where != "At home; my sister +49 170 5550" {
		t.Errorf("they are at %q, %v", where, err)
	}
	human.wants("leave", "POST", api.VisitPage+string(p.guest)+"/leave", nil, http.StatusSeeOther)
	if got := p.state(); got != care.LeftVisit {
		t.Errorf("after leaving the guest is %s", got)
	}
	human.wants("back with the session", "POST", api.VisitPage+string(p.guest), ready, http.StatusSeeOther)
	if got := p.state(); got != care.Arrived {
		t.Errorf("after coming back the guest is %s", got)
	}
	p.step(care.Admit)
	human.wants("let in", "GET", api.VisitPage+string(p.guest), nil, http.StatusOK, "You have been let in", "Mira Solano is waiting for you")
}

// Early, late, moved, cancelled, unknown and taken back: each is a page with a next step.
func TestLinksOutOfTime(t *testing.T) {
	p := mustPorch(t)
	f := p.phone()
	p.clock.set(visitStart.Add(-48 * time.Hour))
	_, body := f.wants("two days early", "GET", p.link, nil, http.StatusOK, "Your visit is at 10:30", "You can come in from 10:00 on", "Starts in 2 days")
	if strings.Contains(body, "Mira") || strings.Contains(body, "ready-form") {
		t.Error("two days early it says who is met, or lets in")
	}
	p.clock.set(visitStart.Add(-2 * time.Hour))
	f.wants("two hours early", "GET", p.link, nil, http.StatusOK, "Mira Solano", "Starts in 2 hours", "today")
	f.wants("a tap too early", "POST", p.link, ready, http.StatusConflict, "You can come in from 10:00 on")
	p.clock.set(visitStart.Add(2 * time.Hour))
	f.wants("late, within two hours of the end", "GET", p.link, nil, http.StatusOK, "I’m ready")
	p.clock.set(visitStart.Add(3 * time.Hour))
	f.wants("too late", "GET", p.link, nil, http.StatusOK, "This link has run out", "ending in 42", "Please call me back")
	for range 3 {
		f.wants("call me", "POST", p.link+"/call", nil, http.StatusSeeOther)
	}
	f.wants("too late, asked", "GET", p.link, nil, http.StatusOK, "would like a call")
	list, _, err := p.door.ListCallBacks(t.Context(), p.mira)
	if err != nil || len(list) != 1 || list[0].Guest != p.guest {
		t.Fatalf("to be called: %+v %v", list, err)
	}
	if _, err := p.door.DoneCallBack(t.Context(), p.mira, list[0].ID); err != nil {
		t.Error(err)
	}
	if list, _, _ := p.door.ListCallBacks(t.Context(), p.mira); len(list) != 0 {
		t.Errorf("still to be called: %+v", list)
	}
	p.clock.set(visitStart.Add(-time.Hour))
	v, err := p.store.Visit(t.Context(), p.mira, p.visit.ID)
	if err != nil {
		t.Fatal(err)
	}
	later := "2026-12-03T11:15"
	if v, err = p.store.PatchVisit(t.Context(), p.mira, v.ID, care.VisitPatch{Version: v.Version, Local: &later}); err != nil {
		t.Fatal(err)
	}
	f.wants("moved", "GET", p.link, nil, http.StatusOK, "11:15", "The time was changed")
	_, unknown := f.wants("unknown", "GET", api.LinkPage+strings.Repeat("a", 26), nil, http.StatusNotFound, "opens nothing")
	if strings.Contains(unknown, "+49") {
		t.Error("an unknown link tells a number")
	}
	if _, err := p.store.CancelVisit(t.Context(), p.mira, v.ID, v.Version); err != nil {
		t.Fatal(err)
	}
	f.wants("cancelled", "GET", p.link, nil, http.StatusOK, "was cancelled", "+49 705 550 100")
	p.step(care.Uninvite)
	f.wants("taken back", "GET", p.link, nil, http.StatusGone, "opens nothing", "+49 705 550 100")
	f.wants("taken back, tapped", "POST", p.link, ready, http.StatusGone)
	p.clock.set(v.End.Add(31 * 24 * time.Hour))
	if _, old := f.wants("of last month", "GET", p.link, nil, http.StatusNotFound, "opens nothing"); strings.Contains(old, "+49") {
		t.Error("an old link tells a number")
	}
}

// A forwarded link opens nothing to a second device while the first is there, without the code it shows or somebody's yes.
func TestSecondDevice(t *testing.T) {
	p := mustPorch(t)
	first, second, third := p.phone(), p.phone(), p.phone()
	res, _ := first.ask("POST", p.link, ready, "Accept", "application/json")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("ready: %d", res.StatusCode)
	}
	second.wants("the link elsewhere", "GET", p.link, nil, http.StatusOK, "already open on another device", `id="code"`)
	second.wants("a tap without a code", "POST", p.link, ready, http.StatusUnprocessableEntity, "six digits")
	code, _, err := p.door.Code(t.Context(), p.guest)
	if err != nil || !regexp.MustCompile(`^\d{6}$`).MatchString(code) {
		t.Fatalf("made %q, %v", code, err)
	}
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	for range 5 {
		second.wants("a wrong code", "POST", p.link, url.Values{"terms": {"1"}, "code": {wrong}}, http.StatusUnprocessableEntity, "not the code")
	}
	second.wants("one too many", "POST", p.link, url.Values{"terms": {"1"}, "code": {code}}, http.StatusTooManyRequests)
	p.clock.set(p.clock.now().Add(2 * time.Minute))
	if code, _, err = p.door.Code(t.Context(), p.guest); err != nil {
		t.Fatal(err)
	}
	first.ask("GET", api.ListAttendance.Path, nil) // its page is open, and asks now and then
	second.wants("the code", "POST", p.link, url.Values{"terms": {"1"}, "code": {code[:3] + " " + code[3:]}}, http.StatusSeeOther)
	second.wants("is in", "GET", api.VisitPage+string(p.guest), nil, http.StatusOK, "waiting room")
	first.wants("the first is in too", "GET", api.VisitPage+string(p.guest), nil, http.StatusOK, "waiting room")

	third.wants("ask", "POST", p.link, url.Values{"ask": {"1"}}, http.StatusSeeOther)
	third.wants("asked", "GET", p.link, nil, http.StatusOK, "The clinic was asked")
	list, err := p.door.ListGuestDevices(t.Context(), p.mira)
	if err != nil || len(list) != 1 {
		t.Fatalf("devices that ask: %+v %v", list, err)
	}
	if _, err := p.door.AllowGuestDevice(t.Context(), p.mira, list[0].ID); err != nil {
		t.Fatal(err)
	}
	if _, body := third.wants("allowed", "GET", p.link, nil, http.StatusOK, "I’m ready"); strings.Contains(body, `id="code"`) {
		t.Error("somebody said yes, and a code is asked for")
	}
	third.wants("comes in", "POST", p.link, ready, http.StatusSeeOther)

	p.clock.set(p.clock.now().Add(20 * time.Minute)) // nobody's page is open any more
	p.phone().wants("a new browser later", "POST", p.link, ready, http.StatusSeeOther)
}

// The place of somebody who was let in is theirs, however long their page has been silent: a link alone never takes it.
func TestNobodyTakesAPlaceInside(t *testing.T) {
	p := mustPorch(t)
	first := p.phone()
	first.wants("ready", "POST", p.link, ready, http.StatusSeeOther)
	p.step(care.Admit)
	p.clock.set(p.clock.now().Add(20 * time.Minute)) // its page is asleep
	other := p.phone()
	other.wants("the link elsewhere", "GET", p.link, nil, http.StatusOK, "already open on another device", `id="code"`)
	other.wants("a tap", "POST", p.link, ready, http.StatusUnprocessableEntity, "six digits")
	other.wants("is not in", "GET", api.VisitPage+string(p.guest), nil, http.StatusUnauthorized)
	first.wants("the first is", "GET", api.VisitPage+string(p.guest), nil, http.StatusOK)
}

// A patient who is signed in waits with that session; whoever holds the link of the message does not wait beside them.
func TestNobodyWaitsBesideASignedInPatient(t *testing.T) {
	p := mustPorch(t)
	phone := p.phone()
	res, _ := phone.ask("POST", strings.TrimPrefix(p.Links().Patient, p.URL()), url.Values{})
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("signing in: %d", res.StatusCode)
	}
	phone.wants("ready", "POST", api.VisitPage+string(p.guest), ready, http.StatusSeeOther)
	p.phone().wants("the link elsewhere", "POST", p.link, ready, http.StatusUnprocessableEntity, "six digits")
}

// Whoever is put out, or uninvited, holds a session that opens nothing, and so does everybody when the visit is over.
func TestSessionsOfGuestsEnd(t *testing.T) {
	p := mustPorch(t)
	f := p.phone()
	attends := func() int {
		res, _ := f.ask("GET", api.ListAttendance.Path, nil)
		return res.StatusCode
	}
	f.wants("ready", "POST", p.link, ready, http.StatusSeeOther)
	if got := attends(); got != http.StatusOK {
		t.Fatalf("a guest asks for the own visit: %d", got)
	}
	for _, op := range []api.Operation{api.GetMe, api.ListPeople, api.ListVisits, api.GetQueue, api.GetSharing} {
		if res, body := f.ask(op.Method, op.Path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("a guest asks %s: %d %s", op.ID, res.StatusCode, body)
		}
	}
	for _, path := range []string{"/", api.AccountPage, api.PatientPage, api.TherapistPage, api.AccountPage + "/pin"} {
		if res, body := f.ask("GET", path, nil); res.StatusCode == http.StatusOK || strings.Contains(body, string(p.guest)) {
			t.Errorf("a guest opens %s: %d", path, res.StatusCode)
		}
	}
	p.step(care.Deny)
	if got := attends(); got != http.StatusUnauthorized {
		t.Errorf("put out, a guest asks: %d", got)
	}
	f.wants("the link of who was put out", "GET", p.link, nil, http.StatusOK, "cannot come in now")
	f.wants("a tap of who was put out", "POST", p.link, ready, http.StatusOK, "cannot come in now")
	p.step(care.Invite)
	if got := attends(); got != http.StatusUnauthorized {
		t.Errorf("invited again, the old session asks: %d", got)
	}
	f.wants("ready again", "POST", p.link, ready, http.StatusSeeOther)
	p.clock.set(visitStart.Add(150*time.Minute + time.Second))
	if got := attends(); got != http.StatusUnauthorized {
		t.Errorf("two hours after the end a guest asks: %d", got)
	}
	p.clock.set(visitStart)
	f.wants("ready once more", "POST", p.link, ready, http.StatusSeeOther)
	p.step(care.Uninvite)
	if got := attends(); got != http.StatusUnauthorized {
		t.Errorf("uninvited, a guest asks: %d", got)
	}
	f.wants("the link of the uninvited", "GET", p.link, nil, http.StatusGone)
	if _, err := p.door.MintLink(t.Context(), p.guest); err == nil {
		t.Error("a link for somebody uninvited was minted")
	}
}

// Nothing of a link, a name, a number or where somebody is stands in the log or in the trail.
func TestLinksAreNowhere(t *testing.T) {
	p := mustPorch(t)
	f := p.phone()
	secret := strings.TrimPrefix(p.link, api.LinkPage)
	f.ask("GET", p.link, nil)
	f.ask("POST", p.link, url.Values{"terms": {"1"}, "where": {"Elm Street 5"}})
	f.ask("GET", p.link+"/nothing", nil)
	f.ask("POST", p.link, url.Values{"where": {strings.Repeat("x", 300)}})
	f.ask("GET", api.LinkPage+"%00"+secret, nil)
	trail, err := p.store.ListAudit(t.Context(), 200)
	if err != nil {
		t.Fatal(err)
	}
	entries, _ := json.Marshal(trail)
	for what, text := range map[string]string{"log": p.log.String(), "trail": string(entries)} {
		for _, word := range []string{secret, secret[:12], "Elm Street", "Rosa", "5550104"} {
			if strings.Contains(text, word) {
				t.Errorf("the %s says %q", what, word)
			}
		}
	}
}

// Callers at an open door get a visit each, and only while it is open.
func TestDropIn(t *testing.T) {
	p := mustPorch(t)
	door := api.DropInPage + string(p.visit.Project)
	f, other := p.phone(), p.phone()
	f.wants("the open door", "GET", door, nil, http.StatusOK, "You can come in now", "Open until 12:00", "08:00–12:00", "Berlin")
	f.wants("come in", "POST", door, url.Values{"terms": {"1"}, "name": {"Rosa & <b>Co</b>"}}, http.StatusSeeOther)
	p.clock.set(p.clock.now().Add(time.Second))
	other.wants("come in without a name", "POST", door, ready, http.StatusSeeOther)
	queue, err := p.store.Queue(t.Context(), p.mira, "", false)
	if err != nil || len(queue) != 2 || queue[0].Visit == queue[1].Visit || !queue[0].DropIn || queue[0].Name != "Rosa & <b>Co</b>" || queue[0].As != care.AsCaller {
		t.Fatalf("queue: %+v %v", queue, err)
	}
	out, err := p.store.StepGuest(t.Context(), p.mira, queue[0].Visit, queue[0].ID, care.Step{Act: care.Admit})
	if err != nil || out.Visit.Host != p.mira.Person || !out.Guest.State.Inside() {
		t.Errorf("let in: %+v %v", out, err)
	}
	p.clock.set(visitStart.Add(4 * time.Hour))
	f.wants("the closed door", "GET", door, nil, http.StatusOK, "The door is closed now")
	p.phone().wants("a caller at a closed door", "POST", door, ready, http.StatusConflict, "closed")
	f.wants("no door", "GET", api.DropInPage+string(care.NewID[care.ProjectID]()), nil, http.StatusNotFound)
	noor, err := p.store.AccountByLogin(t.Context(), "noor")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := p.store.Queue(t.Context(), care.Reader{Person: noor.ID, Site: noor.Site, Roles: []access.Role{access.Therapist}}, "", false)
	if err != nil || len(theirs) != 1 {
		t.Errorf("after one was let in, another therapist sees %+v %v", theirs, err)
	}
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
