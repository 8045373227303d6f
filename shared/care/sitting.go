package care

import (
	"strings"
	"time"
	"unicode/utf8"

	"hearth/shared/fault"
)

// Sitting is one stretch of measuring one patient: what labels and baselines hang on until a visit adopts it. Times
// are instants on the server's clock; what hangs on a sitting is stamped on the session clock (see Stamp).
type Sitting struct {
	ID      SittingID
	Patient PatientID
	Start   time.Time
	End     time.Time // zero while it lasts
}

// Stamp is an instant on the session clock: microseconds since the Unix epoch by the house's time, as the aggregator
// reckoned it when it began to measure (by its own clock, when no house could be reached). The aggregator stamps samples
// with it, and every other page translates its own time into it by the offset it measures over the control channel, so a
// label pressed far away stands where the signal was, and two loads of the aggregator stamp on one axis.
type Stamp int64

// StampOf converts an instant, on whatever clock it was read.
func StampOf(t time.Time) Stamp { return Stamp(t.UnixMicro()) }

// Time converts back.
func (s Stamp) Time() time.Time { return time.UnixMicro(int64(s)) }

// Add returns s moved by d.
func (s Stamp) Add(d time.Duration) Stamp { return s + Stamp(d.Microseconds()) }

// Sub returns the time from o to s.
func (s Stamp) Sub(o Stamp) time.Duration { return time.Duration(s-o) * time.Microsecond }

// LabelKind says what a label names.
type LabelKind string

// The kinds of label.
const (
	Phase  LabelKind = "phase"  // one of the project's vocabulary, Word names it
	Note   LabelKind = "note"   // free text
	Rating LabelKind = "rating" // distress, SUDS 0-100 (Wolpe 1969)
)

// Company says who was there when a phase began.
type Company string

// With whom.
const (
	Alone         Company = "patient" // the patient alone
	WithOthers    Company = "others"  // the patient and others
	OnlyOthers    Company = "only-others"
	CompanyAbsent Company = "" // notes and ratings say nothing about company
)

// Label is a moment somebody named. Its id is made where the button was pressed, so a label sent twice from an
// offline queue stays one label.
type Label struct {
	ID      LabelID
	Sitting SittingID
	At      Stamp
	Kind    LabelKind
	Word    string  // for Phase: key of the vocabulary entry
	Company Company // for Phase
	Text    string  // for Note; for Phase the entry's own words, so that it can be read when the vocabulary has lost it
	Rating  int     // for Rating: 0 to 100
	Removed bool    // undone; kept so that undo can be undone
	Visit   VisitID // in whose call it was said, if in one; of the sitting's patient
	Into    int64   // ms since that visit's Start, by the house's clock when it was pressed: its place in the picture
	By      PersonID
	Version int64
	Stored  time.Time // when the server first had it
}

// farthestInto is how far from a visit's beginning a label may lie, ms: somebody comes early, or a visit lasts.
const farthestInto = 24 * 60 * 60 * 1000

// MaxNote is how many characters a free note may have, maxWord those of a vocabulary entry.
const (
	MaxNote = 500
	maxWord = 40
)

// Validate refuses labels that mean nothing or carry more than they say.
func (l Label) Validate() error {
	bad := func(code string) error { return fault.New(fault.Invalid, code, nil) }
	switch {
	case !ValidID(l.ID):
		return bad("label.id")
	case l.At <= 0 || l.At > 1<<53:
		return bad("label.time")
	case l.Visit == "" && l.Into != 0, l.Visit != "" && !ValidID(l.Visit), l.Into > farthestInto, l.Into < -farthestInto:
		return bad("label.visit")
	}
	switch l.Kind {
	case Phase:
		if !keyText(l.Word) {
			return bad("label.word")
		}
		if l.Company != Alone && l.Company != WithOthers && l.Company != OnlyOthers {
			return bad("label.company")
		}
		if !Readable(l.Text, maxWord) {
			return bad("label.text")
		}
	case Note:
		if n := utf8.RuneCountInString(strings.TrimSpace(l.Text)); n == 0 || n > MaxNote || !utf8.ValidString(l.Text) || strings.ContainsRune(l.Text, 0) {
			return bad("label.text")
		}
	case Rating:
		if l.Rating < 0 || l.Rating > 100 {
			return bad("label.rating")
		}
	default:
		return bad("label.kind")
	}
	if l.Kind != Phase && (l.Word != "" || l.Company != "") || l.Kind != Rating && l.Rating != 0 || l.Kind == Rating && l.Text != "" {
		return bad("label.kind")
	}
	return nil
}

// Measure is one quantity of a baseline: the median and spread of what was seen at rest.
type Measure struct {
	Median float64 // same unit as the quantity: 1/min or ms
	Spread float64 // median absolute deviation × 1.4826, so that it compares with a standard deviation
	Count  int     // values it was made from
}

// Baseline is the resting state measured between Start and End of a sitting. A new one replaces the old.
type Baseline struct {
	Sitting  SittingID
	Start    Stamp
	End      Stamp
	Measures map[string]Measure // by hrv quantity: "hr", "mean-hr", "rmssd", "sdnn"
	By       PersonID
	Version  int64
}

// Limits are the bounds beyond which the therapist's page raises an alarm. They are the therapist's, not a diagnosis.
type Limits struct {
	Patient   PatientID
	HeartLow  int // 1/min; 0 = no lower alarm
	HeartHigh int // 1/min; 0 = no upper alarm
	LeadOff   int // seconds without usable signal before the alarm; 0 = no alarm
	Version   int64
}

// DefaultLimits apply until a therapist sets others.
func DefaultLimits(p PatientID) Limits {
	return Limits{Patient: p, HeartLow: 40, HeartHigh: 180, LeadOff: 15}
}

// Validate refuses limits outside what a heart can do and what an alarm can wait for.
func (l Limits) Validate() error {
	ok := (l.HeartLow == 0 || (l.HeartLow >= 20 && l.HeartLow <= 120)) &&
		(l.HeartHigh == 0 || (l.HeartHigh >= 60 && l.HeartHigh <= 250)) &&
		(l.HeartLow == 0 || l.HeartHigh == 0 || l.HeartLow < l.HeartHigh) &&
		l.LeadOff >= 0 && l.LeadOff <= 600
	if !ok {
		return fault.New(fault.Invalid, "limits.range", nil)
	}
	return nil
}

// Word is one entry of a project's label vocabulary. Text "" means: the catalogue knows the word under
// "label.word."+Key, so the built-in words speak every language.
type Word struct {
	Key  string
	Text string
}

// DefaultVocabulary is the vocabulary of exposure therapy a new project starts with, in the order of a sitting.
func DefaultVocabulary() []Word {
	var words []Word
	for _, k := range []string{"baseline", "before", "imagined", "in-vivo", "after", "thoughts", "compulsion", "pause"} {
		words = append(words, Word{Key: k})
	}
	return words
}
