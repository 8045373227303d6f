package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/store/pgtest"
	"hearth/shared/care"
	"hearth/shared/fault"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// onBoth runs a test on SQLite and on PostgreSQL, each time in an empty database.
func onBoth(t *testing.T, test func(t *testing.T, c Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, Config{Dir: t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { test(t, Config{URL: pgtest.MustDatabase(t)}) })
}

// clock is a clock that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) Advance(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)

func mustOpen(t testing.TB, c Config) *Store {
	t.Helper()
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal("open: ", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error("close: ", err)
		}
	})
	return s
}

func wantFault(t testing.TB, err error, kind fault.Kind, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Kind != kind || fault.Of(err).Code != code {
		t.Errorf("got %v, want %s %s", err, kind, code)
	}
}

func TestOpenTwiceAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, c Config) {
		const nodes = 6
		var wait sync.WaitGroup
		homes := make([]care.ProjectID, nodes)
		for i := range nodes {
			wait.Go(func() {
				s, err := Open(t.Context(), c)
				if err != nil {
					t.Errorf("node %d: %v", i, err)
					return
				}
				defer s.Close()
				if _, homes[i], err = s.Home(t.Context()); err != nil {
					t.Errorf("node %d: %v", i, err)
				}
			})
		}
		wait.Wait()
		for i, got := range homes {
			if got == "" || got != homes[0] {
				t.Errorf("node %d found project %q, node 0 %q", i, got, homes[0])
			}
		}
	})
}

func TestReopenKeepsEverything(t *testing.T) {
	onBoth(t, func(t *testing.T, config Config) {
		c := mustClinic(t, config)
		before, _, _, err := c.ListPeople(t.Context(), c.admin, care.PeopleFilter{}, care.Page{})
		if err != nil || len(before) != 5 {
			t.Fatalf("got %d people, %v; want 5", len(before), err)
		}
		if err := errors.Join(c.Close(), c.Close()); err != nil {
			t.Fatal("close twice: ", err)
		}
		again := mustOpen(t, config)
		after, _, _, err := again.ListPeople(t.Context(), c.admin, care.PeopleFilter{}, care.Page{})
		if err != nil || fmt.Sprint(after) != fmt.Sprint(before) {
			t.Errorf("got %v, %v; want %v", after, err, before)
		}
		if !after[0].Created.Equal(noon) || after[0].Created.Location() != time.UTC {
			t.Errorf("created is %v, want %v", after[0].Created, noon)
		}
	})
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, c Config) {
		s := mustOpen(t, c)
		if _, err := s.db.Exec("INSERT INTO migrations (number, name, applied) VALUES (1000, 'later', 0)"); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), c); err == nil || !strings.Contains(err.Error(), "newer Hearth") {
			t.Errorf("got %v, want a refusal", err)
		}
	})
}

func TestHalfMigrationLeavesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, c Config) {
		whole := migrations
		defer func() { migrations = whole }()
		migrations = append(slices.Clone(migrations), migration{"broken", func(ctx context.Context, tx bun.Tx, _ *Store) error {
			return run(ctx, tx, "CREATE TABLE extra (id TEXT); INSERT INTO missing VALUES (1)")
		}})
		if _, err := Open(t.Context(), c); err == nil {
			t.Fatal("a broken migration went through")
		}
		migrations = whole
		s := mustOpen(t, c)
		if _, err := s.db.Exec("SELECT * FROM extra"); err == nil {
			t.Error("half a migration stayed")
		}
	})
}

func TestClosedIsUnavailable(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		if err := c.Ready(t.Context()); err != nil {
			t.Error("ready: ", err)
		}
		c.Close()
		wantFault(t, c.Ready(t.Context()), fault.Unavailable, "store.unavailable")
		_, err := c.OpenSitting(t.Context(), c.ana, c.wrenID)
		wantFault(t, err, fault.Unavailable, "store.unavailable")
	})
}

func TestLockedSQLite(t *testing.T) {
	config := Config{Dir: t.TempDir()}
	c := mustClinic(t, config)
	if _, err := c.db.Exec("PRAGMA busy_timeout(20)"); err != nil { // of one connection; the rest is not used here
		t.Fatal(err)
	}
	c.db.SetMaxOpenConns(1)
	other, err := sql.Open("sqlite", filepath.Join(config.Dir, File)+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.OpenSitting(t.Context(), c.ana, c.wrenID)
	wantFault(t, err, fault.Unavailable, "store.unavailable")
	if _, err := c.ListPatients(t.Context(), c.ana); err != nil {
		t.Error("a writer elsewhere stops reading: ", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.OpenSitting(t.Context(), c.ana, c.wrenID); err != nil {
		t.Error("not well again: ", err)
	}
}

func TestFullSQLite(t *testing.T) {
	c := mustClinic(t, Config{Dir: t.TempDir()})
	c.db.SetMaxOpenConns(1)
	var pages int
	if err := c.db.NewRaw("PRAGMA page_count").Scan(t.Context(), &pages); err != nil {
		t.Fatal(err)
	}
	if _, err := c.db.Exec(fmt.Sprintf("PRAGMA max_page_count(%d)", pages+1)); err != nil {
		t.Fatal(err)
	}
	sitting, err := c.OpenSitting(t.Context(), c.ana, c.wrenID)
	if err != nil {
		t.Fatal(err)
	}
	stored := 0
	for {
		l := care.Label{ID: care.NewID[care.LabelID](), Sitting: sitting.ID, At: 1, Kind: care.Note, Text: strings.Repeat("a", care.MaxNote)}
		if _, err = c.PutLabel(t.Context(), c.ana, l); err != nil {
			break
		}
		if stored++; stored > 1000 {
			t.Fatal("the disk never filled")
		}
	}
	wantFault(t, err, fault.Unavailable, "store.full")
	list, err := c.ListLabels(t.Context(), c.ana, sitting.ID)
	if err != nil || len(list) != stored {
		t.Errorf("got %d labels, %v; want the %d that were stored", len(list), err, stored)
	}
	var broken string
	if err := c.db.NewRaw("PRAGMA integrity_check").Scan(t.Context(), &broken); err != nil || broken != "ok" {
		t.Errorf("the file is %q, %v", broken, err)
	}
}

func TestPostgresGoesAndComesBack(t *testing.T) {
	server, err := pgtest.Start()
	if errors.Is(err, pgtest.ErrMissing) {
		fmt.Fprintf(os.Stderr, "%s is skipped: %v\n", t.Name(), err)
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(server.Close(), server.Close()); err != nil {
			t.Error(err)
		}
	})
	url, err := server.Database()
	if err != nil {
		t.Fatal(err)
	}
	c := mustClinic(t, Config{URL: url})
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	_, err = c.ListPatients(t.Context(), c.ana)
	wantFault(t, err, fault.Unavailable, "store.unavailable")
	_, err = c.OpenSitting(t.Context(), c.ana, c.wrenID)
	wantFault(t, err, fault.Unavailable, "store.unavailable")
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	deadline, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for err = c.Ready(deadline); err != nil && deadline.Err() == nil; err = c.Ready(deadline) {
	}
	if _, err := c.OpenSitting(t.Context(), c.ana, c.wrenID); err != nil {
		t.Error("not well again: ", err)
	}
}

// The data folder may be older than the house and open to everybody on the machine; the data in it never is.
func TestTheFileIsNobodyElses(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, File), nil, 0o644); err != nil { // of an earlier, careless time
		t.Fatal(err)
	}
	mustOpen(t, Config{Dir: dir})
	all, err := os.ReadDir(dir)
	if err != nil || len(all) < 3 {
		t.Fatalf("the folder holds %v (%v), want the database with its journals", all, err)
	}
	for _, f := range all {
		if info, err := f.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %v (%v)", f.Name(), info.Mode(), err)
		}
	}
}
