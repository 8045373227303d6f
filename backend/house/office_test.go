package house

import (
	"io/fs"
	"os"
	"strings"
	"testing"
)

// Nobody but the office makes an operator: a request must never become one.
func TestOnlyTheOfficeMakesOperators(t *testing.T) {
	found := false
	err := fs.WalkDir(os.DirFS("../.."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(os.DirFS("../.."), path)
		makes := strings.Contains(string(text), "Operator:") || strings.Contains(string(text), ".Operator =")
		if makes && path != "backend/house/office.go" {
			t.Errorf("%s makes an operator", path)
		}
		found = found || makes
		return err
	})
	if err != nil || !found {
		t.Errorf("the office makes none, or cannot be read: %v", err)
	}
}
