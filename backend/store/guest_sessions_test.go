package store

import (
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// A session whose place another device took is no session any more; it is kept to say so, until it would have run out.
func TestAGuestMovesToAnotherDevice(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, patient := t.Context(), newGuest(care.AsPatient)
		c.mustBook(t, c.ana, c.soon(patient))
		one := identity.Session{Hash: identity.Hash{1}, Slot: "aaaaaaaa", Person: identity.GuestPerson(patient.ID), Guest: patient.ID, Created: noon, Seen: noon, Expires: noon.Add(time.Hour)}
		if err := c.CreateSession(ctx, one); err != nil {
			t.Fatal(err)
		}
		kept := func(listed int, moved bool) {
			t.Helper()
			list, err := c.ListSessions(ctx, one.Person, noon)
			is, _, err2 := c.SessionByHash(ctx, one.Hash)
			if err != nil || err2 != nil || len(list) != listed || is.Moved.IsZero() == moved {
				t.Errorf("%d listed, moved %v; %v %v", len(list), is.Moved, err, err2)
			}
		}
		kept(1, false)
		for range 2 {
			if err := c.MoveSession(ctx, one.Hash, noon.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		kept(0, true)
		if err := c.TouchSession(ctx, one.Hash, noon.Add(2*time.Minute), noon.Add(time.Hour)); !fault.Is(err, fault.NotFound) {
			t.Errorf("it was used again: %v", err)
		}
		again := one
		again.Hash = identity.Hash{2}
		if err := c.RenewSession(ctx, again); err != nil {
			t.Fatal(err)
		}
		one = again
		kept(1, false)
		if err := c.MoveSession(ctx, one.Hash, noon.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if err := c.SweepSessions(ctx, noon.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.SessionByHash(ctx, one.Hash); !fault.Is(err, fault.NotFound) {
			t.Errorf("kept for ever: %v", err)
		}
	})
}
