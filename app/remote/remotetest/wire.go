package remotetest

import (
	"context"
	"maps"
	"slices"

	"hearth/shared/live"
	"hearth/wasm/socket"
)

// wire is one page's socket.
type wire struct {
	house  *House
	events socket.Events
	over   bool // guarded by the house
}

// Dial opens a socket, unless the house is away.
func (h *House) Dial(_ context.Context, _ string, events socket.Events) (socket.Socket, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away {
		return nil, socket.ErrUnavailable
	}
	w := &wire{house: h, events: events}
	h.wires = append(h.wires, w)
	go events.Open()
	return w, nil
}

// Send hears a page.
func (w *wire) Send(text []byte) error {
	m, err := live.DecodePage(text)
	if err != nil {
		return err
	}
	switch {
	case m.Hello != nil:
		w.welcome(m.Hello.Member)
	case m.Ping != nil:
		w.say(live.FromHouse{Pong: &live.Pong{T0: m.Ping.T0, Now: m.Ping.T0}})
	case m.Command != nil:
		w.house.obey(w, *m.Command)
	}
	return nil
}

// Close ends the socket.
func (w *wire) Close() {
	w.house.mu.Lock()
	defer w.house.mu.Unlock()
	w.over = true
}

func (w *wire) welcome(member live.MemberID) {
	h := w.house
	h.mu.Lock()
	rooms := maps.Clone(h.rooms)
	h.mu.Unlock()
	w.say(live.FromHouse{Welcome: &live.Welcome{Member: member, Person: h.Person, Rooms: slices.Sorted(maps.Keys(rooms)), Now: Now(), Build: h.Build}})
	for _, room := range rooms {
		w.say(live.FromHouse{Enter: &room})
	}
}

func (h *House) obey(w *wire, c live.Command) {
	h.mu.Lock()
	h.commands = append(h.commands, c)
	h.mu.Unlock()
	reply := live.Reply{}
	if h.Reply != nil {
		reply = h.Reply(c)
	}
	reply.ID = c.ID
	w.say(live.FromHouse{Reply: &reply})
}

// say tells one page. The page takes it up on a goroutine of its own, so nobody waits here.
func (w *wire) say(m live.FromHouse) {
	text, err := m.Encode()
	if err != nil {
		panic(err) // a message of the test's own making that no house could send
	}
	w.events.Message(text)
}

// Put puts a room as it is now before every page; the same room again is its next snapshot.
func (h *House) Put(room live.Snapshot) {
	if room.Epoch == "" {
		room.Epoch = "first"
	}
	h.mu.Lock()
	h.rooms[room.Room] = room
	h.mu.Unlock()
	h.tell(live.FromHouse{Enter: &room})
}

// Note says that stored data changed.
func (h *House) Note(room live.RoomID, note live.DataNote) {
	h.mu.Lock()
	s := h.rooms[room]
	s.N++
	h.rooms[room] = s
	h.mu.Unlock()
	h.tell(live.FromHouse{Change: &live.Change{Room: room, N: s.N, Data: &note}})
}

func (h *House) tell(m live.FromHouse) {
	for _, w := range h.standing() {
		w.say(m)
	}
}

// Leave takes every page out of a room.
func (h *House) Leave(room live.RoomID, reason string) {
	h.mu.Lock()
	delete(h.rooms, room)
	h.mu.Unlock()
	h.tell(live.FromHouse{Leave: &live.Leave{Room: room, Reason: reason}})
}

// Refuse turns every page away, or asks it to wait.
func (h *House) Refuse(r live.Refused) { h.tell(live.FromHouse{Refused: &r}) }

func (h *House) standing() []*wire {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wires = slices.DeleteFunc(h.wires, func(w *wire) bool { return w.over })
	return slices.Clone(h.wires)
}

// Away lets the house go, with every socket, or come back.
func (h *House) Away(away bool) {
	h.mu.Lock()
	h.away = away
	h.mu.Unlock()
	if away {
		for _, w := range h.standing() {
			w.Close()
			w.events.Close(1012)
		}
	}
}
