package web

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// Whatever web says is wrong has words in every language.
func TestFaultsHaveWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources: %v", err)
	}
	codes := map[string]bool{}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`fault\.New\([\w.]+, "([\w.-]+)"`).FindAllSubmatch(src, -1) {
			codes[string(m[1])] = true
		}
	}
	for code := range codes {
		for _, l := range words.Languages() {
			if !catalogue.Load(l).Has("fault." + code) {
				t.Errorf("%s has no words in %s", code, l)
			}
		}
	}
}
