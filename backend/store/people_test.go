package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestCreatePerson(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		p, err := c.CreatePerson(ctx, c.admin, care.NewPerson{
			Name: "  Robin-5 ", Login: "Robin.5", Roles: []access.Role{access.Patient}, Language: "fr", Hash: "h", MustChange: true})
		if err != nil {
			t.Fatal(err)
		}
		if p.Name != "Robin-5" || p.Login != "robin.5" || p.Language != "fr" || p.Patient == "" || p.Version != 1 || p.Site != c.site {
			t.Errorf("got %+v", p)
		}
		a, err := c.AccountByLogin(ctx, "ROBIN.5")
		if err != nil || a.ID != p.ID || a.Hash != "h" || !a.MustChange || !slices.Equal(a.Roles, p.Roles) {
			t.Errorf("got %+v, %v", a, err)
		}
		patient, err := c.Patient(ctx, c.admin, p.Patient)
		if err != nil || patient.Name != "Robin-5" || patient.Project != c.project || patient.Person != p.ID {
			t.Errorf("got %+v, %v", patient, err)
		}
	})
}

func TestCreatePersonRefuses(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		for name, row := range map[string]struct {
			by   care.Reader
			n    care.NewPerson
			kind fault.Kind
			code string
		}{
			"taken":          {c.admin, care.NewPerson{Name: "X", Login: "WREN-23", Roles: []access.Role{access.Therapist}}, fault.Conflict, "login.taken"},
			"no roles":       {c.admin, care.NewPerson{Name: "X", Login: "xyz"}, fault.Invalid, "roles.invalid"},
			"unknown role":   {c.admin, care.NewPerson{Name: "X", Login: "xyz", Roles: []access.Role{"king"}}, fault.Invalid, "roles.invalid"},
			"twice":          {c.admin, care.NewPerson{Name: "X", Login: "xyz", Roles: []access.Role{"therapist", "therapist"}}, fault.Invalid, "roles.invalid"},
			"patient and …":  {c.admin, care.NewPerson{Name: "X", Login: "xyz", Roles: []access.Role{"patient", "therapist"}}, fault.Invalid, "roles.invalid"},
			"NUL":            {c.admin, care.NewPerson{Name: "X\x00", Login: "xyz", Roles: []access.Role{"therapist"}}, fault.Invalid, "text.invalid"},
			"broken UTF-8":   {c.admin, care.NewPerson{Name: "X\xff", Login: "xyz", Roles: []access.Role{"therapist"}}, fault.Invalid, "text.invalid"},
			"a therapist":    {c.ana, care.NewPerson{Name: "X", Login: "xyz", Roles: []access.Role{"therapist"}}, fault.NotFound, "not-found"},
			"a liar":         {care.Reader{Person: c.ana.Person, Site: c.site, Roles: access.Roles()}, care.NewPerson{Name: "X", Login: "xyz", Roles: []access.Role{"therapist"}}, fault.NotFound, "not-found"},
			"another's site": {care.Reader{Person: c.admin.Person, Site: care.NewID[care.SiteID](), Roles: c.admin.Roles}, care.NewPerson{Name: "X", Login: "xyz", Roles: []access.Role{"therapist"}}, fault.NotFound, "not-found"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := c.CreatePerson(t.Context(), row.by, row.n)
				wantFault(t, err, row.kind, row.code)
			})
		}
		if list, _, _, err := c.ListPeople(t.Context(), c.admin, care.PeopleFilter{}, care.Page{}); err != nil || len(list) != 5 {
			t.Errorf("got %d people, %v; want the 5 there were", len(list), err)
		}
	})
}

func TestTwoTabsChangeOnePerson(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		p, err := c.Account(t.Context(), c.ana.Person)
		if err != nil {
			t.Fatal(err)
		}
		const tabs = 8
		var wait sync.WaitGroup
		var won, lost atomic.Int32
		for i := range tabs {
			wait.Go(func() {
				name := fmt.Sprintf("Ana %d", i)
				switch _, err := c.PatchPerson(t.Context(), c.admin, p.ID, care.PersonPatch{Version: p.Version, Name: &name}); {
				case err == nil:
					won.Add(1)
				case fault.Of(err).Code == "changed-elsewhere" && fault.Is(err, fault.Conflict):
					lost.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if won.Load() != 1 || lost.Load() != tabs-1 {
			t.Errorf("%d tabs won and %d lost, want 1 and %d", won.Load(), lost.Load(), tabs-1)
		}
	})
}

func TestDisable(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, yes, no := t.Context(), true, false
		session := identity.Session{Hash: identity.Hash{1}, Slot: "0a0b0c0d", Person: c.ana.Person, Created: noon, Seen: noon, Expires: noon.Add(1)}
		if err := c.CreateSession(ctx, session); err != nil {
			t.Fatal(err)
		}
		sitting, err := c.OpenSitting(ctx, c.ana, c.wrenID)
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.PatchPerson(ctx, c.admin, c.ana.Person, care.PersonPatch{Version: 1, Disabled: &yes})
		if err != nil || !p.Disabled || p.Version != 2 {
			t.Fatalf("got %+v, %v", p, err)
		}
		_, _, err = c.SessionByHash(ctx, session.Hash)
		wantFault(t, err, fault.NotFound, "not-found")
		_, err = c.Sitting(ctx, c.ana, sitting.ID)
		wantFault(t, err, fault.NotFound, "not-found")
		if list, err := c.ListPatients(ctx, c.ana); err != nil || len(list) != 0 {
			t.Errorf("a disabled therapist sees %v, %v", list, err)
		}
		if signals, err := c.PermittedSignals(ctx, c.wrenID, c.ana.Person); err != nil || len(signals) != 0 {
			t.Errorf("a disabled therapist may receive %v, %v", signals, err)
		}
		_, err = c.PatchPerson(ctx, c.admin, c.admin.Person, care.PersonPatch{Version: 1, Disabled: &yes})
		wantFault(t, err, fault.Conflict, "people.own")
		_, err = c.PatchOwn(ctx, c.ana, care.PersonPatch{Disabled: &no})
		wantFault(t, err, fault.Conflict, "people.own")
		if _, err := c.PatchPerson(ctx, c.admin, c.ana.Person, care.PersonPatch{Version: 2, Disabled: &no}); err != nil {
			t.Fatal(err)
		}
		if list, err := c.ListPatients(ctx, c.ana); err != nil || len(list) != 1 {
			t.Errorf("back again she sees %v, %v; want one patient", list, err)
		}
	})
}

func TestAdministratorsDisableEachOther(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		one, other, yes := c.mustAt(t, "house.one", care.TheHouse, access.Administrator), c.mustAt(t, "house.other", care.TheHouse, access.Administrator), true
		var wait sync.WaitGroup
		for _, pair := range [][2]care.Reader{{one, other}, {other, one}} {
			wait.Go(func() {
				_, err := c.PatchPerson(t.Context(), pair[0], pair[1].Person, care.PersonPatch{Version: 1, Disabled: &yes})
				if err != nil && !fault.Is(err, fault.NotFound) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n, err := administrators(t.Context(), c.db); err != nil || n != 1 {
			t.Errorf("%d administrators are left, %v; want 1", n, err)
		}
	})
}

func TestOwnSettings(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		german, dark := "de", "dark"
		p, err := c.PatchOwn(t.Context(), c.wren, care.PersonPatch{Language: &german, Theme: &dark})
		if err != nil || p.Language != "de" || p.Theme != "dark" || p.Name != "Wren-23" {
			t.Errorf("got %+v, %v", p, err)
		}
		_, err = c.PatchOwn(t.Context(), c.wren, care.PersonPatch{Version: 1, Language: &german})
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
	})
}

func TestPasswords(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		session := identity.Session{Hash: identity.Hash{1}, Slot: "0a0b0c0d", Person: c.ana.Person, Created: noon, Seen: noon, Expires: noon}
		if err := c.CreateSession(ctx, session); err != nil {
			t.Fatal(err)
		}
		other := session
		other.Hash = identity.Hash{2}
		if err := c.CreateSession(ctx, other); err != nil {
			t.Fatal(err)
		}
		if err := c.ChangePassword(ctx, c.ana.Person, "own", session.Hash); err != nil {
			t.Fatal(err)
		}
		_, _, err := c.SessionByHash(ctx, other.Hash)
		wantFault(t, err, fault.NotFound, "not-found")
		if _, a, err := c.SessionByHash(ctx, session.Hash); err != nil || a.Hash != "own" || a.MustChange {
			t.Errorf("got %+v, %v", a, err)
		}
		if _, err := c.ResetPassword(ctx, c.admin, c.ana.Person, "handed out"); err != nil {
			t.Fatal(err)
		}
		if a, err := c.Account(ctx, c.ana.Person); err != nil || a.Hash != "handed out" || !a.MustChange {
			t.Errorf("got %+v, %v", a, err)
		}
		_, _, err = c.SessionByHash(ctx, session.Hash)
		wantFault(t, err, fault.NotFound, "not-found")
		for _, rehash := range [][2]string{{"own", "handed out"}, {"handed out", "dearer"}} { // of a password changed meanwhile, and of the present one
			if err := c.Rehash(ctx, c.ana.Person, rehash[0], "dearer"); err != nil {
				t.Fatal(err)
			}
			if a, err := c.Account(ctx, c.ana.Person); err != nil || a.Hash != rehash[1] || !a.MustChange {
				t.Errorf("got %+v, %v; want the hash %q", a, err, rehash[1])
			}
		}
		_, err = c.ResetPassword(ctx, c.ben, c.ana.Person, "stolen")
		wantFault(t, err, fault.NotFound, "not-found")
		wantFault(t, c.ChangePassword(ctx, care.NewID[care.PersonID](), "x", identity.Hash{}), fault.NotFound, "not-found")
	})
}

func TestSetUpCode(t *testing.T) {
	onBoth(t, func(t *testing.T, config Config) {
		s, ctx := mustOpen(t, config), t.Context()
		if there, err := s.HasAdministrator(ctx); err != nil || there {
			t.Fatalf("got %v, %v; want an empty house", there, err)
		}
		err := errors.Join(s.PutSetUpCode(ctx, identity.Hash{1}, noon), s.PutSetUpCode(ctx, identity.Hash{2}, noon.Add(1e9)), s.PutSetUpCode(ctx, identity.Hash{3}, noon.Add(1e9)))
		if err != nil {
			t.Fatal(err)
		}
		n := care.NewPerson{Name: "Ada", Login: "ada", Roles: []access.Role{access.Administrator}}
		_, err = s.RedeemSetUpCode(ctx, identity.Hash{1}, noon, n)
		wantFault(t, err, fault.NotFound, "setup.wrong")
		_, err = s.RedeemSetUpCode(ctx, identity.Hash{9}, noon, n)
		wantFault(t, err, fault.NotFound, "setup.wrong")
		_, err = s.RedeemSetUpCode(ctx, identity.Hash{2}, noon, care.NewPerson{Name: "Ada", Login: "!", Roles: n.Roles})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("got %v, want invalid", err)
		}
		var wait sync.WaitGroup
		var made atomic.Int32
		for i := range 6 {
			wait.Go(func() {
				one := n
				one.Login = fmt.Sprintf("ada%d", i)
				if _, err := s.RedeemSetUpCode(ctx, identity.Hash{byte(2 + i%2)}, noon, one); err == nil {
					made.Add(1)
				} else if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Unavailable) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n, err := administrators(ctx, s.db); err != nil || n != 1 || made.Load() != 1 {
			t.Errorf("%d administrators made, %d there, %v; want 1", made.Load(), n, err)
		}
	})
}

func TestHostileText(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		for _, bad := range []string{"\x00", "a\x00b", "\xff", "'; DROP TABLE people; --", "?", "%", strings.Repeat("a", 1<<16)} {
			if _, err := c.AccountByLogin(ctx, bad); !fault.Is(err, fault.NotFound) {
				t.Errorf("login %.20q: got %v, want not found", bad, err)
			}
			if _, err := c.Patient(ctx, c.ana, care.PatientID(bad)); !fault.Is(err, fault.NotFound) {
				t.Errorf("patient %.20q: got %v, want not found", bad, err)
			}
			if _, err := c.Sitting(ctx, c.ana, care.SittingID(bad)); !fault.Is(err, fault.NotFound) {
				t.Errorf("sitting %.20q: got %v, want not found", bad, err)
			}
			if _, err := c.Vocabulary(ctx, c.ana, care.ProjectID(bad)); !fault.Is(err, fault.NotFound) {
				t.Errorf("project %.20q: got %v, want not found", bad, err)
			}
		}
		quoted := `O'Brien "?" \ %s $1`
		p, err := c.PatchOwn(ctx, c.wren, care.PersonPatch{Name: &quoted})
		if err != nil || p.Name != quoted {
			t.Errorf("got %q, %v; want %q", p.Name, err, quoted)
		}
	})
}
