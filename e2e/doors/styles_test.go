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
	css, err := os.ReadFile(root + "/assets/css/pages.css")
	if err != nil {
		t.Fatal(err)
	}
	worn := quoted(t)
	comment, class := regexp.MustCompile(`(?s)/\*.*?\*/`), regexp.MustCompile(`\.(-?[A-Za-z_][\w-]*)`)
	found := 0
	for _, rule := range regexp.MustCompile(`[^{}]+\{`).FindAllString(comment.ReplaceAllString(string(css), ""), -1) {
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
