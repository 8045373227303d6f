package stage

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/live"
)

// longestLine is the longest line of chat, in characters.
const longestLine = 2000

// chat is what people wrote to each other. What looks like a link stays a text: nobody is led away from a visit by a press.
func (s *Stage) chat() []app.UI {
	list := []app.UI{para("small dim", say("chat.kept"))}
	for _, l := range s.view.Chat {
		list = append(list, s.chatLine(l))
	}
	if len(s.view.Chat) == 0 {
		list = append(list, para("dim", say("chat.none")))
	}
	return []app.UI{
		app.Div().ID("chat").Class("scroll stack gap3 stage-lines").TabIndex(0).Role("log").Aria("label", say("panel.chat")).Body(list...),
		div("row gap2 stage-write",
			div("grow", field("chat-line", say("chat.write"), "", longestLine, &s.draft, true, s.send)),
			button("chat-send", say("chat.send"), "", "primary", s.send))}
}

func (s *Stage) chatLine(l Line) app.UI {
	who := l.Name
	if l.Mine {
		who = say("you")
	}
	head := []app.UI{span("strong", who), span("faint num", l.Time)}
	switch {
	case l.Failed:
		again := l.ID
		head = append(head, kit.Badge(kit.Bad, "warning", say("chat.failed")),
			button("", say("chat.again"), "", "small accent", func(ctx app.Context) { s.Acts.Again(ctx, again) }))
	case l.Unsent:
		head = append(head, kit.Badge(kit.Warn, "upload", say("chat.unsent")))
	}
	return app.Div().Class("stage-line").DataSet("line", l.ID).DataSet("mine", l.Mine).DataSet("unsent", l.Unsent || l.Failed).Body(
		div("row gap2 wrap small", head...), para("stage-said", l.Text))
}

// send gives the line to the page, which keeps it until the house has it.
func (s *Stage) send(ctx app.Context) {
	text := strings.TrimSpace(s.draft)
	if text == "" || s.Acts.Say == nil {
		return
	}
	s.draft = ""
	kit.Clear("chat-line")
	s.Acts.Say(ctx, text)
}

// Typing is the line in which somebody types captions, while they do.
func (s *Stage) Typing() app.UI {
	if !s.typing || s.Acts.Caption == nil {
		return kit.Slot()
	}
	return kit.Slot(div("row gap2 stage-write stage-typing",
		div("grow", field("caption-line", say("caption.help"), "", live.MaxCaption/4, &s.line, true, s.captioned)),
		button("caption-send", say("caption.show"), "", "soft", s.captioned),
		sign1("", "x", say("caption.stop"), func(app.Context) { s.typing = false })))
}

func (s *Stage) captioned(ctx app.Context) {
	text := strings.TrimSpace(s.line)
	if text == "" {
		return
	}
	s.line = ""
	kit.Clear("caption-line")
	s.Acts.Caption(ctx, text)
}
