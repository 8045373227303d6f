package worn

import (
	"sync"
	"time"
)

// Clock is a device's own: it runs a little fast or slow and counts from when the device woke.
type Clock struct {
	PPM    float64       // how much faster than the person's time
	Uptime time.Duration // what it says when the device is put on
}

// ticker counts the samples of one signal on a device's clock.
type ticker struct {
	rate float64 // samples a second of the device's clock; 0: not running
	size int     // samples a packet
	next int64   // the sample that begins the next packet
	sent func(first int64)
}

// body is what all devices have: a clock, a person, and signals that go on whether or not anybody listens.
type body struct {
	person *Person
	clock  Clock

	mu      sync.Mutex
	boot    float64 // the person's time at which the clock said 0
	tickers []*ticker
}

func newBody(p *Person, c Clock) body {
	return body{person: p, clock: c, boot: p.Now() - c.Uptime.Seconds()/(1+c.PPM*1e-6)}
}

// now is the device's clock, in seconds. b.mu is held.
func (b *body) now() float64 { return (b.person.Now() - b.boot) * (1 + b.clock.PPM*1e-6) }

// persons is the person's time at an instant of the device's clock. b.mu is held.
func (b *body) persons(device float64) float64 { return b.boot + device/(1+b.clock.PPM*1e-6) }

// sample begins a signal of so many samples a second, in packets of size, from now on. b.mu is held.
func (b *body) sample(t *ticker, rate float64) {
	t.rate = rate
	if rate > 0 {
		t.next = (int64(b.now()*rate) + int64(t.size)) / int64(t.size) * int64(t.size)
	}
}

// reset is a device that began anew: its clock says 0. b.mu is held.
func (b *body) reset() {
	b.boot = b.person.Now()
	for _, t := range b.tickers {
		b.sample(t, t.rate)
	}
}

// step sends every packet that is full by now, oldest first.
func (b *body) step() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	for {
		var due *ticker
		at := now
		for _, t := range b.tickers {
			if t.rate == 0 {
				continue
			}
			if full := float64(t.next+int64(t.size)-1) / t.rate; full <= at {
				due, at = t, full
			}
		}
		if due == nil {
			return
		}
		first := due.next
		due.next += int64(due.size)
		due.sent(first)
	}
}
