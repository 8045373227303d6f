package room

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
)

// missing notes that a page of somebody, who stands in a visit, is away.
func (h *house) missing(who Who, member live.MemberID, at Place) {
	h.miss(&conn{hub: h.Hub, who: who, portal: live.Visitor, member: member, rooms: map[live.RoomID]Place{at.Room: at}})
}

// A house that cannot look where somebody stands takes nobody who is away out of a call; the next look does.
func TestALookUpThatFailsEndsNobodysCall(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	who, _, visit, _ := h.clinic.visiting()
	h.missing(who, "m1", visit)
	away := func(want int, when string) {
		t.Helper()
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.absent) != want {
			t.Errorf("%s: %d are away, want %d", when, len(h.absent), want)
		}
	}
	h.clinic.stand("g1")
	h.clinic.breaks(errors.New("no database"))
	h.Reroom(t.Context(), "g1")
	away(1, "the look-up failed")
	h.clinic.breaks(nil)
	h.Reroom(t.Context(), "g1")
	away(0, "it came back")
}

// Of one person the pages that went away last are remembered; everybody's are forgotten in time; and nobody hides another's
// page by calling their own the same.
func TestPagesThatAreAwayAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	h := MustOpen(t, newClinic(), func(c *Config) { c.Now = func() time.Time { return now } })
	who, _, visit, _ := h.clinic.visiting()
	other := who
	other.Person.ID = "g2"
	h.missing(other, "theirs", visit)
	h.missing(who, "theirs", visit)
	for n := range mostAbsent + 5 {
		now = now.Add(time.Second)
		h.missing(who, live.MemberID(fmt.Sprint(n)), visit)
	}
	h.mu.Lock()
	if _, first := h.absent["4"]; first || len(h.absent) != mostAbsent+1 || h.absent["5"] == nil || h.absent["theirs"].who.Person.ID != "g2" {
		t.Errorf("%d pages are remembered, an early one: %v", len(h.absent), first)
	}
	h.mu.Unlock()
	now = now.Add(longestAbsence)
	h.missing(who, live.MemberID(care.NewID[care.GuestID]()), visit)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.absent) != 1 {
		t.Errorf("after %v %d pages are remembered", longestAbsence, len(h.absent))
	}
}

// Of everybody the pages that went away last are remembered: at an open door each caller is somebody else.
func TestPagesOfEverybodyThatAreAwayAreBounded(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	h := MustOpen(t, newClinic(), func(c *Config) { c.Now = func() time.Time { return now } })
	who, _, visit, _ := h.clinic.visiting()
	for n := range mostAway + 5 {
		now = now.Add(time.Second)
		who.Person.ID = care.PersonID(fmt.Sprint("g", n))
		h.missing(who, live.MemberID(fmt.Sprint(n)), visit)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, first := h.absent["4"]; first || len(h.absent) != mostAway || h.absent["5"] == nil || h.absent[live.MemberID(fmt.Sprint(mostAway+4))] == nil {
		t.Errorf("%d pages are remembered, an early one: %v", len(h.absent), first)
	}
}

// Of the pages of one session that are away the house is asked once where they stand, and each of them leaves.
func TestPagesThatAreAlikeAreLookedUpOnce(t *testing.T) {
	h := MustOpen(t, newClinic(), nil)
	who, _, visit, _ := h.clinic.visiting()
	h.clinic.stand("g1", visit)
	for n := range mostAbsent - 1 {
		h.missing(who, live.MemberID(fmt.Sprint(n)), visit)
	}
	phone := who
	phone.Session = "session-phone"
	h.missing(phone, "phone", visit)
	asks := func(want int, do func()) {
		t.Helper()
		before := h.clinic.lookups()
		do()
		if got := h.clinic.lookups() - before; got != want {
			t.Errorf("the house was asked %d times, want %d", got, want)
		}
	}
	away := func(want int) {
		t.Helper()
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.absent) != want {
			t.Errorf("%d are away, want %d", len(h.absent), want)
		}
	}
	asks(2, func() { h.Reroom(t.Context(), "g1") })
	away(mostAbsent)
	asks(0, func() { h.SignedOut(t.Context(), "session-phone") })
	away(mostAbsent - 1)
	h.clinic.stand("g1")
	asks(1, func() { h.Reroom(t.Context(), "g1") })
	away(0)
}

func (c *clinic) lookups() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}
