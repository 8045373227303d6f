package assets_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"hearth/assets"
	"hearth/assets/program"
)

func get(t *testing.T, s *assets.Site, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) []byte {
	t.Helper()
	var in io.Reader = r.Body
	switch r.Header.Get("Content-Encoding") {
	case "gzip":
		z, err := gzip.NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		in = z
	case "br":
		in = brotli.NewReader(in)
	}
	b, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHashedFilesMayBeKeptForEver(t *testing.T) {
	s := assets.Open()
	want, err := os.ReadFile("css/kit.css")
	if err != nil {
		t.Fatal(err)
	}
	for accept, coding := range map[string]string{"": "", "gzip": "gzip", "br, gzip": "br", "br;q=0, gzip": "gzip", "identity": ""} {
		r := get(t, s, s.URL("css/kit.css"), "Accept-Encoding", accept)
		if r.StatusCode != 200 || r.Header.Get("Content-Encoding") != coding || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("accept %q: %d %q %q", accept, r.StatusCode, r.Header.Get("Content-Encoding"), r.Header.Get("Cache-Control"))
		}
		if !bytes.Equal(body(t, r), want) {
			t.Errorf("accept %q: other content than the file", accept)
		}
	}
}

func TestUnknownAndUnsafe(t *testing.T) {
	s := assets.Open()
	for _, path := range []string{"/assets/css/kit.css", "/assets/css/kit.00000000.css", "/assets/", "/assets/../go.mod", "/manifest-owner.webmanifest"} {
		if r := get(t, s, path); r.StatusCode != 404 {
			t.Errorf("%s: %d, want 404", path, r.StatusCode)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("POST", s.URL("css/kit.css"), nil))
	if w.Code != 405 {
		t.Errorf("POST: %d, want 405", w.Code)
	}
}

func TestManifests(t *testing.T) {
	s := assets.Open()
	for _, portal := range []string{"patient", "aggregator", "therapist", "admin"} {
		var m struct {
			StartURL string `json:"start_url"`
			Icons    []struct{ Src string }
		}
		if err := json.Unmarshal(body(t, get(t, s, "/manifest-"+portal+".webmanifest")), &m); err != nil || m.StartURL != "/"+portal || len(m.Icons) == 0 {
			t.Fatalf("%s: %+v %v", portal, m, err)
		}
		for _, icon := range m.Icons {
			if r := get(t, s, icon.Src); r.StatusCode != 200 {
				t.Errorf("%s: icon %s is not there", portal, icon.Src)
			}
		}
	}
}

// TestWorkerNamesFilesThatAreThere: one missing file and no worker is ever installed.
func TestWorkerNamesFilesThatAreThere(t *testing.T) {
	s := assets.Open()
	r := get(t, s, "/sw.js")
	text := string(body(t, r))
	if strings.Contains(text, "{{") || r.Header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("the worker is not filled in, or kept too long")
	}
	named := regexp.MustCompile(`"(/assets/[^"]+\.[a-z]+)"`).FindAllStringSubmatch(text, -1)
	if len(named) < 5 {
		t.Fatalf("the worker names %d files", len(named))
	}
	for _, n := range named {
		if r := get(t, s, n[1]); r.StatusCode != 200 {
			t.Errorf("the worker names %s, which is not there", n[1])
		}
	}
	if again := get(t, s, "/sw.js", "If-None-Match", r.Header.Get("ETag")); again.StatusCode != 304 {
		t.Errorf("asked again: %d, want 304", again.StatusCode)
	}
}

// TestProgramIsNobodys: a program is the same wherever it was built, and says nothing about whose machine that was.
func TestProgramIsNobodys(t *testing.T) {
	s := assets.Open()
	home, err := os.UserHomeDir()
	if !s.Built() || err != nil || len(home) < 2 {
		t.Skip("no program to look at: make wasm")
	}
	for _, p := range program.All {
		content := body(t, get(t, s, s.URL(p.File()), "Accept-Encoding", "gzip"))
		if at := bytes.Index(content, []byte(home+"/")); at >= 0 {
			t.Errorf("%s names the folder it was built in: %q", p.Name, content[at:at+60])
		}
	}
}

// TestEveryPortalHasItsProgram: each has one, of the size that is said of it, under an address that changes with it.
func TestEveryPortalHasItsProgram(t *testing.T) {
	s := assets.Open()
	if !s.Built() {
		t.Skip("no programs to look at: make wasm")
	}
	seen := map[string]int64{}
	for _, p := range program.All {
		for _, portal := range p.Portals {
			got := s.Program(portal)
			if got.Name != p.Name || got.URL != s.URL(p.File()) {
				t.Errorf("%s opens %+v, want %s", portal, got, p.Name)
			}
			seen[got.URL] = got.Size
		}
	}
	if len(seen) != len(program.All) {
		t.Errorf("%d addresses for %d programs", len(seen), len(program.All))
	}
	for url, size := range seen {
		r := get(t, s, url, "Accept-Encoding", "br")
		if n := len(body(t, r)); int64(n) != size || r.Header.Get("Content-Type") != "application/wasm" {
			t.Errorf("%s has %d bytes of %s, said to be %d", url, n, r.Header.Get("Content-Type"), size)
		}
	}
}

// TestTokensStandTwiceTheSame: the dark theme is written for the system's wish and for a person's choice.
func TestTokensStandTwiceTheSame(t *testing.T) {
	css, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	block := func(start string) map[string]string {
		_, rest, ok := strings.Cut(string(css), start)
		if !ok {
			t.Fatalf("no block %q", start)
		}
		text, _, _ := strings.Cut(rest, "}")
		values := map[string]string{}
		for _, m := range regexp.MustCompile(`(--[a-z0-9-]+):\s*([^;]+);`).FindAllStringSubmatch(text, -1) {
			values[m[1]] = m[2]
		}
		return values
	}
	system, chosen := block(":root:not([data-theme]) {"), block(`[data-theme~="dark"] {`)
	if len(system) < 40 {
		t.Fatalf("only %d dark tokens found", len(system))
	}
	for name, v := range system {
		if chosen[name] != v {
			t.Errorf("%s is %q for the system and %q when chosen", name, v, chosen[name])
		}
	}
}

// TestOnlyTokensKnowColours keeps hex values out of parts and pages.
func TestOnlyTokensKnowColours(t *testing.T) {
	hex := regexp.MustCompile(`:[^;{]*#[0-9a-fA-F]{3,8}\b`)
	for _, name := range []string{"css/kit.css", "css/pages.css"} {
		css, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(css), "\n") {
			if hex.MatchString(line) && !strings.Contains(line, ".mark-") {
				t.Errorf("%s: %s", name, strings.TrimSpace(line))
			}
		}
	}
}
