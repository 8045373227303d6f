// Package turn is Hearth's own STUN and TURN server, for pages that cannot reach each other directly: UDP and TCP on one
// port, TLS on another, credentials that end by themselves, bounds on what a member, an address and all together can
// take. It relays packets it cannot read. It never relays into the network it stands in, and never writes addresses or
// names to the log.
package turn

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/pion/turn/v5"
)

// Config says where the server stands and what it gives. Zero values are filled as told.
type Config struct {
	Listen  string     // "host:port" of UDP and TCP alike; port 0 picks a free one. Default "127.0.0.1:0"
	Host    string     // name or address in the URLs pages are given; default: the address listened on
	Relay   netip.Addr // the address peers see; default: the address listened on. Needed when that is 0.0.0.0 or ::
	MinPort uint16     // of the relay, open to the outside for UDP; default 49160
	MaxPort uint16     // included; default 49560
	Realm   string     // default "hearth"

	TLSListen string      // "host:port" of TLS, the host as in Listen; "" for none. Needs TLS
	TLS       *tls.Config // with the certificate for Host
	Secret    []byte      // what credentials are made with; the same on all nodes. Default: random, so a restart ends them

	Life time.Duration // in which a credential opens new relays; default 10 min. Open relays are kept as Valid says
	// Valid says whether the holder of a credential (a member without its page, see Credentials) may still have relays. It
	// is asked at every request that carries the credential, and every second of every relay in use; a relay whose holder
	// no longer may is closed. Nil: everybody may.
	Valid     func(holder string) bool
	Quota     int           // relays a member may hold at once, see rooms.admit; default 24: six connections, each by UDP, TCP and TLS, and a third more
	Idle      time.Duration // without a packet, and a relay gives way to another of its member; default 5 s
	Crowd     int           // relays, and TCP and TLS connections, of one address at once: a clinic may be one; default 200
	Bandwidth int           // bytes a second and direction of one relay; default 1 MiB
	Total     int           // bytes a second and direction of all relays together; default 64 MiB
	Hurry     time.Duration // in which a TCP or TLS connection must show a credential that holds; default 10 s
	Loopback  bool          // the demo: the relay may stand on the loopback address, and only then reaches this machine
	Logger    *slog.Logger  // default: none

	// Lookup finds the addresses of a name, for the self-test; network is "ip". Default: as this machine does.
	Lookup func(ctx context.Context, network, name string) ([]netip.Addr, error)
}

// Server is the running server.
type Server struct {
	c     Config
	port  int
	tls   int // port of TLS, 0 = none
	inner *turn.Server
	rooms *rooms
	door  *door
	log   *quiet
	self  string // the member of the self-test
	close sync.Once
	err   error

	beyond beyond
}

// Open starts the server. The error says in words what cannot be.
func Open(c Config) (*Server, error) {
	host, err := c.fill()
	if err != nil {
		return nil, err
	}
	self := rand.Text()
	valid := c.Valid
	c.Valid = func(holder string) bool { return valid == nil || holder == self || valid(holder) }
	s := &Server{c: c, self: self, rooms: newRooms(&c, host), door: newDoor(&c), log: newQuiet(c.Logger)}
	s.beyond.relay = c.Relay
	if c.Host == "" {
		s.c.Host = host.String()
	}
	udp, listeners, err := s.listen(host)
	if err != nil {
		return nil, err
	}
	config := turn.ServerConfig{
		Realm:         c.Realm,
		AuthHandler:   s.authenticate,
		QuotaHandler:  func(claim, _ string, _ net.Addr) bool { return s.rooms.free(claim) },
		LoggerFactory: s.log,
		EventHandler: turn.EventHandler{OnAuth: func(from, at net.Addr, _, _, _, _ string, holds bool) {
			if holds {
				s.door.known(at, from)
			}
		}, OnAllocationCreated: func(from, _ net.Addr, _, _, _ string, _ net.Addr, _ int) { s.beyond.came(from, time.Now()) }},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: udp, RelayAddressGenerator: s.rooms, PermissionHandler: s.rooms.permit}},
	}
	for _, l := range listeners {
		config.ListenerConfigs = append(config.ListenerConfigs, turn.ListenerConfig{Listener: l, RelayAddressGenerator: s.rooms, PermissionHandler: s.rooms.permit})
	}
	if s.inner, err = turn.NewServer(config); err != nil {
		return nil, errors.Join(fmt.Errorf("turn: starting: %w", err), udp.Close(), closeAll(listeners))
	}
	return s, nil
}

// listen takes the ports: one for UDP and TCP, and that of TLS.
func (s *Server) listen(host netip.Addr) (net.PacketConn, []net.Listener, error) {
	udp, tcp, err := pair(host, s.c.Listen)
	if err != nil {
		return nil, nil, fmt.Errorf("turn: listening on %s: %w", s.c.Listen, err)
	}
	s.port = udp.LocalAddr().(*net.UDPAddr).Port
	listeners := []net.Listener{s.door.before(tcp)}
	if s.c.TLSListen == "" {
		return udp, listeners, nil
	}
	safe, err := net.Listen("tcp", s.c.TLSListen)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("turn: listening for TLS on %s: %w", s.c.TLSListen, err), udp.Close(), tcp.Close())
	}
	s.tls = safe.Addr().(*net.TCPAddr).Port
	config := s.c.TLS.Clone()
	config.MinVersion, config.NextProtos = max(config.MinVersion, tls.VersionTLS12), nil
	return udp, append(listeners, tls.NewListener(s.door.before(safe), config)), nil
}

// closeAll closes each. What its own end has closed meanwhile is no error.
func closeAll[C io.Closer](all []C) (err error) {
	for _, c := range all {
		if e := c.Close(); !errors.Is(e, net.ErrClosed) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// fill sets defaults, refuses what makes no sense, and gives the address to listen on.
func (c *Config) fill() (netip.Addr, error) {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	text, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("turn: the address to listen on: %w", err)
	}
	if text == "" {
		text = "0.0.0.0"
	}
	host, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("turn: the address to listen on must be a number, not a name: %w", err)
	}
	if c.TLSListen != "" && c.TLS == nil {
		return netip.Addr{}, errors.New("turn: TLS needs a certificate")
	}
	if !c.Relay.IsValid() {
		c.Relay = host
	}
	c.Relay = c.Relay.Unmap()
	if c.Relay.IsUnspecified() {
		return netip.Addr{}, errors.New("turn: listening everywhere, the relay needs the address that pages reach it by")
	}
	// Who listens to the network must let nobody in it reach what stands on this machine alone.
	c.Loopback = c.Loopback && host.IsLoopback()
	if c.Relay.IsLoopback() && !c.Loopback {
		return netip.Addr{}, errors.New("turn: a relay on the loopback address is for the demo on this machine only")
	}
	if c.MinPort == 0 && c.MaxPort == 0 {
		c.MinPort, c.MaxPort = 49160, 49560
	}
	if c.MinPort < 1024 || c.MaxPort < c.MinPort {
		return netip.Addr{}, fmt.Errorf("turn: ports %d to %d cannot be the relay's", c.MinPort, c.MaxPort)
	}
	if len(c.Secret) == 0 {
		c.Secret = []byte(rand.Text())
	} else if len(c.Secret) < 16 {
		return netip.Addr{}, errors.New("turn: the secret needs at least 16 bytes")
	}
	if c.Realm == "" {
		c.Realm = "hearth"
	}
	if c.Life <= 0 {
		c.Life = 10 * time.Minute
	}
	if c.Quota <= 0 {
		c.Quota = 24
	}
	if c.Idle <= 0 {
		c.Idle = 5 * time.Second
	}
	if c.Bandwidth <= 0 {
		c.Bandwidth = 1 << 20
	}
	if c.Crowd <= 0 {
		c.Crowd = 200
	}
	if c.Total <= 0 {
		c.Total = 64 << 20
	}
	if c.Hurry <= 0 {
		c.Hurry = 10 * time.Second
	}
	if c.Lookup == nil {
		c.Lookup = net.DefaultResolver.LookupNetIP
	}
	return host.Unmap(), nil
}

// pair takes the same port for UDP and TCP.
func pair(host netip.Addr, addr string) (net.PacketConn, net.Listener, error) {
	var last error
	_, want, _ := net.SplitHostPort(addr)
	for range 20 { // a free port for TCP may be taken for UDP
		tcp, err := net.Listen("tcp", net.JoinHostPort(host.String(), want))
		if err != nil {
			return nil, nil, err
		}
		port := tcp.Addr().(*net.TCPAddr).Port
		udp, err := net.ListenPacket("udp", net.JoinHostPort(host.String(), strconv.Itoa(port)))
		if err == nil {
			return udp, tcp, nil
		}
		last = errors.Join(err, tcp.Close())
		if want != "0" {
			break
		}
	}
	return nil, nil, last
}

// Port is the port of UDP and TCP.
func (s *Server) Port() int { return s.port }

// Relays is how many relays are open now.
func (s *Server) Relays() int { return s.rooms.count() }

// Close ends all relays. It may be called twice.
func (s *Server) Close() error {
	s.close.Do(func() {
		s.err = errors.Join(s.inner.Close(), s.door.Close(), s.rooms.Close())
	})
	return s.err
}
