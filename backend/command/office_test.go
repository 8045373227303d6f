package command

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"syscall"
	"testing"

	"hearth/shared/api"
)

// An operator sets a clinic up by script while it runs; asking twice changes nothing.
func TestOffice(t *testing.T) {
	dir := t.TempDir()
	environ := []string{"HEARTH_ADDR=localhost:0", "HEARTH_DATA=" + dir, "HEARTH_TURN_ADDR=off"}
	ask := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := Run(context.Background(), args, Terminal{Out: &out, Err: &errs, Environ: environ}); got != want {
			t.Fatalf("hearth %s: exit %d, want %d: %s%s", strings.Join(args, " "), got, want, &out, &errs)
		}
		return out.String() + errs.String()
	}
	if said := ask(failed, "site", "list"); !strings.Contains(said, "There is no house") {
		t.Errorf("a folder without a house: %s", said)
	}
	p := startWith(t, environ, "serve")
	if _, err := p.out.ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.errs)
	}
	defer p.end(syscall.SIGTERM)
	type answer[T any] struct {
		Changed bool
		Is      T
	}
	read := func(text string, to any) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), to); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	for _, args := range [][]string{
		{"site", "create", "North", "--project", "Sleep"}, {"project", "create", "Fear", "--site", "north"}, {"group", "create", "Arm A", "--project", "Fear"},
		{"user", "create", "mira", "--name", "Mira Solano", "--role", "therapist", "--site", "North", "--project", "Fear"},
		{"user", "give", "mira", "--role", "clerk", "--site", "North"}, {"patient", "create", "Jay-4", "--project", "Fear", "--group", "Arm A"},
		{"patient", "create", "Owl-5", "--project", "Fear", "--link-only"}, {"patient", "disable", "jay 4"}, {"user", "disable", "mira"}, {"user", "enable", "mira"},
		{"user", "take", "mira", "--role", "clerk", "--site", "North"}, {"patient", "delete", "Owl-5"},
	} {
		for i, changed := range []bool{true, false} {
			if i == 1 && strings.Contains(strings.Join(args, " "), "create Owl") {
				continue
			}
			var got answer[map[string]any]
			if read(ask(well, append(args, "--json")...), &got); got.Changed != changed || got.Is["id"] == "" {
				t.Errorf("%v, time %d: %+v", args, i+1, got)
			}
		}
	}
	var list []api.Record
	if read(ask(well, "patient", "list", "--project", "Fear", "--json"), &list); len(list) != 1 || list[0].Name != "Jay-4" || !list[0].Disabled || list[0].Group == "" {
		t.Errorf("the patients are %+v", list)
	}
	if read(ask(well, "patient", "list", "--state", "deleted", "--json"), &list); len(list) != 1 || list[0].Name != "Owl-5" {
		t.Errorf("the deleted are %+v", list)
	}
	var made answer[api.Record]
	if read(ask(well, "patient", "create", "--project", "Fear", "--json"), &made); made.Is.Name == "" || made.Is.Login == "" {
		t.Errorf("made up %+v", made)
	}
	type settings = answer[api.SiteSettings]
	for i, changed := range []bool{true, false} {
		var got settings
		read(ask(well, "site", "set", "North", "--addresses", "10.1.2.3/8, ::1", "--sign-in", "therapist=second", "--idle", "20", "--language", "de", "--slug", "north", "--json"), &got)
		if got.Changed != changed || len(got.Is.Addresses) != 2 || got.Is.IdleMinutes != 20 || got.Is.Language != "de" {
			t.Errorf("settings, time %d: %+v", i+1, got)
		}
	}
	if said := ask(well, "site", "set", "North", "--addresses", ""); !strings.Contains(said, "therapist=second") || strings.Contains(said, "10.0.0.0") {
		t.Errorf("taken back: %s", said)
	}
	if said := ask(well, "site", "set", "--most", "8"); !strings.Contains(said, "8") || !strings.Contains(ask(well, "site", "settings"), "most") {
		t.Errorf("the house: %s", said)
	}
	for _, args := range [][]string{{"--addresses", "x"}, {"--sign-in", "therapist"}, {"--sign-in", "king=second"}, {"--idle", "x"}, {"--languages", "xx"}} {
		ask(failed, append([]string{"site", "set", "North"}, args...)...)
	}
	if said := ask(well, "user", "list"); !strings.Contains(said, "mira") || !strings.Contains(said, "therapist") {
		t.Errorf("the users are %s", said)
	}
	for want, args := range map[string][]string{
		"called “South”": {"project", "create", "X", "--site", "South"}, "sign-in name is taken": {"user", "create", "mira", "--name", "Miro", "--role", "clerk"},
		"pseudonym already": {"patient", "create", "Jay-4", "--project", "Sleep"}, "at least one role": {"user", "give", "mira", "--role", "patient", "--site", "North"},
		"called “x”": {"patient", "disable", "x"}, "More than one is called": {"group", "list"},
	} {
		if want == "More than one is called" {
			ask(well, "project", "create", "Twin", "--site", "North")
			ask(well, "project", "create", "Twin", "--site", "Hearth")
			args = []string{"group", "list", "--project", "Twin"}
		}
		if said := ask(failed, args...); !strings.Contains(said, want) {
			t.Errorf("%v says %s, want %q", args, said, want)
		}
	}
	for _, args := range [][]string{{"site"}, {"site", "burn"}, {"site", "create"}, {"site", "list", "--project", "x"}, {"patient", "list", "x"}} {
		ask(misled, args...)
	}
	if said := ask(well, "audit", "verify"); !strings.Contains(said, "is whole") {
		t.Errorf("the trail: %s", said)
	}
}
