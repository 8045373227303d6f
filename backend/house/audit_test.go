package house

import (
	"bytes"
	"context"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"hearth/backend/room"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Every reading of a patient's data and every change leaves an entry: who, what, whose. No entry says a name.
func TestTrail(t *testing.T) {
	ctx := context.Background()
	h := mustOpen(t, t.TempDir())
	defer mustClose(t, h)
	_, wren, mira := demoPeople(t, h)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	page := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer page.CloseIdleConnections()
	ask := func(method, path, body string) int {
		t.Helper()
		req, err := http.NewRequest(method, h.URL()+path, bytes.NewBufferString(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := page.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	res, err := page.Post(h.Links().Therapist, "application/x-www-form-urlencoded", nil)
	if err != nil || res.StatusCode != http.StatusSeeOther {
		t.Fatalf("continue as: %v %v", res, err)
	}
	res.Body.Close()
	limits := strings.Replace(api.GetLimits.Path, "{patient}", string(wren.ID), 1)
	ask("GET", api.ListPatients.Path, "")
	ask("GET", limits, "")
	if code := ask("PUT", limits, `{"heartLow":45,"heartHigh":160,"leadOff":10,"version":0}`); code != 200 {
		t.Fatalf("limits: %d", code)
	}
	if code := ask("POST", strings.Replace(api.OpenSitting.Path, "{patient}", string(wren.ID), 1), ""); code != 200 {
		t.Fatalf("sitting: %d", code)
	}
	finch, err := h.store.AccountByLogin(ctx, "finch-12")
	if err != nil {
		t.Fatal(err)
	}
	if code := ask("GET", strings.Replace(api.GetPatient.Path, "{patient}", string(finch.Patient), 1), ""); code != 404 {
		t.Fatalf("another's patient: %d", code)
	}
	if code := ask("GET", api.ListPeople.Path, ""); code != 404 {
		t.Fatalf("people: %d", code)
	}
	entries, err := h.store.ListAudit(ctx, 50)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]care.PatientID{}
	for _, e := range entries {
		if e.Person == mira {
			found[e.Action] = e.Patient
		}
		if strings.Contains(e.Object+e.From, "Wren") || strings.Contains(e.From, "127.0.0.1") && !strings.Contains(e.From, "/") {
			t.Errorf("an entry says too much: %+v", e)
		}
	}
	for action, patient := range map[string]care.PatientID{api.ListPatients.ID: "", api.GetLimits.ID: wren.ID, api.PutLimits.ID: wren.ID, api.OpenSitting.ID: wren.ID,
		api.GetPatient.ID + ".refused": finch.Patient, api.ListPeople.ID + ".refused": ""} {
		if got, ok := found[action]; !ok || got != patient {
			t.Errorf("%s left an entry %v about %q, want about %q", action, ok, got, patient)
		}
	}
}

// A share is in the trail with who receives, whose signals and which kinds, and how it ended.
func TestTrailOfShares(t *testing.T) {
	h := mustOpen(t, t.TempDir())
	defer mustClose(t, h)
	_, wren, mira := demoPeople(t, h)
	share := live.Share{ID: "share1", Therapist: live.PersonView{ID: mira, Name: "Mira Solano"}, Signals: []access.Signal{access.ECG, access.Movement}}
	for _, s := range []room.Shared{
		{Patient: wren.ID, Share: share, What: room.SharedBegin, From: "192.0.2.0/24"},
		{Patient: wren.ID, Share: share, What: room.SharedEnd, Reason: "withdrawn"},
	} {
		if err := (rules{store: h.store}).Note(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := h.store.ListAudit(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"share.begin.ecg.movement": "192.0.2.0/24", "share.end.withdrawn": ""}
	for _, e := range entries {
		if from, ok := want[e.Action]; !ok || e.From != from || e.Person != mira || e.Patient != wren.ID || e.Object != "share1" {
			t.Errorf("got %+v", e)
		}
		delete(want, e.Action)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}
