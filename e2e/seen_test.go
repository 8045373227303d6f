package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Who is who, from the first day of a clinic: its administrator comes in with a passkey, makes sites, projects, a therapist and a
// patient, and prints the card; the patient comes in with it on a phone; the therapist sees that patient and no other; the
// administrator of another site finds nothing, on no page, by no operation and over no socket; and of two who edit one
// patient the second sees what changed and decides.
func TestWhoIsWho(t *testing.T) {
	t.Parallel()
	clinic := stage.OpenWith(t, func(h *house.Config) { h.Demo, h.Second = false, true })
	ada := stage.Browse(t, "ada")
	ada.Expect("409 (Conflict)", "Failed to load resource: the server responded with a status of 404")
	ada.Before(unoffered)
	ada.Keys(true)
	setUpWithPasskey(t, clinic, ada)

	north, bridge := makePlace(ada, clinic, "North", "Bridge")
	south, mill := makePlace(ada, clinic, "South", "Mill")
	nell := makePerson(ada, clinic, "Nell Byrne", "therapist", north+"/"+bridge)
	sol := makePerson(ada, clinic, "Sol Amado", "administrator", south)
	makePatient(ada, clinic, "Finch-12", bridge, "") // nobody's, so that Nell's list says something
	makePatient(ada, clinic, "Heron-31", mill, "")
	began := time.Now()
	id, person := makePatient(ada, clinic, "Wren-23", bridge, nell.id)
	ada.Click("#made-code")
	ada.Until("!!document.querySelector('#enrol-code')")
	code := ada.Text("#enrol-code")
	ada.Click("#card")
	ada.UntilText("#card-person", "Wren-23")
	t.Logf("a patient with therapist, signals, game and card: 8 presses and 2 names, %.1f s without reading and thinking", time.Since(began).Seconds())
	examine(ada, "seen-card")

	phone := stage.Browse(t, "phone")
	phone.Before(unoffered)
	phone.Keys(false)
	phone.Size(390, 844, true)
	phone.Goto(clinic.URL() + api.EnrolPage + "#" + code)
	phone.Until("document.querySelector('#code')?.value === '" + code + "'")
	phone.Click("#enrol button")
	phone.UntilText("#whose", "Hello, Wren-23")
	phone.Click("#make button")
	phone.UntilAt(api.PatientPage)
	phone.Until("document.querySelector('details.account')?.textContent.includes('Wren-23')")
	phone.UntilText("#allowed", "Nell Byrne")
	phone.Picture("seen-phone")

	desk := stage.Browse(t, "nell")
	comeInAnew(clinic, desk, nell, api.TherapistPage)
	desk.Until("document.querySelectorAll('#patients [data-patient]').length === 1")
	desk.UntilText("#patients", "Wren-23")
	desk.UntilData(`#patients [data-patient="`+id+`"]`, "online", "true")

	other := stage.Browse(t, "sol")
	comeInAnew(clinic, other, sol, api.AdminPage)
	wire := other.Wire(t)
	findsNothing(t, clinic, other, wire, id, person)

	editTogether(ada, clinic, id)
	phone.Goto("about:blank")
}

// member is somebody who was made, with the password that was handed out.
type member struct{ id, login, password string }

// setUpWithPasskey makes the first administrator, who takes a passkey for the second step, signs out, and comes in by it alone.
func setUpWithPasskey(t *testing.T, clinic *stage.House, w *stage.Window) {
	t.Helper()
	w.Goto(clinic.URL() + api.SetUpPage)
	code, err := clinic.SetUpCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for field, text := range map[string]string{"#code": code, "#name": "Ada Lane", "#login": "ada", "#fresh": heronWords} {
		w.Fill(field, text)
	}
	w.Click("form button[type=submit]")
	w.UntilAt(api.ProtectPage)
	w.Click("#protect-passkey")
	w.UntilAt(api.PasskeyPage)
	w.Click("#make button")
	w.UntilAt(api.AdminPage)
	w.SignOut()
	w.UntilAt(api.SignInPage)
	w.Click("#passkey button")
	w.UntilAt(api.AdminPage)
	w.Until("document.querySelector('details.account')?.textContent.includes('Ada Lane')")
}

func makePlace(w *stage.Window, clinic *stage.House, site, project string) (string, string) {
	portalPage(w, clinic, "/places", "#site-new")
	w.Click("#site-new")
	w.Fill("#place-name", site)
	w.Fill("#place-project", project)
	w.Click("#place-do")
	row := fmt.Sprintf("[data-site][data-name=%q]", site)
	w.Until(fmt.Sprintf("!document.querySelector('dialog') && !!document.querySelector('%s [data-project][data-name=%q]')", row, project))
	return w.Data(row, "site"), w.Data(fmt.Sprintf("[data-project][data-name=%q]", project), "project")
}

func makePerson(w *stage.Window, clinic *stage.House, name, role, at string) member {
	portalPage(w, clinic, "/people", "#people")
	w.Click("#create")
	w.Fill("#name", name)
	w.Click("#role-" + role)
	w.Choose("#create-at", at)
	w.Click("#create-do")
	w.Until("!!document.querySelector('#handed-password')")
	m := member{login: strings.ToLower(strings.ReplaceAll(name, " ", ".")), password: w.Text("#handed-password")}
	w.Click("#handed-done")
	row := fmt.Sprintf("[data-login=%q]", m.login)
	w.Until(fmt.Sprintf("!!document.querySelector(%q)", row))
	m.id = w.Data(row, "person")
	return m
}

// makePatient makes a patient in one form, with a game, and returns who they are: the patient and the account.
func makePatient(w *stage.Window, clinic *stage.House, name, project, therapist string) (id, person string) {
	portalPage(w, clinic, "/patients/new", "#therapist")
	w.Until("document.querySelector('#project').value !== ''")
	w.Choose("#project", project)
	if therapist != "" {
		w.Until("!!document.querySelector('#therapist option[value=\"" + therapist + "\"]')")
		w.Choose("#therapist", therapist)
		w.Click("#assign-ecg")
		w.Click("[role=group][aria-label=Game] button:last-child")
		w.Fill("#game-name", "Pip")
		w.Choose("#game-world", "coast")
	}
	w.Fill("#name", name)
	w.Click("#create-do")
	w.Until("!!document.querySelector('[data-made]')")
	id = w.Data("[data-made]", "made")
	get := strings.Replace(api.GetRecord.Path, "{patient}", id, 1)
	return id, stage.Eval[string](w, fmt.Sprintf("fetch(%q, {headers: {%q: window.hearth.as}}).then(r => r.json()).then(r => r.person)", get, api.AsHeader))
}

// comeInAnew takes a handed-out password, changes it, makes a passkey for the second step, and comes to the own portal.
func comeInAnew(clinic *stage.House, w *stage.Window, m member, portal string) {
	w.Before(unoffered)
	w.Expect("Failed to load resource: the server responded with a status of 4")
	w.Keys(false)
	w.Goto(clinic.URL() + api.SignInPage)
	w.Fill("#login", m.login)
	w.Fill("#password", m.password)
	w.Click("#sign-in button[type=submit]")
	w.UntilAt(api.PasswordPage)
	w.Fill("#old", m.password)
	w.Fill("#fresh", "lantern orchard velvet canyon")
	w.Fill("#again", "lantern orchard velvet canyon")
	w.Click("form button[type=submit]")
	w.UntilAt(api.ProtectPage)
	w.Click("#protect-passkey")
	w.UntilAt(api.PasskeyPage)
	w.Click("#make button")
	w.UntilAt(portal)
	w.Until("!!document.querySelector('details.account')")
}

// findsNothing looks for a patient of another site on every page, by every operation and over a socket: there is as much as of
// nobody at all.
func findsNothing(t *testing.T, clinic *stage.House, w *stage.Window, wire *stage.Wire, id, person string) {
	t.Helper()
	hidden := []string{"Wren-23", "Finch-12", "Nell Byrne", id, person}
	nobody := string(care.NewID[care.PatientID]())
	for _, page := range []struct{ path, ready string }{{"/patients", "#patients"}, {"/people", "#people"}, {"/places", "[data-site]"}, {"/trail", "#trail"},
		{"/patients/" + id, "main .empty"}, {"/patients/new", "#therapist"}, {"/patients/import", "#file"}} {
		portalPage(w, clinic, page.path, page.ready)
		shown := strings.ReplaceAll(stage.Eval[string](w, "document.querySelector('main').outerHTML"), page.path, "")
		for _, name := range hidden {
			if strings.Contains(shown, name) {
				t.Errorf("Sol's page %s shows %s", page.path, name)
			}
		}
	}
	portalPage(w, clinic, "/patients", "#patients")
	w.Fill("#search", "wren")
	w.UntilText("main", "Nobody fits")
	for _, op := range api.Operations() {
		if !strings.Contains(op.Path, "{patient}") && !strings.Contains(op.Path, "{person}") {
			continue
		}
		theirs, none := asked(w, op, id, person), asked(w, op, nobody, nobody)
		if theirs != none || !strings.HasPrefix(theirs, "4") {
			t.Errorf("%s: of Wren %s, of nobody %s", op.ID, theirs, none)
		}
	}
	for _, room := range []live.RoomID{live.PatientRoom(care.PatientID(id)), live.PatientRoom(care.PatientID(nobody))} {
		if code := stage.Eval[string](w, spied(room)); code != live.CodeNoRoom {
			t.Errorf("in the room %s a socket of Sol's hears %q", room, code)
		}
	}
	for _, frame := range wire.Frames() {
		for _, name := range hidden {
			if strings.Contains(frame, name) {
				t.Errorf("a message to Sol names %s: %.300s", name, frame)
			}
		}
	}
}

// asked asks for an operation out of a page, and returns status and answer.
func asked(w *stage.Window, op api.Operation, patient, person string) string {
	path := strings.NewReplacer("{patient}", patient, "{therapist}", person, "{person}", person).Replace(op.Path)
	body := `, headers: {"Content-Type": "application/json", [as]: window.hearth.as}, body: "{}"`
	if op.Method == "GET" {
		body = `, headers: {[as]: window.hearth.as}`
	}
	return stage.Eval[string](w, fmt.Sprintf("(as => fetch(%q, {method: %q%s}).then(async r => r.status + ' ' + await r.text()))(%q)", path, op.Method, body, api.AsHeader))
}

// spied opens a socket out of a page and asks in a room for a heartbeat; it returns the code of the refusal.
func spied(room live.RoomID) string {
	member := care.NewID[live.MemberID]()
	hello, _ := json.Marshal(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Build: "test", Member: member, Portal: live.Admin}})
	ask, _ := json.Marshal(live.FromPage{Command: &live.Command{ID: care.NewID[string](), Room: room, Ask: &live.Ask{From: care.NewID[live.MemberID](), Signals: []access.Signal{access.ECG}}}})
	return fmt.Sprintf(`new Promise((done, lost) => {
		const s = new WebSocket(location.origin.replace("http", "ws") + %q + "?as=" + window.hearth.as);
		s.onopen = () => s.send(%q);
		s.onerror = () => lost(new Error("no socket"));
		s.onmessage = e => { const m = JSON.parse(e.data); if (m.welcome) s.send(%q); if (m.refused) done(m.refused.code); if (m.reply) { done(m.reply.code); s.close(); } };
	})`, api.LiveSocket, hello, ask)
}

// editTogether has two windows change one patient: the second sees what the first made of it, and decides.
func editTogether(w *stage.Window, clinic *stage.House, id string) {
	second := w.Tab("ada-too")
	portalPage(w, clinic, "/patients/"+id, "#edit")
	portalPage(second, clinic, "/patients/"+id, "#edit")
	for _, one := range []*stage.Window{w, second} {
		one.Click("#edit")
		one.Until("!!document.querySelector('dialog #name')")
	}
	second.Choose("#game-world", "snow")
	second.Fill("#name", "Wren-24")
	second.Click("#save")
	second.Until("!document.querySelector('dialog') && document.querySelector('h1').textContent === 'Wren-24'")
	w.Fill("#name", "Wren-99")
	w.Click("#save")
	w.UntilText("#clash", "Theirs: Wren-24")
	w.UntilText("#clash", "Theirs: Snow")
	w.Picture("seen-clash")
	w.Click("#mine-all")
	w.Click("[data-clash=game-world] button:first-child")
	w.Click("#save")
	w.Until("!document.querySelector('dialog') && document.querySelector('h1').textContent === 'Wren-99'")
	w.UntilText("#record", "Pip · Snow")
	second.Until("document.querySelector('h1').textContent === 'Wren-99'")
}
