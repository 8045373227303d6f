package room

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

func TestForeignOriginsAreRefusedBeforeTheUpgrade(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	h.people.Store("patient1", h.clinic.patient(1))
	for _, origin := range []string{"", "http://evil.test", "https://hearth.test", "http://hearth.test.evil.test", "null"} {
		header := http.Header{"Who": {"patient1"}}
		if origin != "" {
			header.Set("Origin", origin)
		}
		ws, resp, err := websocket.DefaultDialer.Dial(h.url, header)
		if err == nil {
			ws.Close()
			t.Fatalf("origin %q was let in", origin)
		}
		wants(t, "status for origin "+origin, resp.StatusCode, http.StatusForbidden)
	}
}

func TestWhoeverIsSignedOutIsToldSo(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	ws, _, err := websocket.DefaultDialer.Dial(h.url, http.Header{"Origin": {home}})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	refused, code := (&visitor{t: t, ws: ws}).ended()
	wants(t, "refusal", refused, live.Refused{Code: live.CodeSignedOut, Final: true})
	wants(t, "close code", code, websocket.ClosePolicyViolation)
}

func TestJunkEndsTheSocketAndNothingElse(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	_, _, therapist, room, share := h.share(t)
	hello := fmt.Sprintf(`{"hello":{"protocol":1,"build":"b","member":%q,"portal":"patient"}}`, care.NewID[string]())
	for name, texts := range map[string][]string{
		"no JSON":        {"hello"},
		"broken JSON":    {`{"hello":{"protocol":1,`},
		"two fields":     {`{"ping":{"t0":1},"resync":{"room":"patient/p1"}}`},
		"not UTF-8":      {"{\"ping\":{\"t0\":1}}\xff"},
		"no hello first": {`{"ping":{"t0":1}}`},
		"two hellos":     {hello, hello},
		"junk later":     {hello, `{"command":{"id":"x","room":"patient/p1"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			v := h.connect(t, h.clinic.patient(1))
			for _, text := range texts {
				if err := v.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			refused, code := v.ended()
			wants(t, "refusal", refused.Code, live.CodeJunk)
			wants(t, "close code", code, websocket.ClosePolicyViolation)
		})
	}
	t.Run("binary", func(t *testing.T) {
		v := h.connect(t, h.clinic.patient(1))
		v.ws.WriteMessage(websocket.BinaryMessage, []byte(hello))
		refused, _ := v.ended()
		wants(t, "refusal", refused.Code, live.CodeJunk)
	})
	t.Run("oversize", func(t *testing.T) {
		v := h.MustVisit(t, h.clinic.patient(1), live.Patient)
		v.ws.WriteMessage(websocket.TextMessage, []byte(strings.Repeat(" ", live.MaxMessage+1)))
		_, code := v.ended()
		wants(t, "close code", code, websocket.CloseMessageTooBig)
	})
	r := therapist.do(room, live.Command{Stop: &live.Stop{Share: share}})
	wants(t, "the share of others went on until it was stopped", r.Code, "")
}

func TestHelloIsWeighed(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	member := care.NewID[live.MemberID]()
	for name, c := range map[string]struct {
		who   Who
		hello live.Hello
		want  live.Refused
	}{
		"another protocol":          {h.clinic.patient(1), live.Hello{Protocol: 99}, live.Refused{Code: live.CodeVersion, Final: true}},
		"not their portal":          {h.clinic.patient(1), live.Hello{Protocol: 1, Member: member, Portal: live.Therapist}, live.Refused{Code: live.CodePortal, Final: true}},
		"an admin's portal":         {h.clinic.therapist(1), live.Hello{Protocol: 1, Member: member, Portal: live.Admin}, live.Refused{Code: live.CodePortal, Final: true}},
		"a page of somebody else":   {h.clinic.therapist(1), live.Hello{Protocol: 1, Member: member, Person: "therapist2", Portal: live.Therapist}, live.Refused{Code: live.CodeSignedOut, Final: true}},
		"a therapist as aggregator": {h.clinic.therapist(1), live.Hello{Protocol: 1, Member: member, Portal: live.Aggregator}, live.Refused{Code: live.CodePortal, Final: true}},
	} {
		t.Run(name, func(t *testing.T) {
			v := h.connect(t, c.who)
			v.say(live.FromPage{Hello: &c.hello})
			refused, _ := v.ended()
			wants(t, "refusal", refused, c.want)
		})
	}
}

func TestAStolenMemberIDIsRefused(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, _, therapist, room, share := h.share(t)
	thief := h.connect(t, h.clinic.therapist(1))
	thief.member = aggregator.member
	thief.hello(live.Therapist)
	refused, _ := thief.ended()
	wants(t, "refusal", refused, live.Refused{Code: live.CodeMember, Final: true})
	r := aggregator.do(room, live.Command{Signal: &live.Signal{Share: share, Body: []byte(`"still here"`)}})
	wants(t, "the aggregator goes on", r.Code, "")
	m := therapist.until("the signal", func(m live.FromHouse) bool { return m.Signal != nil })
	wants(t, "from", m.Signal.From, aggregator.member)
}

func TestASlowReaderIsLetGoAndNobodyWaits(t *testing.T) {
	h := MustOpen(t, newClinic(), func(c *Config) { c.Backlog = 64 << 10 })
	_, phone, therapist, room, _ := h.share(t)
	slow := h.MustVisit(t, h.clinic.therapist(1), live.Therapist) // reads no further
	for i := range 40_000 {
		h.Changed(t.Context(), room, live.DataNote{What: "labels", ID: fmt.Sprint(i)})
		if i%100 == 99 { // the others keep reading
			for _, v := range []*visitor{phone, therapist} {
				v.until("the note", func(m live.FromHouse) bool {
					return m.Change != nil && m.Change.Data != nil && m.Change.Data.ID == fmt.Sprint(i)
				})
			}
		}
		if gone(phone.views[room], slow.member) {
			return
		}
	}
	t.Fatal("the slow reader was never let go")
}

func gone(v live.RoomView, id live.MemberID) bool {
	m, here := v.Member(id)
	return here && m.State == live.Reconnecting || !here
}

func TestResumeAfterADrop(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, _, therapist, room, share := h.share(t)
	therapist.ws.NetConn().Close()
	aggregator.until("reconnecting", func(m live.FromHouse) bool { // before that it reads of the therapist's coming
		return m.Change != nil && m.Change.Member != nil && m.Change.Member.ID == therapist.member && m.Change.Member.State == live.Reconnecting
	})
	r := aggregator.do(room, live.Command{Signal: &live.Signal{Share: share, Body: []byte(`"while away"`)}})
	wants(t, "signal while away", r.Code, "")
	h.Changed(t.Context(), room, live.DataNote{What: "labels"})

	again := h.connect(t, h.clinic.therapist(1))
	again.member, again.views = therapist.member, therapist.views
	again.hello(live.Therapist)
	var kinds []string
	again.until("the signal", func(m live.FromHouse) bool {
		switch {
		case m.Enter != nil:
			kinds = append(kinds, "snapshot")
		case m.Change != nil:
			kinds = append(kinds, "change")
		case m.Signal != nil:
			kinds = append(kinds, string(m.Signal.Body))
		}
		return m.Signal != nil
	})
	// its own going, the note, its own coming back, then the signal: nothing again, nothing missing.
	wants(t, "what came", strings.Join(kinds, ", "), `change, change, change, "while away"`)
	if _, still := again.views[room].Share(share); !still {
		t.Error("the share did not survive the drop")
	}
}

func TestResumeBeyondTheRoomsMemoryTakesASnapshot(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	_, phone, therapist, room, _ := h.share(t)
	therapist.ws.NetConn().Close()
	for range remember + 1 {
		h.Changed(t.Context(), room, live.DataNote{What: "labels"})
	}
	again := h.connect(t, h.clinic.therapist(1))
	again.member, again.views = therapist.member, therapist.views
	again.hello(live.Therapist)
	if m := again.next(); m.Enter == nil {
		t.Fatalf("got %+v, want a snapshot", m)
	}
	again.say(live.FromPage{Resync: &live.Resync{Room: room}})
	again.entered(room)
	wants(t, "members", len(again.views[room].Members), 3)
	phone.ws.Close()
}

// TestNobodyInheritsAnothersPage: where another person has signed in since, a page that comes back gets nothing of the
// rooms it stood in, and nobody there sees it as the newcomer's.
func TestNobodyInheritsAnothersPage(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	_, phone, therapist, room, _ := h.share(t)
	h.clinic.assign("p1", "therapist2", access.ECG)
	therapist.ws.NetConn().Close()
	phone.until("the page is missed", func(m live.FromHouse) bool {
		return m.Change != nil && m.Change.Member != nil && m.Change.Member.State == live.Reconnecting
	})
	again := h.connect(t, h.clinic.therapist(2))
	view := therapist.views[room]
	again.say(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Member: therapist.member, Person: "therapist1", Portal: live.Therapist,
		Resume: map[live.RoomID]live.Resume{room: {Epoch: view.Epoch, N: view.N - 1}}}})
	refused, _ := again.ended()
	wants(t, "refusal", refused, live.Refused{Code: live.CodeSignedOut, Final: true})
	h.Changed(t.Context(), room, live.DataNote{What: "labels"})
	phone.until("only the note", func(m live.FromHouse) bool {
		if m.Change != nil && m.Change.Member != nil {
			t.Errorf("the room saw %+v", *m.Change.Member)
		}
		return m.Change != nil && m.Change.Data != nil
	})
}

// TestASnapshotSaysWhoseWillItWas: a page that missed more than the room remembers still learns that the patient ended
// the share, and does not ask again.
func TestASnapshotSaysWhoseWillItWas(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	_, phone, therapist, room, share := h.share(t)
	therapist.ws.NetConn().Close()
	wants(t, "stopped", phone.do(room, live.Command{Stop: &live.Stop{Share: share}}).Code, "")
	for range remember + 1 {
		h.Changed(t.Context(), room, live.DataNote{What: "labels"})
	}
	again := h.connect(t, h.clinic.therapist(1))
	again.member, again.views = therapist.member, therapist.views
	again.hello(live.Therapist)
	m := again.next()
	if m.Enter == nil || len(m.Enter.Ended) != 1 || m.Enter.Ended[0] != (live.Ended{Share: share, Reason: "stopped-by-patient"}) {
		t.Errorf("got %+v, want a snapshot that says why", m.Enter)
	}
}

func TestTheSameCommandTwiceIsDoneOnce(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, _, therapist, room, share := h.share(t)
	c := live.Command{ID: "same", Room: room, Signal: &live.Signal{Share: share, Body: []byte(`1`)}}
	therapist.say(live.FromPage{Command: &c})
	therapist.say(live.FromPage{Command: &c})
	for range 2 {
		therapist.until("the reply", func(m live.FromHouse) bool { return m.Reply != nil && m.Reply.ID == "same" })
	}
	therapist.do(room, live.Command{Signal: &live.Signal{Share: share, Body: []byte(`2`)}})
	for _, want := range []string{"1", "2"} {
		m := aggregator.until("the signal", func(m live.FromHouse) bool { return m.Signal != nil })
		wants(t, "body", string(m.Signal.Body), want)
	}
}

func TestTwoPagesOfOnePersonAreTwoMembers(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	_, phone, first, room, share := h.share(t)
	second := h.MustVisit(t, h.clinic.therapist(1), live.Therapist)
	second.entered(room)
	wants(t, "members", len(second.views[room].Members), 4)
	wants(t, "stop by the other page", second.do(room, live.Command{Stop: &live.Stop{Share: share}}).Code, live.CodeNoShare)
	second.do(room, live.Command{Goodbye: &live.Goodbye{}})
	phone.until("left", func(m live.FromHouse) bool {
		return m.Change != nil && m.Change.Left != nil && *m.Change.Left == live.Left{Member: second.member, Reason: "left"}
	})
	wants(t, "the first page's stream", first.do(room, live.Command{Stop: &live.Stop{Share: share}}).Code, "")
}

func TestPeopleAreBounded(t *testing.T) {
	h := MustOpen(t, newClinic(), func(c *Config) { c.Pages, c.Rate, c.Burst = 2, 1, 20 })
	who := h.clinic.patient(1)
	first := h.MustVisit(t, who, live.Patient)
	first.entered(live.PatientRoom(who.Patient)) // a page that enters after its successor would take it for the older
	h.MustVisit(t, who, live.Patient)
	third := h.connect(t, who)
	third.say(live.FromPage{Hello: &live.Hello{Protocol: 1, Member: third.member, Portal: live.Patient}})
	refused, _ := third.ended()
	wants(t, "too many pages", refused.Code, live.CodeTooMany)
	wants(t, "final", refused.Final, false)
	back := h.connect(t, who) // the first page comes back before its old socket is known to be dead
	back.member = first.member
	back.hello(live.Patient)
	_, code := first.ended()
	wants(t, "the old socket", code, closeReplaced)
	for range 30 {
		if text, err := (live.FromPage{Ping: &live.Ping{}}).Encode(); err == nil {
			back.ws.WriteMessage(websocket.TextMessage, text)
		}
	}
	refused, _ = back.ended()
	wants(t, "too many messages", refused.Code, live.CodeTooMany)
}

func TestClosingSaysThatTheHouseRestarts(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, _, _, _, _ := h.share(t)
	silent := h.connect(t, h.clinic.patient(1)) // never says hello
	done := make(chan error)
	go func() { done <- h.Close() }()
	for _, v := range []*visitor{aggregator, silent} {
		_, code := v.ended()
		wants(t, "close code", code, websocket.CloseServiceRestart)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	wants(t, "pages left", h.Pages(), 0)
}
