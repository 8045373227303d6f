package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// framework is the module the pages are drawn with.
const framework = "github.com/maxence-charriere/go-app/v10"

// leftOut are the files of the framework that stay out of the copy. Two serve pages, which the house does itself
// (backend/web); in a browser they only keep net/http alive, whose TLS no linker can drop: 320 kB of every first visit. The
// third finds routes with regular expressions, which know the letters of all scripts: 77 kB.
var leftOut = []string{"pkg/app/http.go", "pkg/app/resource.go", "pkg/app/route.go"}

// stand is what the rest of the framework still names of them, and a router that does for the house's routes what theirs does.
const stand = `package app

import "strings"

// Handler served pages; the house does.
type Handler struct{}

// ResourceResolver found static resources; the house gives their addresses whole.
type ResourceResolver interface{ Resolve(string) string }

func clientResourceResolver(string) func(string) string { return func(location string) string { return location } }

// router knows whole paths, paths with one more part, and a page for all others.
type router struct {
	exact, below map[string]func() Composer
	other        func() Composer
}

func makeRouter() router {
	return router{exact: map[string]func() Composer{}, below: map[string]func() Composer{}}
}

func (r *router) route(path string, open func() Composer) { r.exact[path] = open }

func (r *router) routeWithRegexp(pattern string, open func() Composer) {
	base, below := strings.CutSuffix(pattern, "/[^/]+/?$")
	switch {
	case pattern == ".*":
		r.other = open
	case below && strings.HasPrefix(base, "^/"):
		r.below[base[1:]] = open
	default:
		panic("no such routes here: " + pattern)
	}
}

func (r *router) createComponent(path string) (Composer, bool) {
	open := r.exact[path]
	if open == nil {
		whole := strings.TrimSuffix(path, "/")
		if i := strings.LastIndexByte(whole, '/'); i > 0 && i < len(whole)-1 {
			open = r.below[whole[:i]]
		}
	}
	if open == nil {
		open = r.other
	}
	if open == nil {
		return nil, false
	}
	return open(), true
}
`

// scratch is where the copy lies: a folder of the project that go, git and the house pass over. Its name ends up in the
// program, so it says nothing about whose machine it was, and every machine makes the same program.
const scratch = ".build"

// trimmed copies the framework without what it can do without and returns a go.mod that uses the copy. Without it ./wasm builds
// too and gives the same pages, only heavier.
func trimmed() (modfile string, err error) {
	dir, err := find()
	if err != nil {
		return "", err
	}
	to := filepath.Join(scratch, "go-app")
	if err := os.RemoveAll(to); err != nil {
		return "", err
	}
	if err := copyTree(dir, to); err != nil {
		return "", fmt.Errorf("copy the framework: %w", err)
	}
	if err := os.WriteFile(filepath.Join(to, "pkg", "app", "trimmed.go"), []byte(stand), 0o644); err != nil {
		return "", err
	}
	return useCopy(filepath.Join(scratch, "go.mod"), "./"+filepath.ToSlash(to))
}

// find asks Go where the framework's pinned version is.
func find() (dir string, err error) {
	if out, err := exec.Command("go", "mod", "download", framework).CombinedOutput(); err != nil {
		return "", fmt.Errorf("fetch the framework: %w: %s", err, out)
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", framework).Output()
	if err != nil {
		return "", fmt.Errorf("find the framework: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// copyTree copies the Go files a build needs, and the module's own description.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		switch {
		case strings.HasSuffix(name, "_test.go"), slices.Contains(leftOut, name):
			return nil
		case name != "go.mod" && name != "go.sum" && !strings.HasPrefix(name, "pkg/"):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, content, 0o644)
	})
}

// useCopy writes a go.mod like the project's that takes the framework from to, with the project's go.sum beside it.
func useCopy(modfile, to string) (string, error) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return "", fmt.Errorf("run this in the project's folder: %w", err)
	}
	sum, err := os.ReadFile("go.sum")
	if err != nil {
		return "", err
	}
	mod = append(bytes.TrimSpace(mod), []byte(fmt.Sprintf("\n\nreplace %s => %q\n", framework, to))...)
	if err := os.WriteFile(modfile, mod, 0o644); err != nil {
		return "", err
	}
	return modfile, os.WriteFile(strings.TrimSuffix(modfile, ".mod")+".sum", sum, 0o644)
}
