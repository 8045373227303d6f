package care

import (
	"strconv"
	"strings"
	"unicode"
)

// birds are short, friendly, and told apart when they are read out. None begins with a letter that looks like another
// one, and none is a word to call a person by.
var birds = []string{
	"Avocet", "Bluebird", "Brambling", "Bunting", "Canary", "Cardinal", "Chaffinch", "Condor", "Crane", "Curlew", "Dipper", "Dove",
	"Dunlin", "Eagle", "Egret", "Falcon", "Fieldfare", "Finch", "Flamingo", "Goldcrest", "Goldfinch", "Grebe", "Harrier", "Hawk",
	"Heron", "Hoopoe", "Jay", "Kestrel", "Kingfisher", "Kite", "Kiwi", "Martin", "Merlin", "Nightjar", "Nuthatch", "Parakeet", "Pelican",
	"Penguin", "Petrel", "Pheasant", "Pipit", "Plover", "Puffin", "Quail", "Raven", "Redstart", "Robin", "Sandpiper",
	"Siskin", "Skylark", "Sparrow", "Starling", "Stork", "Swallow", "Swan", "Swift", "Teal", "Tern", "Thrush", "Toucan", "Treecreeper",
	"Wagtail", "Warbler", "Waxwing", "Whinchat", "Wren", "Yellowhammer",
}

// NewPseudonym makes a bird and a number of so many digits, such as "Wren-23"; pick chooses one of n. The digits 0 and 1
// are left out, because they read like letters.
func NewPseudonym(pick func(n int) int, digits int) string {
	name := birds[pick(len(birds))] + "-"
	for range digits {
		name += strconv.Itoa(2 + pick(8))
	}
	return name
}

// PseudonymKey is what two pseudonyms must differ in: its letters and digits, small. "Wren-23" and "wren 23" are one.
func PseudonymKey(name string) string {
	key := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	if key == "" {
		return strings.TrimSpace(name) // of signs alone
	}
	return key
}

// LoginOf makes a sign-in name of a pseudonym; "" when it has too few letters that may stand in one.
func LoginOf(name string) string {
	login := strings.Map(func(r rune) rune {
		switch r = unicode.ToLower(r); {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		case r == ' ':
			return '-'
		}
		return -1
	}, strings.TrimSpace(name))
	if ValidateLogin(login) != nil {
		return ""
	}
	return login
}
