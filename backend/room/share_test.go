package room

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"hearth/shared/access"
	"hearth/shared/live"
)

func TestAPatientOfAnotherTherapistIsNeverVisible(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, _, _, room, share := h.share(t)
	stranger := h.MustVisit(t, h.clinic.therapist(2), live.Therapist)
	other := live.PatientRoom("nobody")
	for name, c := range map[string]live.Command{
		"ask":    {Ask: &live.Ask{From: aggregator.member, Signals: []access.Signal{access.ECG}}},
		"stop":   {Stop: &live.Stop{Share: share}},
		"signal": {Signal: &live.Signal{Share: share, Body: []byte(`1`)}},
	} {
		here, nowhere := stranger.do(room, c), stranger.do(other, c)
		wants(t, name+" of a stranger's patient", here.Code, live.CodeNoRoom)
		wants(t, name+" looks like one of nobody", here.Code, nowhere.Code)
	}
	stranger.say(live.FromPage{Resync: &live.Resync{Room: room}})
	stranger.say(live.FromPage{Ping: &live.Ping{T0: 1}})
	stranger.until("only the pong", func(m live.FromHouse) bool {
		if m.Enter != nil || m.Change != nil {
			t.Fatalf("a stranger saw %+v", m)
		}
		return m.Pong != nil
	})
	h.clinic.may["p1"]["therapist2"] = nil // an answer of the store gone wrong is still cut to the portal
	phone := h.MustVisit(t, h.clinic.patient(2), live.Patient)
	phone.entered(live.PatientRoom("p2"))
	wants(t, "a patient's rooms", len(phone.views), 1)
}

func TestSignalsFlowOnlyInsideAShare(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, phone, therapist, room, share := h.share(t)
	h.clinic.assign("p1", "therapist2", access.ECG)
	other := h.MustVisit(t, h.clinic.therapist(2), live.Therapist)
	other.entered(room)
	signal := live.Command{Signal: &live.Signal{Share: share, Body: []byte(`"x"`)}}
	wants(t, "by another therapist", other.do(room, signal).Code, live.CodeNoShare)
	wants(t, "by the patient's phone", phone.do(room, signal).Code, live.CodeNoShare)
	wants(t, "by the therapist", therapist.do(room, signal).Code, "")
	aggregator.until("the signal", func(m live.FromHouse) bool { return m.Signal != nil })
	wants(t, "another's stop", other.do(room, live.Command{Stop: &live.Stop{Share: share}}).Code, live.CodeNoShare)
	wants(t, "asked of a phone", other.do(room, live.Command{Ask: &live.Ask{From: phone.member, Signals: []access.Signal{access.ECG}}}).Code, live.CodeAway)
	wants(t, "asked by a phone", phone.do(room, live.Command{Ask: &live.Ask{From: aggregator.member, Signals: []access.Signal{access.ECG}}}).Code, live.CodeForbidden)
	wants(t, "asked for more than permitted", other.do(room, live.Command{Ask: &live.Ask{From: aggregator.member, Signals: []access.Signal{access.ECG, access.Camera}}}).Code, live.CodeNoSignal)
	wants(t, "announced by a phone", phone.do(room, live.Command{Announce: &live.Announce{}}).Code, live.CodeForbidden)
	if r := phone.do(room, live.Command{Relay: &live.Relay{}}); r.Code != "" || len(r.ICE) == 0 {
		t.Errorf("relay for a phone, to check its network: %+v", r)
	}
	wants(t, "relay for the aggregator", len(aggregator.do(room, live.Command{Relay: &live.Relay{}}).ICE), 1)
	h.clinic.breaks(http.ErrServerClosed)
	wants(t, "asked while nothing can be looked up", other.do(room, live.Command{Ask: &live.Ask{From: aggregator.member, Signals: []access.Signal{access.ECG}}}).Code, live.CodeNotNow)
}

func TestStop(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, phone, therapist, room, share := h.share(t)
	wants(t, "partial stop", phone.do(room, live.Command{Stop: &live.Stop{Share: share, Signals: []access.Signal{access.Movement}}}).Code, "")
	m := therapist.until("the smaller share", func(m live.FromHouse) bool {
		return m.Change != nil && m.Change.Share != nil && m.Change.Share.ID == share
	})
	wants(t, "what is left", fmt.Sprint(m.Change.Share.Signals), "[ecg]")
	wants(t, "stop", phone.do(room, live.Command{Stop: &live.Stop{Share: share}}).Code, "")
	therapist.until("the end", endedAs(share, "stopped-by-patient"))
	aggregator.until("the end", endedAs(share, "stopped-by-patient"))
	wants(t, "stop again", phone.do(room, live.Command{Stop: &live.Stop{Share: share}}).Code, live.CodeNoShare)
}

func TestPermissionWithdrawnMidStream(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, phone, therapist, room, share := h.share(t)
	h.clinic.assign("p1", "therapist1", access.ECG)
	h.Recheck(t.Context(), "p1", "therapist1")
	m := aggregator.until("the smaller share", func(m live.FromHouse) bool {
		return m.Change != nil && m.Change.Share != nil && len(m.Change.Share.Signals) == 1
	})
	wants(t, "what is left", m.Change.Share.Signals[0], access.ECG)
	h.clinic.unassign("p1", "therapist1")
	h.Recheck(t.Context(), "p1", "therapist1")
	for _, v := range []*visitor{aggregator, phone, therapist} {
		v.until("withdrawn", endedAs(share, "withdrawn"))
	}
	therapist.until("leave", func(m live.FromHouse) bool {
		return m.Leave != nil && m.Leave.Room == room && m.Leave.Reason == "unassigned"
	})
	wants(t, "a signal afterwards", therapist.do(room, live.Command{Signal: &live.Signal{Share: share, Body: []byte(`1`)}}).Code, live.CodeNoRoom)
	h.clinic.assign("p1", "therapist1", access.ECG)
	h.Recheck(t.Context(), "p1", "therapist1")
	therapist.entered(room)
}

func TestWithdrawnAndSignedOutPeopleLeaveAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		do     func(*house)
		reason string
	}{
		"disabled":              {func(h *house) { h.Withdraw(t.Context(), "therapist1") }, "withdrawn"},
		"signed out":            {func(h *house) { h.SignedOut(t.Context(), "session-therapist1") }, "left"},
		"signed out everywhere": {func(h *house) { h.SignedOutEverywhere(t.Context(), "therapist1", "another") }, "left"},
	} {
		t.Run(name, func(t *testing.T) {
			h := MustOpen(t, newClinic(), nil)
			aggregator, _, therapist, _, share := h.share(t)
			h.SignedOutEverywhere(t.Context(), "therapist1", "session-therapist1") // but this one
			c.do(h)
			aggregator.until("the end", endedAs(share, c.reason))
			aggregator.until("left", func(m live.FromHouse) bool {
				return m.Change != nil && m.Change.Left != nil && *m.Change.Left == live.Left{Member: therapist.member, Reason: "signed-out"}
			})
			refused, _ := therapist.ended()
			wants(t, "refusal", refused, live.Refused{Code: live.CodeSignedOut, Final: true})
		})
	}
}

// TestSharesLeaveATrail: who received what of whom, from when to when and how it ended, is written down, and who cannot
// be written down does not receive.
func TestSharesLeaveATrail(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, phone, therapist, room, share := h.share(t)
	phone.do(room, live.Command{Stop: &live.Stop{Share: share, Signals: []access.Signal{access.Movement}}})
	phone.do(room, live.Command{Stop: &live.Stop{Share: share}})
	phone.do(room, live.Command{Stop: &live.Stop{Share: share}}) // answered once the room has written the one before down
	var trail []string
	for _, s := range h.clinic.told() {
		wants(t, "whose", s.Patient, "p1")
		wants(t, "of which share", s.Share.ID, share)
		trail = append(trail, fmt.Sprint(s.Share.Therapist.ID, " ", s.What, " ", s.Share.Signals, s.Reason, s.From))
	}
	wants(t, "the trail", fmt.Sprint(trail), fmt.Sprint([]string{
		"therapist1 begin [ecg movement]192.0.2.0/24", "therapist1 change [ecg]", "therapist1 end [ecg]stopped-by-patient"}))
	ask := func(signals ...access.Signal) live.Reply {
		return therapist.do(room, live.Command{Ask: &live.Ask{From: aggregator.member, Signals: signals}})
	}
	smaller := ask(access.Movement)
	h.clinic.fill(true)
	wants(t, "more asked while nothing can be written down", ask(access.Movement, access.ECG).Code, live.CodeNotNow)
	h.clinic.fill(false)
	wants(t, "more asked", ask(access.Movement, access.ECG).Code, "")
	wants(t, "of more", fmt.Sprint(h.clinic.last().What, h.clinic.last().Share.Signals, h.clinic.last().From), "change[ecg movement]192.0.2.0/24")
	wants(t, "stop", phone.do(room, live.Command{Stop: &live.Stop{Share: smaller.Share}}).Code, "")
	h.clinic.fill(true)
	wants(t, "asked while nothing can be written down",
		therapist.do(room, live.Command{Ask: &live.Ask{From: aggregator.member, Signals: []access.Signal{access.ECG}}}).Code, live.CodeNotNow)
	phone.say(live.FromPage{Resync: &live.Resync{Room: room}})
	m := phone.until("a snapshot", func(m live.FromHouse) bool { return m.Enter != nil })
	wants(t, "shares", len(m.Enter.Shares), 0)
}

// TestAHouseThatClosesWritesDownWhatEnds: a share that was open when the house closed does not stay open in the trail.
func TestAHouseThatClosesWritesDownWhatEnds(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	_, _, _, _, share := h.share(t)
	h.Close()
	last := h.clinic.last()
	wants(t, "the end", fmt.Sprint(last.Share.ID, last.What, last.Reason), fmt.Sprint(share, SharedEnd, "house-closed"))
}

// TestTheHouseSaysThatAShareGoesThroughTheRelay: both pages read it in the share; while it cannot be known none begins.
func TestTheHouseSaysThatAShareGoesThroughTheRelay(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	aggregator, phone, therapist, room, share := h.share(t)
	relayed := func(id live.ShareID) bool {
		phone.say(live.FromPage{Resync: &live.Resync{Room: room}})
		m := phone.until("a snapshot", func(m live.FromHouse) bool {
			return m.Enter != nil && slices.ContainsFunc(m.Enter.Shares, func(s live.Share) bool { return s.ID == id })
		})
		return m.Enter.Shares[slices.IndexFunc(m.Enter.Shares, func(s live.Share) bool { return s.ID == id })].Relay
	}
	wants(t, "of a tablet at home", relayed(share), false)
	wants(t, "stop", phone.do(room, live.Command{Stop: &live.Stop{Share: share}}).Code, "")
	ask := live.Command{Ask: &live.Ask{From: aggregator.member, Signals: []access.Signal{access.ECG}}}
	h.clinic.breaks(http.ErrServerClosed)
	wants(t, "asked while it cannot be known", therapist.do(room, ask).Code, live.CodeNotNow)
	h.clinic.breaks(nil)
	h.clinic.mu.Lock()
	h.clinic.relay["p1"] = true
	h.clinic.mu.Unlock()
	r := therapist.do(room, ask)
	wants(t, "asked", r.Code, "")
	wants(t, "in a visit through the relay", relayed(r.Share), true)
}
