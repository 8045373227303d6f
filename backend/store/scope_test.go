package store

import (
	"context"
	"slices"
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// TestScopeFollowsTheTable asks the database about every reader, every action and every patient, and compares with what
// shared/access promises.
func TestScopeFollowsTheTable(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		far := c.mustFarSite(t)
		patients := []care.PatientID{c.wrenID, c.larkID, far.patient}
		own := map[care.PersonID]care.PatientID{ // as therapist or as self
			c.ana.Person: c.wrenID, c.ben.Person: c.larkID, c.wren.Person: c.wrenID, c.lark.Person: c.larkID}
		for name, by := range map[string]care.Reader{"admin": c.admin, "ana": c.ana, "ben": c.ben, "wren": c.wren, "lark": c.lark, "nobody": {}} {
			for _, action := range access.Actions() {
				for _, patient := range patients {
					want := false
					switch by.Reach(action) {
					case access.Held:
						want = patient != far.patient
					case access.Self:
						want = own[by.Person] == patient && slices.Contains(by.Roles, access.Patient)
					case access.OwnPatients:
						want = own[by.Person] == patient
					}
					err := failed("", allowed(t.Context(), c.db, patient, visible(by, action)))
					if got := err == nil; got != want || (err != nil && !fault.Is(err, fault.NotFound)) {
						t.Errorf("%s, %s: got %v, want allowed %v", name, action, err, want)
					}
				}
			}
		}
	})
}

type farSite struct {
	admin, therapist care.Reader
	patient          care.PatientID
	project          care.ProjectID
}

// mustFarSite makes a second clinic in the same house.
func (c clinic) mustFarSite(t testing.TB) farSite {
	t.Helper()
	site, project := care.NewID[care.SiteID](), care.NewID[care.ProjectID]()
	later := micro(noon) + 1
	for _, insert := range []struct {
		sql  string
		args []any
	}{
		{"INSERT INTO sites (id, name, created) VALUES (?, 'Far', ?)", []any{site, later}},
		{"INSERT INTO projects (id, site, name, created) VALUES (?, ?, 'Far', ?)", []any{project, site, later}},
		{"INSERT INTO vocabulary (project, words, version) VALUES (?, '[]', 1)", []any{project}},
	} {
		if _, err := c.db.Exec(insert.sql, insert.args...); err != nil {
			t.Fatal(err)
		}
	}
	far := farSite{project: project}
	for login, role := range map[string]access.Role{"far.admin": access.Administrator, "far.therapist": access.Therapist, "far.patient": access.Patient} {
		tx, err := c.db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.add(t.Context(), tx, site, care.NewPerson{Name: login, Login: login, Roles: []access.Role{role}}, "")
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		r := care.Reader{Person: p.ID, Site: site, Roles: p.Roles}
		switch role {
		case access.Administrator:
			far.admin = r
		case access.Therapist:
			far.therapist = r
		case access.Patient:
			far.patient = p.Patient
		}
	}
	return far
}

// TestHolesStayClosed tries the ways in that systems like this one are known to have left open.
func TestHolesStayClosed(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, far := t.Context(), c.mustFarSite(t)
		theirs, err := c.OpenSitting(ctx, c.ben, c.larkID)
		if err != nil {
			t.Fatal(err)
		}
		label := care.Label{ID: care.NewID[care.LabelID](), Sitting: theirs.ID, At: 1, Kind: care.Rating, Rating: 40}
		if _, err := c.PutLabel(ctx, c.ben, label); err != nil {
			t.Fatal(err)
		}
		mine, err := c.OpenSitting(ctx, c.ana, c.wrenID)
		if err != nil {
			t.Fatal(err)
		}
		liar := care.Reader{Person: c.wren.Person, Site: c.site, Roles: access.Roles()}
		name, moved := "Mallory", label
		moved.Sitting, moved.Rating = mine.ID, 99
		baseline := care.Baseline{Sitting: theirs.ID, Start: 1, End: 2, Measures: map[string]care.Measure{"hr": {Median: 60, Count: 1}}}
		for what, try := range map[string]func(ctx context.Context) error{
			"another's patient":      func(ctx context.Context) error { _, err := c.Patient(ctx, c.ana, c.larkID); return err },
			"another's sitting":      func(ctx context.Context) error { _, err := c.Sitting(ctx, c.ana, theirs.ID); return err },
			"open another's sitting": func(ctx context.Context) error { _, err := c.OpenSitting(ctx, c.ana, c.larkID); return err },
			"end another's sitting":  func(ctx context.Context) error { _, err := c.EndSitting(ctx, c.ana, theirs.ID); return err },
			"list another's sittings": func(ctx context.Context) error {
				_, _, err := c.ListSittings(ctx, c.ana, c.larkID, care.Page{})
				return err
			},
			"read another's labels":     func(ctx context.Context) error { _, err := c.ListLabels(ctx, c.ana, theirs.ID); return err },
			"write another's label":     func(ctx context.Context) error { _, err := c.PutLabel(ctx, c.ana, label); return err },
			"pull a label over":         func(ctx context.Context) error { _, err := c.PutLabel(ctx, c.ana, moved); return err },
			"another's baseline":        func(ctx context.Context) error { _, err := c.PutBaseline(ctx, c.ana, baseline); return err },
			"forget another's baseline": func(ctx context.Context) error { return c.DeleteBaseline(ctx, c.ana, theirs.ID) },
			"another's limits":          func(ctx context.Context) error { _, err := c.Limits(ctx, c.ana, c.larkID); return err },
			"set another's limits": func(ctx context.Context) error {
				_, err := c.PutLimits(ctx, c.ana, care.DefaultLimits(c.larkID))
				return err
			},
			"assign oneself": func(ctx context.Context) error {
				_, err := c.PutCare(ctx, c.ana, care.Permission{Patient: c.larkID, Therapist: c.ana.Person})
				return err
			},
			"permit oneself": func(ctx context.Context) error {
				_, err := c.PutCare(ctx, c.ana, care.Permission{Patient: c.wrenID, Therapist: c.ana.Person, Signals: access.Signals()})
				return err
			},
			"unassign another":           func(ctx context.Context) error { return c.DeleteCare(ctx, c.ana, c.larkID, c.ben.Person) },
			"a patient reads sittings":   func(ctx context.Context) error { _, err := c.Sitting(ctx, c.wren, mine.ID); return err },
			"a patient claims all roles": func(ctx context.Context) error { _, err := c.Patient(ctx, liar, c.larkID); return err },
			"… and reads own sittings":   func(ctx context.Context) error { _, err := c.Sitting(ctx, liar, mine.ID); return err },
			"an administrator's sitting": func(ctx context.Context) error { _, err := c.Sitting(ctx, c.admin, mine.ID); return err },
			"the far administrator":      func(ctx context.Context) error { _, err := c.Patient(ctx, far.admin, c.wrenID); return err },
			"… renames our people": func(ctx context.Context) error {
				_, err := c.PatchPerson(ctx, far.admin, c.ana.Person, care.PersonPatch{Version: 1, Name: &name})
				return err
			},
			"… reads our vocabulary": func(ctx context.Context) error { _, err := c.Vocabulary(ctx, far.therapist, c.project); return err },
			"assign over the fence": func(ctx context.Context) error {
				_, err := c.PutCare(ctx, c.admin, care.Permission{Patient: c.wrenID, Therapist: far.therapist.Person})
				return err
			},
			"assign to no therapist": func(ctx context.Context) error {
				_, err := c.PutCare(ctx, c.admin, care.Permission{Patient: c.wrenID, Therapist: c.admin.Person})
				return err
			},
			"a therapist manages people": func(ctx context.Context) error {
				_, err := c.PatchPerson(ctx, c.ana, c.ben.Person, care.PersonPatch{Version: 1})
				return err
			},
			"nobody at all": func(ctx context.Context) error { _, err := c.Patient(ctx, care.Reader{}, c.wrenID); return err },
		} {
			t.Run(what, func(t *testing.T) { wantFault(t, try(t.Context()), fault.NotFound, "not-found") })
		}
		if labels, err := c.ListLabels(ctx, c.ben, theirs.ID); err != nil || len(labels) != 1 || labels[0].Rating != 40 {
			t.Errorf("got %+v, %v; want the label untouched", labels, err)
		}
	})
}

func TestListsHoldOnlyTheirReaders(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		c.mustFarSite(t)
		for name, row := range map[string]struct {
			by                              care.Reader
			people, patients, care, sharing int
		}{
			"admin":  {c.admin, 5, 2, 2, 2},
			"ana":    {c.ana, 0, 1, 0, 1},
			"wren":   {c.wren, 0, 0, 0, 1},
			"nobody": {care.Reader{}, 0, 0, 0, 0},
		} {
			people, _, _, err1 := c.ListPeople(t.Context(), row.by, care.PeopleFilter{}, care.Page{})
			patients, err2 := c.ListPatients(t.Context(), row.by)
			cared, err3 := c.ListCare(t.Context(), row.by)
			sharing, err4 := c.Sharing(t.Context(), row.by)
			for _, err := range []error{err1, err2, err3, err4} {
				if err != nil {
					t.Error(err)
				}
			}
			got := []int{len(people), len(patients), len(cared), len(sharing)}
			want := []int{row.people, row.patients, row.care, row.sharing}
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %v people, patients, care, sharing; want %v", name, got, want)
			}
		}
	})
}
