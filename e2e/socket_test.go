package e2e

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"hearth/e2e/stage"
	"hearth/shared/care"
	"hearth/shared/live"
)

// socket is a live socket without a page.
type socket struct {
	t      *testing.T
	conn   *websocket.Conn
	member live.MemberID
	rooms  []live.RoomID
	heard  []live.FromHouse
}

// mustHello opens a socket and says hello as a page of a portal does.
func mustHello(t *testing.T, who *stage.Caller, portal live.Portal) *socket {
	t.Helper()
	conn, _, err := who.Dial()
	if err != nil {
		t.Fatalf("open a socket: %v", err)
	}
	s := &socket{t: t, conn: conn, member: care.NewID[live.MemberID]()}
	s.say(live.FromPage{Hello: &live.Hello{Protocol: live.Protocol, Build: "test", Member: s.member, Portal: portal}})
	s.rooms = s.until(func(m live.FromHouse) bool { return m.Welcome != nil }).Welcome.Rooms
	for range s.rooms {
		s.until(func(m live.FromHouse) bool { return m.Enter != nil })
	}
	return s
}

func (s *socket) say(m live.FromPage) {
	s.t.Helper()
	if err := s.conn.WriteJSON(m); err != nil {
		s.t.Fatalf("say something: %v", err)
	}
}

// until reads until a message is the one meant.
func (s *socket) until(meant func(live.FromHouse) bool) live.FromHouse {
	s.t.Helper()
	s.conn.SetReadDeadline(time.Now().Add(stage.Patience))
	for {
		_, b, err := s.conn.ReadMessage()
		if err != nil {
			s.t.Fatalf("hear something: %v", err)
		}
		var m live.FromHouse
		if err := json.Unmarshal(b, &m); err != nil {
			s.t.Fatalf("the house says nonsense: %v in %.300s", err, b)
		}
		s.heard = append(s.heard, m)
		if meant(m) {
			return m
		}
	}
}
