package therapist

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/care"
	"hearth/shared/words"
)

// front is the dialog that is open, if one is.
func (l *Live) front() []app.UI {
	cancel := func(app.Context) { l.shutDialog() }
	no := kit.Button{Word: words.T("app.cancel"), Class: "line", Press: cancel}.Draw()
	d := &kit.Dialog{Cancel: cancel}
	switch l.ui.dialog {
	case moreDialog:
		d.Title, d.Body = words.T("app.more"), l.moreBody()
		d.Acts = []app.UI{kit.Button{Word: words.T("app.close"), Class: "line", Press: cancel}.Draw()}
	case limitsDialog:
		d.Title, d.Body = words.T("therapist.limits"), l.limitsBody()
		d.Acts = []app.UI{no, kit.Button{ID: "limits-save", Word: words.T("app.save"), Class: "primary", Busy: l.ui.limits.Saving, Press: l.saveLimits}.Draw()}
	case editDialog:
		d.Title, d.Body = words.T("therapist.edit.title"), l.editBody()
		d.Acts = []app.UI{
			kit.Button{ID: "edit-remove", Word: words.T("therapist.edit.remove"), Icon: "trash", Class: "danger-line", Press: l.removeEdited}.Draw(),
			no, kit.Button{ID: "edit-save", Word: words.T("app.save"), Class: "primary", Press: l.saveEdit}.Draw()}
	case endDialog:
		d.Title, d.Body = words.T("therapist.end.title"), []app.UI{app.P().Text(words.T("therapist.end.help"))}
		d.Acts = []app.UI{no, kit.Button{ID: "end-yes", Word: words.T("therapist.end"), Class: "danger", Press: l.endSitting}.Draw()}
	case aboutDialog:
		d.Title, d.Body = whatIs(l.ui.about), l.aboutBody()
		d.Acts = []app.UI{kit.Button{ID: "about-close", Word: words.T("app.close"), Class: "line", Press: cancel}.Draw()}
	case clearDialog:
		d.Title, d.Body = words.T("therapist.clear.title"), []app.UI{app.P().Text(words.T("therapist.clear.help"))}
		d.Acts = []app.UI{no, kit.Button{ID: "clear-yes", Word: words.T("therapist.rest.clear"), Class: "danger", Press: l.restClear}.Draw()}
	default:
		return nil
	}
	return []app.UI{d}
}

// moreBody is what is needed less often.
func (l *Live) moreBody() []app.UI {
	light := l.theme() == "light"
	return []app.UI{app.Div().Class("stack gap2").Body(
		kit.Button{ID: "more-limits", Word: words.T("therapist.limits.edit"), Icon: "bell", Class: "line wide", Disabled: l.read.limits, Press: l.openLimits}.Draw(),
		kit.Link(words.T("therapist.words"), "tag", wordsPage, "line wide"),
		kit.Switch("bright", words.T("therapist.bright"), light, false, func(_ app.Context, on bool) {
			l.Env.Page.SetTheme(map[bool]string{true: "light", false: "dark"}[on])
		}),
		kit.Button{ID: "end", Word: words.T("therapist.end"), Icon: "stop", Class: "danger-line wide", Disabled: l.sight.Page.Sitting.ID == "" && !l.sight.State.Wanted,
			Press: func(app.Context) { l.ui.dialog = endDialog }}.Draw())}
}

func (l *Live) limitsBody() []app.UI {
	f := l.ui.limits
	field := func(id, key string, value *string) app.UI {
		return kit.Field{ID: id, Label: words.T("therapist.limits." + key), Help: words.T("therapist.limits.empty"), Type: "number", Value: *value, MaxLength: 3,
			Change: func(_ app.Context, v string) { *value = v }, Enter: l.saveLimits}.Draw()
	}
	list := []app.UI{
		app.P().Class("small dim").Text(words.T("therapist.limits.help")),
		field("limit-low", "low", &f.Low), field("limit-high", "high", &f.High), field("limit-off", "lead", &f.Off)}
	if f.Fault != "" {
		list = append(list, kit.Alert(kit.Warn, "warning", f.Fault))
	}
	return list
}

// editBody is a label being changed: when it was, and what it says.
func (l *Live) editBody() []app.UI {
	e := l.ui.edit
	move := func(id, word string, by time.Duration) app.UI {
		return kit.Button{ID: id, Word: word, Class: "line small", Label: words.T("therapist.edit.move", "n", word), Press: func(app.Context) { e.move(by) }}.Draw()
	}
	list := []app.UI{app.Div().Class("row gap2 wrap").Body(
		app.Span().Class("label").Text(words.T("therapist.edit.time")),
		app.Output().ID("edit-at").Class("num strong grow").Text(l.axis(e.Now.At)),
		move("edit-back-10", "−10 s", -10*time.Second), move("edit-back-1", "−1 s", -time.Second),
		move("edit-on-1", "+1 s", time.Second), move("edit-on-10", "+10 s", 10*time.Second))}
	switch e.Now.Kind {
	case care.Phase:
		list = append(list,
			kit.Select("edit-word", words.T("therapist.edit.word"), l.wordChoices(), e.Now.Word, func(_ app.Context, v string) { l.chooseWord(v) }),
			kit.Segments(words.T("therapist.company"), companyChoices(), string(e.Now.Company), func(_ app.Context, v string) { e.Now.Company = care.Company(v) }))
	case care.Note:
		list = append(list, kit.Field{ID: "edit-note", Label: words.T("therapist.note"), Value: e.Now.Text, MaxLength: care.MaxNote,
			Change: func(_ app.Context, v string) { e.Now.Text = v }, Enter: l.saveEdit}.Draw())
	case care.Rating:
		list = append(list, app.Div().Body(
			app.Div().Class("row between").Body(app.Span().Class("label").Text(words.T("therapist.distress")), app.Output().Class("suds num").Text(strconv.Itoa(e.Now.Rating))),
			kit.Slider("edit-suds", words.T("therapist.distress"), 0, 100, 5, e.Now.Rating, func(_ app.Context, v int) { e.Now.Rating = v })))
	}
	if e.Fault != nil {
		list = append(list, kit.Alert(kit.Warn, "warning", frame.Say(e.Fault)))
	}
	return list
}

// wordChoices are the vocabulary, and what the label says: that may be another's word, or one that has left it.
func (l *Live) wordChoices() (all []kit.Choice) {
	was := kit.Choice{Value: l.ui.edit.Was.Word, Word: phrase(l.ui.edit.Was, l.vocabulary)}
	have := false
	for _, w := range l.vocabulary {
		c := kit.Choice{Value: w.Key, Word: wordOf(w)}
		if c.Value == was.Value {
			c, have = was, true
		}
		all = append(all, c)
	}
	if !have {
		all = append(all, was)
	}
	return all
}

func (l *Live) chooseWord(key string) {
	e := l.ui.edit
	if e.Now.Word = key; key == e.Was.Word {
		e.Now.Text = e.Was.Text
		return
	}
	for _, w := range l.vocabulary {
		if w.Key == key {
			e.Now.Text = w.Text
		}
	}
}

func (l *Live) removeEdited(ctx app.Context) {
	if e := l.ui.edit; e != nil && l.desk != nil {
		for _, entry := range l.sight.Page.Labels {
			if entry.ID == e.Was.ID {
				l.shutDialog()
				l.remove(ctx, entry)
				return
			}
		}
	}
	l.shutDialog()
}
