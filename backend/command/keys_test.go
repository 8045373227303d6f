package command

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"hearth/backend/keys"
)

// An operator exchanges the master key of a house that has run, and the house opens with the new one.
func TestRotateKeys(t *testing.T) {
	dir := t.TempDir()
	environ := []string{"HEARTH_ADDR=localhost:0", "HEARTH_DATA=" + dir, "HEARTH_TURN_ADDR=off"}
	p := startWith(t, environ, "serve")
	if _, err := p.out.ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.errs)
	}
	p.end(syscall.SIGTERM)
	before, err := os.ReadFile(filepath.Join(dir, keys.MasterFile))
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if got := Run(context.Background(), []string{"keys", "rotate", "--master", "--json"}, Terminal{Out: &out, Err: &errs, Environ: environ}); got != well {
		t.Fatalf("exit %d: %s", got, &errs)
	}
	var said rotated
	if err := json.Unmarshal(out.Bytes(), &said); err != nil || said.Master != filepath.Join(dir, keys.MasterFile) {
		t.Errorf("said %q, %v", &out, err)
	}
	after, err := os.ReadFile(said.Master)
	if err != nil || bytes.Equal(before, after) || bytes.Contains(out.Bytes(), bytes.TrimSpace(after)) {
		t.Errorf("the key is the same, or was said aloud: %v", err)
	}
	p = startWith(t, environ, "serve")
	if _, err := p.out.ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.errs)
	}
	p.end(syscall.SIGTERM)
	for what, args := range map[string][]string{"no verb": {"keys"}, "a wrong verb": {"keys", "burn"}, "to without master": {"keys", "rotate", "--to", "x"}} {
		if got := Run(context.Background(), args, Terminal{Out: &out, Err: &errs, Environ: environ}); got != misled {
			t.Errorf("%s: exit %d, want %d", what, got, misled)
		}
	}
}
