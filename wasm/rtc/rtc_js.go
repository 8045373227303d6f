package rtc

import (
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
	pc, err := webrtc.NewPeerConnection(configuration(servers))
	if err != nil {
		return nil, fmt.Errorf("making a connection: %w", err)
	}
	c := &conn{pc: pc, js: pc.JSValue()}
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

func configuration(servers []live.ICEServer) webrtc.Configuration {
	c := webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle}
	for _, s := range servers {
		c.ICEServers = append(c.ICEServers, webrtc.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential})
	}
	return c
}

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
