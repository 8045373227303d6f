package aggregator

import (
	"slices"
	"time"

	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
)

// Add gives the tablet another sensor of a kind of the catalogue; it is not connected yet.
func (s *Station) Add(kind string) {
	s.queue.put(func() {
		s.add(kind, "")
		s.settle()
	})
}

// Connect starts a sensor, or tries at once where a pause is being waited for.
func (s *Station) Connect(key string) {
	s.with(key, func(u *unit) { u.fault = ""; s.step(u, u.life.Connect(s.now())) })
}

// Awake tries what is looked for at once: somebody looks at the page, which may have slept.
func (s *Station) Awake() {
	s.queue.put(func() {
		for _, u := range s.units {
			if u.life.State() == sensor.Reconnecting {
				s.step(u, u.life.Connect(s.now()))
			}
		}
	})
}

// Disconnect ends a sensor's link by choice.
func (s *Station) Disconnect(key string) {
	s.with(key, func(u *unit) { u.fault, u.waits = "", false; s.step(u, u.life.Stop(s.now())) })
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
	s.with(key, func(u *unit) {
		u.paused[stream] = paused
		s.grants.hold(stream, paused, s.stamp())
	})
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
