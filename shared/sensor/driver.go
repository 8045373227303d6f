// Package sensor describes what a patient wears and turns its bytes into samples that know their time. A Driver says
// how a kind of device is found, set up and read; a Link is one connected device; a Timeline lays its samples on the
// session clock; a Life says when to connect again. The package opens no radio, starts no goroutine and reads no
// clock: wasm/ble brings Bluetooth, sensor/demo a made-up person, tests bytes.
//
// # From a tile to samples
//
//	device, err := sensor.AdapterFor(driver, radio).Request(ctx, driver) // the person picks a device
//	link, err := device.Connect(ctx)                                     // and again after every loss
//	decoder, err := driver.Prepare(ctx, link, last)                      // finds the layout, sets up, subscribes
//	for n := range link.Notifications() {
//		blocks, err = decoder.Decode(n, blocks[:0])
//		… timeline.Place(block, n.At) …
//	}
package sensor

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"hearth/shared/access"
	"hearth/shared/telemetry"
)

// Driver is one kind of device. A driver keeps nothing: the same value serves any number of devices at once.
type Driver interface {
	// Describe says what the pages and the radio need to know before a device is connected. It never changes.
	Describe() Description

	// Prepare sets a freshly connected device up and returns the decoder of the layout it speaks. Here a driver looks
	// which characteristics there are (firmware differs), reads and writes the configuration, gives the device the
	// time, and subscribes, last, to everything the decoder reads. It is called anew after every reconnect; last is the
	// decoder of the link before, nil at first, so that what need not be set again is left alone. The caller bounds it
	// with ctx; link stays the caller's.
	Prepare(ctx context.Context, link Link, last Decoder) (Decoder, error)
}

// Description is what is known of a kind of device before one is connected.
type Description struct {
	Key      string       // short and stable: "demo", "movesense", "heart-rate"; part of channel names
	Name     string       // key of its name in the word catalogues
	Demo     bool         // a made-up person; every page that shows it says so
	Filter   Filter       // what the chooser offers
	Services []UUID       // every service Prepare may touch: browsers refuse the others
	Can      Capabilities // what the tile offers buttons for
	Streams  []Stream     // what it gives when set up as usual; an older firmware may give fewer
	Worn     Worn         // where on the body, when the kind of device says so

	// Quiet is how long a connected device may say nothing before the link counts as broken, 0 for Silence. A strap that
	// waits for skin says nothing for long.
	Quiet time.Duration
}

// Worn is where on the body a device is. Only what is worn on the trunk tells how the whole body moves.
type Worn string

// The places. A device that may be anywhere has none.
const (
	Anywhere Worn = ""
	Chest    Worn = "chest"
	Wrist    Worn = "wrist"
)

// Filter narrows the chooser: a device fits when any name prefix or any advertised service fits. An empty filter fits
// nothing, so a forgotten one is noticed.
type Filter struct {
	NamePrefixes []string
	Services     []UUID
}

// Capabilities is the set of things a tile can do with a device.
type Capabilities uint8

// What a device can do.
const (
	CanConnect   Capabilities = 1 << iota // it is connected by a button
	CanRecord                             // its samples can be recorded
	CanStream                             // its samples can be streamed
	CanCalibrate                          // it has to be shown something before its values mean anything
	CanConfigure                          // rates can be chosen
)

// Has reports whether all of want are there.
func (c Capabilities) Has(want Capabilities) bool { return c&want == want }

// Form is how a device tells a signal.
type Form uint8

// The forms.
const (
	Sampled   Form = iota // equally spaced samples, by the device's counter
	Intervals             // times between heartbeats without a curve: Rate and Clock are zero, Channels empty
)

// Stream is one signal a device gives.
type Stream struct {
	Key      string // unique in its description: "ecg", "movement", "pulse"; part of channel names
	Signal   access.Signal
	Form     Form
	Rate     float64             // samples per second of the device's clock, right within 2 %: the counter shows the rest
	Channels []telemetry.Channel // 1 to 9, in the order the values are interleaved
	Clock    Clock
	Ragged   bool // packets end where samples are missing: what is missing is no whole packets
}

// Check refuses streams nobody could measure: the mistake of a driver, found by its tests.
func (s Stream) Check() error {
	switch {
	case s.Key == "":
		return errors.New("a stream without a key")
	case !s.Signal.Known():
		return fmt.Errorf("a stream of an unknown kind of signal %q", s.Signal)
	case s.Form == Intervals:
		if s.Rate != 0 || len(s.Channels) != 0 || s.Clock != (Clock{}) || s.Ragged {
			return fmt.Errorf("intervals with %v samples per second in %d channels", s.Rate, len(s.Channels))
		}
		return nil
	case s.Form != Sampled:
		return fmt.Errorf("a stream of the unknown form %d", s.Form)
	case !(s.Rate >= 0.5 && s.Rate <= 10_000):
		return fmt.Errorf("a stream of %v samples per second", s.Rate)
	case len(s.Channels) < 1 || len(s.Channels) > telemetry.MaxChannels:
		return fmt.Errorf("a stream of %d channels", len(s.Channels))
	case s.Clock.Bits < 1 || s.Clock.Bits > 64 || !(s.Clock.Hz > 0 && s.Clock.Hz <= 1e12) || !(s.Clock.Jitter >= 0 && s.Clock.Jitter < 1) || !(s.Clock.Delay >= 0 && s.Clock.Delay < 1):
		return fmt.Errorf("a clock of %d bits at %v Hz with %v s of jitter, %v s late", s.Clock.Bits, s.Clock.Hz, s.Clock.Jitter, s.Clock.Delay)
	}
	for _, c := range s.Channels {
		if c.Name == "" || c.Unit == "" || !(c.Scale > 0) || math.IsInf(c.Scale, 0) {
			return fmt.Errorf("a channel named %q in %q by %v", c.Name, c.Unit, c.Scale)
		}
	}
	return nil
}

// Clock is the counter a device stamps its packets with.
type Clock struct {
	Bits   int     // 1 to 64: after so many bits the counter wraps
	Hz     float64 // ticks per second: 1000 for milliseconds, 1e6 for microseconds
	Jitter float64 // seconds a stamp may be off although no sample is missing, as some firmware's are; usually 0
	Delay  float64 // seconds the newest sample of a packet is old already when the packet comes, as a filter makes it; usually 0
}

// Decoder turns notifications into blocks of samples. It belongs to one connection and one goroutine, and never
// panics whatever the bytes.
type Decoder interface {
	// Streams lists what this device, as it is set up now, gives: streams of the description by their keys, in its order,
	// with the rates and clock of the layout found. What this firmware cannot give is left out.
	Streams() []Stream

	// Decode appends the blocks of one packet to out. A packet that makes no sense gives no block and a *PacketError;
	// the next packet is decoded as if the bad one had not been. What a block points to is valid until the next call.
	// A packet that is understood and holds nothing to show (a step of a transfer) gives no block and no error.
	Decode(n Notification, out []Block) ([]Block, error)
}

// Block is what one packet says of one stream: a run of samples or, of a stream of Intervals, a Pulse.
type Block struct {
	Stream int     // index into Decoder.Streams
	Tick   uint64  // the device's clock, at the sample Anchor says
	Anchor Anchor  // which sample Tick belongs to
	Values []int32 // interleaved by channel, in the device's steps; telemetry.NoValue where it had none

	// Past says that the device kept the block while no link was there and gives it now: it belongs into a gap that has
	// been named, never after the newest sample.
	Past bool

	Pulse *Pulse // of a stream of Intervals, else nil
}

// Pulse is what a device without a curve says of the heart. Its time is the arrival of its notification.
type Pulse struct {
	Rate    float64   // 1/min, as the device averages it; NaN when it says none
	RR      []float64 // seconds between beats since the packet before, oldest first, usually 0 to 3; NaN for one no heart has
	Contact Contact
}

// Contact says whether electrodes touch a body.
type Contact uint8

// The contacts.
const (
	ContactUnknown Contact = iota // the device does not say
	ContactOff
	ContactOn
)

// Anchor says which sample of a block a stamp belongs to.
type Anchor uint8

// The anchors.
const (
	FirstSample Anchor = iota
	LastSample
)

// Gives returns the places in of, a description's streams, of what a decoder gives, stream by stream. ok is false when it
// gives nothing, something twice, something that is not in of, or something in another form or other channels.
func Gives(of, given []Stream) (places []int, ok bool) {
	for _, g := range given {
		i := slices.IndexFunc(of, func(s Stream) bool { return s.Key == g.Key })
		if i < 0 || slices.Contains(places, i) || of[i].Signal != g.Signal || of[i].Form != g.Form || !slices.Equal(of[i].Channels, g.Channels) {
			return nil, false
		}
		places = append(places, i)
	}
	return places, len(places) > 0
}
