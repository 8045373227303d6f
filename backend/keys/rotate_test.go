package keys_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hearth/backend/keys"
)

// A new master key in the folder takes the old one's place, which is kept for the backups it belongs to.
func TestNewMasterInTheFolder(t *testing.T) {
	m, dir := &memory{}, t.TempDir()
	r := mustRing(t, m, keys.Config{Dir: dir})
	sealed := mustSeal(t, r, "otp", "x", "")
	backup := &memory{rows: m.rows}
	backup.rows = append([]keys.Key(nil), m.rows...)
	path, err := r.RotateMaster(t.Context(), "")
	if err != nil || path != filepath.Join(dir, keys.MasterFile) {
		t.Fatalf("the new key is in %q, %v", path, err)
	}
	wantOpen(t, r, "otp", sealed, "", "x")
	wantOpen(t, mustRing(t, m, keys.Config{Dir: dir}), "otp", sealed, "", "x")
	old, _ := filepath.Glob(path + ".until-*")
	if all, _ := os.ReadDir(dir); len(old) != 1 || len(all) != 2 {
		t.Fatalf("the folder holds %v, want the new key and the old", all)
	}
	former, err := keys.ReadMaster(old[0])
	if err != nil {
		t.Fatal(err)
	}
	wantOpen(t, mustRing(t, backup, keys.Config{Master: &former}), "otp", sealed, "", "x")
	if _, err := keys.Open(t.Context(), m, keys.Config{Master: &former}); !errors.Is(err, keys.ErrMasterWrong) {
		t.Errorf("the former key still opens: %v", err)
	}
}

// Where the operator holds the key, the new one goes where they say, and nowhere unasked.
func TestNewMasterElsewhere(t *testing.T) {
	m, was := &memory{}, keys.NewMaster()
	r := mustRing(t, m, keys.Config{Master: &was})
	sealed := mustSeal(t, r, "otp", "x", "")
	if _, err := r.RotateMaster(t.Context(), ""); !errors.Is(err, keys.ErrMasterIsSet) {
		t.Errorf("with nowhere to put it: %v", err)
	}
	to := filepath.Join(t.TempDir(), "new")
	if _, err := r.RotateMaster(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	fresh, err := keys.ReadMaster(to)
	if err != nil {
		t.Fatal(err)
	}
	wantOpen(t, mustRing(t, m, keys.Config{Master: &fresh}), "otp", sealed, "", "x")
	before := fmt.Sprint(m.rows)
	if _, err := r.RotateMaster(t.Context(), to); !errors.Is(err, os.ErrExist) || fmt.Sprint(m.rows) != before {
		t.Errorf("a file that is there: %v, want it left alone and the keys too", err)
	}
}

// A house that runs while its master key is exchanged goes on with what it knows and makes nothing the new key cannot open.
func TestRunningWhileMasterChanges(t *testing.T) {
	m, dir, now := &memory{}, t.TempDir(), newClock()
	running := mustRing(t, m, keys.Config{Dir: dir, Now: now.Now})
	sealed := mustSeal(t, running, "otp", "x", "")
	if _, err := mustRing(t, m, keys.Config{Dir: dir}).RotateMaster(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	now.now = now.now.Add(time.Hour)
	wantOpen(t, running, "otp", sealed, "", "x")
	later := mustSeal(t, running, "otp", "y", "")
	if _, err := running.Seal(t.Context(), "other", nil, nil); !errors.Is(err, keys.ErrMasterWrong) {
		t.Errorf("a new key under the old master: %v, want a refusal", err)
	}
	wantOpen(t, mustRing(t, m, keys.Config{Dir: dir}), "otp", later, "", "y")
}

// fallen is a store whose change is taken but never answered: the program fell just then.
type fallen struct{ *memory }

func (f fallen) ChangeKeys(ctx context.Context, change func([]keys.Key) ([]keys.Key, error)) error {
	return errors.Join(f.memory.ChangeKeys(ctx, change), errors.New("fell"))
}

// A fall between the database's change and the file's is made good at the next start; one before it leaves the old key.
func TestFallWhileMasterChanges(t *testing.T) {
	for what, after := range map[string]bool{"before": false, "after": true} {
		m, dir := &memory{}, t.TempDir()
		sealed := mustSeal(t, mustRing(t, m, keys.Config{Dir: dir}), "otp", "x", "")
		r, err := keys.Open(t.Context(), fallen{m}, keys.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if !after {
			m.gone = errors.New("away")
		}
		if _, err := r.RotateMaster(t.Context(), ""); err == nil {
			t.Fatal("it did not fall")
		}
		m.gone = nil
		again := mustRing(t, m, keys.Config{Dir: dir})
		wantOpen(t, again, "otp", sealed, "", "x")
		if _, err := again.RotateMaster(t.Context(), ""); err != nil {
			t.Errorf("%s: the next exchange: %v", what, err)
		}
		wantOpen(t, mustRing(t, m, keys.Config{Dir: dir}), "otp", sealed, "", "x")
	}
}
