package stage

import (
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Wire is everything a window's sockets received, as the browser itself saw it.
type Wire struct {
	mu     sync.Mutex
	frames []string
}

// Wire begins to listen; call it before the page opens.
func (w *Window) Wire(t *testing.T) *Wire {
	t.Helper()
	Call(w, network.Enable, network.EnableParams{})
	wire := &Wire{}
	events := chromedp.Events(w.ctx, network.WebSocketFrameReceived)
	go func() {
		for e, err := range events {
			if err != nil {
				return
			}
			wire.mu.Lock()
			wire.frames = append(wire.frames, string(e.Response.PayloadData))
			wire.mu.Unlock()
		}
	}()
	return wire
}

// Frames are the texts received so far, oldest first.
func (w *Wire) Frames() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.frames...)
}
