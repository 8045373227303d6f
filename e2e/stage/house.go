// Package stage sets the scene for browser tests: a real house with the demo's people on a free port, and real Chromium
// windows that each belong to one person. A window collects what its console complains about, checks itself for
// accessibility, and leaves a picture when something fails. It knows no page.
package stage

import (
	"context"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/backend/house"
	"hearth/backend/identity"
)

// House is an open house that a test may close and open again at the same address, as a restart does.
type House struct {
	*house.House
	t      *testing.T
	config house.Config
	began  time.Time
}

// Stands says how long the scene took to set, from the first opening of the house until now.
func (h *House) Stands() {
	h.t.Helper()
	h.t.Logf("the scene stood after %.1f s", time.Since(h.began).Seconds())
}

// Open opens a demo house with its data in a folder of the test's own.
func Open(t *testing.T) *House {
	t.Helper()
	return open(t, true)
}

// OpenEmpty opens a house as a clinic's is on its first day: nobody lives there.
func OpenEmpty(t *testing.T) *House {
	t.Helper()
	return open(t, false)
}

// OpenWith opens a demo house that is unlike the usual one in something.
func OpenWith(t *testing.T, change func(*house.Config)) *House {
	t.Helper()
	return open(t, true, change)
}

func open(t *testing.T, demo bool, changes ...func(*house.Config)) *House {
	t.Helper()
	h := &House{t: t, began: time.Now(), config: house.Config{
		Address: "localhost:0", Dir: t.TempDir(), Demo: demo, Version: "test",
		Passwords: identity.Cost{Memory: 1 << 10, Time: 1, Threads: 1},
		Log:       slog.New(slog.NewTextHandler(logger{t}, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}}
	for _, change := range changes {
		change(&h.config)
	}
	h.Start()
	t.Cleanup(h.Stop)
	return h
}

// Start opens the house. The address stays the one of the first start.
func (h *House) Start() {
	h.t.Helper()
	opened, err := house.Open(context.Background(), h.config)
	if err != nil {
		h.t.Fatalf("open the house: %v", err)
	}
	h.House = opened
	if _, port, err := net.SplitHostPort(h.config.Address); err == nil && port == "0" {
		h.config.Address = hostOf(opened.URL())
	}
}

// Change is for the next start.
func (h *House) Change(change func(*house.Config)) { change(&h.config) }

// Stop closes the house as a restart does: sockets are told, requests finished.
func (h *House) Stop() {
	if h.House == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := h.House.Close(ctx); err != nil {
		h.t.Errorf("close the house: %v", err)
	}
	h.House = nil
}

// stalled are the tests whose house had no time for a request within its patience, by name.
var stalled sync.Map

// ofTest is the name of the whole test a part belongs to.
func ofTest(t *testing.T) string {
	name, _, _ := strings.Cut(t.Name(), "/")
	return name
}

// logger writes a house's warnings into the test's log.
type logger struct{ t *testing.T }

// Write implements io.Writer. A house may speak after its test has ended; then nobody listens.
func (l logger) Write(b []byte) (int, error) {
	defer func() { recover() }()
	if strings.Contains(string(b), context.DeadlineExceeded.Error()) {
		stalled.Store(ofTest(l.t), true)
	}
	l.t.Logf("house: %s", b)
	return len(b), nil
}

func hostOf(url string) string {
	const scheme = "http://"
	return url[len(scheme):]
}

// Shots is where pictures for people to look at are written.
const Shots = "shots"

// keep writes a picture.
func keep(t *testing.T, name string, png []byte) {
	t.Helper()
	if err := os.MkdirAll(Shots, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(Shots+"/"+name+".png", png, 0o644); err != nil {
		t.Fatal(err)
	}
}
