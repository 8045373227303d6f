package therapist

import (
	"time"

	"hearth/app/sitting"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/stress"
	"hearth/shared/telemetry"
)

// reading is what came last and how long ago, for the page to show.
type reading struct {
	Trend     telemetry.Trend
	Silent    time.Duration // since Trend came; 0 before the first
	Any       bool          // there was one
	Strain    stress.Explanation
	Refused   denial
	Measuring bool            // of resting state
	Seconds   int             // collected for it
	Still     time.Duration   // how long it has been going
	Lacks     *stress.Refused // why what was collected is not enough to compare with; nil when it is
}

// denial is why a baseline that was set holds nothing for stress to compare with.
type denial struct {
	of  care.Stamp // its end
	why *stress.Refused
}

// of reports why a baseline holds nothing to compare with; nil when this page does not know.
func (r denial) reason(b *api.Baseline) *stress.Refused {
	if b == nil || r.why == nil || r.of != b.End {
		return nil
	}
	return r.why
}

// read also tells the trend what changed, however it came to be known.
func (f *feed) read() reading {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.strain.Tell(f.trend)
	r := reading{Trend: f.newest, Any: f.heard != 0, Strain: f.strain.Now(), Refused: f.refuse}
	if r.Any {
		r.Silent = f.now().Sub(f.heard)
	}
	if f.rest != nil {
		r.Measuring, r.Seconds, r.Still, r.Lacks = true, f.rest.Seconds(), f.rest.StillFor(), f.rest.Refused()
	}
	return r
}

// moved takes a second of movement. Only what is worn on the trunk says that the whole body moves; the lock is held.
func (f *feed) moved(about telemetry.Sensor, t telemetry.Trend) {
	if about.Worn != string(sensor.Chest) {
		return
	}
	if ours, _ := f.torso.follow(about.Key, f.now()); !ours {
		return
	}
	f.strain.Torso(t)
	if f.rest != nil {
		f.rest.Torso(t)
	}
}

// movedBefore takes what is made known later of it; the lock is held.
func (f *feed) movedBefore(about telemetry.Sensor, frames []telemetry.Frame) {
	if about.Worn != string(sensor.Chest) || f.torso.key != "" && f.torso.key != about.Key {
		return
	}
	for _, frame := range frames {
		if frame.Trend != nil {
			f.strain.TorsoPast(*frame.Trend)
		}
	}
}

// compare sets what rest is.
func (f *feed) compare(b *api.Baseline) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.strain.SetRest(sitting.Still(b))
}

// measure begins a resting measurement.
func (f *feed) measure() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rest = &sitting.Rest{}
}

// measured ends it. A fault says why there is no baseline; the measurement then goes on, unless it is given up.
func (f *feed) measured() (api.Baseline, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rest == nil {
		return (&sitting.Rest{}).Baseline()
	}
	b, err := f.rest.Baseline()
	if err == nil {
		f.refuse, f.rest = denial{b.End, f.rest.Refused()}, nil
	}
	return b, err
}

func (f *feed) giveUp() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rest = nil
}
