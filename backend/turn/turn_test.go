package turn

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
	"go.uber.org/goleak"

	"hearth/shared/live"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func mustOpen(t *testing.T, change func(*Config)) *Server {
	t.Helper()
	c := Config{Loopback: true, Secret: []byte("a secret of at least sixteen bytes"), MinPort: 49300, MaxPort: 49400}
	if change != nil {
		change(&c)
	}
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	return s
}

// dial makes pion's client, over UDP or TCP.
func dial(t *testing.T, s *Server, network string, pass live.ICEServer) *turn.Client {
	t.Helper()
	at := net.JoinHostPort(s.here(UDP), strconv.Itoa(s.Port()))
	var packets net.PacketConn
	if network == "tcp" {
		conn, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		packets = turn.NewSTUNConn(conn)
	} else {
		conn, err := net.ListenPacket("udp4", s.here(UDP)+":0")
		if err != nil {
			t.Fatal(err)
		}
		packets = conn
	}
	c, err := turn.NewClient(&turn.ClientConfig{Conn: packets, STUNServerAddr: at, TURNServerAddr: at, Realm: s.c.Realm,
		Username: pass.Username, Password: pass.Credential, LoggerFactory: newQuiet(nil)})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); packets.Close() })
	return c
}

// allocate opens a relay that is closed with the test at the latest.
func allocate(t *testing.T, s *Server, network string, pass live.ICEServer) (net.PacketConn, error) {
	t.Helper()
	relay, err := dial(t, s, network, pass).Allocate()
	if err == nil {
		t.Cleanup(func() { relay.Close() })
	}
	return relay, err
}

func pass(s *Server, member string) live.ICEServer { return s.Credentials(member, time.Now())[1] }

func TestCredentials(t *testing.T) {
	s := mustOpen(t, nil)
	good := pass(s, "a")
	if _, err := allocate(t, s, "udp", good); err != nil {
		t.Fatalf("a fresh credential: %v", err)
	}
	stranger := mustOpen(t, func(c *Config) { c.Secret = []byte("another secret of sixteen bytes") })
	other := good
	other.Username = strings.Replace(good.Username, ":a", ":b", 1)
	for name, p := range map[string]live.ICEServer{
		"ended":               s.Credentials("a", time.Now().Add(-time.Hour))[1],
		"another server's":    pass(stranger, "a"),
		"another member's":    other,
		"without a time":      {Username: "a", Credential: s.password("a")},
		"with a strange time": {Username: "soon:a", Credential: s.password("soon:a")},
		"none":                {Username: "x", Credential: "x"},
	} {
		if _, err := allocate(t, s, "udp", p); err == nil {
			t.Errorf("%s: a relay was opened", name)
		}
	}
	servers := s.Credentials("a:b", time.Unix(1_790_000_000, 0))
	if got, want := servers[1].Username, "1790000600:a-b"; got != want {
		t.Errorf("user name %q, want %q", got, want)
	}
	at := "127.0.0.1:" + strconv.Itoa(s.Port())
	if servers[0].URLs[0] != "stun:"+at || servers[1].URLs[0] != "turn:"+at+"?transport=udp" || servers[1].URLs[1] != "turn:"+at+"?transport=tcp" {
		t.Errorf("got %v", servers)
	}
}

// An open relay outlives its credential, or every long visit would end after ten minutes; a new one is refused, and so
// is a credential of the day before yesterday.
func TestOpenRelayIsKept(t *testing.T) {
	s := mustOpen(t, nil)
	for _, c := range []struct {
		method stun.Method
		age    time.Duration
		want   bool
	}{
		{stun.MethodAllocate, 0, true},
		{stun.MethodAllocate, time.Hour, false},
		{stun.MethodRefresh, time.Hour, true},
		{stun.MethodCreatePermission, time.Hour, true},
		{stun.MethodRefresh, 48 * time.Hour, false},
	} {
		p := s.Credentials("a", time.Now().Add(-c.age))[1]
		member, key, ok := s.authenticate(&turn.RequestAttributes{Username: p.Username, Realm: "hearth", Method: c.method})
		if ok != c.want {
			t.Errorf("%v after %v: taken %v, want %v", c.method, c.age, ok, c.want)
		}
		if ok && (member != "a@" || !bytes.Equal(key, turn.GenerateAuthKey(p.Username, "hearth", p.Credential))) {
			t.Errorf("%v: member %q, or another key", c.method, member)
		}
	}
}

// A relay ends with its holder's right: nothing opens, nothing is refreshed, and an open relay passes nothing on.
func TestRelayEndsWithItsRight(t *testing.T) {
	var gone atomic.Value
	gone.Store("")
	s := mustOpen(t, func(c *Config) { c.Valid = func(holder string) bool { return holder != gone.Load() } })
	mine := pass(s, "ana/one/page")
	relay, err := allocate(t, s, "udp", mine)
	if err != nil {
		t.Fatal(err)
	}
	peer, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	arrives := func() bool {
		if _, err := relay.WriteTo([]byte("hello"), peer.LocalAddr()); err != nil {
			return false
		}
		_ = peer.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		_, _, err := peer.ReadFrom(make([]byte, 100))
		return err == nil
	}
	until := func(what string, want bool) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); arrives() != want; {
			if time.Now().After(end) {
				t.Fatal(what)
			}
		}
	}
	until("nothing comes through", true)
	gone.Store("ana/one")
	until("a relay goes on without its right", false)
	// Any packet makes the relay ask, from either side. This one comes from the peer: its member's client gives up sending
	// when it asks for a channel and is refused.
	for end := time.Now().Add(20 * time.Second); s.Relays() > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the relay is still open")
		}
		if _, err := peer.WriteTo([]byte("hello"), relay.LocalAddr()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := allocate(t, s, "udp", pass(s, "ana/one/another")); err == nil {
		t.Error("a relay was opened without the right")
	}
	for _, m := range []stun.Method{stun.MethodRefresh, stun.MethodCreatePermission, stun.MethodChannelBind} {
		if _, _, ok := s.authenticate(&turn.RequestAttributes{Username: mine.Username, Realm: "hearth", Method: m}); ok {
			t.Errorf("%v was taken without the right", m)
		}
	}
	if _, err := allocate(t, s, "udp", pass(s, "ana/two/page")); err != nil {
		t.Errorf("her other session: %v", err)
	}
	for _, w := range s.Check(t.Context()) {
		if w.Err != nil {
			t.Errorf("the self-test needs nobody's right: %s: %v", w.Way, w.Err)
		}
	}
}

// Settings that cannot be are refused at the start, in words.
func TestOpenRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"a name":                         {Listen: "localhost:0"},
		"no port":                        {Listen: "127.0.0.1", Loopback: true},
		"everywhere, no relay":           {Listen: ":0"},
		"loopback, not the demo":         {Listen: "127.0.0.1:0"},
		"loopback, listening everywhere": {Listen: "0.0.0.0:0", Relay: netip.MustParseAddr("127.0.0.1"), Loopback: true},
		"ports the wrong way":            {Loopback: true, MinPort: 5000, MaxPort: 4000},
		"ports of the system":            {Loopback: true, MinPort: 1, MaxPort: 4000},
		"a short secret":                 {Loopback: true, Secret: []byte("short")},
		"an address not ours":            {Listen: "192.0.2.1:0"},
	} {
		if s, err := Open(c); err == nil {
			s.Close()
			t.Errorf("%s: opened", name)
		} else if !strings.HasPrefix(err.Error(), "turn: ") {
			t.Errorf("%s: %v does not say who speaks", name, err)
		}
	}
}

// The log tells how much was refused, and never from whom.
func TestLogIsQuiet(t *testing.T) {
	var log bytes.Buffer
	s := mustOpen(t, func(c *Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	for range 3 {
		if _, err := allocate(t, s, "udp", live.ICEServer{Username: "1:wren-23", Credential: "x"}); err == nil {
			t.Fatal("a relay was opened")
		}
	}
	if s.Refused() == 0 {
		t.Error("nothing was counted")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || strings.Contains(got, "wren") || strings.Contains(got, "127.0.0.1") {
		t.Errorf("log:\n%s", got)
	}
}
