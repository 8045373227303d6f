package aggregator

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/words"
)

// lockTick is how often the rings move while corners are held.
const lockTick = 100 * time.Millisecond

// closeLock locks the screen and fills it, so that the browser's own buttons are out of reach too.
func (p *Page) closeLock(app.Context) {
	p.lock.Close()
	p.panel = ""
	if p.album != nil {
		p.album.setRest(true)
	}
	if !p.Env.Page.IsFullscreen() {
		p.full = true
		p.Env.Page.Fullscreen(true)
	}
	p.focus("lockscreen")
}

// watchLock looks at the lock again and again while something is held.
func (p *Page) watchLock(ctx app.Context) {
	if p.ticking || p.lock.Left(p.Env.Now()) == 0 {
		return
	}
	p.ticking = true
	ctx.After(lockTick, func(ctx app.Context) {
		p.ticking = false
		if p.lock.Tick(p.Env.Now()) {
			p.opened()
			return
		}
		p.watchLock(ctx)
	})
}

func (p *Page) opened() {
	p.album.setRest(false)
	if p.full {
		p.full = false
		p.Env.Page.Fullscreen(false)
	}
	p.focus("lock")
}

// lockScreen lies above the page, which is inert behind it.
func (p *Page) lockScreen() app.UI {
	now := p.Env.Now()
	left, progress := p.lock.Left(now), p.lock.Progress(now)
	title := words.T("aggregator.lock.idle")
	if p.view.Running() {
		title = words.T("aggregator.lock.title")
	}
	counted := ""
	if left > 0 {
		counted = words.T("aggregator.lock.left", "n", strconv.Itoa(left))
	}
	return app.Div().ID("lockscreen").Class("lockscreen").Role("dialog").Aria("modal", "true").Aria("labelledby", "lock-title").
		DataSet("theme", "dark").DataSet("left", left).TabIndex(-1).
		On("keydown", p.lockKey(true), kit.Fresh()).
		On("keyup", p.lockKey(false), kit.Fresh()).
		On("blur", p.refocus).
		On("contextmenu", func(_ app.Context, e app.Event) { e.PreventDefault() }, kit.Fresh()).
		Body(
			p.corner(UpperCorner, "upper", "c-tl", progress),
			p.corner(LowerCorner, "lower", "c-br", progress),
			app.Div().Class("lock-mid").Body(
				kit.Icon("heart", "xl"),
				app.H2().ID("lock-title").Class("t-3xl").Text(title),
				app.P().Class("lead").Text(words.T("aggregator.lock.lead")),
				app.Ul().Class("row wrap gap2 midrow").Body(p.lockChips()...),
				app.P().Class("dim").Text(words.T("aggregator.lock.how")),
				app.P().Class("dim").Body(app.Text(words.T("aggregator.lock.keys")+" "),
					app.Span().Class("nowrap").Body(app.Elem("kbd").Text(words.T("aggregator.lock.ctrl")), app.Text(" + "), app.Elem("kbd").Text(words.T("aggregator.lock.del")))),
				app.P().Class("t-accent strong t-xl num lock-left").Role("status").Text(counted),
			))
}

// refocus gives the keyboard back to the lock when something took it: keys let go elsewhere are never heard of.
func (p *Page) refocus(app.Context, app.Event) {
	p.lock.LetGo(p.Env.Now())
	if p.lock.Locked() {
		p.focus("lockscreen")
	}
}

// lockChips say what goes on behind the lock.
func (p *Page) lockChips() (all []app.UI) {
	for _, s := range p.view.Sensors {
		if !shown(s) {
			continue
		}
		for _, st := range s.Streams {
			state := stateOf(s, st)
			tone, icon := sign(state)
			what := words.T("aggregator.lock.chip", "what", words.T("aggregator.signal."+string(st.Signal)), "state", words.T("aggregator.state."+state))
			all = append(all, app.Li().Class("chip").Class(string(tone)).Body(kit.Icon(icon), app.Text(what)))
		}
	}
	return all
}

// corner is one of the two rings to hold.
func (p *Page) corner(c Corner, name, class string, progress float64) app.UI {
	ring := func(class string) app.HTMLElem {
		return app.Elem("circle").XMLNS("http://www.w3.org/2000/svg").Class(class).Attr("cx", "48").Attr("cy", "48").Attr("r", "40")
	}
	lift := func(ctx app.Context, e app.Event) {
		p.lock.Lift(e.Get("pointerId").Int(), p.Env.Now())
	}
	rings := []app.UI{ring("ring")}
	if progress > 0 {
		rings = append(rings, ring("ring-on").Attr("pathLength", "100").
			Attr("stroke-dasharray", strconv.Itoa(int(progress*100))+" 100").Attr("transform", "rotate(-90 48 48)"))
	}
	return app.Button().ID("corner-"+name).Type("button").Class("corner").Class(class).TabIndex(-1).Aria("label", words.T("aggregator.lock.corner")).
		On("pointerdown", func(ctx app.Context, e app.Event) {
			e.PreventDefault() // the lock keeps the keyboard
			p.lock.Press(c, e.Get("pointerId").Int(), p.Env.Now())
			p.watchLock(ctx)
		}, kit.Fresh()).
		On("pointerup", lift, kit.Fresh()).
		On("pointercancel", lift, kit.Fresh()).
		On("pointerleave", lift, kit.Fresh()).
		Body(
			app.Elem("svg").XMLNS("http://www.w3.org/2000/svg").Attr("viewBox", "0 0 96 96").Attr("aria-hidden", "true").Body(rings...),
			kit.Icon("lock", "lg"))
}

// lockKey tells the lock of its two keys and keeps every other from doing anything.
func (p *Page) lockKey(down bool) app.EventHandler {
	return func(ctx app.Context, e app.Event) {
		var k Key
		switch e.Get("key").String() {
		case "Control":
			k = ControlKey
		case "Delete", "Backspace":
			k = DeleteKey
		default:
			return
		}
		e.PreventDefault()
		if down {
			p.lock.KeyDown(k, p.Env.Now())
			p.watchLock(ctx)
		} else {
			p.lock.KeyUp(k, p.Env.Now())
		}
	}
}
