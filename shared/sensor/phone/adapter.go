package phone

import (
	"context"
	"sync"
	"time"

	"hearth/shared/care"
	"hearth/shared/sensor"
)

// Source is the browser's telling; wasm/motion has it.
type Source interface {
	// Permit asks the person where the browser wants that; it wants a gesture then. ErrNone, ErrDenied.
	Permit(ctx context.Context) error

	// Listen has f called with every event until stop; f must not wait.
	Listen(f func(Event)) (stop func())
}

// NewAdapter makes the phone of a source a device. Its link stamps with now, the page's clock.
func NewAdapter(s Source, now func() time.Time) sensor.Adapter { return adapter{s, now} }

type adapter struct {
	source Source
	now    func() time.Time
}

// Request implements sensor.Adapter: there is one phone.
func (a adapter) Request(ctx context.Context, _ sensor.Driver) (sensor.Device, error) {
	if err := a.source.Permit(ctx); err != nil {
		return nil, err
	}
	return device{a}, nil
}

// Remembered implements sensor.Adapter: after a reload a press is wanted, as browsers want it.
func (adapter) Remembered(context.Context, sensor.Driver) ([]sensor.Device, error) { return nil, nil }

type device struct{ adapter }

// ID implements sensor.Device.
func (device) ID() string { return Key }

// Name implements sensor.Device; a phone does not tell its own.
func (device) Name() string { return "" }

// How long the rate is measured, and how long nothing may come before there is nothing.
const (
	measured = 24 // events
	patience = 5 * time.Second
)

// Connect implements sensor.Device. It measures the rate first.
func (d device) Connect(ctx context.Context) (sensor.Link, error) {
	l := &link{now: d.now, out: make(chan sensor.Notification, 64), closed: make(chan struct{}), rated: make(chan struct{})}
	l.stop = d.source.Listen(l.take)
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-l.rated:
		return l, nil
	case <-wait.C:
		l.Close()
		return nil, ErrNone
	case <-ctx.Done():
		l.Close()
		return nil, ctx.Err()
	}
}

// link is the phone while it is listened to.
type link struct {
	now    func() time.Time
	stop   func()
	out    chan sensor.Notification
	closed chan struct{}
	rated  chan struct{} // closed when the rate is known

	mu     sync.Mutex // guards what follows
	over   bool
	first  []Event
	rate   byte
	packer *packer
	wanted bool
}

// take is told of every event.
func (l *link) take(e Event) {
	at := care.StampOf(l.now())
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.over || !e.told():
	case l.packer == nil:
		l.first = append(l.first, e)
		if len(l.first) < measured {
			return
		}
		rate, ok := rateOf(l.first)
		l.first = l.first[:0]
		if ok {
			l.rate, l.packer = rate, newPacker(rate)
			close(l.rated)
		}
	case l.wanted:
		if packet := l.packer.add(e); packet != nil {
			select {
			case l.out <- sensor.Notification{From: Motion, At: at, Bytes: packet}:
			default: // nobody reads: the stamps show it as a gap
			}
		}
	}
}

// Find implements sensor.Link.
func (l *link) Find(_ context.Context, c sensor.Characteristic) (bool, error) {
	return c == Rate || c == Motion, l.alive()
}

// Read implements sensor.Link.
func (l *link) Read(_ context.Context, c sensor.Characteristic) ([]byte, error) {
	if err := l.alive(); err != nil {
		return nil, err
	}
	if c != Rate {
		return nil, sensor.ErrUnknown
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return []byte{l.rate}, nil
}

// Write implements sensor.Link; there is nothing to write.
func (l *link) Write(context.Context, sensor.Characteristic, []byte) error { return sensor.ErrUnknown }

// Ask implements sensor.Link; there is nobody to ask.
func (l *link) Ask(context.Context, sensor.Characteristic, []byte, sensor.Characteristic, func([]byte) bool) ([][]byte, error) {
	return nil, sensor.ErrUnknown
}

// Subscribe implements sensor.Link.
func (l *link) Subscribe(_ context.Context, c sensor.Characteristic) error { return l.want(c, true) }

// Unsubscribe implements sensor.Link.
func (l *link) Unsubscribe(_ context.Context, c sensor.Characteristic) error { return l.want(c, false) }

func (l *link) want(c sensor.Characteristic, wanted bool) error {
	if err := l.alive(); err != nil {
		return err
	}
	if c != Motion {
		return sensor.ErrUnknown
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wanted = wanted
	return nil
}

// Notifications implements sensor.Link.
func (l *link) Notifications() <-chan sensor.Notification { return l.out }

// Now implements sensor.Link.
func (l *link) Now() care.Stamp { return care.StampOf(l.now()) }

// Closed implements sensor.Link.
func (l *link) Closed() <-chan struct{} { return l.closed }

// Err implements sensor.Link: this link never breaks by itself.
func (l *link) Err() error { return nil }

// Close implements sensor.Link.
func (l *link) Close() error {
	l.mu.Lock()
	first := !l.over
	l.over = true
	l.mu.Unlock()
	if first {
		l.stop()
		close(l.out)
		close(l.closed)
	}
	<-l.closed
	return nil
}

// alive is ErrLost once the link is over.
func (l *link) alive() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return sensor.ErrLost
	}
	return nil
}
