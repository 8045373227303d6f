package rtc

import (
	"errors"
	"fmt"
	"syscall/js"

	"github.com/pion/webrtc/v4"

	"hearth/shared/live"
)

// Open returns the browser's peer connections, or None where it has none. pion's js build asks for window, so a
// worker has none either.
func Open() Maker {
	if window := js.Global().Get("window"); window.Truthy() && window.Get("RTCPeerConnection").Truthy() {
		return browser{}
	}
	return None{}
}

// browser makes the browser's connections. pion's js build makes the objects and translates settings; what it lacks or
// loses (candidates, statistics, the order of messages, a context to wait with) goes to the object underneath.
type browser struct{}

// Make makes a connection that is not yet connected.
func (browser) Make(servers []live.ICEServer, h Handler) (Conn, error) {
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{BundlePolicy: bundle})
	if err != nil {
		return nil, fmt.Errorf("making a connection: %w", err)
	}
	c := &conn{pc: pc, js: pc.JSValue()}
	if err := c.Servers(servers); err != nil {
		return nil, errors.Join(err, pc.Close())
	}
	c.ears.on(c.js, "connectionstatechange", func(js.Value) {
		h.State(ConnState(c.js.Get("connectionState").String()))
	})
	c.ears.on(c.js, "icecandidate", func(event js.Value) {
		// An empty candidate is how some browsers say that there are no more; nobody needs to know.
		if found := event.Get("candidate"); found.Truthy() && found.Get("candidate").String() != "" {
			h.Candidate([]byte(js.Global().Get("JSON").Call("stringify", found).String()))
		}
	})
	c.ears.on(c.js, "datachannel", func(event js.Value) {
		h.Channel(c.channel(event.Get("channel")))
	})
	return c, nil
}

// configuration is RTCConfiguration. pion's js build refuses TURN servers, so the browser is told itself.
func configuration(servers []live.ICEServer) map[string]any {
	list := make([]any, 0, len(servers))
	for _, s := range servers {
		urls := make([]any, len(s.URLs))
		for i, u := range s.URLs {
			urls[i] = u
		}
		entry := map[string]any{"urls": urls}
		if s.Username != "" {
			entry["username"], entry["credential"] = s.Username, s.Credential
		}
		list = append(list, entry)
	}
	return map[string]any{"iceServers": list, "bundlePolicy": bundle.String()}
}

// bundle puts everything on one way; it may not change later.
const bundle = webrtc.BundlePolicyMaxBundle

// ears are listeners on a browser's object, kept so that they can be taken off and released.
type ears struct{ off []func() }

func (e *ears) on(target js.Value, event string, f func(event js.Value)) {
	heard := js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) > 0 {
			f(args[0])
		}
		return nil
	})
	target.Call("addEventListener", event, heard)
	e.off = append(e.off, func() {
		target.Call("removeEventListener", event, heard)
		heard.Release()
	})
}

func (e *ears) release() {
	for _, off := range e.off {
		off()
	}
	e.off = nil
}
