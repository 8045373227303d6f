package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// A patient of another therapist does not exist: not on a page, not in the interface, not in any message of a socket.
func TestStrangersAreInvisible(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	finch := house.Resident(t, "finch-12") // Noor's patient alone
	mira := house.Caller(t, house.Links().Therapist)
	hidden := finch.Me()

	w := stage.Browse(t, "therapist")
	wire := w.Wire(t)
	w.Expect("Failed to load resource: the server responded with a status of 404")
	w.ComeIn(house.Links().Therapist, "")
	w.Until("document.querySelectorAll('#patients [data-patient]').length === 2")

	// Finch's tablet comes, announces a sensor and stays, while Mira's page watches.
	socket := mustHello(t, finch, live.Aggregator)
	room := live.PatientRoom(hidden.Patient)
	socket.say(live.FromPage{Command: &live.Command{ID: care.NewID[string](), Room: room,
		Announce: &live.Announce{Sensors: []live.Sensor{{Key: "demo-ecg", Signal: "ecg", Name: "Finch's strap", State: "streaming", Battery: 80}}}}})
	socket.until(func(m live.FromHouse) bool { return m.Reply != nil })
	// Something Mira may see comes after it, so that silence proves something: Wren opens a tablet.
	wren := house.Caller(t, house.Links().Patient)
	mustHello(t, wren, live.Aggregator)
	w.UntilData(`#patients [data-patient="`+string(wren.Me().Patient)+`"]`, "online", "true")

	names := []string{"Finch", string(hidden.Patient), string(hidden.ID)}
	for _, name := range names {
		if strings.Contains(stage.Eval[string](w, "document.documentElement.outerHTML"), name) {
			t.Errorf("Mira's page shows %s", name)
		}
	}
	frames := wire.Frames()
	if len(frames) < 3 {
		t.Fatalf("only %d messages were heard", len(frames))
	}
	for _, frame := range frames {
		for _, name := range names {
			if strings.Contains(frame, name) {
				t.Errorf("a message to Mira names %s: %.300s", name, frame)
			}
		}
	}

	// By the address of the live page, and by every operation about a patient: the same answer as for nobody at all.
	nobody := care.NewID[care.PatientID]()
	said := func(id care.PatientID) string {
		w.Goto(house.URL() + api.LivePage + string(id))
		w.Until("document.querySelectorAll('main .empty, main h1').length > 0 && document.querySelector('main').innerText.trim() !== ''")
		w.UntilText("main", "This does not exist, or it is not yours to see.")
		return w.Text("main")
	}
	if theirs, none := said(hidden.Patient), said(nobody); theirs != none {
		t.Errorf("the live page says of Finch\n%s\nand of nobody\n%s", theirs, none)
	}
	for _, op := range api.Operations() {
		if !strings.Contains(op.Path, "{patient}") {
			continue
		}
		answer := func(id care.PatientID) (int, string) {
			path := strings.NewReplacer("{patient}", string(id), "{therapist}", string(mira.Me().ID)).Replace(op.Path)
			res, body := mira.Send(op.Method, path, strings.NewReader("{}"), "Content-Type", "application/json", "Origin", house.URL())
			return res.StatusCode, body
		}
		theirs, why := answer(hidden.Patient)
		none, whyNot := answer(nobody)
		if theirs != none || theirs < 400 || why != whyNot {
			t.Errorf("%s: of Finch %d %s, of nobody %d %s", op.ID, theirs, why, none, whyNot)
		}
	}

	// By a socket of one's own: asking for a signal, stopping one, standing in the room.
	spy := mustHello(t, mira, live.Therapist)
	for _, r := range spy.rooms {
		if r == room {
			t.Error("Mira stands in Finch's room")
		}
	}
	for what, c := range map[string]live.Command{
		"ask":  {Ask: &live.Ask{From: socket.member, Signals: []access.Signal{access.ECG}}},
		"stop": {Stop: &live.Stop{Share: live.ShareID(care.NewID[string]())}},
	} {
		for _, in := range []live.RoomID{room, live.PatientRoom(nobody)} {
			c.ID, c.Room = care.NewID[string](), in
			spy.say(live.FromPage{Command: &c})
			m := spy.until(func(m live.FromHouse) bool { return m.Reply != nil && m.Reply.ID == c.ID })
			if m.Reply.Code != live.CodeNoRoom {
				t.Errorf("%s: %q, want %q", what, m.Reply.Code, live.CodeNoRoom)
			}
		}
	}
	for _, m := range spy.heard {
		b, _ := json.Marshal(m)
		for _, name := range names {
			if strings.Contains(string(b), name) {
				t.Errorf("Mira's socket hears of %s: %.300s", name, b)
			}
		}
	}
}
