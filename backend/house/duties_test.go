package house

import (
	"bytes"
	"context"
	"log/slog"
	"regexp"
	"sync"
	"testing"

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
