package house

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hearth/assets"
	"hearth/backend/identity"
	"hearth/backend/room"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

func mustOpen(t *testing.T, dir string) *House {
	t.Helper()
	h, err := Open(context.Background(), Config{Address: "localhost:0", Dir: dir, Demo: true, Version: "test", Passwords: identity.Cost{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return h
}

func mustClose(t *testing.T, h *House) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for range 2 {
		if err := h.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	select {
	case <-h.Done():
	default:
		t.Error("a closed house still listens")
	}
}

// A closed house leaves nothing running and may be closed again; opened again on its folder it is the same house.
func TestOpenCloseOpen(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir := t.TempDir()
	h := mustOpen(t, dir)
	res, err := http.Get(h.URL() + "/readyz")
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("ready: %v %v", res, err)
	}
	res.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	first := h.Links()
	mustClose(t, h)
	if _, err := http.Get(h.URL() + "/readyz"); err == nil {
		t.Error("a closed house answers")
	}

	h = mustOpen(t, dir)
	second := h.Links()
	for what, pair := range map[string][2]string{"therapist": {first.Therapist, second.Therapist}, "patient": {first.Patient, second.Patient},
		"patient2": {first.Patient2, second.Patient2}, "administrator": {first.Administrator, second.Administrator}} {
		if filepath.Base(pair[0]) != filepath.Base(pair[1]) || len(filepath.Base(pair[0])) < 20 {
			t.Errorf("the link of the %s was %s and is %s", what, pair[0], pair[1])
		}
	}
	mustClose(t, h)

	other := mustOpen(t, t.TempDir())
	if filepath.Base(other.Links().Therapist) == filepath.Base(first.Therapist) {
		t.Error("two houses have the same link")
	}
	mustClose(t, other)
}

// A house without its pages says at its start what makes them, not only to whoever opens one.
func TestAHouseWithoutPagesSaysSo(t *testing.T) {
	var log bytes.Buffer
	h, err := Open(t.Context(), Config{Address: "localhost:0", Dir: t.TempDir(), Log: slog.New(slog.NewTextHandler(&log, nil)), Passwords: identity.Cost{Memory: 64, Time: 1, Threads: 1}})
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, h)
	if got, want := strings.Contains(log.String(), "make wasm"), !assets.Open().Built(); got != want {
		t.Errorf("said what builds the pages: %v, want %v; log: %s", got, want, &log)
	}
}

// What an administrator of the demo changed stays changed after a restart.
func TestDemoKeepsChanges(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	h := mustOpen(t, dir)
	by, wren, mira := demoPeople(t, h)
	if _, err := h.store.PutCare(ctx, by, care.Permission{Patient: wren.ID, Therapist: mira, Signals: []access.Signal{access.Movement}}); err != nil {
		t.Fatal(err)
	}
	mustClose(t, h)
	h = mustOpen(t, dir)
	defer mustClose(t, h)
	got, err := h.store.PermittedSignals(ctx, wren.ID, mira)
	if err != nil || len(got) != 1 || got[0] != access.Movement {
		t.Errorf("after a restart Mira may receive %v (%v), want movement alone", got, err)
	}
}

// A demo's links need no password, so a demo never opens on a clinic's data; nor a clinic on a demo's.
func TestDemoAndClinicNeverShareData(t *testing.T) {
	for what, c := range map[string]struct {
		first bool
		code  string
	}{"a clinic on a demo's data": {true, "house.demo-inside"}, "a demo on a clinic's data": {false, "house.clinic-inside"}} {
		config := Config{Address: "localhost:0", Dir: t.TempDir(), Demo: c.first, Passwords: identity.Cost{Memory: 64, Time: 1, Threads: 1}}
		h, err := Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		mustClose(t, h)
		config.Demo = !c.first
		if h, err = Open(t.Context(), config); err == nil || fault.Of(err).Code != c.code || Sentence(err) == err.Error() {
			t.Errorf("%s: %v, want %s with words", what, err, c.code)
		}
		if h != nil {
			mustClose(t, h)
		}
	}
}

// A file of links that makes no sense is as good as none.
func TestDemoLinksWithoutSense(t *testing.T) {
	for _, junk := range []string{"null", "{", `{"mira": 1}`, `["x"]`} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, linksFile), []byte(junk), 0o600); err != nil {
			t.Fatal(err)
		}
		h := mustOpen(t, dir)
		if h.Links().Therapist == "" {
			t.Errorf("%s: no link", junk)
		}
		mustClose(t, h)
	}
}

func demoPeople(t *testing.T, h *House) (by care.Reader, wren care.Patient, mira care.PersonID) {
	t.Helper()
	ctx := context.Background()
	admin, err := h.store.AccountByLogin(ctx, "alex")
	if err != nil {
		t.Fatal(err)
	}
	therapist, err := h.store.AccountByLogin(ctx, "mira")
	if err != nil {
		t.Fatal(err)
	}
	person, err := h.store.AccountByLogin(ctx, "wren-23")
	if err != nil {
		t.Fatal(err)
	}
	if wren, err = h.store.PatientOf(ctx, person.Person.ID); err != nil {
		t.Fatal(err)
	}
	return care.Reader{Person: admin.Person.ID, Site: admin.Site, Roles: admin.Roles}, wren, therapist.Person.ID
}

// What cannot be opened leaves nothing behind, and says why.
func TestOpenRefuses(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open := mustOpen(t, t.TempDir())
	defer mustClose(t, open)
	for what, c := range map[string]struct {
		config Config
		code   string
	}{
		"a folder that is a file": {Config{Address: "localhost:0", Dir: file}, "house.folder"},
		"a taken port":            {Config{Address: open.URL()[len("http://"):], Dir: t.TempDir()}, "house.port-taken"},
		"no address":              {Config{Address: "nowhere", Dir: t.TempDir()}, "house.address"},
	} {
		h, err := Open(context.Background(), c.config)
		if err == nil || fault.Of(err).Code != c.code || h != nil {
			t.Errorf("%s: %v, want %s", what, err, c.code)
		}
		if Sentence(err) == fault.Of(err).Code || Sentence(err) == "" {
			t.Errorf("%s has no words", what)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestAddresses(t *testing.T) {
	local := Config{}
	if got := local.address(81); got != "http://localhost:81" {
		t.Errorf("address is %s", got)
	}
	for port, want := range map[int]string{80: "http://[::1]", 443: "http://[::1]:443", 8080: "http://[::1]:8080"} {
		if got := local.origins(port); !slices.Contains(got, want) {
			t.Errorf("origins at port %d are %v, want %s among them", port, got, want)
		}
	}
	if got := (Config{TLS: &tls.Config{}}).origins(443); !slices.Contains(got, "https://localhost") {
		t.Errorf("origins over TLS are %v", got)
	}
	if h := local.hosts(); !h("localhost") || !h("LOCALHOST.") || !h("::1") || h("evil.example") || h("") {
		t.Error("a local house answers to the wrong names")
	}
	public := Config{Public: "https://hearth.example/"}
	if got := public.address(81); got != "https://hearth.example" || !public.secure() {
		t.Errorf("public address is %s", got)
	}
	if got := public.origins(81); len(got) != 1 || got[0] != "https://hearth.example" {
		t.Errorf("origins are %v", got)
	}
	if h := public.hosts(); !h("hearth.example") || h("localhost") {
		t.Error("a public house answers to the wrong names")
	}
}

// What a page shows the relay is readable on the way, so it names nobody; two pages of a person still count as theirs.
func TestRelaysHearNoNames(t *testing.T) {
	h := mustOpen(t, t.TempDir())
	defer mustClose(t, h)
	r := rules{store: h.store, relay: h.relay, passes: newPasses(), veil: []byte("veil")}
	name := func(person care.PersonID, page live.MemberID) string {
		servers, err := r.Relay(t.Context(), room.Who{Person: live.PersonView{ID: person}}, page)
		if err != nil || len(servers) < 2 {
			t.Fatalf("got %v, %v", servers, err)
		}
		_, member, _ := strings.Cut(servers[len(servers)-1].Username, ":")
		return member
	}
	one, two, other := name("person1", "page1"), name("person1", "page2"), name("person2", "page1")
	if strings.Contains(one, "person1") || strings.Contains(one, "page1") {
		t.Errorf("%q says who it is", one)
	}
	person := func(name string) string { p, _, _ := strings.Cut(name, "/"); return p }
	if one == two || person(one) != person(two) || person(one) == person(other) {
		t.Errorf("got %q, %q and another's %q", one, two, other)
	}
}
