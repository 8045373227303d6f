//go:build !js

package native

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor/pkg/stats"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// Options say what a native Maker may use. The zero value is right for a program on a network.
type Options struct {
	Loopback  bool // offer loopback addresses too; needed on one machine without a network
	RelayOnly bool // use nothing but TURN, to prove that it works
}

// Maker makes native connections.
type Maker struct {
	api   *webrtc.API
	relay bool
	proof []webrtc.Certificate // one for all connections, as a browser's page has

	mu      sync.Mutex // held while one is made
	counter stats.Getter
}

// New returns a Maker.
func New(o Options) *Maker {
	var e webrtc.SettingEngine
	e.LoggerFactory = &logging.DefaultLoggerFactory{Writer: io.Discard, DefaultLogLevel: logging.LogLevelDisabled}
	e.SetIncludeLoopbackCandidate(o.Loopback)
	if o.Loopback {
		e.SetIPFilter(net.IP.IsLoopback) // on one machine nothing else is wanted, names on the local network neither
		e.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	}
	e.SetFireOnTrackBeforeFirstRTP(true) // as browsers do
	m := &Maker{relay: o.RelayOnly}
	codecs := &webrtc.MediaEngine{}
	opts := []func(*webrtc.API){webrtc.WithSettingEngine(e)}
	if err := codecs.RegisterDefaultCodecs(); err == nil {
		if r, err := m.interceptors(codecs); err == nil {
			opts = append(opts, webrtc.WithMediaEngine(codecs), webrtc.WithInterceptorRegistry(r))
		}
	}
	if key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err == nil {
		if c, err := webrtc.GenerateCertificate(key); err == nil {
			m.proof = []webrtc.Certificate{*c}
		}
	}
	m.api = webrtc.NewAPI(opts...)
	return m
}

func (m *Maker) configuration(servers []live.ICEServer) webrtc.Configuration {
	c := webrtc.Configuration{Certificates: m.proof}
	if m.relay {
		c.ICETransportPolicy = webrtc.ICETransportPolicyRelay
	}
	for _, s := range servers {
		c.ICEServers = append(c.ICEServers, webrtc.ICEServer{URLs: slices.Clone(s.URLs), Username: s.Username, Credential: s.Credential})
	}
	return c
}

// Make makes a connection that is not yet connected.
func (m *Maker) Make(servers []live.ICEServer, h rtc.Handler) (rtc.Conn, error) {
	m.mu.Lock()
	pc, err := m.api.NewPeerConnection(m.configuration(servers))
	counter := m.counter
	m.mu.Unlock()
	if err != nil {
		return nil, fmt.Errorf("making a connection: %w", err)
	}
	var turn sync.Mutex // pion tells each change in a goroutine of its own: the state now counts, not the one told
	pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) {
		turn.Lock()
		defer turn.Unlock()
		h.State(rtc.ConnState(pc.ConnectionState().String()))
	})
	pc.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c == nil {
			if h.End != nil {
				h.End()
			}
			return
		}
		if b, err := json.Marshal(c.ToJSON()); err == nil {
			h.Candidate(b)
		}
	})
	pc.OnDataChannel(func(d *webrtc.DataChannel) { h.Channel(newChannel(d)) })
	return &conn{m: m, pc: pc, hear: h, counter: counter}, nil
}

type conn struct {
	m       *Maker
	pc      *webrtc.PeerConnection
	hear    rtc.Handler
	counter stats.Getter
	close   sync.Once
	loops   sync.WaitGroup // of the lines

	mu   sync.Mutex // guards what follows, and what the ways hold
	ways []*way
}

func (c *conn) Offer(_ context.Context, restart bool) (rtc.Description, error) {
	d, err := c.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: restart})
	return c.local(d, err)
}

// local sets d as the local description and gives it to the other side.
func (c *conn) local(d webrtc.SessionDescription, err error) (rtc.Description, error) {
	if err == nil {
		err = c.pc.SetLocalDescription(d)
	}
	if err != nil {
		return rtc.Description{}, fmt.Errorf("describing our side: %w", err)
	}
	return rtc.Description{Type: d.Type.String(), SDP: d.SDP}, nil
}

func (c *conn) Accept(_ context.Context, d rtc.Description) (rtc.Description, error) {
	kind := webrtc.NewSDPType(d.Type)
	if err := c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: kind, SDP: d.SDP}); err != nil {
		return rtc.Description{}, fmt.Errorf("taking the other side's %s: %w", kind, err)
	}
	if kind != webrtc.SDPTypeOffer {
		return rtc.Description{}, nil
	}
	if err := c.adopt(); err != nil {
		return rtc.Description{}, err
	}
	a, err := c.pc.CreateAnswer(nil)
	return c.local(a, err)
}

func (c *conn) Candidate(_ context.Context, raw json.RawMessage) error {
	var init webrtc.ICECandidateInit
	if err := json.Unmarshal(raw, &init); err != nil {
		return fmt.Errorf("reading a candidate: %w", err)
	}
	if init.Candidate == "" {
		return nil // a browser's end of candidates
	}
	return c.pc.AddICECandidate(init)
}

func (c *conn) Open(label string, o rtc.ChannelOptions) (rtc.Channel, error) {
	ordered := !o.Unordered
	init := webrtc.DataChannelInit{Ordered: &ordered}
	if o.Lifetime > 0 {
		ms := uint16(min(o.Lifetime.Milliseconds(), 65535))
		init.MaxPacketLifeTime = &ms
	}
	d, err := c.pc.CreateDataChannel(label, &init)
	if err != nil {
		return nil, fmt.Errorf("opening channel %s: %w", label, err)
	}
	return newChannel(d), nil
}

func (c *conn) Servers(servers []live.ICEServer) error {
	return c.pc.SetConfiguration(c.m.configuration(servers))
}

// Path asks the ICE transport alone: PeerConnection.GetStats reads what pion's own close, begun by the other side, writes.
func (c *conn) Path(context.Context) (rtc.Path, error) {
	transport := c.pc.SCTP().Transport().ICETransport()
	pair, err := transport.GetSelectedCandidatePair()
	if err != nil || pair == nil {
		return rtc.Path{}, err
	}
	p := rtc.Path{Way: rtc.WayDirect}
	switch relay := webrtc.ICECandidateTypeRelay; {
	case pair.Local.Typ == relay:
		p.Way = wayToRelay(pair.Local.Priority)
	case pair.Remote.Typ == relay:
		p.Way = rtc.WayRelayUDP
	}
	if s, ok := transport.GetSelectedCandidatePairStats(); ok {
		p.RoundTrip = time.Duration(s.CurrentRoundTripTime * float64(time.Second))
	}
	return p, nil
}

// wayToRelay is how our own relay is reached. pion says so in nothing but statistics and the local preference within the
// candidate's priority (RFC 8445 section 5.1.2.1), which is 0 over TLS, 1 over TCP, 2 over DTLS and 3 over UDP.
func wayToRelay(priority uint32) rtc.Way {
	switch uint16(priority >> 8) {
	case 0:
		return rtc.WayRelayTLS
	case 1:
		return rtc.WayRelayTCP
	}
	return rtc.WayRelayUDP
}

// Close ends the connection and waits for the goroutines behind it.
func (c *conn) Close() error {
	var err error
	c.close.Do(func() {
		err = c.pc.GracefulClose()
		c.loops.Wait()
	})
	return err
}

type channel struct{ d *webrtc.DataChannel }

func newChannel(d *webrtc.DataChannel) *channel { return &channel{d} }

func (c *channel) Label() string { return c.d.Label() }

func (c *channel) Listen(l rtc.Listener) {
	c.d.OnMessage(func(m webrtc.DataChannelMessage) { l.Message(m.Data) })
	c.d.OnClose(l.Close)
	c.d.OnOpen(l.Open) // called at once where it is open already
}

func (c *channel) Send(b []byte, text bool) error {
	if text {
		return c.d.SendText(string(b))
	}
	return c.d.Send(b)
}

func (c *channel) Buffered() int { return int(c.d.BufferedAmount()) }

func (c *channel) Close() error { return c.d.Close() }
