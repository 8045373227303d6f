package rtc

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"syscall/js"
	"time"

	"hearth/shared/live"
	"hearth/wasm/await"
)

// conn is one of the browser's connections. The page has one thread, so there is nothing to lock.
type conn struct {
	js       js.Value
	maker    *browser
	hear     Handler
	ears     ears
	channels []*channel
	media    media
	closed   bool
}

func (c *conn) Offer(ctx context.Context, restart bool) (Description, error) {
	d, err := await.Call(ctx, c.js, "createOffer", map[string]any{"iceRestart": restart})
	return c.local(ctx, d, err)
}

// local sets d as the local description and gives it to the other side.
func (c *conn) local(ctx context.Context, d js.Value, err error) (Description, error) {
	if err == nil {
		_, err = await.Call(ctx, c.js, "setLocalDescription", d)
	}
	if err != nil {
		return Description{}, fmt.Errorf("describing our side: %w", err)
	}
	return Description{Type: d.Get("type").String(), SDP: d.Get("sdp").String()}, nil
}

func (c *conn) Accept(ctx context.Context, d Description) (Description, error) {
	// Should an offer of our own be out, the browser takes it back by itself (JSEP section 4.1.10.2).
	if _, err := await.Call(ctx, c.js, "setRemoteDescription", map[string]any{"type": d.Type, "sdp": d.SDP}); err != nil {
		return Description{}, fmt.Errorf("taking the other side's %s: %w", d.Type, err)
	}
	c.media.packet = 0 // the description says nothing of it
	if d.Type != "offer" {
		return Description{}, nil
	}
	if err := c.adopt(ctx); err != nil {
		return Description{}, err
	}
	a, err := await.Call(ctx, c.js, "createAnswer")
	return c.local(ctx, a, err)
}

func (c *conn) Candidate(ctx context.Context, raw json.RawMessage) error {
	init, err := await.Try(func() js.Value { return js.Global().Get("JSON").Call("parse", string(raw)) })
	if err == nil {
		_, err = await.Call(ctx, c.js, "addIceCandidate", init)
	}
	if err != nil {
		return fmt.Errorf("adding a candidate: %w", err)
	}
	return nil
}

func (c *conn) Open(label string, o ChannelOptions) (Channel, error) {
	init := map[string]any{"ordered": !o.Unordered}
	if o.Lifetime > 0 {
		init["maxPacketLifeTime"] = min(o.Lifetime.Milliseconds(), 65535)
	}
	d, err := await.Try(func() js.Value { return c.js.Call("createDataChannel", label, init) })
	if err != nil {
		return nil, fmt.Errorf("opening channel %s: %w", label, err)
	}
	return c.channel(d), nil
}

func (c *conn) channel(d js.Value) *channel {
	ch := newChannel(d)
	c.channels = slices.DeleteFunc(c.channels, func(old *channel) bool { return old.closed })
	c.channels = append(c.channels, ch)
	return ch
}

func (c *conn) Servers(servers []live.ICEServer) error {
	_, err := await.Try(func() js.Value { return c.js.Call("setConfiguration", c.maker.configuration(servers)) })
	if err != nil {
		return fmt.Errorf("setting servers: %w", err)
	}
	return nil
}

// Path reads the selected pair out of the statistics: transport → candidate-pair → local-candidate (W3C webrtc-stats
// sections 6.15, 6.16 and 6.17).
func (c *conn) Path(ctx context.Context) (Path, error) {
	report, err := await.Call(ctx, c.js, "getStats")
	if err != nil {
		return Path{}, fmt.Errorf("asking for statistics: %w", err)
	}
	pair := js.Undefined()
	each := js.FuncOf(func(_ js.Value, args []js.Value) any {
		switch s := args[0]; {
		case s.Get("type").String() == "transport" && s.Get("selectedCandidatePairId").Truthy():
			pair = report.Call("get", s.Get("selectedCandidatePairId"))
		case s.Get("type").String() == "candidate-pair" && s.Get("selected").Truthy(): // Firefox
			pair = s
		}
		return nil
	})
	defer each.Release()
	report.Call("forEach", each)
	if !pair.Truthy() {
		return Path{}, nil
	}
	p := Path{Way: way(report, pair)}
	if rtt := pair.Get("currentRoundTripTime"); rtt.Type() == js.TypeNumber {
		p.RoundTrip = time.Duration(rtt.Float() * float64(time.Second))
	}
	return p, nil
}

// way names the rung of the ladder. How the other side reaches its own relay we cannot know: UDP is assumed.
func way(report, pair js.Value) Way {
	kind := func(field string) (js.Value, bool) {
		c := report.Call("get", pair.Get(field))
		return c, c.Truthy() && c.Get("candidateType").String() == "relay"
	}
	ours, relay := kind("localCandidateId")
	if relay {
		switch ours.Get("relayProtocol").String() {
		case "tcp":
			return WayRelayTCP
		case "tls":
			return WayRelayTLS
		}
		return WayRelayUDP
	}
	if _, relay := kind("remoteCandidateId"); relay {
		return WayRelayUDP
	}
	return WayDirect
}

// Close ends the connection and releases what listens to it.
func (c *conn) Close() error {
	if c.closed {
		return nil
	}
	c.closed = true
	c.ears.release()
	for _, ch := range c.channels {
		_ = ch.Close()
	}
	c.channels = nil
	c.js.Call("close")
	return nil
}
