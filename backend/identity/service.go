// Package identity knows who is asking: passwords, browser sessions, account slots, lock-out, the set-up code of the
// first administrator and the sign-in links of the demo. It never decides what somebody may do (shared/access does), and
// never keeps a password or a token, only hashes.
//
// # Account slots
//
// One browser may hold several signed-in accounts, such as the patient and the therapist of a demo: one cookie each,
// "hearth-<slot>" on http://localhost, "__Host-hearth-<slot>" over https. The slot is not secret; a page names the one
// it was opened for in the header api.AsHeader (the live socket in the query "as"), and that only chooses among the
// cookies the browser sends anyway.
package identity

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"time"

	"hearth/shared/care"
)

// Config says how the house is reached and how careful identity is.
type Config struct {
	Secure    bool                             // served over https: Secure cookies with the __Host- prefix
	Demo      bool                             // demo links work
	DemoLAN   bool                             // demo links also work from private networks, not only this machine
	Address   func(r *http.Request) netip.Addr // the client's address, proxies considered; nil: r.RemoteAddr
	Passwords Cost                             // zero: Production
	Now       func() time.Time                 // nil: time.Now
}

// Cost is what hashing one password costs (RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// Production is the second recommended option of RFC 9106 section 4 with one lane: 64 MiB, 3 passes.
var Production = Cost{Memory: 64 << 10, Time: 3, Threads: 1}

// Who is the answer to "who is asking".
type Who struct {
	Person     care.Person // with roles and, for a patient, the patient's id
	Slot       Slot
	MustChange bool // until the handed-out password is changed, nothing but that is served
	hash       Hash
}

// Reader is who as the store wants it.
func (w Who) Reader() care.Reader {
	return care.Reader{Person: w.Person.ID, Site: w.Person.Site, Roles: w.Person.Roles}
}

var errSoon = errors.New("identity: not written yet")

// Service signs people in and out.
type Service struct{}

// Open prepares the service.
func Open(ctx context.Context, store Store, c Config) (*Service, error) { return nil, errSoon }

// Close may be called twice.
func (s *Service) Close() error { return nil }

// Resolve says who is asking; SignedOut "sign-in.needed" when nobody. It never writes an answer.
func (s *Service) Resolve(r *http.Request) (Who, error) { return Who{}, errSoon }

// Still reports whether who's session is valid still; long connections ask now and then.
func (s *Service) Still(ctx context.Context, who Who) error { return errSoon }

// Here lists every account this browser is signed in with, the most recently used first.
func (s *Service) Here(r *http.Request) ([]Who, error) { return nil, errSoon }

// SignIn checks login and password and sets the cookie.
func (s *Service) SignIn(w http.ResponseWriter, r *http.Request, login, password string) (Who, error) {
	return Who{}, errSoon
}

// SignOut ends the session and takes the cookie back.
func (s *Service) SignOut(w http.ResponseWriter, r *http.Request, who Who) error { return errSoon }

// SignOutEverywhere ends every session of the person, this one included.
func (s *Service) SignOutEverywhere(w http.ResponseWriter, r *http.Request, who Who) error {
	return errSoon
}

// ChangePassword changes the own password and ends the person's other sessions.
func (s *Service) ChangePassword(r *http.Request, who Who, old, fresh string) error { return errSoon }

// CreatePerson makes a person. Without a password one is made up and returned, to be handed over and changed.
func (s *Service) CreatePerson(r *http.Request, by Who, n care.NewPerson, password string) (p care.Person, handedOut string, err error) {
	return care.Person{}, "", errSoon
}

// ResetPassword gives a person a made-up password to be handed over and changed, and ends the person's sessions.
func (s *Service) ResetPassword(r *http.Request, by Who, person care.PersonID) (p care.Person, handedOut string, err error) {
	return care.Person{}, "", errSoon
}

// SetUpCode returns a fresh code for the first administrator, valid 24 h, or "" when there is one already.
func (s *Service) SetUpCode(ctx context.Context) (string, error) { return "", errSoon }

// SetUp makes the first administrator with the code and signs them in.
func (s *Service) SetUp(w http.ResponseWriter, r *http.Request, code, name, login, password string) (Who, error) {
	return Who{}, errSoon
}

// DemoToken makes a sign-in token for person; it works as often as wanted, only in the demo.
func (s *Service) DemoToken(ctx context.Context, person care.PersonID) (string, error) {
	return "", errSoon
}

// DemoPerson says whose link it is, for the page with the button; nothing is signed in.
func (s *Service) DemoPerson(r *http.Request, token string) (care.Person, error) {
	return care.Person{}, errSoon
}

// DemoSignIn signs the person of the link in.
func (s *Service) DemoSignIn(w http.ResponseWriter, r *http.Request, token string) (Who, error) {
	return Who{}, errSoon
}
