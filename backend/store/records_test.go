package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func newRecord(project care.ProjectID) care.NewRecord {
	return care.NewRecord{ID: care.NewID[care.PatientID](), Project: project}
}

func (c clinic) mustRecord(t testing.TB, by care.Reader, n care.NewRecord) care.Record {
	t.Helper()
	r, err := c.CreateRecords(t.Context(), by, []care.NewRecord{n})
	if err != nil || len(r) != 1 {
		t.Fatalf("create a record: %v, %v", r, err)
	}
	return r[0]
}

// A patient is made whole, once, however often somebody asks.
func TestCreateRecord(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		clerk := c.mustAt(t, "clerk", care.Place{Site: c.site, Project: c.project}, access.Clerk)
		group, err := c.CreateGroup(ctx, c.admin, c.project, "Arm A")
		if err != nil {
			t.Fatal(err)
		}
		n := newRecord(c.project)
		n.Group, n.Language, n.Theme, n.Sealed = group.ID, "de", "child", []byte("sealed")
		n.Therapist = []care.Permission{{Therapist: c.ana.Person, Signals: []access.Signal{access.Movement, access.ECG}}}
		r := c.mustRecord(t, clerk, n)
		if r.Name == "" || r.Login != care.LoginOf(r.Name) || r.Group != group.ID || r.Theme != "child" || r.LinkOnly || len(r.Care) != 1 ||
			!slices.Equal(r.Care[0].Signals, []access.Signal{access.ECG, access.Movement}) {
			t.Errorf("made %+v", r)
		}
		if again := c.mustRecord(t, clerk, n); fmt.Sprint(again) != fmt.Sprint(r) {
			t.Errorf("asked again: %+v, want %+v", again, r)
		}
		if sealed, version, err := c.Contact(ctx, clerk, r.ID); err != nil || string(sealed) != "sealed" || version != 1 {
			t.Errorf("the contact is %q, %d, %v", sealed, version, err)
		}
		if signals, err := c.PermittedSignals(ctx, r.ID, c.ana.Person); err != nil || len(signals) != 2 {
			t.Errorf("Ana receives %v, %v", signals, err)
		}
		if a, err := c.Account(ctx, r.Person); err != nil || !slices.Equal(a.Roles, []access.Role{access.Patient}) || a.Grants[0].Project != c.project {
			t.Errorf("the account is %+v, %v", a, err)
		}
		link := newRecord(c.project)
		link.Name, link.LinkOnly = "Owl-5", true
		owl := c.mustRecord(t, clerk, link)
		if a, err := c.Account(ctx, owl.Person); err != nil || !a.LinkOnly {
			t.Errorf("the account is %+v, %v", a, err)
		}
		if _, err := c.AccountByLogin(ctx, noLogin(owl.Person)); !fault.Is(err, fault.NotFound) || owl.Login != "" {
			t.Errorf("who comes by link signs in as %q: %v", owl.Login, err)
		}
		far := c.mustFarSite(t)
		for what, try := range map[string]struct {
			by     care.Reader
			change func(*care.NewRecord)
			kind   fault.Kind
			code   string
		}{
			"a pseudonym that is taken":     {clerk, func(n *care.NewRecord) { n.Name = "wren 23" }, fault.Conflict, "pseudonym.taken"},
			"a sign-in name that is taken":  {clerk, func(n *care.NewRecord) { n.Login = "clerk" }, fault.Conflict, "login.taken"},
			"a sign-in name for a link":     {clerk, func(n *care.NewRecord) { n.Login, n.LinkOnly = "owl", true }, fault.Invalid, "record.link-login"},
			"a group of nowhere":            {clerk, func(n *care.NewRecord) { n.Group = care.NewID[care.GroupID]() }, fault.Invalid, "record.group"},
			"another site's project":        {clerk, func(n *care.NewRecord) { n.Project = far.project }, fault.NotFound, "not-found"},
			"another site's therapist":      {clerk, func(n *care.NewRecord) { n.Therapist[0].Therapist = far.therapist.Person }, fault.Invalid, "record.therapist"},
			"somebody who is no therapist":  {clerk, func(n *care.NewRecord) { n.Therapist[0].Therapist = clerk.Person }, fault.Invalid, "record.therapist"},
			"a signal that is none":         {clerk, func(n *care.NewRecord) { n.Therapist[0].Signals = []access.Signal{"soul"} }, fault.Invalid, "signal.unknown"},
			"somebody else's id":            {far.admin, func(n *care.NewRecord) { n.ID, n.Project, n.Therapist = r.ID, far.project, nil }, fault.NotFound, "not-found"},
			"a language that is none":       {clerk, func(n *care.NewRecord) { n.Language = "tlh" }, fault.Invalid, "request.settings"},
			"by a therapist":                {c.ana, func(n *care.NewRecord) {}, fault.NotFound, "not-found"},
			"by a patient":                  {c.wren, func(n *care.NewRecord) {}, fault.NotFound, "not-found"},
			"a pseudonym with a NUL":        {clerk, func(n *care.NewRecord) { n.Name = "a\x00" }, fault.Invalid, "text.invalid"},
			"an id that is none":            {clerk, func(n *care.NewRecord) { n.ID = "1" }, fault.NotFound, "not-found"},
			"a contact by who writes none":  {c.ana, func(n *care.NewRecord) { n.Sealed = []byte("x") }, fault.NotFound, "not-found"},
			"a pseudonym that turns itself": {clerk, func(n *care.NewRecord) { n.Name = "a\u202eb" }, fault.Invalid, "name.invalid"},
		} {
			t.Run(what, func(t *testing.T) {
				n := newRecord(c.project)
				n.Therapist = []care.Permission{{Therapist: c.ana.Person}}
				try.change(&n)
				_, err := c.CreateRecords(ctx, try.by, []care.NewRecord{newRecord(n.Project), n})
				wantFault(t, err, try.kind, try.code)
			})
		}
		if list, _, total, err := c.ListRecords(ctx, c.admin, care.RecordFilter{}, care.Page{}); err != nil || len(list) != 4 || total != 4 {
			t.Errorf("after what was refused there are %d of %d, %v; want 4", len(list), total, err)
		}
	})
}

// Lists come in parts, in one order, with each patient once, and hold only what their reader may see.
func TestListRecords(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, far := t.Context(), c.mustFarSite(t)
		var list []care.NewRecord
		for i := range 700 {
			n := newRecord(c.project)
			if i%2 == 0 {
				n.Name = fmt.Sprint("Magpie ", i)
			} else {
				n.Name = fmt.Sprint("magnolia-", i)
			}
			list = append(list, n)
		}
		made, err := c.CreateRecords(ctx, c.admin, list)
		if err != nil || len(made) != 700 {
			t.Fatalf("made %d, %v", len(made), err)
		}
		seen, after := map[care.PatientID]bool{}, ""
		for part := 0; ; part++ {
			list, next, total, err := c.ListRecords(ctx, c.admin, care.RecordFilter{}, care.Page{After: after, Limit: 100})
			if err != nil || part == 0 && total != 702 {
				t.Fatalf("part %d of %d: %v", part, total, err)
			}
			for i, r := range list {
				if seen[r.ID] || i > 0 && care.PseudonymKey(list[i-1].Name) >= care.PseudonymKey(r.Name) {
					t.Fatalf("%s comes twice or late", r.Name)
				}
				seen[r.ID] = true
			}
			if after = next; next == "" {
				break
			}
		}
		if len(seen) != 702 {
			t.Errorf("the parts hold %d, want 702", len(seen))
		}
		count := func(by care.Reader, f care.RecordFilter) int {
			t.Helper()
			list, _, total, err := c.ListRecords(ctx, by, f, care.Page{})
			if err != nil || len(list) > total {
				t.Errorf("%d of %d, %v", len(list), total, err)
			}
			return total
		}
		for what, got := range map[string][2]int{
			"the far site's administrator": {count(far.admin, care.RecordFilter{}), 1},
			"a therapist's own":            {count(c.ana, care.RecordFilter{}), 1},
			"a patient":                    {count(c.wren, care.RecordFilter{}), 0},
			"nobody":                       {count(care.Reader{}, care.RecordFilter{}), 0},
			"a pseudonym, typed otherwise": {count(c.admin, care.RecordFilter{Text: "WREN-23"}), 1},
			"a sign-in name":               {count(c.admin, care.RecordFilter{Text: "lark-7"}), 1},
			"a sign that stands for any":   {count(c.admin, care.RecordFilter{Text: "%"}), 0},
			"whom another room found":      {count(c.admin, care.RecordFilter{Text: "zzz", Also: []care.PatientID{c.wrenID, far.patient}}), 1},
			"another site's project":       {count(c.admin, care.RecordFilter{Project: far.project}), 0},
			"a therapist's, by the clerk":  {count(c.admin, care.RecordFilter{Therapist: c.ben.Person}), 1},
			"in no group":                  {count(c.admin, care.RecordFilter{Group: care.NoGroup}), 702},
			"disabled":                     {count(c.admin, care.RecordFilter{State: care.RecordDisabled}), 0},
			"deleted":                      {count(c.admin, care.RecordFilter{State: care.RecordDeleted}), 0},
		} {
			if got[0] != got[1] {
				t.Errorf("%s: got %d, want %d", what, got[0], got[1])
			}
		}
		if r, err := c.Record(ctx, c.ana, c.wrenID); err != nil || r.Login != "" {
			t.Errorf("a therapist reads the sign-in name %q, %v", r.Login, err)
		}
		_, _, _, err = c.ListRecords(ctx, c.admin, care.RecordFilter{}, care.Page{After: "!"})
		wantFault(t, err, fault.Invalid, "page.cursor")
	})
}

func TestChangeRecord(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		r, err := c.Record(ctx, c.admin, c.wrenID)
		if err != nil {
			t.Fatal(err)
		}
		session := identity.Session{Hash: identity.Hash{7}, Slot: "aaaaaaaa", Person: c.wren.Person, Created: noon, Seen: noon, Expires: noon.Add(time.Hour)}
		if err := c.CreateSession(ctx, session); err != nil {
			t.Fatal(err)
		}
		was := r.Version
		if r, err = c.PatchRecord(ctx, c.admin, r.ID, care.RecordPatch{Version: was, Name: new("Jay-4"), Theme: new("child"), Login: new("Jay.4")}); err != nil ||
			r.Name != "Jay-4" || r.Theme != "child" || r.Login != "jay.4" || r.Version <= was {
			t.Fatalf("changed into %+v, %v", r, err)
		}
		for what, patch := range map[string]struct {
			patch care.RecordPatch
			kind  fault.Kind
			code  string
		}{
			"an old version":   {care.RecordPatch{Version: was, Name: new("X")}, fault.Conflict, "changed-elsewhere"},
			"a taken name":     {care.RecordPatch{Version: r.Version, Name: new("lark 7")}, fault.Conflict, "pseudonym.taken"},
			"a taken login":    {care.RecordPatch{Version: r.Version, Login: new("lark-7")}, fault.Conflict, "login.taken"},
			"no name":          {care.RecordPatch{Version: r.Version, Name: new(" ")}, fault.Invalid, "name.empty"},
			"a foreign group":  {care.RecordPatch{Version: r.Version, Group: new(care.NewID[care.GroupID]())}, fault.Invalid, "record.group"},
			"a link and login": {care.RecordPatch{Version: r.Version, LinkOnly: new(true), Login: new("jay")}, fault.Invalid, "record.link-login"},
		} {
			_, err := c.PatchRecord(ctx, c.admin, r.ID, patch.patch)
			t.Run(what, func(t *testing.T) { wantFault(t, err, patch.kind, patch.code) })
		}
		if _, _, err := c.SessionByHash(ctx, session.Hash); err != nil {
			t.Errorf("a new name signed the patient out: %v", err)
		}
		if r, err = c.PatchRecord(ctx, c.admin, r.ID, care.RecordPatch{Version: r.Version, LinkOnly: new(true)}); err != nil || r.Login != "" || !r.LinkOnly {
			t.Fatalf("comes by link: %+v, %v", r, err)
		}
		if _, _, err := c.SessionByHash(ctx, session.Hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("who comes by link is signed in: %v", err)
		}
		if r, err = c.PatchRecord(ctx, c.admin, r.ID, care.RecordPatch{Version: r.Version, LinkOnly: new(false)}); err != nil || r.Login != "jay-4" {
			t.Fatalf("signs in again as %+v, %v", r, err)
		}
		if a, err := c.AccountByLogin(ctx, "jay-4"); err != nil || a.Hash != "" {
			t.Errorf("with the old password: %+v, %v", a, err)
		}
		if _, err := c.PatchPerson(ctx, c.admin, c.wren.Person, care.PersonPatch{Version: mustAccount(t, c, c.wren.Person).Version, Name: new("Lark-7")}); !fault.Is(err, fault.Conflict) {
			t.Errorf("two patients of one name: %v", err)
		}
		if r, err = c.DeleteRecord(ctx, c.admin, r.ID, r.Version); err != nil || r.Deleted.IsZero() {
			t.Fatalf("deleted: %+v, %v", r, err)
		}
		if _, err := c.Record(ctx, c.ana, r.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("the therapist sees a deleted patient: %v", err)
		}
		if list, _, _, err := c.ListRecords(ctx, c.admin, care.RecordFilter{State: care.RecordDeleted}, care.Page{}); err != nil || len(list) != 1 {
			t.Errorf("deleted are %v, %v", list, err)
		}
		if r, err = c.RestoreRecord(ctx, c.admin, r.ID, r.Version); err != nil || !r.Deleted.IsZero() || len(r.Care) != 1 {
			t.Errorf("brought back: %+v, %v", r, err)
		}
	})
}

func mustAccount(t testing.TB, c clinic, id care.PersonID) identity.Account {
	t.Helper()
	a, err := c.Account(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Who moves takes their role along, and leaves the therapists who have none there.
func TestMoveRecord(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, house := t.Context(), c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		here, err := c.CreateProject(ctx, c.admin, c.site, "Sleep")
		if err != nil {
			t.Fatal(err)
		}
		site, there, err := c.CreateSite(ctx, house, "North", "Therapy")
		if err != nil {
			t.Fatal(err)
		}
		group, err := c.CreateGroup(ctx, house, there.ID, "Arm")
		if err != nil {
			t.Fatal(err)
		}
		c.mustCare(t, c.wrenID, c.mustAt(t, "local", care.Place{Site: c.site, Project: c.project}, access.Therapist).Person)
		r, err := c.Record(ctx, c.admin, c.wrenID)
		if err != nil || len(r.Care) != 2 {
			t.Fatal(r, err)
		}
		tried, err := c.MoveRecord(ctx, c.admin, r.ID, care.RecordMove{Version: r.Version, Project: here.ID, Try: true})
		if err != nil || len(tried.Ended) != 1 || tried.Ended[0].TherapistName != "local" || tried.Record.Version != r.Version {
			t.Fatalf("tried: %+v, %v", tried, err)
		}
		moved, err := c.MoveRecord(ctx, c.admin, r.ID, care.RecordMove{Version: r.Version, Project: here.ID})
		if err != nil || moved.Record.Project != here.ID || len(moved.Ended) != 1 || len(moved.Record.Care) != 1 {
			t.Fatalf("moved: %+v, %v", moved, err)
		}
		_, err = c.MoveRecord(ctx, c.admin, r.ID, care.RecordMove{Version: moved.Record.Version, Project: there.ID})
		wantFault(t, err, fault.NotFound, "not-found")
		_, err = c.MoveRecord(ctx, house, r.ID, care.RecordMove{Version: moved.Record.Version, Project: here.ID, Group: group.ID})
		wantFault(t, err, fault.Invalid, "record.group")
		if moved, err = c.MoveRecord(ctx, house, r.ID, care.RecordMove{Version: moved.Record.Version, Project: there.ID, Group: group.ID}); err != nil ||
			moved.Record.Site != site.ID || moved.Record.Group != group.ID || len(moved.Record.Care) != 0 {
			t.Fatalf("moved: %+v, %v", moved, err)
		}
		a := mustAccount(t, c, c.wren.Person)
		if a.Site != site.ID || len(a.Grants) != 1 || a.Grants[0].Project != there.ID || a.Grants[0].Site != site.ID {
			t.Errorf("the account stayed behind: %+v", a)
		}
		if _, err := c.Record(ctx, c.admin, r.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("the old site sees the patient: %v", err)
		}
	})
}
