package aggregator

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/shared/access"
	"hearth/shared/sensor"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// onChest is a sensor with a heart and a movement tile.
func onChest(state sensor.State, fault string, q Quality, battery int) SensorView {
	return SensorView{Key: "strap", Kind: "strap", Word: "sensor.heart-rate.name", State: state, Fault: fault, Battery: battery, Streams: []StreamView{
		{Key: "strap-movement", Signal: access.Movement, Seen: true}, {Key: "strap-ecg", Signal: access.ECG, Rate: 250, Seen: true, Quality: q}}}
}

func weakly(s SensorView) SensorView {
	s.Streams[1].Weak = true
	return s
}

// TestWhatIsWrongComesFirst: every step is always there once, and the one that most likely helps is the first.
func TestWhatIsWrongComesFirst(t *testing.T) {
	for _, tt := range []struct {
		name           string
		s              SensorView
		first, contact string
		button         bool
	}{
		{"no contact", onChest(sensor.Streaming, "", NoContact, 80), "wet", "none", true},
		{"no contact and an empty battery", onChest(sensor.Streaming, "", NoContact, 5), "wet", "none", true},
		{"poor", onChest(sensor.Streaming, "", Poor, 80), "wet", "weak", false},
		{"poor for long", weakly(onChest(sensor.Streaming, "", Poor, 80)), "wet", "weak", true},
		{"battery", onChest(sensor.Streaming, "", Good, 20), "battery", "good", true},
		{"well", onChest(sensor.Streaming, "", Fair, 21), "wet", "good", false},
		{"well, battery unknown", onChest(sensor.Streaming, "", Good, -1), "wet", "good", false},
		{"beginning", onChest(sensor.Streaming, "", Unknown, 80), "wet", "checking", false},
		{"connecting", onChest(sensor.Connecting, "", Unknown, -1), "wake", "searching", true},
		{"lost", onChest(sensor.Reconnecting, sensor.ErrLost.Code, Unknown, 80), "near", "searching", true},
		{"lost and given up", onChest(sensor.Failed, sensor.ErrLost.Code, Unknown, 80), "near", "off", true},
		{"not found", onChest(sensor.Failed, sensor.ErrUnreachable.Code, Unknown, -1), "wake", "off", true},
		{"taken", onChest(sensor.Failed, sensor.ErrBusy.Code, Unknown, -1), "alone", "off", true},
		{"taken while it is looked for", onChest(sensor.Reconnecting, sensor.ErrBusy.Code, Unknown, 80), "alone", "searching", true},
		{"not asked yet", onChest(sensor.Idle, "", Unknown, -1), "wet", "off", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			steps := snagOf(tt.s).steps()
			if steps[0] != tt.first {
				t.Errorf("first comes %s, want %s", steps[0], tt.first)
			}
			slices.Sort(steps)
			if all := slices.Sorted(slices.Values(helpSteps)); !slices.Equal(steps, all) {
				t.Errorf("steps %v, want each of %v once", steps, all)
			}
			if got := contactOf(tt.s); got != tt.contact {
				t.Errorf("contact %s, want %s", got, tt.contact)
			}
			if got := offersHelp(tt.s, tt.s.Streams[1]); got != tt.button || offersHelp(tt.s, tt.s.Streams[0]) {
				t.Errorf("the heart's tile offers help: %v, want %v; the movement's never", got, tt.button)
			}
		})
	}
}

// TestOnlyStrapsHaveHelp: a camera has no electrodes to moisten.
func TestOnlyStrapsHaveHelp(t *testing.T) {
	camera := SensorView{Key: "camera", State: sensor.Failed, Streams: []StreamView{{Key: "camera-camera", Signal: access.Camera, Seen: true}}}
	p := pageWith(t, View{Sensors: []SensorView{camera}})
	if onStrap(camera) || strings.Contains(app.HTMLString(p.Render()), "help-camera") {
		t.Error("the help at the strap is offered for a camera")
	}
}

// TestHelpStaysStill: what was wrong stays first after it is mended, while the line above says that all is well.
func TestHelpStaysStill(t *testing.T) {
	p := pageWith(t, View{Sensors: []SensorView{onChest(sensor.Streaming, "", NoContact, 80)}})
	p.help.sensor = "strap"
	p.help.see(p.view)
	p.view = View{Sensors: []SensorView{onChest(sensor.Streaming, "", Good, 80)}}
	p.help.see(p.view)
	if p.help.snag != contactSnag {
		t.Errorf("the steps now begin for %q", p.help.snag)
	}
	p.view = View{Sensors: []SensorView{onChest(sensor.Reconnecting, "", Unknown, 80)}}
	if p.help.see(p.view); p.help.snag != farSnag {
		t.Errorf("another snag does not count: %q", p.help.snag)
	}
}

// TestKeyboardComesBack: wherever the sensor has got to meanwhile, the element exists that gets the keyboard.
func TestKeyboardComesBack(t *testing.T) {
	for name, v := range map[string]View{
		"in trouble": {Sensors: []SensorView{onChest(sensor.Streaming, "", NoContact, 80)}},
		"well":       {Sensors: []SensorView{onChest(sensor.Streaming, "", Good, 80)}},
		"put away":   {Sensors: []SensorView{onChest(sensor.Idle, "", Unknown, -1)}},
		"removed":    {},
		"demo, off":  {Sensors: []SensorView{{Key: "strap", Demo: true, State: sensor.Idle, Word: "sensor.demo.name"}}},
	} {
		p := pageWith(t, v)
		p.help.sensor = "strap"
		if back := p.helpBack(); !strings.Contains(app.HTMLString(p.Render()), `id="`+back+`"`) {
			t.Errorf("%s: nothing has the id %s", name, back)
		}
	}
}

// TestEveryHelpIsInWords draws the help in every language for every snag.
func TestEveryHelpIsInWords(t *testing.T) {
	before := words.Current()
	t.Cleanup(func() { words.Use(before) })
	for _, l := range words.Languages() {
		m, err := catalogue.Sentences(l)
		if err != nil {
			t.Fatal(err)
		}
		words.Use(words.NewCatalogue(l, m))
		for _, s := range []SensorView{{}, onChest(sensor.Streaming, "", NoContact, 10), onChest(sensor.Streaming, "", Poor, 10), onChest(sensor.Streaming, "", Good, 10),
			onChest(sensor.Streaming, "", Unknown, -1), onChest(sensor.Connecting, "", Unknown, -1), onChest(sensor.Failed, sensor.ErrBusy.Code, Unknown, -1)} {
			s.About.Firmware = "0.7.1"
			p := pageWith(t, View{Sensors: []SensorView{s}})
			p.help = helping{sensor: s.Key, snag: snagOf(s)}
			html := app.HTMLString(p.helpPanel())
			for _, part := range append(p.help.snag.steps(), "#a-strap-wet", "help-close", "0.7.1") {
				if !strings.Contains(html, part) {
					t.Errorf("%s, %s: lacks %s", l, s.State, part)
				}
			}
			if i := strings.IndexAny(html, "{["); i >= 0 {
				t.Fatalf("%s: %.60s", l, html[i:])
			}
		}
	}
}

// TestPolite: a reader is told at once, then every ten seconds at most, and never what is over.
func TestPolite(t *testing.T) {
	now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	l := &polite{Text: "none"}
	if left := l.tell(now); left != 0 || l.said != "none" {
		t.Fatalf("at first: %q, %v left", l.said, left)
	}
	l.Text = "good"
	if left := l.tell(now.Add(4 * time.Second)); left != 6*time.Second || l.said != "none" {
		t.Errorf("after 4 s: %q, %v left", l.said, left)
	}
	l.Text = "none"
	if left := l.tell(now.Add(11 * time.Second)); left != 0 || !l.at.Equal(now) {
		t.Errorf("what came and went was told again")
	}
	l.Text = "good"
	if left := l.tell(now.Add(12 * time.Second)); left != 0 || l.said != "good" {
		t.Errorf("after 12 s: %q, %v left", l.said, left)
	}
}
