package store

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// A few links of one guest are handed over within a while, however many ask at once; those of messages, and of other guests, are
// counted for themselves, and all of them go on working.
func TestLinksByHandAreFew(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		patient, mother := newGuest(care.AsPatient), newGuest(care.AsRelative)
		n := c.soon(patient, mother)
		n.Kind = care.Family
		v := c.mustBook(t, c.ana, n)
		var made atomic.Int32
		hand := func(g care.GuestID) error {
			n := made.Add(1)
			_, err := c.HandGuestLink(t.Context(), c.ana, v.ID, g, identity.Hash{9, byte(n)})
			return err
		}
		if err := c.PutGuestLink(t.Context(), identity.Hash{1}, patient.ID); err != nil { // of a message
			t.Fatal(err)
		}
		var in atomic.Int32
		var all sync.WaitGroup
		for range mostByHand + 4 {
			all.Go(func() {
				switch err := hand(patient.ID); {
				case err == nil:
					in.Add(1)
				case !fault.Is(err, fault.TooMany) || fault.Of(err).Code != "link.too-often":
					t.Error(err)
				}
			})
		}
		all.Wait()
		if in.Load() != mostByHand {
			t.Errorf("%d were made", in.Load())
		}
		if err := hand(mother.ID); err != nil {
			t.Errorf("of somebody else: %v", err)
		}
		if err := c.PutGuestLink(t.Context(), identity.Hash{2}, patient.ID); err != nil {
			t.Errorf("of a message: %v", err)
		}
		c.clock.Advance(againByHand + time.Second)
		if err := hand(patient.ID); err != nil {
			t.Errorf("a while later: %v", err)
		}
		if g, revoked, err := c.GuestOfLink(t.Context(), identity.Hash{1}); err != nil || revoked || g != patient.ID {
			t.Errorf("the first link: %v %v", revoked, err)
		}
		if _, err := c.HandGuestLink(t.Context(), c.ben, v.ID, patient.ID, identity.Hash{8}); !fault.Is(err, fault.NotFound) {
			t.Errorf("by somebody who does not write the visit: %v", err)
		}
	})
}
