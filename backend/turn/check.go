package turn

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/pion/turn/v5"
)

// checkTime is how long a self-test may take when its context sets no end.
const checkTime = 5 * time.Second

// Check opens a relay on the server over UDP and another over TCP, as a page would, and closes them again. It proves
// that the ports listened on answer, the credentials hold and relay ports are free; whether the outside reaches them,
// only the outside can tell.
func (s *Server) Check(ctx context.Context) error {
	for _, network := range []string{"udp", "tcp"} {
		if err := s.check(ctx, network); err != nil {
			return fmt.Errorf("turn: self-test over %s: %w", network, err)
		}
	}
	return nil
}

func (s *Server) check(ctx context.Context, network string) error {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	host := s.rooms.bind
	if host.IsUnspecified() {
		host = netip.MustParseAddr("127.0.0.1")
		if s.rooms.bind.Is6() {
			host = netip.IPv6Loopback()
		}
	}
	at := net.JoinHostPort(host.String(), strconv.Itoa(s.port))
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, at)
	if err != nil {
		return err
	}
	packets := net.PacketConn(turn.NewSTUNConn(conn))
	if network == "udp" {
		if err := conn.Close(); err != nil {
			return err
		}
		if packets, err = net.ListenPacket("udp", net.JoinHostPort(host.String(), "0")); err != nil {
			return err
		}
	}
	defer packets.Close()
	// When ctx ends first the socket is closed under the client, which ends its waiting.
	defer context.AfterFunc(ctx, func() { _ = packets.Close() })()
	pass := s.Credentials(s.self, time.Now())[1]
	client, err := turn.NewClient(&turn.ClientConfig{Conn: packets, STUNServerAddr: at, TURNServerAddr: at, Realm: s.c.Realm,
		Username: pass.Username, Password: pass.Credential, LoggerFactory: newQuiet(nil)})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Listen(); err != nil {
		return err
	}
	relay, err := client.Allocate()
	if err != nil {
		return err
	}
	return relay.Close()
}
