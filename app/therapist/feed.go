package therapist

import (
	"math"
	"sync"
	"time"

	"hearth/app/chart"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// feed takes what a Watch receives to whoever needs it: samples and beats to the strip, numbers to the trend, the limits
// and a resting measurement. It is fed from the connection's goroutines and read from the page's.
type feed struct {
	strip *chart.Strip
	trend *chart.Trend
	now   func() care.Stamp // the page's clock

	mu     sync.Mutex
	guard  sitting.Guard
	rest   *sitting.Rest // while resting state is measured
	strain sitting.Strain
	refuse denial // of the last measurement of rest
	leads  lead   // of the heart
	moves  lead   // of movement
	torso  lead   // of movement of the torso
	newest telemetry.Trend
	heard  care.Stamp // when newest came, page clock; 0 before the first
	came   arrivals   // of the heart's runs
	off    care.Stamp // since when the heart's sensor touches nobody, session time; 0 while it does
}

// lead is the one sensor of a kind that is followed; a second one takes its place when it has been silent.
type lead struct {
	key   string
	heard care.Stamp // page clock
	bare  bool       // it tells heartbeats and no curve
	end   care.Stamp // session time after its newest run
}

// abandoned is when a silent sensor gives way to another of its kind.
const abandoned = 5 * time.Second

func newFeed(strip *chart.Strip, trend *chart.Trend, now func() care.Stamp) *feed {
	return &feed{strip: strip, trend: trend, now: now}
}

// follow reports whether key is the sensor to show, and makes it that when there is no better one.
func (l *lead) follow(key string, now care.Stamp) (ours, changed bool) {
	changed = l.key != key
	if changed && l.key != "" && now.Sub(l.heard) < abandoned {
		return false, false
	}
	changed = changed && l.key != ""
	if l.key != key {
		*l = lead{key: key}
	}
	l.heard = now
	return true, changed
}

// Samples implements watch.Sink.
func (f *feed) Samples(about telemetry.Sensor, run telemetry.Samples) {
	f.mu.Lock()
	defer f.mu.Unlock()
	scale, ok := scaleOf(about, run.Channels)
	if !ok {
		return
	}
	l := f.lead(about)
	if l.bare && l.key != about.Key { // a curve is worth more than heartbeats alone
		l.heard = 0
	}
	ours, changed := l.follow(about.Key, f.now())
	if !ours {
		return
	}
	l.bare = false
	if changed && l == &f.leads {
		f.strip.Reset()
	}
	if l.end != 0 && run.Start.Sub(l.end) > watch.Silence {
		f.gap(l, telemetry.Gap{From: l.end, To: run.Start, Cause: telemetry.CauseTransit})
	}
	l.end = max(l.end, run.Start.Add(time.Duration(run.Count())*time.Duration(run.PeriodNS)))
	if l == &f.leads {
		f.came.add(run)
		f.strip.ECG(run, scale)
	} else {
		f.strip.Movement(run, scale)
	}
}

// Beats implements watch.Sink.
func (f *feed) Beats(about telemetry.Sensor, beats []telemetry.Beat) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.leads.key == about.Key {
		f.strip.Beats(beats)
	}
}

// Trend implements watch.Sink.
func (f *feed) Trend(about telemetry.Sensor, t telemetry.Trend) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if about.Signal == string(access.Movement) {
		f.moved(about, t)
		return
	}
	f.followBare(about, t)
	if f.leads.key != about.Key {
		return
	}
	f.newest, f.heard = t, f.now()
	f.touch(t)
	f.strip.Quality(t)
	f.strain.Heart(t)
	f.trend.Add(settled(t))
	f.guard.See(t, f.heard)
	if f.rest != nil {
		f.rest.Add(t)
	}
}

// followBare makes a device without a curve the one to follow, when there is no better one; the lock is held.
func (f *feed) followBare(about telemetry.Sensor, t telemetry.Trend) {
	if !bare(about) {
		return
	}
	l := &f.leads
	ours, changed := l.follow(about.Key, f.now())
	if !ours {
		return
	}
	if changed {
		f.strip.Reset()
	}
	if l.end != 0 && t.At.Sub(l.end) > watch.Silence {
		f.gap(l, telemetry.Gap{From: l.end, To: t.At, Cause: telemetry.CauseTransit})
	}
	l.bare, l.end = true, max(l.end, t.At)
}

// bare reports whether a sensor of the heart tells beats and no curve.
func bare(about telemetry.Sensor) bool {
	return about.Signal == string(access.ECG) && about.Rate == 0 && len(about.Channels) == 0
}

// touch hides what a sensor sends while it touches nobody: a flat line there says nothing of a heart, and would be read
// as one that stands still.
func (f *feed) touch(t telemetry.Trend) {
	if t.Why&telemetry.NoContact == 0 {
		f.off = 0
		return
	}
	if f.off == 0 {
		f.off = t.At.Add(-time.Second)
	}
	f.gap(&f.leads, telemetry.Gap{From: f.off, To: t.At})
}

// settled tells the trend which numbers still fill up. Filling is one bit for all of them, and the shares need five
// minutes; mean and RMSSD have what they need after one.
func settled(t telemetry.Trend) telemetry.Trend {
	if t.Window >= 60 && !math.IsNaN(float64(t.MeanHR)) {
		t.Why &^= telemetry.Filling
	}
	return t
}

// Gap implements watch.Sink.
func (f *feed) Gap(about telemetry.Sensor, g telemetry.Gap) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range []*lead{&f.leads, &f.moves} {
		if l.key == about.Key {
			f.gap(l, g)
			if g.Cause != telemetry.CauseTransit { // one the receiver sees may still grow
				l.end = max(l.end, g.To)
			}
		}
	}
}

// gap draws one; the lock is held.
func (f *feed) gap(l *lead, g telemetry.Gap) {
	if l == &f.moves {
		f.strip.MovementGap(g)
		return
	}
	f.strip.ECGGap(g)
	f.trend.Gap(g)
}

// cameOf is when a sample of the heart came to the tablet's page, session time; 0 when that is not known.
func (f *feed) cameOf(at care.Stamp) (came care.Stamp, there bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.came.of(at)
}

func (f *feed) lead(about telemetry.Sensor) *lead {
	if about.Signal == string(access.Movement) {
		return &f.moves
	}
	return &f.leads
}

// tick shows a silence while it lasts, whatever made it, and returns the alarm that stands. Who holds the heart back on
// purpose is not to be told that nothing comes.
func (f *feed) tick(session care.Stamp, watched bool, sensors []watch.Sensor) (alarm sitting.Alarm, loud bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if watched {
		for _, l := range []*lead{&f.leads, &f.moves} {
			if l.end != 0 && session.Sub(l.end) > watch.Silence {
				f.gap(l, telemetry.Gap{From: l.end, To: session, Cause: telemetry.CauseTransit})
			}
		}
	}
	now := f.now()
	f.guard.Watch(watched && !f.paused(sensors), now)
	return f.guard.Tick(now)
}

// paused reports whether the sensor followed for the heart, or before one is every one there is, is described as idle.
func (f *feed) paused(sensors []watch.Sensor) bool {
	idle := false
	for _, s := range sensors {
		if s.Signal != string(access.ECG) || f.leads.key != "" && f.leads.key != s.Key {
			continue
		}
		if s.State != string(sensor.Idle) {
			return false
		}
		idle = true
	}
	return idle
}

// limit sets the limits, quiet silences an alarm's sound for a while.
func (f *feed) limit(l api.Limits) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.guard.Limit(l)
}

func (f *feed) quiet() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.guard.Quiet(f.now())
}

// scaleOf is what a step of the first channel is worth: millivolts for the heart, m/s² for movement. False before the
// sensor was described, or when it is of a kind that is not drawn.
func scaleOf(about telemetry.Sensor, channels int) (float64, bool) {
	if len(about.Channels) == 0 || len(about.Channels) != channels {
		return 0, false
	}
	first := about.Channels[0]
	switch access.Signal(about.Signal) {
	case access.Movement:
		return first.Scale, true
	case access.ECG:
		switch first.Unit {
		case "mV":
			return first.Scale, true
		case "µV", "uV":
			return first.Scale / 1000, true
		case "V":
			return first.Scale * 1000, true
		}
	}
	return 0, false
}
