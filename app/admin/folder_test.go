package admin

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestConsentsAreWrittenDown(t *testing.T) {
	h, _ := opened(access.Clerk)
	var written []api.AddConsentBody
	h.Answer(api.ListConsentTexts, func(remotetest.Asked) (any, error) {
		return api.List[api.ConsentText]{Items: []api.ConsentText{{Kind: "recording", Version: 2, Language: "de", Title: "Aufnahme"}, {Kind: "recording", Version: 2, Language: "en", Title: "Recording"},
			{Kind: "recording", Version: 1, Language: "en", Title: "Recording of old"}}}, nil
	})
	h.Answer(api.ListConsents, func(remotetest.Asked) (any, error) {
		list := []api.Consent{{ID: "a", Kind: "recording", Version: 1, Language: "en", Given: true, At: time.Date(1999, 1, 5, 12, 0, 0, 0, time.UTC), Signer: "guardian", Way: "paper"}}
		for _, b := range written {
			list = append([]api.Consent{{ID: b.ID, Kind: b.Kind, Version: b.Version, Language: b.Language, Given: b.Given, At: b.At, Signer: b.Signer, Way: b.Way, Note: b.Note}}, list...)
		}
		return api.List[api.Consent]{Items: list}, nil
	})
	h.Answer(api.AddConsent, func(a remotetest.Asked) (any, error) {
		var b api.AddConsentBody
		must(json.Unmarshal(a.Body, &b))
		if b.At.After(time.Now().Add(24 * time.Hour)) {
			return nil, fault.New(fault.Invalid, "consent.time", nil)
		}
		written = append(written, b)
		return api.Consent{ID: b.ID}, nil
	})
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		if v.Shows("Show consents"); len(h.Asked(api.ListConsents)) != 0 {
			t.Error("consents were read before anybody asked")
		}
		v.Act(r.agreed.show)
		v.Shows("Recording of old", "There is a newer text: version 2", "by who decides for the patient", `data-said="given"`)
		v.Spoken()
		v.Act(r.agreed.ask("recording", false, "consent-turn-recording"))
		v.Shows("Write down what was said", `id="consent-day"`)
		v.Spoken()
		d := r.agreed.dialog
		if textOf(r.agreed.texts, d.which).Title != "Recording" {
			t.Errorf("it begins with %q", d.which)
		}
		d.day = "tomorrow"
		v.Act(r.agreed.write)
		v.Shows("Please give the day")
		d.day = "2099-01-01"
		v.Act(r.agreed.write)
		v.Shows(`id="consent-day-fault"`)
		d.day = "1999-12-20"
		v.Act(r.agreed.write)
		v.Hides("<dialog")
		v.Shows(`data-said="withdrawn"`)
		if b := written[0]; b.Version != 2 || b.Given || b.Way != "paper" || !care.ValidID(b.ID) || b.At.Local().Format("2006-01-02 15") != "1999-12-20 12" {
			t.Errorf("written %+v", b)
		}
	})
}

func TestConsentTextsComeInAllTheirLanguages(t *testing.T) {
	h, _ := opened(access.Administrator)
	h.Answer(api.ListConsents, func(remotetest.Asked) (any, error) { return api.List[api.Consent]{}, nil })
	h.Answer(api.ListConsentTexts, func(remotetest.Asked) (any, error) {
		return api.List[api.ConsentText]{Items: []api.ConsentText{{Kind: "recording", Version: 1, Language: "en", Title: "Recording", Paragraphs: []string{"I agree.", "I may take it back."}}}}, nil
	})
	var added api.AddConsentTextBody
	h.Answer(api.AddConsentText, func(a remotetest.Asked) (any, error) {
		must(json.Unmarshal(a.Body, &added))
		return api.List[api.ConsentText]{}, nil
	})
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Act(r.agreed.show)
		v.Act(r.agreed.compose("", "text-new"))
		v.Act(r.agreed.add)
		v.Shows(`id="text-title-en-fault"`)
		v.Spoken()
		v.Act(r.agreed.cancelText)
		v.Act(r.agreed.compose("recording", "text-next-recording"))
		d := r.agreed.composing
		if *d.content["en"] != "I agree.\n\nI may take it back." {
			t.Errorf("it begins with %q", *d.content["en"])
		}
		*d.title["de"], *d.content["de"] = " Aufnahme ", "Ich stimme\nzu.\r\n\r\n\n\nJederzeit."
		v.Act(r.agreed.add)
		v.Hides("<dialog")
		if len(added.Texts) != 2 || added.Texts[1].Title != "Aufnahme" || !slices.Equal(added.Texts[1].Paragraphs, []string{"Ich stimme zu.", "Jederzeit."}) {
			t.Errorf("added %+v", added)
		}
	})
}

func TestConnectionsOfAPatientAreSeenAndEnded(t *testing.T) {
	h, _ := opened(access.Administrator)
	now := time.Now()
	list := []api.Connection{{ID: "aaaa0000", Browser: "Firefox", System: "Linux", Since: now, Seen: now, Pages: []api.OpenPage{{Portal: "aggregator", Since: now}}}, {ID: "bbbb0000", Since: now, Seen: now}}
	h.Answer(api.ListConnections, func(a remotetest.Asked) (any, error) { return api.List[api.Connection]{Items: list}, nil })
	h.Answer(api.EndConnection, func(a remotetest.Asked) (any, error) {
		var b api.EndConnectionBody
		must(json.Unmarshal(a.Body, &b))
		if b.ID != list[0].ID {
			return nil, fault.New(fault.NotFound, "request.not-found", nil)
		}
		list = list[1:]
		return struct{}{}, nil
	})
	h.Answer(api.EndConnections, func(remotetest.Asked) (any, error) { list = nil; return api.Person{}, nil })
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		v.Act(r.wires.show)
		v.Shows("Firefox · Linux", "Tablet", "A browser", "No page open", "Sign out everywhere")
		v.Spoken()
		v.Act(r.wires.end("cccc0000"))
		v.Shows(`role="alert"`)
		v.Act(r.wires.end("aaaa0000"))
		v.Hides("Firefox", "Sign out everywhere")
		v.Act(r.wires.all)
		v.Shows("Not signed in anywhere.", "Signed out.")
	})
}

func TestEverythingIsSavedHeldAndErased(t *testing.T) {
	h, now := opened(access.Administrator)
	desk := &tray{}
	plan := api.Erasure{Patient: wren, Due: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), Counts: map[string]int{"labels": 1200, "record": 1}}
	h.Answer(api.PlanErasure, func(remotetest.Asked) (any, error) { return plan, nil })
	h.Answer(api.PlanExport, func(remotetest.Asked) (any, error) { return api.Counts{Counts: map[string]int{"trail": 9}}, nil })
	h.Answer(api.ListTrail, func(remotetest.Asked) (any, error) {
		return api.List[api.TrailEntry]{Items: []api.TrailEntry{{PersonName: "Ada Lane", At: time.Now()}}}, nil
	})
	h.Answer(api.HoldPatient, func(a remotetest.Asked) (any, error) {
		now.Version, now.Held = now.Version+1, nil
		if strings.Contains(string(a.Body), "true") {
			since := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
			now.Held = &since
		}
		return plan, nil
	})
	h.Answer(api.AskErasure, func(a remotetest.Asked) (any, error) {
		var b api.AskErasureBody
		must(json.Unmarshal(a.Body, &b))
		done := time.Now()
		e := plan
		e.ID, e.Reason, e.State, e.Done, e.Proof = "e", b.Reason, care.ErasureDone, &done, strings.Repeat("4f", 32)
		if !b.Now {
			e.State, e.Done, e.Proof = care.ErasureWaiting, nil, ""
			now.Deleted, now.Version = &done, now.Version+1
		}
		plan = e
		return e, nil
	})
	h.Answer(api.CancelErasure, func(remotetest.Asked) (any, error) {
		now.Deleted, now.Version, plan.State, plan.ID = nil, now.Version+1, "", ""
		return plan, nil
	})
	atRecord(t, h, func(t *testing.T, v *remotetest.Visit, r *Record) {
		r.Env.Files = desk
		v.Act(r.safe.export(true))
		v.Shows("Everything about Wren-23", "Entries of the trail", "Ada Lane", `id="export-do"`)
		v.Spoken()
		v.Act(r.safe.save)
		v.Hides("<dialog")
		v.Act(func(ctx app.Context) { r.safe.hold(ctx, true) })
		v.Shows("Held since 21 Nov 2026")
		v.Act(func(ctx app.Context) { r.safe.hold(ctx, false) })
		v.Hides("Held since")
		v.Act(r.safe.erase)
		v.Shows("Erase Wren-23 for good?", "Labels", "1\u202f200", "28 Nov 2026", "Until then it can be called off")
		v.Spoken()
		v.Act(r.safe.ask)
		if n := len(h.Asked(api.AskErasure)); n != 0 {
			t.Errorf("asked %d times without being sure", n)
		}
		r.safe.dialog.sure = true
		v.Act(r.safe.ask)
		v.Shows("will be erased on", `id="erasure-cancel"`)
		v.Hides(`id="restore"`)
		v.Spoken()
		v.Act(r.safe.cancel)
		v.Shows(`id="export"`)
		v.Act(r.safe.erase)
		r.safe.dialog.now, r.safe.dialog.sure = true, true
		v.Act(r.safe.ask)
		v.Shows(strings.Repeat("4f", 32), "Labels")
		v.Hides("Wren-23")
		v.Spoken()
		if v.Act(r.safe.keep); len(desk.saved) != 1 || !strings.HasPrefix(desk.saved[0], "erasure-") || !strings.Contains(desk.last, `"proof"`) || strings.Contains(desk.last, "Wren") {
			t.Errorf("saved %v: %s", desk.saved, desk.last)
		}
	})
}

func TestAGameIsChosenWithThePatient(t *testing.T) {
	d := begun(intake{}, func(int) int { return 0 })
	if b := d.body(); b.Game.On {
		t.Errorf("there is a game nobody chose: %+v", b.Game)
	}
	d.project, d.game.on, d.game.name, d.game.world = "p", "game", strings.Repeat("x", 16), "snow"
	if d.check(time.Now()) || d.faults["game-name"] == nil {
		t.Errorf("a long name passes: %v", d.faults)
	}
	d.game.name = "Pip"
	if b := d.body(); !d.check(time.Now()) || b.Game != (care.Game{On: true, Name: "Pip", World: "snow"}) {
		t.Errorf("it makes %+v, %v", b.Game, d.faults)
	}
	if next := begun(d, func(int) int { return 0 }); next.game.on == "" || next.game.name != "" || next.game.world != "snow" {
		t.Errorf("the next of the series has %+v", next.game)
	}
}

func TestWhoIsSignedOutIsSeenFirst(t *testing.T) {
	h := clinic()
	h.Answer(api.ListConnections, func(remotetest.Asked) (any, error) {
		return api.List[api.Connection]{Items: []api.Connection{{ID: "aaaa0000", Browser: "Firefox", System: "Linux", Pages: []api.OpenPage{{Portal: "therapist"}}}}}, nil
	})
	portal(t, h, peoplePageOf, func(t *testing.T, v *remotetest.Visit, p *People) {
		v.Act(p.about(parting, person("m"), "part-m"))
		v.Shows("Firefox · Linux", "Therapist’s page", `id="part-do"`, `id="wire-end-aaaa0000"`)
		v.Spoken()
	})
}
