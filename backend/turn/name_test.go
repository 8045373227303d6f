package turn

import (
	"context"
	"net"
	"net/netip"
	"testing"
)

// What the relay's name stands for is told when pages that ask it would not come to this relay.
func TestCheckName(t *testing.T) {
	for name, c := range map[string]struct {
		host, relay string
		found       []string // nil: the name is not known
		want        string
	}{
		"an address":                   {"203.0.114.7", "203.0.114.7", nil, ""},
		"the relay's":                  {"relay.example.org", "203.0.114.7", []string{"203.0.114.7"}, ""},
		"one of several":               {"relay.example.org", "203.0.114.7", []string{"203.0.114.8", "203.0.114.7"}, ""},
		"with one of the other kind":   {"relay.example.org", "203.0.114.7", []string{"2a01:4f8::7", "203.0.114.7"}, ""},
		"unknown":                      {"relay.example.org", "203.0.114.7", nil, "relay.name"},
		"another":                      {"relay.example.org", "203.0.114.7", []string{"203.0.114.8"}, "relay.name-elsewhere"},
		"only of the other kind":       {"relay.example.org", "203.0.114.7", []string{"2a01:4f8::7"}, "relay.name-elsewhere"},
		"of the inside":                {"relay.example.org", "203.0.114.7", []string{"192.168.1.5"}, "relay.name-inside"},
		"of the inside, as the relay":  {"relay.example.org", "192.168.1.5", []string{"192.168.1.5"}, "relay.name-inside"},
		"of this machine":              {"relay.example.org", "203.0.114.7", []string{"127.0.1.1"}, "relay.name-inside"},
		"of the inside, for who is in": {"hearth.lan", "192.168.1.5", []string{"192.168.1.5"}, ""},
		"inside, and another":          {"hearth", "192.168.1.5", []string{"192.168.1.6"}, "relay.name-elsewhere"},
	} {
		t.Run(name, func(t *testing.T) {
			s := mustOpen(t, nil)
			s.c.Host, s.c.Relay = c.host, netip.MustParseAddr(c.relay)
			s.c.Lookup = func(_ context.Context, network, name string) (found []netip.Addr, err error) {
				if network != "ip" || name != c.host || c.found == nil {
					return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
				}
				for _, text := range c.found {
					found = append(found, netip.MustParseAddr(text))
				}
				return found, nil
			}
			if err := s.CheckName(t.Context()); code(err) != c.want || (err == nil) != (c.want == "") {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
