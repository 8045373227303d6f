package aggregator

import (
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/measure"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/telemetry"
)

// TestAStalledStreamShowsNoNumbers: a device that goes on sending its movement keeps its link; the heart rate of before
// does not stay on the page, and the picture shows the hole.
func TestAStalledStreamShowsNoNumbers(t *testing.T) {
	began := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	now, gaps := began, map[string]time.Duration{}
	s := &Station{clock: newSession(func() live.Clock { return live.Clock{} }), o: Options{Now: func() time.Time { return now }, Frames: func(about telemetry.Sensor, frames []telemetry.Frame) {
		for _, f := range frames {
			if f.Gap != nil {
				gaps[about.Key] = f.Gap.To.Sub(f.Gap.From)
			}
		}
	}}}
	u := &unit{key: "demo", about: demo.Driver{}.Describe(), paused: map[string]bool{}}
	var err error
	if u.measure, err = measure.New(u.key, u.about); err != nil {
		t.Fatal(err)
	}
	if err := u.measure.Begin(demo.NewDecoder()); err != nil {
		t.Fatal(err)
	}
	u.life.Connect(now)
	u.life.Connected(now)
	heart, moves := u.measure.Streams()[0], u.measure.Streams()[1]
	source := demo.NewSource(demo.Options{Start: care.StampOf(began), Scenario: demo.Steady, Seed: 2})
	run := func(until time.Duration, all bool) {
		for now.Sub(began) < until {
			e := source.Next()
			now = e.At.Time()
			if before := heart.Latest(); all || e.From != demo.ECG {
				_ = u.measure.Feed(e.Notification)
				if !all && heart.Latest() != before {
					t.Fatal("the heart was fed")
				}
			}
		}
	}
	look := func() (StreamView, StreamView) {
		s.growGap(u)
		return s.lookInto(u, heart, u.about.Streams[0], now), s.lookInto(u, moves, u.about.Streams[1], now)
	}
	run(20*time.Second, true)
	if h, m := look(); h.HR < 70 || h.HR > 74 || h.Quality != Good || m.Stirred == "" || len(gaps) != 0 {
		t.Fatalf("while both come: %+v, %+v, gaps %v", h, m, gaps)
	}
	run(22*time.Second, false)
	if h, _ := look(); h.HR == 0 {
		t.Errorf("after two seconds: %+v", h)
	}
	u.poor = map[string]time.Time{"demo-ecg": began}
	run(24*time.Second, false)
	if h, m := look(); h.HR != 0 || h.Quality != Unknown || !h.Seen || m.Stirred == "" || u.life.State() != sensor.Streaming {
		t.Errorf("after four seconds: %+v, %+v", h, m)
	}
	if len(u.poor) != 0 {
		t.Error("a signal that is away is still called poor")
	}
	if gaps["demo-ecg"] < 3500*time.Millisecond || gaps["demo-movement"] != 0 {
		t.Errorf("gaps shown %v", gaps)
	}
	u.poor["demo-ecg"] = began
	u.life.Lost(now)
	if look(); len(u.poor) != 0 {
		t.Error("a signal that is lost is still called poor")
	}
}

// A signal that stays poor asks for hands, but not while the body moves, and not for a moment's sake.
func TestWeakForLong(t *testing.T) {
	u := &unit{poor: map[string]time.Time{}}
	var err error
	if u.measure, err = measure.New("demo", demo.Driver{}.Describe()); err != nil {
		t.Fatal(err)
	}
	if err := u.measure.Begin(demo.NewDecoder()); err != nil {
		t.Fatal(err)
	}
	source := demo.NewSource(demo.Options{Start: care.StampOf(time.Unix(1_790_000_000, 0)), Scenario: demo.Walk, Seed: 2})
	now := time.Unix(1_790_000_000, 0)
	second := func(n int, poor bool) bool { return u.weak("demo-ecg", poor, now.Add(time.Duration(n)*time.Second)) }
	if second(1, true) || second(15, true) || !second(16, true) {
		t.Error("want it after fifteen seconds")
	}
	if second(17, false) || second(18, true) {
		t.Error("a good second begins it anew")
	}
	for u.measure.Latest() < care.StampOf(now.Add(10*time.Second)) {
		_ = u.measure.Feed(source.Next().Notification)
	}
	if !u.moving() {
		t.Fatalf("who walks moves: %v", u.measure.Streams()[1].Activity())
	}
	if second(60, true) || second(70, true) {
		t.Error("nobody is asked to see to the strap while the body moves")
	}
}
