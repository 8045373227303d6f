package aggregator

import (
	"context"
	"time"

	"hearth/shared/sensor"
)

// Most devices tell their battery by themselves. One that says nothing of it for so long is asked.
const (
	batteryEvery    = 3 * time.Minute
	batteryPatience = 20 * time.Second
)

// askBattery reads the level of a device that has not told it for long.
func (s *Station) askBattery(u *unit, now time.Time) {
	if u.link == nil || now.Sub(u.charge) < batteryEvery {
		return
	}
	u.charge = now
	n, link := u.attempt, u.link
	s.work.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, batteryPatience)
		defer cancel()
		level, err := sensor.Battery(ctx, link)
		if err != nil {
			return // it has none, or the link is over
		}
		s.queue.put(func() {
			if n == u.attempt {
				s.charged(u, level)
			}
		})
	})
}

// charged is told what the battery holds, in per cent; −1: nobody knows.
func (s *Station) charged(u *unit, level int) {
	u.charge = s.now()
	if level >= 0 {
		_ = u.measure.Feed(sensor.Notification{From: sensor.BatteryLevel, Bytes: []byte{byte(level)}})
	}
}
