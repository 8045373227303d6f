package post

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/backend/jobs"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// lobby says who waits, and whom for.
type lobby struct {
	summons Summons
	waits   bool
	turn    Absent
	err     error
}

func (l *lobby) Summons(context.Context, care.GuestID) (Summons, error) {
	if !l.waits {
		return Summons{}, fault.New(fault.NotFound, "not-found", l.err)
	}
	return l.summons, l.err
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
	w.lobby.waits = false
	if again, err := w.Summon(t.Context(), j); err != nil || !again.IsZero() || w.rings["mira"] != 3 {
		t.Errorf("somebody who was let in is rung for: %v, %v, %v", again, err, w.rings)
	}
	w.lobby.waits, w.lobby.err = true, fault.New(fault.Unavailable, "network", nil)
	if _, err := w.Summon(t.Context(), j); err == nil {
		t.Error("who could not be looked up is not looked up again")
	}
}

// However late a look comes, and however long somebody waits: they are rung for at once, at most as often as there are marks,
// and the looks come to an end.
func TestSummonEnds(t *testing.T) {
	w := mustTower(t, "mira")
	start := w.now
	rapid.Check(t, func(r *rapid.T) {
		w.now, w.rings = start, map[string]int{}
		w.lobby.waits, w.lobby.summons = true, Summons{Since: start, Staff: []Absent{{Person: "mira"}}}
		looks := 0
		for {
			w.now = w.now.Add(time.Duration(rapid.IntRange(0, 1200).Draw(r, "late")) * time.Second)
			again, err := w.Summon(t.Context(), jobs.Job{Body: "g"})
			looks++
			if err != nil || looks > len(summoned) {
				r.Fatalf("%d looks, %v", looks, err)
			}
			if again.IsZero() {
				break
			}
			if !again.After(w.now) {
				r.Fatalf("looked at %v, and again at %v", w.now, again)
			}
			w.now = again
		}
		if n := w.rings["mira"]; n < 1 || n > len(summoned) || n != looks {
			r.Fatalf("rung %d times in %d looks", n, looks)
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
