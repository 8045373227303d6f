package words

import "strings"

// Marks of UAX #9 section 2.4: a text between them orders nothing outside of it.
const (
	firstStrong = '\u2068' // FIRST STRONG ISOLATE
	popIsolate  = '\u2069' // POP DIRECTIONAL ISOLATE
)

// Isolate keeps a text that runs from right to left from turning what stands around it, such as a time after a name: Say does
// it to whatever it fills in. Any other text stays as it is, and isolating twice changes nothing.
func Isolate(s string) string {
	if strings.IndexFunc(s, turns) < 0 || isolated(s) {
		return s
	}
	var b strings.Builder
	b.WriteRune(firstStrong)
	open := 0
	for _, r := range s {
		switch {
		case r == popIsolate && open == 0:
			continue // it would end ours
		case r == popIsolate:
			open--
		case opens(r):
			open++
		}
		b.WriteRune(r)
	}
	for ; open >= 0; open-- {
		b.WriteRune(popIsolate)
	}
	return b.String()
}

// isolated reports whether a text is in one pair of marks already.
func isolated(s string) bool {
	if !strings.HasPrefix(s, string(firstStrong)) {
		return false
	}
	open := 0
	for i, r := range s {
		if opens(r) {
			open++
		} else if r == popIsolate {
			open--
		}
		if open <= 0 {
			return open == 0 && i+len(string(r)) == len(s)
		}
	}
	return false
}

func opens(r rune) bool { return r >= '\u2066' && r <= firstStrong }

// turns reports whether a letter runs from right to left, or is a mark that makes others do so: the blocks Unicode keeps for such
// scripts (DerivedBidiClass.txt, defaults R and AL), and the explicit marks.
func turns(r rune) bool {
	switch {
	case r < 0x590:
		return false
	case r <= 0x8ff, r >= 0xfb1d && r <= 0xfdff, r >= 0xfe70 && r <= 0xfeff, r >= 0x10800 && r <= 0x10fff, r >= 0x1e800 && r <= 0x1efff:
		return true
	}
	return r == '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= popIsolate
}
