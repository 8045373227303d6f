package stage

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Pages are as fresh as the newest of their sources; tests and their data are none.
func TestFresh(t *testing.T) {
	root, built := t.TempDir(), time.Now()
	write := func(name string, at time.Time) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"app/a.go", "wasm/office/main_js.go", "shared/words/catalogue/en/kit.json", "go.mod"} {
		write(name, built.Add(-time.Minute))
	}
	if err := fresh(root); err == nil {
		t.Error("pages that are not there are fresh")
	}
	write("assets/built/practice.json", built)
	if err := fresh(root); err == nil {
		t.Error("half the pages are fresh")
	}
	for _, name := range []string{"desk", "office", "visit"} {
		write("assets/built/"+name+".json", built)
	}
	for _, name := range []string{"app/a_test.go", "shared/ecg/testdata/trace.bin", "assets/css/kit.css"} {
		write(name, built.Add(time.Minute))
	}
	if err := fresh(root); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"app/a.go", "shared/words/catalogue/en/kit.json", "go.mod"} {
		write(name, built.Add(time.Second))
		if err, want := fresh(root), "the pages are older than "+name+": make wasm"; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
		write(name, built)
	}
	// One program that was left behind is enough.
	write("app/a.go", built)
	write("assets/built/office.json", built.Add(-time.Second))
	if err := fresh(root); err == nil {
		t.Error("pages are fresh though one of their programs is older than its sources")
	}
}
