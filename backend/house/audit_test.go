package house

import (
	"bytes"
	"context"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"

	"hearth/shared/api"
	"hearth/shared/care"
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
	for action, patient := range map[string]care.PatientID{api.ListPatients.ID: "", api.GetLimits.ID: wren.ID, api.PutLimits.ID: wren.ID, api.OpenSitting.ID: wren.ID} {
		if got, ok := found[action]; !ok || got != patient {
			t.Errorf("%s left an entry %v about %q, want about %q", action, ok, got, patient)
		}
	}
}
