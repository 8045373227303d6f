package turn

import (
	"errors"
	"net"
	"strconv"
	"testing"
	"time"
)

func mustDial(t *testing.T, s *Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Port())))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// ended waits for the server to hang up.
func ended(conn net.Conn, within time.Duration) bool {
	_ = conn.SetReadDeadline(time.Now().Add(within))
	_, err := conn.Read(make([]byte, 1))
	var late net.Error
	return err != nil && !(errors.As(err, &late) && late.Timeout())
}

func (d *door) guests() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.in)
}

// Who only holds the door, or drips junk through it, is sent away soon; who has shown a credential stays.
func TestStrangersLeaveSoon(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Hurry = 300 * time.Millisecond })
	relay, err := allocate(t, s, "tcp", pass(s, "a"))
	if err != nil {
		t.Fatal(err)
	}
	silent, dripping := mustDial(t, s), mustDial(t, s)
	go func() {
		for {
			if _, err := dripping.Write([]byte{0}); err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	}()
	if !ended(silent, 10*time.Second) || !ended(dripping, 10*time.Second) {
		t.Error("somebody without a credential stays")
	}
	// The one with a credential still has its relay, long after the others had to go.
	for end := time.Now().Add(10 * time.Second); s.door.guests() > 1; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("they are still counted")
		}
	}
	if _, err := echo(t.Context(), relay); err != nil {
		t.Error(err)
	}
}

// One address has so many connections, and room again when one has left.
func TestCrowdAtTheDoor(t *testing.T) {
	s := mustOpen(t, func(c *Config) { c.Crowd = 2 })
	first, _ := mustDial(t, s), mustDial(t, s)
	for end := time.Now().Add(10 * time.Second); s.door.guests() < 2; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("they are not let in")
		}
	}
	if !ended(mustDial(t, s), 10*time.Second) {
		t.Error("a third connection of one address")
	}
	first.Close()
	for end := time.Now().Add(10 * time.Second); s.door.guests() > 1; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("who left is still counted")
		}
	}
	if _, err := allocate(t, s, "tcp", pass(s, "a")); err != nil {
		t.Errorf("after one has left: %v", err)
	}
}

// In a full house strangers make room for the next, oldest first, and members for nobody.
func TestFullHouse(t *testing.T) {
	d := newDoor(&Config{Crowd: 10, Hurry: time.Hour})
	defer d.Close()
	conn := func(i int) ends {
		return ends{from: &net.TCPAddr{IP: net.IPv4(10, 0, byte(i>>8), byte(i)), Port: 1}}
	}
	for i := range maxGuests {
		g, last := d.enter(conn(i))
		if g == nil || last != nil {
			t.Fatalf("%d is not let in", i)
		}
		if i != 7 && i != 9 {
			d.known(conn(i).LocalAddr(), conn(i).from)
		}
	}
	for i, want := range []int{7, 9} {
		g, last := d.enter(conn(maxGuests + i))
		if g == nil || last == nil || last.RemoteAddr().String() != conn(want).from.String() {
			t.Fatalf("%v left, want %d", last, want)
		}
		d.known(conn(0).LocalAddr(), g.RemoteAddr())
		last.Close()
	}
	if g, _ := d.enter(conn(maxGuests + 2)); g != nil {
		t.Error("a member had to leave, or the house holds too many")
	}
	if n := d.guests(); n != maxGuests {
		t.Errorf("%d are in, want %d", n, maxGuests)
	}
}

// ends is a connection with nothing but its ends.
type ends struct {
	net.Conn
	from net.Addr
}

func (e ends) LocalAddr() net.Addr  { return &net.TCPAddr{IP: net.IPv4(10, 1, 1, 1), Port: 3478} }
func (e ends) RemoteAddr() net.Addr { return e.from }
func (e ends) Close() error         { return nil }
