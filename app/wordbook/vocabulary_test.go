package wordbook

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

const project = care.ProjectID("projectaaaaaaaaaaaaaaaaaaa")

// school is a house whose project has three words.
func school(role access.Role) (*remotetest.House, *api.Vocabulary) {
	h := remotetest.New()
	h.Person = live.PersonView{ID: "m", Name: "Mira Solano"}
	common := &api.Vocabulary{Words: append(care.DefaultVocabulary()[:2:2], care.Word{Key: "own-door", Text: "At the door"}), Version: 3}
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "m", Name: "Mira Solano", Roles: []access.Role{role}, Grants: []api.Grant{{Role: role}}, Project: project}, nil
	})
	h.Answer(api.GetVocabulary, func(remotetest.Asked) (any, error) { return *common, nil })
	h.Answer(api.PutVocabulary, func(a remotetest.Asked) (any, error) { return put(a, common) })
	return h, common
}

func put(a remotetest.Asked, to *api.Vocabulary) (any, error) {
	var v api.Vocabulary
	if err := json.Unmarshal(a.Body, &v); err != nil || v.Version != to.Version {
		return nil, fault.New(fault.Conflict, "changed-elsewhere", err)
	}
	v.Version++
	*to = v
	return v, nil
}

func inside(t *testing.T, h *remotetest.House, own bool, f func(*testing.T, *remotetest.Visit, *Editor)) {
	t.Helper()
	var w *Editor
	remotetest.Inside(t, h, live.Therapist, func(e *frame.Env) app.Composer {
		w = &Editor{Env: e, Project: func() care.ProjectID { return project }, Own: own}
		return w
	}, func(t *testing.T, v *remotetest.Visit) { f(t, v, w) })
}

// Whoever edits a project's words changes what everybody begins with.
func TestAProjectsWordsAreEditedAndSaved(t *testing.T) {
	h, common := school(access.Administrator)
	inside(t, h, false, func(t *testing.T, v *remotetest.Visit, w *Editor) {
		v.Shows("At the door", "Baseline", "3 of 24 words", "Built-in words", "Everybody in the project begins with these")
		v.Hides(`id="words-which"`)
		v.Spoken()
		v.Act(func(ctx app.Context) { w.text = "On the bus"; w.add(ctx) })
		v.Act(func(ctx app.Context) { w.list.move(3, -1); w.save(ctx) })
		v.Shows("Saved.")
		if got := common.Words[2]; got.Text != "On the bus" || common.Version != 4 {
			t.Errorf("stored %+v", common)
		}
		v.Act(func(ctx app.Context) { w.text = "on the BUS"; w.add(ctx) })
		v.Shows("already in the list")
	})
}

// A therapist's own words begin as the project's, become theirs when they are changed, and are given back.
func TestOwnWordsBeginAsTheProjects(t *testing.T) {
	h, common := school(access.Therapist)
	own := api.Vocabulary{}
	h.Answer(api.GetOwnVocabulary, func(remotetest.Asked) (any, error) {
		if own.Version == 0 {
			return api.Vocabulary{Words: common.Words}, nil
		}
		return own, nil
	})
	h.Answer(api.PutOwnVocabulary, func(a remotetest.Asked) (any, error) { return put(a, &own) })
	h.Answer(api.DeleteOwnVocabulary, func(remotetest.Asked) (any, error) {
		own = api.Vocabulary{}
		return api.Vocabulary{Words: common.Words}, nil
	})
	inside(t, h, true, func(t *testing.T, v *remotetest.Visit, w *Editor) {
		v.Shows("These are the project’s words", "At the door", `id="words-which"`)
		v.Hides(`id="words-back"`)
		v.Spoken()
		v.Act(func(ctx app.Context) { w.text = "On the bus"; w.add(ctx); w.save(ctx) })
		v.Shows("Saved.", `id="words-back"`, "on your own live pages")
		if len(own.Words) != 4 || len(common.Words) != 3 {
			t.Errorf("own %+v, of the project %+v", own, common)
		}
		v.Act(func(ctx app.Context) { w.choose(ctx, "project") })
		v.Shows("Everybody in the project begins with these", "3 of 24 words")
		v.Hides("On the bus")
		v.Act(func(ctx app.Context) { w.choose(ctx, "own") })
		v.Shows("On the bus")
		v.Act(w.back)
		v.Shows("These are the project’s words")
		v.Hides("On the bus", `id="words-back"`)
	})
}

// Keys are a house's key text, and two words never share one, whoever made them.
func TestNamesOfKeys(t *testing.T) {
	seen := map[string]string{}
	for _, text := range []string{"Ä! 12 x", "собака", "кошка", "In", "in", "Walking through the door alone", "Walking through the door along", strings.Repeat("w", 40), "—"} {
		key := keyOf(text)
		if !strings.HasPrefix(key, "own-") || seen[key] != "" || (care.Vocabulary{Words: []care.Word{{Key: key, Text: text}}}).Validate() != nil {
			t.Errorf("%q has the key %q, as %q has", text, key, seen[key])
		}
		seen[key] = text
	}
}
