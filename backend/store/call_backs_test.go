package store

import (
	"slices"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// wished is a guest of a visit that is over for them, who wants to be called.
func (c clinic) wished(t *testing.T, by care.Reader, g care.NewGuest) (care.Planned, care.GuestID) {
	t.Helper()
	v := c.mustBook(t, by, c.soon(g))
	if news, err := c.WishCallBack(t.Context(), g.ID); err != nil || !news {
		t.Fatal(news, err)
	}
	return v, g.ID
}

// wantCalls holds who is to be called still.
func (c clinic) wantCalls(t *testing.T, what string, want ...care.GuestID) {
	t.Helper()
	list, more, err := c.ListCallBacks(t.Context(), c.admin)
	got := each(list, func(b care.CallBack) care.GuestID { return b.Guest })
	slices.Sort(got)
	slices.Sort(want)
	if err != nil || more != 0 || !slices.Equal(got, want) {
		t.Errorf("%s: %v and %d more are to be called, want %v; %v", what, got, more, want, err)
	}
}

// A wish for a call ends when whoever wished is let in: to that visit, or to another with the same host. Others' wishes stay, and so do
// those to another host. The visit says so, and who is not there any more can wish again.
func TestAWishEndsWithBeingLetIn(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		aunt, uncle := newGuest(care.AsRelative), newGuest(care.AsRelative)
		first, patient := c.wished(t, c.ana, newGuest(care.AsPatient))
		_, other := c.wished(t, c.ana, newGuest(care.AsPatient))
		_, relative := c.wished(t, c.ana, aunt)
		_, away := c.wished(t, c.ana, uncle)
		bens := c.soon(newGuest(care.AsPatient))
		bens.Host = c.ben.Person
		third := c.mustBook(t, c.admin, bens)
		if _, err := c.WishCallBack(ctx, third.Guests[0].ID); err != nil {
			t.Fatal(err)
		}
		c.wantCalls(t, "before", patient, other, relative, away, third.Guests[0].ID)

		enters := func(v care.VisitID, g care.GuestID) care.Stepped {
			t.Helper()
			c.mustStep(t, guest(g), v, g, care.Arrive)
			out := c.mustStep(t, c.ana, v, g, care.Admit)
			if again := c.mustStep(t, c.ana, v, g, care.Admit); again.Changed || len(again.Met) != 0 {
				t.Errorf("let in again: %+v", again)
			}
			return out
		}
		met := enters(first.ID, patient).Met
		slices.Sort(met)
		want := []care.GuestID{patient, other}
		if slices.Sort(want); !slices.Equal(met, want) {
			t.Errorf("met %v, want %v", met, want)
		}
		c.wantCalls(t, "the patient is in", relative, away, third.Guests[0].ID)
		if wished, err := c.CallBackWished(ctx, patient); err != nil || wished {
			t.Errorf("the patient's page says they are called: %v, %v", wished, err)
		}
		_, report, err := c.VisitReport(ctx, c.ana, first.ID)
		if err != nil || len(report.Events) == 0 {
			t.Fatal(report, err)
		}
		last := report.Events[len(report.Events)-1]
		if last.Act != care.CallsEnded || last.Guest != patient || last.By != c.ana.Person || last.From != last.To || last.To != string(care.Admitted) {
			t.Errorf("the visit says %+v", last)
		}

		later := aunt
		later.ID = care.NewID[care.GuestID]()
		v := c.mustBook(t, c.ana, c.soon(later))
		if met := enters(v.ID, later.ID).Met; !slices.Equal(met, []care.GuestID{relative}) {
			t.Errorf("met %v, want the aunt at the visit she missed, %s", met, relative)
		}
		c.wantCalls(t, "the aunt is in", away, third.Guests[0].ID)
		stranger := newGuest(care.AsRelative)
		v = c.mustBook(t, c.ana, c.soon(stranger))
		if met := enters(v.ID, stranger.ID).Met; len(met) != 0 {
			t.Errorf("met %v", met)
		}
		if news, err := c.WishCallBack(ctx, relative); err != nil || !news {
			t.Errorf("wished again: %v, %v", news, err)
		}
	})
}

// Of more wishes than are listed the newest are, and the list says how many others there are.
func TestTheNewestWishesAreListed(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		if list, more, err := c.ListCallBacks(ctx, c.ana); err != nil || len(list) != 0 || more != 0 {
			t.Fatal(list, more, err)
		}
		const older = 3
		var all []care.GuestID
		for len(all) < mostCallBacks+older {
			guests := []care.NewGuest{newGuest(care.AsPatient)}
			for len(guests) < min(care.MostGuests, mostCallBacks+older-len(all)) {
				guests = append(guests, newGuest(care.AsRelative))
			}
			c.mustBook(t, c.ana, c.soon(guests...))
			for _, g := range guests {
				c.clock.Advance(time.Second)
				if _, err := c.WishCallBack(ctx, g.ID); err != nil {
					t.Fatal(err)
				}
				all = append(all, g.ID)
			}
		}
		slices.Reverse(all)
		for _, by := range []care.Reader{c.ana, c.mustClerk(t)} {
			list, more, err := c.ListCallBacks(ctx, by)
			if got := each(list, func(b care.CallBack) care.GuestID { return b.Guest }); err != nil || more != older || !slices.Equal(got, all[:mostCallBacks]) {
				t.Errorf("%d and %d more, beginning with %v; want %d and %d, beginning with %v; %v", len(got), more, got[:1], mostCallBacks, older, all[:1], err)
			}
		}
		if list, more, err := c.ListCallBacks(ctx, c.ben); err != nil || len(list) != 0 || more != 0 {
			t.Errorf("somebody else's therapist sees %d and %d more, %v", len(list), more, err)
		}
		newest, _, err := c.ListCallBacks(ctx, c.ana)
		if err != nil {
			t.Fatal(err)
		}
		if guest, err := c.CallBackGuest(ctx, c.ana, newest[0].ID); err != nil || guest != newest[0].Guest {
			t.Errorf("%s wants to be called, want %s; %v", guest, newest[0].Guest, err)
		}
		if guest, err := c.CallBackGuest(ctx, c.ben, newest[0].ID); !fault.Is(err, fault.NotFound) || guest != "" {
			t.Errorf("a stranger learns of %q, %v", guest, err)
		}
		if _, err := c.DoneCallBack(ctx, c.ana, newest[0].ID); err != nil {
			t.Fatal(err)
		}
		if list, more, err := c.ListCallBacks(ctx, c.ana); err != nil || more != older-1 || len(list) != mostCallBacks || list[len(list)-1].Guest != all[mostCallBacks] {
			t.Errorf("once one is done: %d and %d more, %v", len(list), more, err)
		}
	})
}
