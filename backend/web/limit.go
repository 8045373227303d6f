package web

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rate is how many requests one asker may make.
type Rate struct {
	Each  time.Duration // one more after this long
	Burst int           // at once
}

// Limits are the rates per kind of asker.
type Limits struct {
	Address Rate // everything but files, per address; a whole clinic may share one
	Person  Rate // operations of the interface, per person
	Door    Rate // attempts to sign in or set up, per address
}

// DefaultLimits let a page of a clinic work and a script that guesses starve. The lock-out of accounts is identity's.
var DefaultLimits = Limits{
	Address: Rate{20 * time.Millisecond, 400},
	Person:  Rate{50 * time.Millisecond, 120},
	Door:    Rate{2 * time.Second, 40},
}

// remembered is how many askers a meter knows at once; the one not seen for longest is forgotten first, so nobody can
// make the house grow by inventing addresses.
const remembered = 8192

// meter limits each asker by a token bucket.
type meter struct {
	rate Rate

	mu    sync.Mutex
	order *list.List // of *measured, most recently seen first
	known map[string]*list.Element
}

type measured struct {
	key    string
	bucket *rate.Limiter
}

func newMeter(r Rate) *meter {
	return &meter{rate: r, order: list.New(), known: map[string]*list.Element{}}
}

// allow takes one token of key's; when there is none it says how long to wait for the next.
func (m *meter) allow(key string, now time.Time) (wait time.Duration, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, found := m.known[key]
	if found {
		m.order.MoveToFront(e)
	} else {
		e = m.order.PushFront(&measured{key, rate.NewLimiter(rate.Every(m.rate.Each), m.rate.Burst)})
		m.known[key] = e
		if m.order.Len() > remembered {
			last := m.order.Remove(m.order.Back()).(*measured)
			delete(m.known, last.key)
		}
	}
	bucket := e.Value.(*measured).bucket
	if bucket.AllowN(now, 1) {
		return 0, true
	}
	return max(m.rate.Each, time.Second), false
}

// network is what a provider gives a customer at most: an IPv4 address, an IPv6 /48 (RFC 6177 section 2).
func network(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(48); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// Household names the household a request comes from, "" where that is not known.
func Household(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return household(a)
}

// household is the part of an address that one household or attacker has: an IPv4 address, an IPv6 /64.
func household(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
