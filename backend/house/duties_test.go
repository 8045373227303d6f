package house

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"sync"
	"testing"
	"time"

	"hearth/backend/audit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// lines is a log that a test reads while the house writes.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(b) }

func (l *lines) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// The house erases who is due by itself, and says in its log with which entry the trail ends: an anchor it is whole against.
func TestDuties(t *testing.T) {
	ctx, log := t.Context(), &lines{}
	h, err := Open(ctx, Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer mustClose(t, h)
	if _, err := h.jobs.Look(ctx); err != nil { // waits for the look that began with the house
		t.Fatal(err)
	}
	said := regexp.MustCompile(`anchor=(\d+:[0-9a-f]{64})`).FindStringSubmatch(log.String())
	if said == nil {
		t.Fatalf("no anchor in the log: %s", log)
	}
	anchor, err := audit.ParseAnchor(said[1])
	if err != nil {
		t.Fatal(err)
	}
	_, wren, _ := demoPeople(t, h)
	alex, err := h.store.AccountByLogin(ctx, "alex")
	if err != nil {
		t.Fatal(err)
	}
	by := care.Reader{Person: alex.ID, Site: alex.Site, Roles: []access.Role{access.Administrator}}
	asked, err := h.store.AskErasure(ctx, by, wren.ID, "request", true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.jobs.Look(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.PlanErasure(ctx, by, wren.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("%s is not erased: %v", asked.ID, err)
	}
	if r, err := audit.Verify(context.Background(), h.store, 0, anchor); err != nil || !r.Whole() {
		t.Errorf("the trail: %+v, %v", r, err)
	}
}

// A service that takes its time does not keep the others waiting.
func TestSlowServiceAlone(t *testing.T) {
	ctx := t.Context()
	h, err := Open(ctx, Config{Address: "localhost:0", Dir: t.TempDir(), Demo: true, Webhooks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	if err != nil {
		t.Fatal(err)
	}
	defer mustClose(t, h)
	by := care.Reader{Operator: true}
	came, release, fast := make(chan bool, 9), make(chan bool), make(chan bool, 9)
	listen := func(name string, do http.HandlerFunc) {
		at := httptest.NewServer(do)
		t.Cleanup(at.Close)
		text := []byte(fmt.Sprintf(`{"name":%q,"scopes":["patients.read"],"events":["patient.erased"],"webhook":%q}`, name, at.URL))
		_, digest, _, err := h.services.Preview(ctx, by, care.TheHouse, text)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := h.services.Register(ctx, by, care.TheHouse, text, digest)
		if err == nil {
			_, err = h.store.TestWebhook(ctx, by, s.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	listen("Slow", func(http.ResponseWriter, *http.Request) { came <- true; <-release })
	defer close(release)
	<-came
	listen("Fast", func(http.ResponseWriter, *http.Request) { fast <- true })
	select {
	case <-fast:
	case <-time.After(8 * time.Second): // less than the courier's patience with the slow one
		t.Error("the fast service waits for the slow one")
	}
}
