package command

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"syscall"
	"testing"

	"hearth/shared/api"
	"hearth/shared/care"
)

// An operator packs a kit, lends it and takes it back by script, beside the running house; doing anything again changes
// nothing and is no mistake.
func TestDevicesByCommand(t *testing.T) {
	environ := []string{"HEARTH_ADDR=localhost:0", "HEARTH_DATA=" + t.TempDir(), "HEARTH_TURN_ADDR=off"}
	ask := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := Run(context.Background(), args, Terminal{Out: &out, Err: &errs, Environ: environ}); got != want {
			t.Fatalf("hearth %s: exit %d, want %d: %s%s", strings.Join(args, " "), got, want, &out, &errs)
		}
		return out.String() + errs.String()
	}
	read := func(text string, to any) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), to); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	p := startWith(t, environ, "serve")
	if _, err := p.out.ReadString('\n'); err != nil {
		t.Fatalf("%v: %s", err, p.errs)
	}
	defer p.end(syscall.SIGTERM)
	ask(well, "patient", "create", "Jay-4")
	type said struct {
		Changed bool
		Is      api.Device
	}
	for _, args := range [][]string{
		{"kit", "create", "Kit A"}, {"device", "create", "Tablet A", "--kind", "tablet", "--serial", "SN1"}, {"device", "create", "Strap A", "--type", "Polar H10"},
		{"kit", "add", "Kit A", "--device", "Tablet A"}, {"kit", "add", "kit a", "--device", "strap a"}, {"kit", "assign", "Kit A", "--patient", "Jay-4"},
		{"device", "disable", "SN1"}, {"device", "enable", "SN1"}, {"kit", "return", "Kit A"}, {"kit", "remove", "Kit A", "--device", "Strap A"},
		{"device", "assign", "Strap A", "--patient", "jay 4"}, {"device", "delete", "Tablet A"}, {"device", "restore", "Tablet A"},
	} {
		for i, changed := range []bool{true, false} {
			var got said
			if read(ask(well, append(args, "--json")...), &got); got.Changed != changed || got.Is.ID == "" {
				t.Errorf("%v, time %d: %+v", args, i+1, got)
			}
		}
	}
	var list []api.Device
	if read(ask(well, "device", "list", "--patient", "Jay-4", "--json"), &list); len(list) != 1 || list[0].Name != "Strap A" || list[0].Kind != care.ChestStrap || list[0].Type == "" {
		t.Errorf("Jay has %+v", list)
	}
	if read(ask(well, "device", "list", "--state", "disabled", "--json"), &list); len(list) != 1 || list[0].Name != "Tablet A" {
		t.Errorf("switched off are %+v", list)
	}
	var loans []api.Loan
	if read(ask(well, "kit", "history", "Kit A", "--json"), &loans); len(loans) != 1 || loans[0].Until == nil || loans[0].PatientName != "Jay-4" {
		t.Errorf("the kit was lent %+v", loans)
	}
	var code struct {
		Changed bool
		Is      registered
	}
	if read(ask(well, "device", "code", "--uses", "3", "--json"), &code); !code.Changed || len(code.Is.Code) != 19 || code.Is.Uses != 3 {
		t.Errorf("a code: %+v", code)
	}
	for want, args := range map[string][]string{"called “Nothing”": {"device", "enable", "Nothing"}, "called “Strap A”": {"kit", "assign", "Strap A", "--patient", "Jay-4"},
		"between 1 and 200": {"device", "code", "--uses", "900"}, "called “Nobody”": {"kit", "assign", "Kit A", "--patient", "Nobody"}} {
		if said := ask(failed, args...); !strings.Contains(said, want) {
			t.Errorf("%v says %s, want %q", args, said, want)
		}
	}
	for _, args := range [][]string{{"device"}, {"device", "assign", "Strap A"}, {"kit", "add", "Kit A"}, {"kit", "enable", "Kit A"}, {"device", "list", "x"}} {
		ask(misled, args...)
	}
	if said := ask(well, "audit", "verify"); !strings.Contains(said, "is whole") {
		t.Errorf("the trail: %s", said)
	}
}
