package web

import (
	"net/http"
	"net/netip"
	"strings"
)

// Client finds the address a request comes from. What a trusted proxy says of it in X-Forwarded-For is believed, from
// the right as far as trusted proxies reach; what anyone else claims is not.
func Client(proxies []netip.Prefix) func(r *http.Request) netip.Addr {
	trusted := func(a netip.Addr) bool {
		for _, p := range proxies {
			if p.Contains(a) {
				return true
			}
		}
		return false
	}
	return func(r *http.Request) netip.Addr {
		at := remote(r)
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0 && trusted(at); i-- {
			a, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
			if err != nil {
				break
			}
			at = a.Unmap()
		}
		return at
	}
}
