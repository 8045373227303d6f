package stage

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
)

// panel is what stands beside the pictures.
type panel string

const (
	noPanel     panel = ""
	chatPanel   panel = "chat"
	peoplePanel panel = "people"
	filesPanel  panel = "files"
	notesPanel  panel = "notes"
)

func (p panel) icon() string {
	return map[panel]string{chatPanel: "message", peoplePanel: "people", filesPanel: "document", notesPanel: "edit"}[p]
}

// panels are those this person has.
func (s *Stage) panels() []panel {
	var list []panel
	if s.Acts.Say != nil {
		list = append(list, chatPanel)
	}
	list = append(list, peoplePanel)
	if s.Acts.Offer != nil {
		list = append(list, filesPanel)
	}
	if s.Notes != nil {
		list = append(list, notesPanel)
	}
	return list
}

// Open reports whether a panel is open, so that a page makes room.
func (s *Stage) Open() bool { return s.panel != noPanel }

// ShowNotes opens the notes, ShowPeople who is there.
func (s *Stage) ShowNotes() { s.show(notesPanel) }

// ShowPeople opens the list of who is there.
func (s *Stage) ShowPeople() { s.show(peoplePanel) }

func (s *Stage) toggle(p panel) {
	if s.panel == p {
		s.shutPanel()
		return
	}
	s.show(p)
}

func (s *Stage) show(p panel) {
	s.panel = p
	if p == chatPanel {
		s.read = len(s.view.Chat)
	}
}

// shutPanel shuts it, and gives the keyboard back to what opens it: a browser would lose it with the panel.
func (s *Stage) shutPanel() {
	kit.Return("panel", map[panel]string{chatPanel: "call-chat", notesPanel: "notes"}[s.panel], "call-more")
	s.panel = noPanel
}

// Panel draws the one that is open. Its place in the tree is always there.
func (s *Stage) Panel() app.UI {
	if s.panel == noPanel {
		return kit.Slot()
	}
	var choices []app.UI
	for _, p := range s.panels() {
		on := p == s.panel
		choices = append(choices, kit.Button{ID: "panel-" + string(p), Icon: p.icon(), Label: say("panel." + string(p)), Pressed: &on, Press: func(app.Context) { s.show(p) }}.Draw())
	}
	body := map[panel]func() []app.UI{chatPanel: s.chat, peoplePanel: s.people, filesPanel: s.files, notesPanel: s.notes}[s.panel]()
	title := say("panel." + string(s.panel))
	return kit.Slot(app.Aside().ID("panel").Class("drawer stage-panel").DataSet("panel", string(s.panel)).Aria("label", title).Body(
		div("drawer-head",
			app.H2().Class("grow").Text(title), div("row gap0", choices...),
			sign1("panel-shut", "x", say("panel.shut"), func(app.Context) { s.shutPanel() })),
		div("stage-panel-body", body...)))
}
