package turn

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

// Only who comes from another network than the relay's proves that others can.
func TestWhoComesFromOutside(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		relay, from string
		want        bool
	}{
		{"203.0.113.9", "198.51.100.7", true},
		{"203.0.113.9", "203.0.113.9", false}, // the house itself, by way of its router
		{"203.0.113.9", "192.168.1.20", false},
		{"203.0.113.9", "127.0.0.1", false},
		{"192.168.1.5", "198.51.100.7", true},
		{"2001:db8:1:2::9", "2001:db8:1:2::77", false},
		{"2001:db8:1:2::9", "2001:db8:ffff::77", true},
		{"2001:db8:1:2::9", "fd00::1", false},
	} {
		o := beyond{relay: netip.MustParseAddr(c.relay)}
		o.came(&net.UDPAddr{IP: net.ParseIP(c.from), Port: 5000}, now)
		if got := o.reached(now); got != c.want {
			t.Errorf("%s at a relay at %s: reached is %v", c.from, c.relay, got)
		}
		if o.reached(now.Add(remembered)) {
			t.Errorf("%s is remembered for ever", c.from)
		}
	}
	if o := (&beyond{}); o.reached(now) {
		t.Error("reached before anybody came")
	}
}
