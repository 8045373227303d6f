package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A browser that somebody signed in with keeps a sign of it, one per login (OWASP, "Device cookies"). It opens nothing:
// it only gives the browser a count of its own, so that a stranger who guesses elsewhere cannot keep its owner out. The
// sign is "expiry, nonce, HMAC over login, expiry and nonce", so nothing is stored and a login cannot be read from it.
const (
	knownName  = "known-"
	knownFor   = 180 * 24 * time.Hour
	knownNonce = 16
	knownSize  = 8 + knownNonce + sha256.Size
	mostKnown  = 16 // in one browser; the oldest makes room, or a clinic's shared tablet would send ever longer requests
)

// sign is what a browser shows for one login.
type sign struct {
	name    string // of the cookie
	expires time.Time
	nonce   string // with expires, the name of the browser's own count
	value   []byte
}

// signs lists what a browser carries, unchecked, the newest first.
func (s *Service) signs(r *http.Request) (list []sign) {
	for _, c := range r.Cookies() {
		if !strings.HasPrefix(c.Name, s.prefix()+knownName) || len(list) >= 4*mostKnown {
			continue
		}
		b, err := base64.RawURLEncoding.DecodeString(c.Value)
		if err == nil && len(b) == knownSize {
			list = append(list, sign{c.Name, time.Unix(int64(binary.BigEndian.Uint64(b)), 0), hex.EncodeToString(b[:8+knownNonce]), b})
		}
	}
	slices.SortStableFunc(list, func(a, b sign) int { return b.expires.Compare(a.expires) })
	return list
}

// known is the name of the count this browser has of its own for login, "" when it is as good as a stranger's.
func (s *Service) known(r *http.Request, login string) string {
	name := s.knownCookie(login)
	for _, one := range s.signs(r) {
		if one.name == name && hmac.Equal(one.value[8+knownNonce:], s.seal(login, one.value[:8+knownNonce])) && s.now().Before(one.expires) {
			return one.nonce
		}
	}
	return ""
}

// remember gives the browser a fresh sign for login.
func (s *Service) remember(w http.ResponseWriter, r *http.Request, login string) {
	end := s.now().Add(knownFor)
	b := binary.BigEndian.AppendUint64(nil, uint64(end.Unix()))
	b = append(b, make([]byte, knownNonce)...)
	rand.Read(b[8:])
	b = append(b, s.seal(login, b)...)
	own := s.knownCookie(login)
	cookie := http.Cookie{Name: own, Value: base64.RawURLEncoding.EncodeToString(b), Path: "/", Expires: end,
		Secure: s.c.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	http.SetCookie(w, &cookie)
	others := slices.DeleteFunc(s.signs(r), func(one sign) bool { return one.name == own })
	for _, old := range others[min(len(others), mostKnown-1):] {
		http.SetCookie(w, &http.Cookie{Name: old.name, Path: "/", MaxAge: -1, Secure: s.c.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
}

func (s *Service) knownCookie(login string) string {
	return s.prefix() + knownName + s.attemptKey("known", login)[:8]
}

func (s *Service) seal(login string, b []byte) []byte {
	m := hmac.New(sha256.New, s.pepper)
	m.Write([]byte("device\x00"))
	m.Write(b) // of fixed length, so where the login begins is never in doubt
	m.Write([]byte(login))
	return m.Sum(nil)
}
