package sensortest

import (
	"context"
	"sync"

	"hearth/shared/care"
	"hearth/shared/sensor"
)

// Link plays a trace as a connected device: it answers what was answered, takes every write, and gives notifications
// only of what was subscribed to. Everything is there at once; nothing waits.
type Link struct {
	// OnAsk answers control points, in parts; nil: the trace does, and what it does not know is refused.
	OnAsk func(to sensor.Characteristic, question []byte) (parts [][]byte)

	trace *Trace

	mu         sync.Mutex // guards subscribed and writes
	subscribed map[sensor.Characteristic]bool
	writes     []Write

	closed chan struct{}
	once   sync.Once
}

// Write is something the driver wrote or asked.
type Write struct {
	To    sensor.Characteristic
	Bytes []byte
}

// NewLink opens a trace.
func NewLink(t *Trace) *Link {
	return &Link{trace: t, subscribed: map[sensor.Characteristic]bool{}, closed: make(chan struct{})}
}

// Find implements sensor.Link.
func (l *Link) Find(ctx context.Context, c sensor.Characteristic) (bool, error) {
	return l.trace.Has[c], ctx.Err()
}

// Read implements sensor.Link.
func (l *Link) Read(ctx context.Context, c sensor.Characteristic) ([]byte, error) {
	b, ok := l.trace.Answers[c]
	if !ok {
		return nil, sensor.ErrUnknown
	}
	return append([]byte(nil), b...), ctx.Err()
}

// Write implements sensor.Link.
func (l *Link) Write(ctx context.Context, c sensor.Characteristic, value []byte) error {
	if !l.trace.Has[c] {
		return sensor.ErrUnknown
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes = append(l.writes, Write{c, append([]byte(nil), value...)})
	return ctx.Err()
}

// Written lists what the driver wrote and asked, in order.
func (l *Link) Written() []Write {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Write(nil), l.writes...)
}

// Ask implements sensor.Link. A part that never comes is waited for as long as anybody would: not at all.
func (l *Link) Ask(ctx context.Context, to sensor.Characteristic, question []byte, answer sensor.Characteristic, more func([]byte) bool) ([][]byte, error) {
	reply, known := l.trace.Replies[Question{to, string(question)}]
	if !l.trace.Has[to] || !l.trace.Has[answer] || l.OnAsk == nil && !known {
		return nil, sensor.ErrUnknown
	}
	if err := l.Write(ctx, to, question); err != nil {
		return nil, err
	}
	parts := [][]byte{append([]byte(nil), reply...)}
	if l.OnAsk != nil {
		parts = l.OnAsk(to, question)
	}
	for i, part := range parts {
		if more == nil || !more(part) {
			return parts[:i+1], nil
		}
	}
	return nil, context.DeadlineExceeded
}

// Now implements sensor.Link: the arrival of the first notification.
func (l *Link) Now() care.Stamp {
	if len(l.trace.Notifications) == 0 {
		return 0
	}
	return l.trace.Notifications[0].At
}

// Subscribe implements sensor.Link.
func (l *Link) Subscribe(ctx context.Context, c sensor.Characteristic) error {
	if !l.trace.Has[c] {
		return sensor.ErrUnknown
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subscribed[c] = true
	return ctx.Err()
}

// Unsubscribe implements sensor.Link.
func (l *Link) Unsubscribe(ctx context.Context, c sensor.Characteristic) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.subscribed, c)
	return ctx.Err()
}

// Notifications implements sensor.Link: what is subscribed to now, then the end.
func (l *Link) Notifications() <-chan sensor.Notification {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(chan sensor.Notification, len(l.trace.Notifications))
	for _, n := range l.trace.Notifications {
		if l.subscribed[n.From] {
			out <- n
		}
	}
	close(out)
	return out
}

// Closed implements sensor.Link.
func (l *Link) Closed() <-chan struct{} { return l.closed }

// Err implements sensor.Link.
func (l *Link) Err() error { return nil }

// Close implements sensor.Link.
func (l *Link) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}
