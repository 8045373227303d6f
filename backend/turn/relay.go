package turn

import (
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// relay is one relay's socket. What is over the limit, or to or from where it may not, is dropped as a network would.
type relay struct {
	net.PacketConn
	rooms   *rooms
	port    uint16
	member  string
	from    string       // the network its member asked from
	asked   atomic.Int64 // Unix seconds of the last packet, or of its beginning; then its holder was asked about
	out, in *rate.Limiter
}

func (r *relay) WriteTo(b []byte, to net.Addr) (int, error) {
	peer := addrPort(to)
	if !r.rooms.wall.reachable(peer) || !r.passes(r.out, r.rooms.out, len(b)) {
		return len(b), nil
	}
	if there := r.rooms.wall.inward(peer); there != peer {
		to = net.UDPAddrFromAddrPort(there)
	}
	return r.PacketConn.WriteTo(b, to)
}

func (r *relay) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := r.PacketConn.ReadFrom(b) // fails when the relay was closed
		if err != nil {
			return n, from, err
		}
		came := addrPort(from)
		peer := r.rooms.wall.outward(came)
		if !r.rooms.wall.reachable(peer) || !r.passes(r.in, r.rooms.in, n) {
			continue
		}
		if peer != came {
			from = net.UDPAddrFromAddrPort(peer)
		}
		return n, from, nil
	}
}

func addrPort(a net.Addr) netip.AddrPort {
	if udp, ok := a.(*net.UDPAddr); ok {
		return udp.AddrPort()
	}
	return netip.AddrPort{}
}

// passes reports whether the holder still may, and so many bytes are within both limits.
func (r *relay) passes(mine, all *rate.Limiter, bytes int) bool {
	now := time.Now()
	return r.valid(now) && mine.AllowN(now, bytes) && all.AllowN(now, bytes)
}

// valid asks once a second whether the holder still may; when not, the relay ends here and now, and pion's allocation
// with it.
func (r *relay) valid(at time.Time) bool {
	now, last := at.Unix(), r.asked.Load()
	if now == last || !r.asked.CompareAndSwap(last, now) || r.rooms.c.Valid(holderOf(r.member)) {
		return true
	}
	_ = r.Close()
	return false
}

func (r *relay) Close() error {
	r.rooms.mu.Lock()
	if r.rooms.held[r.port] == r {
		delete(r.rooms.held, r.port)
	}
	r.rooms.mu.Unlock()
	return r.PacketConn.Close()
}
