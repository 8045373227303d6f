package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"hearth/shared/access"
	"hearth/shared/care"
)

var (
	errFields = errors.New("not exactly one field")
	errID     = errors.New("not the shape of an id")
	errStamp  = errors.New("not a time")
	errText   = errors.New("a text too long or not readable")
	errList   = errors.New("a list too long, or with doubles")
	errWord   = errors.New("a word we do not know")
)

// one reports whether exactly one of the pointers is set.
func one(set ...bool) bool {
	n := 0
	for _, s := range set {
		if s {
			n++
		}
	}
	return n == 1
}

// token refuses what cannot be an id: 1 to MaxIDLength of the letters ids are made of.
func token[T ~string](id T) error {
	if len(id) == 0 || len(id) > MaxIDLength {
		return errID
	}
	for _, c := range string(id) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_.:", c)) {
			return errID
		}
	}
	return nil
}

func (id RoomID) check() error {
	if id.Kind() == "" {
		return errID
	}
	return token(id.Of())
}

// check refuses member ids short enough to be guessed.
func (id MemberID) check() error {
	if len(id) < 16 {
		return errID
	}
	return token(id)
}

func (p Portal) check() error {
	switch p {
	case Aggregator, Patient, Therapist, Admin, Visitor:
		return nil
	}
	return errWord
}

// instant refuses times no clock of ours shows: 2^53 µs is what JSON numbers carry exactly, the year 2255.
func instant(s care.Stamp) error {
	if s <= 0 || s > 1<<53 {
		return errStamp
	}
	return nil
}

// text refuses what is longer than max characters; names are checked more strictly where they are given.
func text(s string, max int) error {
	if len(s) > 4*max || utf8.RuneCountInString(s) > max {
		return errText
	}
	return nil
}

func signals(list []access.Signal, min int) error {
	if len(list) < min || len(list) > len(access.Signals()) {
		return errList
	}
	seen := map[access.Signal]bool{}
	for _, s := range list {
		if !s.Known() {
			return errWord
		}
		if seen[s] {
			return errList
		}
		seen[s] = true
	}
	return nil
}

func (s Sensor) check() error {
	if s.Name != "" {
		if err := care.ValidateName(s.Name); err != nil {
			return err
		}
	}
	if !s.Signal.Known() {
		return errWord
	}
	if s.Battery < -1 || s.Battery > 100 {
		return errors.New("not a battery level")
	}
	return errors.Join(token(s.Key), token(s.State))
}

func sensors(list []Sensor) error {
	if len(list) > MaxSensors {
		return errList
	}
	seen := map[string]bool{}
	for _, s := range list {
		if err := s.check(); err != nil {
			return fmt.Errorf("sensor: %w", err)
		}
		if seen[s.Key] {
			return errList
		}
		seen[s.Key] = true
	}
	return nil
}

func body(b json.RawMessage) error {
	if len(b) == 0 || len(b) > MaxBody || string(b) == "null" || !json.Valid(b) {
		return errors.New("not a body")
	}
	return nil
}
