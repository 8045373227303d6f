package demo

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"hearth/shared/care"
	"hearth/shared/sensor"
)

// Clock is what a live device lives by.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

// wall is the machine's clock.
type wall struct{}

func (wall) Now() time.Time                         { return time.Now() }
func (wall) After(d time.Duration) <-chan time.Time { return time.After(d) }

// adapter hands out devices without asking: there is nobody to choose from.
type adapter struct {
	options Options
	clock   Clock
}

var devices atomic.Int64

// Request implements sensor.Adapter.
func (a adapter) Request(ctx context.Context, driver sensor.Driver) (sensor.Device, error) {
	if err := ctx.Err(); err != nil {
		return nil, sensor.ErrCancelled
	}
	if a.clock == nil {
		a.clock = wall{}
	}
	o := a.options
	o.Start = care.StampOf(a.clock.Now())
	return &Device{id: "demo-" + strconv.FormatInt(devices.Add(1), 10), clock: a.clock, source: NewSource(o)}, nil
}

// Remembered implements sensor.Adapter: a made-up person is made up anew.
func (adapter) Remembered(context.Context, sensor.Driver) ([]sensor.Device, error) { return nil, nil }

// Device is a live made-up device. Its person lives on while no link is open.
type Device struct {
	id    string
	clock Clock

	mu     sync.Mutex // guards source and open
	source *Source
	open   bool
}

// ID implements sensor.Device.
func (d *Device) ID() string { return d.id }

// Name implements sensor.Device; the demo has none, pages name it.
func (d *Device) Name() string { return "" }

// Truth is what the heart has truly done until now, or until the last packet made.
func (d *Device) Truth() Truth {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.source.Truth()
}

// Disturb makes something go wrong from now on, for so long.
func (d *Device) Disturb(t Trouble, length time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.source.Disturb(t, length)
}

// Connect implements sensor.Device.
func (d *Device) Connect(ctx context.Context) (sensor.Link, error) {
	select {
	case <-d.clock.After(300 * time.Millisecond): // as long as a radio takes
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.source.Skip(care.StampOf(d.clock.Now()))
	if d.open || !d.source.Reachable() {
		return nil, sensor.ErrUnreachable
	}
	d.open = true
	l := &link{
		device: d, wanted: map[sensor.Characteristic]bool{},
		out: make(chan sensor.Notification, 512), stop: make(chan struct{}), closed: make(chan struct{}),
	}
	go l.run()
	return l, nil
}

// next takes an event from the source.
func (d *Device) next() Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.source.Next()
}

// link is an open link; run is the goroutine behind it.
type link struct {
	device *Device
	out    chan sensor.Notification
	stop   chan struct{}
	once   sync.Once
	closed chan struct{}
	err    error // set before closed is closed

	mu     sync.Mutex // guards wanted
	wanted map[sensor.Characteristic]bool
}

// asleep is how far behind a link may fall before it counts as broken, as a real one would when the machine slept.
const asleep = 10 * time.Second

// run delivers events when their time has come.
func (l *link) run() {
	defer close(l.out)
	defer close(l.closed)
	defer func() {
		l.device.mu.Lock()
		l.device.open = false
		l.device.mu.Unlock()
	}()
	clock := l.device.clock
	for {
		e := l.device.next()
		wait := e.At.Time().Sub(clock.Now())
		if wait < -asleep {
			l.err = sensor.ErrLost
			return
		}
		if wait > 0 {
			select {
			case <-clock.After(wait):
			case <-l.stop:
				return
			}
		}
		if e.Lost {
			l.err = sensor.ErrLost
			return
		}
		select {
		case <-l.stop:
			return
		default:
		}
		l.mu.Lock()
		wanted := l.wanted[e.From]
		l.mu.Unlock()
		if wanted {
			n := e.Notification
			n.At = max(n.At, care.StampOf(clock.Now()))
			select {
			case l.out <- n:
			default: // nobody reads: the packet's absence will show in the counters
			}
		}
	}
}

// Find implements sensor.Link.
func (l *link) Find(ctx context.Context, c sensor.Characteristic) (bool, error) {
	return c == ECG || c == Movement || c == sensor.BatteryLevel, l.alive()
}

// Read implements sensor.Link; only the battery can be read.
func (l *link) Read(ctx context.Context, c sensor.Characteristic) ([]byte, error) {
	if err := l.alive(); err != nil {
		return nil, err
	}
	if c != sensor.BatteryLevel {
		return nil, sensor.ErrUnknown
	}
	l.device.mu.Lock()
	defer l.device.mu.Unlock()
	return []byte{byte(l.device.source.battery())}, nil
}

// Write implements sensor.Link; there is nothing to write.
func (l *link) Write(ctx context.Context, c sensor.Characteristic, value []byte) error {
	return sensor.ErrUnknown
}

// Ask implements sensor.Link; there is nobody to ask.
func (l *link) Ask(context.Context, sensor.Characteristic, []byte, sensor.Characteristic, func([]byte) bool) ([][]byte, error) {
	return nil, sensor.ErrUnknown
}

// Subscribe implements sensor.Link.
func (l *link) Subscribe(ctx context.Context, c sensor.Characteristic) error { return l.want(c, true) }

// Unsubscribe implements sensor.Link.
func (l *link) Unsubscribe(ctx context.Context, c sensor.Characteristic) error {
	return l.want(c, false)
}

func (l *link) want(c sensor.Characteristic, wanted bool) error {
	switch found, err := l.Find(context.Background(), c); {
	case err != nil:
		return err
	case !found:
		return sensor.ErrUnknown
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wanted[c] = wanted
	return nil
}

// Notifications implements sensor.Link.
func (l *link) Notifications() <-chan sensor.Notification { return l.out }

// Now implements sensor.Link.
func (l *link) Now() care.Stamp { return care.StampOf(l.device.clock.Now()) }

// Closed implements sensor.Link.
func (l *link) Closed() <-chan struct{} { return l.closed }

// Err implements sensor.Link.
func (l *link) Err() error {
	select {
	case <-l.closed:
		return l.err
	default:
		return nil
	}
}

// Close implements sensor.Link.
func (l *link) Close() error {
	l.once.Do(func() { close(l.stop) })
	<-l.closed
	return nil
}

// alive is ErrLost once the link is over.
func (l *link) alive() error {
	select {
	case <-l.closed:
		return sensor.ErrLost
	default:
		return nil
	}
}
