package care

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hearth/shared/fault"
)

// ConsentID names one thing a patient said about an agreement.
type ConsentID string

// ConsentText is what patients of a project are asked to agree to: plain paragraphs, one version in one language. It never
// changes; a new wording is a new version, with all its languages.
type ConsentText struct {
	Project    ProjectID
	Kind       string // what it is about, such as "treatment" or "recording": 1 to 40 of a-z, 0-9 and dash
	Version    int    // from 1
	Language   string // "en", "de", "fr", "es"
	Title      string
	Paragraphs []string
	Created    time.Time
	By         PersonID
}

// Bounds of a text.
const (
	MaxParagraphs = 60
	MaxParagraph  = 4000 // characters
	maxTitle      = 120
)

// Validate refuses what nobody can read.
func (t ConsentText) Validate() error {
	bad := func(code string) error { return fault.New(fault.Invalid, code, nil) }
	switch {
	case !keyText(t.Kind):
		return bad("consent.kind")
	case Settings(t.Language, "") != nil || t.Language == "":
		return bad("consent.language")
	case strings.TrimSpace(t.Title) == "" || !Readable(t.Title, maxTitle):
		return bad("consent.title")
	case len(t.Paragraphs) == 0 || len(t.Paragraphs) > MaxParagraphs:
		return bad("consent.paragraphs")
	}
	for _, p := range t.Paragraphs {
		if strings.TrimSpace(p) == "" || !Readable(p, MaxParagraph) {
			return bad("consent.paragraphs")
		}
	}
	return nil
}

// Consent is one thing a patient said about an agreement: given or withdrawn. It never changes; what holds is what was
// said last, see Standing.
type Consent struct {
	ID       ConsentID // made where it was written down, so that one sent twice stays one
	Patient  PatientID
	Project  ProjectID // whose text it was
	Kind     string
	Version  int // of the text
	Language string
	Given    bool // else withdrawn
	At       time.Time
	Signer   string // who said so, see ConsentSigners
	Way      string // how, see ConsentWays
	Note     string // optional, one line
	By       PersonID
	Stored   time.Time
}

// ConsentSigners are those who may agree: the patient, or who has to decide for them.
func ConsentSigners() []string { return []string{"patient", "guardian"} }

// ConsentWays are the ways in which they say so.
func ConsentWays() []string { return []string{"paper", "spoken", "screen"} }

// Validate refuses what says nothing, or was said after now.
func (c Consent) Validate(now time.Time) error {
	bad := func(code string) error { return fault.New(fault.Invalid, code, nil) }
	switch {
	case !ValidID(c.ID):
		return bad("consent.id")
	case !keyText(c.Kind) || c.Version < 1:
		return bad("consent.kind")
	case c.At.Year() < 2000 || c.At.After(now.Add(5*time.Minute)):
		return bad("consent.time")
	case !slices.Contains(ConsentSigners(), c.Signer) || !slices.Contains(ConsentWays(), c.Way):
		return bad("consent.way")
	case !Readable(c.Note, 500) || !utf8.ValidString(c.Note):
		return bad("consent.note")
	}
	return nil
}

// Standing is what holds of everything a patient said: the last word on each kind.
func Standing(said []Consent) map[string]Consent {
	last := map[string]Consent{}
	for _, c := range said {
		was, ok := last[c.Kind]
		if !ok || c.At.After(was.At) || c.At.Equal(was.At) && !c.Stored.Before(was.Stored) {
			last[c.Kind] = c
		}
	}
	return last
}
