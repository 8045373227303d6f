package house

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"net"
	"net/netip"
	"time"

	"hearth/backend/store"
	"hearth/backend/turn"
	"hearth/shared/live"
)

// Relay says how pages that cannot reach each other directly are helped. The zero value is a relay for this machine.
type Relay struct {
	Off     bool       // none: pages find each other or do not
	Listen  string     // "address:port" of UDP and TCP; "" is a free port of this machine's own loopback
	Host    string     // name in the addresses pages are given; "" is the address listened on
	Address netip.Addr // as seen from outside; needed when listening everywhere
	MinPort uint16     // of the relay's own ports; 0 both: the relay's default
	MaxPort uint16
	Secret  []byte        // of the credentials; none: made up and kept
	Life    time.Duration // in which a credential opens relays; 0: the relay's default

	TLSListen string      // "address:port" of TLS; "" is none, and in the demo a free port where it has a certificate
	TLS       *tls.Config // with the certificate for Host; nil: the house's
	Crowd     int         // relays and connections of one address; 0: the relay's default
	Total     int         // bytes a second of all relays together; 0: the relay's default
}

// relay is what the house needs of STUN and TURN.
type relay interface {
	Servers(member string) []live.ICEServer
	Check(ctx context.Context) []turn.Way // nil: there is no relay
	Reached() bool                        // somebody from outside was given a relay lately
	Name() string                         // that pages are given
	CheckName(ctx context.Context) error  // what is wrong with it
	Close() error
}

// openRelay opens the relay the settings ask for. The demo's serves this machine, and with its neighbours the network.
// Where no secret is set, one is made up and kept in the database.
func openRelay(ctx context.Context, c Config, s *store.Store, valid func(holder string) bool) (relay, error) {
	r := c.Relay
	if r.Off {
		return none{}, nil
	}
	if len(r.Secret) == 0 {
		kept, err := s.KeepSetting(ctx, "relay.secret", rand.Text()+rand.Text())
		if err != nil {
			return nil, err
		}
		r.Secret = []byte(kept)
	}
	t := turn.Config{Listen: r.Listen, Host: r.Host, Relay: r.Address, MinPort: r.MinPort, MaxPort: r.MaxPort, Secret: r.Secret,
		Loopback: r.Listen == "" || r.Address.IsLoopback(), Life: r.Life, Valid: valid, Logger: c.Log,
		TLSListen: r.TLSListen, TLS: r.TLS, Crowd: r.Crowd, Total: r.Total}
	if t.TLS == nil {
		t.TLS = c.TLS
	}
	if near := LocalAddresses(); c.LAN && len(near) > 0 {
		t.Listen, t.Loopback = netip.AddrPortFrom(near[0], 0).String(), false
	}
	if c.Demo && t.TLS != nil {
		host, _, _ := net.SplitHostPort(t.Listen)
		t.TLSListen = net.JoinHostPort(cmp.Or(host, "127.0.0.1"), "0")
	}
	server, err := turn.Open(t)
	if err != nil {
		return nil, err
	}
	return open{server}, nil
}

// open is a relay that is there.
type open struct{ *turn.Server }

// Servers makes fresh entries for one page.
func (o open) Servers(member string) []live.ICEServer { return o.Credentials(member, time.Now()) }

// none is a house without a relay.
type none struct{}

func (none) Servers(string) []live.ICEServer  { return nil }
func (none) Check(context.Context) []turn.Way { return nil }
func (none) Reached() bool                    { return false }
func (none) Name() string                     { return "" }
func (none) CheckName(context.Context) error  { return nil }
func (none) Close() error                     { return nil }
