package house

import (
	"context"
	"crypto/rand"
	"log/slog"
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
	Secret  []byte // the same on all nodes; none: made up and kept
}

// relay is what the house needs of STUN and TURN.
type relay interface {
	Servers(member string) []live.ICEServer
	Test(ctx context.Context) string // fault code, "" when well
	Close() error
}

// openRelay opens the relay the settings ask for. The demo's serves this machine, and with its neighbours the network.
// Where no secret is set, one is made up and kept in the database, so that all nodes agree and a restart ends nothing.
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
		Loopback: r.Listen == "" || r.Address.IsLoopback(), Valid: valid, Logger: c.Log}
	if near := LocalAddresses(); c.LAN && len(near) > 0 {
		t.Listen, t.Loopback = netip.AddrPortFrom(near[0], 0).String(), false
	}
	server, err := turn.Open(t)
	if err != nil {
		return nil, err
	}
	return open{server, c.Log}, nil
}

// open is a relay that is there.
type open struct {
	*turn.Server
	log *slog.Logger
}

// Servers makes fresh entries for one page.
func (o open) Servers(member string) []live.ICEServer { return o.Credentials(member, time.Now()) }

// Test opens relays as a page would.
func (o open) Test(ctx context.Context) string {
	for _, w := range o.Check(ctx) {
		if w.Err != nil {
			o.log.Warn("the relay failed its test", "way", w.Way, "error", w.Err)
			return "relay.failed"
		}
	}
	return ""
}

// none is a house without a relay.
type none struct{}

func (none) Servers(string) []live.ICEServer { return nil }
func (none) Test(context.Context) string     { return "relay.off" }
func (none) Close() error                    { return nil }
