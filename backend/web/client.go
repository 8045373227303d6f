package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Client finds the address a request comes from, as near as can be told: what a trusted proxy says of it in
// X-Forwarded-For is believed, from the right as far as trusted proxies reach; what anyone else claims is not. Where a
// proxy's word is missing or cannot be read it is the proxy's own address: good enough for counting.
func Client(proxies []netip.Prefix) func(r *http.Request) netip.Addr {
	return func(r *http.Request) netip.Addr {
		at, _ := traced(proxies, r)
		return at
	}
}

// Whence is Client for deciding who may come in: the zero address where a trusted proxy does not say, in words that can be
// read, for whom it asks.
func Whence(proxies []netip.Prefix) func(r *http.Request) netip.Addr {
	return func(r *http.Request) netip.Addr {
		at, sure := traced(proxies, r)
		if !sure {
			return netip.Addr{}
		}
		return at
	}
}

func traced(proxies []netip.Prefix, r *http.Request) (at netip.Addr, sure bool) {
	at, sure = remote(r), true
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(at) }); i-- {
		a, err := hop(hops[i])
		if err != nil {
			return at, false
		}
		at = a
	}
	return at, sure
}

// hop reads an address as proxies write it: alone, in brackets, or with a port.
func hop(text string) (netip.Addr, error) {
	text = strings.TrimSpace(text)
	if p, err := netip.ParseAddrPort(text); err == nil {
		return p.Addr().Unmap(), nil
	}
	if inner, ok := strings.CutPrefix(text, "["); ok {
		text = strings.TrimSuffix(inner, "]")
	}
	a, err := netip.ParseAddr(text)
	return a.Unmap(), err
}
