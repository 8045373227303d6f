package stage

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hearth/assets"
	"hearth/assets/program"
)

// Pages says in one sentence why the house of the tests has no pages, or none that mean anything: they are not built, or
// older than what they are made of.
func Pages() error {
	if !assets.Open().Built() {
		return fmt.Errorf("the pages are not built: make wasm")
	}
	return fresh("..")
}

// fresh holds the programs built into a project's tree against their sources. Styles, scripts and icons are taken as they are.
func fresh(root string) error {
	var built time.Time // the older one's
	for _, p := range program.All {
		note, err := os.Stat(filepath.Join(root, "assets/built", p.Note()))
		if err != nil {
			return fmt.Errorf("the pages are not built: make wasm (%w)", err)
		}
		if built.IsZero() || note.ModTime().Before(built) {
			built = note.ModTime()
		}
	}
	newest, when := "", time.Time{}
	for _, room := range []string{"app", "wasm", "shared", "go.mod"} {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return fs.SkipDir
			case d.IsDir() || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			info, err := d.Info()
			if err == nil && info.ModTime().After(when) {
				newest, when = path, info.ModTime()
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if when.After(built) {
		newest, _ = filepath.Rel(root, newest)
		return fmt.Errorf("the pages are older than %s: make wasm", filepath.ToSlash(newest))
	}
	return nil
}
