package lab

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// echo answers every line with the same line.
func echo(t *testing.T, address string) net.Addr {
	t.Helper()
	l, err := net.Listen("tcp4", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go io.Copy(c, c)
		}
	}()
	return l.Addr()
}

// say sends a line and returns what comes back within a moment.
func say(t *testing.T, c net.Conn, wait time.Duration) error {
	t.Helper()
	if _, err := c.Write([]byte("hello\n")); err != nil {
		return err
	}
	c.SetReadDeadline(time.Now().Add(wait))
	_, err := bufio.NewReader(c).ReadString('\n')
	return err
}

func TestLine(t *testing.T) {
	far := echo(t, "127.0.0.1:0")
	near, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	line := Carry(t, near, func() (net.Conn, error) { return net.Dial("tcp4", far.String()) })
	dial := func() net.Conn {
		c, err := net.Dial("tcp4", near.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	c := dial()
	if err := say(t, c, 5*time.Second); err != nil {
		t.Fatalf("a whole line: %v", err)
	}
	line.Drop()
	if err := say(t, c, 5*time.Second); err == nil {
		t.Error("a dropped connection answers")
	}
	c = dial()
	line.Hold()
	if err := say(t, c, 100*time.Millisecond); err == nil {
		t.Error("a black hole answers")
	}
	line.Release()
	if err := say(t, c, 5*time.Second); err != nil {
		t.Errorf("after the black hole: %v", err)
	}
	line.Delay(60 * time.Millisecond)
	began := time.Now()
	if err := say(t, dial(), 5*time.Second); err != nil || time.Since(began) < 120*time.Millisecond {
		t.Errorf("a slow line took %v: %v", time.Since(began), err)
	}
}

func TestPlace(t *testing.T) {
	n := OpenNetwork(t)
	p := n.Place(false)
	far := echo(t, n.Outside()+":0")
	talk := func(wait time.Duration) error {
		c, err := p.Dial(far.String())
		if err != nil {
			return err
		}
		defer c.Close()
		return say(t, c, wait)
	}
	if err := talk(5 * time.Second); err != nil {
		t.Fatalf("from the home to the street: %v", err)
	}
	c, err := p.Dial(far.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p.Cut()
	if err := say(t, c, 200*time.Millisecond); err == nil {
		t.Error("a home that is cut off is heard")
	}
	p.Mend()
	if err := talk(5 * time.Second); err != nil {
		t.Errorf("after mending: %v", err)
	}
	c, err = p.Dial(far.String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p.Move()
	if err := say(t, c, 200*time.Millisecond); err == nil {
		t.Error("an address nobody has any more is heard")
	}
	if err := talk(5 * time.Second); err != nil {
		t.Errorf("after moving: %v", err)
	}
	c, err = p.Dial(far.String()) // the old one still has an answer on its way
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p.Block("meta l4proto tcp")
	if err := say(t, c, 200*time.Millisecond); err == nil {
		t.Error("what is blocked comes through")
	}
	p.Unblock()
	if err := talk(5 * time.Second); err != nil {
		t.Errorf("after unblocking: %v", err)
	}
}

// A narrow line takes as long for so much as its bits say, each way of its own.
func TestNarrow(t *testing.T) {
	n := OpenNetwork(t)
	p := n.Place(false)
	if why := p.Narrow(400_000, 0); why != "" {
		t.Skip(why)
	}
	far, err := net.Listen("tcp4", n.Outside()+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	const bytes = 100_000 // two seconds of the narrow line
	there := make(chan error, 1)
	go func() {
		c, err := far.Accept()
		if err == nil {
			defer c.Close()
			_, err = io.CopyN(io.Discard, c, bytes)
		}
		if err == nil {
			_, err = c.Write(make([]byte, bytes))
		}
		there <- err
	}()
	c, err := p.Dial(far.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	began := time.Now()
	if _, err := c.Write(make([]byte, bytes)); err != nil {
		t.Fatal(err)
	}
	if err := <-there; err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 1500*time.Millisecond {
		t.Errorf("%d bytes went out in %v", bytes, took)
	}
	if _, err := io.CopyN(io.Discard, c, bytes); err != nil {
		t.Errorf("the other way: %v", err)
	}
	p.Widen()
	if out, err := p.tc("show", p.outer); err == nil && strings.Contains(string(out), "tbf") {
		t.Errorf("still narrow: %s", out)
	}
}
