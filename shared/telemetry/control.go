package telemetry

import "hearth/shared/care"

// ControlLabel is the label of the ordered, reliable channel; SensorLabel+key that of a sensor's.
const (
	ControlLabel = "control"
	SensorLabel  = "sensor/"
)

// Control is one JSON message on the control channel; exactly one field is set. Unknown fields are ignored, so newer
// pages may say more; a message with none that is known is dropped and counted.
type Control struct {
	Ping     *Ping     `json:"ping,omitempty"`
	Pong     *Pong     `json:"pong,omitempty"`
	Describe *Describe `json:"describe,omitempty"`
	Tally    *Tally    `json:"tally,omitempty"`
	Missing  *Missing  `json:"missing,omitempty"`
	Past     *Past     `json:"past,omitempty"`
	Mark     *Mark     `json:"mark,omitempty"`
	Bye      *Bye      `json:"bye,omitempty"`
}

// Ping asks the other page for its clock: T0 is the asker's own time.
type Ping struct {
	T0 care.Stamp `json:"t0"`
}

// Pong answers: T0 returned, T1 when the ping came in, T2 when the pong left, both on the answering page's clock
// (NTP's four stamps, RFC 5905 section 8).
type Pong struct {
	T0 care.Stamp `json:"t0"`
	T1 care.Stamp `json:"t1"`
	T2 care.Stamp `json:"t2"`

	// Taken counts the control messages of the asking page, but pings and pongs, that the answering page has dealt with on
	// this channel: who sends much waits for it. Nil from a page that does not count.
	Taken *int64 `json:"taken,omitempty"`
}

// Describe says what the sender's sensors are; sent first and whenever it changes.
type Describe struct {
	Sensors []Sensor `json:"sensors"`
}

// Sensor describes one sensor of the aggregator.
type Sensor struct {
	Key      string    `json:"key"`            // names its channel: SensorLabel+Key
	Signal   string    `json:"signal"`         // access.Signal: "ecg", "movement"
	Name     string    `json:"name"`           // device name, such as "Movesense 1742"; "" for the demo, which pages name
	Demo     bool      `json:"demo"`           // a made-up person: every page that draws it says so
	Rate     float64   `json:"rate"`           // nominal samples per second
	Channels []Channel `json:"channels"`       // in the order of the interleaved values
	State    string    `json:"state"`          // sensor.State: connecting, streaming, reconnecting, failed, idle
	Battery  int       `json:"battery"`        // per cent, −1 unknown
	Worn     string    `json:"worn,omitempty"` // sensor.Worn: "chest"; "" when nobody knows
}

// Channel is one quantity: value = step × scale, in unit.
type Channel struct {
	Name  string  `json:"name"` // "ecg", "acc-x", "gyro-z", "mag-y"
	Unit  string  `json:"unit"` // "µV", "m/s²", "°/s", "µT"
	Scale float64 `json:"scale"`
}

// Tally lets the receiver prove the bookkeeping of both pages. Two that do not know of each other count: the decoder of
// the device (Decoded to Waiting) and the sender of this channel (Sent to Frames), both since the stream was opened to this
// receiver and both at one moment. Whatever gets lost between them shows in Missing.
type Tally struct {
	Key     string `json:"key"`
	Decoded int64  `json:"decoded"`           // samples the device's packets held
	Lost    int64  `json:"lost,omitempty"`    // not among them: missing by the device's own counter; named in gaps
	Twice   int64  `json:"twice,omitempty"`   // of those decoded, came a second time
	Late    int64  `json:"late,omitempty"`    // came after samples behind them, when their gap was named already
	Refused int64  `json:"refused,omitempty"` // their time made no sense
	Filled  int64  `json:"filled,omitempty"`  // kept by the device while no link was there; told with the past
	Waiting int64  `json:"waiting,omitempty"` // gathered, not yet a frame's worth
	Sent    int64  `json:"sent"`              // samples put into frames
	Held    int64  `json:"held"`              // not sent because the way out was full or somebody paused; named to the receiver as gaps
	Frames  uint32 `json:"frames"`            // next sequence number
}

// Missing is how many decoded samples neither went out nor are named: 0 in books that close. Below zero more was sent than
// the device gave.
func (t Tally) Missing() int64 {
	return t.Decoded - t.Twice - t.Late - t.Refused - t.Filled - t.Waiting - t.Held - t.Sent
}

// Bye ends a stream in words, so that the other page need not wait for a timeout.
type Bye struct {
	Reason string `json:"reason"` // "stopped-by-patient", "stopped-by-therapist", "withdrawn", "left"
}
