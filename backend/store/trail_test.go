package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/backend/audit"
	"hearth/backend/store/pgtest"
	"hearth/shared/care"
)

func mustVerify(t testing.TB, s *Store, from int64, anchors ...audit.Anchor) audit.Report {
	t.Helper()
	r, err := audit.Verify(context.Background(), s, from, anchors...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Several nodes write at once: every line is there once, and the chain is whole.
func TestManyWriters(t *testing.T) {
	onBoth(t, func(t *testing.T, config Config) {
		const nodes, writers, each = 3, 8, 12
		var wait sync.WaitGroup
		var first *Store
		for n := range nodes {
			s := mustOpen(t, config)
			if n == 0 {
				first = s
			}
			for w := range writers {
				wait.Go(func() {
					for i := range each {
						if err := s.AppendAudit(t.Context(), audit.Entry{Action: "a", Object: fmt.Sprint(n, ".", w, ".", i)}); err != nil {
							t.Error(err)
						}
					}
				})
			}
		}
		wait.Wait()
		r := mustVerify(t, first, 0)
		if !r.Whole() || r.Entries != nodes*writers*each {
			t.Errorf("got %+v, want %d entries, whole", r, nodes*writers*each)
		}
		list, err := first.ListAudit(t.Context(), 1000)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, e := range list {
			seen[e.Object] = true
		}
		if len(seen) != nodes*writers*each {
			t.Errorf("%d different lines, want %d", len(seen), nodes*writers*each)
		}
	})
}

// The database itself refuses to change the trail.
func TestTrailIsGuarded(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		for range 5 {
			if err := c.AppendAudit(t.Context(), audit.Entry{Person: c.ana.Person, Action: "get-limits", Patient: c.wrenID}); err != nil {
				t.Fatal(err)
			}
		}
		for what, statement := range map[string]string{
			"changed":          "UPDATE trail SET person = 'x' WHERE number = 2",
			"taken out":        "DELETE FROM trail WHERE number = 2",
			"the end":          "DELETE FROM trail WHERE number = 5",
			"put in":           "INSERT INTO trail SELECT 0, before, hash, moment, person, action, patient, object, network, site, project, things FROM trail WHERE number = 1",
			"replaced":         "INSERT INTO trail SELECT number, before, hash, moment, 'x', action, patient, object, network, site, project, things FROM trail WHERE number = 3",
			"an end moved":     "UPDATE trail_ends SET number = 1 WHERE name = 'tail'",
			"an end renamed":   "UPDATE trail_ends SET name = 'x', number = 100 WHERE name = 'tail'",
			"an end taken out": "DELETE FROM trail_ends WHERE name = 'base'",
			"an end put in":    "INSERT INTO trail_ends (name, number, hash) VALUES ('more', 1, '')",
		} {
			if _, err := c.db.Exec(statement); err == nil {
				t.Errorf("%s: the database let it happen", what)
			}
		}
		if c.postgres() {
			if _, err := c.db.Exec("TRUNCATE trail"); err == nil {
				t.Error("emptied: the database let it happen")
			}
		} else if _, err := c.db.Exec("INSERT OR REPLACE INTO trail SELECT number, before, hash, moment, 'x', action, patient, object, network, site, project, things FROM trail WHERE number = 3"); err == nil {
			t.Error("replaced in one step: the database let it happen")
		}
		if r := mustVerify(t, c.Store, 0); !r.Whole() || r.Entries != 5 {
			t.Errorf("got %+v", r)
		}
	})
}

// unguard takes the guards away, as somebody who owns the database can.
func (c clinic) unguard(t testing.TB) {
	t.Helper()
	statements := []string{"DROP TRIGGER trail_rows ON trail", "DROP TRIGGER trail_ends_rows ON trail_ends"}
	if !c.postgres() {
		statements = []string{"DROP TRIGGER trail_update", "DROP TRIGGER trail_delete", "DROP TRIGGER trail_insert", "DROP TRIGGER trail_ends_update"}
	}
	for _, s := range statements {
		if _, err := c.db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// Who owns the database can take the guards away; the walk finds what they did then.
func TestTamperedDatabase(t *testing.T) {
	for what, c := range map[string]struct {
		statements []string
		want       audit.Kind
	}{
		"changed":     {[]string{"UPDATE trail SET person = 'x' WHERE number = 3"}, audit.Changed},
		"no hash":     {[]string{"UPDATE trail SET hash = 'x' WHERE number = 3"}, audit.Changed},
		"taken out":   {[]string{"DELETE FROM trail WHERE number = 3"}, audit.Missing},
		"cut":         {[]string{"DELETE FROM trail WHERE number > 4"}, audit.Cut},
		"cut neatly":  {[]string{"DELETE FROM trail WHERE number > 4", "UPDATE trail_ends SET number = 4, hash = (SELECT hash FROM trail WHERE number = 4) WHERE name = 'tail'"}, audit.Cut},
		"hung on":     {[]string{"INSERT INTO trail SELECT 9, before, hash, moment, person, action, patient, object, network, site, project, things FROM trail WHERE number = 1"}, audit.Missing},
		"exchanged":   {[]string{"UPDATE trail SET number = 100 WHERE number = 3", "UPDATE trail SET number = 3 WHERE number = 5", "UPDATE trail SET number = 5 WHERE number = 100"}, audit.Moved},
		"put between": {[]string{"UPDATE trail SET number = -number WHERE number > 3", "INSERT INTO trail SELECT 4, hash, hash, moment, person, action, patient, object, network, site, project, things FROM trail WHERE number = 3", "UPDATE trail SET number = 1 - number WHERE number < 0"}, audit.Moved},
	} {
		t.Run(what, func(t *testing.T) {
			inClinic(t, func(t *testing.T, cl clinic) {
				for range 6 {
					if err := cl.AppendAudit(t.Context(), audit.Entry{Person: cl.ana.Person, Action: "get-limits", Patient: cl.wrenID}); err != nil {
						t.Fatal(err)
					}
				}
				_, anchor, err := cl.TrailEnds(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				cl.unguard(t)
				for _, s := range c.statements {
					if _, err := cl.db.Exec(s); err != nil {
						t.Fatal(err)
					}
				}
				r := mustVerify(t, cl.Store, 0, anchor)
				if !slices.ContainsFunc(r.Breaks, func(b audit.Break) bool { return b.Kind == c.want }) {
					t.Errorf("got %+v, want %s", r.Breaks, c.want)
				}
			})
		})
	}
}

// The lines there were before the chain stand in it, in their order and with their places.
func TestTrailIsCarriedOver(t *testing.T) {
	onBoth(t, func(t *testing.T, config Config) {
		whole := migrations
		at := slices.IndexFunc(migrations, func(m migration) bool { return m.name == "the audit trail is a chain" })
		migrations = migrations[:at]
		defer func() { migrations = whole }()
		config.Now = (&clock{now: noon}).Now
		s := mustOpen(t, config)
		p := care.Person{ID: care.NewID[care.PersonID](), Patient: care.NewID[care.PatientID]()}
		home, project, err := s.Home(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err1 := s.db.Exec(`INSERT INTO people (id, site, name, login, hash, must_change, disabled, language, theme, version, created)
			VALUES (?, ?, 'Wren-23', 'wren', '', ?, ?, '', '', 1, 0)`, p.ID, home, false, false)
		_, err2 := s.db.Exec("INSERT INTO patients (id, project, person, version, created) VALUES (?, ?, ?, 1, 0)", p.Patient, project, p.ID)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		for i := range 1201 { // several portions
			var person, patient any
			if i%2 == 0 {
				person, patient = p.ID, p.Patient
			}
			if _, err := s.db.Exec("INSERT INTO audit (id, moment, person, action, patient, object, network) VALUES (?, ?, ?, ?, ?, '', '')",
				care.NewID[string](), micro(noon)+int64(i/3), person, fmt.Sprint("a", i/3), patient); err != nil {
				t.Fatal(err)
			}
		}
		s.Close()
		migrations = whole
		s = mustOpen(t, config)
		links, err := s.TrailAfter(t.Context(), 0, 2000)
		if err != nil || len(links) != 1201 {
			t.Fatalf("got %d lines, %v", len(links), err)
		}
		for i, l := range links {
			if l.Action != fmt.Sprint("a", i/3) || !l.At.Equal(noon.Add(time.Duration(i/3)*time.Microsecond)) {
				t.Fatalf("line %d is %+v", i, l)
			}
			if (l.Patient == p.Patient) != (l.Place.Project != "") || (l.Person == "") != (l.Place.Site == "") {
				t.Fatalf("line %d stands at %+v", i, l)
			}
		}
		if r := mustVerify(t, s, 0); !r.Whole() {
			t.Errorf("got %+v", r)
		}
	})
}

// TestAnyAppends: whatever several writers append in whatever order, the chain is whole and holds exactly that.
func TestAnyAppends(t *testing.T) {
	s := mustOpen(t, Config{Dir: t.TempDir()})
	total := int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		plans := rapid.SliceOfN(rapid.SliceOfN(rapid.StringMatching(`[a-z.é]{0,8}`), 0, 4), 1, 4).Draw(rt, "writers")
		var wait sync.WaitGroup
		_, before, err := s.TrailEnds(context.Background())
		if err != nil {
			rt.Fatal(err)
		}
		for _, plan := range plans {
			wait.Go(func() {
				for _, action := range plan {
					if err := s.AppendAudit(context.Background(), audit.Entry{Action: action, Count: len(action)}); err != nil {
						rt.Error(err)
					}
				}
			})
			total += int64(len(plan))
		}
		wait.Wait()
		r, err := audit.Verify(context.Background(), s, before.Number+1, before)
		if err != nil || !r.Whole() {
			rt.Fatalf("got %+v, %v", r, err)
		}
	})
	if r := mustVerify(t, s, 0); !r.Whole() || r.Entries != total {
		t.Errorf("got %+v, want %d", r, total)
	}
}

// BenchmarkTrail appends with 16 at once, as many requests as a busy house answers.
func BenchmarkTrail(b *testing.B) {
	for name, config := range map[string]func() Config{"sqlite": func() Config { return Config{Dir: b.TempDir()} }, "postgres": func() Config { return Config{URL: pgtest.MustDatabase(b)} }} {
		for _, writers := range []int{1, 16} {
			b.Run(fmt.Sprint(name, "/", writers), func(b *testing.B) {
				c := mustClinic(b, config())
				var wait sync.WaitGroup
				next := make(chan struct{}, b.N)
				for range b.N {
					next <- struct{}{}
				}
				close(next)
				b.ResetTimer()
				for range writers {
					wait.Go(func() {
						for range next {
							if err := c.AppendAudit(b.Context(), audit.Entry{Person: c.ana.Person, Action: "get-limits", Patient: c.wrenID, From: "192.0.2.0/24"}); err != nil {
								b.Error(err)
							}
						}
					})
				}
				wait.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
			})
		}
	}
}
