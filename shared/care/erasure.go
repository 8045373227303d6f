package care

import (
	"slices"
	"time"

	"hearth/shared/fault"
)

// ErasureID names the forgetting of one patient.
type ErasureID string

// ErasureState is how far an erasure is.
type ErasureState string

// The states of an erasure.
const (
	ErasureWaiting   ErasureState = "waiting"   // the patient is hidden and signed out; it can be called off
	ErasureCancelled ErasureState = "cancelled" // called off in time
	ErasureDone      ErasureState = "done"      // nothing is left but the proof
)

// ErasureReasons are why a patient is forgotten. They are words of a list, because a proof must hold nothing about the
// patient: asked for, consent withdrawn, kept long enough, made by mistake.
func ErasureReasons() []string { return []string{"request", "consent", "retention", "mistake"} }

// ValidErasureReason refuses any other reason.
func ValidErasureReason(reason string) error {
	if !slices.Contains(ErasureReasons(), reason) {
		return fault.New(fault.Invalid, "erasure.reason", nil)
	}
	return nil
}

// Erasure is the forgetting of one patient: asked for, called off, or done and proven. After it is done it names the
// patient by an id nothing else knows but the audit trail.
type Erasure struct {
	ID      ErasureID
	Patient PatientID
	Person  PersonID // the account, while there is one
	Place   Place
	Reason  string
	State   ErasureState
	Asked   time.Time
	By      PersonID // "" for the house itself, which forgets what was kept long enough
	Due     time.Time
	Done    time.Time      // zero until it is
	Counts  map[string]int // by kind, what is there; of one that is done what was deleted
	Held    time.Time      // since when the patient is held: nobody forgets them; zero: not held
	Kept    time.Time      // when the place forgets the patient, who is deleted, by itself; zero: never
	Proof   string         // SHA-256 of what was done, in hexadecimal; it stands in the audit trail too
}

// Total is how many things there are of all kinds.
func (e Erasure) Total() (n int) {
	for _, c := range e.Counts {
		n += c
	}
	return n
}

// Retention is how long things are kept at a place. What is 0 is as in the place around it, see DefaultRetention.
type Retention struct {
	Place
	TrailYears  int // that the audit trail is kept; it is one chain, so the longest of all places counts for all
	DeletedDays int // after which a deleted patient is forgotten for good
	WaitDays    int // between asking for an erasure and doing it
	Version     int64
}

// DefaultRetention is what holds where nobody said anything.
var DefaultRetention = Retention{TrailYears: 10, DeletedDays: 90, WaitDays: 7}

// Validate refuses what is shorter than a year of trail, or longer than anybody means.
func (r Retention) Validate() error {
	if r.TrailYears < 0 || r.TrailYears > 100 || r.DeletedDays < 0 || r.DeletedDays > 36500 || r.WaitDays < 0 || r.WaitDays > 365 {
		return fault.New(fault.Invalid, "retention.invalid", nil)
	}
	return nil
}

// Or fills in what r leaves open from the place around.
func (r Retention) Or(around Retention) Retention {
	or := func(a, b int) int {
		if a == 0 {
			return b
		}
		return a
	}
	r.TrailYears, r.DeletedDays, r.WaitDays = or(r.TrailYears, around.TrailYears), or(r.DeletedDays, around.DeletedDays), or(r.WaitDays, around.WaitDays)
	return r
}
