// Package identity knows who is asking: passwords, browser sessions, account slots, lock-out, the set-up code of the
// first administrator, passkeys, enrolment codes and the sign-in links of the demo. It never decides what somebody may do (shared/access does), and
// never keeps a password or a token, only hashes.
//
// # Account slots
//
// One browser may hold several signed-in accounts, such as the patient and the therapist of a demo: one cookie each,
// "hearth-<slot>" on http://localhost, "__Host-hearth-<slot>" over https. The slot is not secret; a page names the one
// it was opened for in the header api.AsHeader (the live socket in the query "as"), and that only chooses among the
// cookies the browser sends anyway.
//
// A person has one slot in a browser. Signing in again renews it: the name stays, so that tabs opened before go on, and
// the token is new, so that whoever held the old one holds nothing. A slot that ended never comes back, and nobody gets
// another's.
package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"hearth/backend/audit"
	"hearth/backend/passkey"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Config says how the house is reached and how careful identity is.
type Config struct {
	Secure    bool                             // served over https: Secure cookies with the __Host- prefix
	Demo      bool                             // demo links work
	DemoLAN   bool                             // demo links also work from private networks, not only this machine
	Address   func(r *http.Request) netip.Addr // the client's address, proxies considered; nil: r.RemoteAddr
	Whence    func(r *http.Request) netip.Addr // the same for lists of addresses, zero when nobody can tell; nil: Address
	Passwords Cost                             // zero: Production
	Second    bool                             // staff who sign in by password need a second step, unless the settings say otherwise
	Issuer    string                           // what an app that makes codes calls this house, such as its host; "": Hearth alone
	Sealer    Sealer                           // hides the secrets of codes; nil: nobody can set codes up
	Passkeys  passkey.Config                   // zero: there are none
	Ended     func(ctx context.Context, w Who) // hears of a session that was locked, or ended because another needed its place; nil: nobody
	Beside    Beside                           // nil: nobody
	Left      Left                             // nil: nobody
	Now       func() time.Time                 // nil: time.Now
}

// Beside hears of everybody who signs in, and of the other slots their browser carries, of sessions that go on and of those that
// ended.
type Beside func(ctx context.Context, person care.PersonID, slot Slot, others []Slot)

// Left hears of everybody who signs out, and of all slots their browser carries.
type Left func(ctx context.Context, person care.PersonID, slots []Slot)

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
	MustChange bool       // until the handed-out password is changed, nothing but that is served
	MustSetUp  bool       // until what the rule asks for is set up, nothing but that is served
	Away       bool       // where they came from nobody of the staff may work: nothing is served
	Level      care.Level // what the rule asks for
	Proof      Proof
	Verified   time.Time // when this person last proved who they are in this browser
	Pin        bool      // the session has a PIN, and locks

	// Service is set when another program asks as itself: then Person is nobody and has its id and name alone.
	Service care.ServiceID
	Scopes  []access.ServiceScope

	guard Guard
	hash  Hash
	from  netip.Addr
}

// Reader is who as the store wants it.
func (w Who) Reader() care.Reader {
	return care.Reader{Person: w.Person.ID, Site: w.Person.Site, Roles: w.Person.Roles, Service: w.Service, Scopes: w.Scopes}
}

// May reports whether who may do action anywhere at all: a person by the roles they hold, a service by its scopes.
func (w Who) May(action access.Action) bool {
	if w.Service != "" {
		return access.ServiceMay(w.Scopes, action)
	}
	return care.May(w.Person.Grants, action)
}

// Service signs people in and out.
type Service struct {
	store  Store
	c      Config
	hasher *hasher
	desk   *passkey.Desk // nil: this house can have no passkeys
	pepper []byte        // keys the hashes under which attempts are counted
	swept  atomic.Int64  // Unix seconds of the last sweep
}

// Open prepares the service.
func Open(ctx context.Context, store Store, c Config) (*Service, error) {
	if c.Passwords == (Cost{}) {
		c.Passwords = Production
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	h, err := newHasher(c.Passwords)
	if err != nil {
		return nil, fmt.Errorf("prepare passwords: %w", err)
	}
	pepper, err := store.KeepSetting(ctx, "identity.pepper", rand.Text())
	if err != nil {
		return nil, fmt.Errorf("read the pepper: %w", err)
	}
	s := &Service{store: store, c: c, hasher: h, pepper: []byte(pepper)}
	if c.Passkeys.ID != "" {
		if s.desk, err = passkey.New(c.Passkeys); err != nil {
			return nil, err
		}
	}
	return s, s.sweep(ctx)
}

// sweepEvery is how long what is over stays in the tables at most. Somebody who guesses at logins leaves a row for each.
const sweepEvery = time.Hour

// sweep forgets sessions that are over and attempts of another day, now and then.
func (s *Service) sweep(ctx context.Context) error {
	now, last := s.now(), s.swept.Load()
	if now.Unix()-last < int64(sweepEvery/time.Second) || !s.swept.CompareAndSwap(last, now.Unix()) {
		return nil
	}
	return errors.Join(s.store.SweepSessions(ctx, now), s.store.SweepHalves(ctx, now), s.store.SweepAttempts(ctx, now.Add(-longestCount)),
		s.store.SweepChallenges(ctx, now), s.store.SweepEnrolments(ctx, now))
}

// Close may be called twice.
func (s *Service) Close() error { return nil }

// Resolve says who is asking; SignedOut "sign-in.needed" when nobody. It never writes an answer. A request that names a
// slot is that account's or nobody's; one that names none is the account's used last. A locked account is nobody's, with
// "sign-in.pin".
func (s *Service) Resolve(r *http.Request) (Who, error) {
	f, err := s.resolve(r)
	if err != nil {
		return Who{}, err
	}
	return f.who(), s.touch(r.Context(), f)
}

func (s *Service) resolve(r *http.Request) (found, error) {
	slot := asked(r)
	if slot == "" {
		list, err := s.all(r)
		if err != nil {
			return found{}, err
		}
		err = needed(nil)
		slices.SortStableFunc(list, guestsLast)
		for _, f := range list {
			if !f.shut {
				return f, nil
			}
			err = errShut()
		}
		return found{}, err
	}
	for _, c := range s.cookies(r) {
		if c.slot == slot {
			return s.look(r.Context(), c, s.whence(r))
		}
	}
	return found{}, needed(nil)
}

// touch moves a session's end on, now and then.
func (s *Service) touch(ctx context.Context, f found) error {
	now, every := s.now(), touchEvery
	if f.session.Guest != "" {
		every = guestTouchEvery
	}
	if now.Sub(f.session.Seen) < every {
		return nil
	}
	err := s.store.TouchSession(ctx, f.session.Hash, now, f.expiry(now))
	if fault.Is(err, fault.NotFound) {
		return needed(err) // ended this very moment
	}
	return err
}

// Still reports whether who's session is valid still; long connections ask now and then. It is the slot that counts: the
// token may have been renewed meanwhile. Asking keeps the session alive, because somebody is there.
func (s *Service) Still(ctx context.Context, who Who) error {
	f, err := s.lasting(s.store.SessionIn(ctx, who.Person.ID, who.Slot))
	switch {
	case err == nil && f.shut:
		err = errors.Join(errShut(), s.bolt(ctx, f))
	case err == nil:
		f, err = s.ruled(ctx, f, who.from)
	}
	if err == nil && f.away {
		err = needed(nil)
	}
	if err != nil {
		return err
	}
	return s.touch(ctx, f)
}

// Here lists every account this browser is signed in with, the most recently used first. Locked ones are not among them.
// Guests are not: they signed in nowhere, see Guests.
func (s *Service) Here(r *http.Request) ([]Who, error) {
	list, err := s.all(r)
	var here []Who
	for _, f := range list {
		if !f.shut && f.session.Guest == "" {
			here = append(here, f.who())
		}
	}
	return here, err
}

// Leaving lists every account this browser could sign out of: those it is signed in with and those that are locked.
func (s *Service) Leaving(r *http.Request) ([]Who, error) {
	list, err := s.all(r)
	var here []Who
	for _, f := range list {
		here = append(here, f.who())
	}
	return here, err
}

func (s *Service) now() time.Time { return s.c.Now().UTC().Truncate(time.Microsecond) }

// address is where a request comes from; the zero address when nobody can tell.
func (s *Service) address(r *http.Request) netip.Addr {
	if s.c.Address != nil {
		return s.c.Address(r)
	}
	p, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr().Unmap()
}

// whence is where a request comes from, for the lists of addresses people may work from.
func (s *Service) whence(r *http.Request) netip.Addr {
	if s.c.Whence != nil {
		return s.c.Whence(r)
	}
	return s.address(r)
}

// attemptKey is the name under which attempts are counted: a keyed hash, so that the table tells nobody who tried.
func (s *Service) attemptKey(kind, what string) string {
	m := hmac.New(sha256.New, s.pepper)
	m.Write([]byte(kind + "\x00" + what))
	return hex.EncodeToString(m.Sum(nil))
}

// noteWithin is how long writing an audit entry may take.
const noteWithin = 10 * time.Second

// note writes an audit entry and returns err, or what went wrong with writing. Whoever hangs up at the right moment is
// written down all the same.
func (s *Service) note(r *http.Request, person care.PersonID, action string, err error) error {
	wrote := s.noteOn(r, person, action, "")
	if err != nil {
		return err
	}
	return wrote
}

// noteOn writes an audit entry about a thing.
func (s *Service) noteOn(r *http.Request, person care.PersonID, action, object string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), noteWithin)
	defer cancel()
	return s.store.AppendAudit(ctx, audit.Entry{
		At: s.now(), Person: person, Action: action, Object: object, From: audit.Network(s.address(r)),
	})
}

// NoteOn writes down what who did to a thing on a page of the porch.
func (s *Service) NoteOn(r *http.Request, who Who, action, object string) error {
	return s.noteOn(r, who.Person.ID, action, object)
}
