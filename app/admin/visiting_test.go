package admin

import (
	"slices"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestNotePartsKeepTheirKeys(t *testing.T) {
	remotetest.Speak(t, "en")
	before := []care.NotePart{{Key: "said"}, {Key: "own", Title: "Homework"}}
	got := noteParts("Homework\n\n  Mood \nSaid\nHomework\n", before)
	if len(got) != 3 || got[0].Key != "own" || got[1].Title != "Mood" || got[1].Key == "" || got[2] != (care.NotePart{Key: "said"}) {
		t.Errorf("%+v", got)
	}
	if v, err := (care.Visiting{Zone: "UTC", Notes: got}).Tidy(); err != nil {
		t.Errorf("%+v is refused: %v", v, err)
	}
}

func TestVisitingIsChangedByTwo(t *testing.T) {
	h := clinic()
	kept := api.Visiting{Zone: "Europe/Berlin", Phone: "+49 705 1", Naming: care.ByRole, Notes: care.DefaultNotes(), Hours: []care.Opening{{Day: 1, From: "09:00", Until: "12:00"}}, DropIn: true, Version: 2}
	h.Answer(api.GetVisiting, func(remotetest.Asked) (any, error) { return kept, nil })
	h.Answer(api.ListConsentTexts, func(remotetest.Asked) (any, error) {
		return api.List[api.ConsentText]{Items: []api.ConsentText{{Kind: "visit", Language: "en"}, {Kind: "visit", Language: "de"}}}, nil
	})
	h.Answer(api.PutVisiting, func(a remotetest.Asked) (any, error) {
		var b api.Visiting
		a.Read(t, &b)
		if b.Version != kept.Version {
			return nil, fault.New(fault.Conflict, "changed-elsewhere", nil)
		}
		if !slices.ContainsFunc(b.Hours, func(o care.Opening) bool { return o.Day == 1 }) {
			return nil, fault.New(fault.Invalid, "visiting.hours", nil)
		}
		b.Version++
		kept = b
		return b, nil
	})
	portal(t, h, func(e *frame.Env) *Visiting { return &Visiting{Env: e} }, func(t *testing.T, v *remotetest.Visit, p *Visiting) {
		v.Hides(`id="relay-fails"`)
		v.Shows(`id="visiting"`, `value="+49 705 1"`, "Said", `id="hour-0-from"`, "/c/", `value="visit"`, "Monday")
		v.Spoken()
		v.Act(func(app.Context) {
			p.draft.phone = "+49 705 2"
			p.draft.hours = append(p.draft.hours, nextHours(p.draft.hours))
		})
		v.Shows(`id="hour-1-day"`, "Tuesday")
		kept.Emergency, kept.Version = "112", 3
		v.Act(p.save)
		v.Shows(`id="clash"`, `data-clash="emergency"`, `value="+49 705 2"`)
		v.Spoken()
		v.Act(p.save)
		v.Shows("Saved.")
		if kept.Emergency != "112" || kept.Phone != "+49 705 2" || len(kept.Hours) != 2 || len(kept.Notes) != 4 {
			t.Errorf("kept %+v", kept)
		}
		v.Act(func(app.Context) { p.draft.hours = nil })
		v.Act(p.save)
		v.Shows(`role="alert"`)
		kept.RelayFails = true
		v.Act(p.read)
		v.Shows(`id="relaying"`, `id="relay-fails"`, "nobody hears or sees anybody")
		v.Spoken()
	})
}
