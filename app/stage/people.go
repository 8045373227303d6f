package stage

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/care"
	"hearth/shared/live"
)

// newcomer is somebody about to be asked into the call.
type newcomer struct {
	open               bool
	name, mobile, mail string
}

// people is who is in the call, with what may be done for and with each, and how another comes in.
func (s *Stage) people() []app.UI {
	var rows []app.UI
	for _, p := range s.everybody() {
		rows = append(rows, s.personRow(p))
	}
	list := []app.UI{app.Ul().ID("people").Class("list stage-people").Body(rows...)}
	list = append(list, s.writers()...)
	if s.Acts.Invite != nil {
		list = append(list, s.inviting())
	}
	if s.Acts.HandOver != nil && len(s.view.Staff) > 0 {
		list = append(list, button("hand-over", say("hand-over"), "person", "line wide", func(app.Context) { s.open(handDialog, "") }))
	}
	return []app.UI{div("scroll stack gap3 stage-lines", list...)}
}

func (s *Stage) personRow(p *Person) app.UI {
	var signs []app.UI
	for _, m := range s.signs(p) {
		signs = append(signs, badge(m))
	}
	if p.Place != 0 && p.Quality > 0 {
		signs = append(signs, s.qualityButton(p, "btn cell"))
	}
	role := app.UI(app.Text(""))
	if p.As != "" && p.Place != 0 {
		role = span("small dim", say("as."+string(p.As)))
	}
	return app.Li().DataSet("person", string(p.ID)).Class("stage-person").Body(
		div("row gap3", kit.Presence(p.Name, p.State == Here), div("grow stack gap0", strong("cut", s.called(p)), role)),
		div("row gap2 wrap", signs...),
		div("row gap1 wrap", s.personActs(p)...))
}

// personActs are what may be asked of, or done with, somebody else.
func (s *Stage) personActs(p *Person) (list []app.UI) {
	if p.Place == 0 {
		return nil
	}
	add := func(when bool, icon, key, class string, press func(app.Context)) {
		if when {
			list = append(list, kit.Button{ID: key + "-" + string(p.ID), Word: say("person." + key), Icon: icon, Class: class, Label: say("person."+key) + ": " + p.Name, Press: press}.Draw())
		}
	}
	ask := func(what string) func(app.Context) {
		return func(ctx app.Context) { s.Acts.Ask(ctx, p.ID, what) }
	}
	may := s.Acts.Ask != nil && p.State == Here
	add(may && s.Acts.Mutes && p.Mic, "mic-off", "mute", "small line", ask(live.NudgeMute))
	add(may && !p.Mic, "mic", "unmute", "small line", ask(live.NudgeUnmute))
	add(may && !p.Camera, "camera", "camera", "small line", ask(live.NudgeCamera))
	add(may && p.Camera && p.Flips, "refresh", "flip", "small line", ask(live.NudgeFlip))
	add(may && !p.Screen && p.Shares, "screen", "share", "small line", ask(live.NudgeShare))
	if spot := s.Acts.Spotlight; spot != nil {
		on := lit(s.view) == p.ID
		key, whom := "light", p.ID
		if on {
			key, whom = "dim", ""
		}
		add(len(s.view.Others) > 1 || on, "sun", key, "small line", func(ctx app.Context) { spot(ctx, whom) })
	}
	add(s.Acts.PutOut != nil && p.Guest != "", "x", "out", "small danger-line", func(app.Context) { s.open(outDialog, p.ID) })
	return list
}

// inviting asks a relative or an interpreter in.
func (s *Stage) inviting() app.UI {
	g := &s.guest
	if !g.open {
		return button("invite", say("invite"), "plus", "line wide", func(app.Context) { g.open = true })
	}
	list := []app.UI{strong("", say("invite")), para("small dim", say("invite.help"))}
	for _, o := range s.view.May {
		list = append(list, kit.Button{ID: "invite-" + string(o.Relative), Word: say("invite.name", "name", o.Name), Icon: "plus", Class: "line wide",
			Press: func(ctx app.Context) { s.invited(ctx, Invitation{Relative: o.Relative}) }}.Draw())
	}
	ready := strings.TrimSpace(g.name) != "" && strings.TrimSpace(g.mobile+g.mail) != ""
	list = append(list, strong("small", say("as."+string(care.AsInterpreter))),
		field("invite-person", say("invite.person"), "text", 40, &g.name, false, nil), field("invite-mobile", say("invite.mobile"), "tel", 40, &g.mobile, false, nil),
		field("invite-mail", say("invite.mail"), "email", 254, &g.mail, false, nil),
		div("row gap2 wrap",
			kit.Button{ID: "invite-send", Word: say("invite.send"), Class: "primary", Disabled: !ready, Press: func(ctx app.Context) {
				s.invited(ctx, Invitation{Name: strings.TrimSpace(g.name), Mobile: strings.TrimSpace(g.mobile), Mail: strings.TrimSpace(g.mail)})
			}}.Draw(),
			button("", words1("cancel"), "", "line", func(app.Context) { *g = newcomer{} })))
	return div("card sunk stack gap3", list...)
}

func (s *Stage) invited(ctx app.Context, i Invitation) {
	s.guest = newcomer{}
	s.Acts.Invite(ctx, i)
}
