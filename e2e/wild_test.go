package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/app/shell/office"
	"hearth/e2e/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// wild would do something in a page that took it for anything but text, and is longer than any name.
const wild = `<img src=x onerror="globalThis.harmed=1">'"&amp;<svg onload="globalThis.harmed=1"> علي`

// Whatever people, patients, places and things are called, every page shows it as text, and no page grows wider than a phone.
func TestWildNames(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	admin := house.Caller(t, house.Links().Administrator)
	me := admin.Me()
	var made api.SiteMade
	admin.Do(api.CreateSite, nil, api.CreateSiteBody{Name: wild[:79], Project: wild[:79]}, &made)
	var list api.Records
	admin.Get(api.ListRecords.Path, &list)
	project := list.Items[0].Project
	named := []string{"{project}", string(project)}
	var group api.Group
	admin.Do(api.CreateGroup, named, api.NameBody{Name: wild[:79]}, &group)
	var handed api.HandedOut
	admin.Do(api.CreatePerson, nil, api.CreatePersonBody{Name: wild[:79], Login: "wild", Roles: []access.Role{access.Therapist}}, &handed)
	mira := therapistOf(t, admin, "Mira Solano")
	var record api.Record
	admin.Do(api.CreateRecord, nil, api.CreateRecordBody{Project: project, Name: wild[:79], Group: group.ID,
		Care:    []api.NewCare{{Therapist: handed.Person.ID, Signals: []access.Signal{}}, {Therapist: mira, Signals: []access.Signal{access.ECG}}},
		Contact: &care.Contact{Name: wild[:79], Note: wild, Relatives: []care.Relative{{Name: wild[:79], Relation: "mother"}}}}, &record)
	admin.Do(api.CreateHospital, nil, api.PutHospitalBody{Site: me.Site, Name: wild[:79], Issuer: "https://id.example", Client: "hearth", Claim: "groups", Rules: []api.HospitalRule{}}, nil)
	admin.Do(api.CreateClient, nil, api.CreateClientBody{Name: wild[:79], Method: "none", Redirects: []string{"https://cloud.example/cb"}, Scopes: []string{"openid"}}, nil)
	admin.Do(api.CreateDevice, nil, map[string]any{"project": project, "kind": "tablet", "model": wild[:60], "name": wild[:79], "serial": wild[:40], "state": "enabled"}, nil)
	therapist := house.Caller(t, house.Links().Therapist)
	var sitting api.Sitting
	therapist.Do(api.OpenSitting, []string{"{patient}", string(record.ID)}, struct{}{}, &sitting)
	label := care.NewID[care.LabelID]()
	therapist.Do(api.PutLabel, []string{"{sitting}", string(sitting.ID), "{label}", string(label)}, api.Label{ID: label, At: 1, Kind: care.Note, Text: wild}, nil)

	visit := care.NewID[care.VisitID]()
	admin.Do(api.BookVisit, nil, api.BookVisitBody{ID: visit, Project: project, Patient: record.ID, Host: mira, Kind: care.Family, Local: time.Now().AddDate(0, 0, 1).UTC().Format(care.LocalLayout),
		Zone: "UTC", Minutes: 30, Guests: []api.NewGuest{{ID: care.NewID[care.GuestID](), As: care.AsPatient, Name: wild[:40]}}}, nil)

	harmless := func(w *stage.Window, path string, shown bool) {
		t.Helper()
		if shown {
			w.Until(fmt.Sprintf("document.body.innerText.includes(%q)", wild[:40]))
		}
		if stage.Eval[bool](w, "globalThis.harmed === 1 || !!document.querySelector('img[src=x], svg[onload], [onerror]')") {
			t.Errorf("%s takes a name for more than text", path)
		}
	}
	desk := stage.Browse(t, "administrator")
	desk.ComeIn(house.Links().Administrator, "")
	desk.UntilAt(api.AdminPage)
	desk.Size(narrowest, 844, true)
	shows := []string{api.AdminPage + "/patients", api.AdminPage + "/people", api.AdminPage + "/places", api.AdminPage + "/settings", api.AdminPage + "/patients/" + string(record.ID)}
	for _, r := range office.Routes() {
		path := r.Path
		switch {
		case r.Portal == live.Therapist:
			continue // below
		case !strings.HasSuffix(path, "/"):
		case path == api.AdminPage+"/patients/":
			path += string(record.ID)
		case path == api.AdminPage+"/visits/":
			path += string(visit)
		case path == api.AdminPage+"/words/":
			path += string(made.Project.ID)
		default:
			path += string(made.Site.ID)
		}
		desk.Goto(house.URL() + path)
		desk.Until("!!document.querySelector('main h1')")
		harmless(desk, path, slices.Contains(shows, path))
		desk.Narrow(narrowest)
	}
	desk.Pictures("wild-admin")

	stranger := stage.Browse(t, "stranger")
	stranger.Size(narrowest, 844, true)
	stranger.Goto(house.URL() + api.SignInPage)
	harmless(stranger, api.SignInPage, true)
	stranger.Narrow(narrowest)
	stranger.Pictures("wild-sign-in")

	eye := stage.Browse(t, "therapist")
	eye.ComeIn(house.Links().Therapist, "")
	eye.Until("!!document.querySelector('main h1')")
	harmless(eye, api.TherapistPage, true)
	for _, path := range []string{api.AgendaPage, api.AgendaPage + "/" + string(visit)} {
		eye.Goto(house.URL() + path)
		harmless(eye, path, true)
		eye.Narrow(narrowest)
	}
	eye.Goto(house.URL() + api.LivePage + string(record.ID))
	eye.Until("document.querySelectorAll('#labels li').length === 1")
	harmless(eye, api.LivePage, true)
	eye.Narrow(narrowest)
	eye.Pictures("wild-live")
}

func therapistOf(t *testing.T, admin *stage.Caller, name string) care.PersonID {
	t.Helper()
	var people api.List[api.Person]
	admin.Get(api.ListPeople.Path, &people)
	i := slices.IndexFunc(people.Items, func(p api.Person) bool { return p.Name == name })
	if i < 0 {
		t.Fatalf("nobody is called %s", name)
	}
	return people.Items[i].ID
}
