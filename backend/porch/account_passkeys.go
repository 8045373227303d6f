package porch

import "time"

// Passkeys is the section of the account's passkeys.
type Passkeys struct {
	State PasskeyState
	List  []PasskeyRow
}

// PasskeyRow is one of them. The days are written out; where there is a script they are those of the reader's own clock.
type PasskeyRow struct {
	ID, Name         string
	Made, Used       time.Time // Used is zero when it was never used
	MadeDay, UsedDay string
	Synced           bool // it may live on several devices
}

func stamp(t time.Time) string { return t.Format(time.RFC3339) }
