package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tryRouter asks the router that stands in the framework's place for paths, one a line, and prints which page each finds.
const tryRouter = `package main

import "fmt"

type Composer interface{}

func main() {
	r := makeRouter()
	r.route("/a", func() Composer { return "exact" })
	r.routeWithRegexp("^/a/live/[^/]+/?$", func() Composer { return "below" })
	for _, path := range paths {
		if c, ok := r.createComponent(path); ok {
			fmt.Println(c)
		} else {
			fmt.Println("none")
		}
	}
	r.routeWithRegexp(".*", func() Composer { return "other" })
	fmt.Println(r.createComponent("/elsewhere"))
	defer func() { fmt.Println(recover() != nil) }()
	r.routeWithRegexp("^/[0-9]+$", nil)
}
`

// The router has to find what regular expressions would.
func TestRouter(t *testing.T) {
	paths := []string{"/a", "/a/", "/", "", "/a/live", "/a/live/", "/a/live//", "/a/live/x", "/a/live/x/", "/a/live/x//", "/a/live/x/y", "/b/a/live/x", "a/live/x"}
	below := regexp.MustCompile("^/a/live/[^/]+/?$")
	var want []string
	for _, p := range paths {
		switch {
		case p == "/a":
			want = append(want, "exact")
		case below.MatchString(p):
			want = append(want, "below")
		default:
			want = append(want, "none")
		}
	}
	want = append(want, "other true", "true")
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":   "module try\n",
		"stand.go": strings.Replace(stand, "package app", "package main", 1),
		"try.go":   tryRouter + "\nvar paths = []string{\"" + strings.Join(paths, `", "`) + "\"}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "run", ".")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := strings.TrimSpace(string(out)); got != strings.Join(want, "\n") {
		t.Errorf("found\n%s\nwant\n%s\nfor\n%s", got, strings.Join(want, "\n"), strings.Join(paths, "\n"))
	}
}
