package turn

import (
	"errors"
	"net"
	"net/netip"
	"strconv"
	"testing"
	"time"
)

// Two members behind relays of the same server reach each other, over UDP and TCP: in the demo, on a server of a local
// network, and where the address of the relay is a router's that sends nothing back.
func TestRelayToRelay(t *testing.T) {
	t.Run("this machine", func(t *testing.T) { meet(t, mustOpen(t, nil)) })
	for _, seen := range []string{"192.0.2.7", "192.168.7.7"} {
		t.Run("behind a router, as "+seen, func(t *testing.T) {
			meet(t, mustOpen(t, func(c *Config) { c.Listen, c.Relay = "0.0.0.0:0", netip.MustParseAddr(seen) }))
		})
	}
	t.Run("local network", func(t *testing.T) {
		near := mustNear(t)
		meet(t, mustOpen(t, func(c *Config) { c.Listen, c.Loopback = netip.AddrPortFrom(near, 0).String(), false }))
		meet(t, mustOpen(t, func(c *Config) { c.Listen, c.Relay, c.Loopback = "0.0.0.0:0", near, false }))
	})
}

// mustNear is this machine's private address.
func mustNear(t *testing.T) netip.Addr {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().IsPrivate() && p.Addr().Is4() {
			return p.Addr()
		}
	}
	t.Skip("this machine has no private address, so a local network cannot be tried")
	return netip.Addr{}
}

func meet(t *testing.T, s *Server) {
	t.Helper()
	a, err := allocate(t, s, "udp", pass(s, "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := allocate(t, s, "tcp", pass(s, "b"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if n := s.Relays(); n != 2 {
		t.Errorf("%d relays open, want 2", n)
	}
	say := func(from, to net.PacketConn, words string) error {
		if _, err := from.WriteTo([]byte(words), to.LocalAddr()); err != nil {
			return err
		}
		buf := make([]byte, 100)
		_ = to.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		n, peer, err := to.ReadFrom(buf)
		if err == nil && (string(buf[:n]) != words || peer.String() != from.LocalAddr().String()) {
			return errors.New("got " + string(buf[:n]) + " from " + peer.String())
		}
		return err
	}
	// The first packets only open the way back: each side has to have named the other.
	for range 10 {
		if err = errors.Join(say(a, b, "hello"), say(b, a, "and hello")); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Nobody is let into the network the server stands in: not by permission, and not by a port next to the relay's.
func TestInsideIsRefused(t *testing.T) {
	s := mustOpen(t, nil)
	c := dial(t, s, "udp", pass(s, "a"))
	relay, err := c.Allocate()
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	for _, peer := range []string{"10.0.0.1", "192.168.1.1", "172.16.9.9", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"} {
		if err := c.CreatePermission(&net.UDPAddr{IP: net.ParseIP(peer), Port: 80}); err == nil {
			t.Errorf("%s was permitted", peer)
		}
	}
	if err := c.CreatePermission(&net.UDPAddr{IP: net.ParseIP("8.8.8.8"), Port: 53}); err != nil {
		t.Errorf("the open internet was refused: %v", err)
	}
}

// A relay that listens to the network reaches nothing of this machine, whatever is asked for.
func TestLoopbackStaysAtHome(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Listen, c.Relay = "0.0.0.0:0", netip.MustParseAddr("192.0.2.7") })
	for _, peer := range []string{"127.0.0.1:8080", "[::1]:8080", "[::ffff:127.0.0.1]:8080", "127.9.9.9:49300"} {
		if s.rooms.wall.reachable(netip.MustParseAddrPort(peer)) {
			t.Errorf("%s can be reached", peer)
		}
	}
}

func TestReachable(t *testing.T) {
	relay := netip.MustParseAddr("192.168.7.7")
	open := func(port uint16) bool { return port == 50000 || port == 50010 }
	c := wall{relay: relay, open: open}
	c.own.Store(&addresses{list: map[netip.Addr]bool{netip.MustParseAddr("9.9.9.9"): true, netip.MustParseAddr("2620:fe::fe"): true}})
	demo := wall{relay: netip.MustParseAddr("127.0.0.1"), open: open, loopback: true}
	for peer, want := range map[string][2]bool{ // the clinic's server, the demo
		"9.9.9.9:443":                {false, true}, // this machine by another of its names
		"[::ffff:9.9.9.9]:50000":     {false, true},
		"[2620:fe::fe]:22":           {false, true},
		"192.168.7.7:50001":          {false, false}, // of the range, but no relay's: it may be another program's
		"[::192.168.7.8]:50000":      {false, false},
		"10.1.2.3:50000":             {false, false},
		"172.31.255.255:1":           {false, false},
		"100.127.0.1:1":              {false, false},
		"224.0.0.251:5353":           {false, false},
		"[ff02::fb]:5353":            {false, false},
		"255.255.255.255:1":          {false, false},
		"1.1.1.1:443":                {true, true},
		"[2606:4700::1111]:443":      {true, true},
		"192.168.7.7:50000":          {true, false},
		"[::ffff:192.168.7.7]:50010": {true, false},
		"192.168.7.7:50011":          {false, false},
		"192.168.7.7:22":             {false, false},
		"192.168.7.8:50000":          {false, false},
		"127.0.0.1:8080":             {false, true},
		"[::1]:8080":                 {false, true},
		"[::ffff:127.0.0.1]:8080":    {false, true},
		"[::ffff:10.0.0.1]:1":        {false, false},
		"[fd00::1]:1":                {false, false},
		"[fe80::1]:1":                {false, false},
		"[64:ff9b::7f00:1]:1":        {false, false},
		"[2002:7f00:1::]:1":          {false, false},
		"169.254.169.254:80":         {false, false},
		"0.0.0.0:1":                  {false, false},
	} {
		p := netip.MustParseAddrPort(peer)
		if got := [2]bool{c.reachable(p), demo.reachable(p)}; got != want {
			t.Errorf("%s: got %v, want %v", peer, got, want)
		}
	}
}

// A relay's way to its neighbours is no way to what else this machine listens to, not even by a port between theirs.
func TestNeighboursOnly(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Listen, c.Relay = "0.0.0.0:0", netip.MustParseAddr("192.0.2.7") })
	own, err := net.ListenPacket("udp4", "127.0.0.1:"+strconv.Itoa(int(s.c.MaxPort)))
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	a, err := allocate(t, s, "udp", pass(s, "a"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := allocate(t, s, "udp", pass(s, "b"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.WriteTo([]byte("to what stands here"), &net.UDPAddr{IP: net.IPv4(192, 0, 2, 7), Port: int(s.c.MaxPort)}); err != nil {
		t.Fatal(err)
	}
	// What a says to b afterwards arrives, so that what it said before would have.
	if _, err := b.WriteTo([]byte("open"), a.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	for heard := false; !heard; {
		if _, err := a.WriteTo([]byte("to a neighbour"), b.LocalAddr()); err != nil {
			t.Fatal(err)
		}
		_ = b.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		_, _, err := b.ReadFrom(make([]byte, 100))
		heard = err == nil
	}
	_ = own.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, from, err := own.ReadFrom(make([]byte, 100)); err == nil {
		t.Errorf("%d bytes came from %v", n, from)
	}
}
