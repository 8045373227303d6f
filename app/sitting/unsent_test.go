package sitting_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"hearth/app/sitting"
	"hearth/shared/care"
)

func left(h *house, d drawer, person care.PersonID, key []byte) sitting.Left {
	return sitting.Left{Drawer: d, Store: h, Person: person, Key: key, Now: func() care.Stamp { return 1 }}
}

// TestWhatWaitsIsSealed: what lies in the browser says nothing, opens for its writer alone, and not in another's place.
func TestWhatWaitsIsSealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, d := newHouse(), drawer{}
		h.leave(true)
		b := open(h, d)
		b.Write(note("panic at the door", 10))
		synctest.Wait()
		b.Close()
		kept := d["unsent/t/p"]
		if kept == "" || strings.Contains(kept, "panic") || strings.ContainsAny(kept, "{\"") {
			t.Fatalf("the browser keeps %q", kept)
		}
		d["unsent/u/p"], d["unsent/t/q"] = kept, kept // put in another's place
		another := append([]byte{1}, key[1:]...)
		for name, n := range map[string]int{
			"another key":     left(h, d, "t", another).Count(),
			"another person":  left(h, d, "u", key).Count(),
			"nobody's key":    left(h, d, "t", nil).Count(),
			"another patient": left(h, d, "t", key).Count() - 1,
		} {
			if n != 0 {
				t.Errorf("%s opens %d notes", name, n)
			}
		}
	})
}

// TestAnEarlierVersionsNotesAreSealed: they are not lost, and no longer lie open.
func TestAnEarlierVersionsNotesAreSealed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, d := newHouse(), drawer{}
		h.leave(true)
		d["unsent/t/p"] = `{"labels":[{"id":"` + string(care.NewID[care.LabelID]()) + `","at":10,"kind":"note","text":"of before","version":0}]}`
		b := open(h, d)
		defer b.Close()
		synctest.Wait()
		if p := b.Page(); len(p.Labels) != 1 || p.Labels[0].Text != "of before" {
			t.Errorf("the page has %+v", p.Labels)
		}
		if strings.Contains(d["unsent/t/p"], "of before") {
			t.Error("it still lies open")
		}
	})
}

// TestBeforeSigningOut: everything is sent that can be; what cannot is counted, and forgotten when that is decided.
func TestBeforeSigningOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, d := newHouse(), drawer{}
		h.leave(true)
		b := open(h, d)
		b.Write(note("one", 10))
		b.Write(note("two", 20))
		synctest.Wait()
		b.Close()
		l := left(h, d, "t", key)
		if n := l.Count(); n != 2 {
			t.Fatalf("%d wait, want 2", n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if n := l.Send(ctx); n != 2 {
			t.Errorf("%d are left while the house is away, want 2", n)
		}
		h.leave(false)
		if n := l.Send(ctx); n != 0 || len(h.labels) != 2 {
			t.Errorf("%d are left, the house has %d", n, len(h.labels))
		}
		h.leave(true)
		b = open(h, d)
		b.Write(note("three", 30))
		synctest.Wait()
		b.Close()
		l.Discard()
		if n := l.Count(); n != 0 || d["unsent/t/p"] != "" {
			t.Errorf("%d are left after they were discarded", n)
		}
	})
}
