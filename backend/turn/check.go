package turn

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"

	"hearth/shared/fault"
)

// The ways to the relay.
const (
	UDP = "udp"
	TCP = "tcp"
	TLS = "tls"
)

// Way is what the self-test found about one way to the relay.
type Way struct {
	Way       string        // UDP, TCP or TLS
	Err       error         // a fault with the code "relay.…" that says what helps; nil when a packet came back
	RoundTrip time.Duration // of that packet; 0 when none came back
	Ends      time.Time     // when the certificate ends, for TLS
}

// checkTime is how long one attempt of the self-test may take.
const checkTime = 3 * time.Second

// Check opens a relay over each way as a page would, with a credential of its own, and sends a packet through it to
// itself. First by the name that pages are given; when that fails, by this machine's own address, to tell a closed door
// from a relay that is ill. Whether the rest of the world gets as far, only the rest of the world can tell.
func (s *Server) Check(ctx context.Context) []Way {
	ways := []Way{{Way: UDP}, {Way: TCP}}
	if s.tls != 0 {
		ways = append(ways, Way{Way: TLS})
	}
	var all sync.WaitGroup
	for i := range ways {
		all.Go(func() { s.check(ctx, &ways[i]) })
	}
	all.Wait()
	return ways
}

func (s *Server) check(ctx context.Context, w *Way) {
	named := s.attempt(ctx, w, s.c.Host)
	if named == nil {
		return
	}
	here := s.here(w.Way)
	var unknown *net.DNSError
	var lost *certificateError
	switch {
	case errors.As(named, &lost):
		w.Err = fault.New(fault.Unavailable, lost.code, named)
	case here == s.c.Host || s.attempt(ctx, w, here) != nil && !errors.As(named, &unknown):
		w.Err = fault.New(fault.Unavailable, reason(named), named)
	case errors.As(named, &unknown):
		w.Err = fault.New(fault.Unavailable, "relay.name", named)
	default:
		w.Err = fault.New(fault.Unavailable, "relay.outside", named)
	}
}

// reason names what went wrong inside.
func reason(err error) string {
	var code *stun.TurnError
	switch {
	case errors.Is(err, errSilent):
		return "relay.packets"
	case errors.As(err, &code) && (code.ErrorCodeAttr.Code == stun.CodeInsufficientCapacity || code.ErrorCodeAttr.Code == stun.CodeAllocQuotaReached):
		return "relay.full"
	case errors.As(err, &code):
		return "relay.refused"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), isRefused(err):
		return "relay.closed"
	}
	return "relay.failed"
}

func isRefused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// here is this machine's own address of a listener.
func (s *Server) here(way string) string {
	listen := s.c.Listen
	if way == TLS {
		listen = s.c.TLSListen
	}
	host, _, _ := net.SplitHostPort(listen)
	a, err := netip.ParseAddr(host)
	switch {
	case err != nil || a.IsUnspecified() && a.Is4():
		return "127.0.0.1"
	case a.IsUnspecified():
		return netip.IPv6Loopback().String()
	}
	return a.Unmap().String()
}

// attempt opens a relay by an address and sends a packet through it to itself.
func (s *Server) attempt(ctx context.Context, w *Way, host string) error {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	packets, at, err := s.reach(ctx, w, host)
	if err != nil {
		return err
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
		return errors.Join(err, ctx.Err())
	}
	w.RoundTrip, err = echo(ctx, relay)
	return errors.Join(err, relay.Close())
}

// reach makes the client's end of a way.
func (s *Server) reach(ctx context.Context, w *Way, host string) (net.PacketConn, string, error) {
	var dialer net.Dialer
	family := "6" // a name may stand for addresses of both; the relay has one
	if s.c.Relay.Is4() {
		family = "4"
	}
	switch w.Way {
	case UDP:
		at := net.JoinHostPort(host, strconv.Itoa(s.port))
		conn, err := dialer.DialContext(ctx, "udp"+family, at) // finds the name's address and ours towards it
		if err != nil {
			return nil, "", err
		}
		ours, theirs := conn.LocalAddr().(*net.UDPAddr).IP.String(), conn.RemoteAddr().String()
		if err := conn.Close(); err != nil {
			return nil, "", err
		}
		packets, err := net.ListenPacket("udp"+family, net.JoinHostPort(ours, "0"))
		return packets, theirs, err
	case TCP:
		at := net.JoinHostPort(host, strconv.Itoa(s.port))
		conn, err := dialer.DialContext(ctx, "tcp"+family, at)
		if err != nil {
			return nil, "", err
		}
		return turn.NewSTUNConn(conn), conn.RemoteAddr().String(), nil
	}
	conn, err := dialer.DialContext(ctx, "tcp"+family, net.JoinHostPort(host, strconv.Itoa(s.tls)))
	if err != nil {
		return nil, "", err
	}
	// Who signed the certificate is not asked: browsers of a clinic may know an authority that this machine does not.
	safe := tls.Client(conn, &tls.Config{ServerName: s.c.Host, InsecureSkipVerify: true, VerifyConnection: func(state tls.ConnectionState) error {
		w.Ends = state.PeerCertificates[0].NotAfter
		return suits(state.PeerCertificates[0], s.c.Host, time.Now())
	}})
	if err := safe.HandshakeContext(ctx); err != nil {
		return nil, "", errors.Join(err, conn.Close())
	}
	return turn.NewSTUNConn(safe), conn.RemoteAddr().String(), nil
}

// certificateError says in a fault's code why browsers will not take a certificate.
type certificateError struct {
	code  string
	cause error
}

func (e *certificateError) Error() string { return e.code + ": " + e.cause.Error() }
func (e *certificateError) Unwrap() error { return e.cause }

func suits(c *x509.Certificate, host string, now time.Time) error {
	if now.Before(c.NotBefore) || now.After(c.NotAfter) {
		return &certificateError{"relay.certificate-ended", errors.New("it is not of today")}
	}
	if err := c.VerifyHostname(host); err != nil {
		return &certificateError{"relay.certificate-name", err}
	}
	return nil
}

var errSilent = errors.New("turn: the relay opened, and no packet came back through it")

// echo sends a packet from a relay to itself and measures its way.
func echo(ctx context.Context, relay net.PacketConn) (time.Duration, error) {
	said, heard := rand.Text(), make([]byte, 100)
	for ctx.Err() == nil {
		began := time.Now()
		if _, err := relay.WriteTo([]byte(said), relay.LocalAddr()); err != nil {
			return 0, err
		}
		if err := relay.SetReadDeadline(began.Add(checkTime / 6)); err != nil { // a packet may be lost
			return 0, err
		}
		for {
			n, _, err := relay.ReadFrom(heard)
			if err == nil && string(heard[:n]) == said {
				return time.Since(began), nil
			}
			if err != nil {
				break
			}
		}
	}
	return 0, errSilent
}
