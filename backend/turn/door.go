package turn

import (
	"net"
	"sync"
	"time"
)

// door is the TCP listener. It knows who is in, so that Close ends them too, and lets only so many in.
type door struct {
	net.Listener

	mu   sync.Mutex
	in   map[*guest]struct{}
	shut bool
}

const (
	maxGuests = 2000
	// silence ends a TCP connection of which nothing is heard: clients refresh their relay every few minutes.
	silence = 11 * time.Minute
)

func newDoor(l net.Listener) *door { return &door{Listener: l, in: map[*guest]struct{}{}} }

// Accept lets the next one in.
func (d *door) Accept() (net.Conn, error) {
	for {
		conn, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g := &guest{Conn: conn, door: d}
		d.mu.Lock()
		ok := !d.shut && len(d.in) < maxGuests
		if ok {
			d.in[g] = struct{}{}
		}
		d.mu.Unlock()
		if ok {
			return g, nil
		}
		_ = conn.Close()
	}
}

func (d *door) closeAll() {
	d.mu.Lock()
	d.shut = true
	all := make([]*guest, 0, len(d.in))
	for g := range d.in {
		all = append(all, g)
	}
	d.mu.Unlock()
	for _, g := range all {
		_ = g.Close()
	}
}

type guest struct {
	net.Conn
	door *door
}

func (g *guest) Read(b []byte) (int, error) {
	if err := g.SetReadDeadline(time.Now().Add(silence)); err != nil {
		return 0, err
	}
	return g.Conn.Read(b)
}

func (g *guest) Close() error {
	g.door.mu.Lock()
	delete(g.door.in, g)
	g.door.mu.Unlock()
	return g.Conn.Close()
}
