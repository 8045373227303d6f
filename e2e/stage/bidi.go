package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/gorilla/websocket"
)

// bidi is one session of WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/): commands are answered in any order, by
// number, and events come in between.
type bidi struct {
	conn  *websocket.Conn
	event func(method string, params json.RawMessage) // called by the reader; must not block

	mu      sync.Mutex // guards what follows, and writing
	last    int
	waiting map[int]chan answer
	over    error
}

// answer is what comes back for a command: section 3.2 of the specification.
type answer struct {
	ID      int             `json:"id"`
	Type    string          `json:"type"` // success, error or event
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

var errOver = errors.New("the browser is gone")

// converse opens a session at a browser's address and reads until it is closed.
func converse(ctx context.Context, url string, event func(string, json.RawMessage)) (*bidi, error) {
	conn, _, err := websocket.DefaultDialer.DialContext(ctx, url, nil)
	if err != nil {
		return nil, fmt.Errorf("reaching the browser: %w", err)
	}
	b := &bidi{conn: conn, event: event, waiting: map[int]chan answer{}}
	go b.read()
	if err := b.call(ctx, "session.new", map[string]any{"capabilities": map[string]any{}}, nil); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bidi) read() {
	for {
		var a answer
		if err := b.conn.ReadJSON(&a); err != nil {
			b.end()
			return
		}
		if a.Type == "event" {
			b.event(a.Method, a.Params)
			continue
		}
		b.mu.Lock()
		wait := b.waiting[a.ID]
		delete(b.waiting, a.ID)
		b.mu.Unlock()
		if wait != nil {
			wait <- a
		}
	}
}

func (b *bidi) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = errOver
	for id, wait := range b.waiting {
		delete(b.waiting, id)
		close(wait)
	}
}

// call sends a command and reads what it brings into out (nil: nothing of interest).
func (b *bidi) call(ctx context.Context, method string, params map[string]any, out any) error {
	wait, err := b.send(method, params)
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	case a, open := <-wait:
		switch {
		case !open:
			return fmt.Errorf("%s: %w", method, errOver)
		case a.Type == "error":
			return fmt.Errorf("%s: %s: %s", method, a.Error, a.Message)
		case out != nil:
			return json.Unmarshal(a.Result, out)
		}
		return nil
	}
}

func (b *bidi) send(method string, params map[string]any) (<-chan answer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over != nil {
		return nil, b.over
	}
	b.last++
	wait := make(chan answer, 1)
	b.waiting[b.last] = wait
	return wait, b.conn.WriteJSON(map[string]any{"id": b.last, "method": method, "params": params})
}

func (b *bidi) close() { b.conn.Close() }
