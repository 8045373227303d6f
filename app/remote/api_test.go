package remote

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/wasm/fetch"
)

// desk answers every request with the same, and keeps the last.
type desk struct {
	answer fetch.Response
	err    error
	asked  fetch.Request
}

func (d *desk) Do(_ context.Context, r fetch.Request) (fetch.Response, error) {
	d.asked = r
	return d.answer, d.err
}

// calls has a call for every operation.
func calls(a *API) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"get-me":               func(c context.Context) error { _, err := a.GetMe(c); return err },
		"patch-me":             func(c context.Context) error { _, err := a.PatchMe(c, api.PatchMeBody{}); return err },
		"put-sign-in":          func(c context.Context) error { _, err := a.PutSignIn(c, api.SignInRule{}); return err },
		"begin-proof":          func(c context.Context) error { _, err := a.BeginProof(c); return err },
		"prove-passkey":        func(c context.Context) error { return a.ProvePasskey(c, api.Answer{}) },
		"prove":                func(c context.Context) error { return a.Prove(c, api.ProveBody{}) },
		"end-connections":      func(c context.Context) error { _, err := a.EndConnections(c, "p"); return err },
		"change-password":      func(c context.Context) error { return a.ChangePassword(c, api.ChangePasswordBody{}) },
		"list-people":          func(c context.Context) error { _, err := a.ListPeople(c, "a&b"); return err },
		"create-person":        func(c context.Context) error { _, err := a.CreatePerson(c, api.CreatePersonBody{}); return err },
		"patch-person":         func(c context.Context) error { _, err := a.PatchPerson(c, "p", api.PatchPersonBody{}); return err },
		"reset-password":       func(c context.Context) error { _, err := a.ResetPassword(c, "p"); return err },
		"issue-enrolment":      func(c context.Context) error { _, err := a.IssueEnrolment(c, "p"); return err },
		"list-care":            func(c context.Context) error { _, err := a.ListCare(c, ""); return err },
		"put-care":             func(c context.Context) error { _, err := a.PutCare(c, "p", "t", api.PutCareBody{}); return err },
		"delete-care":          func(c context.Context) error { return a.DeleteCare(c, "p", "t") },
		"list-therapists":      func(c context.Context) error { _, err := a.ListTherapists(c, "j"); return err },
		"get-installation":     func(c context.Context) error { _, err := a.GetInstallation(c); return err },
		"test-relay":           func(c context.Context) error { _, err := a.TestRelay(c); return err },
		"list-patients":        func(c context.Context) error { _, err := a.ListPatients(c, ""); return err },
		"get-patient":          func(c context.Context) error { _, err := a.GetPatient(c, "p"); return err },
		"get-limits":           func(c context.Context) error { _, err := a.GetLimits(c, "p"); return err },
		"put-limits":           func(c context.Context) error { _, err := a.PutLimits(c, "p", api.Limits{}); return err },
		"open-sitting":         func(c context.Context) error { _, err := a.OpenSitting(c, "p"); return err },
		"list-sittings":        func(c context.Context) error { _, err := a.ListSittings(c, "p", "x"); return err },
		"end-sitting":          func(c context.Context) error { _, err := a.EndSitting(c, "s"); return err },
		"list-labels":          func(c context.Context) error { _, err := a.ListLabels(c, "s", ""); return err },
		"put-label":            func(c context.Context) error { _, err := a.PutLabel(c, "s", api.Label{ID: "l"}); return err },
		"get-baseline":         func(c context.Context) error { _, err := a.GetBaseline(c, "s"); return err },
		"put-baseline":         func(c context.Context) error { _, err := a.PutBaseline(c, "s", api.Baseline{}); return err },
		"delete-baseline":      func(c context.Context) error { return a.DeleteBaseline(c, "s") },
		"get-vocabulary":       func(c context.Context) error { _, err := a.GetVocabulary(c, "j"); return err },
		"put-vocabulary":       func(c context.Context) error { _, err := a.PutVocabulary(c, "j", api.Vocabulary{}); return err },
		"list-hospitals":       func(c context.Context) error { _, err := a.ListHospitals(c); return err },
		"create-hospital":      func(c context.Context) error { _, err := a.CreateHospital(c, api.PutHospitalBody{}); return err },
		"delete-hospital":      func(c context.Context) error { return a.DeleteHospital(c, "h", 1) },
		"put-hospital":         func(c context.Context) error { _, err := a.PutHospital(c, "h", api.PutHospitalBody{}); return err },
		"test-hospital":        func(c context.Context) error { _, err := a.TestHospital(c, "h"); return err },
		"list-places":          func(c context.Context) error { _, err := a.ListPlaces(c); return err },
		"create-site":          func(c context.Context) error { _, err := a.CreateSite(c, api.CreateSiteBody{}); return err },
		"get-site-contents":    func(c context.Context) error { _, err := a.SiteContents(c, "x"); return err },
		"create-project":       func(c context.Context) error { _, err := a.CreateProject(c, "x", api.NameBody{}); return err },
		"get-project-contents": func(c context.Context) error { _, err := a.ProjectContents(c, "j"); return err },
		"create-group":         func(c context.Context) error { _, err := a.CreateGroup(c, "j", api.NameBody{}); return err },
		"patch-site": func(c context.Context) error {
			_, err := a.ChangeSite(c, api.PatchSite, "x", api.RenameBody{})
			return err
		},
		"delete-site": func(c context.Context) error {
			_, err := a.ChangeSite(c, api.DeleteSite, "x", api.VersionBody{})
			return err
		},
		"restore-site": func(c context.Context) error {
			_, err := a.ChangeSite(c, api.RestoreSite, "x", api.VersionBody{})
			return err
		},
		"patch-project": func(c context.Context) error {
			_, err := a.ChangeProject(c, api.PatchProject, "j", api.RenameBody{})
			return err
		},
		"delete-project": func(c context.Context) error {
			_, err := a.ChangeProject(c, api.DeleteProject, "j", api.VersionBody{})
			return err
		},
		"restore-project": func(c context.Context) error {
			_, err := a.ChangeProject(c, api.RestoreProject, "j", api.VersionBody{})
			return err
		},
		"patch-group": func(c context.Context) error {
			_, err := a.ChangeGroup(c, api.PatchGroup, "u", api.RenameBody{})
			return err
		},
		"delete-group": func(c context.Context) error {
			_, err := a.ChangeGroup(c, api.DeleteGroup, "u", api.VersionBody{})
			return err
		},
		"restore-group": func(c context.Context) error {
			_, err := a.ChangeGroup(c, api.RestoreGroup, "u", api.VersionBody{})
			return err
		},
		"list-records":   func(c context.Context) error { _, err := a.ListRecords(c, api.RecordQuery{Limit: 5}); return err },
		"search-records": func(c context.Context) error { _, err := a.SearchRecords(c, api.RecordQuery{}); return err },
		"create-record":  func(c context.Context) error { _, err := a.CreateRecord(c, api.CreateRecordBody{}); return err },
		"get-record":     func(c context.Context) error { _, err := a.GetRecord(c, "p"); return err },
		"patch-record": func(c context.Context) error {
			_, err := a.ChangeRecord(c, api.PatchRecord, "p", api.PatchRecordBody{})
			return err
		},
		"move-record": func(c context.Context) error { _, err := a.MoveRecord(c, "p", api.MoveRecordBody{}); return err },
		"delete-record": func(c context.Context) error {
			_, err := a.ChangeRecord(c, api.DeleteRecord, "p", api.VersionBody{})
			return err
		},
		"restore-record": func(c context.Context) error {
			_, err := a.ChangeRecord(c, api.RestoreRecord, "p", api.VersionBody{})
			return err
		},
		"search-people":  func(c context.Context) error { _, err := a.SearchPeople(c, api.PeopleQuery{}); return err },
		"give-role":      func(c context.Context) error { _, err := a.GiveRole(c, "p", api.Grant{}); return err },
		"take-role":      func(c context.Context) error { _, err := a.TakeRole(c, "p", api.Grant{}); return err },
		"get-roles":      func(c context.Context) error { _, err := a.GetRoles(c); return err },
		"who-may":        func(c context.Context) error { _, err := a.WhoMay(c, "p"); return err },
		"get-rights":     func(c context.Context) error { _, err := a.GetRights(c, "p", "p"); return err },
		"preview-import": func(c context.Context) error { _, err := a.PreviewImport(c, "j", api.ImportBody{}); return err },
		"commit-import":  func(c context.Context) error { _, err := a.CommitImport(c, "j", api.CommitImportBody{}); return err },
		"export-records": func(c context.Context) error { _, err := a.ExportRecords(c, api.RecordQuery{}); return err },
		"get-contact":    func(c context.Context) error { _, err := a.GetContact(c, "p"); return err },
		"put-contact":    func(c context.Context) error { _, err := a.PutContact(c, "p", api.ContactCard{}); return err },
		"get-sharing":    func(c context.Context) error { _, err := a.GetSharing(c); return err },
	}
}

func TestEveryOperationIsCalledWhereItIs(t *testing.T) {
	d := &desk{answer: fetch.Response{Status: 200, Body: []byte(`{}`)}}
	a := NewAPI(d, func() string { return "5f0c12ab" })
	all := calls(a)
	maps.Copy(all, deviceCalls(a))
	maps.Copy(all, protectCalls(a))
	maps.Copy(all, serviceCalls(a))
	maps.Copy(all, settingsCalls(a))
	maps.Copy(all, visitCalls(a))
	maps.Copy(all, messageCalls(a))
	maps.Copy(all, doorCalls(a))
	names := strings.NewReplacer("{person}", "p", "{patient}", "p", "{therapist}", "t", "{sitting}", "s", "{label}", "l", "{project}", "j",
		"{site}", "x", "{group}", "u", "{hospital}", "h", "{device}", "d", "{type}", "y", "{client}", "k", "{service}", "v", "{delivery}", "y", "{visit}", "v", "{guest}", "g", "{knock}", "k", "{callback}", "b")
	services := []string{api.PushCaption.ID, api.OpenVisits.ID} // what services alone do, no page asks for
	for _, op := range api.Operations() {
		if link, saved := links(a)[op.ID]; saved {
			if path, query, _ := strings.Cut(link, "?"); path != names.Replace(op.Path) || !strings.Contains(query, "as=5f0c12ab") {
				t.Errorf("%s is saved from %s", op.ID, link)
			}
			continue
		}
		do, ok := all[op.ID]
		if slices.Contains(services, op.ID) {
			if ok || access.May(append(access.Roles(), access.Guest), op.Needs) {
				t.Errorf("%s is not for services alone", op.ID)
			}
			continue
		}
		if !ok {
			t.Errorf("%s has no call", op.ID)
			continue
		}
		if err := do(t.Context()); err != nil {
			t.Errorf("%s: %v", op.ID, err)
		}
		path, _, _ := strings.Cut(d.asked.Path, "?")
		want := names.Replace(op.Path)
		if d.asked.Method != op.Method || path != want || d.asked.Header[api.AsHeader] != "5f0c12ab" {
			t.Errorf("%s asked %s %s with %v, want %s %s", op.ID, d.asked.Method, d.asked.Path, d.asked.Header, op.Method, want)
		}
	}
	_ = all["list-people"](t.Context())
	if d.asked.Path != "/api/v1/people?cursor=a%26b" {
		t.Errorf("a cursor went as %s", d.asked.Path)
	}
}

func TestIDsCannotLeaveTheirPlaceInAPath(t *testing.T) {
	d := &desk{answer: fetch.Response{Status: 200}}
	a := NewAPI(d, nil)
	_, _ = a.EndSitting(t.Context(), care.SittingID("../people?x=1"))
	if d.asked.Path != "/api/v1/sittings/..%2Fpeople%3Fx=1/end" || d.asked.Header != nil {
		t.Errorf("asked %s with %v", d.asked.Path, d.asked.Header)
	}
}

func TestAnswersAreReadAndRefusalsKeepTheirCode(t *testing.T) {
	d := &desk{answer: fetch.Response{Status: 200, Body: []byte(`{"id":"p","name":"Mira Solano"}`)}}
	a := NewAPI(d, nil)
	if me, err := a.GetMe(t.Context()); err != nil || me.Name != "Mira Solano" {
		t.Errorf("got %+v, %v", me, err)
	}
	d.answer = fetch.Response{Status: 409, Body: []byte(`{"code":"changed","args":{"by":"2"}}`)}
	if _, err := a.GetMe(t.Context()); fault.Of(err).Code != "changed" || !fault.Is(err, fault.Conflict) || fault.Of(err).Args["by"] != "2" {
		t.Errorf("got %v", err)
	}
	if err := a.DeleteCare(t.Context(), "p", "t"); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
	d.err = context.Canceled
	if _, err := a.GetMe(t.Context()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
