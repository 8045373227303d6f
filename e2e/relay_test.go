package e2e

import (
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pion/turn/v5"

	"hearth/e2e/stage"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// askRelay asks for relays over the live socket as a page does.
func askRelay(t *testing.T, s *socket) live.ICEServer {
	t.Helper()
	id := care.NewID[string]()
	s.say(live.FromPage{Command: &live.Command{ID: id, Room: s.rooms[0], Relay: &live.Relay{}}})
	reply := s.until(func(m live.FromHouse) bool { return m.Reply != nil && m.Reply.ID == id }).Reply
	if len(reply.ICE) < 2 {
		t.Fatalf("no relay: %+v", reply)
	}
	return reply.ICE[len(reply.ICE)-1]
}

// relayOver opens a relay with what the house gave.
func relayOver(t *testing.T, given live.ICEServer) (*turn.Client, net.PacketConn, error) {
	t.Helper()
	at := strings.TrimPrefix(strings.SplitN(given.URLs[0], "?", 2)[0], "turn:")
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c, err := turn.NewClient(&turn.ClientConfig{Conn: conn, STUNServerAddr: at, TURNServerAddr: at, Realm: "hearth", Username: given.Username, Password: given.Credential})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	relay, err := c.Allocate()
	return c, relay, err
}

// Whoever signs out, or is disabled, has no relay any more: the open one ends, and what was given opens no other.
func TestRelayEndsWithItsOwner(t *testing.T) {
	t.Parallel()
	house := stage.Open(t)
	admin := house.Caller(t, house.Links().Administrator)
	disable := func() {
		var people api.List[api.Person]
		admin.Get(api.ListPeople.Path, &people)
		for _, p := range people.Items {
			if p.Login == "mira" {
				admin.Do(api.PatchPerson, []string{"{person}", string(p.ID)}, api.PatchPersonBody{Version: p.Version, Disabled: new(true)}, nil)
			}
		}
	}
	wren, robin, mira := house.Caller(t, house.Links().Patient), house.Caller(t, house.Links().Patient2), house.Caller(t, house.Links().Therapist)
	other := askRelay(t, mustHello(t, robin, live.Aggregator))
	for what, one := range map[string]struct {
		who    *stage.Caller
		portal live.Portal
		end    func()
	}{
		"signed out": {wren, live.Aggregator, func() { wren.Form(api.SignOutPage, url.Values{"as": {wren.Slot()}}) }},
		"disabled":   {mira, live.Therapist, disable},
	} {
		given := askRelay(t, mustHello(t, one.who, one.portal))
		c, relay, err := relayOver(t, given)
		if err != nil {
			t.Fatalf("%s: a fresh relay: %v", what, err)
		}
		peer := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}
		if err := c.CreatePermission(peer); err != nil {
			t.Fatalf("%s: before: %v", what, err)
		}
		one.end()
		ended := false
		for end := time.Now().Add(stage.Patience); !ended && time.Now().Before(end); {
			ended = c.CreatePermission(peer) != nil
		}
		if !ended {
			t.Errorf("%s: the relay goes on", what)
		}
		relay.Close()
		if _, _, err := relayOver(t, given); err == nil {
			t.Errorf("%s: another relay was opened", what)
		}
	}
	if _, _, err := relayOver(t, other); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}
