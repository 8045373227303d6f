// Package password says what a password is worth: how many characters of it nobody could guess from the others. The same
// rule runs in Go on the server and as a script beside the field (assets/js/password.js), over one list of what everybody
// tries first. It never keeps a password, and asks for no mixture of signs: length is what counts (NIST SP 800-63B-4
// section 3.1.1.2).
package password

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a password: characters, and what they must be worth.
const (
	Shortest = 12
	Longest  = 128
	Needed   = 8
)

// Verdict is what is wrong with a password; "" is good.
type Verdict string

// The verdicts.
const (
	Good   Verdict = ""
	Short  Verdict = "short"
	Long   Verdict = "long"   // or no text at all
	Common Verdict = "common" // everybody tries it early
	Same   Verdict = "same"   // little more than the name of its owner
)

// Judge says what is wrong with a password of somebody who is called by these names.
func Judge(password string, own ...string) Verdict {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0) || n > Longest:
		return Long
	case n < Shortest:
		return Short
	case Worth(password) < Needed:
		return Common
	case Worth(password, own...) < Needed:
		return Same
	}
	return Good
}

// Worth counts what a guesser would have to try: a character for itself, a common word as two, a walk over the keyboard, a
// sequence, a year and what stood there before as one, a name of the owner as nothing. Whatever stands between words does
// not make them better.
func Worth(password string, own ...string) int {
	text := lower(password)
	bare := slices.DeleteFunc(slices.Clone(text), func(r rune) bool { return !letter(r) })
	names := namesOf(own)
	return min(worth(text, names), worth(bare, names))
}

// worth is the least of all ways to read text as what a guesser knows and what is left. It is found from the end, so that
// one thing that begins early cannot hide a longer one that begins within it.
func worth(text []rune, names [][]rune) int {
	plain := make([]rune, len(text))
	for i, r := range text {
		plain[i] = r
		if as, ok := looksLike[r]; ok {
			plain[i] = as
		}
	}
	least := make([]int, len(text)+1)
	for i := len(text) - 1; i >= 0; i-- {
		least[i] = 1 + least[i+1]
		known(text, plain, i, names, func(length, cost int) { least[i] = min(least[i], cost+least[i+length]) })
	}
	return least[0]
}

// known takes everything a guesser knows that begins at i, with its length and what it costs.
func known(text, plain []rune, i int, names [][]rune, take func(length, cost int)) {
	for _, name := range names {
		if begins(text[i:], name) || begins(plain[i:], name) {
			take(len(name), 0)
		}
	}
	for _, word := range words {
		if begins(plain[i:], word) {
			take(len(word), 2)
		}
	}
	run := func(far, least int) {
		for n := least; n <= far; n++ {
			take(n, 1)
		}
	}
	for _, walk := range walks {
		run(walked(text, i, walk), shortestWalk)
	}
	run(counted(text, i), 3)
	run(repeated(text, i), 3)
	if year(text[i:]) {
		take(4, 1)
	}
}

func begins(text, with []rune) bool {
	return len(text) >= len(with) && slices.Equal(text[:len(with)], with)
}

// shortestWalk is how many keys in a row are a walk; two or three meet by chance.
const shortestWalk = 4

// walked is how far text follows a row of keys from i on.
func walked(text []rune, i int, walk []rune) (far int) {
	for at := range walk {
		n := 0
		for i+n < len(text) && at+n < len(walk) && text[i+n] == walk[at+n] {
			n++
		}
		far = max(far, n)
	}
	return far
}

// counted is how long a sequence such as 4567, dcba or aaaa is that begins at i.
func counted(text []rune, i int) (far int) {
	for _, step := range []rune{1, -1, 0} {
		n := 1
		for i+n < len(text) && text[i+n] == text[i+n-1]+step {
			n++
		}
		far = max(far, n)
	}
	return far
}

// repeated is how much of what begins at i stood there before; "abababab" repeats itself from its third sign on.
func repeated(text []rune, i int) (far int) {
	for from := range i {
		n := 0
		for i+n < len(text) && text[from+n] == text[i+n] {
			n++
		}
		far = max(far, n)
	}
	return far
}

// year reports whether text begins with a year somebody alive may remember.
func year(text []rune) bool {
	if len(text) < 4 {
		return false
	}
	century := string(text[:2])
	return (century == "19" || century == "20") && digit(text[2]) && digit(text[3])
}

func digit(r rune) bool { return '0' <= r && r <= '9' }

// letter is whatever is not there to separate: every sign beyond ASCII counts as one.
func letter(r rune) bool { return digit(r) || 'a' <= r && r <= 'z' || r > 0x7f }

// lower makes small letters one by one, as the script does; what would become two stays.
func lower(s string) []rune {
	text := []rune(s)
	for i, r := range text {
		if r != 'İ' {
			text[i] = unicode.ToLower(r)
		}
	}
	return text
}

// looksLike are signs that stand for letters.
var looksLike = map[rune]rune{'0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', '$': 's', '!': 'i', '|': 'l'}

// namesOf are names, whole and in parts of three letters and more.
func namesOf(own []string) (names [][]rune) {
	for _, one := range own {
		text := lower(one)
		for _, name := range append([][]rune{text, slices.DeleteFunc(slices.Clone(text), func(r rune) bool { return !letter(r) })}, parts(text)...) {
			if len(name) >= 3 {
				names = append(names, name)
			}
		}
	}
	return names
}

func parts(text []rune) (list [][]rune) {
	var part []rune
	for _, r := range text {
		if letter(r) {
			part = append(part, r)
			continue
		}
		list, part = append(list, part), nil
	}
	return append(list, part)
}
