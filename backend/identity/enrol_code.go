package identity

import (
	"crypto/rand"
	"strings"
)

// enrolLetters are those of Crockford's base32 (https://www.crockford.com/base32.html): no I, L, O or U.
const enrolLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// enrolLength makes 50 random bits.
const enrolLength = 10

// newEnrolCode makes an enrolment code, as ReadCode returns it.
func newEnrolCode() string {
	b := make([]byte, enrolLength)
	rand.Read(b)
	for i, one := range b {
		b[i] = enrolLetters[one%32] // 32 divides 256: every letter is as likely
	}
	return string(b)
}

// ReadCode reads a code as people type it: small letters, dashes and spaces anywhere, O for 0, I and L for 1.
func ReadCode(typed string) (code string, ok bool) {
	if len(typed) > 64 {
		return "", false
	}
	code = strings.NewReplacer("-", "", " ", "", "\u00a0", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
	return code, len(code) == enrolLength && strings.Trim(code, enrolLetters) == ""
}

// ShowCode writes a code so that it is easy to read and type: two groups of five.
func ShowCode(code string) string {
	if len(code) != enrolLength {
		return code
	}
	return code[:enrolLength/2] + "-" + code[enrolLength/2:]
}
