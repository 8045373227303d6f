package stage

import (
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/live"
)

// control is one control of the bar: an icon over a word.
type control struct {
	id, icon, word string
	key            string // that presses it
	label          string // for a screen reader, where the word says too little
	class          string
	on             *bool
	count          int
	press          func(app.Context)
}

// Bar draws the controls. Which of them a narrow bar leaves out the styles say; all of those are under "More".
func (s *Stage) Bar() app.UI {
	var list []app.UI
	for _, c := range s.controls() {
		list = append(list, c.draw())
	}
	return app.Div().ID("call").Class("call stage-bar").Role("group").Aria("label", say("controls")).Body(list...)
}

func (c control) draw() app.UI {
	b := app.Button().Type("button").ID("call-"+c.id).Class("btn").Class(c.class).
		OnClick(func(ctx app.Context, _ app.Event) { c.press(ctx) }, kit.Fresh())
	if c.on != nil {
		b = b.Aria("pressed", strconv.FormatBool(*c.on))
	}
	label := c.word
	if c.label != "" {
		label = c.label
	}
	if c.key != "" {
		b = b.Aria("keyshortcuts", c.key)
	}
	word := []app.UI{app.Text(c.word)}
	if c.count > 0 {
		word = append(word, app.Text(" "), span("count", strconv.Itoa(c.count)))
		label = say("unread", "word", label, "n", strconv.Itoa(c.count))
	}
	return b.Aria("label", label).Body(kit.Icon(c.icon), app.Span().Body(word...))
}

// controls are those of this person in this browser, in their order; a control stays where it is when its state changes.
func (s *Stage) controls() (list []control) {
	me := &s.view.Me
	toggle := func(id, icon, off, key string, is bool, act func(app.Context, bool), class string) {
		if act == nil {
			return
		}
		c := control{id: id, icon: icon, word: say("bar." + id), key: key, class: class, press: func(ctx app.Context) { act(ctx, !is) }}
		if !is {
			c.icon, c.word, c.class = off, say("bar."+id+".off"), c.class+" off"
		}
		if key := "bar." + id; id == "camera" { // the word says how it is; who hears it alone hears what a press does
			c.label = say(map[bool]string{true: key + ".label", false: key + ".off.label"}[is])
		}
		list = append(list, c)
	}
	toggle("mic", "mic", "mic-off", "m", me.Mic, s.Acts.Mic, "")
	toggle("camera", "camera", "camera-off", "v", me.Camera, s.Acts.Camera, "")
	if s.Acts.Flip != nil {
		list = append(list, control{id: "flip", icon: "refresh", word: say("bar.flip"), class: "call-roomy", press: s.Acts.Flip})
	}
	if act := s.Acts.Share; act != nil {
		list = append(list, pressed("share", "screen", "", me.Screen, "call-roomy", func(ctx app.Context) { act(ctx, !me.Screen) }))
	}
	if s.Acts.Say != nil {
		c := pressed("chat", "message", "c", s.panel == chatPanel, "", func(app.Context) { s.toggle(chatPanel) })
		c.count = s.Unread()
		list = append(list, c)
	}
	if act := s.Acts.Hand; act != nil {
		list = append(list, pressed("hand", "hand", "h", me.Hand, "call-wide", func(ctx app.Context) { act(ctx, !me.Hand) }))
	}
	list = append(list, control{id: "more", icon: "more", word: say("bar.more"), press: func(app.Context) { s.open(moreDialog, "") }},
		control{id: "end", icon: "hang-up", word: say("bar.end"), class: "danger", press: func(app.Context) { s.open(endDialog, "") }})
	return list
}

// pressed is a control that is on or off under the same word.
func pressed(id, icon, key string, on bool, class string, press func(app.Context)) control {
	return control{id: id, icon: icon, word: say("bar." + id), key: key, class: class, on: &on, press: press}
}

// Key does what a single key means, unless somebody writes, a dialog is open, or keys are off. Esc shuts the panel. It
// reports whether the key meant something here.
func (s *Stage) Key(ctx app.Context, e app.Event) bool {
	key, target := e.Get("key").String(), e.Get("target").Get("tagName").String()
	held := e.Get("ctrlKey").Bool() || e.Get("altKey").Bool() || e.Get("metaKey").Bool() || e.Get("repeat").Bool()
	return s.pressKey(ctx, key, target, held)
}

func (s *Stage) pressKey(ctx app.Context, key, target string, held bool) bool {
	if held || s.dialog != noDialog {
		return false
	}
	if key == "Escape" && s.panel != noPanel {
		s.shutPanel()
		return true
	}
	writing := slices.Contains([]string{"INPUT", "TEXTAREA", "SELECT"}, strings.ToUpper(target))
	if writing || !s.Keys || len(key) != 1 {
		return false
	}
	for _, c := range s.controls() {
		if c.key == strings.ToLower(key) && c.key != "" {
			c.press(ctx)
			return true
		}
	}
	return false
}

// moreBody is everything there is to do, those the bar has no room for first.
func (s *Stage) moreBody() []app.UI {
	item := func(id, icon, word string, press func(app.Context)) app.UI {
		return button("more-"+id, word, icon, "line wide", func(ctx app.Context) { s.shut(); press(ctx) })
	}
	var list []app.UI
	for _, c := range s.controls() {
		if strings.HasPrefix(c.class, "call-") {
			word := c.word
			if c.on != nil && *c.on {
				word = say("bar." + c.id + ".stop")
			}
			list = append(list, item(c.id, c.icon, word, c.press))
		}
	}
	side := func(p panel) {
		list = append(list, item(string(p), p.icon(), say("panel."+string(p)), func(app.Context) { s.show(p) }))
	}
	side(peoplePanel)
	if s.Acts.Offer != nil {
		side(filesPanel)
	}
	if s.Notes != nil {
		side(notesPanel)
	}
	if s.Acts.Caption != nil {
		list = append(list, item("caption", "caption", say("caption.type"), func(app.Context) { s.typing = !s.typing }))
	}
	if s.Acts.Float != nil && len(s.view.Others) > 0 {
		list = append(list, item("float", "share", say("float"), func(ctx app.Context) { s.Acts.Float(ctx, s.floated()) }))
	}
	list = append(list, item("phrase", "shield", say("phrase"), func(app.Context) { s.open(phraseDialog, "") }))
	var switches []app.UI
	if s.view.Blur != Cannot && s.Acts.Blur != nil {
		is := s.view.Blur == On
		switches = append(switches, kit.Switch("more-blur", say("blur"), is, false, func(ctx app.Context, on bool) {
			ctx.JSSrc().Set("checked", is) // it moves once the camera did: nobody may think that their room is hidden
			s.Acts.Blur(ctx, on)
		}))
	}
	switches = append(switches, kit.Switch("more-keys", say("keys"), s.Keys, false, func(_ app.Context, on bool) { s.Keys = on }))
	return []app.UI{
		div("stage-seg", kit.Segments(say("layout"), layoutChoices(), string(s.shape.layout), func(_ app.Context, v string) { s.shape.layout, s.shape.pins = Layout(v), false })),
		div("stack gap2", list...), div("stack gap0", switches...)}
}

// floated is the picture to be seen above other windows: the large one.
func (s *Stage) floated() string {
	if f := s.shape.focus(s.view); f.screen {
		return Screen(f.place)
	} else {
		return Camera(f.place)
	}
}

func layoutChoices() (all []kit.Choice) {
	for _, l := range Layouts() {
		all = append(all, kit.Choice{Value: string(l), Word: say("layout." + string(l))})
	}
	return all
}

// asks are the nudges that wait for a person's yes, and what a yes does.
func (s *Stage) asks() map[string]func(app.Context) {
	yes := func(act func(app.Context, bool)) func(app.Context) {
		if act == nil {
			return nil
		}
		return func(ctx app.Context) { act(ctx, true) }
	}
	return map[string]func(app.Context){live.NudgeUnmute: yes(s.Acts.Mic), live.NudgeCamera: yes(s.Acts.Camera), live.NudgeShare: yes(s.Acts.Share), live.NudgeFlip: s.Acts.Flip}
}
