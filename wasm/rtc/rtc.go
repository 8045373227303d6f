// Package rtc connects two pages directly. It has two floors:
//
//   - Maker, Conn and Channel are the ability itself, as small as the browser allows: the browser's own (Open), none
//     (None), or the native one of package native for tests, simulated patients and bridges.
//   - Peer stands on any Maker and keeps one connection alive for as long as both pages want it: it negotiates,
//     restarts, builds anew, measures path, round trip and clock, and carries frames and control messages.
//
// A Peer may carry sound and pictures beside its channels (Options.Media, and CallLines for what a call has). The lines are
// agreed upon once, with the first offer, both ways; from then on Put lets a track through or takes it off, Shape says how it
// is sent, and Peer itself puts everything again after whatever happens to the connection. So a connection can be prepared
// while somebody waits, with nothing on its lines, and carries sound the moment something is put there. Where nobody is to
// learn an address, OpenRelayed makes connections that go through a relay or nowhere.
//
// The package never decides who may talk to whom (the house does, before it relays anything), never looks into a
// sensor's frames, a sound or a picture, and never keeps them.
package rtc

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"hearth/shared/live"
)

// ErrUnavailable is what a browser without peer connections, and every other build, answers.
var ErrUnavailable = errors.New("rtc: peer connections are not available here")

// ErrTrack is what a Maker answers to a track it did not make.
var ErrTrack = errors.New("rtc: not a track of this make")

// Maker makes connections.
type Maker interface {
	// Make makes a connection that is not yet connected. It calls the handler from its own goroutines or from the
	// browser's callbacks, so the handler must not block.
	Make(servers []live.ICEServer, h Handler) (Conn, error)
}

// Handler hears what a connection does. All but End and Track are needed.
type Handler struct {
	State     func(ConnState)
	Candidate func(json.RawMessage)   // RTCIceCandidateInit as the maker made it
	End       func()                  // there are no more candidates for now; nobody has to know
	Channel   func(Channel)           // the other side opened one; call Listen before returning
	Track     func(line int, t Track) // of the other side, once a line; may be nil
}

// ConnState is the state of a connection: RTCPeerConnectionState of the WebRTC specification.
type ConnState string

// The states.
const (
	New          ConnState = "new"
	Connecting   ConnState = "connecting"
	Connected    ConnState = "connected"
	Disconnected ConnState = "disconnected" // silence; may heal by itself
	Failed       ConnState = "failed"
	Closed       ConnState = "closed"
)

// Description is a session description: RTCSessionDescriptionInit.
type Description struct {
	Type string `json:"type"` // "offer" or "answer"
	SDP  string `json:"sdp"`
}

// Conn is one peer connection. Its methods are called from one goroutine at a time and may wait as long as ctx lasts.
type Conn interface {
	// Offer makes an offer and sets it as the local description; with restart the ways between the pages are searched
	// anew (ICE restart, RFC 8445 section 9) and the channels live on.
	Offer(ctx context.Context, restart bool) (Description, error)
	// Accept takes the other side's description; for an offer it sets and returns the answer, for an answer the zero
	// Description.
	Accept(ctx context.Context, d Description) (Description, error)
	// Candidate adds one of the other side's candidates.
	Candidate(ctx context.Context, c json.RawMessage) error
	// Open opens a channel to the other side.
	Open(label string, o ChannelOptions) (Channel, error)
	// Servers replaces the STUN and TURN servers; the next Offer with restart, or the next Accept of one, uses them.
	Servers(servers []live.ICEServer) error
	// Media prepares the lines of sound and pictures; once, before anything is offered or accepted. The one who offers asks
	// for all of them, the other finds them in the offer.
	Media(ctx context.Context, lines []Line, offer bool) error
	// Put lets a track go through a line, or nothing when it is nil, without negotiating. Errors: ErrTrack.
	Put(ctx context.Context, line int, t Track) error
	// Shape sets how a line is sent.
	Shape(ctx context.Context, line int, s Shape) error
	// Reports are the statistics of all lines and of the way in use, for Sum.
	Reports(ctx context.Context) ([]Report, error)
	// Path says which way the data takes now and how long it takes there and back.
	Path(ctx context.Context) (Path, error)
	// Close ends the connection and all its channels. It may be called twice.
	Close() error
}

// ChannelOptions say how a channel treats what is lost. The zero value is ordered and reliable.
type ChannelOptions struct {
	Unordered bool
	Lifetime  time.Duration // give up on a message after so long (maxPacketLifeTime); 0 = never
}

// Listener hears what a channel does. The bytes are lent for the duration of the call; the functions must not block.
type Listener struct {
	Open    func()
	Message func([]byte)
	Close   func()
}

// Channel is one data channel.
type Channel interface {
	Label() string
	// Listen sets who hears of the channel, once. When the channel is open already, Open is called at once.
	Listen(Listener)
	// Send hands one message over; binary unless text is set. An error means that the channel is not open.
	Send(b []byte, text bool) error
	// Buffered is the number of bytes handed over and not yet on their way.
	Buffered() int
	// Close ends the channel. It may be called twice.
	Close() error
}

// Way names the path the data takes; the catalogues have words for each under
// "connection.way."+Way.
type Way string

// The rungs of the ladder, best first.
const (
	WayUnknown  Way = ""
	WayDirect   Way = "direct"    // from page to page
	WayRelayUDP Way = "relay-udp" // through TURN
	WayRelayTCP Way = "relay-tcp" // through TURN over TCP
	WayRelayTLS Way = "relay-tls" // through TURN over TLS
)

// Path is the way in use and its round trip time (0 = not measured yet).
type Path struct {
	Way       Way
	RoundTrip time.Duration
}

// None is the Maker where there is none.
type None struct{}

// Make refuses with ErrUnavailable.
func (None) Make([]live.ICEServer, Handler) (Conn, error) { return nil, ErrUnavailable }
