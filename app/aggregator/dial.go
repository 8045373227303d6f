package aggregator

import (
	"context"
	"errors"
	"time"

	"hearth/shared/fault"
	"hearth/shared/sensor"
)

// dialPatience bounds one attempt from the chooser to the prepared link. People look around before they pick.
const dialPatience = 60 * time.Second

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
	attempt, device, last, before := u.attempt, u.device, u.decoder, u.closing
	ctx, cancel := context.WithTimeout(s.ctx, dialPatience)
	u.cancel = cancel
	s.clock.want(s.now())
	adapter := sensor.AdapterFor(u.driver, s.o.Radio)
	driver := u.driver
	s.work.Go(func() {
		defer cancel()
		got, err := open(ctx, driver, adapter, device, last, before, s.clock.fixed)
		if !s.queue.put(func() { s.came(u, attempt, got, err) }) && got.link != nil {
			got.link.Close()
		}
	})
}

// open picks a device where none is picked yet, connects and prepares it. The chooser opens at once, because a press
// counts for some seconds only; the first packet waits for the session clock.
func open(ctx context.Context, driver sensor.Driver, adapter sensor.Adapter, device sensor.Device, last sensor.Decoder, before, clock <-chan struct{}) (got dialled, err error) {
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
	select {
	case <-clock:
	case <-ctx.Done():
		return got, ctx.Err()
	}
	link, err := got.device.Connect(ctx)
	if err != nil {
		return got, err
	}
	if got.decoder, err = driver.Prepare(ctx, link, last); err != nil {
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
	u.link, u.decoder, u.fault = got.link, got.decoder, ""
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
