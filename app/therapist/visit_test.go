package therapist

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/stage"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/wasm/media"
)

const visitID = care.VisitID("vvvvvvvvvvvvvvvvvvvvvvvvvv")

// mustVisit mounts the page of a visit as a browser does, with a device that has neither camera nor microphone.
func mustVisit(t *testing.T, h *house, v api.Visit) (*stageOf, *Visit) {
	t.Helper()
	h.visit = v
	page := &Visit{Env: mustEnv(t, h, drawer{}), Capture: media.Open, Player: func() media.Player { return media.None{} }}
	s := mustStage(t, page, func(ctx app.Context) {
		page.page = ctx
		page.Env.LoadMe(ctx, func(ctx app.Context) {
			page.id, page.step, page.looks = visitID, opening, map[care.GuestID]bool{}
			page.read(ctx)
		})
	})
	t.Cleanup(func() { s.run(func(app.Context) { page.shut() }) })
	return s, page
}

func (s *stageOf) until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not come:\n%.2000s", what, s.html())
		}
		s.engine.ConsumeAll()
	}
}

func booked(kind care.VisitKind, patient care.PatientID) api.Visit {
	return api.Visit{ID: visitID, Project: "project", Patient: patient, PatientName: "Wren-23", Kind: kind, Host: "mira", State: care.Booked, Start: time.Now(), Version: 1,
		Guests: []api.Guest{{ID: "guest", As: care.AsPatient, State: care.WaitingRoom}}}
}

func TestVisitShowsSignalsBesideTheCall(t *testing.T) {
	h := newHouse()
	s, page := mustVisit(t, h, booked(care.Therapy, wren))
	s.until(t, "the live page", func() bool { return page.live != nil })
	html := s.html()
	mustSay(t, html, `id="stage"`, `id="call-end"`, `id="ecg"`, `id="trend"`, `id="label-0"`, `id="rest`, `data-signals`)
	if strings.Index(html, `id="stage"`) > strings.Index(html, `id="ecg"`) {
		t.Error("the pictures are not in the left column")
	}
	if at, into := page.moment(); at != visitID || into < 0 || into > time.Minute {
		t.Errorf("a moment is %v into %q", into, at)
	}
	if !h.called("POST " + api.Base + "/visits/" + string(visitID) + "/begin") {
		t.Error("the house does not know that the visit began")
	}
}

func TestVisitsWithoutSignalsFillThePage(t *testing.T) {
	for _, kind := range []care.VisitKind{care.Family, care.Information, care.Meeting} {
		h := newHouse()
		s, page := mustVisit(t, h, booked(kind, map[bool]care.PatientID{true: wren}[kind != care.Meeting]))
		s.until(t, "the call", func() bool { return page.step == inside && page.notes.Known() })
		html := s.html()
		mustSay(t, html, `id="stage"`, `id="visit-timer"`)
		if strings.Contains(html, `id="ecg"`) {
			t.Errorf("%s shows signals", kind)
		}
	}
}

func TestVisitSavesItsNotes(t *testing.T) {
	h := newHouse()
	s, page := mustVisit(t, h, booked(care.Family, wren))
	s.until(t, "notes", func() bool { return page.notes.Known() })
	s.run(func(ctx app.Context) {
		page.notes.Keep([]stage.Part{{Key: "said", Text: "Slept well."}}, page.Env.Now())
		page.save(ctx, true)
	})
	s.until(t, "saved notes", func() bool { return !page.notes.Unsaved() })
	if got := h.notes.Parts[0].Text; got != "Slept well." {
		t.Errorf("the house has %q", got)
	}
}

// TestVisitIsComeBackTo presses buttons that are gone by the time the house has answered.
func TestVisitIsComeBackTo(t *testing.T) {
	h := newHouse()
	s, page := mustVisit(t, h, booked(care.Therapy, wren))
	s.until(t, "the call", func() bool { return page.step == inside })
	gone := app.Context{}
	s.run(func(app.Context) { page.leave(gone) })
	s.run(func(app.Context) {
		page.trouble = errors.New("what the next answer takes away")
		page.back(gone)
	})
	s.until(t, "the call again", func() bool { return page.step == inside && page.meeting != nil && page.trouble == nil })
}

func TestVisitThatIsOver(t *testing.T) {
	h := newHouse()
	v := booked(care.Therapy, wren)
	v.State, v.Outcome = care.Ended, care.Held
	s, page := mustVisit(t, h, v)
	s.until(t, "the end", func() bool { return page.step == over && page.notes.Known() })
	mustSay(t, s.html(), "The visit has ended", "It took place", `id="note-said"`)
	if page.meeting != nil {
		t.Error("camera and microphone are open")
	}
	s.run(func(ctx app.Context) { page.act(api.PutOutcome, api.OutcomeBody{Outcome: care.Failed}) })
	s.until(t, "the outcome", func() bool { return page.visit.Outcome == care.Failed })
}

func TestVisitOfNobodys(t *testing.T) {
	h := newHouse()
	s, page := mustVisit(t, h, api.Visit{})
	s.until(t, "a way out", func() bool { return page.lost != nil })
	mustSay(t, s.html(), "visit-lost", api.TherapistPage)
}

func TestLeavingAndComingBack(t *testing.T) {
	h := newHouse()
	s, page := mustVisit(t, h, booked(care.Family, wren))
	s.until(t, "the call", func() bool { return page.meeting != nil })
	s.run(page.leave)
	mustSay(t, s.html(), "You left the call", `id="join-again"`)
	s.run(page.back)
	s.until(t, "the call again", func() bool { return page.meeting != nil && page.step == inside })
	s.run(func(ctx app.Context) { page.close(ctx, true) })
	s.until(t, "the end", func() bool { return h.called("POST " + api.Base + "/visits/" + string(visitID) + "/end") })
}

// TestVisitThatCannotBeReadForAWhile says so for as long as it is so, and no longer.
func TestVisitThatCannotBeReadForAWhile(t *testing.T) {
	h := newHouse()
	s, page := mustVisit(t, h, booked(care.Family, wren))
	s.until(t, "the call", func() bool { return page.step == inside && page.notes.Known() })
	for _, away := range []bool{true, false} {
		h.mu.Lock()
		h.away = away
		h.mu.Unlock()
		s.run(page.read)
		s.until(t, "another answer", func() bool { return (page.unread != nil) == away && !page.reading })
	}
	if said := page.known().Trouble; said != "" {
		t.Errorf("the house is back, and the page says %q", said)
	}
}
