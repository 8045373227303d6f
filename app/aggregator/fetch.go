package aggregator

import (
	"context"
	"time"

	"hearth/shared/sensor"
)

// fetchPatience bounds how long a device may take to tell what it kept: minutes of samples come through a narrow air.
const fetchPatience = 10 * time.Minute

// forgetPatience bounds how long it may take to delete it.
const forgetPatience = 20 * time.Second

// fetch has a device send what it kept while no link was there. What it sends comes among the other notifications and is
// measured like them; when all of it is, the device may delete it. What breaks off in between stays on the device for the
// next link.
func (s *Station) fetch(u *unit) {
	keeper, ok := u.driver.(sensor.Recoverer)
	if !ok {
		return
	}
	link, decoder := u.link, u.decoder
	ctx, cancel := context.WithTimeout(s.ctx, fetchPatience)
	u.cancel = cancel
	s.work.Go(func() {
		defer cancel()
		if keeper.Recover(ctx, link, decoder) != nil {
			return
		}
		// Acts run in order: what was decoded before this one is measured and on its way.
		s.queue.put(func() {
			if u.link != link {
				return
			}
			s.work.Go(func() {
				ctx, cancel := context.WithTimeout(s.ctx, forgetPatience)
				defer cancel()
				_ = keeper.Forget(ctx, link) // else it is told again and found to be known
			})
		})
	})
}
