package visitor

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
)

// waiting is the waiting room: who knows, how long it may be, what staff wrote, what is on, and something calm.
func (p *Page) waiting() []app.UI {
	return []app.UI{
		p.breath(),
		heading(p.knows()),
		lead(p.whenWord()),
		kit.Slot(p.unseen()...),
		kit.Slot(p.ahead()...),
		kit.Slot(p.away()...),
		kit.Slot(p.bubbles()...),
		p.owns(),
		p.writing(),
		p.tip(),
		app.P().Class("center").Body(kit.Button{ID: "other-device", Word: say("device"), Icon: "device", Class: "accent small", Press: p.askCode}.Draw()),
		p.late(WaitRoom),
	}
}

// knows says who knows that the guest waits; when nobody does who was sent a notice, or where they stand.
func (p *Page) knows() string {
	host := p.att.Host != ""
	switch {
	case p.att.Told == care.ToldHost && host:
		return say("wait.title", "name", p.att.Host)
	case p.att.Told.Knows():
		return say("wait.title.clinic")
	case p.att.Told == care.SentHost && host:
		return say("wait.sent", "name", p.att.Host)
	case p.att.Told != care.ToldNobody:
		return say("wait.sent.clinic")
	case host:
		return say("wait.list", "name", p.att.Host)
	}
	return say("wait.list.clinic")
}

// unseenAfter is how long nobody may know of somebody who comes before they read so: pages of staff hear of them within a second.
const unseenAfter = 4 * time.Second

// nobody reports whether nobody knows that the guest waits, for more than a moment.
func (p *Page) nobody() bool {
	step, since := p.way.Step()
	return step == WaitRoom && p.known && !p.att.Told.Knows() && p.now().Sub(since) >= unseenAfter
}

// unseen says that nobody knows yet, and offers the telephone at once.
func (p *Page) unseen() []app.UI {
	if !p.nobody() {
		return nil
	}
	parts := []app.UI{kit.Note(kit.Info, "clock", app.P().Text(say("wait.nobody")))}
	if !p.way.Late(p.now()) { // else it stands below
		parts = append(parts, p.phone())
	}
	return []app.UI{app.Div().ID("unseen").Class("wide stack gap3").Body(parts...)}
}

// whenWord says when it will be, and all there is to do until then.
func (p *Page) whenWord() string {
	left := p.att.Start.Sub(p.houseNow())
	switch minutes := int((left + time.Minute - 1) / time.Minute); {
	case p.att.Late > 0:
		return say("wait.late", "name", p.host(), "n", strconv.Itoa(p.att.Late)) + " " + say("wait.keep")
	case minutes > 0 && !p.att.Start.IsZero():
		return p.count("wait.early", minutes) + " " + say("wait.keep")
	case p.nobody():
		return say("wait.keep")
	}
	return say("wait.soon", "name", p.host()) + " " + say("wait.keep")
}

// ahead says how many wait longer at the same open door.
func (p *Page) ahead() []app.UI {
	if p.att.Ahead == 0 {
		return nil
	}
	return []app.UI{app.P().ID("ahead").Class("dim").Text(p.count("wait.ahead", p.att.Ahead))}
}

// aheadAgain is how often the number of those ahead is asked for: nobody is told that somebody else was let in.
const aheadAgain = 15 * time.Second

// moves asks now and then how many are ahead, as long as somebody is.
func (p *Page) moves(ctx app.Context) {
	if step, _ := p.way.Step(); step == WaitRoom && p.att.Ahead > 0 && p.now().Sub(p.aheadAt) >= aheadAgain {
		p.aheadAt = p.now()
		p.load(ctx)
	}
}

// away says that the house is not there for the moment.
func (p *Page) away() []app.UI {
	if !p.Env.Away() {
		return nil
	}
	return []app.UI{app.Div().ID("house-away").Class("wide").Body(kit.Alert(kit.Warn, "wifi-0", say("wait.away")))}
}

// breath is a circle that breathes slowly around the own picture; it rests when less motion is wanted.
func (p *Page) breath() app.UI {
	picture := fine(p.check.Ready.Camera) && !p.dark()
	return app.Div().Class("visitor-breath").Body(
		app.Span().Aria("hidden", "true"), app.Span().Aria("hidden", "true"), app.Span().Aria("hidden", "true"),
		app.Div().Class("visitor-breath-self").Body(
			p.look("self-wait-video", !picture),
			app.If(!picture, func() app.UI { return kit.Icon("smile", "xl") })))
}

// owns says what is on, and switches it.
func (p *Page) owns() app.UI {
	var list []app.UI
	toggle := func(id, icon, off string, on bool, press func(app.Context)) {
		key := id + ".on"
		if !on {
			key, icon = id+".off", off
		}
		chip := app.Button().ID("own-"+id).Type("button").Class("chip visitor-own").Aria("pressed", strconv.FormatBool(on)).
			OnClick(func(ctx app.Context, _ app.Event) { press(ctx) }, kit.Fresh()).Body(kit.Icon(icon), app.Text(say(key)))
		if on {
			chip = chip.Class("is-live")
		}
		list = append(list, app.Li().Body(chip))
	}
	if fine(p.check.Ready.Camera) {
		toggle("camera", "camera", "camera-off", !p.dark(), p.toggleCamera)
	}
	if fine(p.check.Ready.Mic) {
		toggle("mic", "mic", "mic-off", !p.muted(), p.toggleMic)
	}
	if len(list) == 0 {
		list = append(list, app.Li().Body(kit.Chip(kit.Plain, "eye", say("own.listening"))))
	}
	if !fine(p.check.Ready.Camera) || !fine(p.check.Ready.Mic) {
		list = append(list, app.Li().Body(kit.Button{ID: "check-again", Word: say("own.check"), Icon: "refresh", Class: "small", Press: p.checkAgain}.Draw()))
	}
	if p.senses() {
		list = append(list, app.Li().Body(p.sensorChip()))
	}
	return app.Ul().ID("owns").Class("row wrap gap2 midrow").Aria("label", say("owns")).Body(list...)
}

// writing is a question to the staff; it lies folded, because nobody has to.
func (p *Page) writing() app.UI {
	return app.Details().ID("write").Class("wide visitor-write").Body(
		app.Summary().Class("tapline").Body(kit.Icon("message", "sm"), app.Text(say("write"))),
		app.Form().Class("stack gap2").OnSubmit(p.send, kit.Fresh()).Body(
			app.Label().Class("sr").For("write-text").Text(say("write.label")),
			app.Textarea().ID("write-text").Class("input").MaxLength(care.MaxLine).Rows(2).Text(p.draft).OnInput(p.typed, kit.Fresh()),
			app.Button().ID("write-send").Type("submit").Class("btn line").Body(app.Text(say("write.send")))))
}

// tips are what helps before a visit, one at a time and none by itself.
var tips = []string{"place", "light", "water", "who"}

func (p *Page) tip() app.UI {
	name := tips[p.tips%len(tips)]
	return app.Section().ID("tip").DataSet("tip", name).Class("visitor-tip").Aria("label", say("tips")).Body(
		kit.Drawing("wait-"+name, say("tip."+name+".picture")),
		app.Div().Class("stack gap1 grow").Body(
			app.P().Class("strong").Text(say("tip."+name)), app.P().Class("small dim").Text(say("tip."+name+".how")),
			app.P().Body(kit.Button{ID: "tip-next", Word: say("tip.next"), Icon: "arrow-right", Class: "small accent", Press: func(app.Context) { p.tips++ }}.Draw())))
}
