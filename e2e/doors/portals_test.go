package doors

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"hearth/app/shell"
)

// TestScriptsKnowThePortals: a portal the worker does not know stays away with the house, and one the loader does not know
// opens in another's room.
func TestScriptsKnowThePortals(t *testing.T) {
	var want []string
	for _, r := range shell.Routes() {
		if home := "/" + strings.Split(r.Path, "/")[1]; !slices.Contains(want, home) {
			want = append(want, home)
		}
	}
	list := regexp.MustCompile(`const portals = \[([^\]]*)\]`)
	for _, script := range []string{"/assets/js/sw.js", "/assets/js/loader.js"} {
		said := list.FindStringSubmatch(content(t, script))
		if said == nil {
			t.Fatalf("no portals in %s", script)
		}
		if got := strings.Split(strings.ReplaceAll(said[1], `"`, ""), ", "); !slices.Equal(got, want) {
			t.Errorf("%s knows %v, the routes are %v", script, got, want)
		}
	}
}
