// Package doors holds the rules of the house as tests: which room may open onto which, that every room says what it is
// for, and where the browser may be touched. It reads the source itself, so a cached pass cannot hide a broken wall.
package doors

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the project seen from this folder.
const root = "../.."

// module is how our own packages are named in imports.
const module = "hearth/"

// researchers is the one room of the backend that knows signals: it is no part of a clinic, and commands alone open onto it.
const researchers = "backend/signal"

// actors is the room of simulated people: they stand outside a house, and are made of what pages are made of.
const actors = "backend/simulated"

// tickets is the one room that knows the library of signed tokens, so that another can take its place.
const tickets = "backend/ticket"

// doors says what a room may open onto. A longer prefix wins over a shorter one.
var doors = map[string][]string{
	"shared":        {"shared"},
	"wasm":          {"wasm", "shared"},
	"wasm/practice": {"wasm", "app/shell/practice"},
	"wasm/desk":     {"wasm", "app/shell/desk"},
	"wasm/visit":    {"wasm", "app/shell/visit"},
	"wasm/office":   {"wasm", "app/shell/office"},
	"app":           {"app", "shared", "wasm"},
	"assets":        {"assets", "shared/words"},
	"backend":       {"backend", "shared", "assets"},
	researchers:     {"shared/ecg", "shared/hrv", "shared/wfdb"},
	actors:          {"shared", "wasm/rtc", "wasm/socket", "wasm/fetch", "app/call", "app/remote", "app/aggregator"},
	"e2e":           {"e2e", "shared", "backend", "assets", "wasm/rtc"},
}

// walls are imports forbidden to a room, with the reason a reader is told.
var walls = []struct{ room, path, why string }{
	{"shared", "syscall/js", "the browser is touched only under wasm/"},
	{"app", "syscall/js", "the browser is touched only under wasm/"},
	{"backend", "syscall/js", "the browser is touched only under wasm/"},
	{"app", "net/http", "a client links 1 MB of TLS into the pages; use wasm/fetch"},
	{"wasm", "net/http", "a client links 1 MB of TLS into the pages; use wasm/fetch"},
	{"shared", "net/http", "shared code runs in the pages"},
	{"shared", "os", "shared code has no machine under it"},
	{"shared", "net", "shared code has no network"},
	{"shared", "log", "shared code has nobody to tell; return an error"},
	{"app", "github.com/uptrace/bun", "the database stays behind the house"},
	{"wasm", "github.com/uptrace/bun", "the database stays behind the house"},
	{"app", "github.com/pion", "peer connections live in wasm/rtc"},
	{"backend", "hearth/shared/ecg", "the backend knows no signal processing"},
	{"backend", "hearth/shared/hrv", "the backend knows no signal processing"},
	{"backend", "hearth/shared/wfdb", "the backend knows no signal processing"},
	{"app", "hearth/shared/wfdb", "records are read where there are files"},
	{"wasm", "hearth/shared/wfdb", "records are read where there are files"},
	{"app", "hearth/shared/ecg/score", "a page has no reference to judge by"},
	{"wasm", "hearth/shared/ecg/score", "a page has no reference to judge by"},
	{"backend", "hearth/shared/measure", "the backend knows no signal processing"},
	{"backend", "hearth/shared/sensor", "the backend knows no sensors"},
	{"backend", "hearth/shared/telemetry", "signals never pass through the backend"},
	{"backend", "github.com/maxence-charriere/go-app", "pages run in the browser; the shell page is plain HTML"},
}

type source struct {
	path    string // from the root, with slashes
	file    *ast.File
	imports []string
	js      bool // built for the browser only
}

func TestDoors(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") {
			continue
		}
		for _, imp := range s.imports {
			if own, ok := strings.CutPrefix(imp, module); ok && !opensOnto(s.path, own) {
				t.Errorf("%s opens onto %s: there is no such door", s.path, own)
			}
			for _, w := range walls {
				if strings.HasPrefix(s.path, w.room+"/") && within(imp, w.path) && !excepted(s.path, imp) {
					t.Errorf("%s imports %s: %s", s.path, imp, w.why)
				}
			}
			if imp == module+"backend/store" && !strings.HasPrefix(s.path, "backend/house/") {
				t.Errorf("%s imports the store: only the house does", s.path)
			}
			if within(imp, "github.com/lestrrat-go/jwx") && !strings.HasPrefix(s.path, tickets+"/") {
				t.Errorf("%s imports %s: only %s does", s.path, imp, tickets)
			}
			if imp == module+researchers && !strings.HasPrefix(s.path, "backend/command/") {
				t.Errorf("%s opens onto %s: only commands do", s.path, researchers)
			}
			if imp == module+actors && !strings.HasPrefix(s.path, "backend/command/") {
				t.Errorf("%s opens onto %s: only commands do", s.path, actors)
			}
		}
	}
}

// excepted reports whether a file stands in the researchers' room and the door is one of that room's own, or an import is
// named like the network and only reads what addresses look like.
func excepted(file, imp string) bool {
	if imp == "net/netip" || imp == "net/url" {
		return true
	}
	return strings.HasPrefix(file, researchers+"/") && opensOnto(file, strings.TrimPrefix(imp, module))
}

func within(imp, path string) bool { return imp == path || strings.HasPrefix(imp, path+"/") }

// opensOnto looks for the longest rule for a file and asks whether it allows a package of ours.
func opensOnto(file, pkg string) bool {
	rule := ""
	for r := range doors {
		if (strings.HasPrefix(file, r+"/") || strings.HasPrefix(file, r+".")) && len(r) > len(rule) {
			rule = r
		}
	}
	return slices.ContainsFunc(doors[rule], func(d string) bool { return within(pkg, d) })
}

// TestResearchersHaveTheirOwnDoors: the exception is as narrow as it is meant.
func TestResearchersHaveTheirOwnDoors(t *testing.T) {
	for _, c := range []struct {
		file, imp string
		open      bool
	}{
		{researchers + "/peaks.go", "hearth/shared/ecg", true},
		{researchers + "/peaks.go", "hearth/shared/ecg/score", true},
		{researchers + "/peaks.go", "hearth/shared/wfdb", true},
		{researchers + "/peaks.go", "hearth/shared/sensor", false},
		{researchers + "/peaks.go", "hearth/shared/telemetry", false},
		{researchers + "s/peaks.go", "hearth/shared/ecg", false},
		{"backend/house/house.go", "hearth/shared/hrv", false},
	} {
		if got := excepted(c.file, c.imp); got != c.open {
			t.Errorf("%s may open onto %s: %t, want %t", c.file, c.imp, got, c.open)
		}
	}
	if opensOnto(researchers+"/peaks.go", "backend/house") {
		t.Error("researchers open onto the house")
	}
}

// TestBuildTagsStayInTheBrowser keeps one page one page: nothing outside wasm/ is built for one side only.
func TestBuildTagsStayInTheBrowser(t *testing.T) {
	for _, s := range sources(t) {
		if s.js && !strings.HasPrefix(s.path, "wasm/") {
			t.Errorf("%s is built for one side only", s.path)
		}
	}
}

// TestEveryRoomSaysWhatItIsFor wants a package comment in every package, at least one sentence long.
func TestEveryRoomSaysWhatItIsFor(t *testing.T) {
	said := map[string]bool{}
	for _, s := range sources(t) {
		dir := filepath.ToSlash(filepath.Dir(s.path))
		if strings.HasSuffix(s.path, "_test.go") && !strings.HasPrefix(s.path, "e2e/") {
			continue
		}
		said[dir] = said[dir] || (s.file.Doc != nil && len(s.file.Doc.Text()) > 40)
	}
	for dir, ok := range said {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

// TestExportedThingsAreDocumented wants a comment on every exported function, method, type, constant and variable outside
// tests; methods of the None types, which refuse or do nothing, speak for themselves.
func TestExportedThingsAreDocumented(t *testing.T) {
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") || strings.HasSuffix(s.path, "_templ.go") {
			continue
		}
		for _, d := range s.file.Decls {
			for _, name := range undocumented(d) {
				t.Errorf("%s: %s has no comment", s.path, name)
			}
		}
	}
}

func undocumented(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || speaks(d.Recv.List[0].Type)) {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		if d.Doc != nil {
			return nil // what stands together may have one comment
		}
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && s.Comment == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				if s.Names[0].IsExported() && s.Doc == nil && s.Comment == nil {
					names = append(names, s.Names[0].Name)
				}
			}
		}
	}
	return names
}

// speaks reports whether methods of this receiver need words: it is exported and no None.
func speaks(receiver ast.Expr) bool {
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	if generic, ok := receiver.(*ast.IndexExpr); ok {
		receiver = generic.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.IsExported() && name.Name != "None"
}

// whole is what sources found: every rule looks at the same house, and reading it takes longer than looking.
var whole []source

func sources(t *testing.T) (all []source) {
	t.Helper()
	if whole != nil {
		return whole
	}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || (strings.HasPrefix(d.Name(), ".") && p != root)) {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(p, ".go") {
			all = append(all, read(t, p))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d files found: the rules are not looking at the house", len(all))
	}
	whole = all
	return all
}

func read(t *testing.T, p string) source {
	t.Helper()
	text, err := os.ReadFile(p)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parser.ParseFile(token.NewFileSet(), p, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	rel, err := filepath.Rel(root, p)
	if err != nil {
		t.Fatal(err)
	}
	s := source{path: filepath.ToSlash(rel), file: f, js: strings.HasSuffix(p, "_js.go") || browserTag(f)}
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		s.imports = append(s.imports, path)
	}
	return s
}

// browserTag reports whether a build constraint names the browser, either way round.
func browserTag(f *ast.File) bool {
	for _, g := range f.Comments {
		for _, c := range g.List {
			if constraint.IsGoBuild(c.Text) && (strings.Contains(c.Text, "js") || strings.Contains(c.Text, "wasm")) {
				return true
			}
		}
	}
	return false
}
