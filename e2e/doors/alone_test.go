package doors

import (
	"go/ast"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// concurrent are packages nobody imports who does one thing after the other, tests of a package among them.
var concurrent = []string{"testing/synctest", "net", "net/http", "net/http/httptest", "os/exec", "golang.org/x/sync"}

// TestWhoIsAloneBeginsNothing keeps the Makefile's word: where its tests run without -race there is one goroutine, in the code and
// in its tests, and so nothing to watch.
func TestWhoIsAloneBeginsNothing(t *testing.T) {
	alone := aloneIn(t)
	seen := map[string]bool{}
	for _, s := range sources(t) {
		dir := path.Dir(s.path)
		if !alone[dir] {
			continue
		}
		seen[dir] = true
		for _, why := range begins(s) {
			t.Errorf("%s: %s: its tests belong to those with -race", s.path, why)
		}
	}
	if len(seen) != len(alone) || len(alone) < 5 {
		t.Errorf("the Makefile names %v, here are %v", alone, seen)
	}
}

// aloneIn are the folders the Makefile's ALONE names.
func aloneIn(t *testing.T) map[string]bool {
	t.Helper()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^ALONE = (.+)$`).FindSubmatch(makefile)
	if found == nil {
		t.Fatal("the Makefile does not say who is alone")
	}
	alone := map[string]bool{}
	for _, name := range strings.Fields(string(found[1])) {
		alone[strings.TrimPrefix(name, "./")] = true
	}
	return alone
}

// begins are the places where a file begins something that runs beside it.
func begins(s source) (why []string) {
	for _, imp := range s.imports {
		for _, c := range concurrent {
			if within(imp, c) && !strings.HasSuffix(imp, "/netip") && imp != "net/url" {
				why = append(why, "imports "+imp)
			}
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			why = append(why, "a go statement")
		case *ast.SelectorExpr:
			switch n.Sel.Name {
			case "Go", "Parallel", "RunParallel", "AfterFunc":
				why = append(why, "calls "+n.Sel.Name)
			}
		}
		return true
	})
	return why
}

// TestBeginningsAreFound: the rule sees what it is there for.
func TestBeginningsAreFound(t *testing.T) {
	dirs := map[string]int{}
	for _, s := range sources(t) {
		dirs[path.Dir(s.path)] += len(begins(s))
	}
	for _, dir := range []string{"shared/sensor/movesense", "shared/sensor/demo", "wasm/rtc", "backend/store", "app/call"} {
		if dirs[dir] == 0 {
			t.Errorf("%s begins nothing, it seems", dir)
		}
	}
}
