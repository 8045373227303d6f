package watch

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

// link is the connection to one aggregator and what arrives over it.
type link struct {
	from  live.MemberID
	relay bool // it was made to go through the relay only
	peer  *rtc.Peer
	now   func() care.Stamp
	sink  Sink
	bye   func(reason string)

	memory  *memory // of the Watch
	reached bool    // as the peer was told last

	mu     sync.Mutex
	told   care.Stamp // when it was first said what sensors there are, page clock; 0 before
	order  []string   // keys as described
	inlets map[string]*inlet
}

// inlet is one sensor's channel.
type inlet struct {
	mu       sync.Mutex // one frame at a time, so that the sink hears them in order
	about    telemetry.Sensor
	receiver telemetry.Receiver
	trend    telemetry.Trend
	tally    telemetry.Tally
	tallies  int
	heard    care.Stamp
	newest   care.Stamp // end of the newest run, or of the newest numbers of what has no samples; session time
}

// Silence is how long nothing may come before a page says so, in curves and numbers alike. Numbers come once a second, and
// one may be lost on the way without anybody's harm; when the second is missing too, what is shown is the past.
const Silence = 3 * time.Second

// unpacking is what a tablet that was just opened gets to connect what it knows from last time; until then it is no news
// that there is no sensor.
const unpacking = 3 * time.Second

// connect makes sure the connection of a share is there; a share that carries on another keeps its connection, unless it must
// not go where that one goes.
func (w *Watch) connect(share live.Share) {
	relay := w.o.Relay || share.Relay
	if w.link != nil && w.link.from == share.From && (w.link.relay || !relay) {
		return
	}
	w.drop()
	l := &link{reached: true, from: share.From, relay: relay, now: w.o.Now, sink: w.o.Sink, memory: w.memory, inlets: map[string]*inlet{}}
	w.memory.begin()
	l.bye = func(reason string) { w.do(func() { w.bye(l, reason) }) }
	l.peer = rtc.Start(w.ctx, rtc.Options{
		Maker:         w.o.Peers(relay),
		Servers:       func(ctx context.Context) ([]live.ICEServer, error) { return w.o.House.Relay(ctx, w.o.Room) },
		Send:          func(body json.RawMessage) { w.do(func() { w.signal(body) }) },
		Now:           w.o.Now,
		OnFrame:       l.frame,
		OnControl:     l.control,
		OnControlOpen: w.memory.begin,
		OnView:        func(rtc.View) { w.tell() },
	})
	w.link = l
}

// signal sends a step of connecting for whatever share is ours at the moment.
func (w *Watch) signal(body json.RawMessage) {
	if w.share.ID != "" {
		w.o.House.Signal(w.o.Room, w.share.ID, body)
	}
}

func (w *Watch) tell() {
	if w.o.Changed != nil {
		w.o.Changed()
	}
}

// drop ends the connection. The wait for it is a helper's, because callbacks may be waiting for run.
func (w *Watch) drop() {
	if w.link == nil {
		return
	}
	l := w.link
	w.link = nil
	w.mu.Lock()
	w.peer = nil
	w.mu.Unlock()
	w.helpers.Go(func() { l.peer.Close() })
}

// inlet finds or makes the inlet of a key. Frames may come before the description; they wait for nobody.
func (l *link) inlet(key string) *inlet {
	l.mu.Lock()
	defer l.mu.Unlock()
	in := l.inlets[key]
	if in == nil {
		in = &inlet{about: telemetry.Sensor{Key: key, Battery: -1}}
		l.inlets[key] = in
	}
	return in
}

// known finds the inlet of a key that was described or sent something; nil else.
func (l *link) known(key string) *inlet {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.inlets[key]
}

func (l *link) frame(key string, b []byte) {
	in := l.inlet(key)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.heard = l.now()
	in.receiver.Receive(b, in.heard, func(f *telemetry.Frame) { l.take(in, f) }) // an error is counted by the receiver
}

func (l *link) control(c telemetry.Control) {
	switch {
	case c.Describe != nil:
		l.describe(c.Describe.Sensors)
	case c.Tally != nil:
		in := l.known(c.Tally.Key)
		if in == nil {
			return // nothing was described and nothing came: it is told again with what it is of, and once in a while
		}
		in.mu.Lock()
		in.tally = *c.Tally
		in.tallies++
		in.receiver.Tally(*c.Tally, l.now())
		in.mu.Unlock()
	case c.Past != nil:
		l.past(c.Past)
	case c.Mark != nil:
		l.memory.mark(*c.Mark)
	case c.Bye != nil:
		l.bye(c.Bye.Reason)
	}
}

func (l *link) describe(sensors []telemetry.Sensor) {
	var order []string
	for _, s := range sensors {
		in := l.inlet(s.Key)
		in.mu.Lock()
		in.about = s
		in.mu.Unlock()
		order = append(order, s.Key)
	}
	l.mu.Lock()
	l.order = order
	if l.told == 0 {
		l.told = l.now()
	}
	l.mu.Unlock()
}

// tick hands on what has waited long enough, and tells a silence while it lasts.
func (l *link) tick(now care.Stamp) {
	session, ready := l.peer.Session(now)
	for _, in := range l.all() {
		in.mu.Lock()
		in.receiver.Tick(now, func(f *telemetry.Frame) { l.take(in, f) })
		if ready && in.heard != 0 && in.newest != 0 && now.Sub(in.heard) > Silence && session > in.newest {
			cause := telemetry.CauseTransit
			if in.about.State == string(sensor.Idle) {
				cause = telemetry.CausePaused
			}
			l.sink.Gap(in.about, telemetry.Gap{From: in.newest, To: session, Cause: cause})
		}
		in.mu.Unlock()
	}
	l.inquire(now)
}

func (l *link) all() []*inlet {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*inlet
	for _, in := range l.inlets {
		all = append(all, in)
	}
	return all
}

// unpacked reports whether it is known which sensors there are.
func (l *link) unpacked() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.order) > 0 || (l.told != 0 && l.now().Sub(l.told) >= unpacking)
}

// sensors lists what is described, in its order.
func (l *link) sensors() []Sensor {
	l.mu.Lock()
	order := slices.Clone(l.order)
	l.mu.Unlock()
	var all []Sensor
	for _, key := range order {
		all = append(all, l.inlet(key).view())
	}
	return all
}

func (in *inlet) view() Sensor {
	in.mu.Lock()
	defer in.mu.Unlock()
	return Sensor{Sensor: in.about, Trend: in.trend, Heard: in.heard, Newest: in.newest,
		Counts: in.receiver.Counts(), Account: in.receiver.Account(in.tally), Tally: in.tally, Tallies: in.tallies}
}

// take hands one frame on.
func (l *link) take(in *inlet, f *telemetry.Frame) {
	to := l.sink
	switch f.Kind {
	case telemetry.KindSamples:
		in.newest = f.Samples.Start.Add(time.Duration(f.Samples.Count()) * time.Duration(f.Samples.PeriodNS))
		to.Samples(in.about, *f.Samples)
	case telemetry.KindBeats:
		to.Beats(in.about, f.Beats)
	case telemetry.KindTrend:
		in.trend = *f.Trend
		l.memory.number(in.about.Key, f.Trend.At)
		if in.about.Rate == 0 { // no samples: numbers are as new as it gets
			in.newest = max(in.newest, f.Trend.At)
		}
		to.Trend(in.about, *f.Trend)
	case telemetry.KindGap:
		to.Gap(in.about, *f.Gap)
	}
}
