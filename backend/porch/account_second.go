package porch

// SecondStep is the section of what is asked besides a password.
type SecondStep struct {
	Shown    bool // somebody without a password needs none
	Code     bool
	Since    string // words, such as "3 days ago"
	Recovery int    // codes left
	Passkey  bool   // there is one, which is the better second step
	Required bool   // by the house
}

// state says in words how it is.
func (v Account) secondState() (sign, words string) {
	switch {
	case v.Second.Code:
		return "check", v.Say("second.on", "when", v.Second.Since)
	case v.Second.Required && !v.Second.Passkey:
		return "warning", v.Say("second.missing")
	}
	return "info", v.Say("second.off")
}
