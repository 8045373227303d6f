package web_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hearth/backend/dossier"
	"hearth/shared/api"
	"hearth/shared/care"
)

func ofPatient(op api.Operation, id care.PatientID) string {
	return strings.Replace(op.Path, "{patient}", string(id), 1)
}

// protectBodies are sound bodies for what protects patients' data.
func protectBodies() map[string]string {
	return map[string]string{
		api.AddConsentText.ID: `{"kind":"treatment","texts":[{"language":"en","title":"Treatment","paragraphs":["I agree."]}]}`,
		api.AddConsent.ID: `{"id":"` + string(care.NewID[care.ConsentID]()) + `","kind":"treatment","version":1,"language":"en","given":true,` +
			`"at":"2026-11-01T12:00:00Z","signer":"patient","way":"paper"}`,
		api.AskErasure.ID:   `{"reason":"request"}`,
		api.HoldPatient.ID:  `{"hold":true}`,
		api.PutRetention.ID: `{"trailYears":10,"deletedDays":30,"waitDays":7,"version":0}`,
	}
}

// Everything about a patient comes as one archive that is as its manifest says, with their own and nobody else's.
func TestPatientFile(t *testing.T) {
	c := mustClinic(t)
	wren, robin := c.patients["Wren-23"], c.patients["Robin-07"]
	for patient, text := range map[care.PatientID]string{wren: "=note of Wren\n\"quoted\"", robin: "note of Robin"} {
		sitting := mustDo[api.Sitting](c.mira, "POST", ofPatient(api.OpenSitting, patient), nil)
		label := care.NewID[care.LabelID]()
		path := strings.NewReplacer("{sitting}", string(sitting.ID), "{label}", string(label)).Replace(api.PutLabel.Path)
		mustDo[api.Label](c.mira, "PUT", path, api.Label{ID: label, At: 1790000000000000, Kind: care.Note, Text: text})
	}
	project := mustDo[api.Me](c.mira, "GET", api.GetMe.Path, nil).Project
	mustDo[api.List[api.ConsentText]](c.admin, "POST", strings.Replace(api.AddConsentText.Path, "{project}", string(project), 1),
		api.AddConsentTextBody{Kind: "treatment", Texts: []api.ConsentWords{{Language: "en", Title: "Treatment", Paragraphs: []string{"I agree."}}}})
	said := mustDo[api.Consent](c.admin, "POST", ofPatient(api.AddConsent, wren), api.AddConsentBody{ID: care.NewID[care.ConsentID](), Kind: "treatment", Version: 1,
		Language: "en", Given: true, At: c.people["Mira Solano"].Created, Signer: "patient", Way: "paper"})
	if list := mustDo[api.List[api.Consent]](c.mira, "GET", ofPatient(api.ListConsents, wren), nil).Items; len(list) != 1 || list[0].ID != said.ID || !list[0].Given {
		t.Errorf("the therapist reads %+v", list)
	}
	mustDo[api.ContactCard](c.admin, "PUT", ofPatient(api.PutContact, wren), api.ContactCard{Contact: care.Contact{}})
	plan := mustDo[api.Counts](c.admin, "GET", ofPatient(api.PlanExport, wren), nil).Counts
	if plan["labels"] != 1 || plan["trail"] < 3 || plan["consents"] != 1 {
		t.Errorf("planned %v", plan)
	}
	res, got := c.admin.ask("GET", ofPatient(api.PatientFile, wren), "")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %v %s", res.StatusCode, res.Header, got)
	}
	m, err := dossier.Check(strings.NewReader(got), int64(len(got)))
	if err != nil || m.Patient != wren || m.By != c.people["Alex Rivers"].ID {
		t.Fatalf("%+v %v", m, err)
	}
	files := unzipped(t, got)
	var labels []struct {
		Text, At, Author string
		Removed          bool
	}
	if err := json.Unmarshal([]byte(files["labels.json"]), &labels); err != nil || len(labels) != 1 || labels[0].Text != "=note of Wren\n\"quoted\"" || labels[0].At != "2026-09-21T14:13:20Z" {
		t.Errorf("labels are %+v, %v: %s", labels, err, files["labels.json"])
	}
	var consents []struct {
		Kind, Title string
		Text        []string
		Given       bool
	}
	if err := json.Unmarshal([]byte(files["consents.json"]), &consents); err != nil || len(consents) != 1 || !slices.Equal(consents[0].Text, []string{"I agree."}) || !consents[0].Given {
		t.Errorf("consents are %+v, %v", consents, err)
	}
	for name, text := range files {
		if strings.HasSuffix(name, ".json") && !json.Valid([]byte(text)) {
			t.Errorf("%s is no JSON: %s", name, text)
		}
		if strings.Contains(text, "Robin") || strings.Contains(text, string(robin)) {
			t.Errorf("%s speaks of another patient", name)
		}
	}
	for _, name := range []string{"record.json", "account.json", "sittings.json", "assignments.json", "permissions.json", "trail.json", "roles.json", "README.txt", "manifest.json"} {
		if files[name] == "" {
			t.Errorf("there is no %s", name)
		}
	}
	newest := mustDo[api.List[api.TrailEntry]](c.admin, "GET", api.ListTrail.Path+"?action="+api.PatientFile.ID, nil).Items
	if len(newest) != 1 || newest[0].Patient != wren || newest[0].Count < 10 {
		t.Errorf("the trail says %+v", newest)
	}
	for who, v := range map[string]*visitor{"the therapist": c.mira, "the patient": c.wren} {
		res, got := v.ask("GET", ofPatient(api.PatientFile, wren), "")
		v.wantProblem(who, res, got, http.StatusNotFound, "request.not-found")
	}
}

func unzipped(t *testing.T, archive string) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(b)
	}
	return files
}

// A patient who is to be forgotten is signed out at once, back when it is called off, and gone when it is done.
func TestErasing(t *testing.T) {
	c := mustClinic(t)
	wren := c.patients["Wren-23"]
	path := ofPatient(api.PlanErasure, wren)
	plan := mustDo[api.Erasure](c.admin, "GET", path, nil)
	if plan.Counts["record"] != 1 || plan.ID != "" {
		t.Errorf("planned %+v", plan)
	}
	asked := mustDo[api.Erasure](c.admin, "POST", path, api.AskErasureBody{Reason: "mistake"})
	if asked.State != care.ErasureWaiting || asked.Due.Sub(*asked.Asked).Hours() != 7*24 {
		t.Errorf("asked %+v", asked)
	}
	if res, _ := c.wren.ask("GET", api.GetMe.Path, ""); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("the patient is still signed in: %d", res.StatusCode)
	}
	if again := mustDo[api.Erasure](c.admin, "GET", path, nil); again.ID != asked.ID || again.Counts["record"] != 1 {
		t.Errorf("waiting, it is planned as %+v", again)
	}
	mustDo[api.Erasure](c.admin, "DELETE", path, nil)
	if list := mustDo[api.List[api.Patient]](c.mira, "GET", api.ListPatients.Path, nil).Items; len(list) != 2 {
		t.Errorf("called off, the therapist sees %+v", list)
	}
	res, got := c.admin.ask("POST", path, `{"reason":"Wren Miller wants it"}`)
	c.admin.wantProblem("a reason that tells", res, got, http.StatusUnprocessableEntity, "request.invalid")
	done := mustDo[api.Erasure](c.admin, "POST", path, api.AskErasureBody{Reason: "request", Now: true})
	if done.State != care.ErasureDone || len(done.Proof) != 64 || done.Counts["account"] != 1 {
		t.Errorf("done %+v", done)
	}
	res, got = c.admin.ask("GET", path, "")
	c.admin.wantProblem("who is forgotten", res, got, http.StatusNotFound, "request.not-found")
	list := mustDo[api.List[api.Erasure]](c.admin, "GET", api.ListErasures.Path, nil).Items
	if len(list) != 2 || list[0].Proof != done.Proof {
		t.Errorf("the proofs are %+v", list)
	}
	trail := mustDo[api.List[api.TrailEntry]](c.admin, "GET", api.ListTrail.Path+"?patient="+string(wren), nil).Items
	if !slices.ContainsFunc(trail, func(e api.TrailEntry) bool {
		return e.Action == "patient.erased" && strings.HasSuffix(e.Object, done.Proof) && e.PatientName == ""
	}) {
		t.Errorf("the trail says %+v", trail)
	}
	kept := mustDo[api.Retention](c.admin, "PUT", api.PutRetention.Path, api.Retention{WaitDays: 1})
	if all := mustDo[api.List[api.Retention]](c.admin, "GET", api.ListRetention.Path, nil).Items; len(all) != 1 || all[0] != kept || kept.Version != 1 {
		t.Errorf("kept is %+v", all)
	}
}
