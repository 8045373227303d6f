package turn

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"hearth/shared/fault"
)

// Name is the name or address in the URLs that pages are given.
func (s *Server) Name() string { return s.c.Host }

// CheckName looks up what the name stands for here, and tells with a fault "relay.name…" when pages that ask it will not
// come to this relay: it is not known, stands for other addresses, or for one that only this network knows. What others
// are told by their own name service, only they can see. An address needs no looking up.
func (s *Server) CheckName(ctx context.Context) error {
	if _, err := netip.ParseAddr(s.c.Host); err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	found, err := s.c.Lookup(ctx, "ip", s.c.Host)
	if err != nil {
		return fault.New(fault.Unavailable, "relay.name", err)
	}
	ours, inside := false, false
	for _, a := range found {
		a = a.Unmap()
		if a.Is4() == s.c.Relay.Is4() {
			ours, inside = ours || a == s.c.Relay, inside || !outside(a)
		}
	}
	switch stands := fmt.Errorf("turn: the name stands for %v, the relay for %v", found, s.c.Relay); {
	case inside && !homely(s.c.Host):
		return fault.New(fault.Unavailable, "relay.name-inside", stands)
	case !ours:
		return fault.New(fault.Unavailable, "relay.name-elsewhere", stands)
	}
	return nil
}

// homely reports whether a name is one of those that only a network of its own knows, and so may stand for an address
// inside (RFC 6762, RFC 8375, RFC 6761 and what ICANN has set aside).
func homely(name string) bool {
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	if !strings.Contains(name, ".") {
		return true
	}
	for _, end := range []string{".local", ".home.arpa", ".internal", ".lan", ".localhost", ".test"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
