package command

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"

	"hearth/backend/config"
	"hearth/backend/house"
)

// relayFor is relayOf with the certificate of the relay's name.
func relayFor(ctx context.Context, s config.Config, log *slog.Logger) (house.Relay, error) {
	r, err := relayOf(ctx, s)
	if err != nil || r.TLSListen == "" || s.TURNTLSCert == s.TLSCert {
		return r, err // the house's own certificate serves
	}
	if r.TLS, err = house.Certificate(s.TURNTLSCert, s.TURNTLSKey, log); err != nil {
		err = fmt.Errorf("HEARTH_TURN_TLS_CERT and HEARTH_TURN_TLS_KEY cannot be used: %w", err)
	}
	return r, err
}

// relayOf finds out where the relay listens and by which address pages reach it: as set, else the address listened on,
// else what the relay's name or the house's name stands for.
func relayOf(ctx context.Context, s config.Config) (house.Relay, error) {
	if s.TURNAddr == config.NoRelay {
		return house.Relay{Off: true}, nil
	}
	host, port, err := net.SplitHostPort(s.TURNAddr)
	if err != nil {
		return house.Relay{}, fmt.Errorf("read HEARTH_TURN_ADDR: %w", err)
	}
	name := s.TURNHost
	if u, err := url.Parse(s.URL); err == nil && name == "" {
		name = u.Hostname()
	}
	local := name == "localhost" || name == "127.0.0.1" || name == "::1"
	switch {
	case host == "localhost", host == "" && local: // nobody else can reach the house, so nobody else needs the relay
		host, name = "127.0.0.1", "127.0.0.1"
	case host == "":
		host = "0.0.0.0"
	}
	r := house.Relay{Listen: net.JoinHostPort(host, port), Host: name, MinPort: s.MinPort, MaxPort: s.MaxPort, Secret: []byte(s.TURNSecret),
		Crowd: s.TURNCrowd, Total: s.TURNMegabits * 1_000_000 / 8}
	if s.TURNTLSAddr != "" && s.TURNTLSAddr != config.NoRelay {
		own, port, err := net.SplitHostPort(s.TURNTLSAddr)
		if err != nil {
			return house.Relay{}, fmt.Errorf("read HEARTH_TURN_TLS_ADDR: %w", err)
		}
		if own == "" {
			own = host
		}
		r.TLSListen = net.JoinHostPort(own, port)
	}
	r.Address, err = reached(ctx, s.TURNRelay, host, name)
	return r, err
}

// reached is the first of the candidates that is, or stands for, an address.
func reached(ctx context.Context, set, host, name string) (netip.Addr, error) {
	for _, text := range []string{set, host, name} {
		if a, err := netip.ParseAddr(text); err == nil && !a.IsUnspecified() {
			return a, nil
		}
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", name)
	if err != nil || len(found) == 0 {
		return netip.Addr{}, errNoRelayAddress
	}
	return found[0].Unmap(), nil
}
