package turn

import (
	"errors"
	"maps"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// door stands before the TCP and TLS listeners. It knows who is in, so that Close ends them too, and lets in only so many
// in all and from one address. Who shows no credential that holds in time has to leave, and is the first to leave when
// there is no room.
type door struct {
	crowd int
	hurry time.Duration

	mu   sync.Mutex
	in   map[passage]*guest
	from map[netip.Prefix]int
	shut bool
}

// passage is one connection: its two ends.
type passage struct{ at, from string }

const (
	maxGuests = 2000
	// silence ends a TCP connection of which nothing is heard: clients refresh their relay every few minutes.
	silence = 11 * time.Minute
	// stuck ends a TCP connection that takes nothing any more.
	stuck = 20 * time.Second
	// breath is the wait after a failed accept, when the machine has run out of something.
	breath = 50 * time.Millisecond
)

func newDoor(c *Config) *door {
	return &door{crowd: c.Crowd, hurry: c.Hurry, in: map[passage]*guest{}, from: map[netip.Prefix]int{}}
}

// before puts the door in front of a listener.
func (d *door) before(l net.Listener) net.Listener { return entrance{l, d} }

type entrance struct {
	net.Listener
	door *door
}

// Accept lets the next one in. It fails only when the listener was closed: pion would never ask again.
func (e entrance) Accept() (net.Conn, error) {
	for {
		conn, err := e.Listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil, err
		}
		if err != nil {
			time.Sleep(breath)
			continue
		}
		if g, last := e.door.enter(conn); g != nil {
			if last != nil {
				_ = last.Close()
			}
			return g, nil
		}
		_ = conn.Close()
	}
}

// enter gives a guest for a connection, nil when it cannot stay, and who has to leave for it.
func (d *door) enter(conn net.Conn) (g, last *guest) {
	g = &guest{Conn: conn, door: d, passage: passage{conn.LocalAddr().String(), conn.RemoteAddr().String()}, home: home(conn.RemoteAddr()), since: time.Now()}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.shut || d.from[g.home] >= d.crowd {
		return nil, nil
	}
	if len(d.in) >= maxGuests {
		if last = d.stranger(); last == nil {
			return nil, nil
		}
	}
	d.in[g.passage] = g
	d.from[g.home]++
	g.hurry = time.AfterFunc(d.hurry, func() { _ = g.Close() })
	return g, last
}

// stranger is who has waited longest without a credential.
func (d *door) stranger() (oldest *guest) {
	for _, g := range d.in {
		if !g.known && (oldest == nil || g.since.Before(oldest.since)) {
			oldest = g
		}
	}
	return oldest
}

// known lets a guest stay that has shown a credential that holds.
func (d *door) known(at, from net.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if g := d.in[passage{at.String(), from.String()}]; g != nil && !g.known {
		g.known = true
		g.hurry.Stop()
	}
}

// Close sends everybody out, and lets nobody in any more.
func (d *door) Close() error {
	d.mu.Lock()
	d.shut = true
	all := slices.Collect(maps.Values(d.in))
	d.mu.Unlock()
	return closeAll(all)
}

// home is the network an address counts for: itself, and in IPv6 the /64 that one machine has to itself.
func home(a net.Addr) netip.Prefix {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Prefix{}
	}
	ip := at.Addr().Unmap().WithZone("")
	p, _ := ip.Prefix(min(ip.BitLen(), 64))
	return p
}

type guest struct {
	net.Conn
	door    *door
	passage passage
	home    netip.Prefix
	since   time.Time
	hurry   *time.Timer // both under the door's mutex
	known   bool
}

func (g *guest) Read(b []byte) (int, error) {
	if err := g.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return g.Conn.Read(b)
}

func (g *guest) Write(b []byte) (int, error) {
	if err := g.SetWriteDeadline(time.Now().Add(stuck)); err != nil {
		return 0, err
	}
	return g.Conn.Write(b)
}

func (g *guest) Close() error {
	d := g.door
	d.mu.Lock()
	if d.in[g.passage] == g {
		g.hurry.Stop()
		delete(d.in, g.passage)
		if d.from[g.home]--; d.from[g.home] == 0 {
			delete(d.from, g.home)
		}
	}
	d.mu.Unlock()
	return g.Conn.Close()
}
