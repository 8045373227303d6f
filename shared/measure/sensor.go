// Package measure is what becomes of one sensor's bytes: packets and their arrival go in, and out come samples on the
// session clock, heartbeats, numbers of the sliding windows, and gaps, as telemetry frames for whoever may receive
// them and as a picture for the sensor's own tile. It knows no Bluetooth and no network, starts no goroutine and
// reads no clock: the same packets give the same numbers, live, in a replay and in a test.
//
//	Sensor   one device: Begin with every link's decoder, Feed every notification, Lose when the link is lost
//	Stream   one signal of it: Take the new frames, draw Recent and Beats, show Trend, Quality, Activity
//
// A telemetry.Sender for each receiver numbers the frames and keeps its books.
//
// A sensor and its streams belong to one goroutine; a page that draws from another one holds a lock around both.
//
// One second of ECG at 250 Hz and movement at 52 Hz, from bytes to frames with full windows, takes 0.08 ms on one core
// of a small server and 0.33 ms compiled to WebAssembly: 0.03 % of a core (go test -bench Second ./shared/measure).
package measure

import (
	"fmt"
	"math"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// Sensor measures with one device.
type Sensor struct {
	decoder sensor.Decoder
	about   []sensor.Stream // as described
	worn    sensor.Worn
	streams []*Stream
	given   []*Stream // by the decoder's own order
	blocks  []sensor.Block
	battery int
	broken  int64
}

// New returns a sensor of a kind, ready to Begin. Key is unique on its page and names the streams: "demo" makes
// "demo-ecg" and "demo-movement". A description that cannot be measured (no channels, a rate no detector takes) is
// an error of its driver.
func New(key string, about sensor.Description) (*Sensor, error) {
	s := &Sensor{about: about.Streams, worn: about.Worn, battery: -1}
	if _, ok := sensor.Gives(about.Streams, about.Streams); !ok {
		return nil, fmt.Errorf("measuring %s: no streams, or two of one key", about.Key)
	}
	for _, kind := range about.Streams {
		st, err := newStream(key+"-"+kind.Key, about, kind)
		if err != nil {
			return nil, fmt.Errorf("measuring %s of %s: %w", kind.Key, about.Key, err)
		}
		s.streams = append(s.streams, st)
	}
	return s, nil
}

// Begin is told that a link is up: dec reads what comes from now on. A decoder of other streams than the description's
// is refused with sensor.ErrUnknown; one of fewer leaves the others silent. Other rates than before begin a stream's
// windows anew.
func (s *Sensor) Begin(dec sensor.Decoder) error {
	kinds := dec.Streams()
	places, ok := sensor.Gives(s.about, kinds)
	if !ok {
		return sensor.ErrUnknown
	}
	s.given = s.given[:0]
	for i, place := range places {
		st := s.streams[place]
		if err := st.begin(kinds[i]); err != nil {
			return fmt.Errorf("measuring %s: %w", st.key, err)
		}
		s.given = append(s.given, st)
	}
	s.decoder = dec
	return nil
}

// Feed takes one notification. An error (a *sensor.PacketError) says that the packet was unreadable; it is counted
// and the next one is welcome.
func (s *Sensor) Feed(n sensor.Notification) error {
	if n.From == sensor.BatteryLevel {
		level, ok := sensor.BatteryOf(n.Bytes)
		if !ok {
			s.broken++
			return &sensor.PacketError{From: n.From, Length: len(n.Bytes), Why: sensor.BadContent}
		}
		s.battery = level
		return nil
	}
	if s.decoder == nil {
		s.broken++
		return &sensor.PacketError{From: n.From, Length: len(n.Bytes), Why: sensor.BadSource}
	}
	var err error
	if s.blocks, err = s.decoder.Decode(n, s.blocks[:0]); err != nil {
		s.broken++
		return err
	}
	for _, b := range s.blocks {
		if b.Stream < 0 || b.Stream >= len(s.given) || !s.given[b.Stream].takes(b) {
			s.broken++ // a driver's mistake, kept from becoming ours
			continue
		}
		if b.Past {
			s.given[b.Stream].fill(b)
			continue
		}
		s.given[b.Stream].feed(b, n.At)
	}
	if s.worn == sensor.Chest {
		s.steady()
	}
	return nil
}

// Energy is how strongly the device moved in the last whole second, m/s², gravity off; NaN while nobody knows, also when
// movement is the past and other streams go on.
func (s *Sensor) Energy() float64 {
	energy, now := math.NaN(), s.Latest()
	for _, st := range s.streams {
		if st.moves.track == nil {
			continue
		}
		if e := st.moves.energy(now); !(e <= energy) && !math.IsNaN(e) {
			energy = e
		}
	}
	return energy
}

// steady lets those who look for heartbeats know how the chest moves: what moves there looks like a heart.
func (s *Sensor) steady() {
	energy := s.Energy()
	for _, st := range s.streams {
		if st.finder != nil {
			st.finder.detector.Move(energy)
		}
	}
}

// Lose is told that no more packets come until the next Begin, and why: CauseLink or CausePaused. The gap is named
// when samples are back. What was gathered and not yet framed can be taken now.
func (s *Sensor) Lose(cause telemetry.Cause) {
	s.decoder = nil
	for _, st := range s.streams {
		st.lose(cause)
	}
}

// Streams lists the signals, in the order of the description. They stay the same objects across links.
func (s *Sensor) Streams() []*Stream { return s.streams }

// Battery is the last level the device told, in per cent, or −1.
func (s *Sensor) Battery() int { return s.battery }

// Broken counts the packets that could not be read.
func (s *Sensor) Broken() int64 { return s.broken }

// Latest is the session time of the newest sample of all streams, 0 before the first.
func (s *Sensor) Latest() care.Stamp {
	var latest care.Stamp
	for _, st := range s.streams {
		latest = max(latest, st.Latest())
	}
	return latest
}
