package command

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hearth/shared/api"
)

// An operator registers a service by script, after looking at what it asks for; doing so again changes nothing.
func TestServicesByCommand(t *testing.T) {
	dir := t.TempDir()
	environ := []string{"HEARTH_ADDR=localhost:0", "HEARTH_DATA=" + dir, "HEARTH_TURN_ADDR=off"}
	ask := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := Run(context.Background(), append([]string{"service"}, args...), Terminal{Out: &out, Err: &errs, Environ: environ}); got != want {
			t.Fatalf("hearth service %s: exit %d, want %d: %s%s", strings.Join(args, " "), got, want, &out, &errs)
		}
		return out.String() + errs.String()
	}
	p := startWith(t, environ, "serve")
	if _, err := p.out.ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.errs)
	}
	defer p.end(syscall.SIGTERM)
	file := filepath.Join(dir, "lab.json")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(text string, to any) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), to); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	write(`{"name":"Lab","scopes":["patients.read"],"events":["patient.created"],"webhook":"https://lab.example/hook"}`)
	if said := ask(well, "preview", file); !strings.Contains(said, "patients.read") || !strings.Contains(said, "https://lab.example/hook") || !strings.Contains(said, "digest") {
		t.Errorf("the preview says %s", said)
	}
	var asked struct{ Is api.ServicePreview }
	read(ask(well, "preview", file, "--json"), &asked)
	if said := ask(failed, "add", file); !strings.Contains(said, "nobody has agreed") {
		t.Errorf("without a look: %s", said)
	}
	var made struct {
		Changed bool
		Is      api.ServiceMade
	}
	read(ask(well, "add", file, "--agree", asked.Is.Digest, "--json"), &made)
	if !made.Changed || made.Is.ClientSecret == "" || !strings.HasPrefix(made.Is.WebhookSecret, "whsec_") {
		t.Errorf("made %+v", made)
	}
	first := made
	read(ask(well, "add", file, "--json"), &made)
	if made.Changed || made.Is.Service.ID != first.Is.Service.ID {
		t.Errorf("again %+v", made)
	}
	write(`{"name":"Lab","scopes":["patients.read","consents.read"],"events":["patient.created"],"webhook":"https://lab.example/hook"}`)
	if said := ask(failed, "add", file, "--agree", asked.Is.Digest); !strings.Contains(said, "nobody has agreed") {
		t.Errorf("more than was agreed to: %s", said)
	}
	for _, verb := range []string{"disable", "enable", "remove", "restore"} {
		for i, changed := range []bool{true, false} {
			var got struct{ Changed bool }
			if read(ask(well, verb, "lab", "--json"), &got); got.Changed != changed {
				t.Errorf("%s, time %d: %+v", verb, i+1, got)
			}
		}
	}
	if said := ask(well, "list"); !strings.Contains(said, "Lab") || !strings.Contains(said, "disabled") {
		t.Errorf("listed: %s", said)
	}
	if said := ask(well, "deliveries", "Lab", "--json"); strings.TrimSpace(said) != "[]" {
		t.Errorf("deliveries: %s", said)
	}
	ask(failed, "again", "Lab", "--delivery", "x")
	ask(failed, "preview", filepath.Join(dir, "none"))
	write(strings.Repeat(" ", 64<<10))
	ask(failed, "preview", file)
}
