// Package socket is the browser's WebSocket. It never understands a message and never opens a socket again: that is
// shared/live's work.
package socket

import (
	"context"

	"hearth/shared/fault"
)

// ErrUnavailable is what None answers: there is no browser here to open a socket.
var ErrUnavailable = fault.New(fault.Unavailable, "network", nil)

// Events are what happens to a socket. They are called from the browser's own callbacks, one at a time, and must not
// block. Close comes at most once, and never after Socket.Close was called.
type Events struct {
	Open    func()
	Message func(text []byte)
	Close   func(code int) // RFC 6455 section 7.4; 1006 when the connection just broke
}

// Socket is one connection, or the attempt at one.
type Socket interface {
	// Send queues a text message; an error says that the socket is not open.
	Send(text []byte) error
	// Close ends the socket and releases its callbacks. It may be called twice.
	Close()
}

// Browser opens sockets.
type Browser interface {
	// Dial begins to open a socket. A path such as "/api/v1/live?as=2" is taken on the page's own host, with TLS exactly
	// when the page has it. The socket is closed when ctx ends.
	Dial(ctx context.Context, path string, events Events) (Socket, error)
}

// None refuses: a prerendered page has no socket.
type None struct{}

// Dial refuses with ErrUnavailable.
func (None) Dial(context.Context, string, Events) (Socket, error) { return nil, ErrUnavailable }
