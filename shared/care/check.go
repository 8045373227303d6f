package care

import (
	"math"
	"strings"

	"hearth/shared/fault"
)

// Validate refuses baselines without a time, without values, or with values no heart has.
func (b Baseline) Validate() error {
	if b.Start <= 0 || b.End <= b.Start || b.End > 1<<53 {
		return fault.New(fault.Invalid, "baseline.time", nil)
	}
	if len(b.Measures) == 0 || len(b.Measures) > 16 {
		return fault.New(fault.Invalid, "baseline.measures", nil)
	}
	for name, m := range b.Measures {
		finite := !math.IsNaN(m.Median) && !math.IsInf(m.Median, 0) && !math.IsNaN(m.Spread) && !math.IsInf(m.Spread, 0)
		if !keyText(name) || !finite || m.Spread < 0 || m.Count < 1 {
			return fault.New(fault.Invalid, "baseline.measures", nil)
		}
	}
	return nil
}

// Validate refuses vocabularies with no, too many, equal or unreadable words. A word without a text must be one of the
// built-in ones, which have their words in the catalogues.
func (v Vocabulary) Validate() error {
	if len(v.Words) == 0 || len(v.Words) > MaxWords {
		return fault.New(fault.Invalid, "vocabulary.count", nil)
	}
	seen := map[string]bool{}
	for _, w := range v.Words {
		if !keyText(w.Key) || seen[w.Key] {
			return fault.New(fault.Invalid, "vocabulary.key", nil)
		}
		seen[w.Key] = true
		if !builtIn(w) && (strings.TrimSpace(w.Text) == "" || !Readable(w.Text, maxWord)) {
			return fault.New(fault.Invalid, "vocabulary.text", nil)
		}
	}
	return nil
}

func builtIn(w Word) bool {
	for _, d := range DefaultVocabulary() {
		if w == d {
			return true
		}
	}
	return false
}

// keyText is 1 to 40 of a-z, 0-9 and dash.
func keyText(s string) bool {
	return s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
