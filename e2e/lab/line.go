// Package lab is where lines break on purpose: a Line carries TCP connections and can drop, hold or slow them, a Place is
// a home with a network of its own, behind a router that can block UDP, translate addresses in the worst way, or be cut
// off. Browsers and the house know nothing of it. What was not told to break works.
package lab

import (
	"net"
	"sync"
	"testing"
	"time"
)

// Line carries connections from a listener to wherever its dial leads.
type Line struct {
	listener net.Listener
	dial     func() (net.Conn, error)
	work     sync.WaitGroup

	mu     sync.Mutex // guards the rest
	open   map[net.Conn]bool
	held   chan struct{} // nil while bytes flow; closed when they may again
	delay  time.Duration
	closed bool
}

// Carry begins to carry what comes to listener. It ends with the test.
func Carry(t testing.TB, listener net.Listener, dial func() (net.Conn, error)) *Line {
	l := &Line{listener: listener, dial: dial, open: map[net.Conn]bool{}}
	l.work.Go(l.accept)
	t.Cleanup(l.end)
	return l
}

// Drop closes every connection there is, as a router that restarts does. New ones are welcome.
func (l *Line) Drop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		c.Close()
	}
}

// Hold lets nothing through any more and closes nothing: a black hole. New connections are taken and hear nothing.
func (l *Line) Hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held == nil {
		l.held = make(chan struct{})
	}
}

// Release ends Hold. What was written meanwhile arrives, late.
func (l *Line) Release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held != nil {
		close(l.held)
		l.held = nil
	}
}

// Delay lets every piece wait for so long before it goes on.
func (l *Line) Delay(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delay = d
}

func (l *Line) end() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.listener.Close()
	l.Release()
	l.Drop()
	l.work.Wait()
}

func (l *Line) accept() {
	for {
		in, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.work.Go(func() { l.carry(in) })
	}
}

// carry joins one connection to its other end until either is over.
func (l *Line) carry(in net.Conn) {
	defer in.Close()
	if !l.keep(in) {
		return
	}
	defer l.forget(in)
	l.wait()
	out, err := l.dial()
	if err != nil {
		return
	}
	defer out.Close()
	if !l.keep(out) {
		return
	}
	defer l.forget(out)
	var both sync.WaitGroup
	both.Go(func() { l.pump(out, in) })
	both.Go(func() { l.pump(in, out) })
	both.Wait()
}

// piece is some bytes under way and when they may arrive.
type piece struct {
	bytes []byte
	due   time.Time
}

// pump moves bytes one way. Reading goes on while pieces wait, so that a delay is no narrower line.
func (l *Line) pump(to, from net.Conn) {
	defer to.Close()
	way := make(chan piece, 1024)
	var writer sync.WaitGroup
	writer.Go(func() {
		broken := false
		for p := range way {
			time.Sleep(time.Until(p.due)) // the delay is what is asked for, not a wait for something
			l.wait()
			if !broken {
				_, err := to.Write(p.bytes)
				broken = err != nil
			}
		}
	})
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			l.mu.Lock()
			due := time.Now().Add(l.delay)
			l.mu.Unlock()
			way <- piece{append([]byte(nil), buf[:n]...), due}
		}
		if err != nil {
			close(way)
			writer.Wait()
			return
		}
	}
}

// wait returns when nothing is held.
func (l *Line) wait() {
	for {
		l.mu.Lock()
		held := l.held
		l.mu.Unlock()
		if held == nil {
			return
		}
		<-held
	}
}

func (l *Line) keep(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.open[c] = true
	return true
}

func (l *Line) forget(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, c)
}
