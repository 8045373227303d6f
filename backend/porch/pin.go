package porch

import (
	"net/url"
	"strconv"
	"time"

	"hearth/shared/api"
)

// Locked is an account of this browser that is locked.
type Locked struct {
	Slot string
	Name string
	Left int    // tries at the PIN
	To   string // the page that asks for it
}

// Unlock is the page of a locked tablet: whose PIN it asks for, or who is there when that is not clear yet.
type Unlock struct {
	Setting
	Locked
	List    []Locked
	Next    string
	Note    string // such as "You are signed out."
	Trouble Trouble
}

// otherwise is where one signs in as usual.
func (v Unlock) otherwise() string {
	q := url.Values{"other": {"1"}}
	if v.Next != "" {
		q.Set("next", v.Next)
	}
	return api.SignInPage + "?" + q.Encode()
}

// everybody is the page that asks who is there.
func (v Unlock) everybody() string { return signInFor(v.Next) }

// Pin is the page where a PIN is chosen.
type Pin struct {
	Setting
	Slot    string
	Has     bool // there is one
	Old     bool // it is asked for
	Next    string
	Home    string // where to go without a PIN
	Idle    time.Duration
	Idles   []time.Duration
	Trouble Trouble
}

func (v Pin) minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

func (v Pin) idle(d time.Duration) string { return v.Words.Count("porch.pin.idle", int(d/time.Minute)) }

// PinState is the section of the lock on the account's page.
type PinState struct {
	Shown bool // staff have none
	Has   bool
}
