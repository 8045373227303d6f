package turn

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"
)

// A member has so many relays and no more; when one is closed another may be opened, and others are not held back.
func TestQuota(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Quota = 2 })
	first, err := allocate(t, s, "udp", pass(s, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := allocate(t, s, "tcp", pass(s, "a")); err != nil {
		t.Fatal(err)
	}
	if _, err := allocate(t, s, "udp", pass(s, "a")); err == nil {
		t.Error("a third relay")
	}
	if _, err := allocate(t, s, "udp", pass(s, "b")); err != nil {
		t.Errorf("another member: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); s.Relays() > 2; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the closed relay is still counted")
		}
	}
	if _, err := allocate(t, s, "udp", pass(s, "a")); err != nil {
		t.Errorf("after one was closed: %v", err)
	}
}

// A browser does not give back the relays of a network that is gone: one that lies idle gives way to another of its member, and none
// that is used, nor anybody else's.
func TestAnIdleRelayGivesWay(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Quota, c.Idle = 2, 2*time.Second })
	sink, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	arrives := func(relay net.PacketConn) bool {
		if _, err := relay.WriteTo([]byte("here"), sink.LocalAddr()); err != nil {
			return false
		}
		_ = sink.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		_, _, err := sink.ReadFrom(make([]byte, 10))
		return err == nil
	}
	relays := map[string]net.PacketConn{}
	for _, who := range []string{"ana/1", "ana/2", "ana/3", "ben/1"} {
		relay, err := allocate(t, s, "udp", pass(s, who[:len(who)-1]+"page"))
		if err == nil {
			relays[who] = relay
			if !arrives(relay) {
				t.Fatalf("nothing comes by the relay of %s", who)
			}
		} else if who != "ana/3" {
			t.Fatal(err)
		}
	}
	if relays["ana/3"] != nil {
		t.Fatal("a third relay beside two that were just used")
	}
	var third net.PacketConn
	for end := time.Now().Add(10 * time.Second); third == nil && time.Now().Before(end); {
		if !arrives(relays["ana/1"]) {
			t.Fatal("the relay that is used is gone")
		}
		third, _ = allocate(t, s, "udp", pass(s, "ana/page"))
	}
	if third == nil || !arrives(third) || !arrives(relays["ana/1"]) || !arrives(relays["ben/1"]) {
		t.Error("no relay gave way, or another than the idle one")
	}
	if arrives(relays["ana/2"]) || s.Relays() != 3 {
		t.Errorf("the idle relay is still there, one of %d", s.Relays())
	}
}

// A page names itself, so a person has a bound too, over however many pages.
func TestQuotaOfAPerson(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Quota = 1 })
	for i := range pages {
		if _, err := allocate(t, s, "udp", pass(s, fmt.Sprint("ana/page", i))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := allocate(t, s, "udp", pass(s, "ana/another")); err == nil {
		t.Error("new names bought more relays")
	}
	if _, err := allocate(t, s, "udp", pass(s, "ben/page")); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

// A relay passes no more than its share, and all together no more than the house's.
func TestBandwidth(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Config)
		relays int
	}{
		"one relay": {func(c *Config) { c.Bandwidth = 10_000 }, 1},
		"all":       {func(c *Config) { c.Total = 10_000 }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			s := mustOpen(t, c.change)
			sink, err := net.ListenPacket("udp4", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer sink.Close()
			began := time.Now()
			for i := range c.relays {
				relay, err := allocate(t, s, "udp", pass(s, fmt.Sprint("member", i)))
				if err != nil {
					t.Fatal(err)
				}
				for range 100 {
					if _, err := relay.WriteTo(make([]byte, 1000), sink.LocalAddr()); err != nil {
						t.Fatal(err)
					}
				}
			}
			got, buf := 0, make([]byte, 2000)
			_ = sink.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
			for {
				n, _, err := sink.ReadFrom(buf)
				if err != nil {
					break
				}
				got += n
			}
			// A share at once and one for every second that passed, however slow this machine is.
			if most := int(10_000 * (1 + time.Since(began).Seconds())); got == 0 || got > most {
				t.Errorf("%d bytes came through, want something up to %d", got, most)
			}
		})
	}
}

// One address has so many relays, whoever asks from there.
func TestCrowdOfAnAddress(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Crowd = 3 })
	for i := range 3 {
		if _, err := allocate(t, s, "udp", pass(s, fmt.Sprint("member", i))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := allocate(t, s, "udp", pass(s, "another")); err == nil {
		t.Error("a fourth relay of one address")
	}
	if !s.rooms.free(claimOf("another", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 2), Port: 1})) {
		t.Error("another address is held back")
	}
}

// In IPv6 a machine has a whole /64, so that is what counts.
func TestHome(t *testing.T) {
	for at, want := range map[string]string{
		"192.0.2.1:5": "192.0.2.1/32", "[::ffff:192.0.2.1]:5": "192.0.2.1/32", "[2001:db8:1:2:3:4:5:6]:5": "2001:db8:1:2::/64", "[fe80::1%eth0]:5": "fe80::/64",
	} {
		if got := home(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(at))).String(); got != want {
			t.Errorf("%s counts for %s, want %s", at, got, want)
		}
	}
}
