package turn

import (
	"errors"
	"maps"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pion/turn/v5"
	"golang.org/x/time/rate"
)

var (
	errFull = errors.New("turn: no relay free")
	errKind = errors.New("turn: not a kind of relay we have")
)

// rooms gives out relays: pion's RelayAddressGenerator, with bounds per member, person and address, a limit per relay and
// for all, and the wall to the inside at every packet and not only at the permission.
type rooms struct {
	c       *Config
	bind    netip.Addr
	wall    wall
	out, in *rate.Limiter // of all relays

	mu   sync.RWMutex
	held map[uint16]*relay // by port
	shut bool
}

func newRooms(c *Config, bind netip.Addr) *rooms {
	inner := bind
	if bind.IsUnspecified() && c.Relay.Is4() {
		bind, inner = netip.IPv4Unspecified(), netip.MustParseAddr("127.0.0.1")
	} else if bind.IsUnspecified() {
		bind, inner = netip.IPv6Unspecified(), netip.IPv6Loopback()
	}
	r := &rooms{c: c, bind: bind, held: map[uint16]*relay{}, out: limiter(c.Total), in: limiter(c.Total)}
	r.wall.relay, r.wall.inner, r.wall.loopback, r.wall.open = c.Relay, inner, c.Loopback, r.open
	r.wall.look()
	return r
}

func limiter(bytes int) *rate.Limiter { return rate.NewLimiter(rate.Limit(bytes), bytes) }

// Validate is asked by pion before the start.
func (r *rooms) Validate() error { return nil }

// permit is asked for every peer address a client wants to reach.
func (r *rooms) permit(_ net.Addr, ip net.IP) bool {
	r.wall.look()
	a, ok := netip.AddrFromSlice(ip)
	return ok && r.wall.may(a)
}

// open reports whether a relay has this port now.
func (r *rooms) open(port uint16) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.held[port] != nil
}

// pages is how many members' worth of relays one person may hold. A page names itself, so a bound per member alone
// would be none.
const pages = 4

// claimOf joins a member with the network it asks from, for pion to carry; claimed takes them apart.
func claimOf(member string, from net.Addr) string {
	if from == nil {
		return member + "@"
	}
	return member + "@" + home(from).String()
}

func claimed(claim string) (member, from string) {
	i := strings.LastIndexByte(claim, '@')
	return claim[:max(i, 0)], claim[i+1:]
}

// free reports whether another relay may be had.
func (r *rooms) free(claim string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	member, from := claimed(claim)
	_, ok := r.admit(member, from, time.Now())
	return ok
}

// admit reports whether a member may have another relay, and which of its own, or else of its person's, has to give way: the one
// that has lain idle for longest. A browser keeps the relays of every way it ever tried, and cannot give them back once the network
// under them is gone: a phone that changes its network a few times would be without a relay just when it needs one.
func (r *rooms) admit(member, from string, now time.Time) (oldest *relay, ok bool) {
	mine, ours, near := 0, 0, 0
	var own, shared *relay
	for _, other := range r.held {
		if other.from == from {
			near++
		}
		if personOf(other.member) != personOf(member) {
			continue
		}
		ours++
		shared = idler(shared, other)
		if other.member == member {
			mine++
			own = idler(own, other)
		}
	}
	switch {
	case mine >= r.c.Quota:
		oldest = own
	case ours >= pages*r.c.Quota:
		oldest = shared
	}
	if oldest != nil && now.Sub(time.Unix(oldest.asked.Load(), 0)) < r.c.Idle {
		return nil, false
	}
	if oldest != nil && oldest.from == from {
		near--
	}
	return oldest, near < r.c.Crowd
}

// idler is the relay of two that has lain idle for longer.
func idler(a, b *relay) *relay {
	if a == nil || b.asked.Load() < a.asked.Load() {
		return b
	}
	return a
}

// holderOf is the part of a member that its right hangs on, see Credentials.
func holderOf(member string) string {
	if i := strings.LastIndexByte(member, '/'); i >= 0 {
		return member[:i]
	}
	return member
}

// personOf is the part of a member that stands for a person, see Credentials.
func personOf(member string) string {
	person, _, _ := strings.Cut(member, "/")
	return person
}

func (r *rooms) count() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.held)
}

// AllocatePacketConn opens a relay for UDP.
func (r *rooms) AllocatePacketConn(want turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	if (want.Network == "udp6") == r.c.Relay.Is4() {
		return nil, nil, errKind
	}
	span := int(r.c.MaxPort-r.c.MinPort) + 1
	start := rand.IntN(span)
	for i := range span {
		port := r.c.MinPort + uint16((start+i)%span)
		if want.RequestedPort != 0 && want.RequestedPort != int(port) { // the upper one of a pair
			continue
		}
		conn, err := net.ListenPacket(want.Network, net.JoinHostPort(r.bind.String(), strconv.Itoa(int(port))))
		if err != nil {
			continue
		}
		member, from := claimed(want.UserID)
		relay := &relay{PacketConn: conn, rooms: r, port: port, member: member, from: from, out: limiter(r.c.Bandwidth), in: limiter(r.c.Bandwidth)}
		if !r.enter(relay) {
			return nil, nil, errors.Join(errFull, conn.Close())
		}
		return relay, net.UDPAddrFromAddrPort(netip.AddrPortFrom(r.c.Relay, port)), nil
	}
	return nil, nil, errFull
}

func (r *rooms) enter(relay *relay) bool {
	r.mu.Lock()
	now := time.Now()
	oldest, ok := r.admit(relay.member, relay.from, now)
	if ok = ok && !r.shut; ok {
		relay.asked.Store(now.Unix())
		if oldest != nil {
			delete(r.held, oldest.port)
		}
		r.held[relay.port] = relay
	}
	r.mu.Unlock()
	if ok && oldest != nil {
		_ = oldest.Close() // and pion's allocation with it
	}
	return ok
}

// AllocateListener and AllocateConn would be relays for TCP towards the peer (RFC 6062), which WebRTC does not use.
func (r *rooms) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errKind
}

// AllocateConn refuses, see AllocateListener.
func (r *rooms) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errKind }

// Close ends all relays, and gives out none any more.
func (r *rooms) Close() error {
	r.mu.Lock()
	r.shut = true
	all := slices.Collect(maps.Values(r.held))
	r.mu.Unlock()
	return closeAll(all)
}
