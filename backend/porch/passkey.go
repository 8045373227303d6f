package porch

// Ceremony is a form that a script fills with what a device answers. It is hidden where there is no script, or no device.
type Ceremony struct {
	ID       string
	Way      string // "get" or "create"
	Options  string // where the question is asked for
	Action   string // where the answer goes
	Slot     string // the account it is for; "" for none
	Next     string // own path to go to afterwards
	Then     string // what is done afterwards
	Button   string // words
	Class    string // of the button
	Autofill bool   // offered beside saved names too
}

// PasskeyState is whether passkeys can be used on the page that is shown.
type PasskeyState struct {
	Here  bool   // they can
	Where string // the address at which they could; "" for nowhere
}

// NewPasskey is the page where a passkey is made.
type NewPasskey struct {
	Setting
	Slot     string
	Next     string
	Name     string // suggested
	First    bool   // without a second step nothing else is served, so there is no way back
	Passkeys PasskeyState
	Trouble  Trouble
}

// loginComplete is what a browser may fill the sign-in name with: a passkey too, where they work.
func (v SignIn) loginComplete() string {
	if v.Passkeys.Here {
		return "username webauthn"
	}
	return "username"
}
