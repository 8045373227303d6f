package turn

import (
	"net"
	"net/netip"
	"sync/atomic"
	"time"
)

// remembered is how long somebody from outside who was given a relay proves that others can be. A clinic is closed on a holiday.
const remembered = 7 * 24 * time.Hour

// beyond remembers when somebody from beyond this network was last given a relay. Many routers do not let those inside come
// in by the address of the outside (RFC 4787 section 6 calls it hairpinning), so the self-test alone cannot tell a relay that
// nobody outside reaches from one that only the house itself does not.
type beyond struct {
	relay netip.Addr
	last  atomic.Int64 // Unix seconds; 0 = nobody yet
}

// came follows that a relay was given to somebody at from.
func (o *beyond) came(from net.Addr, now time.Time) {
	if o.elsewhere(home(from)) {
		o.last.Store(now.Unix())
	}
}

// elsewhere reports whether a network is another than the one the relay stands in.
func (o *beyond) elsewhere(from netip.Prefix) bool {
	at := from.Addr()
	return from.IsValid() && at.IsGlobalUnicast() && !at.IsPrivate() && !from.Contains(o.relay)
}

// reached reports whether somebody came lately.
func (o *beyond) reached(now time.Time) bool {
	last := o.last.Load()
	return last != 0 && now.Sub(time.Unix(last, 0)) < remembered
}

// Reached reports whether somebody from outside this network was given a relay in the last seven days, since the start.
func (s *Server) Reached() bool { return s.beyond.reached(time.Now()) }
