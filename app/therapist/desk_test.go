package therapist

import (
	"strings"
	"testing"
	"time"

	"hearth/app/chart"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/telemetry"
	"hearth/wasm/page"
)

var chest = telemetry.Sensor{Key: "a-ecg", Signal: "ecg", Channels: []telemetry.Channel{{Name: "ecg", Unit: "µV", Scale: 2}}}

// bench is a feed with a clock that is moved by hand.
func bench() (*feed, *care.Stamp) {
	now := care.Stamp(1e9)
	f := newFeed(chart.NewStrip(chart.StripOptions{Movement: true}), chart.NewTrend(chart.Words{}), func() care.Stamp { return now })
	return f, &now
}

func run(at care.Stamp) telemetry.Samples {
	return telemetry.Samples{Start: at, PeriodNS: 4e6, Channels: 1, Values: make([]int32, 250)}
}

func TestASilenceIsAGap(t *testing.T) {
	f, now := bench()
	f.Samples(chest, run(1e9))
	end := care.Stamp(1e9 + 1e6)
	for s := 1; s <= 10; s++ {
		*now += 1e6
		f.tick(end.Add(time.Duration(s)*time.Second), true, nil)
	}
	facts := f.trend.Facts(end.Add(10 * time.Second))
	if facts.Gaps != 1 || facts.WithoutTime != 10*time.Second {
		t.Errorf("%d gaps of %v, want one of 10 s", facts.Gaps, facts.WithoutTime)
	}
	f.Samples(chest, run(end.Add(12*time.Second)))
	if facts = f.trend.Facts(end.Add(13 * time.Second)); facts.Gaps != 1 || facts.WithoutTime != 12*time.Second {
		t.Errorf("after samples came back: %d gaps of %v, want one of 12 s", facts.Gaps, facts.WithoutTime)
	}
}

func TestNobodyWatchedIsNoGapAndNoAlarm(t *testing.T) {
	f, now := bench()
	f.limit(api.Limits{HeartLow: 40, HeartHigh: 80, LeadOff: 5})
	f.Samples(chest, run(1e9))
	f.Trend(chest, numbers())
	*now += 60e6
	if alarm, loud := f.tick(1e9+60e6, false, nil); alarm != sitting.NoAlarm || loud {
		t.Errorf("alarm %q without anybody watching", alarm)
	}
	if facts := f.trend.Facts(1e9 + 60e6); facts.Gaps != 0 {
		t.Errorf("%d gaps without anybody watching", facts.Gaps)
	}
}

func TestAlarmAndQuiet(t *testing.T) {
	f, now := bench()
	f.limit(api.Limits{HeartLow: 40, HeartHigh: 80, LeadOff: 15})
	f.Samples(chest, run(1e9))
	var alarm sitting.Alarm
	var loud bool
	for range 8 {
		f.Trend(chest, numbers()) // 90 a minute
		alarm, loud = f.tick(*now, true, nil)
		*now += 1e6
	}
	if alarm != sitting.TooHigh || !loud {
		t.Errorf("alarm %q, loud %v; want it high and loud", alarm, loud)
	}
	f.quiet()
	if alarm, loud = f.tick(*now, true, nil); alarm != sitting.TooHigh || loud {
		t.Errorf("after quiet: alarm %q, loud %v; want the words without the sound", alarm, loud)
	}
	*now += 60e6
	if alarm, _ = f.tick(*now, true, nil); alarm != sitting.LeadOff {
		t.Errorf("a minute without signal raises %q", alarm)
	}
}

// TestAPausedHeartRaisesNoAlarm: who holds it back on purpose did not lose it; once it is let go, it is missed again.
func TestAPausedHeartRaisesNoAlarm(t *testing.T) {
	f, now := bench()
	f.limit(api.Limits{HeartLow: 40, HeartHigh: 200, LeadOff: 15})
	f.Samples(chest, run(1e9))
	f.Trend(chest, numbers())
	of := func(key, state string) watch.Sensor {
		return watch.Sensor{Sensor: telemetry.Sensor{Key: key, Signal: "ecg", State: state}}
	}
	moves := watch.Sensor{Sensor: telemetry.Sensor{Key: "a-movement", Signal: "movement", State: "idle"}}
	for _, c := range []struct {
		what    string
		sensors []watch.Sensor
		want    sitting.Alarm
	}{
		{"paused", []watch.Sensor{moves, of(chest.Key, "idle")}, sitting.NoAlarm},
		{"paused, and another one that is not shown", []watch.Sensor{of(chest.Key, "idle"), of("b-ecg", "streaming")}, sitting.NoAlarm},
		{"let go, and nothing comes", []watch.Sensor{of(chest.Key, "streaming")}, sitting.LeadOff},
		{"lost", []watch.Sensor{moves, of(chest.Key, "reconnecting")}, sitting.LeadOff},
		{"taken off the tablet", []watch.Sensor{moves}, sitting.LeadOff},
	} {
		var alarm sitting.Alarm
		for range 20 {
			alarm, _ = f.tick(*now, true, c.sensors)
			*now += 1e6
		}
		if alarm != c.want {
			t.Errorf("%s: alarm %q, want %q", c.what, alarm, c.want)
		}
	}
}

// TestOneSensorOfAKind: a second strap does not draw into the first one's picture, until that one is silent.
func TestOneSensorOfAKind(t *testing.T) {
	f, now := bench()
	other := chest
	other.Key = "b-ecg"
	f.Samples(chest, run(1e9))
	f.Samples(other, run(1e9))
	f.Trend(other, telemetry.Trend{At: 1e9, HR: 200})
	if r := f.read(); r.Any {
		t.Errorf("the other strap's numbers are shown: %+v", r.Trend)
	}
	*now += 6e6
	f.Samples(other, run(1e9+6e6))
	f.Trend(other, numbers())
	if r := f.read(); !r.Any || r.Trend.HR != numbers().HR {
		t.Errorf("the strap that is left is not shown: %+v", r)
	}
}

func TestScale(t *testing.T) {
	sensor := func(signal, unit string, scale float64) telemetry.Sensor {
		return telemetry.Sensor{Signal: signal, Channels: []telemetry.Channel{{Unit: unit, Scale: scale}}}
	}
	for _, c := range []struct {
		about telemetry.Sensor
		want  float64
		ok    bool
	}{
		{sensor("ecg", "µV", 2), 0.002, true}, {sensor("ecg", "mV", 0.5), 0.5, true}, {sensor("ecg", "V", 1), 1000, true},
		{sensor("ecg", "counts", 1), 0, false}, {sensor("movement", "m/s²", 0.01), 0.01, true}, {sensor("eye", "px", 1), 0, false},
		{telemetry.Sensor{Signal: "ecg"}, 0, false}, // not described yet
	} {
		if got, ok := scaleOf(c.about, 1); got != c.want || ok != c.ok {
			t.Errorf("%s in %v: got %v %v, want %v %v", c.about.Signal, c.about.Channels, got, ok, c.want, c.ok)
		}
	}
}

func TestRestNeedsAMinute(t *testing.T) {
	f, now := bench()
	f.Samples(chest, run(1e9))
	f.measure()
	for s := range 70 {
		n := numbers()
		n.At = care.Stamp(1e9 + s*1e6)
		f.Samples(chest, run(n.At))
		f.Trend(chest, n)
		*now += 1e6
		if s == 30 {
			if _, err := f.measured(); fault.Of(err).Code != "baseline.short" {
				t.Errorf("after 31 s: %v, want it refused", err)
			}
			if !f.read().Measuring {
				t.Error("a refusal must not throw away what was collected")
			}
		}
	}
	b, err := f.measured()
	if err != nil || b.Measures[sitting.HR].Count != 70 || f.read().Measuring {
		t.Errorf("after 70 s: %+v, %v", b, err)
	}
}

func TestLimitsForm(t *testing.T) {
	for _, c := range []struct {
		low, high, off string
		want           api.Limits
		ok             bool
	}{
		{"40", "180", "15", api.Limits{HeartLow: 40, HeartHigh: 180, LeadOff: 15}, true},
		{" 40 ", "", "", api.Limits{HeartLow: 40}, true}, {"", "", "", api.Limits{}, true},
		{"abc", "180", "15", api.Limits{}, false}, {"4.5", "", "", api.Limits{}, false}, {"-40", "", "", api.Limits{}, false},
		{"0", "", "", api.Limits{}, false}, {"120", "60", "", api.Limits{}, false}, {"", "300", "", api.Limits{}, false}, {"", "", "601", api.Limits{}, false},
	} {
		f := limitsForm{Low: c.low, High: c.high, Off: c.off}
		got, ok := f.limits()
		if ok != c.ok || (ok && got != c.want) {
			t.Errorf("%q %q %q: got %+v %v, want %+v %v", c.low, c.high, c.off, got, ok, c.want, c.ok)
		}
	}
}

func TestKeyed(t *testing.T) {
	for _, c := range []struct {
		key, target string
		held        bool
		index       int
		ok          bool
	}{
		{"1", "DIV", false, 0, true}, {"8", "BUTTON", false, 7, true}, {"9", "DIV", false, 0, false}, {"0", "DIV", false, 0, false},
		{"1", "INPUT", false, 0, false}, {"1", "textarea", false, 0, false}, {"1", "SELECT", false, 0, false}, {"1", "DIV", true, 0, false}, {"Enter", "DIV", false, 0, false},
	} {
		if i, ok := keyed(c.key, c.target, c.held); i != c.index || ok != c.ok {
			t.Errorf("%+v: got %d %v", c, i, ok)
		}
	}
}

func TestPhrase(t *testing.T) {
	list := []care.Word{{Key: "in-vivo"}, {Key: "own-door", Text: "At the door"}}
	for _, c := range []struct {
		label api.Label
		want  string
	}{
		{api.Label{Kind: care.Phase, Word: "in-vivo"}, "In vivo"}, {api.Label{Kind: care.Phase, Word: "own-door"}, "At the door"},
		{api.Label{Kind: care.Phase, Word: "pause"}, "Pause"},                                       // built in, no longer a button
		{api.Label{Kind: care.Phase, Word: "own-gone", Text: "On the bus"}, "On the bus"},           // own, no longer a button
		{api.Label{Kind: care.Phase, Word: "own-door", Text: "Behind the door"}, "Behind the door"}, // another's, under the same key
		{api.Label{Kind: care.Rating, Rating: 70}, "Distress 70"}, {api.Label{Kind: care.Note, Text: "warm"}, "“warm”"},
	} {
		if got := phrase(c.label, list); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	long := flags([]sitting.Entry{{Label: api.Label{Kind: care.Note, Text: strings.Repeat("é", 60), At: 7}}}, nil)
	if n := len([]rune(long[0].Text)); n != 18 || long[0].At != 7 {
		t.Errorf("a long note is drawn with %d letters at %d", n, long[0].At)
	}
}

func TestStartOnTheSessionClock(t *testing.T) {
	at := time.Unix(1000, 0)
	s := api.Sitting{ID: "s", Start: at} // the house is 3 s ahead of the page, the session 10 s
	if got, want := start(s, 3*time.Second, 10*time.Second), care.StampOf(at.Add(7*time.Second)); got != want {
		t.Errorf("got %v, want %v", got.Time(), want.Time())
	}
	if start(api.Sitting{}, 0, 0) != 0 {
		t.Error("no sitting has no beginning")
	}
}

// drawer is a page that keeps things in a map.
type drawer struct {
	page.None
	kept map[string]string
	look string
}

func (d drawer) Keep(k, v string)     { d.kept[k] = v }
func (d drawer) Kept(k string) string { return d.kept[k] }
func (d drawer) Theme() string        { return d.look }

func TestWishIsBelievedForAWhile(t *testing.T) {
	p := drawer{kept: map[string]string{}}
	w := wishOf(p, "mira", "wren")
	now := time.Unix(1e9, 0)
	if w.stands(now) {
		t.Error("nobody wished anything")
	}
	w.hold(now)
	again, other := wishOf(p, "mira", "wren"), wishOf(p, "tomas", "wren")
	for age, want := range map[time.Duration]bool{time.Second: true, 9 * time.Minute: true, 11 * time.Minute: false, -time.Hour: false} {
		if got := again.stands(now.Add(age)); got != want {
			t.Errorf("after %v it stands: %v, want %v", age, got, want)
		}
	}
	if other.stands(now) {
		t.Error("another person's wish was taken")
	}
	w.drop()
	if again.stands(now) {
		t.Error("a wish that was dropped stands")
	}
}

func TestToastAndSentenceHaveTheirTime(t *testing.T) {
	d, now, said := newDesktop(), time.Unix(1e9, 0), 0
	d.toast = &toast{Until: now.Add(toastTime)}
	say := func() string { said++; return "" }
	for s := range 25 {
		d.tick(now.Add(time.Duration(s)*time.Second), say)
		if there := d.toast != nil; there != (s < 10) {
			t.Errorf("at %d s the toast is there: %v", s, there)
		}
	}
	if said != 3 {
		t.Errorf("the sentence changed %d times in 25 s, want 3", said)
	}
}

func TestWhatIsSettledIsDrawnAsSuch(t *testing.T) {
	n := numbers()
	for _, c := range []struct {
		window uint16
		mean   float32
		grey   bool
	}{{40, 90, true}, {60, 90, false}, {280, 90, false}, {280, nan, true}} {
		n.Window, n.MeanHR, n.Why = c.window, c.mean, telemetry.Filling|telemetry.Short
		if got := settled(n).Why; got&telemetry.Filling != 0 != c.grey || got&telemetry.Short == 0 {
			t.Errorf("%d s, mean %v: reasons %b", c.window, c.mean, got)
		}
	}
}

// TestTheBeginningHoldsStill: what is counted from it is not said anew for less than it can say.
func TestTheBeginningHoldsStill(t *testing.T) {
	at, said := care.Stamp(0), 0
	for i := range 100 {
		is := care.Stamp(1_000_000_000).Add(time.Duration(i%9) * 100 * time.Millisecond)
		if next := anchor(at, is); next != at {
			at, said = next, said+1
		}
	}
	if said != 1 {
		t.Errorf("said %d times, want once", said)
	}
	if anchor(at, at.Add(3*time.Second)) == at || anchor(at, 0) != 0 {
		t.Error("another beginning was not taken")
	}
}
