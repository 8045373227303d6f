// Package invited finds the words and signs for people who are invited to a visit: what staff call them, how far they came,
// and how ready their device is. It asks nobody and keeps nothing.
package invited

import (
	"time"
	"unicode"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/words"
)

// Name is what staff read of somebody invited; patient is the pseudonym of the visit's patient, "" where there is none.
// What others in the visit read may be another name.
func Name(g api.Guest, patient string) string { return words.Isolate(name(g, patient)) }

func name(g api.Guest, patient string) string {
	switch {
	case g.As == care.AsPatient && patient != "":
		return patient
	case g.As == care.AsStaff && g.PersonName != "":
		return g.PersonName
	case g.As == care.AsRelative && patient != "":
		return words.T("agenda.of", "who", Relation(g.Relation), "name", patient)
	case g.Name != "":
		return g.Name
	case patient != "":
		return words.T("agenda.of", "who", words.T("agenda.as."+string(g.As)), "name", patient)
	}
	return words.T("agenda.as." + string(g.As))
}

// Relation is the word for what a relative is to the patient.
func Relation(r care.Relation) string {
	if r == "" {
		return words.T("agenda.as.relative")
	}
	return words.T("admin.relation." + string(r))
}

// Called is a relative's relation where a name would stand: "Mother".
func Called(r care.Relation) string {
	word := []rune(Relation(r))
	return string(unicode.ToUpper(word[0])) + string(word[1:])
}

// Kind is the word for a kind of visit.
func Kind(k care.VisitKind) string { return words.T("agenda.kind." + string(k)) }

// Sign is a state in an icon and a word.
type Sign struct {
	Tone kit.Tone
	Icon string
	Word string
}

// State is how far somebody came.
func State(s care.GuestState) Sign {
	sign := Sign{kit.Plain, "clock", words.T("agenda.guest." + string(s))}
	switch s {
	case care.Arrived, care.Checked, care.WaitingRoom:
		sign.Tone, sign.Icon = kit.Accent, "bell"
	case care.Admitted, care.InCall:
		sign.Tone, sign.Icon = kit.Live, "people"
	case care.Away:
		sign.Tone, sign.Icon = kit.Warn, "refresh"
	case care.LeftVisit:
		sign.Icon = "check"
	case care.Denied, care.Uninvited:
		sign.Icon = "x"
	case care.NeverCame:
		sign.Tone, sign.Icon = kit.Warn, "minus"
	}
	return sign
}

// Reason says what led to a state, "" where the state speaks for itself or no words are known.
func Reason(code string) string {
	if key := care.GuestsReason + code; code != "" && words.Current().Has(key) {
		return words.T(key)
	}
	return ""
}

// VisitState is how far a visit is.
func VisitState(v api.Visit) Sign {
	switch {
	case v.State == care.Cancelled:
		return Sign{kit.Plain, "x", words.T("agenda.state.cancelled")}
	case v.Outcome != "":
		return outcome(v.Outcome)
	case v.State == care.Open:
		return Sign{kit.Live, "people", words.T("agenda.state.open")}
	case v.State == care.Ended:
		return Sign{kit.Plain, "check", words.T("agenda.state.ended")}
	case v.Late > 0:
		return Sign{kit.Warn, "clock", words.N("agenda.state.late", v.Late)}
	}
	return Sign{kit.Plain, "clock", words.T("agenda.state.booked")}
}

func outcome(o care.Outcome) Sign {
	sign := Sign{kit.Warn, "warning", words.T("agenda.outcome." + string(o))}
	switch o {
	case care.Held:
		sign.Tone, sign.Icon = kit.Live, "check"
	case care.NoShow:
		sign.Icon = "minus"
	}
	return sign
}

// WaitsSince is when somebody in the queue began to wait.
func WaitsSince(g api.Guest) time.Time {
	switch {
	case g.Waiting != nil:
		return *g.Waiting
	case g.Came != nil:
		return *g.Came
	}
	return g.Since
}
