package simulated

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"hearth/shared/live"
	"hearth/wasm/socket"
)

// The patience of a native socket; a page's own is in shared/live.
const (
	dialTime  = 10 * time.Second
	writeTime = 5 * time.Second
	broke     = 1006 // RFC 6455 section 7.4.1: the connection just broke
)

// sockets opens WebSockets as a page of house would: with its cookies and its origin.
type sockets struct {
	house *url.URL
	jar   http.CookieJar
}

// Dial begins to open a socket.
func (s sockets) Dial(ctx context.Context, path string, events socket.Events) (socket.Socket, error) {
	ctx, cancel := context.WithCancel(ctx)
	w := &wire{events: events, cancel: cancel, out: make(chan []byte, 256)}
	go w.run(ctx, s, path)
	return w, nil
}

// wire is one socket. Its goroutine reads; another writes what Send queued.
type wire struct {
	events socket.Events
	cancel context.CancelFunc
	out    chan []byte

	mu     sync.Mutex // guards what follows
	open   bool
	closed bool
}

var errNotOpen = errors.New("the socket is not open")

// Send queues a text message.
func (w *wire) Send(text []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.open || w.closed {
		return errNotOpen
	}
	select {
	case w.out <- append([]byte(nil), text...):
		return nil
	default:
		return errNotOpen // nobody reads at the other end
	}
}

// Close ends the socket; nothing is told any more.
func (w *wire) Close() {
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.cancel()
}

// silent reports whether nothing may be told any more.
func (w *wire) silent() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.closed
}

func (w *wire) run(ctx context.Context, s sockets, path string) {
	defer w.cancel()
	code := broke
	defer func() {
		if !w.silent() {
			w.events.Close(code)
		}
	}()
	dialer := websocket.Dialer{HandshakeTimeout: dialTime, Jar: s.jar}
	at := *s.house
	at.Scheme = strings.Replace(at.Scheme, "http", "ws", 1)
	address := strings.TrimSuffix(at.String(), "/") + path
	conn, _, err := dialer.DialContext(ctx, address, http.Header{"Origin": {s.house.Scheme + "://" + s.house.Host}})
	if err != nil {
		return
	}
	defer conn.Close()
	conn.SetReadLimit(live.MaxHouse)
	w.mu.Lock()
	w.open = true
	w.mu.Unlock()
	written := make(chan struct{})
	go func() { defer close(written); w.write(ctx, conn) }()
	defer func() { w.cancel(); <-written }()
	if !w.silent() {
		w.events.Open()
	}
	code = w.read(conn)
}

// read hands messages on until the socket ends, and returns its close code.
func (w *wire) read(conn *websocket.Conn) (code int) {
	for {
		kind, text, err := conn.ReadMessage()
		if closed := (*websocket.CloseError)(nil); errors.As(err, &closed) {
			return closed.Code
		}
		if err != nil {
			return broke
		}
		if kind == websocket.TextMessage && !w.silent() {
			w.events.Message(text)
		}
	}
}

// write sends what is queued, and says goodbye when the page does.
func (w *wire) write(ctx context.Context, conn *websocket.Conn) {
	for {
		select {
		case text := <-w.out:
			conn.SetWriteDeadline(time.Now().Add(writeTime)) // the connection knows only real time
			if conn.WriteMessage(websocket.TextMessage, text) != nil {
				conn.Close()
				return
			}
		case <-ctx.Done():
			bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
			_ = conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(writeTime)) // it may be gone already
			conn.Close()
			return
		}
	}
}
