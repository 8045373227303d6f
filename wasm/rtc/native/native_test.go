//go:build !js

package native_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"testing"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
	"go.uber.org/goleak"

	"hearth/shared/live"
	"hearth/wasm/rtc"
	"hearth/wasm/rtc/native"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var silent = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}

// relay opens a TURN server on this machine for one test.
func relay(t *testing.T) string {
	t.Helper()
	tcp, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	udp, err := net.ListenPacket("udp4", tcp.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	rooms := &turn.RelayAddressGeneratorStatic{RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1"}
	s, err := turn.NewServer(turn.ServerConfig{Realm: "test", LoggerFactory: silent,
		AuthHandler: func(r *turn.RequestAttributes) (string, []byte, bool) {
			return r.Username, turn.GenerateAuthKey(r.Username, r.Realm, "p"), r.Username == "u"
		},
		PacketConnConfigs: []turn.PacketConnConfig{{PacketConn: udp, RelayAddressGenerator: rooms}},
		ListenerConfigs:   []turn.ListenerConfig{{Listener: tcp, RelayAddressGenerator: rooms}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return tcp.Addr().String()
}

// Where nothing but the relay is open, two peers meet there, and say so.
func TestRelayOnly(t *testing.T) {
	for transport, want := range map[string]rtc.Way{"udp": rtc.WayRelayUDP, "tcp": rtc.WayRelayTCP} {
		t.Run(transport, func(t *testing.T) {
			servers := []live.ICEServer{{URLs: []string{"turn:" + relay(t) + "?transport=" + transport}, Username: "u", Credential: "p"}}
			maker := native.New(native.Options{Loopback: true, RelayOnly: true})
			got := make(chan []byte, 100)
			to := [2]chan json.RawMessage{make(chan json.RawMessage, 100), make(chan json.RawMessage, 100)}
			var peers [2]*rtc.Peer
			for i := range peers {
				peers[i] = rtc.Start(t.Context(), rtc.Options{Maker: maker, Offerer: i == 0, Sensors: []string{"k"},
					Servers: func(context.Context) ([]live.ICEServer, error) { return servers, nil },
					Send:    func(b json.RawMessage) { to[1-i] <- b },
					OnFrame: func(_ string, b []byte) { got <- append([]byte(nil), b...) }})
				t.Cleanup(func() { peers[i].Close() })
			}
			tick := time.NewTicker(20 * time.Millisecond)
			defer tick.Stop()
			end := time.After(30 * time.Second)
			heard := false
			for !heard || peers[0].View().Way != want {
				select {
				case b := <-to[0]:
					peers[0].Signal(b)
				case b := <-to[1]:
					peers[1].Signal(b)
				case <-tick.C:
					peers[0].Send("k", []byte("hello"))
				case b := <-got:
					heard = heard || string(b) == "hello"
				case <-end:
					t.Fatalf("heard %v, %+v and %+v", heard, peers[0].View(), peers[1].View())
				}
			}
		})
	}
}
