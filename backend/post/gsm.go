package post

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// The default alphabet of GSM 03.38 (3GPP TS 23.038 section 6.2.1) and its extension table (6.2.1.1), whose characters
// take two septets.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtra = "\f^{}\\[~]|€"
)

// GSM reports whether a text can be sent in the default alphabet.
func GSM(text string) bool {
	for _, r := range text {
		if septets(r) == 0 {
			return false
		}
	}
	return true
}

// septets is how much room a character takes; 0: it is not in the alphabet.
func septets(r rune) int {
	switch {
	case strings.ContainsRune(gsmBasic, r):
		return 1
	case strings.ContainsRune(gsmExtra, r):
		return 2
	}
	return 0
}

// Parts is how many short messages a text takes (TS 23.038 section 4, TS 23.040 section 9.2.3.24.1): one of 160 septets or
// 70 UTF-16 units, else several of 153 or 67. No character is split between two.
func Parts(text string) int {
	size, whole, part := septets, 160, 153
	if !GSM(text) {
		size, whole, part = func(r rune) int { return utf16.RuneLen(r) }, 70, 67
	}
	total, parts, room := 0, 1, part
	for _, r := range text {
		n := size(r)
		total += n
		if n > room {
			parts, room = parts+1, part
		}
		room -= n
	}
	if total <= whole {
		return 1
	}
	return parts
}

// plainer are what people type and telephones do not have, and what says the same.
var plainer = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "–", "-", "—", "-", "…", "...", "\u00a0", " ",
	"\u202f", " ", "\u2011", "-", "·", "-", "•", "-", "œ", "oe", "Œ", "OE", "ł", "l", "Ł", "L", "đ", "d", "Đ", "D", "ð", "d", "þ", "th")

// Plain writes a text in the default alphabet where that is possible by leaving out signs above and below letters: one
// part of 160 instead of three of 67. A text in another script stays as it is.
func Plain(text string) string {
	if GSM(text) {
		return text
	}
	var out strings.Builder
	for _, r := range plainer.Replace(text) {
		if septets(r) > 0 {
			out.WriteRune(r)
			continue
		}
		bare := strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(string(r)))
		if !GSM(bare) {
			return text
		}
		out.WriteString(bare)
	}
	return out.String()
}
