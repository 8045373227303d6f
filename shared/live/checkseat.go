package live

import (
	"errors"
	"slices"
	"unicode/utf8"

	"hearth/shared/care"
)

// check refuses a seat no page of ours could tell. No seat is all right.
func (s *Seat) check() error {
	if s == nil {
		return nil
	}
	if s.Quality < 0 || s.Quality > 4 {
		return errWord
	}
	for _, at := range []int64{int64(s.Closing), int64(s.At), int64(s.Main)} {
		if at < 0 || at > 1<<53 {
			return errStamp
		}
	}
	return whom(s.Spotlight)
}

// nudge refuses what is none of ours, and words with anything but a caption. A caption is one line: what would reorder or
// hide the text around it is refused, what joins letters or pictures is not.
func nudge(what, words string) error {
	if !slices.Contains(nudges, what) {
		return errWord
	}
	if (what == NudgeCaption) != (words != "") || len(words) > MaxCaption || !utf8.ValidString(words) || slices.ContainsFunc([]rune(words), unruly) {
		return errText
	}
	return nil
}

// check refuses what no service of ours is.
func (m *Made) check(what string) error {
	switch {
	case m == nil:
		return nil
	case what != NudgeCaption, m.Language != "" && !care.LanguageTag(m.Language), m.Host && m.Guest != "":
		return errWord
	}
	return errors.Join(token(m.Service), text(m.Name, 80), maybe(m.Guest))
}

func unruly(r rune) bool {
	return r < ' ' || r >= 0x7f && r <= 0x9f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff
}

// whom lets a member be left out.
func whom(id MemberID) error {
	if id == "" {
		return nil
	}
	return id.check()
}

// maybe lets an id be left out.
func maybe[T ~string](id T) error {
	if id == "" {
		return nil
	}
	return token(id)
}
