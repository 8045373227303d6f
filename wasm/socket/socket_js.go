package socket

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"syscall/js"

	"hearth/shared/fault"
	"hearth/wasm/await"
)

// Open returns the browser's sockets, or None where there are none.
func Open() Browser {
	if ws := js.Global().Get("WebSocket"); ws.Truthy() {
		return browser{ws}
	}
	return None{}
}

type browser struct{ constructor js.Value }

// Dial begins to open a socket; what the constructor throws, such as a refusal by the page's policy, is an error.
func (b browser) Dial(ctx context.Context, path string, events Events) (Socket, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ws, err := await.Try(func() js.Value { return b.constructor.New(address(path)) })
	if err != nil {
		return nil, fault.New(fault.Unavailable, "network", fmt.Errorf("opening a socket: %w", err))
	}
	s := &web{ws: ws}
	s.on("open", func(js.Value) { events.Open() })
	s.on("message", func(e js.Value) {
		if data := e.Get("data"); data.Type() == js.TypeString { // the house never sends anything else
			events.Message([]byte(data.String()))
		}
	})
	s.on("close", func(e js.Value) {
		s.release() // nothing comes after this event
		events.Close(e.Get("code").Int())
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget = context.AfterFunc(ctx, s.Close)
	return s, nil
}

// address names path on the page's own host. Not every browser in use takes relative addresses for sockets.
func address(path string) string {
	location := js.Global().Get("location")
	scheme := "ws://"
	if location.Get("protocol").String() == "https:" {
		scheme = "wss://"
	}
	return scheme + location.Get("host").String() + "/" + strings.TrimPrefix(path, "/")
}

// web is one WebSocket with the callbacks it was given.
type web struct {
	ws js.Value

	mu     sync.Mutex // guards what follows
	heard  []listener
	over   bool
	forget func() bool // stops waiting for the context
}

type listener struct {
	event string
	f     js.Func
}

func (s *web) on(event string, f func(js.Value)) {
	l := listener{event, js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	})}
	s.ws.Call("addEventListener", event, l.f)
	s.heard = append(s.heard, l)
}

// opened is the readyState of a socket that sends.
const opened = 1

// Send queues a text. A socket that is closing would drop it and say so on the console alone, so it is not asked.
func (s *web) Send(text []byte) error {
	if state := s.ws.Get("readyState").Int(); state != opened {
		return fmt.Errorf("sending on a socket in state %d", state)
	}
	_, err := await.Try(func() js.Value { return s.ws.Call("send", string(text)) })
	if err != nil {
		return fmt.Errorf("sending on a socket: %w", err)
	}
	return nil
}

// Close ends the socket without a word to Events.
func (s *web) Close() {
	if s.release() {
		_, _ = await.Try(func() js.Value { return s.ws.Call("close") }) // closing a socket that never opened is fine
	}
}

// release takes the callbacks back, once.
func (s *web) release() bool {
	s.mu.Lock()
	heard, forget, first := s.heard, s.forget, !s.over
	s.heard, s.over = nil, true
	s.mu.Unlock()
	for _, l := range heard {
		s.ws.Call("removeEventListener", l.event, l.f)
		l.f.Release()
	}
	if forget != nil {
		forget()
	}
	return first
}
