package aggregator

import (
	"context"
	"errors"
	"slices"
	"time"

	"hearth/shared/fault"
	"hearth/shared/sensor"
)

// Bounds of one attempt.
const (
	choosePatience = 60 * time.Second // for picking a device: people look around
	dialPatience   = 20 * time.Second // from there to the prepared link
)

// errHere refuses a device that another tile has already.
var errHere = fault.New(fault.Conflict, "sensor.here", nil)

// step does what a sensor's life asks for.
func (s *Station) step(u *unit, step sensor.Step) {
	switch step {
	case sensor.Dial:
		s.dial(u)
	case sensor.HangUp:
		s.hangUp(u)
	}
}

// attempt is what one needs to get from a press to a prepared link.
type attempt struct {
	driver  sensor.Driver
	adapter sensor.Adapter
	device  sensor.Device                                    // nil: the person has to pick one
	claim   func(ctx context.Context, d sensor.Device) error // takes the picked one, or says that it is taken
	last    sensor.Decoder
	before  <-chan struct{} // closed when the link before is over; nil: there was none
	clock   <-chan struct{} // closed when the session clock stands
}

// dialled is what an attempt brings home.
type dialled struct {
	link    sensor.Link
	decoder sensor.Decoder
	battery int
}

// dial begins an attempt.
func (s *Station) dial(u *unit) {
	u.attempt++
	n := u.attempt
	ctx, cancel := context.WithCancel(s.ctx)
	u.cancel = cancel
	s.clock.want(s.now())
	a := attempt{
		driver: u.driver, adapter: s.way(u.driver), device: u.device, last: u.decoder, before: u.closing, clock: s.clock.fixed,
		claim: func(ctx context.Context, d sensor.Device) error { return s.claim(ctx, u, n, d) },
	}
	s.work.Go(func() {
		defer cancel()
		got, err := a.open(ctx)
		if !s.queue.put(func() { s.came(u, n, got, err) }) && got.link != nil {
			got.link.Close()
		}
	})
}

// claim gives a picked device to a sensor, unless another one has it.
func (s *Station) claim(ctx context.Context, u *unit, n int, d sensor.Device) error {
	answer := make(chan error, 1)
	s.queue.put(func() {
		switch {
		case n != u.attempt:
			answer <- context.Canceled
		case s.taken(u, d):
			answer <- errHere
		default:
			u.device = d
			answer <- nil
			s.settle()
		}
	})
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// taken reports whether a sensor other than u has the device.
func (s *Station) taken(u *unit, d sensor.Device) bool {
	return slices.ContainsFunc(s.units, func(o *unit) bool { return o != u && o.device != nil && o.device.ID() == d.ID() })
}

// open picks a device where none is picked yet, connects and prepares it. The chooser opens at once, because a press
// counts for some seconds only; the connection waits for the end of the one before, the first packet for the session
// clock.
func (a attempt) open(ctx context.Context) (got dialled, err error) {
	got.battery = -1
	if a.device == nil {
		if a.device, err = a.choose(ctx); err != nil {
			return got, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, dialPatience)
	defer cancel()
	for _, over := range []<-chan struct{}{a.before, a.clock} {
		if over == nil {
			continue
		}
		select {
		case <-over:
		case <-ctx.Done():
			return got, ctx.Err()
		}
	}
	link, err := a.device.Connect(ctx)
	if err != nil {
		return got, err
	}
	if got.decoder, err = a.driver.Prepare(ctx, link, a.last); err != nil {
		link.Close()
		return got, err
	}
	if level, err := sensor.Battery(ctx, link); err == nil {
		got.battery = level
	}
	got.link = link
	return got, nil
}

func (a attempt) choose(ctx context.Context) (sensor.Device, error) {
	if a.adapter == nil {
		return nil, sensor.ErrUnavailable
	}
	choosing, cancel := context.WithTimeout(ctx, choosePatience)
	defer cancel()
	d, err := a.adapter.Request(choosing, a.driver)
	if err != nil {
		if choosing.Err() != nil {
			return nil, sensor.ErrCancelled.Because(err)
		}
		return nil, err
	}
	return d, a.claim(ctx, d)
}

// came is told how an attempt ended.
func (s *Station) came(u *unit, n int, got dialled, err error) {
	if n != u.attempt || s.ending {
		if got.link != nil {
			s.work.Go(func() { got.link.Close() })
		}
		return
	}
	now := s.now()
	u.cancel = nil
	if err == nil {
		err = u.measure.Begin(got.decoder)
		if err != nil {
			s.work.Go(func() { got.link.Close() })
			err = sensor.ErrUnknown.Because(err)
		}
	}
	if err != nil {
		s.missed(u, now, err)
		s.settle()
		return
	}
	u.link, u.decoder, u.fault, u.waits = got.link, got.decoder, "", false
	s.charged(u, got.battery)
	s.step(u, u.life.Connected(now))
	if u.link != nil {
		s.work.Go(func() { s.read(u, n, got.link) })
		s.fetch(u)
	}
	s.settle()
}

// missed is told of an attempt that failed.
func (s *Station) missed(u *unit, now time.Time, err error) {
	u.fault = sensor.ErrUnreachable.Code
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		u.fault = f.Code
	}
	is := func(any ...error) bool {
		return slices.ContainsFunc(any, func(e error) bool { return errors.Is(err, e) })
	}
	switch {
	case is(sensor.ErrCancelled): // nobody picked a device: as if nobody had asked
		u.fault = ""
		u.life.Stop(now)
		return
	case is(errHere):
		u.life.Stop(now)
		return
	case is(sensor.ErrUnknown, sensor.ErrForgotten): // another one has to be picked, or this one again
		u.device = nil
	}
	if is(sensor.ErrOff, sensor.ErrStuck) && u.device != nil && u.life.State() == sensor.Connecting { // worth waiting for, as a lost one is
		u.life.Stop(now)
		u.life.Resume(now)
	}
	u.life.Missed(now, is(sensor.ErrUnknown, sensor.ErrForgotten, sensor.ErrForbidden, sensor.ErrUnavailable))
}
