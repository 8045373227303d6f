package identity

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// SettingsStore keeps what was said about places.
type SettingsStore interface {
	// SignInSettings returns what was said about the house and about some of its sites.
	SignInSettings(ctx context.Context, sites []care.SiteID) ([]care.SiteSettings, error)
}

// ruleOf is what holds for a person now. It is read anew each time: what an operator's command or another node said holds
// at the next request.
func (s *Service) ruleOf(ctx context.Context, p care.Person) (care.SignInRule, error) {
	var sites []care.SiteID
	for _, g := range p.Grants {
		if g.Site != "" && !slices.Contains(sites, g.Site) {
			sites = append(sites, g.Site)
		}
	}
	said, err := s.store.SignInSettings(ctx, sites)
	if err != nil {
		return care.SignInRule{}, err
	}
	base, err := s.base(ctx)
	return care.RuleOf(p.Grants, said, base), err
}

// base is what the house asks of all its staff.
func (s *Service) base(ctx context.Context) (care.Level, error) {
	required, err := s.SecondRequired(ctx)
	if required {
		return care.SecondLevel, err
	}
	return care.PasswordOnly, err
}

// Base is what the house asks of all its staff, before what was said about places.
func (s *Service) Base(ctx context.Context) (care.Level, error) { return s.base(ctx) }

// Reaches reports whether a session that began so is enough for a level. A hospital has its own rules, and the demo's
// people come by links.
func (p Proof) Reaches(l care.Level) bool {
	switch p {
	case ByPasskey, ByHospital, ByDemo, ByLink:
		return true
	case ByCode, ByRecovery:
		return !l.Over(care.SecondLevel)
	}
	return !l.Over(care.PasswordOnly)
}

// Meets reports whether somebody has what a level asks for.
func (m Means) Meets(l care.Level) bool {
	if l == care.PasskeyLevel {
		return m.Passkeys > 0
	}
	return m.second()
}

// ruled holds a session to the rule of its person. Who has what the rule asks for must sign in again and use it; who has not
// must set it up first. Somebody who was let in by a code of the staff lost what they had, or the code would not have been
// made: they set it up anew, whatever is there.
func (s *Service) ruled(ctx context.Context, f found, at netip.Addr) (found, error) {
	p := f.account.Person
	f.from = at
	if !staff(p) && f.session.Proof.Reaches(care.PasskeyLevel) {
		return f, nil // what is asked of patients cannot be more
	}
	rule, err := s.ruleOf(ctx, p)
	switch {
	case err != nil:
		return f, err
	case rule.Over(f.session.Created, f.session.Seen, s.now()):
		return f, needed(nil)
	}
	f.rule, f.away = rule, !rule.Allows(at)
	if f.session.Proof.Reaches(rule.Level) {
		return f, nil
	}
	m, err := s.store.Means(ctx, p.ID)
	if err == nil && m.Meets(rule.Level) && f.session.Proof != ByEnrolment {
		err = needed(nil)
	}
	f.mustSetUp = true
	return f, err
}

// expiry is when a session of f ends that is used now.
func (f found) expiry(now time.Time) time.Time {
	end := expiryOf(f.account, f.session.Created, now)
	if f.rule.Idle > 0 {
		for _, other := range []time.Time{now.Add(f.rule.Idle), f.session.Created.Add(f.rule.Most)} {
			if other.Before(end) {
				end = other
			}
		}
	}
	return end
}

// From says of somebody who came without a session whether they may work from where a request comes from.
func (s *Service) From(r *http.Request, who Who) (Who, error) {
	if !staff(who.Person) {
		return who, nil
	}
	rule, err := s.ruleOf(r.Context(), who.Person)
	who.from = s.whence(r)
	who.Away = !rule.Allows(who.from)
	return who, err
}

// Address is where who came from; the zero address when nobody can tell.
func (w Who) Address() netip.Addr { return w.from }

// CheckLevels refuses to ask for passkeys where there can be none: nobody could come in any more.
func (s *Service) CheckLevels(levels map[access.Role]care.Level) error {
	for _, l := range levels {
		if l == care.PasskeyLevel && s.desk == nil {
			return fault.New(fault.Invalid, "settings.no-passkeys", nil)
		}
	}
	return nil
}
