package turn

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/turn/v5"
	"golang.org/x/time/rate"
)

var (
	errFull = errors.New("turn: no relay free")
	errKind = errors.New("turn: not a kind of relay we have")
)

// rooms gives out relays: pion's RelayAddressGenerator, with a bound per member, a limit per relay, and the wall to
// the inside at every packet and not only at the permission.
type rooms struct {
	c    *Config
	bind netip.Addr

	mu   sync.Mutex
	held map[*relay]string // to its member
	shut bool
}

func newRooms(c *Config, bind netip.Addr) *rooms {
	return &rooms{c: c, bind: bind, held: map[*relay]string{}}
}

// Validate is asked by pion before the start.
func (r *rooms) Validate() error { return nil }

// permit is asked for every peer address a client wants to reach; the port is looked at when it sends.
func (r *rooms) permit(_ net.Addr, ip net.IP) bool {
	a, ok := netip.AddrFromSlice(ip)
	return ok && r.c.reachable(netip.AddrPortFrom(a.Unmap(), r.c.MinPort))
}

// pages is how many members' worth of relays one person may hold. A page names itself, so a bound per member alone
// would be none.
const pages = 4

// free reports whether a member may have another relay.
func (r *rooms) free(member string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.freeLocked(member)
}

func (r *rooms) freeLocked(member string) bool {
	mine, ours := 0, 0
	for _, m := range r.held {
		if m == member {
			mine++
		}
		if personOf(m) == personOf(member) {
			ours++
		}
	}
	return mine < r.c.Quota && ours < pages*r.c.Quota
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
	r.mu.Lock()
	defer r.mu.Unlock()
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
		port := int(r.c.MinPort) + (start+i)%span
		conn, err := net.ListenPacket(want.Network, net.JoinHostPort(r.bind.String(), strconv.Itoa(port)))
		if err != nil {
			continue
		}
		relay := &relay{PacketConn: conn, rooms: r, holder: holderOf(want.UserID),
			out: rate.NewLimiter(rate.Limit(r.c.Bandwidth), r.c.Bandwidth), in: rate.NewLimiter(rate.Limit(r.c.Bandwidth), r.c.Bandwidth)}
		if !r.enter(relay, want.UserID) {
			return nil, nil, errors.Join(errFull, conn.Close())
		}
		return relay, net.UDPAddrFromAddrPort(netip.AddrPortFrom(r.c.Relay, uint16(port))), nil
	}
	return nil, nil, errFull
}

func (r *rooms) enter(relay *relay, member string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shut || !r.freeLocked(member) {
		return false
	}
	r.held[relay] = member
	return true
}

// AllocateListener and AllocateConn would be relays for TCP towards the peer (RFC 6062), which WebRTC does not use.
func (r *rooms) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errKind
}

// AllocateConn refuses, see AllocateListener.
func (r *rooms) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errKind }

func (r *rooms) closeAll() {
	r.mu.Lock()
	r.shut = true
	all := make([]*relay, 0, len(r.held))
	for relay := range r.held {
		all = append(all, relay)
	}
	r.mu.Unlock()
	for _, relay := range all {
		_ = relay.Close()
	}
}

// relay is one relay's socket. What is over the limit, or to or from where it may not, is dropped as a network would.
type relay struct {
	net.PacketConn
	rooms   *rooms
	holder  string
	asked   atomic.Int64 // Unix seconds
	out, in *rate.Limiter
}

func (r *relay) WriteTo(b []byte, to net.Addr) (int, error) {
	if !r.allowed(to) || !r.out.AllowN(time.Now(), len(b)) {
		return len(b), nil
	}
	return r.PacketConn.WriteTo(b, to)
}

func (r *relay) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := r.PacketConn.ReadFrom(b) // fails when the relay was closed
		if err != nil || r.allowed(from) && r.in.AllowN(time.Now(), n) {
			return n, from, err
		}
	}
}

func (r *relay) allowed(peer net.Addr) bool {
	udp, ok := peer.(*net.UDPAddr)
	return ok && r.rooms.c.reachable(udp.AddrPort()) && r.valid()
}

// valid asks once a second whether the holder still may; when not, the relay ends here and now, and pion's allocation
// with it.
func (r *relay) valid() bool {
	now, last := time.Now().Unix(), r.asked.Load()
	if now == last || !r.asked.CompareAndSwap(last, now) || r.rooms.c.Valid(r.holder) {
		return true
	}
	_ = r.Close()
	return false
}

func (r *relay) Close() error {
	r.rooms.mu.Lock()
	delete(r.rooms.held, r)
	r.rooms.mu.Unlock()
	return r.PacketConn.Close()
}
