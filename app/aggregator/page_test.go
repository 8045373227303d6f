package aggregator

import (
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/live"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/sensor/phone"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
	"hearth/wasm/ble"
	"hearth/wasm/page"
	"hearth/wasm/rtc"
	"hearth/wasm/socket"
	"hearth/wasm/wake"
)

// pageWith is a page that shows a view, without a browser.
func pageWith(t *testing.T, v View) *Page {
	t.Helper()
	house := remote.Open(remote.Options{Portal: live.Aggregator, Sockets: socket.None{}})
	t.Cleanup(house.Close)
	env := &frame.Env{Page: page.None{}, Wake: wake.None{}, Live: house, Peers: rtc.None{}, Now: time.Now}
	v.Whole = true
	return &Page{Env: env, album: newAlbum(), view: v}
}

// everything is one sensor in every state, with every quality and stir, and a share in every state.
func everything() View {
	v := View{Away: true}
	for i, state := range sensor.States() {
		s := SensorView{Key: "demo-" + number(i), Kind: "demo", Word: "sensor.demo.name", Demo: i != 2, State: state, Fault: sensor.ErrUnreachable.Code,
			Battery: 25 * i, Story: demo.Session, TrueHR: i, Can: sensor.CanConnect | sensor.CanStream, Since: time.Unix(0, 0),
			Waits: i == 0, About: sensor.About{Firmware: "0.9.0"}}
		for j, q := range []Quality{Unknown, Good, Fair, Poor, NoContact} {
			s.Streams = append(s.Streams, StreamView{Key: s.Key + "-" + number(j), Signal: access.Signals()[j%2], Rate: 250, Seen: true,
				Paused: j == 1, HR: 60 + j, Quality: q, Stirred: []Stir{"", Still, Stirs, Moving, ""}[j]})
		}
		v.Sensors = append(v.Sensors, s)
	}
	v.Sensors = append(v.Sensors, SensorView{Key: "strap", Kind: "movesense", Word: "sensor.demo.name", State: sensor.Idle, Waits: true},
		SensorView{Key: "polar", Kind: "polar", Word: "sensor.polar.name", State: sensor.Idle},
		SensorView{Key: "heart-rate", Kind: "heart-rate", Word: "sensor.heart-rate.name", State: sensor.Idle, Fault: sensor.ErrCancelled.Code})
	for _, state := range []rtc.State{rtc.StateConnecting, rtc.StateConnected, rtc.StateReconnecting, rtc.StateUnavailable, rtc.StateClosed} {
		v.Shares = append(v.Shares, ShareView{ID: live.ShareID(state), Name: "Mira", Signals: access.Signals(), Since: time.Unix(0, 0), State: state})
	}
	return v
}

// TestEveryWordIsThere draws everything in every language and looks for keys nobody has written words for.
func TestEveryWordIsThere(t *testing.T) {
	before := words.Current()
	t.Cleanup(func() { words.Use(before) })
	for _, l := range words.Languages() {
		m, err := catalogue.Sentences(l)
		if err != nil {
			t.Fatal(err)
		}
		words.Use(words.NewCatalogue(l, m))
		p := pageWith(t, everything())
		var drawn []string
		for _, panel := range []string{"", "who", "add"} {
			p.panel = panel
			drawn = append(drawn, app.HTMLString(p.Render()))
			for _, d := range []app.UI{p.who(), p.chooser()} {
				drawn = append(drawn, app.HTMLString(d))
			}
		}
		p.lock.Close()
		drawn = append(drawn, app.HTMLString(p.Render()), sentence(p.view), gapWords(3*time.Second))
		for _, fault := range []string{sensor.ErrUnavailable.Code, sensor.ErrCancelled.Code, sensor.ErrUnreachable.Code, sensor.ErrLost.Code, sensor.ErrUnknown.Code,
			sensor.ErrOff.Code, sensor.ErrStuck.Code, sensor.ErrForbidden.Code, sensor.ErrBusy.Code, sensor.ErrForgotten.Code, errHere.Code} {
			drawn = append(drawn, words.T("fault."+fault))
		}
		for _, why := range []ble.Lack{ble.Insecure, ble.Apple, ble.Brave, ble.Linux, ble.Other} {
			drawn = append(drawn, app.HTMLString(noBluetooth("lacks", why)))
		}
		for _, html := range drawn {
			for _, room := range []string{"[aggregator.", "[app.", "[fault.", "[sensor."} {
				if i := strings.Index(html, room); i >= 0 {
					t.Fatalf("%s lacks %.60s", l, html[i:])
				}
			}
			if i := strings.Index(html, "{"); i >= 0 {
				t.Errorf("%s leaves a hole: %.60s", l, html[i:])
			}
		}
	}
}

// TestDemoSaysSo: wherever signals of a made-up person show, the word stands.
func TestDemoSaysSo(t *testing.T) {
	m, err := catalogue.Sentences(words.English)
	if err != nil {
		t.Fatal(err)
	}
	before := words.Current()
	t.Cleanup(func() { words.Use(before) })
	words.Use(words.NewCatalogue(words.English, m))
	v := everything()
	for _, s := range v.Sensors {
		if !s.Demo {
			continue
		}
		p := pageWith(t, View{Sensors: []SensorView{s}})
		tiles := p.tiles()
		for _, tile := range tiles[:len(tiles)-1] {
			if !strings.Contains(app.HTMLString(tile), ">demo<") && !strings.Contains(app.HTMLString(tile), "demo\n") {
				t.Errorf("%s: a tile does not say that it is a demo", s.State)
			}
		}
	}
}

// TestTwoButtonsAtMost: a signal's tile has no more at its foot, and the one that matters most says its verb.
func TestTwoButtonsAtMost(t *testing.T) {
	v := everything()
	for _, s := range v.Sensors {
		for _, st := range s.Streams {
			p := pageWith(t, View{Sensors: []SensorView{s}})
			_, foot, _ := strings.Cut(app.HTMLString(p.signalTile(s, st)), "agg-acts")
			if n := strings.Count(foot, "<button"); n > 2 || n == 0 {
				t.Errorf("%s: %d buttons", s.State, n)
			}
		}
	}
}

func TestLosingALinkIsHeard(t *testing.T) {
	at := func(s sensor.State) View { return View{Sensors: []SensorView{{Key: "demo", State: s}}} }
	for _, tt := range []struct {
		before, now sensor.State
		want        bool
	}{
		{sensor.Streaming, sensor.Reconnecting, true},
		{sensor.Reconnecting, sensor.Reconnecting, false},
		{sensor.Connecting, sensor.Failed, false},
		{sensor.Streaming, sensor.Idle, false},
	} {
		if got := worse(at(tt.before), at(tt.now)); got != tt.want {
			t.Errorf("%s to %s: %v", tt.before, tt.now, got)
		}
	}
}

// TestOffIsSaid: whoever looks for a sensor while Bluetooth is off reads that it is off, whether or not it was seen before.
func TestOffIsSaid(t *testing.T) {
	m, err := catalogue.Sentences(words.English)
	if err != nil {
		t.Fatal(err)
	}
	before := words.Current()
	t.Cleanup(func() { words.Use(before) })
	words.Use(words.NewCatalogue(words.English, m))
	for _, seen := range []bool{true, false} {
		s := SensorView{Key: "strap", Kind: "strap", Word: "sensor.demo.name", State: sensor.Reconnecting, Fault: sensor.ErrOff.Code,
			Streams: []StreamView{{Key: "strap-ecg", Signal: access.ECG, Rate: 250, Seen: seen}}}
		tiles := pageWith(t, View{Sensors: []SensorView{s}}).tiles()
		if !strings.Contains(app.HTMLString(tiles[0]), "Bluetooth is switched off") {
			t.Errorf("seen %v: %s", seen, app.HTMLString(tiles[0]))
		}
	}
}

// TestStuckIsSaid: where the browser says nothing about Bluetooth any more, every tile says what helps and has the button for
// it, and the sensor is kept as one that was running.
func TestStuckIsSaid(t *testing.T) {
	for _, state := range []sensor.State{sensor.Reconnecting, sensor.Failed} {
		for _, seen := range []bool{true, false} {
			s := SensorView{Key: "strap", Kind: "strap", ID: "id-1", Device: "Strap", Word: "sensor.demo.name", State: state, Fault: sensor.ErrStuck.Code,
				Streams: []StreamView{{Key: "strap-ecg", Signal: access.ECG, Rate: 250, Seen: seen}}}
			html := app.HTMLString(pageWith(t, View{Sensors: []SensorView{s}}).tiles()[0])
			for _, want := range []string{"fault.sensor.stuck", "aggregator.anew"} {
				if !strings.Contains(html, want) {
					t.Errorf("%s, seen %v: no %s in %s", state, seen, want, html)
				}
			}
			if kept := Recall(Keep(View{Sensors: []SensorView{s}})); len(kept) != 1 || !kept[0].Running {
				t.Errorf("%s, seen %v: kept as %+v", state, seen, kept)
			}
		}
	}
}

// TestWithoutBluetooth: where there is none the page says so before anybody presses, offers no button that cannot help, and
// leaves what works.
func TestWithoutBluetooth(t *testing.T) {
	strap := SensorView{Key: "polar", Kind: "polar", Word: "sensor.polar.name", State: sensor.Idle}
	own := SensorView{Key: phone.Key, Kind: phone.Key, Word: "sensor.phone.name", State: sensor.Idle}
	made := SensorView{Key: "demo", Kind: "demo", Word: "sensor.demo.name", Demo: true, State: sensor.Idle}
	p := pageWith(t, View{Sensors: []SensorView{strap, own, made}})
	p.Env.Own = map[string]sensor.Adapter{phone.Key: phone.NewAdapter(&shaken{}, time.Now)}
	for _, lack := range []ble.Lack{ble.Nothing, ble.Other} {
		p.lack = lack
		html := app.HTMLString(p.Render()) + app.HTMLString(p.chooser())
		there := map[string]bool{"connect-polar": lack == ble.Nothing, "add-polar": lack == ble.Nothing, "lacks-bluetooth": lack != ble.Nothing,
			"connect-" + phone.Key: true, "add-" + phone.Key: true, "connect-demo": true, "add-demo": true}
		for id, want := range there {
			if got := strings.Contains(html, `id="`+id+`"`); got != want {
				t.Errorf("lack %q: #%s: %v, want %v", lack, id, got, want)
			}
		}
	}
}

// TestNothingMovesUnderTheFinger: the button that adds a sensor comes with the sensors of before, not in their place.
func TestNothingMovesUnderTheFinger(t *testing.T) {
	p := pageWith(t, View{})
	p.view.Whole = false
	if strings.Contains(app.HTMLString(p.Render()), "add-sensor") {
		t.Error("it is there before what stands before it")
	}
	p.view.Whole = true // with nothing kept as well
	if !strings.Contains(app.HTMLString(p.Render()), "add-sensor") {
		t.Error("it never comes")
	}
}

// TestWhatIsOfferedTakesARow: a sensor nobody has picked yet is a row in one card; once it is somebody's it has a tile,
// also when it waits to be picked again.
func TestWhatIsOfferedTakesARow(t *testing.T) {
	strap := SensorView{Key: "polar", Kind: "polar", Word: "sensor.polar.name", State: sensor.Idle}
	for name, tt := range map[string]struct {
		change func(*SensorView)
		row    bool
	}{
		"never picked":        {func(*SensorView) {}, true},
		"looked for in vain":  {func(s *SensorView) { s.Fault = sensor.ErrCancelled.Code }, true},
		"refused":             {func(s *SensorView) { s.State, s.Fault = sensor.Failed, sensor.ErrUnavailable.Code }, true},
		"waits":               {func(s *SensorView) { s.Waits = true }, false},
		"put away":            {func(s *SensorView) { s.Device = "Polar H10 1234" }, false},
		"being looked for":    {func(s *SensorView) { s.State = sensor.Connecting }, false},
		"lost and not found":  {func(s *SensorView) { s.State, s.Device = sensor.Failed, "Polar H10 1234" }, false},
		"the demo has a tile": {func(s *SensorView) { s.Demo, s.Kind = true, "demo" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := strap
			tt.change(&s)
			p := pageWith(t, View{Sensors: []SensorView{s}})
			html := app.HTMLString(p.Render())
			if got := strings.Contains(html, `id="offers"`); got != tt.row {
				t.Errorf("offered: %v, want %v", got, tt.row)
			}
			if n := strings.Count(html, `id="device-polar"`); n > 1 || tt.row && n != 1 {
				t.Errorf("it is drawn %d times", n)
			}
			if tt.row && s.Fault != "" && !strings.Contains(html, `data-fault="`+s.Fault+`"`) {
				t.Error("what went wrong is not said")
			}
		})
	}
}
