package identity

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"hearth/backend/audit"
	"hearth/shared/fault"
)

// Guessing is slowed down by counts. None locks out for good, and no stranger can keep somebody out of a browser they
// use:
//
//   - a browser that has signed in with this login before (device.go) has a count of its own and no other;
//   - any other browser is counted with the others of its network, for this login and for all logins together, and with
//     the whole world for this login. The last is only a slow-down: to a minute between two guesses, however many
//     machines guess.
var (
	byDevice  = Rule{Free: 5, First: 30 * time.Second, Most: 15 * time.Minute, Forget: time.Hour}
	byNear    = byDevice
	byAddress = Rule{Free: 30, First: 30 * time.Second, Most: 15 * time.Minute, Forget: time.Hour}
	byWorld   = Rule{Free: 20, First: 5 * time.Second, Most: time.Minute, Forget: time.Hour}
	byOwn     = byDevice // the old password, asked of somebody signed in
)

// Try is one count an attempt is taken from.
type Try struct {
	Key string
	Rule
}

// tries are the counts an attempt to sign in is taken from. The first is forgotten after a right password, the others
// get back what was taken.
func (s *Service) tries(r *http.Request, login string) []Try {
	account := s.attemptKey("account", login)
	if device := s.known(r, login); device != "" {
		return []Try{{account + "." + device, byDevice}}
	}
	from := s.address(r)
	return []Try{
		{account + "." + s.attemptKey("near", near(from)), byNear},
		{s.attemptKey("address", audit.Network(from)), byAddress},
		{account, byWorld},
	}
}

// near is the network a guesser has for themselves: a /24 of IPv4, a /64 of IPv6.
func near(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	bits := 64
	if a.Is4() {
		bits = 24
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// mayTry takes one attempt from every count, or from none and says how long to wait.
func (s *Service) mayTry(ctx context.Context, tries ...Try) error {
	if err := s.sweep(ctx); err != nil {
		return err
	}
	wait, err := s.store.TakeAttempt(ctx, s.now(), tries...)
	if err != nil || wait <= 0 {
		return err
	}
	minutes := int((wait + time.Minute - 1) / time.Minute)
	return fault.New(fault.TooMany, "sign-in.locked", nil).With("minutes", strconv.Itoa(minutes))
}

// wasRight settles the counts after a right password. Only the narrowest begins anew: somebody who knows one password
// must not buy more guesses at others. The wider ones get back what was taken, or a clinic behind one address would
// lock itself out by signing in.
func (s *Service) wasRight(ctx context.Context, tries []Try) error {
	if err := s.store.ForgetAttempts(ctx, tries[0].Key); err != nil {
		return err
	}
	for _, t := range tries[1:] {
		if err := s.store.ReturnAttempt(ctx, t.Key); err != nil {
			return err
		}
	}
	return nil
}
