package doors

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"hearth/app/shell"
	"hearth/app/shell/desk"
	"hearth/app/shell/office"
	"hearth/app/shell/practice"
	"hearth/app/shell/visit"
	"hearth/assets/program"
)

// tables are the programs' pages.
var tables = map[string][]shell.Route{"practice": practice.Routes(), "desk": desk.Routes(), "office": office.Routes(), "visit": visit.Routes()}

// TestScriptsKnowThePortals: a portal the worker does not know stays away with the house, and one the loader does not know
// opens in another's room. The page of a visit says who waits and for whom: the worker keeps nothing of it.
func TestScriptsKnowThePortals(t *testing.T) {
	var want []string
	for _, p := range program.All {
		for _, home := range homes(tables[p.Name]) {
			want = append(want, "/"+home)
		}
	}
	list := regexp.MustCompile(`const portals = \[([^\]]*)\]`)
	for _, script := range []string{"/assets/js/sw.js", "/assets/js/loader.js"} {
		said := list.FindStringSubmatch(content(t, script))
		if said == nil {
			t.Fatalf("no portals in %s", script)
		}
		want := want
		if strings.HasSuffix(script, "sw.js") {
			want = slices.DeleteFunc(slices.Clone(want), func(portal string) bool { return portal == "/visit" })
		}
		if got := strings.Split(strings.ReplaceAll(said[1], `"`, ""), ", "); !slices.Equal(got, want) {
			t.Errorf("%s knows %v, the routes are %v", script, got, want)
		}
	}
}

// TestProgramsHoldTheirPortals: the house gives a portal the program that has its pages, all of them.
func TestProgramsHoldTheirPortals(t *testing.T) {
	if len(program.All) != len(tables) {
		t.Fatalf("%d programs are built, %d tables are known here", len(program.All), len(tables))
	}
	for _, p := range program.All {
		if got := homes(tables[p.Name]); !slices.Equal(got, p.Portals) {
			t.Errorf("%s has the pages of %v, the house takes it for %v", p.Name, got, p.Portals)
		}
	}
}

// homes are the portals of these routes in the order of their first page, as addresses name them.
func homes(routes []shell.Route) (all []string) {
	for _, r := range routes {
		if home := strings.Split(r.Path, "/")[1]; !slices.Contains(all, home) {
			all = append(all, home)
		}
	}
	return all
}

// TestProgramsAreApart: the linker leaves out what nothing opens onto, and one import too many would bring it all back.
func TestProgramsAreApart(t *testing.T) {
	imports := map[string][]string{} // by folder
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		dir := path.Dir(s.path)
		for _, imp := range s.imports {
			if own, ok := strings.CutPrefix(imp, module); ok {
				imports[dir] = append(imports[dir], own)
			}
		}
	}
	for name, foreign := range map[string][]string{
		"practice": {"app/admin", "app/agenda", "app/therapist", "app/meeting", "app/queue", "app/watch", "app/visitor", "wasm/media"},
		"desk":     {"app/admin", "app/agenda", "app/aggregator", "app/patient", "app/visitor", "shared/ecg", "shared/sensor/catalog", "wasm/ble", "wasm/motion"},
		// What waits to be sent of a sitting goes before any signing out, so the room of sittings, and what that stands on, is here too.
		"office": {"app/aggregator", "app/patient", "app/therapist", "app/shell/practice", "app/watch", "shared/ecg", "shared/measure",
			"shared/sensor/catalog", "wasm/ble", "wasm/motion"},
	} {
		way := map[string]string{} // from a room to the one that opened onto it
		for next := []string{"wasm/" + name}; len(next) > 0; next = next[1:] {
			for _, imp := range imports[next[0]] {
				if _, seen := way[imp]; !seen {
					way[imp] = next[0]
					next = append(next, imp)
				}
			}
		}
		if len(way) < 10 {
			t.Fatalf("%s opens onto %d rooms only: the rule is not looking at the house", name, len(way))
		}
		for _, room := range foreign {
			if by, ok := way[room]; ok {
				t.Errorf("the program %s holds %s, by way of %s", name, room, by)
			}
		}
	}
}
