package service

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

// errForbidden is the end of an attempt to reach what a webhook must not reach.
var errForbidden = errors.New("the address is not on the open network")

// closed are networks that are not the open network although they look like it, or that carry an address of another
// network inside (IANA's special-purpose registries; RFC 6890, 6598, 6052, 3056, 4380).
var closed = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "fec0::/10")

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		list[i] = netip.MustParsePrefix(t)
	}
	return list
}

// open reports whether a webhook may be sent to an address: to the open network, and to what the operator allows besides.
func open(a netip.Addr, allowed []netip.Prefix) bool {
	a = a.Unmap().WithZone("")
	holds := func(p netip.Prefix) bool { return p.Contains(a) }
	if slices.ContainsFunc(allowed, holds) {
		return true
	}
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(closed, holds)
}

// guarded is a way out that looks at the address it really dials: a name that stands for one address when it is checked
// and for another when it is called does not get around it. It knows no proxy and keeps no connection.
func guarded(allowed []netip.Prefix) http.RoundTripper {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: -1, Control: func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err != nil || !open(a.Addr(), allowed) {
			return errForbidden
		}
		return nil
	}}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		},
		DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: 16 << 10,
		TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: patience,
	}
}
