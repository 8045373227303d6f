// Package aggregator is the page on the patient's tablet: it talks to the sensors, measures, shows a tile each, and
// streams to whom the house permits. Measuring never depends on the house being there.
//
//	Station   sensors, peers and what is sent to whom; no page, no browser
//	Lock      the screen lock against a child's fingers; no clock
//	Page      draws both and passes on what people press
//
// # Hooks for tests
//
//	#tiles                     data-sensors = number of sensors on the page
//	#tile-{stream}             a signal's tile; data-sensor, data-signal ("ecg", "movement"),
//	                           data-state (a sensor.State, or "paused"), data-fault, data-quality
//	#hr-{stream}               data-hr = heart rate shown, "" for none
//	#device-{sensor}           a sensor that is not connected: its tile, or its row in #offers; data-state, data-fault (a code, "" for none),
//	                           data-waits = "true" when it was running before the page was loaded anew
//	#about-{sensor}            what a connected device tells of itself; data-firmware, data-notes
//	#true-hr-{sensor}          the demo's true heart rate; data-true-hr
//	#connect-, #disconnect-, #again-, #remove-{sensor}; #pause-{stream}; #story-{sensor}
//	#trouble-{sensor}-{trouble}, such as #trouble-demo-link-loss
//	#add-sensor, #add-{kind}   the chooser
//	#lacks-bluetooth           in #offers where there is none, with data-why (a ble.Lack); #lacks-bluetooth-add in the chooser
//	#who                       data-shares = number of streams; opens #who-list
//	#share-{share}             data-state (an rtc.State), data-signals; #stop-{share} ends it
//	#wake                      data-held = "true" while the screen is kept on
//	#house-away                there while the server is away
//	#lock, #lockscreen, #corner-upper, #corner-lower; #lockscreen has data-left while both corners are held
//
// A stream's key is the sensor's with its signal: "demo-ecg", "demo-movement".
package aggregator

import (
	"context"
	"hash/fnv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/sensor"
	"hearth/shared/words"
	"hearth/wasm/ble"
	"hearth/wasm/rtc"
	"hearth/wasm/sound"
)

// Page is the aggregator.
type Page struct {
	app.Compo
	Env *frame.Env

	station *Station
	album   *album
	view    View
	lock    Lock
	ticking bool     // a look at the lock is planned
	lack    ble.Lack // why there is no Bluetooth here
	panel   string   // the dialog that is open: "who", "add", "help" or none
	help    helping
	full    bool // the lock filled the screen, and gives it back

	focus     func(id string) // moves the keyboard once what is being drawn stands
	stops     []func()
	measuring func() // ends Env.Measuring; nil while nothing runs
	kept      string // as last written down
	spoken    string // for screen readers
	spokenAt  time.Time
	gone      bool
}

// OnMount asks who is signed in and opens the station. Without an answer the page measures all the same.
func (p *Page) OnMount(ctx app.Context) {
	p.stops = append(p.stops, p.Env.Follow(ctx, func(app.Context, remote.View) {}))
	// What was pressed is often gone when the focus has to move, so the page itself sees to it.
	p.focus = func(id string) {
		ctx.Dispatch(func(ctx app.Context) { ctx.Defer(func(app.Context) { p.Env.Page.Focus(id) }) })
	}
	p.Env.LoadMe(ctx, p.open)
}

func (p *Page) open(ctx app.Context) {
	if p.gone || p.station != nil {
		return
	}
	p.Env.Page.SetTitle(p.title())
	p.lack = ble.Missing()
	p.album = openAlbum()
	p.station = Open(Options{
		House:   p.Env.Live,
		Connect: func(c context.Context, o rtc.Options) Peer { return rtc.Start(c, o) },
		Maker:   p.Env.Peers,
		Relayed: p.Env.Maker(true),
		Radio:   p.Env.Radio,
		Own:     p.Env.Own,
		Drivers: Drivers(p.Env.Me().Demo),
		Now:     p.Env.Now,
		Seed:    Seed(p.Env.Page.Slot() + string(p.Env.Me().ID)),
		Show:    func(v View) { ctx.Dispatch(func(ctx app.Context) { p.seen(v) }) },
		Frames:  p.album.show,
	})
	p.stops = append(p.stops, p.Env.Page.OnNetwork(p.station.NetworkChanged), p.Env.Page.OnVisible(func(visible bool) {
		if visible {
			p.station.Awake()
		}
	}))
	p.kept = p.Env.Page.Kept(p.keptAs())
	kept := Recall(p.kept)
	if p.kept == "" { // a tablet's first time: every sensor people wear
		for _, d := range Drivers(p.Env.Me().Demo) {
			if key := d.Describe().Key; p.Env.Own[key] == nil { // what a page brings itself is added by choice
				kept = append(kept, Kept{Kind: key})
			}
		}
	}
	p.station.Restore(kept)
}

// Seed makes every patient's demo another person, the same one each time.
func Seed(of string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(of))
	return h.Sum64()
}

// keptAs keeps the accounts of one browser apart.
func (p *Page) keptAs() string { return "sensors." + p.Env.Page.Slot() }

// OnDismount ends everything OnMount began.
func (p *Page) OnDismount() {
	p.gone = true
	for _, stop := range p.stops {
		stop()
	}
	p.Env.Wake.Release()
	if p.measuring != nil {
		p.measuring()
	}
	if p.station != nil {
		p.album.close()
		go p.station.Close() // says goodbye for a moment; nothing here is left to wait for it
	}
}

// seen takes in a new view of the station.
func (p *Page) seen(v View) {
	if p.gone {
		return
	}
	if worse(p.view, v) {
		p.Env.Sound.Play(sound.Notice) // the screen may be locked, and nobody looking
	}
	p.view = v
	p.help.see(v)
	switch running := v.Running(); {
	case running && p.measuring == nil:
		p.measuring = p.Env.Measuring()
		p.Env.Wake.Hold()
	case !running && p.measuring != nil:
		p.measuring()
		p.measuring = nil
		p.Env.Wake.Release()
	}
	if text := Keep(v); text != p.kept && v.Whole { // before, what was kept must not be written over
		p.kept = text
		p.Env.Page.Keep(p.keptAs(), text)
	}
	if now := p.Env.Now(); now.Sub(p.spokenAt) >= 10*time.Second {
		p.spoken, p.spokenAt = sentence(v), now
	}
}

// worse reports whether a sensor lost its link since before.
func worse(before, now View) bool {
	for _, s := range now.Sensors {
		for _, b := range before.Sensors {
			if s.Key == b.Key && b.State == sensor.Streaming && s.State == sensor.Reconnecting {
				return true
			}
		}
	}
	return false
}

// connect starts a sensor. A browser plays no tone before somebody has pressed something, so it is asked here.
func (p *Page) connect(key string) func(app.Context) {
	return func(app.Context) {
		p.Env.Sound.Unlock()
		p.station.Connect(key)
	}
}

// Render draws the bar, what must be said, and the tiles; the lock lies above all of it.
func (p *Page) Render() app.UI {
	behind := app.Div().Class("agg-behind")
	if p.lock.Locked() {
		behind = behind.Attr("inert", "true")
	}
	parts := []app.UI{behind.Body(
		frame.Skip(),
		p.bar(),
		app.Main().ID("main").Class("agg-main").TabIndex(-1).Body(
			app.Div().Class("stack gap2 agg-notes").Body(p.notes()...),
			app.Div().ID("tiles").Class("agg-grid").DataSet("sensors", len(p.view.Sensors)).Body(p.tiles()...),
			app.P().Class("sr").Role("status").Text(p.spoken),
		),
	)}
	switch {
	case p.lock.Locked():
		parts = append(parts, p.lockScreen())
	case p.panel == "who":
		parts = append(parts, p.who())
	case p.panel == "add":
		parts = append(parts, p.chooser())
	case p.panel == "help":
		parts = append(parts, p.helpPanel())
	}
	return app.Div().Class("agg").Body(parts...)
}

// sentence is what a screen reader hears, every ten seconds at most.
func sentence(v View) string {
	var said []string
	for _, s := range v.Sensors {
		for _, st := range s.Streams {
			if !shown(s) {
				continue
			}
			part := words.T("aggregator.signal."+string(st.Signal)) + ": " + words.T("aggregator.state."+stateOf(s, st))
			if st.HR > 0 {
				part += ", " + words.T("aggregator.hr", "n", number(st.HR))
			}
			if st.Quality != Unknown {
				part += ", " + words.T("aggregator.quality."+string(st.Quality))
			}
			said = append(said, part+".")
		}
	}
	return strings.Join(said, " ")
}
