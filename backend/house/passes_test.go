package house

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hearth/backend/room"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// holder asks for relays as a page does and returns the name its right hangs on.
func holder(t *testing.T, r rules, person care.PersonID, session string) string {
	t.Helper()
	servers, err := r.Relay(t.Context(), room.Who{Person: live.PersonView{ID: person}, Session: session}, care.NewID[live.MemberID]())
	if err != nil {
		t.Fatal(err)
	}
	_, member, _ := strings.Cut(servers[len(servers)-1].Username, ":")
	return member[:strings.LastIndex(member, "/")]
}

// Relays end with the session or the person they were given to, at once, and nobody else's do.
func TestRelaysEndWithTheirOwners(t *testing.T) {
	h := mustOpen(t, t.TempDir())
	defer mustClose(t, h)
	p := newPasses()
	r, doors := rules{store: h.store, relay: h.relay, passes: p, veil: []byte("veil")}, rooms{Hub: h.hub, passes: p}
	one, two, other := holder(t, r, "ana", "ana/1"), holder(t, r, "ana", "ana/2"), holder(t, r, "ben", "ben/1")
	want := func(what string, valid ...bool) {
		t.Helper()
		for i, holder := range []string{one, two, other} {
			if p.valid(holder) != valid[i] {
				t.Errorf("%s: pass %d is valid: %v", what, i, !valid[i])
			}
		}
	}
	want("at first", true, true, true)
	doors.SignedOut(t.Context(), "ana/1")
	want("signed out", false, true, true)
	p.renew("ana/1")
	want("what ended stays ended", false, true, true)
	holder(t, r, "ana", "ana/1")
	doors.SignedOutEverywhere(t.Context(), "ana", "ana/2")
	want("signed out everywhere else", false, true, true)
	doors.Withdraw(t.Context(), "ana")
	want("disabled", false, false, true)

	// Who was turned away while asking gets nothing.
	gone := room.Who{Person: live.PersonView{ID: "ben"}, Session: "ben/1", Still: func(context.Context) error { return fault.New(fault.SignedOut, "sign-in.needed", nil) }}
	if got, err := r.Relay(t.Context(), gone, "page"); !fault.Is(err, fault.SignedOut) {
		t.Errorf("somebody signed out gets %v, %v", got, err)
	}
}

// A pass lives for as long as its session is heard of, and not much longer.
func TestPassesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPasses()
		p.issue("a", pass{person: "ana", session: "ana/1"})
		for range 60 {
			time.Sleep(passFor - time.Second)
			p.renew("ana/1")
		}
		if !p.valid("a") {
			t.Error("a session that is there lost its relays")
		}
		time.Sleep(passFor + time.Second)
		if p.valid("a") {
			t.Error("nothing was heard of the session, and its relays live on")
		}
		p.issue("b", pass{person: "ben", session: "ben/1"})
		if len(p.held) != 1 {
			t.Errorf("%d passes are kept, want 1", len(p.held))
		}
	})
}
