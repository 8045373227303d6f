package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"hearth/shared/fault"
)

// DecodePage reads and checks a message from a page. What it returns is safe to act on: exactly one field is set, every
// id has the shape of one, every list its bounds. Anything else is fault "live.junk".
func DecodePage(text []byte) (FromPage, error) {
	var m FromPage
	if err := decode(text, MaxMessage, &m); err != nil {
		return FromPage{}, junk(err)
	}
	if err := m.check(); err != nil {
		return FromPage{}, junk(err)
	}
	return m, nil
}

// DecodeHouse reads and checks a message from the house, as DecodePage does the other way.
func DecodeHouse(text []byte) (FromHouse, error) {
	var m FromHouse
	if err := decode(text, MaxHouse, &m); err != nil {
		return FromHouse{}, junk(err)
	}
	if err := m.check(); err != nil {
		return FromHouse{}, junk(err)
	}
	return m, nil
}

// Encode writes the message as the other side's DecodeHouse reads it. A message of ours that cannot be written is our
// mistake, so it is an error and never a half-written text.
func (m FromHouse) Encode() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("writing a message of the house: %w", err)
	}
	return encode(m)
}

// Encode writes the message as the house's DecodePage reads it.
func (m FromPage) Encode() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, junk(err)
	}
	text, err := encode(m)
	if err == nil && len(text) > MaxMessage {
		return nil, junk(errSize)
	}
	return text, err
}

var errSize = errors.New("longer than a message may be")

func decode(text []byte, max int, into any) error {
	if len(text) > max {
		return errSize
	}
	if !utf8.Valid(text) {
		return errors.New("not UTF-8") // encoding/json would silently mend it
	}
	return json.Unmarshal(text, into)
}

// encode leaves <, > and & as they are: escaping would make a body relayed up to six times longer than it came.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("writing a message: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func junk(cause error) error { return fault.New(fault.Invalid, CodeJunk, cause) }
