package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/identity"
	"hearth/backend/post"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// reachWorld is a clinic whose guests hold links and sessions, and whose patient's contact changes.
type reachWorld struct {
	*postWorld
	version int64
}

// mustMove writes Wren's contact down anew.
func (w *reachWorld) mustMove(t testing.TB, moves ...care.Move) {
	t.Helper()
	var err error
	if w.version, err = w.PutContact(t.Context(), w.admin, w.wrenID, []byte("sealed"), w.version, moves...); err != nil {
		t.Fatal(err)
	}
}

// mustEnter gives a guest a link and a session that began by it.
func (w *reachWorld) mustEnter(t testing.TB, guest care.GuestID) (link identity.Hash) {
	t.Helper()
	link = sha256.Sum256([]byte(care.NewID[string]()))
	if err := w.PutGuestLink(t.Context(), link, guest); err != nil {
		t.Fatal(err)
	}
	now := w.clock.Now()
	if err := w.CreateSession(t.Context(), identity.Session{Hash: sha256.Sum256([]byte(care.NewID[string]())), Slot: identity.Slot(care.NewID[string]()[:8]),
		Person: identity.GuestPerson(guest), Guest: guest, Created: now, Seen: now, Expires: now.Add(time.Hour), Proof: identity.ByLink}); err != nil {
		t.Fatal(err)
	}
	return link
}

// wants holds what a link and the sessions of its guest are worth, and what they were told.
func (w *reachWorld) wants(t testing.TB, visit care.VisitID, guest care.GuestID, link identity.Hash, opens bool, sessions int, messages string) {
	t.Helper()
	w.look()
	_, revoked, err := w.GuestOfLink(t.Context(), link)
	if err != nil || revoked == opens {
		t.Errorf("the link opens: %v, want %v (%v)", !revoked, opens, err)
	}
	if list, err := w.ListSessions(t.Context(), identity.GuestPerson(guest), w.clock.Now()); err != nil || len(list) != sessions {
		t.Errorf("%d sessions, want %d (%v)", len(list), sessions, err)
	}
	if got := told(w.mustMessages(t, visit)); got != messages {
		t.Errorf("told  %s\nwant %s", got, messages)
	}
}

func inReach(t *testing.T, test func(t *testing.T, w *reachWorld)) {
	t.Helper()
	inClinic(t, func(t *testing.T, c clinic) { test(t, &reachWorld{postWorld: mustPost(t, c)}) })
}

// Whoever is in the call stays in it, whatever becomes of their number; an address that is added takes nothing away.
func TestReachedElsewhereInTheCall(t *testing.T) {
	inReach(t, func(t *testing.T, w *reachWorld) {
		g := newGuest(care.AsPatient)
		v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, g))
		w.look()
		link := w.mustEnter(t, g.ID)
		w.mustStep(t, guest(g.ID), v.ID, g.ID, care.Arrive)
		w.clock.Advance(time.Minute)
		w.mustMove(t, care.Move{})
		w.wants(t, v.ID, g.ID, link, true, 1, "soon sent")
		w.mustMove(t, care.Move{Lost: true})
		w.wants(t, v.ID, g.ID, link, false, 1, "soon sent")
		w.mustStep(t, w.ana, v.ID, g.ID, care.Admit)
		w.mustStep(t, byItself, v.ID, g.ID, care.Join)
		w.mustMove(t, care.Move{Lost: true})
		w.wants(t, v.ID, g.ID, link, false, 1, "soon sent")
	})
}

// Whoever is not there is told at the new number what they were told at the old one: a new link where they had one, the
// invitation days before, and nothing when an address is only added.
func TestReachedElsewhereBefore(t *testing.T) {
	inReach(t, func(t *testing.T, w *reachWorld) {
		g := newGuest(care.AsPatient)
		v := w.mustBook(t, w.ana, w.ahead(48*time.Hour, g))
		w.mustMove(t, care.Move{Lost: true}) // before anything went out: it goes to the new number
		link := w.mustEnter(t, g.ID)
		w.wants(t, v.ID, g.ID, link, true, 1, "day-before queued, invitation sent, soon queued")
		w.clock.Advance(time.Minute)
		w.mustMove(t, care.Move{})
		w.wants(t, v.ID, g.ID, link, true, 1, "day-before queued, invitation sent, soon queued")
		w.mustMove(t, care.Move{Lost: true})
		w.wants(t, v.ID, g.ID, link, false, 0, "day-before queued, invitation sent, invitation sent, soon queued")
		w.clock.Advance(48*time.Hour - 9*time.Minute)
		link = w.mustEnter(t, g.ID)
		w.wants(t, v.ID, g.ID, link, true, 1, "day-before cancelled late, invitation sent, invitation sent, soon sent")
		w.clock.Advance(time.Minute)
		w.mustMove(t, care.Move{Lost: true})
		w.wants(t, v.ID, g.ID, link, false, 0, "again sent, day-before cancelled late, invitation sent, invitation sent, soon sent")
	})
}

// A link that waits for a provider to take it goes where its guest is reached by then, and once: by e-mail too, when the number was
// taken away meanwhile.
func TestReachedElsewhereWhileAProviderIsAway(t *testing.T) {
	for what, want := range map[string]string{"another number": "soon sent", "an address instead": "soon failed no-address, soon sent"} {
		t.Run(what, func(t *testing.T) {
			inReach(t, func(t *testing.T, w *reachWorld) {
				g := newGuest(care.AsPatient)
				v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, g))
				w.sms.feel("away")
				w.look()
				if list := w.mustMessages(t, v.ID); len(list) != 1 || list[0].Attempts != 1 || !list[0].Due.After(w.clock.Now()) {
					t.Fatalf("it waits for another try: %+v", list)
				}
				w.clock.Advance(time.Second)
				if what != "another number" {
					w.phones.noMobile, w.phones.mail = true, "guest@home.example"
				}
				w.mustMove(t, care.Move{Lost: true})
				w.sms.feel("fine")
				for range 3 {
					w.look()
					w.clock.Advance(time.Minute)
				}
				w.look()
				if got := told(w.mustMessages(t, v.ID)); got != want {
					t.Errorf("told  %s\nwant %s", got, want)
				}
			})
		})
	}
}

// A first number brings the link that could not be sent; of who is named no more nothing opens, and nothing is sent.
func TestReachedAtLast(t *testing.T) {
	inReach(t, func(t *testing.T, w *reachWorld) {
		w.phones.none = true
		g, mother := newGuest(care.AsPatient), newGuest(care.AsRelative)
		mother.Relation = "mother"
		n := w.ahead(8*time.Minute, g)
		n.Kind = care.Family
		v := w.mustBook(t, w.ana, n)
		w.look()
		w.phones.none = false
		link := w.mustEnter(t, g.ID)
		w.mustMove(t, care.Move{})
		w.wants(t, v.ID, g.ID, link, true, 1, "again sent, soon failed no-address")
		if _, err := w.AddGuest(t.Context(), w.ana, v.ID, mother); err != nil {
			t.Fatal(err)
		}
		link = w.mustEnter(t, mother.ID)
		w.mustMove(t, care.Move{Relative: mother.Relative, Gone: true})
		w.wants(t, v.ID, mother.ID, link, false, 0, "again sent, soon failed no-address, soon sent")
	})
}

// Who is taken for somebody else by a slip and invited again has a link that opens; and staff can make every older link void.
func TestLinksAnew(t *testing.T) {
	inReach(t, func(t *testing.T, w *reachWorld) {
		g := newGuest(care.AsPatient)
		v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, g))
		w.look()
		link := w.mustEnter(t, g.ID)
		w.clock.Advance(time.Second)
		w.mustStep(t, w.ana, v.ID, g.ID, care.Uninvite)
		w.wants(t, v.ID, g.ID, link, false, 0, "cancelled sent, soon sent")
		w.clock.Advance(time.Second)
		w.mustStep(t, w.ana, v.ID, g.ID, care.Invite)
		w.wants(t, v.ID, g.ID, link, false, 0, "again sent, cancelled sent, soon sent")
		link = w.mustEnter(t, g.ID)
		w.clock.Advance(2 * time.Minute)
		if _, err := w.SendLinkAgain(t.Context(), w.ana, v.ID, g.ID, false); err != nil {
			t.Fatal(err)
		}
		w.wants(t, v.ID, g.ID, link, true, 1, "again sent, again sent, cancelled sent, soon sent")
		w.clock.Advance(2 * time.Minute)
		if _, err := w.SendLinkAgain(t.Context(), w.ana, v.ID, g.ID, true); err != nil {
			t.Fatal(err)
		}
		w.wants(t, v.ID, g.ID, link, false, 0, "again sent, again sent, again sent, cancelled sent, soon sent")
	})
}

// A number that changes between its reading and the sending gets nothing: the message waits for the new one. A contact is not
// changed when what was sent to the old one cannot be made void.
func TestReachedElsewhereMeanwhile(t *testing.T) {
	inReach(t, func(t *testing.T, w *reachWorld) {
		g := newGuest(care.AsPatient)
		w.phones.reaching = func() { w.mustMove(t, care.Move{Lost: true}) }
		v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, g))
		w.look()
		w.look()
		list := w.mustMessages(t, v.ID)
		if got := told(list); got != "soon sent" || w.phones.reads != 2 || list[0].Attempts != 1 || len(w.sms.took(list[0].ID)) != 1 {
			t.Errorf("%s after %d tries, and the number was read %d times", got, list[0].Attempts, w.phones.reads)
		}
		link := w.mustEnter(t, g.ID)
		was, broken := heralds, errors.New("the disk is full")
		t.Cleanup(func() { heralds = was })
		heralds = append(slices.Clone(was), func(*Store, context.Context, bun.Tx, care.VisitNews) error { return broken })
		if _, err := w.PutContact(t.Context(), w.admin, w.wrenID, []byte("other"), w.version, care.Move{Lost: true}); !errors.Is(err, broken) {
			t.Errorf("half of it was done: %v", err)
		}
		heralds = was
		if sealed, version, err := w.Contact(t.Context(), w.admin, w.wrenID); string(sealed) != "sealed" || version != w.version || err != nil {
			t.Errorf("the contact is %q, %d, %v", sealed, version, err)
		}
		if _, revoked, err := w.GuestOfLink(t.Context(), link); revoked || err != nil {
			t.Error("the link is void, and the number is the old one", err)
		}
		if _, err := w.PutContact(t.Context(), w.ben, w.wrenID, []byte("other"), w.version, care.Move{Lost: true}); !fault.Is(err, fault.NotFound) {
			t.Errorf("by who may not: %v", err)
		}
	})
}

// What a provider took and later says did not arrive is sent by e-mail, once, however often it says so.
func TestUndeliveredGoesByMail(t *testing.T) {
	inReach(t, func(t *testing.T, w *reachWorld) {
		w.phones.mail = "guest@home.example"
		office := post.Office{Desk: w.Store, Reached: w.phones, Secrets: w.secrets, Mails: true,
			Inbox: post.Inbox{Fields: post.Fields{ID: "id", State: "state", Delivered: []string{"there"}, Failed: []string{"lost"}}, Secret: "0123456789abcdef"}}
		v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, newGuest(care.AsPatient)))
		w.look()
		for range 3 {
			r := httptest.NewRequest("POST", "/hooks/sms/report", nil)
			r.Header.Set("X-Webhook-Secret", "0123456789abcdef")
			if believed, err := office.Reported(r, []byte("state=lost&id="+w.mustMessages(t, v.ID)[0].Provider)); !believed || err != nil {
				t.Fatal(believed, err)
			}
			w.look()
		}
		if got := told(w.mustMessages(t, v.ID)); got != "soon failed undelivered, soon sent" {
			t.Error(got)
		}
	})
}

// A message that perhaps went and failed in the end does not stand in the way of an address that is added.
func TestReachedElsewhereAfterAFailure(t *testing.T) {
	inReach(t, func(t *testing.T, w *reachWorld) {
		w.once = true
		g := newGuest(care.AsPatient)
		w.sms.feel("hangs up, taken")
		v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, g))
		w.look()
		w.sms.feel("refuses")
		w.clock.Advance(2 * time.Minute)
		link := w.mustEnter(t, g.ID)
		w.wants(t, v.ID, g.ID, link, true, 1, "soon failed refused")
		w.sms.feel("fine")
		w.mustMove(t, care.Move{})
		w.wants(t, v.ID, g.ID, link, true, 1, "again sent, soon failed refused")
	})
}
