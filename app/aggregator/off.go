package aggregator

import (
	"context"
	"time"

	"hearth/shared/sensor"
)

// offEvery is how often a switched-off Bluetooth is looked at while somebody waits for it. Browsers do not tell.
const offEvery = 2 * time.Second

// watchOff tries sensors again that missed because Bluetooth was off, as soon as it is on.
func (s *Station) watchOff(now time.Time) {
	radio, ok := s.o.Radio.(interface {
		Available(ctx context.Context) bool
	})
	if !ok || now.Sub(s.looked) < offEvery || len(s.off()) == 0 {
		return
	}
	s.looked = now
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, offEvery)
		defer cancel()
		if radio.Available(ctx) {
			s.queue.put(s.on)
		}
	})
}

// off lists the sensors that wait for Bluetooth.
func (s *Station) off() (all []*unit) {
	for _, u := range s.units {
		if u.fault == sensor.ErrOff.Code {
			all = append(all, u)
		}
	}
	return all
}

// on is told that there is Bluetooth again.
func (s *Station) on() {
	for _, u := range s.off() {
		u.fault = ""
		if u.device == nil {
			u.life.Stop(s.now()) // only a press may open the chooser
			continue
		}
		s.step(u, u.life.Connect(s.now()))
	}
	s.settle()
}
