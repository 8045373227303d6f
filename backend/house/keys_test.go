package house

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hearth/backend/identity"
	"hearth/backend/keys"
)

// A house whose master key is lost does not open, says what helps, and is well again when the key is back.
func TestMasterKeyLostAndFound(t *testing.T) {
	dir := t.TempDir()
	mustClose(t, mustOpen(t, dir))
	path := filepath.Join(dir, keys.MasterFile)
	right, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := keys.NewMaster()
	for what, c := range map[string]struct {
		content, want string
	}{
		"missing": {"", "Put its copy back"},
		"another": {other.Text(), "not the master key"},
		"junk":    {"junk", "32 random bytes"},
	} {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if c.content != "" {
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := Open(t.Context(), Config{Address: "localhost:0", Dir: dir, Demo: true, Passwords: identity.Cost{Memory: 64, Time: 1, Threads: 1}})
		if err == nil || !strings.Contains(Sentence(err), c.want) {
			t.Errorf("%s: %v, want a sentence with %q", what, err, c.want)
		}
	}
	if err := os.WriteFile(path, right, 0o600); err != nil {
		t.Fatal(err)
	}
	mustClose(t, mustOpen(t, dir))
}

// Commands never make a house by looking for one.
func TestKeysOfNoHouse(t *testing.T) {
	dir := t.TempDir()
	err := Keys(t.Context(), Config{Dir: dir}, func(*keys.Ring) error { return nil })
	if all, _ := os.ReadDir(dir); err == nil || !strings.Contains(Sentence(err), dir) || len(all) > 0 {
		t.Errorf("said %v and left %v", err, all)
	}
}
