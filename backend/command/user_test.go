package command

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"syscall"
	"testing"
)

// An operator lets somebody of a house that runs in again, and nobody who is not there.
func TestUserEnrol(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "demo", "--addr", "localhost:0", "--data", dir)
	if _, err := p.out.ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.errs)
	}
	environ := []string{"HEARTH_ADDR=localhost:0", "HEARTH_URL=https://hearth.example", "HEARTH_TRUSTED_PROXIES=127.0.0.1", "HEARTH_DATA=" + dir, "HEARTH_TURN_ADDR=off"}
	run := func(args ...string) (string, string, int) {
		var out, errs bytes.Buffer
		code := Run(context.Background(), args, Terminal{Out: &out, Err: &errs, Environ: environ})
		return out.String(), errs.String(), code
	}
	out, errs, code := run("user", "enrol", "alex", "--json")
	var said enrolled
	if err := json.Unmarshal([]byte(out), &said); code != well || err != nil || len(said.Code) != 11 || said.Address != "https://hearth.example/enrol" {
		t.Errorf("exit %d, said %q %q: %v", code, out, errs, err)
	}
	p.end(syscall.SIGTERM)
	if out, errs, code = run("user", "enrol", "alex"); code != well || !strings.Contains(out, "https://hearth.example/enrol") || strings.Contains(out, said.Code) {
		t.Errorf("of a stopped house: exit %d, %q %q", code, out, errs)
	}
	if out, errs, code = run("user", "enrol", "nobody-here"); code != failed || !strings.Contains(errs, "Nobody signs in as nobody-here") {
		t.Errorf("somebody unknown: exit %d, %q %q", code, out, errs)
	}
	for _, args := range [][]string{{"user"}, {"user", "enrol"}, {"user", "burn", "x"}, {"user", "enrol", "--json"}, {"user", "enrol", "a", "b"}} {
		if _, _, code := run(args...); code != misled {
			t.Errorf("%v: exit %d, want %d", args, code, misled)
		}
	}
}
