package visitor

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/live"
)

var began = time.Date(2026, 6, 12, 10, 20, 0, 0, time.UTC)

func waiting() Facts {
	return Facts{Known: true, Guest: care.WaitingRoom, Visit: care.Open, AtDoor: true, Link: live.Online, Until: began.Add(3 * time.Hour)}
}

func with(f Facts, change func(*Facts)) Facts {
	change(&f)
	return f
}

func TestTheWayIn(t *testing.T) {
	w, now := Begin(began, false), began
	see := func(f Facts, after time.Duration, want Step) {
		t.Helper()
		now = now.Add(after)
		if got := w.See(f, now); got != want {
			t.Fatalf("after %v: %s, want %s", now.Sub(began), got, want)
		}
	}
	in := with(waiting(), func(f *Facts) { f.AtDoor, f.InVisit, f.Guest = false, true, care.InCall })
	heard := with(in, func(f *Facts) { f.Media = MediaUp })
	silent := with(in, func(f *Facts) { f.Media = MediaDown })
	cut := with(silent, func(f *Facts) { f.Link, f.Lost = live.Waiting, now })

	see(Facts{Link: live.Connecting}, time.Second, TakingOver)
	see(waiting(), time.Second, Checking)
	w.Ready(waiting(), now)
	see(waiting(), time.Second, WaitRoom)
	see(in, time.Minute, CalledIn)
	see(heard, time.Second, Calling)
	see(with(heard, func(f *Facts) { f.Link = live.Waiting }), time.Minute, Calling) // a call needs no house
	see(silent, time.Second, Broken)
	see(silent, time.Hour, Broken) // the house is there and says that the visit goes on
	see(cut, time.Second, Broken)
	see(cut, lostAfter, LostLine)
	see(heard, time.Second, Calling)
	see(with(heard, func(f *Facts) { f.Ends = now.Add(2 * time.Second) }), time.Second, Calling)
	see(with(heard, func(f *Facts) { f.Ends = now }), 2*time.Second, Over)
	if !w.WasIn() {
		t.Error("was never in")
	}
}

func TestWhoeverIsLetInComesInWithWhatWorks(t *testing.T) {
	w := Begin(began, false)
	w.See(waiting(), began)
	in := with(waiting(), func(f *Facts) { f.InVisit = true })
	if got := w.See(in, began.Add(time.Second)); got != CalledIn {
		t.Errorf("in the middle of the check: %s", got)
	}
}

func TestAReloadedPageIsWhereItWas(t *testing.T) {
	for state, want := range map[care.GuestState]Step{
		care.WaitingRoom: WaitRoom, care.Checked: WaitRoom, care.Arrived: WaitRoom, care.Admitted: CalledIn, care.InCall: CalledIn, care.Away: CalledIn,
		care.LeftVisit: LeftSelf, care.Denied: Refused, care.Uninvited: Refused, care.NeverCame: Closed,
	} {
		w := Begin(began, true)
		if got := w.See(Facts{Known: true, Guest: state, Visit: care.Open, Link: live.Online}, began.Add(time.Second)); got != want {
			t.Errorf("%s: %s, want %s", state, got, want)
		}
	}
}

func TestWhoWasInTheCallIsThankedAfterAReload(t *testing.T) {
	for _, met := range []bool{false, true} {
		w := Begin(began, true)
		if met {
			w.Met()
		}
		if got := w.See(Facts{Known: true, Guest: care.InCall, Visit: care.Open, Link: live.Online}, began.Add(time.Second)); got != CalledIn || w.WasIn() != met {
			t.Errorf("back in the call, met %v: %s, was in %v", met, got, w.WasIn())
		}
		if got := w.See(Facts{Known: true, Guest: care.LeftVisit, Visit: care.Ended, Link: live.Online}, began.Add(2*time.Second)); got != Over || w.WasIn() != met {
			t.Errorf("after the end, met %v: %s, was in %v", met, got, w.WasIn())
		}
	}
}

func TestWhoeverLeavesIsOutAtOnce(t *testing.T) {
	w := Begin(began, true)
	w.See(waiting(), began)
	w.Leave(waiting(), began) // the house cannot be told yet
	left := with(waiting(), func(f *Facts) { f.Guest, f.AtDoor = care.LeftVisit, false })
	for at, f := range map[time.Duration]Facts{1: waiting(), 2: left} {
		if got := w.See(f, began.Add(at*time.Second)); got != LeftSelf {
			t.Fatalf("left: %s", got)
		}
	}
}

// TestAnOpenVisitHasNoRunOutLink: the house lets a link live for as long as its visit is open, whatever was planned.
func TestAnOpenVisitHasNoRunOutLink(t *testing.T) {
	late := began.Add(5 * time.Hour)
	for state, want := range map[care.GuestState]Step{care.WaitingRoom: WaitRoom, care.InCall: CalledIn} {
		f := with(waiting(), func(f *Facts) { f.Guest, f.AtDoor = state, false }) // the interface answered, the socket not yet
		if got := Begin(late, true).See(f, late); got != want {
			t.Errorf("%s in an open visit: %s, want %s", state, got, want)
		}
		f.Visit = care.Booked
		if got := Begin(late, true).See(f, late); got != Closed {
			t.Errorf("%s of a visit nobody opened: %s", state, got)
		}
	}
}

// TestAnotherVersionTakesNothingAway: who is in the call stays in it, and everybody else is told to load the page anew.
func TestAnotherVersionTakesNothingAway(t *testing.T) {
	old := with(waiting(), func(f *Facts) { f.Link, f.Code = live.TurnedAway, live.CodeVersion })
	w := Begin(began, true)
	w.See(waiting(), began)
	if got := w.See(old, began); got != Stuck {
		t.Errorf("waiting: %s", got)
	}
	in := with(old, func(f *Facts) { f.AtDoor, f.InVisit, f.Guest, f.Media = false, true, care.InCall, MediaUp })
	if got := w.See(in, began); got != Calling {
		t.Errorf("in the call: %s", got)
	}
	in.Media = MediaDown
	if got := w.See(in, began); got != Stuck {
		t.Errorf("when nobody is heard any more: %s", got)
	}
}

// TestNobodyIsEverStuck: whatever happens in whatever order, there is one step, it has a way out, what is over stays over,
// and nobody is shown the call who was not let in.
func TestNobodyIsEverStuck(t *testing.T) {
	states := []care.GuestState{care.NotCome, care.Arrived, care.Checked, care.WaitingRoom, care.Admitted, care.InCall, care.Away, care.LeftVisit, care.Denied,
		care.NeverCame, care.Uninvited}
	links := []live.LinkState{live.Connecting, live.Online, live.Waiting, live.TurnedAway, live.Closed}
	rapid.Check(t, func(t *rapid.T) {
		now := began
		f := Facts{Visit: care.Open, Link: live.Connecting}
		w := Begin(now, rapid.Bool().Draw(t, "ready"))
		wished := false
		t.Repeat(map[string]func(*rapid.T){
			"time": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.Int64Range(0, int64(10*time.Minute)).Draw(t, "for")))
			},
			"tell": func(t *rapid.T) { f.Known, f.Guest = true, rapid.SampledFrom(states).Draw(t, "state") },
			"visit": func(t *rapid.T) {
				f.Visit = rapid.SampledFrom([]care.VisitState{care.Booked, care.Open, care.Ended}).Draw(t, "visit")
			},
			"link": func(t *rapid.T) {
				f.Link = rapid.SampledFrom(links).Draw(t, "link")
				f.Code = rapid.SampledFrom([]string{"", live.CodeMoved, live.CodeVersion, "sign-in.needed"}).Draw(t, "code")
			},
			"rooms": func(t *rapid.T) { n := rapid.IntRange(0, 2).Draw(t, "room"); f.AtDoor, f.InVisit = n == 1, n == 2 },
			"media": func(t *rapid.T) { f.Media = Media(rapid.IntRange(0, 2).Draw(t, "media")) },
			"ends": func(t *rapid.T) {
				f.Ends = rapid.SampledFrom([]time.Time{{}, now, now.Add(5 * time.Second)}).Draw(t, "ends")
			},
			"until": func(t *rapid.T) {
				f.Until = rapid.SampledFrom([]time.Time{{}, now, now.Add(time.Hour)}).Draw(t, "until")
			},
			"ready": func(*rapid.T) { w.Ready(f, now) },
			"leave": func(*rapid.T) { w.Leave(f, now); wished = w.Left() },
			"": func(t *rapid.T) {
				s := w.See(f, now)
				if !slices.Contains(Steps(), s) {
					t.Fatalf("step %q", s)
				}
				if again := w.See(f, now); again != s {
					t.Fatalf("the same facts at the same time: %s, then %s", s, again)
				}
				if s.Patience() == 0 && len(s.Exits(false)) == 0 || len(s.Exits(true)) == 0 {
					t.Fatalf("%s has no way out", s)
				}
				if (s == Calling || s == CalledIn) && !f.InVisit && !(f.Known && f.Guest.Inside()) {
					t.Fatalf("%s without having been let in: %+v", s, f)
				}
				if f.Known && (f.Guest == care.Denied || f.Guest == care.Uninvited) && s != Refused {
					t.Fatalf("put out, and shown %s", s)
				}
				if wished && !slices.Contains([]Step{LeftSelf, Over, Refused, Closed, Elsewhere}, s) {
					t.Fatalf("left, and shown %s", s)
				}
				// Time alone leads out of whatever hopes, or people are told what else they can do.
				later := *w
				if end := later.See(f, now.Add(3*time.Hour)); end.Patience() > 0 {
					if later.See(f, now.Add(8*time.Hour)); !later.Late(now.Add(8 * time.Hour)) {
						t.Fatalf("%s for hours, and not a word", end)
					}
				}
			},
		})
	})
}
