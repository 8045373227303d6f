package turn

import (
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// closed are the networks nobody outside may be let into through a relay: this machine, the network it stands in, and
// what only looks like the outside (RFC 8656 section 21.4; RFC 6890 for the list).
var closed = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7",
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

// wall decides whom relays reach: the open internet, each other (two members behind relays of the same server), and in
// the demo this machine. What else this machine listens to is inside, whichever of its addresses it is asked by.
type wall struct {
	relay    netip.Addr // what peers see
	inner    netip.Addr // how one relay reaches another without leaving this machine
	loopback bool
	open     func(port uint16) bool // whether a relay has this port now
	own      atomic.Pointer[addresses]
}

type addresses struct {
	list map[netip.Addr]bool
	read time.Time
}

// lookEvery is how old the list of this machine's own addresses may be.
const lookEvery = time.Minute

// look reads this machine's addresses anew when they are old.
func (w *wall) look() {
	if seen := w.own.Load(); seen != nil && time.Since(seen.read) < lookEvery {
		return
	}
	own := &addresses{list: map[netip.Addr]bool{}, read: time.Now()}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return
	}
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil {
			own.list[p.Addr().Unmap()] = true
		}
	}
	w.own.Store(own)
}

// may reports whether relays reach an address at all; the port is looked at when something is sent.
func (w *wall) may(a netip.Addr) bool {
	a = a.Unmap()
	if a.IsLoopback() && w.loopback || a == w.relay {
		return true
	}
	own := w.own.Load()
	return outside(a) && (own == nil || !own.list[a])
}

// reachable reports whether a relay may send to a peer, and hear from it.
func (w *wall) reachable(peer netip.AddrPort) bool {
	a := peer.Addr().Unmap()
	return w.may(a) && (a != w.relay || a.IsLoopback() && w.loopback || w.open(peer.Port()))
}

// inward is where to send what is for a peer: another relay stands next door, even where the address that others reach
// it by is a router's and not this machine's.
func (w *wall) inward(peer netip.AddrPort) netip.AddrPort {
	if peer.Addr().Unmap() == w.relay {
		return netip.AddrPortFrom(w.inner, peer.Port())
	}
	return peer
}

// outward is the peer that something came from: a relay next door under the address that others know it by.
func (w *wall) outward(from netip.AddrPort) netip.AddrPort {
	if from.Addr().Unmap() == w.inner && w.open(from.Port()) {
		return netip.AddrPortFrom(w.relay, from.Port())
	}
	return from
}
