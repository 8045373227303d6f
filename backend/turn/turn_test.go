package turn

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os/exec"
	"strconv"
	"strings"
	"sync"
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
	at := net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port()))
	var packets net.PacketConn
	if network == "tcp" {
		conn, err := net.Dial("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		packets = turn.NewSTUNConn(conn)
	} else {
		conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
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

// Two members behind relays of the same server reach each other, over UDP and TCP.
func TestRelayToRelay(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Loopback = true })
	a, err := allocate(t, s, "udp", pass(s, "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := allocate(t, s, "tcp", pass(s, "b"))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if n := s.Relays(); n != 2 {
		t.Errorf("%d relays open, want 2", n)
	}
	say := func(from, to net.PacketConn, words string) error {
		if _, err := from.WriteTo([]byte(words), to.LocalAddr()); err != nil {
			return err
		}
		buf := make([]byte, 100)
		_ = to.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
		n, peer, err := to.ReadFrom(buf)
		if err == nil && (string(buf[:n]) != words || peer.String() != from.LocalAddr().String()) {
			return errors.New("got " + string(buf[:n]) + " from " + peer.String())
		}
		return err
	}
	// The first packets only open the way back: each side has to have named the other.
	for range 10 {
		if err = errors.Join(say(a, b, "hello"), say(b, a, "and hello")); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

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
		if ok && (member != "a" || !bytes.Equal(key, turn.GenerateAuthKey(p.Username, "hearth", p.Credential))) {
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
	for end := time.Now().Add(20 * time.Second); s.Relays() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the relay is still open")
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
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("the self-test needs nobody's right: %v", err)
	}
}

// Nobody is let into the network the server stands in: not by permission, and not by a port next to the relay's.
func TestInsideIsRefused(t *testing.T) {
	s := mustOpen(t, nil)
	c := dial(t, s, "udp", pass(s, "a"))
	relay, err := c.Allocate()
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	for _, peer := range []string{"10.0.0.1", "192.168.1.1", "172.16.9.9", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255"} {
		if err := c.CreatePermission(&net.UDPAddr{IP: net.ParseIP(peer), Port: 80}); err == nil {
			t.Errorf("%s was permitted", peer)
		}
	}
	if err := c.CreatePermission(&net.UDPAddr{IP: net.ParseIP("8.8.8.8"), Port: 53}); err != nil {
		t.Errorf("the open internet was refused: %v", err)
	}
}

// A relay that listens to the network reaches nothing of this machine, whatever is asked for.
func TestLoopbackStaysAtHome(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Listen, c.Relay = "0.0.0.0:0", netip.MustParseAddr("192.0.2.7") })
	for _, peer := range []string{"127.0.0.1:8080", "[::1]:8080", "[::ffff:127.0.0.1]:8080", "127.9.9.9:49300"} {
		if s.rooms.c.reachable(netip.MustParseAddrPort(peer)) {
			t.Errorf("%s can be reached", peer)
		}
	}
}

func TestReachable(t *testing.T) {
	relay := netip.MustParseAddr("192.168.7.7")
	c := Config{Relay: relay, MinPort: 50000, MaxPort: 50010}
	demo := Config{Relay: netip.MustParseAddr("127.0.0.1"), MinPort: 50000, MaxPort: 50010, Loopback: true}
	for peer, want := range map[string][2]bool{ // the clinic's server, the demo
		"1.1.1.1:443":                {true, true},
		"[2606:4700::1111]:443":      {true, true},
		"192.168.7.7:50000":          {true, false},
		"[::ffff:192.168.7.7]:50010": {true, false},
		"192.168.7.7:50011":          {false, false},
		"192.168.7.7:22":             {false, false},
		"192.168.7.8:50000":          {false, false},
		"127.0.0.1:8080":             {false, true},
		"[::1]:8080":                 {false, true},
		"[::ffff:127.0.0.1]:8080":    {false, true},
		"[::ffff:10.0.0.1]:1":        {false, false},
		"[fd00::1]:1":                {false, false},
		"[fe80::1]:1":                {false, false},
		"[64:ff9b::7f00:1]:1":        {false, false},
		"[2002:7f00:1::]:1":          {false, false},
		"169.254.169.254:80":         {false, false},
		"0.0.0.0:1":                  {false, false},
	} {
		p := netip.MustParseAddrPort(peer)
		if got := [2]bool{c.reachable(p), demo.reachable(p)}; got != want {
			t.Errorf("%s: got %v, want %v", peer, got, want)
		}
	}
}

// A member has so many relays and no more; when one is closed another may be opened, and others are not held back.
func TestQuota(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Quota = 2 })
	first, err := allocate(t, s, "udp", pass(s, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := allocate(t, s, "tcp", pass(s, "a")); err != nil {
		t.Fatal(err)
	}
	if _, err := allocate(t, s, "udp", pass(s, "a")); err == nil {
		t.Error("a third relay")
	}
	if _, err := allocate(t, s, "udp", pass(s, "b")); err != nil {
		t.Errorf("another member: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); s.Relays() > 2; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the closed relay is still counted")
		}
	}
	if _, err := allocate(t, s, "udp", pass(s, "a")); err != nil {
		t.Errorf("after one was closed: %v", err)
	}
}

// A page names itself, so a person has a bound too, over however many pages.
func TestQuotaOfAPerson(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Quota = 1 })
	for i := range pages {
		if _, err := allocate(t, s, "udp", pass(s, fmt.Sprint("ana/page", i))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := allocate(t, s, "udp", pass(s, "ana/another")); err == nil {
		t.Error("new names bought more relays")
	}
	if _, err := allocate(t, s, "udp", pass(s, "ben/page")); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

// A relay passes no more than its share.
func TestBandwidth(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Bandwidth = 10_000 })
	relay, err := allocate(t, s, "udp", pass(s, "a"))
	if err != nil {
		t.Fatal(err)
	}
	defer relay.Close()
	sink, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()
	began := time.Now()
	for range 100 {
		if _, err := relay.WriteTo(make([]byte, 1000), sink.LocalAddr()); err != nil {
			t.Fatal(err)
		}
	}
	got, buf := 0, make([]byte, 2000)
	_ = sink.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
	for {
		n, _, err := sink.ReadFrom(buf)
		if err != nil {
			break
		}
		got += n
	}
	// A share at once and one for every second that passed, however slow this machine is.
	if most := int(10_000 * (1 + time.Since(began).Seconds())); got == 0 || got > most {
		t.Errorf("%d of 100000 bytes came through, want something up to %d", got, most)
	}
}

// The self-test finds a server well, and one whose relay ports are all taken not.
func TestCheck(t *testing.T) {
	s := mustOpen(t, nil)
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	taken, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := uint16(taken.LocalAddr().(*net.UDPAddr).Port)
	full := mustOpen(t, func(c *Config) { c.MinPort, c.MaxPort = port, port })
	if err := full.Check(t.Context()); err == nil {
		t.Error("no relay port is free, and the self-test is content")
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

// coturn's client, written by others, is content with us.
func TestCoturnClient(t *testing.T) {
	client, err := exec.LookPath("turnutils_uclient")
	if err != nil {
		t.Skip("no turnutils_uclient here (Debian package coturn): only pion's own client was tried")
	}
	s := mustOpen(t, nil)
	var both sync.WaitGroup
	for _, way := range [][]string{{}, {"-t"}} {
		both.Go(func() {
			args := append(way, "-y", "-c", "-n", "20", "-m", "2", "-u", "member", "-W", string(s.c.Secret), "-p", strconv.Itoa(s.Port()), "127.0.0.1")
			out, err := exec.Command(client, args...).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "Total lost packets 0 ") {
				t.Errorf("%v: %v\n%s", args, err, out)
			}
		})
	}
	both.Wait()
}
