package turn

import "net/netip"

// closed are the networks nobody outside may be let into through a relay: this machine, the network it stands in, and
// what only looks like the outside (RFC 8656 section 21.4; RFC 6890 for the list).
var closed = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7",
	"fe80::/10", "fec0::/10", "ff00::/8",
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		list[i] = netip.MustParsePrefix(t)
	}
	return list
}

// outside reports whether an address is one of the open internet.
func outside(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return false
	}
	for _, p := range closed {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// reachable reports whether a relay may send to a peer: the open internet, Hearth's own relays (two members behind
// relays of the same server), and in the demo this machine.
func (c *Config) reachable(peer netip.AddrPort) bool {
	a := peer.Addr().Unmap()
	switch {
	case a.IsLoopback() && c.Loopback:
		return true
	case a == c.Relay:
		return peer.Port() >= c.MinPort && peer.Port() <= c.MaxPort
	default:
		return outside(a)
	}
}
