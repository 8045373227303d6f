package stage

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Whole draws a call that fills its page: pictures, controls, and the panel beside them, or above them where it is narrow.
func (s *Stage) Whole() app.UI {
	return app.Div().Class("call-page").DataSet("beside", s.panel != noPanel).Body(s.Tiles(), s.Panel(), s.Typing(), s.Bar(), s.Told(), s.Front())
}

// Tiles draws the pictures. Every place is there from the beginning and stays where it is in the tree, because a video
// element that moves loses its picture; only the styles say where a place is seen.
func (s *Stage) Tiles() app.UI {
	roles := s.shape.roles(s.view)
	people := map[int]*Person{0: &s.view.Me}
	for _, p := range s.view.others() {
		people[p.Place] = p
	}
	var list []app.UI
	for place := range Places {
		list = append(list, s.tile(people[place], shot{place: place}, roles))
	}
	for place := range Places {
		list = append(list, s.tile(people[place], shot{place, true}, roles))
	}
	return app.Section().ID("stage").Class("stage").Aria("label", say("pictures")).
		DataSet("layout", string(s.shape.layout)).DataSet("here", len(people)).
		DataSet("strip", count(roles, Strip)).DataSet("cells", count(roles, Cell)).
		Body(append(list, kit.Slot(s.alone()...), kit.Slot(s.caption()...), kit.Slot(s.tap()...), kit.Slot(s.closing()...), kit.Slot(s.second()...), kit.Slot(s.wrong()...), kit.Slot(s.near()...))...)
}

// tile is one place. What is in it stands always in the same order.
func (s *Stage) tile(p *Person, at shot, roles map[shot]Role) app.UI {
	role, name := roles[at], id("tile-", at.place)
	if p == nil {
		p = &Person{}
	}
	video := app.Video().ID(Camera(at.place)).Class("shot-video").AutoPlay(true).Attr("playsinline", true).Attr("disablepictureinpicture", s.Acts.Float == nil)
	if at.screen {
		name = id("screen-", at.place)
		video = video.ID(Screen(at.place)).Class("screen")
	}
	if p.Mirror && !at.screen {
		video = video.Class("mirror")
	}
	if at.place == 0 || at.screen {
		video = video.Muted(true)
	}
	dark := !at.screen && !p.Picture
	box := app.Div().ID(name).Class("shot").DataSet("role", string(role)).DataSet("dark", strconv.FormatBool(dark))
	if role == Nowhere {
		return box.Hidden(true).Body(video)
	}
	box = box.DataSet("member", string(p.ID)).DataSet("state", string(p.State)).DataSet("mic", strconv.FormatBool(p.Mic)).DataSet("talks", strconv.FormatBool(p.Talks && p.Mic)).
		Role("group").Aria("label", s.spoken(p, at.screen))
	return box.Hidden(false).Body(video, kit.Slot(face(p, dark)...), kit.Slot(s.plate(p, at.screen)...), kit.Slot(s.marks(p, at.screen, role)...), kit.Slot(s.enlarge(p, at, role)...))
}

// face stands where there is no picture.
func face(p *Person, dark bool) []app.UI {
	if !dark {
		return nil
	}
	return []app.UI{app.Span().Class("shot-face").Aria("hidden", "true").Text(kit.Initials(p.Name))}
}

// plate is the name, with the microphone before it.
func (s *Stage) plate(p *Person, screen bool) []app.UI {
	icon, word := "mic", s.called(p)
	switch {
	case screen:
		icon, word = "screen", say("screen.of", "name", p.Name)
	case !p.Mic:
		icon = "mic-off"
	}
	return []app.UI{app.Span().Class("shot-name").Body(kit.Icon(icon, "xs"), span("cut", word))}
}

// called is how somebody is called here.
func (s *Stage) called(p *Person) string {
	if p.Place == 0 {
		return say("you")
	}
	return p.Name
}

// spoken is a tile in a sentence.
func (s *Stage) spoken(p *Person, screen bool) string {
	if screen {
		return say("screen.of", "name", p.Name)
	}
	line := s.called(p)
	for _, m := range s.signs(p) {
		line += ", " + m.word
	}
	return line
}

// sign is a state in an icon and a word.
type sign struct {
	tone       kit.Tone
	icon, word string
}

// signs are what is to be known of somebody, what matters most first.
func (s *Stage) signs(p *Person) (list []sign) {
	add := func(when bool, tone kit.Tone, icon, word string) {
		if when {
			list = append(list, sign{tone, icon, word})
		}
	}
	add(p.State == Joining, kit.Info, "link", say("state.joining"))
	add(p.State == Mending, kit.Warn, "refresh", since("state.mending", p.Since))
	add(p.State == Away, kit.Warn, "refresh", since("state.away", p.Since))
	add(p.Side == "ours", kit.Warn, "wifi-1", say("state.ours"))
	add(p.Side == "theirs", kit.Warn, "wifi-1", say("state.theirs"))
	add(p.Hand, kit.Accent, "hand", say("state.hand"))
	add(p.Held, kit.Warn, "phone", say("state.held"))
	add(p.Asleep, kit.Warn, "moon", say("state.asleep"))
	add(p.Thin, kit.Warn, "wifi-1", say("state.thin"))
	add(p.Blind && p.State == Here && p.Side == "", kit.Warn, "camera-off", say("state.blind"))
	add(!p.Mic && p.State != Joining, kit.Plain, "mic-off", say("state.muted"))
	return list
}

// since says a state with the time it began; without one, only the state.
func since(key string, at time.Time) string {
	if at.IsZero() {
		return say(key)
	}
	return say(key+".since", "time", at.Local().Format("15:04"))
}

// marks draws the signs, and on a large picture how good the connection is.
func (s *Stage) marks(p *Person, screen bool, role Role) []app.UI {
	if screen {
		return nil
	}
	var list []app.UI
	for _, m := range s.signs(p) {
		list = append(list, badge(m))
	}
	box := []app.UI{div("shot-signs", list...)}
	if p.Place != 0 && role != Corner && p.State == Here && p.Quality > 0 {
		box = append(box, s.qualityButton(p, "shot-quality"))
	}
	return box
}

// enlarge lies over a picture: a press makes it the large one.
func (s *Stage) enlarge(p *Person, at shot, role Role) []app.UI {
	if len(s.view.Others) == 0 || role == Big && !s.shape.pins {
		return nil
	}
	word := say("enlarge", "name", s.called(p))
	if s.shape.pins && s.shape.pinned == at {
		word = say("shrink", "name", s.called(p))
	}
	return []app.UI{app.Button().Type("button").Class("shot-press").Aria("label", word).
		OnClick(func(app.Context, app.Event) { s.shape.pin(at) }, kit.Fresh())}
}

// alone says what happens while nobody else is there.
func (s *Stage) alone() []app.UI {
	if len(s.view.Others) > 0 {
		return nil
	}
	word := "alone"
	if s.view.Full {
		word = "full"
	}
	return []app.UI{app.P().ID("alone").Class("stage-alone").Text(say(word))}
}

// caption is the line somebody typed last, or a service made: a machine mishears, so it says that it is one.
func (s *Stage) caption() []app.UI {
	c := s.view.Caption
	if c.Text == "" {
		return nil
	}
	var line []app.UI
	if c.Name != "" {
		line = append(line, span("small", c.Name+": "))
	}
	text := app.Span().Text(c.Text)
	if c.Language != "" {
		text = text.Lang(c.Language).Dir("auto")
	}
	line = append(line, text)
	if c.Service != "" {
		line = append(line, div("stage-made", kit.Badge(kit.Warn, "caption", say("caption.made", "name", c.By)), s.captionOff(c.Service)))
	}
	return []app.UI{app.Div().ID("caption").DataSet("service", string(c.Service)).Class("stage-caption").Role("status").Body(line...)}
}

// captionOff stops a service's captions where one reads them, for staff.
func (s *Stage) captionOff(service care.ServiceID) app.UI {
	if s.Acts.Captioner == nil {
		return app.Text("")
	}
	return button("caption-off", say("captioner.stop"), "x", "line small", func(ctx app.Context) { s.Acts.Captioner(ctx, service, true) })
}

// writers are the services that write captions here, each with how to stop it or let it go on.
func (s *Stage) writers() []app.UI {
	if s.Acts.Captioner == nil || len(s.view.Writers) == 0 {
		return nil
	}
	list := []app.UI{strong("", say("captioners"))}
	for _, c := range s.view.Writers {
		service, stop, at := c.Service, !c.Stopped, "captioner-"+string(c.Service)
		state, key, icon := say("captioner.on"), "captioner.stop", "x"
		if c.Stopped {
			state, key, icon = say("captioner.off"), "captioner.go-on", "play"
		}
		list = append(list, app.Div().ID(at).DataSet("stopped", c.Stopped).Class("row gap2 wrap").Body(div("grow stack gap0", strong("cut", c.Name), span("small dim", state)),
			kit.Button{ID: at + "-stop", Word: say(key), Icon: icon, Class: "line small", Label: say(key) + ": " + c.Name,
				Press: func(ctx app.Context) { s.Acts.Captioner(ctx, service, stop) }}.Draw()))
	}
	return []app.UI{div("card sunk stack gap2", list...)}
}

// tap is the one big button when a finger is needed.
func (s *Stage) tap() []app.UI {
	if s.view.Tap == NoTap || s.Acts.Tapped == nil {
		return nil
	}
	icon := map[Tap]string{TapSound: "speaker", TapResume: "play"}[s.view.Tap]
	return []app.UI{app.Div().ID("tap").DataSet("tap", string(s.view.Tap)).Class("stage-tap").Body(
		kit.Button{Word: say("tap." + string(s.view.Tap)), Icon: icon, Class: "primary big", Press: s.Acts.Tapped}.Draw())}
}

// closing says that the visit ends for everybody, and offers staff to take it back.
func (s *Stage) closing() []app.UI {
	n := s.view.Closing
	if n <= 0 {
		return nil
	}
	body := []app.UI{strong("grow", words2("closing", n))}
	if s.Acts.Close != nil {
		body = append(body, kit.Button{ID: "closing-undo", Word: say("closing.undo"), Icon: "undo", Class: "line small", Busy: s.view.GoingOn,
			Press: func(ctx app.Context) { s.Acts.Close(ctx, false) }}.Draw())
	}
	return []app.UI{app.Div().ID("closing").DataSet("seconds", n).Class("stage-closing").Body(body...)}
}

// second says that another page of the same person is the one that is heard, and offers to change that.
func (s *Stage) second() []app.UI {
	if !s.view.Second || s.Acts.Use == nil {
		return nil
	}
	return []app.UI{app.Div().ID("second").Class("stage-closing").Role("status").Body(strong("grow", say("second")),
		button("second-use", say("second.use"), "speaker", "line small", s.Acts.Use))}
}

// near says that somebody else of the visit may be in the same room, where two devices howl, and what helps. Whoever has read it is
// told no more, and who is silent here needs nothing. What is more urgent stands in the same place, and goes first.
func (s *Stage) near() []app.UI {
	v := s.view
	if !v.Near || s.apart || !v.Me.Mic || len(v.Others) == 0 || s.Acts.Mic == nil || v.Second || v.Closing > 0 || len(s.wrong()) > 0 {
		return nil
	}
	return []app.UI{app.Div().ID("near").Class("stage-closing stage-near").Role("status").Body(app.P().Class("small grow").Text(say("near")),
		button("near-mute", say("near.mute"), "mic-off", "line small", func(ctx app.Context) { s.apart = true; s.Acts.Mic(ctx, false) }),
		sign1("near-shut", "x", words1("close"), func(app.Context) { s.apart = true }))}
}

// wrong says what somebody tried and did not work, until they have read it or try again. Who hears the page is told by Told.
func (s *Stage) wrong() []app.UI {
	said := s.view.Wrong
	if said == "" || said == s.hushed {
		return nil
	}
	return []app.UI{div1("wrong", "stage-closing stage-wrong", kit.Icon("warning", "sm"), strong("grow", said),
		sign1("wrong-shut", "x", words1("close"), func(app.Context) { s.hushed = said }))}
}

// quality is one word for how good a connection is.
func quality(q int) (key string, tone kit.Tone, icon string) {
	switch {
	case q >= 4:
		return "best", kit.Live, "wifi-3"
	case q == 3:
		return "good", kit.Live, "wifi-3"
	case q == 2:
		return "fair", kit.Warn, "wifi-2"
	}
	return "poor", kit.Bad, "wifi-1"
}

// qualityButton says it, and when pressed why, and what helps.
func (s *Stage) qualityButton(p *Person, class string) app.UI {
	key, tone, icon := quality(p.Quality)
	who := p.ID
	return app.Button().Type("button").Class(class).DataSet("quality", p.Quality).Aria("haspopup", "dialog").
		Aria("label", say("quality.of", "name", p.Name, "word", say("quality."+key))).
		OnClick(func(app.Context, app.Event) { s.open(qualityDialog, who) }, kit.Fresh()).
		Body(kit.Chip(tone, icon, say("quality."+key)))
}

// open puts a dialog in front, about somebody or nobody.
func (s *Stage) open(d dialog, about live.MemberID) { s.dialog, s.about = d, about }
