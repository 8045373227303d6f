package porch

import (
	"time"

	"github.com/a-h/templ"
)

// passkeyPages are the pages of passkeys and codes, filled as pages does.
func passkeyPages(s Setting) map[string]templ.Component {
	here := PasskeyState{Here: true}
	rows := []PasskeyRow{{ID: hostile, Name: hostile, MadeDay: hostile}, {ID: "b", Name: hostile, Used: time.Unix(1, 0), UsedDay: hostile, Synced: true}}
	bad := Trouble{Words: hostile}
	return map[string]templ.Component{
		"sign-in by passkey": SignInPage(SignIn{Setting: s, Next: hostile, Passkeys: here}),
		"sign-in elsewhere":  SignInPage(SignIn{Setting: s, Passkeys: PasskeyState{Where: hostile}}),
		"passkeys":           AccountPage(Account{Setting: s, Slot: hostile, Home: "/patient", Passkeys: Passkeys{State: here, List: rows}}),
		"new passkey":        NewPasskeyPage(NewPasskey{Setting: s, Slot: hostile, Next: hostile, Name: hostile, Passkeys: here, Trouble: Trouble{Field: "name", Words: hostile}}),
		"first passkey":      NewPasskeyPage(NewPasskey{Setting: s, First: true, Trouble: bad}),
		"protect by passkey": ProtectPage(Protect{Setting: s, Slot: hostile, Next: hostile, Passkeys: here}),
		"enrol":              EnrolPage(Enrol{Setting: s, Code: hostile, Trouble: Trouble{Field: "code", Words: hostile}}),
		"key":                KeyPage(Enrol{Setting: s, Person: hostile, Login: hostile, Child: true, Name: hostile, Passkeys: here, Trouble: bad}),
		"staff's key":        KeyPage(Enrol{Setting: s, Person: hostile, Trouble: Trouble{Field: "fresh", Words: hostile}}),
		"card":               CardPage(Card{Setting: s, Person: hostile, Code: hostile, Address: hostile, Picture: Picture{Path: hostile, Size: hostile}, Day: hostile, Back: "/admin"}),
	}
}
