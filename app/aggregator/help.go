package aggregator

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/sensor"
	"hearth/shared/words"
)

// Hooks for tests: #help-{stream}, #help-{sensor} and #help-add open the help; in it #help-contact (data-contact),
// #help-steps (data-snag), each step with data-step, #help-close.

// helpSteps are what one can do, in the order of putting a strap on.
var helpSteps = []string{"wet", "place", "wake", "near", "alone", "battery", "firmware"}

// snag is what is wrong with a sensor, as far as hands can mend it.
type snag string

const (
	noSnag      snag = ""
	contactSnag snag = "contact"  // on, and no usable heart signal
	asleepSnag  snag = "asleep"   // not found, or not yet
	farSnag     snag = "far"      // the link broke
	takenSnag   snag = "taken"    // another program has it
	emptySnag   snag = "emptying" // the battery
)

// helpFirst are the steps that most likely mend a snag.
var helpFirst = map[snag][]string{
	contactSnag: {"wet", "place"},
	asleepSnag:  {"wake", "near", "alone", "battery"},
	farSnag:     {"near", "wake", "battery"},
	takenSnag:   {"alone", "near"},
	emptySnag:   {"battery"},
}

// helping is the help that is open, or was last.
type helping struct {
	sensor string // key; "" = nobody has a sensor yet
	snag   snag   // the last one there was: steps do not jump about once all is well
}

// lowBattery is the share, in per cent, from which on people are told.
const lowBattery = 20

func snagOf(s SensorView) snag {
	switch {
	case stuck(s): // nothing at the strap can mend that
		return noSnag
	case s.State != sensor.Streaming && s.Fault == sensor.ErrBusy.Code:
		return takenSnag
	case s.State == sensor.Connecting:
		return asleepSnag
	case s.State == sensor.Reconnecting:
		return farSnag
	case s.State != sensor.Streaming && s.Fault == sensor.ErrLost.Code:
		return farSnag
	case s.State != sensor.Streaming && s.Fault != "", s.State == sensor.Failed:
		return asleepSnag
	case contactOf(s) == "none" || contactOf(s) == "weak":
		return contactSnag
	case s.Battery >= 0 && s.Battery <= lowBattery:
		return emptySnag
	}
	return noSnag
}

// steps are all steps, those first that mend the snag.
func (s snag) steps() []string {
	all := slices.Clone(helpFirst[s])
	for _, step := range helpSteps {
		if !slices.Contains(all, step) {
			all = append(all, step)
		}
	}
	return all
}

// contactOf is how well the strap touches the skin, as a key of words.
func contactOf(s SensorView) string {
	switch s.State {
	case sensor.Connecting, sensor.Reconnecting:
		return "searching"
	case sensor.Streaming:
		for _, st := range s.Streams {
			if st.Signal == access.ECG {
				return map[Quality]string{Good: "good", Fair: "good", Poor: "weak", NoContact: "none", Unknown: "checking", Invalid: "checking"}[st.Quality]
			}
		}
	}
	return "off"
}

// onStrap reports whether a sensor is one on a strap.
func onStrap(s SensorView) bool {
	return len(s.Streams) == 0 || slices.ContainsFunc(s.Streams, func(st StreamView) bool { return st.Signal == access.ECG })
}

// offersHelp reports whether a signal's tile offers the help: one tile of a sensor, while something is wrong that does
// not pass by itself.
func offersHelp(s SensorView, st StreamView) bool {
	first := slices.IndexFunc(s.Streams, func(st StreamView) bool { return st.Signal == access.ECG })
	if first < 0 || s.Streams[first].Key != st.Key {
		return false
	}
	if s.State == sensor.Streaming && contactOf(s) == "weak" {
		return s.Streams[first].Weak
	}
	return snagOf(s) != noSnag
}

// helpButton opens the help for a sensor, "" for none.
func (p *Page) helpButton(id, key string) app.UI {
	b := kit.Button{ID: "help-" + id, Icon: "help", Word: words.T("aggregator.help"), Class: "line small", Press: func(app.Context) {
		p.help, p.panel = helping{sensor: key}, "help"
		p.help.see(p.view)
	}}
	if s, there := p.view.sensor(key); there {
		b.Label = words.T("aggregator.help.label", "name", nameOf(s))
	}
	return b.Draw()
}

// see takes in what is wrong now.
func (h *helping) see(v View) {
	if s, there := v.sensor(h.sensor); there {
		if now := snagOf(s); now != noSnag {
			h.snag = now
		}
	}
}

func (v View) sensor(key string) (SensorView, bool) {
	i := slices.IndexFunc(v.Sensors, func(s SensorView) bool { return s.Key == key })
	if i < 0 {
		return SensorView{}, false
	}
	return v.Sensors[i], true
}

// helpBack is where the keyboard goes after the help: to its button, or to what took its place.
func (p *Page) helpBack() string {
	s, there := p.view.sensor(p.help.sensor)
	switch {
	case !there && slices.ContainsFunc(p.view.Sensors, offered):
		return "help-offers"
	case !there:
		return "add-sensor"
	case offered(s) || !shown(s) && s.Demo:
		return "connect-" + s.Key
	case !shown(s):
		return "help-" + s.Key
	}
	for _, st := range s.Streams {
		if offersHelp(s, st) {
			return "help-" + st.Key
		}
	}
	if len(s.Streams) > 0 {
		return "disconnect-" + s.Streams[0].Key
	}
	return "add-sensor"
}

// helpPanel is the help at the strap.
func (p *Page) helpPanel() app.UI {
	s, there := p.view.sensor(p.help.sensor)
	body := []app.UI{ // the keyboard begins at the top, not at the first button, which is the last thing here
		app.P().ID("help-lead").Class("dim").TabIndex(-1).Attr("autofocus", "true").Text(words.T("aggregator.help.steps"))}
	if there {
		body = append(body, p.contactLine(s))
	}
	var steps []app.UI
	for i, step := range p.help.snag.steps() {
		steps = append(steps, helpStep(step, s, there, i == 0 && p.help.snag != noSnag))
	}
	body = append(body,
		app.Ol().ID("help-steps").Class("help-steps stack gap4").DataSet("snag", p.help.snag).Body(steps...),
		app.P().Class("small dim").Text(words.T("aggregator.help.still")))
	closing := func(ctx app.Context) { p.hide(p.helpBack())(ctx) }
	return &kit.Dialog{Title: words.T("aggregator.help.title"), Body: body, Cancel: closing,
		Acts: []app.UI{kit.Button{ID: "help-close", Word: words.T("app.close"), Class: "line", Press: closing}.Draw()}}
}

// contactLine says at once whether it works; a screen reader hears it every ten seconds at most.
func (p *Page) contactLine(s SensorView) app.UI {
	contact := contactOf(s)
	tone, icon := kit.Warn, "warning"
	switch contact {
	case "good":
		tone, icon = kit.Live, "check"
	case "searching", "checking":
		tone, icon = kit.Info, "search"
	case "off":
		tone, icon = kit.Plain, "minus"
	}
	said, help := words.T("aggregator.help.contact."+contact), words.T("aggregator.help.contact."+contact+".help")
	return app.Div().ID("help-contact").Class("help-contact").DataSet("contact", contact).Body(
		kit.Note(tone, icon, app.P().Class("strong").Text(said), app.P().Class("small").Text(help)),
		&polite{Text: said, Now: p.Env.Now})
}

func helpStep(step string, s SensorView, there, first bool) app.UI {
	key := "aggregator.help." + step
	text := []app.UI{app.H3().Text(words.T(key)), app.P().Text(words.T(key + ".how"))}
	switch {
	case !there:
	case step == "battery" && s.Battery >= 0:
		text = append(text, app.P().Class("strong").Text(words.T("aggregator.help.battery.left", "n", number(s.Battery))))
	case step == "firmware" && s.About.Firmware != "":
		text = append(text, app.P().Class("strong").Text(words.T("aggregator.firmware", "version", s.About.Firmware)))
	}
	li := app.Li().Class("help-step").DataSet("step", step)
	if first {
		li = li.Class("first")
		text = append([]app.UI{app.P().Class("row").Body(kit.Badge(kit.Info, "arrow-right", words.T("aggregator.help.first")))}, text...)
	}
	return li.Body(kit.Drawing("strap-"+step, words.T(key+".picture")), app.Div().Class("stack gap1").Body(text...))
}

// pause is how long a screen reader is left alone after it was told something.
const pause = 10 * time.Second

// polite tells a screen reader what changes, in its own time. What came and went meanwhile is left out.
type polite struct {
	app.Compo
	Text string
	Now  func() time.Time

	said   string
	at     time.Time
	waits  bool
	closed bool
}

// OnMount begins to tell, once the reader has noticed that there is something to listen to.
func (l *polite) OnMount(ctx app.Context) { l.OnUpdate(ctx) }

// OnUpdate tells the new text, or plans to.
func (l *polite) OnUpdate(ctx app.Context) {
	if left := l.tell(l.Now()); left > 0 && !l.waits {
		l.waits = true
		ctx.After(left, func(ctx app.Context) {
			l.waits = false
			if !l.closed {
				l.OnUpdate(ctx)
				ctx.Update()
			}
		})
	}
}

// OnDismount ends it.
func (l *polite) OnDismount() { l.closed = true }

// tell says the text now, or returns how long that has to wait.
func (l *polite) tell(now time.Time) time.Duration {
	if l.said == l.Text {
		return 0
	}
	if left := pause - now.Sub(l.at); left > 0 {
		return left
	}
	l.said, l.at = l.Text, now
	return 0
}

// Render draws it, for a screen reader only.
func (l *polite) Render() app.UI { return app.P().Class("sr").Role("status").Text(l.said) }
