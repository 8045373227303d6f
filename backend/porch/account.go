package porch

import "net/url"

// Account is the page of somebody's own account: how they sign in and where. Each section has a file of its own.
type Account struct {
	Setting
	Slot    string // the account of this browser it is for
	Name    string
	Login   string
	Home    string // the portal it leads back to
	Note    string // what was just done, such as "Saved."
	Trouble Trouble

	HasPassword bool
	Passkeys    Passkeys
	Second      SecondStep
	Places      Places
	Pin         PinState
	Programs    []Program
}

// at is a page that is opened for this account too.
func (v Account) at(path string) string { return path + "?" + url.Values{"as": {v.Slot}}.Encode() }
