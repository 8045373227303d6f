package rtc

import (
	"context"
	"fmt"
	"syscall/js"
	"time"

	"hearth/shared/live"
	"hearth/wasm/await"
)

// Open returns the browser's peer connections, or None where it has none.
func Open() Maker { return open("all") }

// OpenRelayed returns the browser's peer connections that go through a relay or nowhere, or None where it has none.
func OpenRelayed() Maker { return open("relay") }

func open(policy string) Maker {
	if js.Global().Get("RTCPeerConnection").Truthy() {
		return &browser{policy: policy}
	}
	return None{}
}

// browser makes the browser's connections, straight on RTCPeerConnection. pion's js build, which has the same shape, was
// weighed and left out of the pages: it has no statistics, refuses TURN servers, loses candidates' fields and the order of
// messages, and brings DTLS and X.509 along, 320 kB of every first visit. Native peers are pion's (package native).
type browser struct {
	policy string // RTCIceTransportPolicy
	proof  js.Value
}

// Make makes a connection that is not yet connected.
func (b *browser) Make(servers []live.ICEServer, h Handler) (Conn, error) {
	b.prove()
	pc, err := await.Try(func() js.Value { return js.Global().Get("RTCPeerConnection").New(b.configuration(servers)) })
	if err != nil {
		return nil, fmt.Errorf("making a connection: %w", err)
	}
	c := &conn{js: pc, maker: b, hear: h}
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

// prove makes the one certificate of all connections, so that what two people compare does not change while a connection is
// mended. Without it each connection makes its own.
func (b *browser) prove() {
	if b.proof.Truthy() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), proofTime)
	defer cancel()
	made, err := await.Call(ctx, js.Global().Get("RTCPeerConnection"), "generateCertificate", map[string]any{"name": "ECDSA", "namedCurve": "P-256"})
	if err == nil && !b.proof.Truthy() {
		b.proof = made
	}
}

const proofTime = 2 * time.Second

// configuration is RTCConfiguration (W3C webrtc section 4.2.1).
func (b *browser) configuration(servers []live.ICEServer) map[string]any {
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
	c := map[string]any{"iceServers": list, "bundlePolicy": bundle, "iceTransportPolicy": b.policy}
	if b.proof.Truthy() {
		c["certificates"] = []any{b.proof}
	}
	return c
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
