package store

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

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

// byLink is the session of a guest's nth device at noon, which holds the link and nothing more.
func byLink(guest care.GuestID, n byte) identity.Session {
	return identity.Session{Hash: identity.Hash{n, 1}, Slot: identity.Slot("0000000" + string('0'+n)), Person: identity.GuestPerson(guest), Guest: guest, Created: noon, Seen: noon,
		Expires: noon.Add(time.Hour), Alone: noon.Add(-15 * time.Minute)}
}

// A link belongs to the device that comes first: of many that come in the same moment one is in, and to the others the link alone
// opens nothing. Whoever has more than the link comes in beside it.
func TestOneOfManyDevicesComesInByALink(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		patient := newGuest(care.AsPatient)
		c.mustBook(t, c.ana, c.soon(patient))
		var in atomic.Int32
		var all sync.WaitGroup
		for n := range byte(8) {
			all.Go(func() {
				switch err := c.CreateSession(t.Context(), byLink(patient.ID, n)); {
				case err == nil:
					in.Add(1)
				case fault.Of(err).Code != "link.code-needed" || !fault.Is(err, fault.Invalid):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if in.Load() != 1 {
			t.Errorf("%d came in by one link", in.Load())
		}
		proved := byLink(patient.ID, 9)
		proved.Alone = time.Time{}
		if err := c.CreateSession(t.Context(), proved); err != nil {
			t.Error("with a code: ", err)
		}
		later := byLink(patient.ID, 8)
		later.Alone = noon.Add(time.Minute)
		if err := c.CreateSession(t.Context(), later); err != nil {
			t.Error("when the first are silent: ", err)
		}
	})
}

// Neither does a device come in beside one that is just coming, nor one that comes back after another took its place.
func TestADeviceWaitsForTheOneThatIsComing(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		patient := newGuest(care.AsPatient)
		c.mustBook(t, c.ana, c.soon(patient))
		moved, first, second := byLink(patient.ID, 1), byLink(patient.ID, 2), byLink(patient.ID, 3)
		if err := c.CreateSession(t.Context(), moved); err != nil {
			t.Fatal(err)
		}
		if err := c.MoveSession(t.Context(), moved.Hash, noon); err != nil {
			t.Fatal(err)
		}
		again := moved
		again.Hash = identity.Hash{7}
		for name, come := range map[string]func() error{
			"another":       func() error { return c.CreateSession(context.Background(), second) },
			"one come back": func() error { return c.RenewSession(context.Background(), again) },
		} {
			err, done := error(nil), make(chan struct{})
			c.meanwhile(t, func(ctx context.Context, tx bun.Tx) error { return c.createGuest(ctx, tx, first) }, func() {
				go func() {
					defer close(done)
					err = come()
				}()
				c.untilBlocked(t, done)
			})
			if <-done; fault.Of(err).Code != "link.code-needed" {
				t.Errorf("%s beside one that is coming: %v", name, err)
			}
			if err := c.EndSession(t.Context(), first.Hash); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.RenewSession(t.Context(), again); err != nil {
			t.Error("alone again: ", err)
		}
		if err := c.RenewSession(t.Context(), second); !fault.Is(err, fault.NotFound) {
			t.Error("which never was: ", err)
		}
	})
}
