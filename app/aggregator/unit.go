package aggregator

import (
	"context"
	"slices"
	"strconv"
	"time"

	"hearth/shared/live"
	"hearth/shared/measure"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/telemetry"
)

// unit is one sensor of this tablet, connected or not.
type unit struct {
	key     string
	about   sensor.Description
	driver  sensor.Driver
	story   demo.Scenario // of the demo
	life    sensor.Life
	fault   string // code of the words for what went wrong last, "" when nothing did
	measure *measure.Sensor
	paused  map[string]bool      // streams not sent, by choice
	poor    map[string]time.Time // streams whose signal is poor, since when
	truth   truth
	charge  time.Time // when the battery was last told
	garbled time.Time // when something last came that made no sense
	refused int64     // samples whose time made none, up to then

	was   Kept // before the page was loaded anew
	waits bool // it was running then, and one press connects it again

	device  sensor.Device      // as picked; nil until then
	link    sensor.Link        // nil while there is none
	decoder sensor.Decoder     // of the newest link
	attempt int                // counts dials; what comes home from an older one is let go
	cancel  context.CancelFunc // ends the attempt, later the fetching
	closing chan struct{}      // closed when the link before is quite over; nil when there was none
}

// named is what a sensor's device calls itself, with a number where another sensor's does so too; "" when it has no
// name.
func (s *Station) named(u *unit) string {
	own, n := u.own(), 1
	for _, o := range s.units {
		if o == u {
			break
		}
		if o.own() == own {
			n++
		}
	}
	if own == "" || n == 1 {
		return own
	}
	return own + " " + strconv.Itoa(n)
}

// own is the device's name, or the one it had before the page was loaded anew.
func (u *unit) own() string {
	if u.device != nil {
		return u.device.Name()
	}
	return u.was.Name
}

// gives reports whether the stream at a place of the description comes from this device: older firmware gives fewer.
func (u *unit) gives(place int) bool {
	if u.decoder == nil {
		return true
	}
	places, ok := sensor.Gives(u.about.Streams, u.decoder.Streams())
	return !ok || slices.Contains(places, place)
}

// add returns nil when the catalogue does not know the kind, or there is no room for its streams.
func (s *Station) add(kind string, story demo.Scenario) *unit {
	i := s.place(kind)
	if i < 0 || s.streams()+len(s.o.Drivers[i].Describe().Streams) > live.MaxSensors {
		return nil
	}
	driver := s.o.Drivers[i]
	u := &unit{key: s.free(kind), about: driver.Describe(), driver: driver, paused: map[string]bool{}, poor: map[string]time.Time{}}
	u.life.Quiet = u.about.Quiet
	if u.about.Demo {
		if !slices.Contains(demo.Scenarios(), story) {
			story = demo.Session
		}
		u.story = story
		u.driver = s.demo(u)
	}
	m, err := measure.New(u.key, u.about)
	if err != nil {
		return nil
	}
	u.measure = m
	s.units = append(s.units, u)
	slices.SortStableFunc(s.units, func(a, b *unit) int { return s.place(a.about.Key) - s.place(b.about.Key) })
	return u
}

// known reports whether somebody wanted this sensor since the page was opened. One that is merely offered is nobody's
// news.
func (u *unit) known() bool { return u.device != nil || u.life.State() != sensor.Idle }

// place is where a kind stands in the catalogue, and so on the page.
func (s *Station) place(kind string) int {
	return slices.IndexFunc(s.o.Drivers, func(d sensor.Driver) bool { return d.Describe().Key == kind })
}

func (s *Station) streams() (n int) {
	for _, u := range s.units {
		n += len(u.about.Streams)
	}
	return n
}

// free is the kind, or the kind with a number when there is one already.
func (s *Station) free(kind string) string {
	key := kind
	for n := 2; slices.ContainsFunc(s.units, func(u *unit) bool { return u.key == key }); n++ {
		key = kind + "-" + strconv.Itoa(n)
	}
	return key
}

// demo is the demo's driver for this unit's story, living by the page's clock. A second demo is another person.
func (s *Station) demo(u *unit) sensor.Driver {
	seed := s.o.Seed
	for _, c := range u.key {
		seed = seed*31 + uint64(c)
	}
	return demo.Driver{Options: demo.Options{Seed: seed, Scenario: u.story}, Clock: clock{s.o.Now}}
}

// clock lets the demo's device live by the page's clock.
type clock struct{ now func() time.Time }

func (c clock) Now() time.Time { return c.now() }

func (c clock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// read carries a link's notifications to the station until the link is over.
func (s *Station) read(u *unit, attempt int, link sensor.Link) {
	for n := range link.Notifications() {
		s.queue.put(func() { s.notified(u, attempt, n) })
	}
	<-link.Closed()
	s.queue.put(func() { s.lost(u, attempt) })
}

// notified is told of one packet.
func (s *Station) notified(u *unit, attempt int, n sensor.Notification) {
	if attempt != u.attempt || u.link == nil {
		return
	}
	u.life.Heard(s.now())
	n.At = s.clock.from(n.At)
	if err := u.measure.Feed(n); n.From == sensor.BatteryLevel {
		u.charge = s.now()
	} else if refused := u.refusals(); err != nil || refused > u.refused { // it is counted there and shows as a gap
		u.garbled, u.refused = s.now(), refused
	}
	for _, st := range u.measure.Streams() {
		s.spread(u, st)
	}
}

// refusals is how many samples came whose time made no sense.
func (u *unit) refusals() (n int64) {
	for _, st := range u.measure.Streams() {
		n += st.Count().Refused
	}
	return n
}

// lost is told that a link broke.
func (s *Station) lost(u *unit, attempt int) {
	if attempt != u.attempt || u.link == nil {
		return // we hung up ourselves
	}
	u.fault = sensor.ErrLost.Code
	s.over(u, telemetry.CauseLink)
	u.life.Lost(s.now())
	s.settle()
}

// hangUp ends a link or an attempt on purpose.
func (s *Station) hangUp(u *unit) {
	u.attempt++
	if u.cancel != nil {
		u.cancel()
		u.cancel = nil
	}
	cause := telemetry.CauseLink
	if st := u.life.State(); st == sensor.Idle {
		cause = telemetry.CausePaused
	} else if st == sensor.Reconnecting {
		u.fault = sensor.ErrLost.Code
	}
	s.over(u, cause)
}

// over lets go of the link, if there is one.
func (s *Station) over(u *unit, cause telemetry.Cause) {
	if u.link == nil {
		return
	}
	if u.cancel != nil {
		u.cancel()
		u.cancel = nil
	}
	link, closed := u.link, make(chan struct{})
	u.link, u.closing = nil, closed
	u.measure.Lose(cause)
	for _, st := range u.measure.Streams() { // what was gathered and had not become a frame
		s.spread(u, st)
	}
	s.work.Go(func() {
		defer close(closed)
		link.Close()
	})
}

// spread gives a stream's new frames to its picture and to everybody who may have them.
func (s *Station) spread(u *unit, st *measure.Stream) {
	frames := st.Take()
	st.Sparse(s.thin)
	if len(frames) == 0 {
		return
	}
	about := s.describe(u, st)
	s.o.Frames(about, frames)
	var full []live.MemberID
	all := true
	for _, sh := range s.shares {
		reached := sh.reaches(about.Key)
		if held := sh.offer(about.Key, frames, u.paused[about.Key]); held {
			full = append(full, sh.share.To)
		} else if reached {
			all = false
		}
	}
	if len(full) > 0 && s.o.Full != nil {
		s.o.Full(full, all)
	}
}

// growGap tells the picture of a stream without signal how long there has been none. The measured gap, told when
// samples are back, begins at the same instant.
func (s *Station) growGap(u *unit) {
	state := u.life.State()
	if state != sensor.Reconnecting && state != sensor.Streaming {
		return
	}
	for _, st := range u.measure.Streams() {
		last := st.Latest()
		if silent := s.stamp().Sub(last); last != 0 && (state == sensor.Reconnecting || silent > stalled) {
			about := s.describe(u, st)
			from := last
			if about.Rate > 0 {
				from = last.Add(time.Duration(float64(time.Second) / about.Rate))
			}
			s.o.Frames(about, []telemetry.Frame{{Kind: telemetry.KindGap, Gap: &telemetry.Gap{From: from, To: s.stamp(), Cause: telemetry.CauseLink}}})
		}
	}
}

// describe says what a stream is to a peer: a stream held back by choice is idle to it.
func (s *Station) describe(u *unit, st *measure.Stream) telemetry.Sensor {
	state := u.life.State()
	if u.paused[st.Key()] {
		state = sensor.Idle
	}
	return st.Describe(s.named(u), state, u.measure.Battery())
}
