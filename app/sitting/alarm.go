package sitting

import (
	"math"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// Alarm is a limit that was passed; the catalogues have words under "therapist.alarm."+Alarm.
type Alarm string

// The alarms.
const (
	NoAlarm Alarm = ""
	TooLow  Alarm = "low"
	TooHigh Alarm = "high"
	LeadOff Alarm = "lead-off"
)

// Times of an alarm: a limit must be seen passed for some seconds, because one odd beat is none of a therapist's business,
// and must be well again before the alarm ends, so that it does not flutter. No numbers are neither: an alarm is not
// raised from the last one that came, nor ended because a heart too slow stopped beating. It stands for a while, until
// that nothing is seen is the worse news.
const (
	Passed = 5 * time.Second
	Well   = 5 * time.Second
	Unseen = 15 * time.Second
	Hush   = 2 * time.Minute
)

// Guard watches the limits of one patient. It is pure: time comes with what it is told. The zero value has no limits.
type Guard struct {
	limits  api.Limits
	alarm   Alarm
	bad     Alarm      // what is wrong at the moment
	since   care.Stamp // of bad
	seen    care.Stamp // when a number said so last
	well    care.Stamp // since when nothing is wrong, while an alarm stands
	hushed  care.Stamp // no sound of quieted before
	quieted Alarm
	usable  care.Stamp // when the signal was usable last
	watched bool
}

// Limit sets the limits.
func (g *Guard) Limit(l api.Limits) { g.limits = l }

// Watch begins or ends watching. Nothing is missed while nothing is watched.
func (g *Guard) Watch(on bool, now care.Stamp) {
	if on != g.watched {
		*g = Guard{limits: g.limits, watched: on, usable: now}
	}
}

// See takes in the newest numbers of the heart at now, the page's clock.
func (g *Guard) See(t telemetry.Trend, now care.Stamp) {
	const unusable = telemetry.NoBeats | telemetry.NoContact | telemetry.TooPoor
	if t.Why&unusable == 0 && !math.IsNaN(float64(t.HR)) {
		g.usable = now
	}
	hr := float64(t.HR)
	switch {
	case math.IsNaN(hr):
		return
	case g.limits.HeartLow > 0 && hr < float64(g.limits.HeartLow):
		g.find(TooLow, now)
		return
	case g.limits.HeartHigh > 0 && hr > float64(g.limits.HeartHigh):
		g.find(TooHigh, now)
		return
	}
	if g.bad == TooLow || g.bad == TooHigh {
		g.find(NoAlarm, now)
	}
}

// Tick moves on to now and returns the alarm that stands and whether it should be heard.
func (g *Guard) Tick(now care.Stamp) (alarm Alarm, loud bool) {
	if !g.watched {
		return NoAlarm, false
	}
	off := g.limits.LeadOff > 0 && now.Sub(g.usable) > time.Duration(g.limits.LeadOff)*time.Second
	switch {
	case off:
		g.alarm, g.well = LeadOff, 0
	case g.alarm == LeadOff:
		g.alarm = NoAlarm
	}
	if g.bad != NoAlarm && now.Sub(g.seen) > Unseen {
		g.bad = NoAlarm
		if !off {
			g.alarm = NoAlarm
		}
	}
	if g.bad != NoAlarm && g.seen.Sub(g.since) >= Passed && !off {
		g.alarm, g.well = g.bad, 0
	}
	if g.bad == NoAlarm && (g.alarm == TooLow || g.alarm == TooHigh) {
		if g.well == 0 {
			g.well = now
		}
		if now.Sub(g.well) >= Well {
			g.alarm, g.well = NoAlarm, 0
		}
	}
	return g.alarm, g.alarm != NoAlarm && (now >= g.hushed || g.alarm != g.quieted)
}

// Quiet silences the sound of the alarm that stands for a while; the words stay, and another alarm is heard at once.
func (g *Guard) Quiet(now care.Stamp) { g.hushed, g.quieted = now.Add(Hush), g.alarm }

func (g *Guard) find(a Alarm, now care.Stamp) {
	if a != g.bad || now.Sub(g.seen) > Passed {
		g.bad, g.since = a, now
	}
	g.seen = now
}
