package store

import (
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/backend/jobs"
	"hearth/backend/post"
	"hearth/shared/access"
	"hearth/shared/care"
)

// waiters books visits whose guests wait, a minute apart, each with a session of a browser.
func (c clinic) waiters(t *testing.T, n int) (visits []care.Planned) {
	t.Helper()
	for i := range n {
		g := newGuest(care.AsPatient)
		if i > 0 {
			g = newGuest(care.AsRelative)
		}
		book := c.soon(g)
		if len(visits) > 0 {
			v, err := c.AddGuest(t.Context(), c.ana, visits[0].ID, g)
			if err != nil {
				t.Fatal(err)
			}
			visits = append(visits, v)
		} else {
			visits = append(visits, c.mustBook(t, c.ana, book))
		}
		now := c.clock.Now()
		if err := c.CreateSession(t.Context(), identity.Session{Hash: identity.Hash{byte(i + 1)}, Slot: "slot", Person: identity.GuestPerson(g.ID), Guest: g.ID,
			Created: now, Seen: now, Expires: now.Add(3 * time.Hour), Proof: identity.ByLink}); err != nil {
			t.Fatal(err)
		}
		c.mustStep(t, guest(g.ID), visits[0].ID, g.ID, care.Arrive)
		c.clock.Advance(time.Minute)
	}
	return visits
}

// Whose page is closed is shown so, and is the last whom "next" lets in.
func TestNextIsWhoseThere(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		c.waiters(t, 2)
		queue := func() []care.Waiting {
			list, err := c.Queue(ctx, c.ana, "", false)
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		first, second := queue()[0], queue()[1]
		away := c.clock.Now().Add(-time.Minute)
		for _, want := range []bool{true, false} { // told twice it is no news
			if is, err := c.StandGuest(ctx, first.ID, away); err != nil || is != want {
				t.Fatalf("away: %v %v", is, err)
			}
		}
		if list := queue(); list[0].ID != first.ID || !list[0].Away.Equal(away) || !list[1].Away.IsZero() {
			t.Errorf("the queue says %v and %v", list[0].Away, list[1].Away)
		}
		v, err := c.Visit(ctx, c.ana, first.Visit)
		if err != nil || !v.Guests[0].Away.Equal(away) {
			t.Errorf("the visit says %v, %v", v.Guests[0].Away, err)
		}
		if out, err := c.AdmitNext(ctx, c.ana, "", false); err != nil || out.Guest.ID != second.ID || !out.Guest.Away.IsZero() {
			t.Errorf("next is %+v, %v; want who is there", out.Guest, err)
		}
		if out, err := c.AdmitNext(ctx, c.ana, "", false); err != nil || out.Guest.ID != first.ID || !out.Guest.Away.Equal(away) {
			t.Errorf("next is %+v, %v; want who waits longest, with a word about it", out.Guest, err)
		}
		if is, err := c.StandGuest(ctx, first.ID, time.Time{}); err != nil || is {
			t.Errorf("who does not wait is noted: %v %v", is, err)
		}
	})
}

// A page without scripts, or one that was open before the house began, is missed by what it asked for last; who is heard of
// again, or comes again, is there.
func TestWhoIsNotHeardOf(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		c.waiters(t, 2)
		list, err := c.Queue(ctx, c.ana, "", false)
		if err != nil {
			t.Fatal(err)
		}
		began, first, second := c.clock.Now(), list[0], list[1]
		miss := func(what string, want ...care.GuestID) {
			t.Helper()
			got, err := c.MissGuests(ctx)
			if err != nil || len(got) != len(want) || len(want) > 0 && got[0] != want[0] {
				t.Errorf("%s: %v changed, want %v; %v", what, got, want, err)
			}
		}
		away := func(id care.GuestID) time.Time {
			v, _, err := c.GuestAt(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range v.Guests {
				if g.ID == id {
					return g.Away
				}
			}
			return time.Time{}
		}
		touch := func(n byte) {
			now := c.clock.Now()
			if err := c.TouchSession(ctx, identity.Hash{n}, now, now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		miss("at once")
		c.clock.Advance(2 * time.Minute)
		touch(2)
		c.clock.Advance(2 * time.Minute)
		miss("one is silent", first.ID)
		if got := away(first.ID); !got.Equal(began.Add(-2 * time.Minute)) {
			t.Errorf("closed since %v, want %v", got, began.Add(-2*time.Minute))
		}
		miss("it is known")
		touch(1)
		miss("it is heard of", first.ID)
		if got := away(first.ID); !got.IsZero() {
			t.Errorf("closed since %v", got)
		}
		if _, err := c.StandGuest(ctx, second.ID, c.clock.Now()); err != nil {
			t.Fatal(err)
		}
		c.mustStep(t, guest(second.ID), second.Visit, second.ID, care.Leave)
		c.mustStep(t, guest(second.ID), second.Visit, second.ID, care.Arrive)
		if got := away(second.ID); !got.IsZero() {
			t.Errorf("who comes again is away since %v", got)
		}
	})
}

// So is a patient who signs in, and has no session of a link.
func TestWhoSignsInIsNotHeardOf(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		v := c.mustBook(t, c.ana, c.soon(newGuest(care.AsPatient)))
		g, s := v.Guests[0], c.signIn(t, c.wren.Person, 7, "00000007", 3*time.Hour)
		c.mustStep(t, guest(g.ID), v.ID, g.ID, care.Arrive)
		misses := func(what string, want time.Time) {
			t.Helper()
			changed, err := c.MissGuests(ctx)
			if err != nil || len(changed) != 1 {
				t.Errorf("%s: %v changed, %v", what, changed, err)
			}
			if v, err := c.Visit(ctx, c.ana, v.ID); err != nil || !v.Guests[0].Away.Equal(want) {
				t.Errorf("%s: closed since %v, want %v; %v", what, v.Guests[0].Away, want, err)
			}
		}
		touch := func() {
			if err := c.TouchSession(ctx, s.Hash, c.now(), c.now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		c.clock.Advance(38 * time.Minute)
		touch()
		last := c.now()
		c.clock.Advance(8 * time.Minute)
		misses("silent", last)
		touch()
		misses("heard of", time.Time{})
	})
}

// A notice was sent to the host or to the clinic, and is forgotten with the wait.
func TestWhoTookANotice(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		v := c.waiters(t, 1)[0]
		g := v.Guests[0].ID
		for _, step := range []struct {
			people []care.PersonID
			want   care.Told
		}{{nil, care.ToldNobody}, {[]care.PersonID{c.admin.Person}, care.SentClinic}, {[]care.PersonID{c.admin.Person, c.ana.Person}, care.SentHost}, {[]care.PersonID{c.admin.Person}, care.SentHost}} {
			if _, err := c.NoticeTaken(ctx, g, step.people); err != nil {
				t.Fatal(err)
			}
			a, err := c.Attendance(ctx, care.Reader{Person: care.PersonID(g), Roles: []access.Role{access.Guest}}, v.ID)
			if err != nil || a.Told != step.want {
				t.Errorf("after %v: %q, want %q; %v", step.people, a.Told, step.want, err)
			}
		}
		c.mustStep(t, guest(g), v.ID, g, care.Leave)
		c.mustStep(t, guest(g), v.ID, g, care.Arrive)
		if a, err := c.Attendance(ctx, guest(g), v.ID); err != nil || a.Told != care.ToldNobody {
			t.Errorf("on coming again: %q %v", a.Told, err)
		}
	})
}

// A visit that is handed over has its new host called to who waits, at once and as often as anybody, however long they wait and
// whenever the host before was called; what that one was sent is no knowledge of theirs.
func TestWhoWaitsIsHandedOver(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		v := c.waiters(t, 1)[0]
		g := v.Guests[0].ID
		away := newGuest(care.AsRelative)
		v, err := c.AddGuest(ctx, c.ana, v.ID, away)
		if err != nil {
			t.Fatal(err)
		}
		c.signIn(t, c.ana.Person, 10, "0000000a", 24*time.Hour)
		c.takes(t, c.ana.Person, "0000000a", "hers")
		c.signIn(t, c.ben.Person, 11, "0000000b", 24*time.Hour)
		c.takes(t, c.ben.Person, "0000000b", "his")
		c.clock.Advance(20 * time.Minute) // all calls to the host before are over
		if _, err := c.NoticeTaken(ctx, g, []care.PersonID{c.ana.Person}); err != nil {
			t.Fatal(err)
		}
		if mine, err := c.Rang(ctx, g, time.Time{}); err != nil || !mine {
			t.Fatal(mine, err)
		}
		if v, err = c.HandVisit(ctx, c.ana, v.ID, v.Version, c.ben.Person); err != nil {
			t.Fatal(err)
		}
		handed := c.now()
		if a, err := c.Attendance(ctx, guest(g), v.ID); err != nil || a.Told != care.SentClinic {
			t.Errorf("%q was told, %v", a.Told, err)
		}
		if s, err := c.Summons(ctx, post.SummonJob, g); err != nil || len(s.Staff) != 1 || s.Staff[0].Person != c.ben.Person || !s.Rung.IsZero() || !s.Since.Equal(handed) {
			t.Errorf("called: %+v, %v", s, err)
		}
		bell := post.Bell{Callers: c, Now: c.now, There: func(care.PersonID) bool { return true }} // nobody's browser is asked here
		for _, next := range []time.Duration{3 * time.Minute, 10 * time.Minute, 0} {
			list, err := c.TakeJobs(ctx, []jobs.Kind{post.SummonJob}, c.now(), time.Minute, 9)
			if err != nil || len(list) != 1 || list[0].Body != string(g) {
				t.Fatalf("%v after it was handed over are to be called: %v, %v", c.now().Sub(handed), list, err)
			}
			again, err := bell.Summon(ctx, list[0])
			if next == 0 {
				if err != nil || !again.IsZero() {
					t.Errorf("called a fourth time at %v, %v", again, err)
				}
				break
			}
			if err != nil || !again.Equal(handed.Add(next)) {
				t.Fatalf("called next at %v, want %v after %v; %v", again, next, handed, err)
			}
			if err := c.PutOffJob(ctx, list[0], again); err != nil {
				t.Fatal(err)
			}
			c.clock.Advance(again.Sub(c.now()))
		}
		if _, err := c.HandVisit(ctx, c.ben, v.ID, v.Version, c.ben.Person); err != nil { // to whom it belongs already: nothing is new
			t.Fatal(err)
		}
		if s, err := c.Summons(ctx, post.SummonJob, g); err != nil || !s.Since.Equal(handed) {
			t.Errorf("since %v, %v", s.Since, err)
		}
	})
}
