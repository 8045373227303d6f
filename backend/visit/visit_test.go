package visit_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/backend/keys"
	"hearth/backend/records"
	"hearth/backend/store"
	"hearth/backend/visit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// rooms writes down what the live rooms are told.
type rooms struct {
	mu   sync.Mutex
	told []string
}

func (r *rooms) add(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.told = append(r.told, text)
}

func (r *rooms) Reroom(_ context.Context, people ...care.PersonID) {
	for _, p := range people {
		r.add("move " + string(p))
	}
}

func (r *rooms) Resettle(_ context.Context, room live.RoomID) { r.add("settle " + string(room)) }

func (r *rooms) Changed(_ context.Context, room live.RoomID, note live.DataNote) {
	r.add(note.What + " in " + string(room))
}

func (r *rooms) Caption(_ context.Context, n live.Nudged) { r.add("caption in " + string(n.Room)) }

// take returns what was told since the last take.
func (r *rooms) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	told := r.told
	r.told = nil
	return told
}

// clinic is a house with a book of visits, a therapist and two patients.
type clinic struct {
	*visit.Book
	store    *store.Store
	contacts *records.Book
	rooms    *rooms
	ana      care.Reader
	admin    care.Reader
	patients []care.PatientID
	project  care.ProjectID
}

func mustClinic(t *testing.T) clinic {
	t.Helper()
	ctx := t.Context()
	s, err := store.Open(ctx, store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	ring, err := keys.Open(ctx, s, keys.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ring.Close() })
	c := clinic{store: s, contacts: records.Open(s, ring, nil), rooms: &rooms{}}
	c.Book = visit.Open(visit.Config{Store: s, Contacts: c.contacts, Ring: ring, Rooms: c.rooms, House: care.Reader{Roles: []access.Role{access.Administrator}, Operator: true}})
	t.Cleanup(func() { c.Book.Close() })
	if _, c.project, err = s.Home(ctx); err != nil {
		t.Fatal(err)
	}
	add := func(name string, role access.Role) care.Reader {
		p, err := s.AddPerson(ctx, care.NewPerson{Name: name, Login: fmt.Sprintf("l%x", sha256.Sum256([]byte(name)))[:20], Roles: []access.Role{role}, Hash: "$hash"})
		if err != nil {
			t.Fatal(err)
		}
		return care.Reader{Person: p.ID, Site: p.Site, Roles: p.Roles}
	}
	c.admin, c.ana = add("Ada Minister", access.Administrator), add("Ana Therapist", access.Therapist)
	for _, name := range []string{"Wren-23", "Lark-7"} {
		p, err := s.PatientOf(ctx, add(name, access.Patient).Person)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.PutCare(ctx, c.admin, care.Permission{Patient: p.ID, Therapist: c.ana.Person}); err != nil {
			t.Fatal(err)
		}
		c.patients = append(c.patients, p.ID)
	}
	return c
}

// mustContact writes down who a patient is.
func (c clinic) mustContact(t *testing.T, id care.PatientID, contact care.Contact) care.Contact {
	t.Helper()
	_, version, err := c.contacts.Who(t.Context(), c.admin, id)
	if err != nil {
		t.Fatal(err)
	}
	is, _, err := c.contacts.PutWho(t.Context(), c.admin, id, contact, version)
	if err != nil {
		t.Fatal(err)
	}
	return is
}

func (c clinic) soon(patient care.PatientID, guests ...care.NewGuest) care.NewVisit {
	return care.NewVisit{Visit: care.Visit{ID: care.NewID[care.VisitID](), Project: c.project, Patient: patient, Kind: care.Family, Minutes: 30}, Now: true, Guests: guests}
}

func relative(id care.RelativeID) care.NewGuest {
	return care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsRelative, Relative: id}
}

// What a guest writes from the waiting room reaches the pages of all who let in there; what is written to them only their own.
func TestWhatAGuestWritesReachesTheDesk(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	v, err := c.BookVisit(ctx, c.ana, c.soon(c.patients[0], care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}))
	if err != nil {
		t.Fatal(err)
	}
	id := v.Guests[0].ID
	if _, err := c.AttendGuest(ctx, id, care.Arrive); err != nil {
		t.Fatal(err)
	}
	c.rooms.take()
	line := func() care.Line {
		return care.Line{ID: care.NewID[care.LineID](), Visit: v.ID, Text: "My sound does not work"}
	}
	if _, err := c.TellGuest(ctx, c.ana, id, line()); err != nil {
		t.Fatal(err)
	}
	desk := "visits in " + string(live.DeskRoom(c.project))
	if told := c.rooms.take(); slices.Contains(told, desk) {
		t.Errorf("what staff write tells %v", told)
	}
	if _, err := c.AddLine(ctx, care.Reader{Person: care.PersonID(id), Roles: []access.Role{access.Guest}}, line()); err != nil {
		t.Fatal(err)
	}
	if told := c.rooms.take(); !slices.Contains(told, desk) {
		t.Errorf("what a guest writes tells %v", told)
	}
}

// wild are names as people have them.
var wild = []string{`Zoë "Z" O'Neil`, `<b>&amp;</b>`, "أمينة", "שלום", "👩 Äñ", `\'; DROP TABLE guests; --`}

// Two patients share an address, and so do two relatives: each is reached as the own record says, and nobody is taken for
// another.
func TestOneMailForTwo(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	var guests []care.NewGuest
	for i, patient := range c.patients {
		contact := c.mustContact(t, patient, care.Contact{Name: wild[i], Mail: "family@example.org", Mobile: fmt.Sprintf("+4917000000%02d", i),
			Relatives: []care.Relative{{Name: wild[2+i], Relation: "mother", Mobile: fmt.Sprintf("+4917111111%02d", i)}}})
		own, mother := care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}, relative(contact.Relatives[0].ID)
		if _, err := c.BookVisit(ctx, c.ana, c.soon(patient, own, mother)); err != nil {
			t.Fatal(err)
		}
		guests = append(guests, own, mother)
	}
	for i, g := range guests {
		r, err := c.Reach(ctx, g.ID)
		want := care.Address{Mail: "family@example.org", Mobile: fmt.Sprintf("+4917000000%02d", i/2)}
		name := wild[i/2]
		if g.As == care.AsRelative {
			want, name = care.Address{Mobile: fmt.Sprintf("+4917111111%02d", i/2)}, wild[2+i/2]
		}
		if err != nil || r.Address != want || r.Name != name || r.Visit.Patient != c.patients[i/2] {
			t.Errorf("guest %d is reached at %+v as %q, %v", i, r.Address, r.Name, err)
		}
	}
	other, _, err := c.contacts.Who(ctx, c.ana, c.patients[1])
	if err != nil {
		t.Fatal(err)
	}
	for what, id := range map[string]care.RelativeID{"another patient's relative": other.Relatives[0].ID, "nobody": care.NewID[care.RelativeID](), "no id": "x"} {
		_, err := c.BookVisit(ctx, c.ana, c.soon(c.patients[0], relative(id)))
		if !fault.Is(err, fault.Invalid) || fault.Of(err).Code != "guest.relative" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Exactly who is named is invited, whatever was ticked before; what a contact says later counts when something is sent, and
// who was taken out of it is reached no more.
func TestTheContactOfTheMomentCounts(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	patient := c.patients[0]
	contact := c.mustContact(t, patient, care.Contact{Relatives: []care.Relative{{Name: "Ann", Relation: "mother", Mobile: "+491700000001"},
		{Name: "Bob", Relation: "father", Mobile: "+491700000002"}, {Name: "Cleo", Relation: "sibling", Mobile: "+491700000003", Language: "fr"}}})
	ann, cleo := relative(contact.Relatives[0].ID), relative(contact.Relatives[2].ID)
	v, err := c.BookVisit(ctx, c.ana, c.soon(patient, ann, cleo))
	if err != nil || len(v.Guests) != 2 || v.Guests[0].Relation != "mother" || v.Guests[1].Language != "fr" || slices.ContainsFunc(v.Guests, func(g care.Invitation) bool { return g.Relative == contact.Relatives[1].ID }) {
		t.Fatalf("invited %+v, %v", v.Guests, err)
	}
	changed := c.mustContact(t, patient, care.Contact{Relatives: []care.Relative{{Name: "Cleo", Relation: "sibling", Mobile: "+491700000003", Language: "fr"},
		{ID: contact.Relatives[0].ID, Name: "Ann", Relation: "mother", Mobile: "+491700000009", Mail: "ann@example.org"}}})
	if changed.Relatives[0].ID != contact.Relatives[2].ID || changed.Relatives[1].ID != contact.Relatives[0].ID {
		t.Errorf("relatives have other ids: %+v", changed.Relatives)
	}
	if r, err := c.Reach(ctx, ann.ID); err != nil || r.Address != (care.Address{Mobile: "+491700000009", Mail: "ann@example.org"}) {
		t.Errorf("Ann is reached at %+v, %v", r.Address, err)
	}
	c.mustContact(t, patient, care.Contact{Relatives: changed.Relatives[:1]})
	if _, err := c.Reach(ctx, ann.ID); !fault.Is(err, fault.Gone) {
		t.Errorf("who is taken out is reached: %v", err)
	}
	if _, err := c.StepGuest(ctx, c.ana, v.ID, cleo.ID, care.Step{Act: care.Uninvite}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Reach(ctx, cleo.ID); !fault.Is(err, fault.Gone) {
		t.Errorf("who is uninvited is reached: %v", err)
	}
}

// The address of who has no record lies sealed, and is nobody else's.
func TestAddressOfAnInterpreter(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	for _, name := range wild {
		g := care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsInterpreter, Name: name, Address: care.Address{Mail: "word@example.org", Mobile: "0049 170 5555555"}}
		v, err := c.BookVisit(ctx, c.ana, c.soon(c.patients[0], g))
		if err != nil || !v.Guests[0].Own || v.Guests[0].Name != name {
			t.Fatalf("%q: %+v %v", name, v.Guests, err)
		}
		if r, err := c.Reach(ctx, g.ID); err != nil || r.Address != (care.Address{Mail: "word@example.org", Mobile: "+491705555555"}) || r.Name != name {
			t.Errorf("reached %+v %v", r.Address, err)
		}
		if v, err = c.PatchGuest(ctx, c.ana, v.ID, g.ID, care.GuestPatch{Version: 1, Address: &care.Address{}}); err != nil || v.Guests[0].Own {
			t.Errorf("taken away: %+v %v", v.Guests, err)
		}
	}
	_, sealed, err := c.store.GuestAt(ctx, care.NewID[care.GuestID]())
	if !fault.Is(err, fault.NotFound) || sealed != nil {
		t.Errorf("of nobody: %v", err)
	}
	for what, g := range map[string]care.NewGuest{"a bad number": {As: care.AsInterpreter, Address: care.Address{Mobile: "12"}}, "a patient's address from a page": {As: care.AsPatient, Address: care.Address{Mobile: "+491705555555"}}} {
		g.ID = care.NewID[care.GuestID]()
		if _, err := c.BookVisit(ctx, c.ana, c.soon(c.patients[0], g)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Every step that is stored moves the pages it concerns, before they are told to read again; what changes nothing tells
// nobody.
func TestRoomsAreTold(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	g := care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}
	n := c.soon(c.patients[0], g)
	n.Kind = care.Therapy
	v, err := c.BookVisit(ctx, c.ana, n)
	if err != nil {
		t.Fatal(err)
	}
	by := care.Reader{Person: care.PersonID(g.ID), Roles: []access.Role{access.Guest}}
	desk, door, room := string(live.DeskRoom(c.project)), string(live.DoorRoom(g.ID)), string(live.VisitRoom(v.ID))
	c.rooms.take()
	for _, step := range []struct {
		by   care.Reader
		act  care.GuestAct
		want []string
		not  string
	}{
		{by, care.Arrive, []string{"move " + string(g.ID), "move " + string(c.ana.Person), "settle " + desk, "visit in " + door, "visits in " + desk}, ""},
		{c.ana, care.Admit, []string{"move " + string(g.ID), "settle " + desk, "visit in " + room, "visits in " + desk}, "visit in " + door},
		{c.ana, care.Admit, nil, "visits in " + desk},
		{c.ana, care.Deny, []string{"move " + string(g.ID), "visit in " + room}, "visit in " + door},
	} {
		if _, err := c.StepGuest(ctx, step.by, v.ID, g.ID, care.Step{Act: step.act}); err != nil {
			t.Fatal(err)
		}
		told := c.rooms.take()
		for _, w := range step.want {
			if w == "settle "+desk && !slices.Contains(told, w) {
				c.rooms.mustHear(t, w) // a moment later, when the staff moved just before
			} else if !slices.Contains(told, w) {
				t.Errorf("%s: nobody was told %q: %q", step.act, w, told)
			}
		}
		if slices.Contains(told, step.not) || len(step.want) > 0 && told[len(told)-1] != "visits in "+desk {
			t.Errorf("%s: told %q", step.act, told)
		}
	}
}

// mustHear waits until the rooms are told something.
func (r *rooms) mustHear(t *testing.T, what string) {
	t.Helper()
	for until := time.Now().Add(30 * time.Second); !slices.Contains(r.take(), what); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("nobody was told %q", what)
		}
	}
}

// However often guests come and go, the pages of all staff look where they stand every second at most, the last time included;
// the host's move at once.
func TestWhoComesAndGoesMovesFewPages(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	g := care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}
	n := c.soon(c.patients[0], g)
	n.Kind = care.Therapy
	v, err := c.BookVisit(ctx, c.ana, n)
	if err != nil {
		t.Fatal(err)
	}
	c.rooms.take()
	by, began := care.Reader{Person: care.PersonID(g.ID), Roles: []access.Role{access.Guest}}, time.Now()
	for range 10 {
		for _, act := range []care.GuestAct{care.Arrive, care.Leave} {
			if _, err := c.StepGuest(ctx, by, v.ID, g.ID, care.Step{Act: act}); err != nil {
				t.Fatal(err)
			}
		}
	}
	desk, host, counts := "settle "+string(live.DeskRoom(c.project)), "move "+string(c.ana.Person), map[string]int{}
	took := time.Since(began)
	for _, one := range c.rooms.take() {
		counts[one]++
	}
	if most := 1 + int(took/time.Second); counts[desk] > most || counts[host] != 20 {
		t.Errorf("within %v the staff moved %d times, the host %d times", took, counts[desk], counts[host])
	}
	c.rooms.mustHear(t, desk)
}

// However often a guest's page says how its device is, staff's pages read again every few seconds at most, the last news
// included, and nobody's standing is looked up.
func TestDevicesStirLittle(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	g := care.NewGuest{ID: care.NewID[care.GuestID](), As: care.AsPatient}
	n := c.soon(c.patients[0], g)
	n.Kind = care.Therapy
	v, err := c.BookVisit(ctx, c.ana, n)
	if err != nil {
		t.Fatal(err)
	}
	by := care.Reader{Person: care.PersonID(g.ID), Roles: []access.Role{access.Guest}}
	step := func(s care.Step) {
		t.Helper()
		if out, err := c.StepGuest(ctx, by, v.ID, g.ID, s); err != nil || !out.Changed {
			t.Fatalf("%s: %+v %v", s.Act, out.Changed, err)
		}
	}
	step(care.Step{Act: care.Arrive})
	step(care.Step{Act: care.Check, Ready: &care.Readiness{RTT: 1}})
	c.rooms.take()
	for rtt := range 20 {
		step(care.Step{Act: care.Check, Ready: &care.Readiness{RTT: 10 + rtt}})
	}
	stood := func(told []string) []string { // that the staff looked where they stand is of the coming before
		return slices.DeleteFunc(told, func(one string) bool { return strings.HasPrefix(one, "settle ") })
	}
	if told := stood(c.rooms.take()); len(told) != 3 || !slices.Contains(told, "visits in "+string(live.DeskRoom(c.project))) {
		t.Errorf("told at once: %q", told)
	}
	var told []string
	for until := time.Now().Add(30 * time.Second); len(told) < 3 && time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		told = append(told, stood(c.rooms.take())...)
	}
	if len(told) != 3 || !slices.Contains(told, "visit in "+string(live.DoorRoom(g.ID))) {
		t.Errorf("told of the last: %q", told)
	}
}

// A visit that is ended closes by itself, and one a program left open when it ended is closed by the next.
func TestAnEndComes(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	v, err := c.BookVisit(ctx, c.ana, c.soon(c.patients[0]))
	if err != nil {
		t.Fatal(err)
	}
	if v, err = c.EndVisit(ctx, c.ana, v.ID, 0); err != nil || v.State != care.Ended || v.Outcome != care.NoShow {
		t.Errorf("ended at once: %+v %v", v, err)
	}
	if v, err = c.BookVisit(ctx, c.ana, c.soon(c.patients[0])); err != nil {
		t.Fatal(err)
	}
	if _, err := c.EndVisit(ctx, c.ana, v.ID, 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(10 * time.Second); ; {
		if v, err = c.Visit(ctx, c.ana, v.ID); err != nil || v.State == care.Ended {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("it never closed: %+v", v)
		}
		<-tick.C
	}
	if v, err = c.BookVisit(ctx, c.ana, c.soon(c.patients[0])); err != nil {
		t.Fatal(err)
	}
	if _, err := c.store.EndVisit(ctx, c.ana, v.ID, 0); err != nil { // and then the program ends
		t.Fatal(err)
	}
	if err := c.CloseDue(ctx); err != nil {
		t.Fatal(err)
	}
	if v, err = c.Visit(ctx, c.ana, v.ID); err != nil || v.State != care.Ended {
		t.Errorf("after a crash: %+v %v", v, err)
	}
	for range 2 {
		if err := c.Book.Close(); err != nil {
			t.Error(err)
		}
	}
}

// stale is a store whose list of callers who went away is of a while ago.
type stale struct {
	*store.Store
	gone []care.GuestID
}

func (s stale) GoneCallers(context.Context) ([]care.GuestID, error) { return s.gone, nil }

// Whoever was heard of, or let in, after the house looked who went away stays where they are.
func TestLettingGoLooksAgain(t *testing.T) {
	c, ctx := mustClinic(t), t.Context()
	set := care.DefaultVisiting(c.project)
	set.DropIn = true
	for day := range time.Weekday(7) {
		set.Hours = append(set.Hours, care.Opening{Day: day, From: "00:00", Until: "24:00"})
	}
	if _, err := c.store.PutVisiting(ctx, c.admin, set); err != nil {
		t.Fatal(err)
	}
	id, caller, err := c.store.Call(ctx, c.project, care.Caller{Name: "Kim"})
	if err != nil {
		t.Fatal(err)
	}
	c.Book.Store = stale{c.store, []care.GuestID{caller}}
	kim := care.Reader{Person: care.PersonID(caller), Roles: []access.Role{access.Guest}}
	for _, step := range []struct {
		by   care.Reader
		act  care.GuestAct
		want care.GuestState
	}{{kim, care.Arrive, care.Arrived}, {c.ana, care.Admit, care.Admitted}} {
		if _, err := c.StepGuest(ctx, step.by, id, caller, care.Step{Act: step.act}); err != nil {
			t.Fatal(err)
		}
		if err := c.LetGo(ctx); err != nil {
			t.Error(err)
		}
		if v, _, err := c.store.GuestAt(ctx, caller); err != nil || v.Guests[0].State != step.want {
			t.Errorf("%s, want %s; %v", v.Guests[0].State, step.want, err)
		}
	}
}
