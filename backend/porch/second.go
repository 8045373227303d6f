package porch

import (
	"net/url"

	"hearth/shared/api"
)

// Second is the page of the second step, after a right password.
type Second struct {
	Setting
	Next     string
	Code     bool // an app makes codes for this person
	Recovery int  // recovery codes left
	Passkey  bool // a passkey would do as well
	Trouble  Trouble
}

func (v Second) codeHelp() string {
	if v.Recovery == 0 {
		return v.Say("codes.code-help")
	}
	return v.Words.Count("porch.second.code-help", v.Recovery)
}

// Protect is the page where a second step must be set up before anything else.
type Protect struct {
	Setting
	Only     bool // nothing but a passkey is enough
	Patient  bool
	Slot     string
	Next     string
	Passkeys PasskeyState
}

// lead says why.
func (v Protect) lead() string {
	switch {
	case v.Only:
		return v.Say("protect.lead-passkey")
	case v.Patient:
		return v.Say("protect.lead-patient")
	}
	return v.Say("protect.lead")
}

// Codes is the page that sets an app up.
type Codes struct {
	Setting
	Slot    string
	Next    string
	Secret  string // to be typed
	Picture Picture
	First   bool // without it nothing else is served, so there is no way back
	Trouble Trouble
}

// Picture is a QR code: the way around its dark squares, in a square of so many units.
type Picture struct {
	Path string
	Size string
}

// box is the viewBox of a picture.
func (p Picture) box() string { return "0 0 " + p.Size + " " + p.Size }

// Recovery is the page that shows recovery codes, once.
type Recovery struct {
	Setting
	Login string
	House string   // where they work
	Codes []string // in groups
	Home  string   // where to go on to, with the fragment that names the account
}

// Prove is the page that asks who is there once more.
type Prove struct {
	Setting
	Slot     string
	Then     string // what is done afterwards
	Password bool
	Code     bool
	Passkey  bool
	Doors    []Door // hospitals that may be asked once more
	Trouble  Trouble
}

// none reports whether there is no way to prove anything.
func (v Prove) none() bool { return !v.Password && !v.Passkey && len(v.Doors) == 0 }

// signInFor is the page where one signs in, with where to go afterwards.
func signInFor(next string) string {
	if next == "" {
		return api.SignInPage
	}
	return api.SignInPage + "?" + url.Values{"next": {next}}.Encode()
}

// forAccount is a page for one account of this browser.
func forAccount(page, slot string) string { return page + "?" + url.Values{"as": {slot}}.Encode() }
