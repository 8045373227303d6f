package turn

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hearth/shared/fault"
)

// mustCertify makes a certificate for a name or an address.
func mustCertify(t testing.TB, name string, until time.Time) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until}
	if ip := net.ParseIP(name); ip != nil {
		c.IPAddresses = []net.IP{ip}
	} else {
		c.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func withTLS(t testing.TB, name string, until time.Time) func(*Config) {
	return func(c *Config) { c.TLSListen, c.TLS = "127.0.0.1:0", mustCertify(t, name, until) }
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return ""
}

// The self-test sends a packet over every way, and names what is wrong so that somebody can mend it.
func TestCheck(t *testing.T) {
	tomorrow := time.Now().Add(24 * time.Hour)
	taken, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := uint16(taken.LocalAddr().(*net.UDPAddr).Port)
	for name, c := range map[string]struct {
		change        func(*Config)
		plain, secure string
	}{
		"well":                            {withTLS(t, "127.0.0.1", tomorrow), "", ""},
		"no relay port is free":           {func(c *Config) { c.MinPort, c.MaxPort = port, port }, "relay.full", "none"},
		"a certificate of elsewhere":      {withTLS(t, "elsewhere.example", tomorrow), "", "relay.certificate-name"},
		"a certificate of yesterday":      {withTLS(t, "127.0.0.1", time.Now().Add(-24*time.Hour)), "", "relay.certificate-ended"},
		"a name of both kinds of address": {func(c *Config) { c.Host = "localhost" }, "", "none"},
		"a name that is nobody's":         {func(c *Config) { c.Host = "relay.invalid" }, "relay.name", "none"},
		"a name where nothing stands":     {func(c *Config) { c.Host = "127.0.0.99" }, "relay.outside", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			ways := mustOpen(t, c.change).Check(t.Context())
			if (len(ways) == 3) == (c.secure == "none") {
				t.Fatalf("%d ways", len(ways))
			}
			for _, w := range ways {
				want := c.plain
				if w.Way == TLS {
					want = c.secure
				}
				if code(w.Err) != want {
					t.Errorf("%s: %v, want %q", w.Way, w.Err, want)
				}
				if well := want == "" || want == "relay.name" || want == "relay.outside"; well != (w.RoundTrip > 0) {
					t.Errorf("%s: a packet took %v", w.Way, w.RoundTrip)
				}
				if w.Way == TLS && w.Ends.IsZero() {
					t.Error("it is not said when the certificate ends")
				}
			}
		})
	}
}

// A closed relay is said to be closed.
func TestCheckFindsAClosedDoor(t *testing.T) {
	s := mustOpen(t, withTLS(t, "127.0.0.1", time.Now().Add(time.Hour)))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, w := range s.Check(t.Context()) {
		if code(w.Err) != "relay.closed" {
			t.Errorf("%s: %v", w.Way, w.Err)
		}
	}
}

// Pages are given the ways in the order they should be tried, TLS by the name its certificate is for.
func TestWaysInOrder(t *testing.T) {
	s := mustOpen(t, func(c *Config) {
		withTLS(t, "relay.example", time.Now().Add(time.Hour))(c)
		c.Host = "relay.example"
	})
	at := "relay.example:" + strconv.Itoa(s.port)
	want := []string{"turn:" + at + "?transport=udp", "turn:" + at + "?transport=tcp", "turns:relay.example:" + strconv.Itoa(s.tls) + "?transport=tcp"}
	if got := pass(s, "a").URLs; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Nothing older than TLS 1.2 is spoken, and what the pages' server speaks inside is not asked for.
func TestTLSOfToday(t *testing.T) {
	s := mustOpen(t, func(c *Config) {
		withTLS(t, "127.0.0.1", time.Now().Add(time.Hour))(c)
		c.TLS.NextProtos = []string{"http/1.1"}
	})
	for version, well := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.tls)),
			&tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: version, NextProtos: []string{"stun.turn"}})
		if (err == nil) != well {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			conn.Close()
		}
	}
	if _, err := Open(Config{Loopback: true, TLSListen: "127.0.0.1:0"}); err == nil || !strings.HasPrefix(err.Error(), "turn: ") {
		t.Errorf("TLS without a certificate: %v", err)
	}
}
