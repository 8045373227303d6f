package store

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"hearth/backend/post"
	"hearth/shared/care"
)

// outage is a clinic whose provider of SMS is in a mood, and whose patient has an e-mail address.
type outage struct{ *postWorld }

func inOutage(t *testing.T, mood string, test func(t *testing.T, w outage)) {
	t.Helper()
	inClinic(t, func(t *testing.T, c clinic) {
		w := outage{mustPost(t, c)}
		w.phones.writes("guest@home.example")
		w.sms.feel(mood)
		test(t, w)
	})
}

// wants lets both nodes work at once and says what the guests of a visit were told, and by how many e-mails with a link.
func (w outage) wants(t *testing.T, v care.VisitID, want string, mails int) {
	t.Helper()
	var both sync.WaitGroup
	for _, n := range w.nodes {
		both.Go(func() { n.worker.Look(context.Background()) })
	}
	both.Wait()
	w.look() // what one of them left to do
	if got := told(w.mustMessages(t, v)); got != want {
		t.Errorf("told  %s\nwant %s", got, want)
	}
	n := 0
	for _, one := range w.shelf.All() {
		if one.Channel == care.ByMail && strings.Contains(one.Text, "https://h.example/i/") {
			n++
		}
	}
	if n != mails {
		t.Errorf("%d e-mails with a link, want %d", n, mails)
	}
}

// A link does not wait for a provider that is away: after the second try in vain it goes by e-mail, once, and by SMS still when the
// provider is back.
func TestALinkGoesByMailWhileItsProviderIsAway(t *testing.T) {
	for _, mood := range []string{"away", "busy"} {
		t.Run(mood, func(t *testing.T) {
			inOutage(t, mood, func(t *testing.T, w outage) {
				v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, newGuest(care.AsPatient)))
				w.wants(t, v.ID, "soon queued unreachable", 0)
				w.clock.Advance(16 * time.Second)
				w.wants(t, v.ID, "soon queued unreachable, soon sent", 1)
				for range 4 {
					w.clock.Advance(time.Minute)
					w.wants(t, v.ID, "soon queued unreachable, soon sent", 1)
				}
				w.sms.feel("fine")
				w.clock.Advance(5 * time.Minute)
				w.wants(t, v.ID, "soon sent, soon sent", 1)
			})
		})
	}
}

// Shortly before a visit, and in it, nobody waits for a second try; long before, and for what brings no link, everybody does.
func TestALinkGoesByMailAtOnceWhenThereIsNoTime(t *testing.T) {
	inOutage(t, "away", func(t *testing.T, w outage) {
		v := w.mustBook(t, w.ana, w.ahead(2*time.Minute, newGuest(care.AsPatient)))
		w.wants(t, v.ID, "soon queued unreachable, soon sent", 1)
		v = w.mustBook(t, w.ana, w.ahead(-time.Minute, newGuest(care.AsPatient)))
		w.wants(t, v.ID, "now queued unreachable, now sent", 2)
		w.sms.feel("fine")
		v = w.mustBook(t, w.ana, w.ahead(72*time.Hour, newGuest(care.AsPatient)))
		w.wants(t, v.ID, "day-before queued, invitation sent, invitation sent, soon queued", 2)
		w.sms.feel("away")
		w.clock.Advance(48 * time.Hour)
		for range 3 {
			w.wants(t, v.ID, "day-before queued unreachable, invitation sent, invitation sent, soon queued", 2)
			w.clock.Advance(10 * time.Minute)
		}
	})
}

// A link nobody knows the whereabouts of goes by e-mail at once; that it had arrived after all is no mistake. Without an address,
// and without a link, nothing goes.
func TestALinkThatIsUnknownGoesByMail(t *testing.T) {
	for _, mood := range []string{"hangs up, taken", "hangs up, not taken", "broken, taken"} {
		t.Run(mood, func(t *testing.T) {
			inOutage(t, mood, func(t *testing.T, w outage) {
				v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, newGuest(care.AsPatient)))
				w.wants(t, v.ID, "soon sent, soon unknown silent", 1)
				for _, m := range w.mustMessages(t, v.ID) {
					if m.State == care.MessageUnknown {
						if _, err := w.ReportMessage(t.Context(), post.Report{Message: m.ID, Provider: "p9", State: care.MessageDelivered}); err != nil {
							t.Fatal(err)
						}
					}
				}
				w.clock.Advance(5 * time.Minute)
				w.wants(t, v.ID, "soon delivered, soon sent", 1)
				w.phones.writes("")
				v = w.mustBook(t, w.ana, w.ahead(8*time.Minute, newGuest(care.AsPatient)))
				w.wants(t, v.ID, "soon unknown silent", 1)
				w.phones.writes("guest@home.example")
				v = w.mustBook(t, w.ana, w.ahead(10*time.Minute, newGuest(care.AsPatient)))
				w.clock.Advance(time.Minute)
				w.sms.feel("fine")
				w.wants(t, v.ID, "soon sent", 1)
				w.sms.feel(mood)
				if _, err := w.LateVisit(t.Context(), w.ana, v.ID, 10); err != nil {
					t.Fatal(err)
				}
				w.clock.Advance(time.Minute)
				w.wants(t, v.ID, "late unknown silent, soon sent", 1)
			})
		})
	}
}

// What a provider refused is called refused, and goes by e-mail as soon as the address can be read.
func TestARefusedLinkWaitsForItsAddress(t *testing.T) {
	inOutage(t, "refuses", func(t *testing.T, w outage) {
		v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, newGuest(care.AsPatient)))
		w.phones.fails = w.phones.reads + 2
		w.wants(t, v.ID, "soon failed refused", 0)
		w.clock.Advance(time.Minute)
		w.wants(t, v.ID, "soon failed refused, soon sent", 1)
	})
}

// Wherever a node dies over a link its provider does not take, the other brings it by e-mail, once.
func TestALinkGoesByMailWhoeverDies(t *testing.T) {
	for dies, want := range map[string]string{"after it began": "soon sent, soon unknown crash", "before it falls back": "soon sent, soon unknown crash",
		"after it fell back": "soon sent, soon unknown crash", "before it is noted": "soon sent, soon unknown crash",
		"after it was noted": "soon queued unreachable, soon sent", "before it is finished": "soon queued unreachable, soon sent"} {
		t.Run(dies, func(t *testing.T) {
			inOutage(t, "away", func(t *testing.T, w outage) {
				v := w.mustBook(t, w.ana, w.ahead(2*time.Minute, newGuest(care.AsPatient)))
				w.nodes[0].dies = dies
				w.nodes[0].worker.Look(t.Context())
				w.nodes[0].dies = ""
				w.clock.Advance(2 * time.Minute)
				w.wants(t, v.ID, want, 1)
				w.clock.Advance(2 * time.Minute)
				w.wants(t, v.ID, want, 1)
			})
		})
	}
}

// What a crash left unknown of a visit that was cancelled meanwhile is not tried by other ways.
func TestALinkNobodyNeedsGoesNowhere(t *testing.T) {
	inOutage(t, "away", func(t *testing.T, w outage) {
		v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, newGuest(care.AsPatient)))
		w.nodes[0].dies = "before it is noted"
		w.nodes[0].worker.Look(t.Context())
		w.nodes[0].dies = ""
		if _, err := w.CancelVisit(t.Context(), w.ana, v.ID, v.Version); err != nil {
			t.Fatal(err)
		}
		w.clock.Advance(2 * time.Minute)
		w.sms.feel("fine")
		w.wants(t, v.ID, "cancelled sent, cancelled sent, soon unknown crash", 0)
	})
}

// An e-mail that was taken back with its visit's time waits again when that time is the right one after all.
func TestALinkGoesByMailOfATimeThatCameBack(t *testing.T) {
	inOutage(t, "away", func(t *testing.T, w outage) {
		n := w.ahead(8*time.Minute, newGuest(care.AsPatient))
		v := w.mustBook(t, w.ana, n)
		if err := w.FallBack(t.Context(), w.mustMessages(t, v.ID)[0].ID, care.ByMail); err != nil {
			t.Fatal(err)
		}
		later := w.clock.Now().Add(50 * time.Minute).Format(care.LocalLayout)
		for _, local := range []string{later, n.Local} {
			var err error
			if v, err = w.PatchVisit(t.Context(), w.ana, v.ID, care.VisitPatch{Version: v.Version, Local: &local}); err != nil {
				t.Fatal(err)
			}
		}
		w.wants(t, v.ID, "soon cancelled moved, soon cancelled moved, soon queued unreachable", 0)
		w.clock.Advance(16 * time.Second)
		w.wants(t, v.ID, "soon cancelled moved, soon queued unreachable, soon sent", 1)
	})
}

// Choosing another way waits for nobody who changes the guest or the visit, who in turn may want the message.
func TestAnotherWayBesideAChange(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		if !c.postgres() {
			t.Skip("SQLite has one writer at a time")
		}
		w := mustPost(t, c)
		g := newGuest(care.AsPatient)
		v := c.mustBook(t, c.ana, c.ahead(48*time.Hour, g))
		for _, m := range w.mustMessages(t, v.ID) {
			c.meanwhile(t, func(ctx context.Context, tx bun.Tx) error {
				if _, err := c.holdVisit(ctx, tx, every, v.ID); err != nil {
					return err
				}
				return c.readdressGuest(ctx, tx, v.ID, g.ID, care.Move{}, c.admin.Person)
			}, func() {
				within, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				if err := c.FallBack(within, m.ID, care.ByMail); err != nil {
					t.Errorf("%s: %v", m.Kind, err)
				}
			})
		}
		if list := w.mustMessages(t, v.ID); len(list) != 6 {
			t.Errorf("%d messages by two ways each: %s", len(list), told(list))
		}
	})
}

// A link that may have gone, though its provider is asked again, is unknown once its visit is called off, and who may have it is told so:
// whatever a later attempt came to, and wherever a node died. One that certainly never went is taken back in silence.
func TestWhatMayHaveGoneIsCalledOff(t *testing.T) {
	for name, c := range map[string]struct {
		mood, dies, before string
		later              bool // another attempt comes to nothing before it is called off
		want               string
	}{
		"the provider is silent":            {"hangs up, taken", "", "soon queued silent", false, "cancelled sent, soon unknown silent"},
		"it is broken":                      {"broken, not taken", "", "soon queued silent", false, "cancelled sent, soon unknown silent"},
		"and away the next time":            {"hangs up, taken", "", "soon queued unreachable", true, "cancelled sent, soon unknown silent"},
		"a node dies with the answer":       {"fine", "before it is noted", "soon queued unreachable", true, "cancelled sent, soon unknown silent"},
		"and it is called off at once":      {"fine", "before it is noted", "soon sending", false, "cancelled sent, soon unknown silent"},
		"a node dies once it is noted":      {"hangs up, taken", "after it was noted", "soon queued silent", false, "cancelled sent, soon unknown silent"},
		"a node dies before it is asked":    {"fine", "before it begins", "soon queued", false, "soon cancelled closed"},
		"the provider was away all along":   {"away", "", "soon queued unreachable", true, "soon cancelled closed"},
		"the provider is busy, a node dies": {"busy", "after it was noted", "soon queued unreachable", true, "soon cancelled closed"},
	} {
		t.Run(name, func(t *testing.T) {
			inClinic(t, func(t *testing.T, one clinic) {
				w := outage{mustPost(t, one)}
				w.once = true
				w.sms.feel(c.mood)
				v := w.mustBook(t, w.ana, w.ahead(8*time.Minute, newGuest(care.AsPatient)))
				w.nodes[0].dies = c.dies
				w.nodes[0].worker.Look(t.Context())
				w.nodes[0].dies = ""
				if c.later {
					w.sms.feel("away")
					w.clock.Advance(2 * time.Minute)
					w.look()
				}
				if got := told(w.mustMessages(t, v.ID)); got != c.before {
					t.Fatalf("before it is called off %s, want %s", got, c.before)
				}
				if _, err := w.CancelVisit(t.Context(), w.ana, v.ID, v.Version); err != nil {
					t.Fatal(err)
				}
				w.sms.feel("fine")
				w.clock.Advance(2 * time.Minute)
				w.wants(t, v.ID, c.want, 0)
				for _, m := range w.mustMessages(t, v.ID) { // what the provider says of it in the end is believed
					if _, err := w.ReportMessage(t.Context(), post.Report{Message: m.ID, Provider: m.Provider, State: care.MessageDelivered}); err != nil {
						t.Fatal(err)
					}
				}
				w.wants(t, v.ID, strings.NewReplacer("sent", "delivered", "unknown silent", "delivered").Replace(c.want), 0)
			})
		})
	}
}

// An invitation that may have gone and waits for another try named the time of then: who may have it is told of the new one. A link
// that may have gone and whose time comes back waits again, and is taken once.
func TestWhatMayHaveGoneIsChanged(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		w := outage{mustPost(t, c)}
		w.once = true
		w.sms.feel("hangs up, taken")
		v := w.mustBook(t, w.ana, w.ahead(48*time.Hour, newGuest(care.AsPatient)))
		w.wants(t, v.ID, "day-before queued, invitation queued silent, soon queued", 0)
		moved := func(local string) {
			t.Helper()
			var err error
			if v, err = w.PatchVisit(t.Context(), w.ana, v.ID, care.VisitPatch{Version: v.Version, Local: &local}); err != nil {
				t.Fatal(err)
			}
		}
		soon := w.clock.Now().Add(8 * time.Minute).Format(care.LocalLayout)
		moved(soon)
		w.wants(t, v.ID, "changed queued silent, day-before cancelled moved, invitation queued silent, soon cancelled moved, soon queued silent", 0)
		moved(w.clock.Now().Add(72 * time.Hour).Format(care.LocalLayout))
		w.wants(t, v.ID, "changed queued silent, changed unknown silent, day-before cancelled moved, day-before queued, invitation queued silent, soon cancelled moved, soon queued, soon unknown silent", 0)
		w.sms.feel("fine")
		moved(soon)
		w.clock.Advance(time.Minute)
		w.wants(t, v.ID, "changed sent, changed unknown silent, changed unknown silent, day-before cancelled moved, day-before cancelled moved, invitation sent, soon cancelled moved, soon cancelled moved, soon sent", 0)
		for _, m := range w.mustMessages(t, v.ID) {
			if took := len(w.sms.took(m.ID)); took > 1 {
				t.Errorf("%s was taken %d times", m.Kind, took)
			}
		}
	})
}
