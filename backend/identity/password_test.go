package identity

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"hearth/shared/fault"
)

func TestPHC(t *testing.T) {
	h, err := newHasher(Cost{Memory: 64, Time: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	one, err1 := h.hash(t.Context(), "Grüße aus dem Moor")
	two, err2 := h.hash(t.Context(), "Grüße aus dem Moor")
	if err := errors.Join(err1, err2); err != nil || one == two || !strings.HasPrefix(one, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("got %q and %q, %v", one, two, err)
	}
	for password, want := range map[string]bool{"Grüße aus dem Moor": true, "Grüsse aus dem Moor": false, "": false} {
		if right, stale, err := h.check(t.Context(), one, password); right != want || stale || err != nil {
			t.Errorf("%q: got %v, stale %v, %v; want %v", password, right, stale, err, want)
		}
	}
	dearer := &hasher{cost: Cost{Memory: 128, Time: 1, Threads: 1}, slots: make(chan struct{}, 1)}
	if right, stale, err := dearer.check(t.Context(), one, "Grüße aus dem Moor"); !right || !stale || err != nil {
		t.Errorf("got %v, stale %v, %v; want it right and to be made anew", right, stale, err)
	}
}

// TestArgonVector checks the hash of "password" with the salt "somesalt" that the test programs of the argon2 reference
// implementation expect of argon2id, version 0x13, 64 MiB, 2 passes, 1 lane.
func TestArgonVector(t *testing.T) {
	h := &hasher{slots: make(chan struct{}, 1)}
	const known = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if right, _, err := h.check(t.Context(), known, "password"); !right || err != nil {
		t.Errorf("got %v, %v; want it right", right, err)
	}
}

func TestHashingWaitsItsTurn(t *testing.T) {
	h, err := newHasher(Cost{Memory: 64, Time: 1, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	for range atOnce {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := h.hash(ctx, "x"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want to give up waiting", err)
	}
}

func TestMadeUp(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		p := madeUp()
		if seen[p] || len(p) != 17 || decent(p, "wren", "Wren-23") != nil {
			t.Fatalf("got %q", p)
		}
		seen[p] = true
	}
}

func TestWaitGrowsAndEnds(t *testing.T) {
	rule := byNear
	last := time.Duration(0)
	for tries := range 2000 {
		wait := rule.Wait(tries)
		if wait < last || wait > rule.Most || (tries < rule.Free) != (wait == 0) {
			t.Fatalf("after %d tries the wait is %v, before it was %v", tries, wait, last)
		}
		last = wait
	}
}

func FuzzParsePHC(f *testing.F) {
	for _, seed := range []string{"", "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
		"$argon2id$v=19$m=4294967295,t=1,p=1$AAAA$AAAA", "$argon2i$v=19$m=64,t=1,p=1$c29t$c29t", "$argon2id$v=19$m=64,t=1,p=0$c29tc2FsdA$", "$$$$$"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, salt, key, err := parsePHC(s)
		if err != nil {
			return
		}
		if c.Memory < 8 || c.Memory > 1<<20 || c.Time < 1 || c.Time > 16 || c.Threads < 1 || len(salt) < 8 || len(key) < 16 {
			t.Errorf("%q gave %+v with %d and %d bytes", s, c, len(salt), len(key))
		}
	})
}

// The rule's own test is in shared/password; here it is asked with the names.
func TestDecent(t *testing.T) {
	for password, code := range map[string]string{
		"three wise herons": "", "elevenchars": "password.short", "PasswordPassword": "password.common",
		"Wren.of.the.Moor": "password.same", "mira solano-berg": "password.same", strings.Repeat("abcd", 33): "password.long",
	} {
		err := decent(password, "wren.of.the.moor", "Mira Solano-Berg")
		if got := fault.Of(err).Code; (code == "") != (err == nil) || (err != nil && got != code) {
			t.Errorf("%q: got %v, want %q", password, err, code)
		}
	}
}
