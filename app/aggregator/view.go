package aggregator

import (
	"math"
	"reflect"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/measure"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

// View is all the page shows of a station. It is a value nobody changes any more; numbers are rounded as they are
// shown, so that a view changes only when a reader would see it.
type View struct {
	Sensors []SensorView
	Shares  []ShareView
	Away    bool   // the house has not been there for some seconds
	Alone   bool   // it has been away for so long that nothing is sent any more
	Turned  string // fault code of a house that said no for good, else ""
	Members int    // pages besides this one in the patient's room
	Whole   bool   // what the page had before it was loaded anew is among the sensors
}

// SensorView is one sensor of this tablet.
type SensorView struct {
	Key     string
	Kind    string // of the catalogue
	Word    string // key of its name in the catalogues of words
	Device  string // as the device calls itself, with a number where two are called alike; "" when it has no name
	ID      string // of the device in this browser, "" until one is picked
	Waits   bool   // it was running before the page was loaded anew, and one press connects it again
	Demo    bool
	Can     sensor.Capabilities
	State   sensor.State
	Since   time.Time
	Wait    int    // seconds until the next attempt, 0 = none planned
	Fault   string // code of what went wrong last, "" when nothing did
	Battery int    // per cent, −1 unknown
	Streams []StreamView
	About   sensor.About

	Story  demo.Scenario // of the demo
	TrueHR int           // the demo's own, 1/min; 0 until known
}

// StreamView is one signal of a sensor.
type StreamView struct {
	Key     string
	Signal  access.Signal
	Rate    int // samples per second, 0 of one without a curve
	Seen    bool
	Paused  bool
	HR      int // 1/min, 0 = none
	Quality Quality
	Stirred Stir
	Weak    bool // poor for long, and not because somebody moves: hands can mend that
}

// curve reports whether the stream is a curve, and not heartbeats alone.
func (v StreamView) curve() bool { return v.Rate > 0 }

// Quality is a signal's in words.
type Quality string

// The qualities.
const (
	Unknown   Quality = ""
	Good      Quality = "good"
	Fair      Quality = "fair"
	Poor      Quality = "poor"
	NoContact Quality = "no-contact"
	Invalid   Quality = "invalid" // something comes, and nothing of it makes sense
)

// Stir says in words how much somebody moves.
type Stir string

// How much somebody moves, by the RMS of |a|−g over a second: below 0.3 m/s² nobody walks, above 1.5 somebody does.
const (
	Still  Stir = "still"
	Stirs  Stir = "stirs"
	Moving Stir = "moving"
)

// ShareView is one stream to one therapist's page.
type ShareView struct {
	ID      live.ShareID
	Name    string
	Signals []access.Signal
	Since   time.Time
	State   rtc.State
	Way     rtc.Way
}

// Running reports whether any sensor is wanted: then the screen stays on and the page is not reloaded.
func (v View) Running() bool {
	for _, s := range v.Sensors {
		if s.State != sensor.Idle && s.State != sensor.Failed {
			return true
		}
	}
	return false
}

// Received counts the streams whose peer connection holds: they need no house.
func (v View) Received() (n int) {
	for _, sh := range v.Shares {
		if sh.State == rtc.StateConnected {
			n++
		}
	}
	return n
}

// awayAfter keeps a short drop of the socket from alarming anybody.
const awayAfter = 3 * time.Second

// show hands a view out when it differs from the last one.
func (s *Station) show() {
	if s.ending {
		return
	}
	v := s.look(s.now())
	s.mu.Lock()
	same := reflect.DeepEqual(v, s.view)
	s.view = v
	s.mu.Unlock()
	if !same {
		s.o.Show(v)
	}
}

func (s *Station) look(now time.Time) View {
	v := View{Away: s.away(now), Alone: s.unchecked(now), Whole: s.whole}
	if s.link.State == live.TurnedAway {
		v.Turned = s.link.Code
	}
	for _, u := range s.units {
		v.Sensors = append(v.Sensors, s.lookAt(u, now))
	}
	for _, sh := range s.shares {
		p := sh.peer.View()
		v.Shares = append(v.Shares, ShareView{
			ID: sh.share.ID, Name: sh.share.Therapist.Name, Signals: sh.share.Signals, Since: s.own(sh.share.Since), State: p.State, Way: p.Way,
		})
	}
	return v
}

// away reports whether people should be told that the house is not there: it was not reached at all, or lost for long
// enough.
func (s *Station) away(now time.Time) bool {
	if s.link.Lost.IsZero() {
		return s.link.State == live.Waiting
	}
	return s.link.State != live.Online && now.Sub(s.link.Lost) >= awayAfter
}

// own turns a time of the house into the page's.
func (s *Station) own(at care.Stamp) time.Time {
	return at.Time().Add(-s.o.House.View().Clock.Offset).Round(time.Second)
}

func (s *Station) lookAt(u *unit, now time.Time) SensorView {
	v := SensorView{
		Key: u.key, Kind: u.about.Key, Word: u.about.Name, Demo: u.about.Demo, Can: u.about.Can,
		State: u.life.State(), Since: u.life.Since(), Fault: u.fault, Battery: u.measure.Battery(), Story: u.story,
		Wait: int(math.Ceil(u.life.Wait(now).Seconds())),
	}
	v.Device, v.ID, v.Waits = s.named(u), u.was.Device, u.waits
	if u.device != nil {
		v.ID = u.device.ID()
	}
	if t, ok := u.decoder.(sensor.Teller); ok {
		v.About = t.About()
	}
	for i, st := range u.measure.Streams() {
		if u.gives(i) {
			v.Streams = append(v.Streams, s.lookInto(u, st, u.about.Streams[i], now))
		}
	}
	if d, ok := u.device.(*demo.Device); ok && v.State == sensor.Streaming {
		v.TrueHR = u.truth.at(d, now)
	}
	return v
}

// stalled is how long a stream may bring nothing before its numbers are the past, even while the device sends others.
const stalled = 3 * time.Second

// learning is what a detector gets to find its first beats before its signal is called poor.
const learning = 5 * time.Second

func (s *Station) lookInto(u *unit, st *measure.Stream, about sensor.Stream, now time.Time) StreamView {
	v := StreamView{
		Key: st.Key(), Signal: about.Signal, Rate: int(math.Round(about.Rate)), Seen: st.Latest() != 0, Paused: u.paused[st.Key()],
	}
	if u.life.State() != sensor.Streaming {
		delete(u.poor, st.Key()) // nobody knows how it is: what comes then begins anew
		return v
	}
	if !v.Seen || s.clock.at(now).Sub(st.Latest()) > stalled {
		delete(u.poor, st.Key())
		if !u.garbled.IsZero() && now.Sub(u.garbled) <= stalled {
			v.Quality = Invalid
		}
		return v
	}
	if about.Signal == access.Movement {
		v.Stirred = stirred(st.Activity())
		return v
	}
	t := st.Trend()
	if hr := float64(t.HR); hr > 0 && t.Why&(telemetry.NoBeats|telemetry.NoContact) == 0 {
		v.HR = int(math.Round(hr))
	}
	v.Quality = quality(st.Quality(), st.Contact())
	if v.Quality == Poor && v.HR == 0 && now.Sub(u.life.Since()) < learning {
		v.Quality = Unknown
	}
	v.Weak = u.weak(st.Key(), v.Quality == Poor, now)
	return v
}

func quality(percent int, contact bool) Quality {
	switch {
	case !contact:
		return NoContact
	case percent >= telemetry.Good:
		return Good
	case percent >= telemetry.Usable:
		return Fair
	}
	return Poor
}

func stirred(rms float64) Stir {
	switch {
	case math.IsNaN(rms):
		return ""
	case rms < 0.3:
		return Still
	case rms < 1.5:
		return Stirs
	}
	return Moving
}

// weakFor is how long a signal has to be poor before somebody is asked to see to it: what a turn or a cough spoils mends
// itself sooner.
const weakFor = 15 * time.Second

// weak reports whether a signal has been poor for so long; time in which the body moves does not count.
func (u *unit) weak(stream string, poor bool, now time.Time) bool {
	since, was := u.poor[stream]
	switch {
	case !poor:
		delete(u.poor, stream)
		return false
	case !was, u.moving():
		u.poor[stream] = now
		return false
	}
	return now.Sub(since) >= weakFor
}

// moving reports whether the device feels that its wearer moves.
func (u *unit) moving() bool { return stirred(u.measure.Energy()) == Moving }

// truth asks the demo's person for the true heart rate once a second: the answer copies an hour of beats.
type truth struct {
	asked time.Time
	hr    int
}

func (t *truth) at(d *demo.Device, now time.Time) int {
	if now.Sub(t.asked) < time.Second {
		return t.hr
	}
	t.asked = now
	known := d.Truth()
	if hr := known.HeartRate(known.Now); !math.IsNaN(hr) {
		t.hr = int(math.Round(hr))
	}
	return t.hr
}
