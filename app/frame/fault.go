package frame

import (
	"context"
	"errors"

	"hearth/shared/api"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// Say turns an error into a sentence for the reader.
func Say(err error) string {
	if err == nil || errors.Is(err, context.Canceled) {
		return ""
	}
	f := fault.Of(err)
	pairs := make([]string, 0, 2*len(f.Args))
	for k, v := range f.Args {
		pairs = append(pairs, k, v)
	}
	if key := "fault." + f.Code; words.Current().Has(key) {
		return words.T(key, pairs...)
	}
	return words.T("fault.internal")
}

// SignedOut leaves for the sign-in page when err says that nobody is signed in any more, or for the one that asks for the
// PIN where there is one. A page that measures stays: its signals need no house.
func (e *Env) SignedOut(err error) bool {
	if !fault.Is(err, fault.SignedOut) {
		return false
	}
	if !e.Busy() && !e.leaving {
		to := api.SignInPage
		if e.me.Pin {
			to = api.UnlockPage + "?as=" + e.Page.Slot()
		}
		e.Page.Go(to)
	}
	return true
}
