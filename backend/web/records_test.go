package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// recordBodies are sound bodies for operations about records and roles.
func recordBodies() map[string]string {
	project := string(care.NewID[care.ProjectID]())
	return map[string]string{
		api.SearchRecords.ID: `{"text":"wren"}`,
		api.CreateRecord.ID:  `{"project":"` + project + `"}`,
		api.PatchRecord.ID:   `{"version":1}`,
		api.MoveRecord.ID:    `{"version":1,"project":"` + project + `"}`,
		api.DeleteRecord.ID:  `{"version":1}`,
		api.RestoreRecord.ID: `{"version":1}`,
		api.PutContact.ID:    `{"contact":{"name":"Ann Park"},"version":0}`,
		api.PreviewImport.ID: `{"file":"cHNldWRvbnltCkpheS00Cg=="}`,
		api.CommitImport.ID:  `{"file":"cHNldWRvbnltCkpheS00Cg==","digest":"x","id":"12345678"}`,
		api.ExportRecords.ID: `{}`,
		api.SearchPeople.ID:  `{"text":"mira"}`,
		api.GiveRole.ID:      `{"role":"therapist"}`,
		api.TakeRole.ID:      `{"role":"therapist"}`,
	}
}

// of fills in a patient.
func of(op api.Operation, patient care.PatientID) string {
	return strings.Replace(op.Path, "{patient}", string(patient), 1)
}

// A clerk's minute: a patient in one form, found again by name, changed, moved, hidden and brought back.
func TestRecords(t *testing.T) {
	c := mustClinic(t)
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	home := mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil)
	if home.Total != 3 || len(home.Items) != 3 || home.Items[2].Name != "Wren-23" || home.Items[2].Care[0].Name != "Mira Solano" {
		t.Fatalf("the demo's records are %+v", home)
	}
	project := home.Items[0].Project
	body := api.CreateRecordBody{ID: care.NewID[care.PatientID](), Project: project, Language: "de", Theme: "child",
		Care: []api.NewCare{{Therapist: c.people["Mira Solano"].ID, Signals: []access.Signal{access.ECG}}},
		Contact: &care.Contact{Name: "Ann Park", Mobile: "+49 (0)170 1234567", Mail: "ann@example.org", Relatives: []care.Relative{
			{Name: "Rosa Park", Relation: "mother", Mobile: "0049 170 7654321"}, {Name: "Rosa Park", Relation: "mother"}}}}
	made := mustDo[api.Record](c.admin, "POST", api.CreateRecord.Path, body)
	if again := mustDo[api.Record](c.admin, "POST", api.CreateRecord.Path, body); made.ID != body.ID || again.ID != made.ID || again.Name != made.Name {
		t.Errorf("made %+v, and again %+v", made, again)
	}
	contact := mustDo[api.ContactCard](c.mira, "GET", of(api.GetContact, made.ID), nil)
	if contact.Contact.Name != "Ann Park" || contact.Contact.Mobile != "+491701234567" || len(contact.Contact.Relatives) != 1 || contact.Version != 1 {
		t.Errorf("Mira reads %+v", contact)
	}
	for what, found := range map[string]struct {
		by   *visitor
		text string
		want int
	}{
		"by name": {c.admin, "ann pa", 1}, "by address": {c.admin, "ANN@EXAMPLE", 1}, "by number": {c.admin, "170 1234", 1},
		"by the therapist, who may read names": {c.mira, "ann pa", 1}, "by nothing": {c.admin, "zebra", 0}, "by a wildcard": {c.admin, "%", 0},
	} {
		if got := mustDo[api.Records](found.by, "POST", api.SearchRecords.Path, api.RecordQuery{Text: found.text}); len(got.Items) != found.want {
			t.Errorf("%s: found %+v, want %d", what, got, found.want)
		}
	}
	res, _ := c.admin.ask("GET", of(api.GetRecord, made.ID), "")
	tag := res.Header.Get("ETag")
	res, got := c.admin.ask("PATCH", of(api.PatchRecord, made.ID), `{"version":0,"name":"Stork-99"}`, "If-Match", tag)
	if res.StatusCode != 200 || res.Header.Get("ETag") == tag {
		t.Fatalf("renamed: %d %s", res.StatusCode, got)
	}
	for _, header := range [][]string{nil, {"If-Match", tag}} { // the second administrator is told what it is now
		res, got := c.admin.ask("PATCH", of(api.PatchRecord, made.ID), `{"version":2,"disabled":true}`, header...)
		status := http.StatusConflict
		if header != nil {
			status = http.StatusPreconditionFailed
		}
		c.admin.wantProblem("an old version", res, got, status, "")
		var p struct{ Now api.Record }
		if err := json.Unmarshal([]byte(got), &p); err != nil || p.Now.Name != "Stork-99" || p.Now.Disabled {
			t.Errorf("it says it is now %+v, %v", p.Now, err)
		}
	}
	res, got = c.admin.ask("PUT", of(api.PutContact, made.ID), `{"contact":{"name":"Bea"},"version":0}`)
	c.admin.wantProblem("an old contact", res, got, http.StatusConflict, "changed-elsewhere")
	if !strings.Contains(got, `"Ann Park"`) {
		t.Errorf("it does not say what it is now: %s", got)
	}
	res, got = c.mira.ask("PUT", of(api.PutContact, made.ID), `{"contact":{"name":"Bea"},"version":1}`)
	c.mira.wantProblem("a therapist writes a contact", res, got, http.StatusNotFound, "")
	sleep := mustDo[api.Project](c.admin, "POST", strings.Replace(api.CreateProject.Path, "{site}", string(me.Site), 1), api.NameBody{Name: "Sleep"})
	now := mustDo[api.Record](c.admin, "GET", of(api.GetRecord, made.ID), nil)
	moved := mustDo[api.Moved](c.admin, "POST", of(api.MoveRecord, made.ID), api.MoveRecordBody{Version: now.Version, Project: sleep.ID})
	if moved.Record.Project != sleep.ID || len(moved.Ended) != 0 || len(moved.Record.Care) != 1 {
		t.Errorf("moved: %+v", moved)
	}
	gone := mustDo[api.Record](c.admin, "DELETE", of(api.DeleteRecord, made.ID), api.VersionBody{Version: moved.Record.Version})
	if gone.Deleted == nil || mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Total != 3 {
		t.Errorf("deleted: %+v", gone)
	}
	if back := mustDo[api.Record](c.admin, "POST", of(api.RestoreRecord, made.ID), api.VersionBody{Version: gone.Version}); back.Deleted != nil {
		t.Errorf("brought back: %+v", back)
	}
	if got := mustDo[api.Records](c.admin, "GET", api.ListRecords.Path+"?state=active&limit=2", nil); len(got.Items) != 2 || got.Total != 4 || got.Next == "" {
		t.Errorf("the first part is %+v", got)
	}
}

// The same key makes the same patient; another person's same key makes another.
func TestIdempotencyKey(t *testing.T) {
	c := mustClinic(t)
	project := mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project
	var ids []string
	for _, key := range []string{"a", "a", "b"} {
		res, got := c.admin.ask("POST", api.CreateRecord.Path, `{"project":"`+string(project)+`","linkOnly":true}`, api.IdempotencyKey, key)
		var r api.Record
		if err := json.Unmarshal([]byte(got), &r); err != nil || res.StatusCode != 200 || !r.LinkOnly || r.Login != "" {
			t.Fatalf("%d %s", res.StatusCode, got)
		}
		ids = append(ids, string(r.ID))
	}
	if ids[0] != ids[1] || ids[0] == ids[2] {
		t.Errorf("made %v", ids)
	}
}

// What nobody may set is refused where it stands, not left out silently.
func TestUnknownFieldsAreRefused(t *testing.T) {
	c := mustClinic(t)
	r := mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0]
	for what, ask := range map[string][3]string{
		"a patient's project by PATCH": {"PATCH", of(api.PatchRecord, r.ID), `{"version":2,"project":"x"}`},
		"a patient's person":           {"PATCH", of(api.PatchRecord, r.ID), `{"version":2,"person":"x"}`},
		"a creation time":              {"POST", api.CreateRecord.Path, `{"project":"` + string(r.Project) + `","created":"2020-01-01T00:00:00Z"}`},
		"roles for a patient":          {"POST", api.CreateRecord.Path, `{"project":"` + string(r.Project) + `","roles":["administrator"]}`},
		"a password for a patient":     {"POST", api.CreateRecord.Path, `{"project":"` + string(r.Project) + `","password":"x"}`},
		"a contact's patient":          {"PUT", of(api.PutContact, r.ID), `{"contact":{"patient":"x"},"version":0}`},
		"a role by PATCH of a person":  {"PATCH", "/api/v1/people/" + string(r.Person), `{"version":1,"roles":["administrator"]}`},
		"a role by PATCH of the own":   {"PATCH", api.PatchMe.Path, `{"roles":["administrator"]}`},
		"the own login":                {"PATCH", api.PatchMe.Path, `{"login":"root"}`},
		"a site's deletion by PATCH":   {"PATCH", strings.Replace(api.PatchSite.Path, "{site}", string(r.Site), 1), `{"version":1,"name":"x","deleted":"2020-01-01T00:00:00Z"}`},
	} {
		res, got := c.admin.ask(ask[0], ask[1], ask[2])
		c.admin.wantProblem(what, res, got, http.StatusUnprocessableEntity, "request.invalid")
	}
	if now := mustDo[api.Record](c.admin, "GET", of(api.GetRecord, r.ID), nil); now.Version != r.Version {
		t.Errorf("something was changed: %+v from %+v", now, r)
	}
}
