package command

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	_ "modernc.org/sqlite" // to tamper with

	"hearth/backend/audit"
)

// An operator notes an anchor, and verifies a trail that somebody with the file in their hands then cut.
func TestVerifyTrail(t *testing.T) {
	dir := t.TempDir()
	environ := []string{"HEARTH_ADDR=localhost:0", "HEARTH_DATA=" + dir, "HEARTH_TURN_ADDR=off"}
	run := func(args ...string) (int, string, string) {
		var out, errs bytes.Buffer
		code := Run(context.Background(), append([]string{"audit"}, args...), Terminal{Out: &out, Err: &errs, Environ: environ})
		return code, out.String(), errs.String()
	}
	if code, _, errs := run("verify"); code != failed || !strings.Contains(errs, dir) {
		t.Errorf("without a house: exit %d, %s", code, errs)
	}
	p := startWith(t, environ, "serve")
	if _, err := p.out.ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.errs)
	}
	p.end(syscall.SIGTERM)
	db, err := sql.Open("sqlite", filepath.Join(dir, "hearth.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tail := audit.Anchor{}
	for range 5 {
		l := tail.After(audit.Entry{Action: "sign-in"})
		if _, err := db.Exec("INSERT INTO trail VALUES (?, ?, ?, ?, '', ?, '', '', '', '', '', 0)", l.Number, l.Before.String(), l.Hash.String(), l.At.UnixMicro(), l.Action); err != nil {
			t.Fatal(err)
		}
		tail = l.Anchor()
	}
	if _, err := db.Exec("UPDATE trail_ends SET number = ?, hash = ? WHERE name = 'tail'", tail.Number, tail.Hash.String()); err != nil {
		t.Fatal(err)
	}
	code, noted, errs := run("anchor")
	if noted = strings.TrimSpace(noted); code != well || noted != tail.String() {
		t.Fatalf("exit %d, said %q, %s; want %s", code, noted, errs, tail)
	}
	if code, said, _ := run("verify", "--anchor", noted); code != well || !strings.Contains(said, "5 entries") {
		t.Errorf("exit %d: %s", code, said)
	}
	for _, s := range []string{"DROP TRIGGER trail_delete", "DROP TRIGGER trail_ends_update", "DELETE FROM trail WHERE number > 3",
		"UPDATE trail_ends SET number = 3, hash = (SELECT hash FROM trail WHERE number = 3) WHERE name = 'tail'"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	if code, said, _ := run("verify"); code != well || !strings.Contains(said, "only against an anchor") {
		t.Errorf("a neat cut without an anchor: exit %d: %s", code, said)
	}
	code, said, _ := run("verify", "--json", "--anchor", noted)
	var report struct {
		Whole bool
		audit.Report
	}
	if err := json.Unmarshal([]byte(said), &report); err != nil || code != failed || report.Whole ||
		len(report.Breaks) != 1 || report.Breaks[0] != (audit.Break{Kind: audit.Cut, Number: 4, Until: 5}) {
		t.Errorf("exit %d: %s, %v", code, said, err)
	}
	if code, said, _ := run("verify", "--anchor", noted); code != failed || !strings.Contains(said, "The end is cut off: 4 to 5.") {
		t.Errorf("exit %d: %s", code, said)
	}
	for what, args := range map[string][]string{"no verb": {}, "a wrong verb": {"burn"}, "no anchor": {"verify", "--anchor", "x"}, "from with anchor": {"anchor", "--from", "2"}} {
		if code, _, _ := run(args...); code != misled {
			t.Errorf("%s: exit %d, want %d", what, code, misled)
		}
	}
}

// Every break has its sentence.
func TestBreaksAreSaid(t *testing.T) {
	for _, k := range []audit.Kind{audit.Changed, audit.Missing, audit.Moved, audit.Unlinked, audit.Cut, audit.Added, audit.Other, audit.Begun} {
		if breaks[k] == "" {
			t.Errorf("%s has no words", k)
		}
	}
}
