package care

import (
	"net/netip"
	"slices"
	"time"

	"hearth/shared/access"
)

// SignInRule is what holds for one person, from everything that was said about the places where they have roles.
type SignInRule struct {
	Level    Level
	Idle     time.Duration // of a session without use; staff only, else 0
	Most     time.Duration // of a session at all; staff only, else 0
	Networks [][]netip.Prefix
}

// RuleOf adds up what holds for somebody with these grants. Base is what the house asks of all its staff. Where the house
// and a site, or two sites, say different things, the stricter one counts: the higher level, the shorter session, and an
// address that is on every list. Who works for the house itself may work from wherever the house lets them, at its sites
// too: no site's list of addresses can shut them out.
func RuleOf(grants []Grant, said []SiteSettings, base Level) SignInRule {
	rule := SignInRule{Level: PasswordOnly}
	for _, g := range grants {
		if g.Role != access.Patient {
			if rule.Idle == 0 {
				rule.Idle, rule.Most = MostIdle, MostSession
			}
			rule.Level = stricter(rule.Level, base)
		}
		for _, s := range said {
			if s.Site == "" || s.Site == g.Site {
				rule.Level = stricter(rule.Level, s.SignIn[g.Role])
			}
		}
	}
	if rule.Idle == 0 {
		return rule // no staff: shorter sessions and lists of networks are not for patients
	}
	for _, s := range said {
		if s.Site != "" && !worksAt(grants, s.Site) {
			continue
		}
		rule.Idle = shorter(rule.Idle, time.Duration(s.IdleMinutes)*time.Minute)
		rule.Most = shorter(rule.Most, time.Duration(s.MostHours)*time.Hour)
		if len(s.Addresses) > 0 && (s.Site == "" || !worksAt(grants, "")) {
			rule.Networks = append(rule.Networks, s.Addresses)
		}
	}
	return rule
}

// worksAt reports whether somebody has a staff role at a site or in it.
func worksAt(grants []Grant, site SiteID) bool {
	return slices.ContainsFunc(grants, func(g Grant) bool { return g.Site == site && g.Role != access.Patient })
}

// Allows reports whether the person may work from an address. Where nobody said anything, everywhere; an address nobody
// can tell is on no list.
func (r SignInRule) Allows(a netip.Addr) bool {
	for _, list := range r.Networks {
		if !InNetworks(list, a) {
			return false
		}
	}
	return true
}

// Over reports whether a session is over by the rule.
func (r SignInRule) Over(created, seen, now time.Time) bool {
	return r.Idle > 0 && (!now.Before(seen.Add(r.Idle)) || !now.Before(created.Add(r.Most)))
}

func stricter(a, b Level) Level {
	if b.Over(a) {
		return b
	}
	return a
}

func shorter(a, b time.Duration) time.Duration {
	if b == 0 {
		return a
	}
	return min(a, b)
}

// SignInEffect says what new settings would do to those whom they concern.
type SignInEffect struct {
	People int // they concern, with accounts that are not switched off
	SetUp  int // would have to make a passkey or set a second step up when they next sign in
	Again  int // of those signed in now would have to sign in again, or set something up first
}
