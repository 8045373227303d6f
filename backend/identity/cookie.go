package identity

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// MostSlots is how many accounts one browser may hold; the one used longest ago makes room.
const MostSlots = 8

// tokenBytes make a token of 256 random bits.
const tokenBytes = 32

// touchEvery is how often a session's end is moved on; more often would write to the database at every request.
const touchEvery = 5 * time.Minute

// Ends of a session: so long without use, and so long at all. A patient's phone stays signed in for the weeks between
// visits.
const (
	staffIdle, staffMost     = 12 * time.Hour, 30 * 24 * time.Hour
	patientIdle, patientMost = 30 * 24 * time.Hour, 90 * 24 * time.Hour
)

// expiry is when a session ends that began at created and was used at now.
func expiry(p care.Person, created, now time.Time) time.Time {
	idle, most := staffIdle, staffMost
	if len(p.Roles) > 0 && !slices.ContainsFunc(p.Roles, func(r access.Role) bool { return r != access.Patient }) {
		idle, most = patientIdle, patientMost
	}
	if end := created.Add(most); end.Before(now.Add(idle)) {
		return end
	}
	return now.Add(idle)
}

func newToken() (string, Hash) {
	b := make([]byte, tokenBytes)
	rand.Read(b)
	text := base64.RawURLEncoding.EncodeToString(b)
	return text, hashOf(text)
}

func hashOf(token string) Hash { return sha256.Sum256([]byte(token)) }

func newSlot() Slot {
	b := make([]byte, 4)
	rand.Read(b)
	return Slot(hex.EncodeToString(b))
}

const cookieName = "hearth-"

var slotForm = regexp.MustCompile(`^[0-9a-f]{8}$`)

// prefix is how our cookies' names begin. __Host- makes the browser refuse one set by a neighbouring host or without
// TLS (RFC 6265bis section 4.1.3.2); plain http on localhost cannot have it.
func (s *Service) prefix() string {
	if s.c.Secure {
		return "__Host-" + cookieName
	}
	return cookieName
}

// carried is one of the browser's cookies.
type carried struct {
	slot Slot
	hash Hash
}

// cookies lists what the browser carries of ours, bounded.
func (s *Service) cookies(r *http.Request) (list []carried) {
	for _, c := range r.Cookies() {
		slot, ours := strings.CutPrefix(c.Name, s.prefix())
		if ours && slotForm.MatchString(slot) && len(c.Value) == base64.RawURLEncoding.EncodedLen(tokenBytes) && len(list) < 2*MostSlots {
			list = append(list, carried{Slot(slot), hashOf(c.Value)})
		}
	}
	return list
}

func (s *Service) setCookie(w http.ResponseWriter, slot Slot, token string, expires time.Time) {
	http.SetCookie(w, &http.Cookie{
		Name: s.prefix() + string(slot), Value: token, Path: "/", Expires: expires,
		Secure: s.c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (s *Service) dropCookie(w http.ResponseWriter, slot Slot) {
	http.SetCookie(w, &http.Cookie{
		Name: s.prefix() + string(slot), Path: "/", MaxAge: -1, Secure: s.c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// asked is the slot a request names, "" when it names none.
func asked(r *http.Request) Slot {
	as := r.Header.Get(api.AsHeader)
	if as == "" && (r.URL.Path == api.LiveSocket || strings.HasPrefix(r.URL.Path, api.Files)) {
		as = r.URL.Query().Get("as") // a WebSocket and a link cannot carry headers
	}
	return Slot(as)
}

// found is a valid session with its account.
type found struct {
	session   Session
	account   Account
	rule      care.SignInRule // zero where it cannot ask for more
	from      netip.Addr
	mustSetUp bool
	away      bool
	shut      bool // it is locked, see Guard
}

// look finds the session behind a cookie; SignedOut when it is over, locked or its person disabled.
func (s *Service) look(ctx context.Context, c carried, at netip.Addr) (found, error) {
	f, err := s.behind(ctx, c, at)
	if err == nil && f.shut {
		return found{}, errShut()
	}
	return f, err
}

// behind finds the session behind a cookie, locked ones too.
func (s *Service) behind(ctx context.Context, c carried, at netip.Addr) (found, error) {
	session, account, err := s.store.SessionByHash(ctx, c.hash)
	if err == nil && session.Slot != c.slot { // a cookie under another name than it was set: somebody has tinkered with it
		return found{}, needed(nil)
	}
	f, err := s.lasting(session, account, err)
	switch {
	case err != nil:
		return found{}, err
	case f.shut:
		return f, s.bolt(ctx, f)
	}
	return s.ruled(ctx, f, at)
}

// valid takes what the store found, unless it is over or locked.
func (s *Service) valid(session Session, account Account, err error) (found, error) {
	f, err := s.lasting(session, account, err)
	if err == nil && f.shut {
		return found{}, errShut()
	}
	return f, err
}

// lasting takes what the store found, unless it is over.
func (s *Service) lasting(session Session, account Account, err error) (found, error) {
	switch {
	case fault.Is(err, fault.NotFound):
		return found{}, needed(nil)
	case err != nil:
		return found{}, err
	case account.Disabled || !s.now().Before(session.Expires) || account.Guest != "" && !s.now().Before(account.Until):
		return found{}, needed(nil)
	case !session.Moved.IsZero():
		return found{}, fault.New(fault.SignedOut, live.CodeMoved, nil)
	}
	return found{session: session, account: account, shut: session.Guard.shut(s.now())}, nil
}

// all lists the valid sessions a browser carries, locked ones too, the most recently used first.
func (s *Service) all(r *http.Request) ([]found, error) {
	var list []found
	for _, c := range s.cookies(r) {
		f, err := s.behind(r.Context(), c, s.whence(r))
		switch {
		case err == nil:
			list = append(list, f)
		case !fault.Is(err, fault.SignedOut):
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b found) int {
		return cmp.Or(b.session.Seen.Compare(a.session.Seen), b.session.Created.Compare(a.session.Created), cmp.Compare(a.session.Slot, b.session.Slot))
	})
	return list, nil
}

func (f found) who() Who {
	return Who{Person: f.account.Person, Slot: f.session.Slot, MustChange: f.account.MustChange, MustSetUp: f.mustSetUp,
		Away: f.away, Level: f.rule.Level, Proof: f.session.Proof, Verified: f.session.Verified, Pin: f.session.Guard.on(), guard: f.session.Guard, hash: f.session.Hash, from: f.from}
}

func needed(cause error) error { return fault.New(fault.SignedOut, "sign-in.needed", cause) }
