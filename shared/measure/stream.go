package measure

import (
	"math"
	"slices"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// Stream is one signal of a sensor.
type Stream struct {
	key   string
	demo  bool
	worn  sensor.Worn
	kind  sensor.Stream
	time  *sensor.Timeline
	count Count

	frames []telemetry.Frame
	run    telemetry.Samples // gathered, not yet a frame
	least  int               // samples that make a frame
	gather time.Duration     // of samples in a frame at least
	store  []int32           // room for the values of coming frames

	recent  ring
	latest  care.Stamp
	finder  *finder // of a sampled ECG, else nil
	pulse   *pulse  // of a device that tells intervals, else nil
	moves   moves   // of movement
	history History
	splice  splice // of blocks the device had kept
}

// Count says what became of the samples (instants, whatever the number of channels) decoded from a device. Decoded =
// Placed + Twice + Late + Refused + Filled, and every placed sample is in exactly one Samples frame.
type Count struct {
	Decoded int64
	Placed  int64
	Lost    int64 // missing by the device's counter, or refused while it began anew; named in gaps
	Twice   int64 // came a second time
	Late    int64 // came after samples behind them; already named in a gap
	Refused int64 // their time made no sense
	Filled  int64 // kept by the device without a link and laid into a gap; in no frame, but in what the past tells
}

// Minus is what was counted since before.
func (c Count) Minus(before Count) Count {
	return Count{c.Decoded - before.Decoded, c.Placed - before.Placed, c.Lost - before.Lost,
		c.Twice - before.Twice, c.Late - before.Late, c.Refused - before.Refused, c.Filled - before.Filled}
}

const (
	frameTime  = 60 * time.Millisecond  // of samples in a frame at least: with beats and trends below 20 frames a second
	sparseTime = 400 * time.Millisecond // the same over a thin line, see Sparse
	frameMost  = 450                    // values in a frame, at two bytes each still one datagram
	storeRoom  = 4096                   // values allocated at once
	recentTime = 15 * time.Second
)

func newStream(key string, about sensor.Description, kind sensor.Stream) (*Stream, error) {
	st := &Stream{key: key, demo: about.Demo, worn: about.Worn, kind: kind, time: sensor.NewTimeline(kind), gather: frameTime}
	return st, st.shape(kind)
}

// shape sets the stream up for a rate.
func (st *Stream) shape(kind sensor.Stream) error {
	if err := kind.Check(); err != nil {
		return err
	}
	st.kind = kind
	if kind.Form == sensor.Intervals {
		if st.pulse == nil {
			st.pulse = newPulse()
		}
		return nil
	}
	st.Sparse(st.gather == sparseTime)
	st.recent = newRing(int(recentTime.Seconds()*kind.Rate)+1, len(kind.Channels))
	st.moves = newMoves(kind)
	if kind.Signal == access.ECG {
		f, err := newFinder(kind)
		if err != nil {
			return err
		}
		if st.finder != nil {
			f.carryOn(st.finder)
		}
		st.finder = f
	}
	return nil
}

// Sparse makes few long frames of what comes from now on, or many short ones again. A frame of 60 ms of ECG has 45 bytes, and
// the heads of its way over a line (SCTP, DTLS, UDP, IP) take 93 more: where a line is thin, most of it would be heads.
func (st *Stream) Sparse(on bool) {
	if st.gather = frameTime; on {
		st.gather = sparseTime
	}
	st.least = max(1, int(math.Ceil(st.gather.Seconds()*st.kind.Rate)))
}

// begin is a new link; it may speak at another rate.
func (st *Stream) begin(kind sensor.Stream) error {
	st.flush()
	if kind.Rate != st.kind.Rate || kind.Clock != st.kind.Clock {
		if err := st.shape(kind); err != nil {
			return err
		}
		st.time.Reshape(kind)
	}
	st.lose(telemetry.CauseLink)
	return nil
}

// lose is told that the link broke, and why. What was gathered becomes a frame.
func (st *Stream) lose(cause telemetry.Cause) {
	st.flush()
	st.time.Break(cause)
	if st.pulse != nil {
		st.pulse.lose(cause)
	}
}

// takes reports whether a block has the form of the stream.
func (st *Stream) takes(b sensor.Block) bool {
	if st.pulse != nil {
		return b.Pulse != nil && len(b.Values) == 0 && !b.Past // intervals without a clock have no place in a gap
	}
	return b.Pulse == nil && len(b.Values) > 0 && len(b.Values)%len(st.kind.Channels) == 0
}

// feed takes a block that came at arrival.
func (st *Stream) feed(b sensor.Block, arrival care.Stamp) {
	if st.pulse != nil {
		before := len(st.frames)
		st.frames = st.pulse.feed(*b.Pulse, arrival, st.frames)
		for _, f := range st.frames[before:] {
			if f.Gap != nil {
				st.history.gap(*f.Gap)
			}
		}
		st.latest = st.pulse.arrived
		return
	}
	n := len(b.Values) / len(st.kind.Channels)
	p := st.time.Place(n, b.Tick, b.Anchor, arrival)
	st.count.add(p, int64(n))
	if p.Gap != nil {
		st.gap(*p.Gap)
		st.fillEarly()
	}
	if p.Placement != sensor.Placed {
		return
	}
	st.latest = p.Start + care.Stamp(float64(n-1)*float64(p.PeriodNS)/1e3)
	st.keep(p, b.Values, arrival)
	st.recent.put(b.Values, st.kind.Channels)
	st.frames = st.moves.feed(p, b.Values, st.frames)
	if st.finder != nil {
		st.frames = st.finder.feed(p, b.Values, st.frames)
	}
}

func (c *Count) add(p sensor.Place, n int64) {
	c.Decoded += n
	if p.Gap != nil {
		c.Lost += p.Gap.Lost
	}
	switch p.Placement {
	case sensor.Placed:
		c.Placed += n
	case sensor.Twice:
		c.Twice += n
	case sensor.Late:
		c.Late += n
	case sensor.Refused:
		c.Refused += n
	}
}

// gap names a gap to everyone.
func (st *Stream) gap(g telemetry.Gap) {
	st.flush()
	st.history.gap(g)
	st.frames = append(st.frames, telemetry.Frame{Kind: telemetry.KindGap, Gap: &g})
	st.recent.blank(int(min(g.To.Sub(g.From), recentTime).Seconds() * st.kind.Rate))
	st.moves.gap()
	if st.finder != nil {
		st.finder.gap(g)
	}
}

// keep gathers the samples of a block that came at arrival, and makes frames of them.
func (st *Stream) keep(p sensor.Place, values []int32, arrival care.Stamp) {
	channels := len(st.kind.Channels)
	if len(st.run.Values) == 0 {
		st.run = telemetry.Samples{First: p.First, Start: p.Start, Channels: channels, Values: st.room(len(values))}
	}
	st.run.Values = append(st.run.Values, values...)
	st.run.Came, st.run.PeriodNS = arrival, p.PeriodNS
	if n := len(st.run.Values) - len(values); n > 0 { // several blocks: from the first sample to the last
		st.run.PeriodNS = uint32(st.latest.Sub(st.run.Start) / time.Duration(st.run.Count()-1))
	}
	if len(st.run.Values) >= st.least*channels {
		st.flush()
	}
}

// room is a piece of memory frames keep, so that not every frame is an allocation of its own.
func (st *Stream) room(n int) []int32 {
	n = max(n, 2*st.least*len(st.kind.Channels))
	if len(st.store) < n {
		st.store = make([]int32, max(n, storeRoom))
	}
	piece := st.store[:0:n]
	st.store = st.store[n:]
	return piece
}

// flush makes frames of what is gathered.
func (st *Stream) flush() {
	most := frameMost / max(1, st.run.Channels) * st.run.Channels
	for len(st.run.Values) > 0 {
		piece := st.run
		piece.Values = slices.Clip(piece.Values[:min(most, len(piece.Values))])
		st.frames = append(st.frames, telemetry.Frame{Kind: telemetry.KindSamples, Samples: &piece})
		n := int64(piece.Count())
		st.run.First += n
		st.run.Start += care.Stamp(n * int64(st.run.PeriodNS) / 1000)
		st.run.Values = st.run.Values[len(piece.Values):]
	}
	st.run.Values = nil
}

// Key names the stream's channel: telemetry.SensorLabel+Key.
func (st *Stream) Key() string { return st.key }

// Signal is its kind.
func (st *Stream) Signal() access.Signal { return st.kind.Signal }

// Describe says what the stream is, for the control channel and the announcement; name is the device's own, state
// that of its life, battery the sensor's.
func (st *Stream) Describe(name string, state sensor.State, battery int) telemetry.Sensor {
	return telemetry.Sensor{
		Key: st.key, Signal: string(st.kind.Signal), Name: name, Demo: st.demo, Rate: st.kind.Rate,
		Channels: slices.Clone(st.kind.Channels), State: string(state), Battery: battery, Worn: string(st.worn),
	}
}

// Take returns the frames made since it was called last, oldest first; a telemetry.Sender numbers them. They may be
// given to several senders, so nobody changes what they point to. A stream whose frames nobody takes grows: take them
// after every Feed, even without receivers.
func (st *Stream) Take() []telemetry.Frame {
	frames := st.frames
	st.frames = nil
	st.history.keep(frames)
	return frames
}
