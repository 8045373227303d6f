package post

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/backend/jobs"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// lobby says who waits, and whom for.
type lobby struct {
	summons Summons
	waits   bool
	turn    Absent
	err     error
	now     func() time.Time
}

func (l *lobby) Summons(context.Context, jobs.Kind, care.GuestID) (Summons, error) {
	if !l.waits {
		return Summons{}, fault.New(fault.NotFound, "not-found", l.err)
	}
	return l.summons, l.err
}

func (l *lobby) Rang(_ context.Context, _ care.GuestID, last time.Time) (bool, error) {
	if !l.summons.Rung.Equal(last) {
		return false, nil
	}
	l.summons.Rung = l.now()
	return true, nil
}

func (l *lobby) Turn(context.Context, care.GuestID) (Absent, error) {
	if l.turn.Person == "" {
		return Absent{}, fault.New(fault.NotFound, "not-found", nil)
	}
	return l.turn, nil
}

// tower is a bell with a push service that counts what it is given, by browser.
type tower struct {
	*Bell
	lobby *lobby
	now   time.Time
	open  map[care.PersonID]bool

	mu    sync.Mutex
	rings map[string]int
}

func mustTower(t *testing.T, people ...care.PersonID) *tower {
	w := &tower{lobby: &lobby{}, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), open: map[care.PersonID]bool{}, rings: map[string]int{}}
	service := httptest.NewTLSServer(http.HandlerFunc(func(res http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.rings[strings.TrimPrefix(r.URL.Path, "/")]++
		res.WriteHeader(http.StatusCreated)
	}))
	t.Cleanup(service.Close)
	d := &drawer{}
	secrets, err := OpenSecrets(t.Context(), d, box{})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return w.now }
	w.lobby.now = now
	p, err := OpenPush(t.Context(), PushConfig{Browsers: d, Settings: d, Ring: box{}, Secrets: secrets, Subject: "https://hearth.example",
		Hosts: []string{strings.TrimPrefix(service.URL, "https://")}, HTTP: service.Client(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	for _, person := range people {
		if err := p.Subscribe(t.Context(), Subscription{Person: person, Slot: "00c0ffee"}, mustBrowser(t).keys(service.URL+"/"+string(person))); err != nil {
			t.Fatal(err)
		}
	}
	w.Bell = &Bell{Callers: w.lobby, Push: p, There: func(p care.PersonID) bool { return w.open[p] }, Now: now}
	return w
}

func TestSummon(t *testing.T) {
	w := mustTower(t, "mira", "noor", "tomas")
	w.lobby.waits, w.lobby.summons = true, Summons{Since: w.now, Staff: []Absent{{Person: "mira"}, {Person: "noor", Office: true}, {Person: "nobody"}}}
	w.open["noor"] = true
	for _, key := range []string{"waiting", "call"} {
		for _, l := range words.Languages() {
			if !catalogue.Load(l).Has("post.push." + key) {
				t.Errorf("no words for %s in %s", key, l)
			}
		}
	}
	var taken []string
	w.Taken = func(_ context.Context, guest care.GuestID, people []care.PersonID) {
		taken = append(taken, fmt.Sprint(guest, people))
	}
	j := jobs.Job{Kind: SummonJob, Body: "g"}
	for _, after := range []time.Duration{3 * time.Minute, 10 * time.Minute, 0} {
		again, err := w.Summon(t.Context(), j)
		want := time.Time{}
		if after > 0 {
			want = w.lobby.summons.Since.Add(after)
		}
		if err != nil || !again.Equal(want) {
			t.Fatalf("again at %v, %v; want %v", again, err, want)
		}
		w.now = again
	}
	if w.rings["mira"] != 3 || w.rings["noor"] != 0 || w.rings["tomas"] != 0 {
		t.Errorf("rung for %v", w.rings)
	}
	if want := []string{"g[mira]", "g[mira]", "g[mira]"}; !slices.Equal(taken, want) {
		t.Errorf("the house hears that it was taken: %v, want %v", taken, want)
	}
	w.lobby.waits = false
	if again, err := w.Summon(t.Context(), j); err != nil || !again.IsZero() || w.rings["mira"] != 3 {
		t.Errorf("somebody who was let in is rung for: %v, %v, %v", again, err, w.rings)
	}
	w.lobby.waits, w.lobby.err = true, fault.New(fault.Unavailable, "network", nil)
	if _, err := w.Summon(t.Context(), j); err == nil {
		t.Error("who could not be looked up is not looked up again")
	}
}

// Whoever leaves and comes back is rung for at once, and when that was a moment ago, as soon as it was not.
func TestSummonAgain(t *testing.T) {
	w := mustTower(t, "mira")
	w.lobby.waits, w.lobby.summons = true, Summons{Since: w.now, Staff: []Absent{{Person: "mira"}}}
	look := func(what string, rings int, again time.Duration) {
		t.Helper()
		got, err := w.Summon(t.Context(), jobs.Job{Kind: SummonJob, Body: "g"})
		if err != nil || w.rings["mira"] != rings || got.Sub(w.now) != again {
			t.Errorf("%s: rung %d times, want %d; again in %v, want %v; %v", what, w.rings["mira"], rings, got.Sub(w.now), again, err)
		}
	}
	back := func(after time.Duration) { w.now = w.now.Add(after); w.lobby.summons.Since = w.now }
	look("they come", 1, 3*time.Minute)
	back(30 * time.Second)
	look("back a moment later", 1, 90*time.Second)
	back(30 * time.Second)
	look("and once more", 1, time.Minute)
	w.now = w.now.Add(time.Minute)
	look("they stay", 2, 2*time.Minute)
	back(2 * time.Minute)
	look("back later", 3, 3*time.Minute)
	w.open["mira"] = true
	back(3 * time.Minute)
	look("back while her page is open", 3, 3*time.Minute)
	delete(w.open, "mira")
	back(time.Second)
	look("and now it is closed", 4, 3*time.Minute)
	w.now = w.now.Add(-time.Hour)
	w.lobby.summons.Since = w.now
	look("the clock was set back", 5, 3*time.Minute)
}

// However late a look comes, however often somebody goes and comes back, and however long they wait: they are rung for within two
// minutes of coming, never twice within two, at most as often as there are marks once they stay, and the looks come to an end.
func TestSummonEnds(t *testing.T) {
	w := mustTower(t, "mira")
	start := w.now
	rapid.Check(t, func(r *rapid.T) {
		w.now, w.rings = start, map[string]int{}
		w.lobby.waits, w.lobby.summons = true, Summons{Since: start, Staff: []Absent{{Person: "mira"}}}
		rings, last := 0, time.Time{}
		look := func() (again time.Time) {
			again, err := w.Summon(t.Context(), jobs.Job{Body: "g"})
			if err != nil || !again.IsZero() && !again.After(w.now) {
				r.Fatalf("looked at %v, and again at %v, %v", w.now, again, err)
			}
			if n := w.rings["mira"]; n > rings {
				if n > rings+1 || w.now.Sub(last) < ringsApart {
					r.Fatalf("rung %d times at %v, last at %v", n-rings, w.now, last)
				}
				rings, last = n, w.now
			} else if last.Before(w.now.Add(-ringsApart)) {
				r.Fatalf("not rung at %v, last at %v", w.now, last)
			}
			return again
		}
		for range rapid.IntRange(0, 10).Draw(r, "comings") {
			w.lobby.summons.Since = w.now
			again := look()
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 400).Draw(r, "stays")) * time.Second)
			if !again.IsZero() && !again.After(w.now) {
				look()
			}
		}
		w.lobby.summons.Since = w.now
		before, looks := rings, 0
		for again := w.now; !again.IsZero(); looks++ {
			if looks > 2*len(summoned) {
				r.Fatalf("%d looks", looks)
			}
			w.now = again.Add(time.Duration(rapid.IntRange(0, 1200).Draw(r, "late")) * time.Second)
			again = look()
		}
		if n := rings - before; n > len(summoned) || last.Before(w.lobby.summons.Since) && w.lobby.summons.Since.Sub(last) > ringsApart {
			r.Fatalf("rung %d times after %v, last at %v", n, w.lobby.summons.Since, last)
		}
	})
}

func TestTurn(t *testing.T) {
	w := mustTower(t, "wren")
	turn := func(want int) {
		t.Helper()
		if again, err := w.Turn(t.Context(), jobs.Job{Kind: TurnJob, Body: "g"}); err != nil || !again.IsZero() || w.rings["wren"] != want {
			t.Errorf("told %d times, want %d; again %v, %v", w.rings["wren"], want, again, err)
		}
	}
	turn(0)
	w.lobby.turn = Absent{Person: "wren"}
	turn(1)
	w.open["wren"] = true
	turn(1)
}
