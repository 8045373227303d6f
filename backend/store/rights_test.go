package store

import (
	"slices"
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// What is explained is what is allowed: for every person, patient and action, the words and the database agree.
func TestRightsAgreeWithTheDatabase(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, far := t.Context(), c.mustFarSite(t)
		here, sub := care.Place{Site: c.site}, care.Place{Site: c.site, Project: c.project}
		house := c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		people := []care.Reader{house, c.admin, c.ana, c.ben, c.wren, far.admin, far.therapist, c.mustAt(t, "clerk", sub, access.Clerk),
			c.mustAt(t, "reader", here, access.Researcher, access.Auditor), c.mustAt(t, "many", care.TheHouse, access.Staff()...)}
		for _, patient := range []care.PatientID{c.wrenID, c.larkID, far.patient} {
			may, err := c.WhoMay(ctx, house, patient)
			if err != nil {
				t.Fatal(err)
			}
			for _, by := range people {
				r, err := c.Rights(ctx, house, patient, by.Person)
				if err != nil {
					t.Fatal(err)
				}
				listed := slices.ContainsFunc(may, func(r care.Rights) bool { return r.Person == by.Person })
				if listed != (len(r.Rights) > 0) {
					t.Errorf("%s is listed %v, may %v", r.Name, listed, r.Rights)
				}
				for _, action := range access.OfPatient() {
					explained := slices.ContainsFunc(r.Rights, func(r care.Right) bool { return r.Action == action })
					if is := allowed(ctx, c.db, patient, visible(by, action)) == nil; is != explained {
						t.Errorf("%s, %s: allowed %v, explained %v", r.Name, action, is, explained)
					}
				}
			}
		}
		r, err := c.Rights(ctx, c.admin, c.wrenID, c.ana.Person)
		if err != nil || !r.Assigned || !slices.Equal(r.Signals, []access.Signal{access.ECG}) ||
			r.Rights[0].Because[0] != (care.Because{Grant: care.Grant{Role: access.Therapist, Place: here}, Reach: access.OwnPatients}) {
			t.Errorf("Ana's rights are %+v, %v", r, err)
		}
		for what, try := range map[string]struct {
			by      care.Reader
			patient care.PatientID
			person  care.PersonID
		}{
			"by a therapist":                   {c.ana, c.wrenID, c.ana.Person},
			"of another site's patient":        {c.admin, far.patient, c.ana.Person},
			"of somebody of another site":      {c.admin, c.wrenID, far.therapist.Person},
			"of nobody":                        {c.admin, c.wrenID, care.NewID[care.PersonID]()},
			"of what is no id":                 {c.admin, c.wrenID, "x"},
			"by a patient about their own":     {c.wren, c.wrenID, c.ana.Person},
			"of a patient of nowhere":          {c.admin, care.NewID[care.PatientID](), c.ana.Person},
			"of the own patient by the far on": {far.admin, c.wrenID, far.admin.Person},
		} {
			_, err := c.Rights(ctx, try.by, try.patient, try.person)
			t.Run(what, func(t *testing.T) { wantFault(t, err, fault.NotFound, "not-found") })
		}
	})
}

// Roles are given and taken by those who hold the right there, and never so that nobody is left.
func TestGrants(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, far := t.Context(), c.mustFarSite(t)
		house := c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		second := c.mustAt(t, "second.admin", care.TheHouse, access.Administrator)
		here, sub := care.Place{Site: c.site}, care.Place{Site: c.site, Project: c.project}
		lead := c.mustAt(t, "lead", sub, access.Administrator)
		p, err := c.GiveGrant(ctx, c.admin, c.ana.Person, care.Grant{Role: access.Clerk, Place: sub})
		if err != nil || len(p.Grants) != 2 || p.Version != 2 {
			t.Fatalf("given: %+v, %v", p, err)
		}
		for what, try := range map[string]struct {
			by     care.Reader
			person care.PersonID
			grant  care.Grant
			kind   fault.Kind
			code   string
		}{
			"a project's lead, for the site":      {lead, c.ana.Person, care.Grant{Role: access.Clerk, Place: here}, fault.NotFound, "not-found"},
			"a site's administrator, the house":   {c.admin, c.ana.Person, care.Grant{Role: access.Administrator}, fault.NotFound, "not-found"},
			"a site's administrator, elsewhere":   {c.admin, c.ana.Person, care.Grant{Role: access.Therapist, Place: care.Place{Site: far.admin.Site}}, fault.NotFound, "not-found"},
			"a mixed place":                       {house, c.ana.Person, care.Grant{Role: access.Therapist, Place: care.Place{Site: c.site, Project: far.project}}, fault.NotFound, "not-found"},
			"to somebody of another site":         {c.admin, far.therapist.Person, care.Grant{Role: access.Therapist, Place: here}, fault.NotFound, "not-found"},
			"to nobody":                           {c.admin, care.NewID[care.PersonID](), care.Grant{Role: access.Therapist, Place: here}, fault.NotFound, "not-found"},
			"to oneself":                          {c.admin, c.admin.Person, care.Grant{Role: access.Therapist, Place: here}, fault.Conflict, "roles.own"},
			"to a patient":                        {c.admin, c.wren.Person, care.Grant{Role: access.Therapist, Place: here}, fault.Invalid, "roles.patient"},
			"the role of a patient":               {c.admin, c.ana.Person, care.Grant{Role: access.Patient, Place: here}, fault.Invalid, "roles.invalid"},
			"a role that is none":                 {c.admin, c.ana.Person, care.Grant{Role: "owner", Place: here}, fault.Invalid, "roles.invalid"},
			"by a therapist":                      {c.ana, c.ben.Person, care.Grant{Role: access.Therapist, Place: here}, fault.NotFound, "not-found"},
			"by a clerk, who was given the role":  {care.Reader{Person: c.ana.Person, Site: c.site, Roles: []access.Role{access.Clerk}}, c.ben.Person, care.Grant{Role: access.Clerk, Place: sub}, fault.NotFound, "not-found"},
			"by who believes to be administrator": {care.Reader{Person: c.ana.Person, Site: c.site, Roles: access.Roles()}, c.ben.Person, care.Grant{Role: access.Administrator, Place: here}, fault.NotFound, "not-found"},
		} {
			_, err := c.GiveGrant(ctx, try.by, try.person, try.grant)
			t.Run(what, func(t *testing.T) { wantFault(t, err, try.kind, try.code) })
		}
		_, _, err = c.TakeGrant(ctx, c.admin, c.admin.Person, care.Grant{Role: access.Administrator, Place: here})
		wantFault(t, err, fault.Conflict, "roles.last")
		_, _, err = c.TakeGrant(ctx, c.admin, house.Person, care.Grant{Role: access.Administrator})
		wantFault(t, err, fault.NotFound, "not-found")
		_, ended, err := c.TakeGrant(ctx, c.admin, c.ana.Person, care.Grant{Role: access.Therapist, Place: here})
		if err != nil || len(ended) != 1 || ended[0].Patient != c.wrenID {
			t.Fatalf("taken: %+v, %v", ended, err)
		}
		if _, ended, err := c.TakeGrant(ctx, c.admin, c.ana.Person, care.Grant{Role: access.Therapist, Place: here}); err != nil || len(ended) != 0 {
			t.Errorf("taken twice: %+v, %v", ended, err)
		}
		if _, err := c.GiveGrant(ctx, c.admin, c.ana.Person, care.Grant{Role: access.Therapist, Place: here}); err != nil {
			t.Fatal(err)
		}
		if signals, err := c.PermittedSignals(ctx, c.wrenID, c.ana.Person); err != nil || len(signals) != 0 {
			t.Errorf("the old care came back with the role: %v, %v", signals, err)
		}
		if _, _, err := c.TakeGrant(ctx, house, second.Person, care.Grant{Role: access.Administrator}); err != nil {
			t.Fatal(err)
		}
		_, _, err = c.TakeGrant(ctx, second, house.Person, care.Grant{Role: access.Administrator})
		wantFault(t, err, fault.NotFound, "not-found")
		_, _, err = c.TakeGrant(ctx, house, house.Person, care.Grant{Role: access.Administrator})
		wantFault(t, err, fault.Conflict, "roles.last")
	})
}

func TestListPeople(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		for _, login := range []string{"same.1", "same.2", "same.3"} {
			if _, err := c.AddPerson(ctx, care.NewPerson{Name: "Same Name", Login: login, Roles: []access.Role{access.Clerk}}); err != nil {
				t.Fatal(err)
			}
		}
		seen, after := map[care.PersonID]bool{}, ""
		for {
			list, next, _, err := c.ListPeople(ctx, c.admin, care.PeopleFilter{}, care.Page{After: after, Limit: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				if seen[p.ID] {
					t.Fatalf("%s comes twice", p.Login)
				}
				seen[p.ID] = true
			}
			if after = next; next == "" {
				break
			}
		}
		if len(seen) != 8 {
			t.Errorf("the parts hold %d, want 8", len(seen))
		}
		for what, want := range map[string]struct {
			f    care.PeopleFilter
			many int
		}{
			"staff": {care.PeopleFilter{Kind: care.OnlyStaff}, 6}, "patients": {care.PeopleFilter{Kind: care.OnlyPatients}, 2},
			"therapists": {care.PeopleFilter{Role: access.Therapist}, 2}, "by name": {care.PeopleFilter{Text: "SAME"}, 3},
			"by sign-in name": {care.PeopleFilter{Text: "same.2"}, 1}, "a wildcard": {care.PeopleFilter{Text: "_"}, 0},
			"of the project": {care.PeopleFilter{Project: c.project}, 2}, "disabled": {care.PeopleFilter{Disabled: new(true)}, 0},
			"of the site": {care.PeopleFilter{Site: c.site}, 8},
		} {
			if list, _, total, err := c.ListPeople(ctx, c.admin, want.f, care.Page{}); err != nil || len(list) != want.many || total != want.many {
				t.Errorf("%s: got %d of %d, %v; want %d", what, len(list), total, err, want.many)
			}
		}
		_, _, _, err := c.ListPeople(ctx, c.admin, care.PeopleFilter{}, care.Page{After: "x"})
		wantFault(t, err, fault.Invalid, "page.cursor")
	})
}
