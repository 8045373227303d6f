package shell_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"hearth/app/frame"
	"hearth/app/shell"
	"hearth/app/shell/desk"
	"hearth/app/shell/office"
	"hearth/app/shell/practice"
	"hearth/app/shell/visit"
	"hearth/shared/api"
	"hearth/shared/live"
)

// homes are the portals' first pages; the house serves the document for everything below them.
var homes = map[live.Portal]string{
	live.Aggregator: api.AggregatorPage, live.Patient: api.PatientPage, live.Therapist: api.TherapistPage, live.Admin: api.AdminPage,
	live.Visitor: api.VisitPage,
}

// all are the routes of all programs.
func all() []shell.Route {
	return slices.Concat(practice.Routes(), desk.Routes(), office.Routes(), visit.Routes())
}

func TestRoutes(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range all() {
		if seen[r.Path] {
			t.Errorf("%s is there twice", r.Path)
		}
		seen[r.Path] = true
		if regexp.QuoteMeta(r.Path) != r.Path {
			t.Errorf("%s means something else as a pattern", r.Path)
		}
		home := homes[r.Portal]
		if r.Portal == live.Therapist && strings.HasPrefix(r.Path, api.AgendaPage) {
			home = api.AgendaPage // where therapists plan, in the office's program
		}
		if home == "" || (r.Path != home && !strings.HasPrefix(r.Path, home+"/")) {
			t.Errorf("%s is not below its portal %s", r.Path, r.Portal)
		}
		if r.Open(&frame.Env{}) == nil {
			t.Errorf("%s opens nothing", r.Path)
		}
	}
	for portal, home := range homes {
		if !seen[home] {
			t.Errorf("%s has no first page", portal)
		}
	}
}

func TestPortalOf(t *testing.T) {
	for path, want := range map[string]live.Portal{
		"/therapist": live.Therapist, "/therapist/live/abc": live.Therapist, "/admin/care": live.Admin, "/patient": live.Patient,
		"/aggregator": live.Aggregator, "/": "", "/elsewhere": "",
	} {
		if got := shell.PortalOf(all(), path); got != want {
			t.Errorf("%s belongs to %q, want %q", path, got, want)
		}
	}
	if got := shell.PortalOf(office.Routes(), "/therapist"); got != "" {
		t.Errorf("the office takes the therapist's page for its %q", got)
	}
}
