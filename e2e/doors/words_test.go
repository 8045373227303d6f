package doors

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// TestEveryFaultHasWords finds codes that a person would see as "something went wrong". The keys are the codes given to
// fault.New; that every language has a key is tested beside the catalogues.
func TestEveryFaultHasWords(t *testing.T) {
	english := catalogue.Load(words.English)
	found := 0
	calls(t, func(s source, name string, args []ast.Expr) {
		if name != "fault.New" || len(args) != 3 {
			return
		}
		if code, ok := text(args[1]); ok {
			found++
			if !english.Has("fault." + code) {
				t.Errorf("%s: fault %q has no words", s.path, code)
			}
		}
	})
	if found < 50 {
		t.Errorf("only %d faults found: the test looks in the wrong place", found)
	}
}

// TestEverySentenceAskedForIsThere finds keys a page says and no catalogue knows.
func TestEverySentenceAskedForIsThere(t *testing.T) {
	english := catalogue.Load(words.English)
	found := 0
	calls(t, func(s source, name string, args []ast.Expr) {
		if (name != "words.T" && name != "words.N") || len(args) == 0 {
			return
		}
		key, ok := text(args[0])
		if !ok {
			return // put together at run time; the room's own tests walk those
		}
		found++
		if name == "words.N" {
			key += ".other"
		}
		if !english.Has(key) {
			t.Errorf("%s: nobody knows the words %q", s.path, key)
		}
	})
	if found < 50 {
		t.Errorf("only %d sentences found: the test looks in the wrong place", found)
	}
}

// TestNoWordsOutsideTheCatalogues finds text drawn without a catalogue: a literal of two letters or more given to what
// draws text.
func TestNoWordsOutsideTheCatalogues(t *testing.T) {
	letters := regexp.MustCompile(`\p{L}{2,}`)
	calls(t, func(s source, name string, args []ast.Expr) {
		if !strings.HasPrefix(s.path, "app/") || (name != ".Text" && name != "app.Text") || len(args) != 1 {
			return
		}
		if said, ok := text(args[0]); ok && letters.MatchString(said) {
			t.Errorf("%s: %q is drawn without a catalogue", s.path, said)
		}
	})
}

// calls walks every call outside tests; name is "package.Function", or ".Method" for anything else.
func calls(t *testing.T, visit func(s source, name string, args []ast.Expr)) {
	t.Helper()
	for _, s := range sources(t) {
		if strings.HasSuffix(s.path, "_test.go") || strings.HasPrefix(s.path, "e2e/") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				visit(s, nameOf(sel), call.Args)
			}
			return true
		})
	}
}

func nameOf(sel *ast.SelectorExpr) string {
	if x, ok := sel.X.(*ast.Ident); ok && (x.Name == "fault" || x.Name == "words" || x.Name == "app") {
		return x.Name + "." + sel.Sel.Name
	}
	return "." + sel.Sel.Name
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
