package aggregator

import (
	"context"
	"time"

	"hearth/shared/sensor"
)

// offEvery is how often a switched-off Bluetooth is looked at while somebody waits for it. Browsers do not tell.
const offEvery = 2 * time.Second

// watchOff brings sensors back that were given up because Bluetooth was off, when the adapter is seen to come. An adapter that
// is there and off looks to some browsers like one that works, so its being there alone says nothing. A sensor that is
// still looked for needs none of this: it is tried every second.
func (s *Station) watchOff(now time.Time) {
	if len(s.off()) == 0 {
		s.gone = false
		return
	}
	if now.Sub(s.looked) < offEvery {
		return
	}
	s.looked = now
	radio, ok := s.o.Radio.(interface {
		Available(ctx context.Context) bool
	})
	if !ok {
		return
	}
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, offEvery)
		defer cancel()
		there := radio.Available(ctx)
		s.queue.put(func() { s.adapter(there) })
	})
}

// off lists the sensors given up because Bluetooth is off.
func (s *Station) off() (all []*unit) {
	for _, u := range s.units {
		if u.life.State() == sensor.Failed && u.fault == sensor.ErrOff.Code {
			all = append(all, u)
		}
	}
	return all
}

// adapter is told whether there is one.
func (s *Station) adapter(there bool) {
	came := there && s.gone
	s.gone = !there
	if !came || s.ending {
		return
	}
	for _, u := range s.off() {
		if u.device == nil { // only a press may open the chooser
			u.fault = ""
			u.life.Stop(s.now())
			continue
		}
		s.step(u, u.life.Connect(s.now()))
	}
	s.settle()
}
