package admin

import (
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/api"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// TestActionsHaveWords: every operation is said in words in every language.
func TestActionsHaveWords(t *testing.T) {
	for _, l := range words.Languages() {
		all, err := catalogue.Sentences(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, op := range api.Operations() {
			if all["trail.action."+op.ID] == "" {
				t.Errorf("%s has no words for the trail in %s", op.ID, l)
			}
		}
		for _, a := range besides {
			if all["trail.action."+a] == "" {
				t.Errorf("%s has no words for the trail in %s", a, l)
			}
		}
	}
}

func TestTrailIsReadAndNarrowed(t *testing.T) {
	h := clinic()
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	h.Answer(api.ListPlaces, func(remotetest.Asked) (any, error) { return api.Places{}, nil })
	h.Answer(api.TrailEnd, func(remotetest.Asked) (any, error) { return api.Anchor{Anchor: "7:abc"}, nil })
	h.Answer(api.ListTrail, func(a remotetest.Asked) (any, error) {
		if strings.Contains(a.Query, "cursor=5") {
			return api.List[api.TrailEntry]{Items: []api.TrailEntry{{Number: 4, At: at, Action: "trail.forget"}}}, nil
		}
		return api.List[api.TrailEntry]{Next: "5", Items: []api.TrailEntry{
			{Number: 7, At: at, Person: "m", PersonName: "Mira Solano", Action: "list-patients", Count: 12, Network: "192.0.2.0/24"},
			{Number: 6, At: at, Action: "sign-in.wrong", Network: "192.0.2.0/24"},
			{Number: 5, At: at, Action: "share.begin.ecg", Person: "gonegonegone", Patient: "w", PatientName: "Wren-23"},
		}}, nil
	})
	portal(t, h, func(e *frame.Env) *Trail { return &Trail{Env: e} }, func(t *testing.T, v *remotetest.Visit, p *Trail) {
		v.Shows("Listed patients", "12 entries", "Mira Solano", "Wrong password", "refused", "nobody signed in", "Signals began", "gonegone…", "Wren-23",
			"7:abc", `data-shown="3"`, "format=csv", `data-action="share.begin.ecg"`)
		v.Spoken()
		v.Act(func(app.Context) { p.only = "Wren-23"; p.narrow(func(f *api.TrailFilter) { f.Patient = "w" }) })
		v.Shows("Only Wren-23", "patient=w", `id="clear"`)
		v.Act(func(app.Context) { p.choose("week") })
		v.Act(func(app.Context) { p.ask(p.next) })
		v.Shows(`data-shown="4"`, "the house itself")
		v.Hides(`id="more"`)
		v.Act(p.clear)
		v.Hides(`id="clear"`)
		var paths []string
		for _, a := range h.Asked(api.ListTrail) {
			paths = append(paths, a.Query)
		}
		if all := strings.Join(paths, "\n"); !strings.Contains(all, "patient=w") || !strings.Contains(all, "from=") || !strings.Contains(all, "cursor=5") {
			t.Errorf("asked for %s", all)
		}
	})
}
