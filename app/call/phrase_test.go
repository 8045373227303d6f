package call

import (
	"encoding/hex"
	"errors"
	"regexp"
	"testing"
)

// meet lets two pledges talk, with somebody between them who may change what is said.
func meetUp(a, b *pledge, between func(fromA bool, s safety) safety) error {
	type said struct {
		fromA bool
		s     safety
	}
	queue := []said{{true, *a.open()}}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		to := a
		if next.fromA {
			to = b
		}
		answer, err := to.hear(between(next.fromA, next.s))
		if err != nil {
			return err
		}
		if answer != nil {
			queue = append(queue, said{!next.fromA, *answer})
		}
	}
	return nil
}

func honest(_ bool, s safety) safety { return s }

func TestBothHearTheSamePhrase(t *testing.T) {
	seen := map[string]bool{}
	for range 50 {
		a, b := newPledge(true), newPledge(false)
		if err := meetUp(a, b, honest); err != nil {
			t.Fatal(err)
		}
		one, two := a.phrase("sha-256 AA", "sha-256 BB"), b.phrase("sha-256 BB", "sha-256 AA")
		if one != two || !regexp.MustCompile(`^\d{4} \d{4}$`).MatchString(one) || seen[one] {
			t.Fatalf("%q and %q", one, two)
		}
		seen[one] = true
		if a.phrase("sha-256 AA", "sha-256 CC") == one {
			t.Error("another certificate, the same phrase")
		}
	}
	if p := newPledge(true); p.phrase("a", "b") != "" {
		t.Error("a phrase before the other page said anything")
	}
	if Phrase("a", []byte{1}, "b", []byte{2}) != Phrase("b", []byte{2}, "a", []byte{1}) || Phrase("a", []byte{1}, "a", []byte{2}) != Phrase("a", []byte{2}, "a", []byte{1}) {
		t.Error("the order counts")
	}
}

// TestAPhraseBrokenOff: what was lost with a connection, at any step, is made good by saying the same again on the next, and
// the phrase is that of the numbers drawn first.
func TestAPhraseBrokenOff(t *testing.T) {
	for lost := range 3 {
		a, b := newPledge(true), newPledge(false)
		want, steps := Phrase("x", a.ours, "y", b.ours), 0
		_ = meetUp(a, b, func(_ bool, s safety) safety {
			if steps++; steps > lost {
				return safety{}
			}
			return s
		})
		for range 2 { // and once more where nothing was lost
			if err := meetUp(a, b, honest); err != nil || a.phrase("x", "y") != want || b.phrase("y", "x") != want {
				t.Errorf("broken off at step %d: %v, %q and %q, not %q", lost, err, a.phrase("x", "y"), b.phrase("y", "x"), want)
			}
		}
	}
}

// TestWhoIsBetweenCannotChoose: a number that is not what the offerer bound itself to is found out, and steps out of turn
// lead nowhere.
func TestWhoIsBetweenCannotChoose(t *testing.T) {
	a, b := newPledge(true), newPledge(false)
	err := meetUp(a, b, func(fromA bool, s safety) safety {
		if fromA && s.Show != "" {
			s.Show = hex.EncodeToString(newNonce())
		}
		return s
	})
	if !errors.Is(err, errCommitment) || b.phrase("x", "y") != "" {
		t.Errorf("got %v, %q", err, b.phrase("x", "y"))
	}
	b = newPledge(false)
	if answer, err := b.hear(safety{Show: hex.EncodeToString(newNonce())}); answer != nil || err != nil || b.phrase("x", "y") != "" {
		t.Error("a number was taken before it was bound")
	}
	if _, err := b.hear(safety{Bind: "zz"}); err == nil {
		t.Error("nonsense was taken")
	}
	a, b = newPledge(true), newPledge(false)
	if err := meetUp(a, b, honest); err != nil {
		t.Fatal(err)
	}
	before := a.phrase("x", "y")
	if answer, _ := a.hear(safety{Show: hex.EncodeToString(newNonce())}); answer != nil || a.phrase("x", "y") != before {
		t.Error("a second number was taken")
	}
}
