package aggregator

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/measure"
	"hearth/shared/sensor"
	"hearth/shared/sensor/catalog"
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
	paused  map[string]bool // streams not sent, by choice
	truth   truth

	device  sensor.Device // as picked; nil until then
	link    sensor.Link   // nil while there is none
	attempt int           // counts dials; what comes home from an older one is let go
	cancel  context.CancelFunc
	closing chan struct{} // closed when the link before is quite over; nil when there was none
}

// dialPatience bounds one attempt from the chooser to the prepared link. People look around before they pick.
const dialPatience = 60 * time.Second

// Add gives the tablet another sensor of a kind of the catalogue; it is not connected yet.
func (s *Station) Add(kind string) {
	s.queue.put(func() {
		s.add(kind, "")
		s.settle()
	})
}

// Restore adds the sensors a page had before it was loaded anew, and connects again those that were running and need
// no gesture.
func (s *Station) Restore(kept []Kept) {
	s.queue.put(func() {
		for _, k := range kept {
			u := s.add(k.Kind, demo.Scenario(k.Story))
			if u == nil {
				continue
			}
			if _, own := u.driver.(interface{ Adapter() sensor.Adapter }); own && k.Running {
				s.step(u, u.life.Connect(s.now()))
			}
		}
		s.settle()
	})
}

// Connect starts a sensor, or tries at once where a pause is being waited for.
func (s *Station) Connect(key string) {
	s.with(key, func(u *unit) { u.fault = ""; s.step(u, u.life.Connect(s.now())) })
}

// Disconnect ends a sensor's link by choice.
func (s *Station) Disconnect(key string) {
	s.with(key, func(u *unit) { u.fault = ""; s.step(u, u.life.Stop(s.now())) })
}

// Remove takes a sensor off the page.
func (s *Station) Remove(key string) {
	s.with(key, func(u *unit) {
		s.hangUp(u)
		s.units = slices.DeleteFunc(s.units, func(other *unit) bool { return other == u })
	})
}

// Pause holds a stream back from everybody, or lets it go again. The sensor goes on measuring.
func (s *Station) Pause(key, stream string, paused bool) {
	s.with(key, func(u *unit) { u.paused[stream] = paused })
}

// Choose gives the demo another story; a running demo begins it at once.
func (s *Station) Choose(key string, story demo.Scenario) {
	s.with(key, func(u *unit) {
		if u.story == story || !u.about.Demo {
			return
		}
		u.story, u.device = story, nil
		u.driver = s.demo(u)
		if u.life.State() != sensor.Idle && u.life.State() != sensor.Failed {
			s.step(u, u.life.Stop(s.now()))
			s.step(u, u.life.Connect(s.now()))
		}
	})
}

// Disturb makes something go wrong with the demo for so long.
func (s *Station) Disturb(key string, trouble demo.Trouble, length time.Duration) {
	s.with(key, func(u *unit) {
		if d, ok := u.device.(*demo.Device); ok {
			d.Disturb(trouble, length)
		}
	})
}

func (s *Station) with(key string, act func(*unit)) {
	s.queue.put(func() {
		if i := slices.IndexFunc(s.units, func(u *unit) bool { return u.key == key }); i >= 0 {
			act(s.units[i])
			s.settle()
		}
	})
}

// settle brings shares, announcement and view up to date after something was changed by hand.
func (s *Station) settle() {
	for _, sh := range s.shares {
		s.permit(sh)
	}
	s.announce()
	s.show()
}

// add returns nil when the catalogue does not know the kind, or there is no room for its streams.
func (s *Station) add(kind string, story demo.Scenario) *unit {
	driver, ok := catalog.Driver(kind)
	if !ok || s.streams()+len(driver.Describe().Streams) > live.MaxSensors {
		return nil
	}
	u := &unit{key: s.free(kind), about: driver.Describe(), driver: driver, paused: map[string]bool{}}
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
	slices.SortStableFunc(s.units, func(a, b *unit) int { return place(a.about.Key) - place(b.about.Key) })
	return u
}

// place is where a kind stands in the catalogue, and so on the page.
func place(kind string) int {
	return slices.IndexFunc(catalog.Drivers(), func(d sensor.Driver) bool { return d.Describe().Key == kind })
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

func (c clock) Now() time.Time                         { return c.now() }
func (c clock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// step does what a sensor's life asks for.
func (s *Station) step(u *unit, step sensor.Step) {
	switch step {
	case sensor.Dial:
		s.dial(u)
	case sensor.HangUp:
		s.hangUp(u)
	}
}

// dialled is what an attempt brings home.
type dialled struct {
	device  sensor.Device
	link    sensor.Link
	decoder sensor.Decoder
	battery int
}

// dial begins an attempt.
func (s *Station) dial(u *unit) {
	u.attempt++
	attempt, device, before := u.attempt, u.device, u.closing
	ctx, cancel := context.WithTimeout(s.ctx, dialPatience)
	u.cancel = cancel
	adapter := sensor.AdapterFor(u.driver, s.o.Radio)
	driver := u.driver
	s.work.Go(func() {
		defer cancel()
		got, err := open(ctx, driver, adapter, device, before)
		if !s.queue.put(func() { s.came(u, attempt, got, err) }) && got.link != nil {
			got.link.Close()
		}
	})
}

// open picks a device where none is picked yet, connects and prepares it.
func open(ctx context.Context, driver sensor.Driver, adapter sensor.Adapter, device sensor.Device, before <-chan struct{}) (got dialled, err error) {
	got.device, got.battery = device, -1
	if before != nil {
		select {
		case <-before:
		case <-ctx.Done():
			return got, ctx.Err()
		}
	}
	if got.device == nil {
		if adapter == nil {
			return got, sensor.ErrUnavailable
		}
		if got.device, err = adapter.Request(ctx, driver); err != nil {
			return got, err
		}
	}
	link, err := got.device.Connect(ctx)
	if err != nil {
		return got, err
	}
	if got.decoder, err = driver.Prepare(ctx, link); err != nil {
		link.Close()
		return got, err
	}
	if level, err := sensor.Battery(ctx, link); err == nil {
		got.battery = level
	}
	got.link = link
	return got, nil
}

// came is told how an attempt ended.
func (s *Station) came(u *unit, attempt int, got dialled, err error) {
	if attempt != u.attempt || s.ending {
		if got.link != nil {
			s.work.Go(func() { got.link.Close() })
		}
		return
	}
	now := s.now()
	u.cancel = nil
	if got.device != nil {
		u.device = got.device
	}
	if err == nil {
		err = u.measure.Begin(got.decoder)
		if err != nil {
			s.work.Go(func() { got.link.Close() })
			err = fault.New(fault.Invalid, sensor.ErrUnknown.Code, err)
		}
	}
	if err != nil {
		s.missed(u, now, err)
		s.settle()
		return
	}
	u.link, u.fault = got.link, ""
	if got.battery >= 0 {
		_ = u.measure.Feed(sensor.Notification{From: sensor.BatteryLevel, Bytes: []byte{byte(got.battery)}})
	}
	s.step(u, u.life.Connected(now))
	if u.link != nil {
		s.work.Go(func() { s.read(u, attempt, got.link) })
	}
	s.settle()
}

// missed is told of an attempt that failed.
func (s *Station) missed(u *unit, now time.Time, err error) {
	u.fault = sensor.ErrUnreachable.Code
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		u.fault = f.Code
	}
	if errors.Is(err, sensor.ErrCancelled) { // nobody picked a device: as if nobody had asked
		u.fault = ""
		u.life.Stop(now)
		return
	}
	final := errors.Is(err, sensor.ErrUnknown) || errors.Is(err, sensor.ErrUnavailable) || u.fault == sensor.ErrUnknown.Code
	u.life.Missed(now, final)
}

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
	_ = u.measure.Feed(n) // an unreadable packet is counted there and shows as a gap
	for _, st := range u.measure.Streams() {
		s.spread(u, st)
	}
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
	if len(frames) == 0 {
		return
	}
	about := s.describe(u, st)
	s.o.Frames(about, frames)
	for _, sh := range s.shares {
		sh.offer(about.Key, frames, u.paused[about.Key])
	}
}

// growGap tells the picture of a stream without signal how long there has been none. The measured gap, told when
// samples are back, begins at the same instant.
func (s *Station) growGap(u *unit) {
	if u.life.State() != sensor.Reconnecting {
		return
	}
	for _, st := range u.measure.Streams() {
		if last := st.Latest(); last != 0 {
			about := s.describe(u, st)
			from := last.Add(time.Duration(float64(time.Second) / about.Rate))
			s.o.Frames(about, []telemetry.Frame{{Kind: telemetry.KindGap, Gap: &telemetry.Gap{From: from, To: s.stamp(), Cause: telemetry.CauseLink}}})
		}
	}
}

// describe says what a stream is to a peer: a stream held back by choice is idle to it.
func (s *Station) describe(u *unit, st *measure.Stream) telemetry.Sensor {
	name := ""
	if u.device != nil {
		name = u.device.Name()
	}
	state := u.life.State()
	if u.paused[st.Key()] {
		state = sensor.Idle
	}
	return st.Describe(name, state, u.measure.Battery())
}
