// Package measure is what becomes of one sensor's bytes: packets and their arrival go in, and out come samples on the
// session clock, heartbeats, numbers of the sliding windows, and gaps, as telemetry frames for whoever may receive
// them and as a picture for the sensor's own tile. It knows no Bluetooth and no network, starts no goroutine and
// reads no clock: the same packets give the same numbers, live, in a replay and in a test.
//
//	Sensor   one device: Begin with every link's decoder, Feed every notification, Lose when the link is lost
//	Stream   one signal of it: Take the new frames, look at the Picture, read the numbers
//	Outlet   one receiver of one stream: numbers the frames and accounts for what was held back
//
// Everything here belongs to one goroutine.
package measure

import (
	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// Sensor measures with one device.
type Sensor struct {
	key     string
	about   sensor.Description
	decoder sensor.Decoder
	streams []*Stream
	blocks  []sensor.Block
	battery int
	broken  int64
}

// New returns a sensor of a kind, ready to Begin. Key is unique on its page and names the streams: "demo" makes
// "demo-ecg" and "demo-movement".
func New(key string, about sensor.Description) (*Sensor, error) { panic("being written") }

// Begin is told that a link is up: dec reads what comes from now on. A decoder that gives other signals than the
// description, or an unusable rate, is refused.
func (s *Sensor) Begin(dec sensor.Decoder) error { panic("being written") }

// Feed takes one notification. An error (a *sensor.PacketError) says that the packet was unreadable; it is counted
// and the next one is welcome.
func (s *Sensor) Feed(n sensor.Notification) error { panic("being written") }

// Lose is told that no more packets come until the next Begin, and why: CauseLink or CausePaused. The gap is named
// when samples are back.
func (s *Sensor) Lose(cause telemetry.Cause) { panic("being written") }

// Streams lists the signals, in the order of the description. They stay the same objects across links.
func (s *Sensor) Streams() []*Stream { return s.streams }

// Battery is the last level the device told, in per cent, or −1.
func (s *Sensor) Battery() int { return s.battery }

// SetBattery is for a level read on the link instead of notified.
func (s *Sensor) SetBattery(percent int) { s.battery = percent }

// Broken counts the packets that could not be read.
func (s *Sensor) Broken() int64 { return s.broken }

// Stream is one signal of a sensor.
type Stream struct{}

// Key names the stream's channel: telemetry.SensorLabel+Key.
func (st *Stream) Key() string { panic("being written") }

// Describe says what the stream is, for the control channel and the announcement; name is the device's own, state
// that of its life.
func (st *Stream) Describe(name string, state sensor.State) telemetry.Sensor { panic("being written") }

// Take returns the frames made since it was called last, oldest first, without sequence numbers: an Outlet gives
// those. Nobody may change what they point to, so that they can be given to several outlets.
func (st *Stream) Take() []telemetry.Frame { panic("being written") }

// Count is the bookkeeping of the stream.
func (st *Stream) Count() Count { panic("being written") }

// Count says what became of the samples (instants, whatever the number of channels) decoded from a device. Decoded =
// Placed + Twice + Late + Refused, and every placed sample is in exactly one Samples frame.
type Count struct {
	Decoded int64
	Placed  int64
	Lost    int64 // missing by the device's counter, named in gaps
	Twice   int64 // came a second time
	Late    int64 // came after samples behind them; already named in a gap
	Refused int64 // their time made no sense
}

// Trend returns the newest numbers of the windows (heart only): NaN and NoBeats before the first.
func (st *Stream) Trend() telemetry.Trend { panic("being written") }

// Quality is the signal's now, 0 to 100; Contact says whether the electrodes see a body (true for movement).
func (st *Stream) Quality() int { panic("being written") }

// Contact reports whether the electrodes see a body.
func (st *Stream) Contact() bool { panic("being written") }

// Activity is the RMS of |a|−g over the last second in m/s² (movement only), NaN before.
func (st *Stream) Activity() float64 { panic("being written") }

// Latest is the session time of the newest sample, 0 before the first.
func (st *Stream) Latest() care.Stamp { panic("being written") }

// Recent copies the newest samples of one channel into dst, in the channel's unit, oldest first, NaN where there is
// none, and returns the part it filled. The last one is from Latest, the others lie Period apart before it.
func (st *Stream) Recent(channel int, dst []float32) []float32 { panic("being written") }

// Beats appends the newest beats, up to 64, oldest first.
func (st *Stream) Beats(dst []telemetry.Beat) []telemetry.Beat { panic("being written") }

// Outlet is the way of one stream to one receiver. Every receiver has its own: its numbers begin when it came.
type Outlet struct{}

// NewOutlet returns an outlet for a stream's key.
func NewOutlet(key string) *Outlet { panic("being written") }

// Offer takes a frame from Take and says what to send now. With room false (the way out is full) samples are held
// back: they are counted, and named to the receiver as a gap before the next frame that is sent.
func (o *Outlet) Offer(f telemetry.Frame, room bool) []telemetry.Frame { panic("being written") }

// Tally is the account for the control channel: Decoded = Sent + Held.
func (o *Outlet) Tally() telemetry.Tally { panic("being written") }
