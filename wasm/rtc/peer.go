package rtc

import (
	"context"
	"encoding/json"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
)

// Options say what a Peer is given. Maker, Send and Servers are needed, the callbacks may be nil.
type Options struct {
	Maker   Maker
	Offerer bool     // the aggregator; fixed for the life of the share. It also opens the channels.
	Sensors []string // keys of the sensors to open channels for (offerer only); see SetSensors

	// Servers fetches fresh STUN and TURN servers (live.Relay). Asked before each connection and each restart; when it
	// fails, the last known ones are used.
	Servers func(ctx context.Context) ([]live.ICEServer, error)
	// Send gives one signalling message to the house, for live.Signal.Body. It must not block.
	Send func(body json.RawMessage)
	// Now is the page's own clock; nil is the system's. On the offerer's page it is the session clock.
	Now func() care.Stamp

	// OnFrame hears every message of a sensor's channel: the bytes are lent for the call, it must not block and may be
	// called from several goroutines at once.
	OnFrame func(key string, frame []byte)
	// OnControl hears every control message but pings and pongs, in order.
	OnControl func(telemetry.Control)
	// OnView hears whenever what View returns has changed (round trips: at most once a second).
	OnView func(View)
}

// State is what a person is told about a connection; the catalogues have words for each under "connection."+State.
type State string

// The states.
const (
	StateConnecting   State = "connecting"
	StateConnected    State = "connected"
	StateReconnecting State = "reconnecting" // was connected; Hearth is mending it
	StateUnavailable  State = "unavailable"  // this browser has no peer connections
	StateClosed       State = "closed"
)

// View is what a page shows of a connection.
type View struct {
	State     State
	Way       Way
	RoundTrip time.Duration // over the control channel, smallest of the last half minute; 0 = not measured yet
}
