package doors

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryStyleIsWorn finds classes in pages.css that no page names: every visitor would load them for nothing.
func TestEveryStyleIsWorn(t *testing.T) {
	css := content(t, "/assets/css/pages.css")
	worn := quoted(t)
	comment, class := regexp.MustCompile(`(?s)/\*.*?\*/`), regexp.MustCompile(`\.(-?[A-Za-z_][\w-]*)`)
	found := 0
	for _, rule := range regexp.MustCompile(`[^{}]+\{`).FindAllString(comment.ReplaceAllString(css, ""), -1) {
		for _, name := range class.FindAllStringSubmatch(rule, -1) {
			if found++; !worn[name[1]] {
				t.Errorf("no page has the class %q of %s", name[1], strings.TrimSpace(strings.Trim(rule, "{")))
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d classes found: the test looks in the wrong place", found)
	}
}

// quoted is every word between quotes in what draws pages.
func quoted(t *testing.T) map[string]bool {
	t.Helper()
	words := map[string]bool{}
	text, word := regexp.MustCompile("\"(?:[^\"\\\\\n]|\\\\.)*\"|`[^`]*`"), regexp.MustCompile(`[A-Za-z_][\w-]*`)
	for _, room := range []string{"app", "backend/porch", "assets/js"} {
		err := filepath.WalkDir(filepath.Join(root, room), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(p, "_test.go") || strings.HasSuffix(p, "_templ.go") {
				return err
			}
			source, err := os.ReadFile(p)
			for _, s := range text.FindAllString(string(source), -1) {
				for _, w := range word.FindAllString(s, -1) {
					words[w] = true
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return words
}

// TestEveryTokenIsUsed finds tokens that no style and no drawing asks for.
func TestEveryTokenIsUsed(t *testing.T) {
	tokens := content(t, "/assets/css/tokens.css")
	uses := tokens + content(t, "/assets/css/kit.css") + content(t, "/assets/css/pages.css") + content(t, "/wasm/canvas/colour.go")
	defined := regexp.MustCompile(`(--[a-z0-9-]+):`).FindAllStringSubmatch(tokens, -1)
	for _, name := range defined {
		if !regexp.MustCompile(`(var\(|")` + name[1] + `[,)"]`).MatchString(uses) {
			t.Errorf("nothing uses the token %s", name[1])
		}
	}
	if len(defined) < 100 {
		t.Errorf("only %d tokens found: the test looks in the wrong place", len(defined))
	}
}

// TestEveryIconIsDrawn finds icons that no page names, and would not miss.
func TestEveryIconIsDrawn(t *testing.T) {
	named := quoted(t)
	icons := regexp.MustCompile(`id="i-([a-z0-9-]+)"`).FindAllStringSubmatch(content(t, "/assets/icons/icons.svg"), -1)
	for _, name := range icons {
		if !named[name[1]] {
			t.Errorf("no page draws the icon %q", name[1])
		}
	}
	if len(icons) < 40 {
		t.Errorf("only %d icons found: the test looks in the wrong place", len(icons))
	}
}

func content(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(root + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
