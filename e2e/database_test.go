package e2e

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"hearth/backend/house"
	"hearth/backend/keys"
	"hearth/backend/leftover"
	"hearth/backend/store/pgtest"
	"hearth/e2e/stage"
	"hearth/shared/api"
)

// withoutStore plays what happens to a stream while the house cannot store: what is pressed waits in the page and says so
// in words, the stream goes on, and when the store is back all of it is there without anybody's doing.
func (s *scene) withoutStore(t *testing.T, words string, ready int, back func()) {
	t.Helper()
	s.desk.Expect("503")
	s.tablet.Expect("503")
	before := book(t, s.desk, "demo-ecg")["received"]
	labels := stage.Eval[int](s.desk, "document.querySelectorAll('#labels li').length")
	stood := place(s.desk, "#label-1")
	s.desk.Click("#label-0")
	s.desk.Click("#label-1")
	s.desk.UntilText("#unsaved", words)
	if now := place(s.desk, "#label-1"); now != stood {
		t.Errorf("the page says it and a button moves meanwhile, from %s to %s: a press would make another label", stood, now)
	}
	s.desk.Until(fmt.Sprintf("document.querySelectorAll('#labels li[data-pending=true]').length === 2 && document.querySelectorAll('#labels li').length === %d", labels+2))
	s.desk.Until(fmt.Sprintf("+document.querySelector('.book[data-sensor=demo-ecg]').dataset.received > %d", before+1000))
	s.desk.UntilData("#watch", "phase", "streaming")
	s.tablet.UntilData("#tile-demo-ecg", "state", "streaming")
	stranger := s.house.Stranger(t)
	if res, body := stranger.Send("GET", "/readyz", nil); res.StatusCode != ready {
		t.Errorf("/readyz meanwhile: %d %q, want %d", res.StatusCode, body, ready)
	}
	if res, _ := stranger.Send("GET", "/healthz", nil); res.StatusCode != http.StatusOK {
		t.Errorf("/healthz meanwhile: %d", res.StatusCode)
	}

	back()
	s.desk.Until(fmt.Sprintf("document.querySelectorAll('#labels li').length === %d && !document.querySelector('#labels li[data-pending=true]')", labels+2))
	s.desk.Until("!document.querySelector('#unsaved')?.textContent")
	s.flowing()
	s.closeBooks(t)
	if res, body := stranger.Send("GET", "/readyz", nil); res.StatusCode != http.StatusOK {
		t.Errorf("/readyz afterwards: %d %q", res.StatusCode, body)
	}
	if got := s.storedLabels(t); got != labels+2 {
		t.Errorf("%d labels are stored, want %d", got, labels+2)
	}
}

// place is where an element stands in the window.
func place(w *stage.Window, selector string) string {
	return stage.Eval[string](w, fmt.Sprintf("(r => Math.round(r.x) + ', ' + Math.round(r.y))(document.querySelector(%q).getBoundingClientRect())", selector))
}

// storedLabels counts the labels of the one sitting there is.
func (s *scene) storedLabels(t *testing.T) int {
	t.Helper()
	mira := s.house.Caller(t, s.house.Links().Therapist)
	var sittings api.List[api.Sitting]
	mira.Do(api.ListSittings, []string{"{patient}", string(s.wren.ID)}, nil, &sittings)
	if len(sittings.Items) != 1 {
		t.Fatalf("%d sittings, want 1", len(sittings.Items))
	}
	var stored api.List[api.Label]
	mira.Do(api.ListLabels, []string{"{sitting}", string(sittings.Items[0].ID)}, nil, &stored)
	return len(stored.Items)
}

// written stores one label, so that a sitting is there.
func (s *scene) written() {
	s.desk.Click("#label-0")
	s.desk.Until("document.querySelector('#labels li') && !document.querySelector('#labels li[data-pending=true]')")
}

// The database is a file, and its disk or another program makes trouble while somebody writes.
func TestDatabaseFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	why := smallDisk(t, dir)
	s := streamingIn(t, stage.OpenWith(t, func(c *house.Config) { c.Dir = dir }))
	s.written()
	t.Run("another program holds it", func(t *testing.T) { s.databaseLocked(t, dir) })
	t.Run("the disk is full", func(t *testing.T) {
		if why != "" {
			t.Skip("no small disk can be mounted here, so a full one was not tried: " + why)
		}
		s.diskFull(t, dir)
	})
}

// smallDisk makes a folder a disk of its own, and says why when it cannot.
func smallDisk(t *testing.T, dir string) (why string) {
	t.Helper()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", dir).CombinedOutput(); err != nil {
		return fmt.Sprintf("%v %s", err, out)
	}
	done, err := leftover.Clear(`umount -l "$1"`, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer done()
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("unmount: %v %s", err, out)
		}
	})
	return ""
}

// diskFull fills the disk.
func (s *scene) diskFull(t *testing.T, dir string) {
	s.on(t)
	mira := s.house.Caller(t, s.house.Links().Therapist)
	ballast := filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(f, zeros{}); err == nil {
		t.Fatal("the disk takes anything")
	}
	f.Close()
	// SQLite writes into what it has until that is used up.
	for try := 0; ; try++ {
		res, body := mira.Send("PATCH", api.PatchMe.Path, strings.NewReader(fmt.Sprintf(`{"theme":%q}`, []string{"light", "dark"}[try%2])), "Content-Type", "application/json", "Origin", s.house.URL())
		if res.StatusCode == http.StatusServiceUnavailable {
			if !strings.Contains(body, `"store.full"`) {
				t.Fatalf("a full disk is told as %s", body)
			}
			break
		}
		if res.StatusCode >= 400 && res.StatusCode != http.StatusTooManyRequests || try > 20000 {
			t.Fatalf("change %d on a full disk: %d %s", try, res.StatusCode, body)
		}
	}
	s.withoutStore(t, "no space left", http.StatusOK, func() {
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
	})
}

// zeros never ends.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// databaseLocked has another program hold the database for longer than anybody waits.
func (s *scene) databaseLocked(t *testing.T, dir string) {
	s.on(t)
	holder := exec.Command(os.Args[0], "-test.run", "^TestHoldDatabase$")
	holder.Env = append(os.Environ(), holdDatabase+"="+filepath.Join(dir, "hearth.db"))
	in, err1 := holder.StdinPipe()
	out, err2 := holder.StdoutPipe()
	if err := errors.Join(err1, err2, holder.Start()); err != nil {
		t.Fatal(err)
	}
	release := func() { in.Close(); holder.Wait() }
	t.Cleanup(release)
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatalf("%q %v", line, err)
	}
	s.withoutStore(t, "cannot be saved or read at the moment", http.StatusOK, release) // reading goes on, so it is ready
}

const holdDatabase = "HEARTH_TEST_HOLD_DATABASE"

// TestHoldDatabase is the other program of TestDatabaseFile, until its input ends.
func TestHoldDatabase(t *testing.T) {
	path := os.Getenv(holdDatabase)
	if path == "" {
		t.Skip("only TestDatabaseFile runs this, as another program")
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA busy_timeout(5000); BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	fmt.Println("held")
	io.Copy(io.Discard, os.Stdin)
	if _, err := db.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
}

// The database server is gone and comes back.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	pg, err := pgtest.Start()
	if errors.Is(err, pgtest.ErrMissing) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pg.Close() })
	url, err := pg.Database()
	if err != nil {
		t.Fatal(err)
	}
	master := keys.NewMaster() // there is no folder to keep one in
	s := streamingIn(t, stage.OpenWith(t, func(c *house.Config) { c.Database, c.Dir, c.Master = url, "", &master }))
	s.written()
	if err := pg.Stop(); err != nil {
		t.Fatal(err)
	}
	s.withoutStore(t, "cannot be saved or read at the moment", http.StatusServiceUnavailable, func() {
		if err := pg.Resume(); err != nil {
			t.Fatal(err)
		}
	})
}
