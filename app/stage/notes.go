package stage

import (
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
)

// Part is one part of the notes. A built-in one has no title: its words are in the catalogues under "stage.note."+Key.
type Part struct {
	Key, Title, Text string
}

// Notes are what staff write down about the visit, by the project's parts. They save themselves a moment after the last key;
// what the house does not have yet is said, and stays. A page asks Due and answers with Saved.
type Notes struct {
	Parts   []Part
	Version int64
	Fault   string // why they are not saved, in words

	base    map[string]string // what the house had, by key, when ours began to differ
	sent    map[string]string // what is being saved
	known   bool              // read from the house
	changed time.Time
	saving  bool
	again   bool // written while saving
}

// saveAfter is how long after the last key notes are saved, saveAtMost how long somebody may write without pause.
const saveAfter = 1500 * time.Millisecond

// Read takes what the house has, with the parts the project wants. What was written here meanwhile stays, beside what others
// wrote: nobody's words go because somebody else's came.
func (n *Notes) Read(version int64, parts []Part) {
	base := texts(parts)
	if n.Unsaved() && n.known {
		for i, p := range n.Parts {
			if theirs, there := base[p.Key]; there {
				n.set(i, both(n.base[p.Key], theirs, p.Text))
			}
		}
	} else {
		n.Parts = parts
	}
	n.Version, n.known, n.base = version, true, base
}

// set changes a part that somebody may be looking at.
func (n *Notes) set(i int, text string) {
	if n.Parts[i].Text != text {
		n.Parts[i].Text = text
		kit.Write("note-"+n.Parts[i].Key, text)
	}
}

func texts(parts []Part) map[string]string {
	all := make(map[string]string, len(parts))
	for _, p := range parts {
		all[p.Key] = p.Text
	}
	return all
}

// both is what two people made of the same text. Where both wrote, all of it is there; how it belongs together they know.
func both(base, theirs, ours string) string {
	switch {
	case ours == base:
		return theirs
	case theirs == base, strings.HasPrefix(ours, theirs):
		return ours
	case strings.Contains(theirs, ours):
		return theirs
	case base != "" && strings.HasPrefix(theirs, base): // they went on from where we did
		return ours + "\n" + strings.TrimLeft(theirs[len(base):], "\n")
	}
	return theirs + "\n" + ours
}

// Known reports whether the house's notes were read: before, nothing is written over them.
func (n *Notes) Known() bool { return n.known }

// Unsaved reports whether something is not with the house.
func (n *Notes) Unsaved() bool { return !n.changed.IsZero() || n.saving || n.again }

// Keep takes up what was kept here unsaved, after Read.
func (n *Notes) Keep(parts []Part, now time.Time) {
	for _, kept := range parts {
		for i, p := range n.Parts {
			if text := both("", p.Text, kept.Text); p.Key == kept.Key && p.Text != text {
				n.Parts[i].Text, n.changed = text, now
			}
		}
	}
}

// write takes a key.
func (n *Notes) write(i int, text string, now time.Time) {
	n.Parts[i].Text = text
	if n.saving {
		n.again = true
	}
	n.changed = now
}

// Due says what is to be saved now; ok is false when nothing is. Now shuts the page: whatever is unsaved is due.
func (n *Notes) Due(now time.Time, leaving bool) (parts []Part, ok bool) {
	if !n.known || len(n.Parts) == 0 || n.saving || n.changed.IsZero() || !leaving && now.Sub(n.changed) < saveAfter {
		return nil, false
	}
	n.saving, n.again, n.changed, n.sent = true, false, time.Time{}, texts(n.Parts)
	return slices.Clone(n.Parts), true
}

// Saved takes the house's answer: the version that is stored now, or in words why not. It is tried again later.
func (n *Notes) Saved(now time.Time, version int64, fault string) {
	n.saving = false
	n.Fault = fault
	if fault == "" {
		n.Version, n.base = version, n.sent
	}
	if fault != "" || n.again {
		n.changed, n.again = now, false
	}
}

// NotesCard draws the notes where no panel is: after the visit.
func (s *Stage) NotesCard() app.UI {
	return app.Section().Class("card flush stack gap0").Body(append([]app.UI{app.H2().Class("pad-x").Text(say("panel.notes"))}, s.notes()...)...)
}

// notes draws them.
func (s *Stage) notes() []app.UI {
	n := s.Notes
	if n == nil || !n.known {
		return []app.UI{para("dim stage-lines", words1("loading"))}
	}
	state, tone, icon := "saved", kit.Live, "check"
	switch {
	case n.Fault != "":
		state, tone, icon = "unsaved", kit.Warn, "upload"
	case n.Unsaved():
		state, tone, icon = "saving", kit.Plain, "upload"
	}
	list := []app.UI{para("small dim", say("notes.help")),
		app.Div().ID("notes-state").DataSet("state", state).Body(kit.Badge(tone, icon, say("notes."+state)))}
	if n.Fault != "" {
		list = append(list, kit.Note(kit.Warn, "warning", app.Text(n.Fault+" "+say("notes.kept"))))
	}
	for i, p := range n.Parts {
		title, id := p.Title, "note-"+p.Key
		if title == "" {
			title = say("note." + p.Key)
		}
		list = append(list, div("field", app.Label().Class("label").For(id).Text(title),
			app.Textarea().ID(id).Class("input").Rows(3).MaxLength(8000).Text(p.Text).
				OnInput(func(ctx app.Context, _ app.Event) { n.write(i, ctx.JSSrc().Get("value").String(), s.now()) }, kit.Fresh())))
	}
	return []app.UI{div("scroll stack gap3 stage-lines", list...)}
}
