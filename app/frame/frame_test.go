package frame_test

import (
	"context"
	"errors"
	"testing"

	"hearth/app/frame"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
	"hearth/wasm/page"
)

func TestSay(t *testing.T) {
	words.Use(catalogue.Load(words.English))
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{context.Canceled, ""},
		{fault.New(fault.TooMany, "sign-in.locked", nil).With("minutes", "3"), "Too many attempts. Please wait 3 min and try again."},
		{fault.New(fault.Invalid, "no.such.words", nil), words.T("fault.internal")},
		{errors.New("sql: secret table"), words.T("fault.internal")},
	} {
		if got := frame.Say(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}

// leaver notes where the page is sent.
type leaver struct {
	page.None
	to string
}

func (l *leaver) Go(path string) { l.to = path }

// TestSignedOutWhileMeasuring: signals need no house, so a page that measures stays.
func TestSignedOutWhileMeasuring(t *testing.T) {
	l := &leaver{}
	e := &frame.Env{Page: l}
	gone := fault.New(fault.SignedOut, "sign-in.needed", nil)
	done := e.Measuring()
	if !e.SignedOut(gone) || l.to != "" {
		t.Errorf("a measuring page was sent to %q", l.to)
	}
	done()
	done() // twice is once
	if e.Busy() {
		t.Error("still busy")
	}
	if !e.SignedOut(gone) || l.to == "" {
		t.Error("nobody was sent to sign in")
	}
	if e.SignedOut(errors.New("other")) {
		t.Error("another error was taken for being signed out")
	}
}
