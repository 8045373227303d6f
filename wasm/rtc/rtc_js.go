package rtc

import (
	"fmt"

	"syscall/js"

	"hearth/shared/live"
	"hearth/wasm/await"
)

// Open returns the browser's peer connections, or None where it has none.
func Open() Maker { return open("all") }

// OpenRelayed returns the browser's peer connections that go through a relay or nowhere, or None where it has none.
func OpenRelayed() Maker { return open("relay") }

func open(policy string) Maker {
	if js.Global().Get("RTCPeerConnection").Truthy() {
		return browser{policy}
	}
	return None{}
}

// browser makes the browser's connections, straight on RTCPeerConnection. pion's js build, which has the same shape, was
// weighed and left out of the pages: it has no statistics, refuses TURN servers, loses candidates' fields and the order of
// messages, and brings DTLS and X.509 along, 320 kB of every first visit. Native peers are pion's (package native).
type browser struct{ policy string } // RTCIceTransportPolicy

// Make makes a connection that is not yet connected.
func (b browser) Make(servers []live.ICEServer, h Handler) (Conn, error) {
	pc, err := await.Try(func() js.Value { return js.Global().Get("RTCPeerConnection").New(configuration(servers, b.policy)) })
	if err != nil {
		return nil, fmt.Errorf("making a connection: %w", err)
	}
	c := &conn{js: pc, policy: b.policy}
	c.ears.on(c.js, "connectionstatechange", func(js.Value) {
		h.State(ConnState(c.js.Get("connectionState").String()))
	})
	c.ears.on(c.js, "icecandidate", func(event js.Value) {
		found := event.Get("candidate")
		switch {
		case !found.Truthy() && h.End != nil:
			h.End()
		case found.Truthy() && found.Get("candidate").String() != "": // an empty one is how some browsers end a generation
			h.Candidate([]byte(js.Global().Get("JSON").Call("stringify", found).String()))
		}
	})
	c.ears.on(c.js, "datachannel", func(event js.Value) {
		h.Channel(c.channel(event.Get("channel")))
	})
	return c, nil
}

// configuration is RTCConfiguration (W3C webrtc section 4.2.1).
func configuration(servers []live.ICEServer, policy string) map[string]any {
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
	return map[string]any{"iceServers": list, "bundlePolicy": bundle, "iceTransportPolicy": policy}
}

// bundle puts everything on one way; it may not change later.
const bundle = "max-bundle"

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
