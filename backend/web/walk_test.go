package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// mustStaff makes somebody with a role at a place and signs them in, past the password that was handed out.
func (c clinic) mustStaff(login string, role access.Role, at care.Place) *visitor {
	t := c.admin.t
	t.Helper()
	made := mustDo[api.HandedOut](c.admin, "POST", api.CreatePerson.Path, api.CreatePersonBody{Name: "Person " + login, Login: login,
		Roles: []access.Role{role}, Site: at.Site, Project: at.Project})
	v := stranger(t, c.House)
	form := func(path string, fields url.Values) *url.URL {
		t.Helper()
		res, body := v.ask("POST", path, fields.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil || res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s at %s: %d %s", login, path, res.StatusCode, body)
		}
		return to
	}
	as := form(api.SignInPage, url.Values{"login": {login}, "password": {made.Password}}).Query().Get("as")
	form(api.PasswordPage, url.Values{"as": {as}, "old": {made.Password}, "fresh": {"nine quiet otters swim"}, "again": {"nine quiet otters swim"}})
	v.slot = as
	c.people[login] = made.Person
	return v
}

// corner is one project with everything that can be named in it.
type corner struct {
	place care.Place
	ids   map[string]string
}

func (c corner) strings() []string {
	var all []string
	for _, name := range []string{"patient", "person", "therapist", "sitting", "label", "project", "group", "visit", "guest"} {
		all = append(all, c.ids[name])
	}
	return all
}

// mustCorner furnishes a project: a patient with a therapist, a sitting with a label, a group.
func (c clinic) mustCorner(name string, at care.Place) corner {
	t := c.admin.t
	t.Helper()
	therapist := c.mustStaff("therapist."+name, access.Therapist, at)
	person := c.people["therapist."+name].ID
	record := mustDo[api.Record](c.admin, "POST", api.CreateRecord.Path, api.CreateRecordBody{Project: at.Project, Name: "Owl " + name,
		Care: []api.NewCare{{Therapist: person, Signals: []access.Signal{access.ECG}}}, Contact: &care.Contact{Name: "Secret " + name}})
	sitting := mustDo[api.Sitting](therapist, "POST", of(api.OpenSitting, record.ID), nil)
	label := string(care.NewID[care.LabelID]())
	mustDo[api.Label](therapist, "PUT", strings.NewReplacer("{sitting}", string(sitting.ID), "{label}", label).Replace(api.PutLabel.Path),
		api.Label{ID: care.LabelID(label), At: 1, Kind: care.Note, Text: "secret " + name})
	group := mustDo[api.Group](c.admin, "POST", strings.Replace(api.CreateGroup.Path, "{project}", string(at.Project), 1), api.NameBody{Name: "Arm " + name})
	ids := junkIDs()
	for name := range ids { // what this test does not furnish is of nobody
		ids[name] = string(care.NewID[care.GroupID]())
	}
	maps.Copy(ids, map[string]string{"patient": string(record.ID), "therapist": string(person), "person": string(person), "sitting": string(sitting.ID),
		"label": label, "project": string(at.Project), "site": string(at.Site), "group": string(group.ID)})
	visit := mustDo[api.Visit](therapist, "POST", api.BookVisit.Path, api.BookVisitBody{ID: care.NewID[care.VisitID](), Project: at.Project, Patient: record.ID, Kind: care.Therapy,
		Now: true, Minutes: 30, Guests: []api.NewGuest{{ID: care.NewID[care.GuestID](), As: care.AsPatient, Name: "secret " + name}}})
	ids["visit"], ids["guest"] = string(visit.ID), string(visit.Guests[0].ID)
	return corner{at, ids}
}

// sent are the bodies of a walk through a corner: those that name a place name this one.
func (c corner) sent(op api.Operation) string {
	switch op.ID {
	case api.CreateRecord.ID:
		return fmt.Sprintf(`{"project":%q}`, c.place.Project)
	case api.BookVisit.ID:
		return fmt.Sprintf(`{"id":%q,"project":%q,"patient":%q,"kind":"therapy","now":true,"minutes":30,"guests":[]}`, care.NewID[care.VisitID](), c.place.Project, c.ids["patient"])
	case api.CreatePerson.ID:
		return fmt.Sprintf(`{"name":"A","login":"l%s","roles":["therapist"],"site":%q,"project":%q}`, care.NewID[care.GroupID]()[:8], c.place.Site, c.place.Project)
	case api.GiveRole.ID, api.TakeRole.ID:
		return fmt.Sprintf(`{"role":"clerk","site":%q,"project":%q}`, c.place.Site, c.place.Project)
	}
	return bodies()[op.ID]
}

// namesPlace are the operations without a name in their path whose body names a place.
var namesPlace = []string{api.CreateRecord.ID, api.CreatePerson.ID, api.BookVisit.ID}

// Every operation, by every role held at one project: in the other project of the site and at the other site it finds
// nothing, as if there were nothing, and no answer from anywhere names anything of there.
func TestEveryOperationByEveryRoleInEveryPlace(t *testing.T) {
	c := mustClinic(t)
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	home := care.Place{Site: me.Site, Project: mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project}
	other := mustDo[api.Project](c.admin, "POST", strings.Replace(api.CreateProject.Path, "{site}", string(me.Site), 1), api.NameBody{Name: "Other"})
	far := mustDo[api.SiteMade](c.admin, "POST", api.CreateSite.Path, api.CreateSiteBody{Name: "Far", Project: "Far"})
	own := c.mustCorner("own", home)
	foreign := map[string]corner{"the other project": c.mustCorner("other", care.Place{Site: other.Site, Project: other.ID}),
		"the other site": c.mustCorner("far", care.Place{Site: far.Site.ID, Project: far.Project.ID})}
	walkers := map[access.Role]*visitor{access.Patient: c.wren}
	for _, role := range access.Staff() {
		walkers[role] = c.mustStaff("walking."+string(role), role, home)
	}
	mustDo[api.Care](c.admin, "PUT", strings.NewReplacer("{patient}", own.ids["patient"], "{therapist}", string(c.people["walking.therapist"].ID)).Replace(api.PutCare.Path),
		api.PutCareBody{Signals: []access.Signal{}})
	asked, answered := 0, 0
	for role, v := range walkers {
		v.t = t
		for _, op := range api.Operations() {
			if op.ID == api.ChangePassword.ID || op.ID == api.Prove.ID { // about oneself; its own tests ask it
				continue
			}
			may := care.May([]care.Grant{{Role: role, Place: home}}, op.Needs)
			for name, there := range foreign {
				asked++
				res, got := v.ask(op.Method, filled(op, there.ids), there.sent(op))
				if may && !strings.Contains(op.Path, "{") && !slices.Contains(namesPlace, op.ID) {
					continue // names no place: its answer is looked at below
				}
				if res.StatusCode != http.StatusNotFound {
					t.Errorf("%s asks %s in %s: %d %s", role, op.ID, name, res.StatusCode, got)
					continue
				}
				nowhere := corner{place: care.Place{Site: care.NewID[care.SiteID](), Project: care.NewID[care.ProjectID]()}, ids: maps.Clone(there.ids)}
				for id := range nowhere.ids {
					nowhere.ids[id] = string(care.NewID[care.GroupID]())
				}
				if _, same := v.ask(op.Method, filled(op, nowhere.ids), nowhere.sent(op)); same != got {
					t.Errorf("%s asks %s in %s: %s; of nothing: %s", role, op.ID, name, got, same)
				}
			}
			asked++
			res, got := v.ask(op.Method, filled(op, own.ids), own.sent(op))
			switch {
			case !may && res.StatusCode != http.StatusNotFound:
				t.Errorf("%s may not %s at home: %d %s", role, op.ID, res.StatusCode, got)
			case res.StatusCode >= 500 && res.StatusCode != http.StatusServiceUnavailable:
				t.Errorf("%s asks %s at home: %d %s", role, op.ID, res.StatusCode, got)
			}
			if res.StatusCode < 300 {
				answered++
			}
			for name, there := range foreign {
				for _, id := range append(there.strings(), "Owl "+name, "ecret "+name) {
					if strings.Contains(got, id) {
						t.Errorf("%s asks %s at home and hears of %s: %s", role, op.ID, name, got)
					}
				}
			}
		}
		now := mustDo[api.Record](c.admin, "GET", of(api.GetRecord, care.PatientID(own.ids["patient"])), nil)
		moved, body := v.ask("POST", of(api.MoveRecord, now.ID), fmt.Sprintf(`{"version":%d,"project":%q}`, now.Version, other.ID))
		if moved.StatusCode != http.StatusNotFound {
			t.Errorf("%s moves a patient out of reach: %d %s", role, moved.StatusCode, body)
		}
	}
	if answered < 60 {
		t.Errorf("of %d askings only %d were answered: the walk goes past the doors", asked, answered)
	}
	t.Logf("%d askings, %d answered at home", asked, answered)
}
