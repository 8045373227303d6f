package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"hearth/shared/fault"
)

func TestOf(t *testing.T) {
	cause := errors.New("disk on fire")
	f := fault.New(fault.Unavailable, "store.away", cause)
	wrapped := fmt.Errorf("open the book: %w", f)
	if got := fault.Of(wrapped); got != f {
		t.Errorf("found %v, want %v", got, f)
	}
	if !errors.Is(wrapped, cause) {
		t.Error("the cause is lost")
	}
	if got := fault.Of(cause); got.Kind != fault.Internal || got.Code != "internal" {
		t.Errorf("an unforeseen error is %v, want internal", got)
	}
	if fault.Is(nil, fault.Internal) {
		t.Error("no error is a fault")
	}
}

func TestWithCopies(t *testing.T) {
	f := fault.New(fault.TooMany, "sign-in.locked", nil)
	g := f.With("minutes", "5").With("more", "x")
	if f.Args != nil || g.Args["minutes"] != "5" || g.Args["more"] != "x" {
		t.Errorf("args are %v and %v, want none and both", f.Args, g.Args)
	}
}
