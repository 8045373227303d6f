package store

import (
	"slices"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// mustAt adds somebody with roles at a place.
func (c clinic) mustAt(t testing.TB, login string, at care.Place, roles ...access.Role) care.Reader {
	t.Helper()
	p, err := c.AddPerson(t.Context(), care.NewPerson{Name: login, Login: login, Roles: roles, At: &at})
	if err != nil {
		t.Fatalf("add %s: %v", login, err)
	}
	return care.Reader{Person: p.ID, Site: p.Site, Roles: p.Roles}
}

// A site, a project and a group are made, renamed, hidden and brought back, by those who hold the right there.
func TestPlaces(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, house := t.Context(), c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		north, first, err := c.CreateSite(ctx, house, " North ", "Therapy")
		if err != nil || north.Name != "North" || north.Version != 1 || first.Site != north.ID {
			t.Fatalf("got %+v, %+v, %v", north, first, err)
		}
		admin := c.mustAt(t, "north.admin", care.Place{Site: north.ID}, access.Administrator)
		sleep, err := c.CreateProject(ctx, admin, north.ID, "Sleep")
		if err != nil {
			t.Fatal(err)
		}
		if v, err := c.Vocabulary(ctx, c.mustAt(t, "north.therapist", care.Place{Site: north.ID, Project: sleep.ID}, access.Therapist), sleep.ID); err != nil || len(v.Words) == 0 {
			t.Errorf("a new project has the words %v, %v", v, err)
		}
		lead := c.mustAt(t, "lead", care.Place{Site: north.ID, Project: sleep.ID}, access.Administrator)
		arm, err := c.CreateGroup(ctx, lead, sleep.ID, "Arm A")
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[*care.Reader][3]int{&house: {2, 3, 1}, &admin: {1, 2, 1}, &lead: {1, 1, 1}, &c.ana: {1, 1, 0}, &c.wren: {0, 0, 0}} {
			sites, err1 := c.ListSites(ctx, *who)
			projects, err2 := c.ListProjects(ctx, *who)
			groups, err3 := c.ListGroups(ctx, *who)
			if got := [3]int{len(sites), len(projects), len(groups)}; got != want || err1 != nil || err2 != nil || err3 != nil {
				t.Errorf("%+v sees %v, want %v (%v %v %v)", *who, got, want, err1, err2, err3)
			}
		}
		if sleep, err = c.RenameProject(ctx, lead, sleep.ID, 1, "Dreams"); err != nil || sleep.Name != "Dreams" {
			t.Errorf("got %+v, %v", sleep, err)
		}
		_, err = c.RenameProject(ctx, admin, sleep.ID, 1, "Naps")
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		name, gone, back := "Arm B", true, false
		if arm, err = c.ChangeGroup(ctx, lead, arm.ID, 1, &name, &gone); err != nil || arm.Deleted.IsZero() {
			t.Errorf("got %+v, %v", arm, err)
		}
		if arm, err = c.ChangeGroup(ctx, lead, arm.ID, 2, nil, &back); err != nil || !arm.Deleted.IsZero() || arm.Name != "Arm B" {
			t.Errorf("got %+v, %v", arm, err)
		}
		for what, try := range map[string]func() error{
			"a site by a site's administrator": func() error { _, _, err := c.CreateSite(ctx, admin, "X", "Y"); return err },
			"another site's project":           func() error { _, err := c.CreateProject(ctx, admin, c.site, "X"); return err },
			"a project by its lead":            func() error { _, err := c.CreateProject(ctx, lead, north.ID, "X"); return err },
			"a project of no site":             func() error { _, err := c.CreateProject(ctx, house, "", "X"); return err },
			"renamed from elsewhere":           func() error { _, err := c.RenameSite(ctx, c.admin, north.ID, 1, "X"); return err },
			"hidden by its own administrator":  func() error { _, err := c.DeleteSite(ctx, admin, north.ID, 1); return err },
			"the lead hides the project":       func() error { _, err := c.DeleteProject(ctx, lead, sleep.ID, 2); return err },
			"a group of another's project":     func() error { _, err := c.CreateGroup(ctx, c.admin, sleep.ID, "X"); return err },
			"counted from elsewhere":           func() error { _, err := c.ProjectContents(ctx, c.admin, sleep.ID); return err },
			"a therapist's site":               func() error { _, err := c.RenameSite(ctx, c.ana, c.site, 1, "X"); return err },
			"a patient's project":              func() error { _, err := c.RenameProject(ctx, c.wren, c.project, 1, "X"); return err },
		} {
			t.Run(what, func(t *testing.T) { wantFault(t, try(), fault.NotFound, "not-found") })
		}
	})
}

// Hiding a site hides its projects and patients and signs them out; bringing it back brings back exactly these.
func TestHiddenAndBack(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, house := t.Context(), c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		session := identity.Session{Hash: identity.Hash{7}, Slot: "aaaaaaaa", Person: c.wren.Person, Created: noon, Seen: noon, Expires: noon.Add(time.Hour)}
		if err := c.CreateSession(ctx, session); err != nil {
			t.Fatal(err)
		}
		old, err := c.CreateProject(ctx, house, c.site, "Old")
		if err != nil {
			t.Fatal(err)
		}
		if old, err = c.DeleteProject(ctx, house, old.ID, 1); err != nil {
			t.Fatal(err)
		}
		if got, err := c.SiteContents(ctx, house, c.site); err != nil || got != (care.Contents{Projects: 1, Patients: 2}) {
			t.Errorf("the site holds %+v, %v", got, err)
		}
		c.clock.Advance(time.Second)
		site, err := c.DeleteSite(ctx, house, c.site, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.SessionByHash(ctx, session.Hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("a hidden patient is signed in still: %v", err)
		}
		if list, err := c.ListPatients(ctx, c.ana); err != nil || len(list) != 0 {
			t.Errorf("the therapist sees %v, %v", list, err)
		}
		if signals, err := c.PermittedSignals(ctx, c.wrenID, c.ana.Person); err != nil || len(signals) != 0 {
			t.Errorf("the therapist may receive %v, %v", signals, err)
		}
		if _, err := c.AccountByLogin(ctx, "wren-23"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a hidden patient may sign in: %v", err)
		}
		_, err = c.RestoreProject(ctx, house, old.ID, old.Version)
		wantFault(t, err, fault.NotFound, "not-found") // not into a hidden site
		if _, err := c.RestoreSite(ctx, house, c.site, site.Version); err != nil {
			t.Fatal(err)
		}
		if list, err := c.ListPatients(ctx, c.ana); err != nil || len(list) != 1 {
			t.Errorf("the therapist sees %v, %v", list, err)
		}
		if list, err := c.ListProjects(ctx, house); err != nil || !slices.ContainsFunc(list, func(p care.Project) bool { return p.ID == old.ID && !p.Deleted.IsZero() }) {
			t.Errorf("what was hidden before came back too: %v, %v", list, err)
		}
	})
}

// Nobody reaches an account that has a role where they have none: a handed-out password would open both clinics.
func TestWhoManagesWhom(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, house := t.Context(), c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		_, north, err := c.CreateSite(ctx, house, "North", "Therapy")
		if err != nil {
			t.Fatal(err)
		}
		lead := c.mustAt(t, "lead", care.Place{Site: c.site, Project: c.project}, access.Administrator)
		both := c.mustAt(t, "both", care.Place{Site: c.site, Project: c.project}, access.Therapist)
		if _, err := c.db.Exec("INSERT INTO grants (person, role, site, project, since, author) VALUES (?, 'therapist', ?, ?, 0, '')", both.Person, north.Site, north.ID); err != nil {
			t.Fatal(err)
		}
		for who, try := range map[string]struct {
			by   care.Reader
			of   care.PersonID
			good bool
		}{
			"the site's administrator, a therapist":           {c.admin, c.ana.Person, true},
			"the site's administrator, the house's":           {c.admin, house.Person, false},
			"the site's administrator, somebody of two sites": {c.admin, both.Person, false},
			"the house's administrator, somebody of two":      {house, both.Person, true},
			"the lead, the site's therapist":                  {lead, c.ana.Person, false},
			"the lead, a patient":                             {lead, c.wren.Person, true},
			"a therapist, a patient":                          {c.ana, c.wren.Person, false},
		} {
			t.Run(who, func(t *testing.T) {
				_, err := c.ResetPassword(ctx, try.by, try.of, "h")
				if try.good && err != nil || !try.good && !fault.Is(err, fault.NotFound) {
					t.Errorf("got %v", err)
				}
			})
		}
		if list, _, _, err := c.ListPeople(ctx, c.admin, care.PeopleFilter{}, care.Page{}); err != nil || !slices.ContainsFunc(list, func(p care.Person) bool { return p.ID == both.Person }) ||
			slices.ContainsFunc(list, func(p care.Person) bool { return p.ID == house.Person }) {
			t.Errorf("the site's administrator lists %v, %v", list, err)
		}
		for what, at := range map[string]care.Place{"the house": care.TheHouse, "another site": {Site: north.Site}, "another's project": {Site: c.site, Project: north.ID}} {
			_, err := c.CreatePerson(ctx, c.admin, care.NewPerson{Name: "X", Login: "xyz", Roles: []access.Role{access.Administrator}, At: &at})
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("made an administrator of %s: %v", what, err)
			}
		}
	})
}

// A filter tells no more than the list: roles and sites that are not the reader's find nobody.
func TestFiltersStayInReach(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, house := t.Context(), c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		_, north, err := c.CreateSite(ctx, house, "North", "Therapy")
		if err != nil {
			t.Fatal(err)
		}
		both := c.mustAt(t, "both", care.Place{Site: c.site, Project: c.project}, access.Therapist)
		if _, err = c.db.Exec("INSERT INTO grants (person, role, site, project, since, author) VALUES (?, 'clerk', ?, ?, 0, '')", both.Person, north.Site, north.ID); err != nil {
			t.Fatal(err)
		}
		if _, err = c.db.Exec("UPDATE people SET site = ? WHERE id = ?", north.Site, both.Person); err != nil {
			t.Fatal(err)
		}
		finds := func(by care.Reader, f care.PeopleFilter) bool {
			list, _, total, err := c.ListPeople(ctx, by, f, care.Page{})
			if err != nil || total != len(list) {
				t.Fatalf("%d of %d, %v", len(list), total, err)
			}
			return slices.ContainsFunc(list, func(p care.Person) bool { return p.ID == both.Person })
		}
		for what, try := range map[string]struct {
			f   care.PeopleFilter
			own bool // of the site's administrator
		}{
			"a role here": {care.PeopleFilter{Role: access.Therapist}, true}, "a role elsewhere": {care.PeopleFilter{Role: access.Clerk}, false},
			"this site": {care.PeopleFilter{Site: c.site}, true}, "another site": {care.PeopleFilter{Site: north.Site}, false},
			"this project": {care.PeopleFilter{Project: c.project}, true}, "another's project": {care.PeopleFilter{Project: north.ID}, false},
		} {
			if !finds(house, try.f) {
				t.Errorf("%s: the house's administrator does not find them", what)
			}
			if finds(c.admin, try.f) != try.own {
				t.Errorf("%s: the site's administrator finds them: %t", what, !try.own)
			}
		}
	})
}
