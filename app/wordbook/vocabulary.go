// Package wordbook is where label buttons are chosen and put in order: a project's, and those somebody chose for themselves.
// It never sees a label.
package wordbook

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
)

// errTwice refuses a word the vocabulary has already.
var errTwice = fault.New(fault.Invalid, "vocabulary.twice", nil)

// Say is what a button of the vocabulary says: built-in words speak the reader's language.
func Say(w care.Word) string {
	if w.Text != "" {
		return w.Text
	}
	return words.T("label.word." + w.Key)
}

// Editor is where label buttons are chosen and put in order: those of a project, which everybody begins with, and the
// reader's own.
//
// What browser tests may hold on to: #vocabulary li[data-key], #word-add, #word-text, #words-save, #words-undo, #words-back, and
// per row button.up, button.down, button.remove.
type Editor struct {
	app.Compo
	Env     *frame.Env
	Project func() care.ProjectID // asked once the reader is known
	Places  []frame.Place         // of the side
	About   func() string         // what the project is called; nil: nothing
	Own     bool                  // the reader's own buttons can be chosen besides

	mine    bool // those are shown
	list    wordlist
	version int64
	known   bool
	saving  bool
	saved   bool
	text    string
	bad     error // beside the field
	trouble error
	newer   bool // another page changed it meanwhile
	stop    func()
}

// OnMount reads the vocabulary.
func (w *Editor) OnMount(ctx app.Context) {
	w.mine = w.Own
	w.Env.Page.SetTitle(words.T("therapist.words") + " · " + words.T("app.name"))
	w.Env.LoadMe(ctx, w.read)
	w.stop = w.Env.Live.Listen(func(e live.Event) {
		if e.Changed != nil && e.Changed.Change.Data != nil && e.Changed.Change.Data.What == "vocabulary" {
			ctx.Dispatch(w.heard)
		}
	})
}

// OnDismount ends what OnMount began.
func (w *Editor) OnDismount() {
	if w.stop != nil {
		w.stop()
	}
}

// heard reads again what another page changed, unless that would throw away what is being written here.
func (w *Editor) heard(ctx app.Context) {
	if w.list.changed() || w.saving {
		w.newer = !w.saving
		return
	}
	w.read(ctx)
}

func (w *Editor) read(ctx app.Context) {
	mine, project, ask := w.mine, w.Project(), w.Env.API.GetVocabulary
	if mine {
		ask = w.Env.API.OwnVocabulary
	}
	ctx.Async(func() {
		v, err := ask(ctx, project)
		ctx.Dispatch(func(app.Context) {
			if mine == w.mine {
				w.take(v, err)
			}
		})
	})
}

func (w *Editor) take(v api.Vocabulary, err error) {
	if w.Env.SignedOut(err) {
		return
	}
	if w.trouble = err; err == nil {
		w.list.set(v.Words)
		w.version, w.known, w.newer = v.Version, true, false
	}
}

// save stores the list on top of the version that was read.
func (w *Editor) save(ctx app.Context) {
	if w.saving || !w.list.changed() {
		return
	}
	w.saving, w.saved, w.trouble = true, false, nil
	v := api.Vocabulary{Words: w.list.words, Version: w.version}
	project, put := w.Project(), w.Env.API.PutVocabulary
	if w.mine {
		put = w.Env.API.PutOwnVocabulary
	}
	ctx.Async(func() {
		stored, err := put(ctx, project, v)
		ctx.Dispatch(func(app.Context) {
			w.saving = false
			if fault.Is(err, fault.Conflict) {
				w.newer = true
			}
			if err != nil {
				w.trouble = err
				return
			}
			w.take(stored, nil)
			w.saved = true
		})
	})
}

// choose shows the reader's own buttons, or the project's.
func (w *Editor) choose(ctx app.Context, which string) {
	if w.saving || w.mine == (which == "own") {
		return
	}
	w.mine, w.known, w.saved, w.newer, w.trouble, w.bad = which == "own", false, false, false, nil, nil
	w.read(ctx)
}

// back gives the reader the project's buttons again.
func (w *Editor) back(ctx app.Context) {
	if w.saving {
		return
	}
	w.saving, w.saved, w.trouble = true, false, nil
	project, giveBack := w.Project(), w.Env.API.DeleteOwnVocabulary
	ctx.Async(func() {
		v, err := giveBack(ctx, project)
		ctx.Dispatch(func(app.Context) {
			w.saving = false
			w.take(v, err)
		})
	})
}

func (w *Editor) add(app.Context) {
	if w.bad = w.list.add(w.text); w.bad == nil {
		w.text, w.saved = "", false
		kit.Clear("word-text")
	}
}

// do changes the list.
func (w *Editor) do(f func()) func(app.Context) {
	return func(app.Context) {
		f()
		w.saved = false
	}
}

// Render draws the editor.
func (w *Editor) Render() app.UI {
	title := words.T("therapist.words")
	body := []app.UI{app.Header().Class("stack gap1").Body(app.H1().Text(title), app.P().Class("dim").Text(w.help()), w.which())}
	if said := w.Env.Beside(w.trouble); said != "" {
		body = append(body, kit.Alert(kit.Warn, "warning", said))
	}
	if w.newer {
		body = append(body, kit.Note(kit.Info, "info", app.Div().Class("row wrap gap2 between").Body(app.Text(words.T("therapist.words.newer")),
			kit.Button{Word: words.T("therapist.words.theirs"), Class: "line small", Press: w.read}.Draw())))
	}
	if !w.known {
		body = append(body, app.Div().Class("card stack gap3").Role("status").Aria("label", words.T("app.loading")).Body(app.Div().Class("skeleton"), app.Div().Class("skeleton")))
	} else {
		body = append(body, w.card(), w.adding())
	}
	return w.Env.Staff(title, w.Places, body...)
}

// help says whose the buttons are.
func (w *Editor) help() string {
	switch {
	case !w.Own && w.About != nil:
		return w.About() + " · " + words.T("wordbook.project.help")
	case !w.mine:
		return words.T("wordbook.project.help")
	case w.version == 0:
		return words.T("wordbook.own.none")
	}
	return words.T("wordbook.own.help")
}

// which chooses between the reader's own and the project's.
func (w *Editor) which() app.UI {
	if !w.Own {
		return kit.Slot()
	}
	chosen := "project"
	if w.mine {
		chosen = "own"
	}
	return app.Div().ID("words-which").Body(kit.Segments(words.T("therapist.words"), []kit.Choice{{Value: "own", Word: words.T("wordbook.own")}, {Value: "project", Word: words.T("wordbook.project")}}, chosen, w.choose))
}

func (w *Editor) card() app.UI {
	var rows []app.UI
	for i, word := range w.list.words {
		rows = append(rows, w.row(i, word))
	}
	said := words.T("therapist.words.count", "n", strconv.Itoa(len(w.list.words)), "all", strconv.Itoa(care.MaxWords))
	if w.saved {
		said = words.T("therapist.words.saved")
	}
	return app.Section().Class("card flush stack gap0 words-card").Aria("label", words.T("therapist.words")).Body(
		app.Ol().ID("vocabulary").Class("list tight").Body(rows...),
		app.Div().Class("row gap2 wrap pad words-foot").Body(
			app.Span().Class("grow small dim").Role("status").Text(said),
			w.toProject(),
			kit.Button{ID: "words-undo", Word: words.T("app.undo"), Icon: "undo", Class: "line", Disabled: !w.list.changed(), Press: w.do(w.list.undo)}.Draw(),
			kit.Button{ID: "words-save", Word: words.T("app.save"), Class: "primary", Disabled: !w.list.changed() || !w.Env.May(access.WriteVocabulary), Busy: w.saving, Press: w.save}.Draw()))
}

// toProject is the way back to the project's buttons, for who has their own.
func (w *Editor) toProject() app.UI {
	if !w.mine || w.version == 0 {
		return kit.Slot()
	}
	return kit.Slot(kit.Button{ID: "words-back", Word: words.T("wordbook.back"), Class: "line", Disabled: w.saving, Press: w.back}.Draw())
}

func (w *Editor) row(i int, word care.Word) app.UI {
	text := Say(word)
	act := func(class, icon, key string, off bool, f func()) app.UI {
		return kit.Button{Icon: icon, Class: class, Label: words.T("therapist.words."+key, "word", text), Disabled: off, Press: w.do(f)}.Draw()
	}
	key := app.UI(app.Span().Class("words-key"))
	if i < 8 {
		key = app.Span().Class("words-key").Body(app.Elem("kbd").Text(strconv.Itoa(i + 1)))
	}
	kind := app.UI(app.Span())
	if word.Text == "" {
		kind = kit.Badge(kit.Plain, "globe", words.T("therapist.words.built-in"))
	}
	return app.Li().DataSet("key", word.Key).Body(key, app.Span().Class("grow strong").Text(text), kind,
		act("up", "chevron-up", "up", i == 0, func() { w.list.move(i, -1) }),
		act("down", "chevron-down", "down", i == len(w.list.words)-1, func() { w.list.move(i, 1) }),
		act("remove", "trash", "remove", len(w.list.words) == 1, func() { w.list.remove(i) }))
}

// adding is a new word, or one of the built-in ones that was taken away.
func (w *Editor) adding() app.UI {
	if w.list.full() {
		return kit.Note(kit.Info, "info", app.Text(words.T("therapist.words.full", "n", strconv.Itoa(care.MaxWords))))
	}
	bad := ""
	if w.bad != nil {
		bad = frame.Say(w.bad)
	}
	parts := []app.UI{app.Div().Class("row gap2 top").Body(
		app.Div().Class("grow").Body(kit.Field{ID: "word-text", Label: words.T("therapist.words.new"), Value: w.text, MaxLength: 40, Fault: bad,
			Change: func(_ app.Context, v string) { w.text, w.bad = v, nil }, Enter: w.add}.Draw()),
		app.Div().Class("words-add").Body(kit.Button{ID: "word-add", Word: words.T("therapist.words.add"), Icon: "plus", Class: "line", Press: w.add}.Draw()))}
	if left := w.list.left(); len(left) > 0 {
		var back []app.UI
		for _, b := range left {
			back = append(back, kit.Button{Word: Say(b), Icon: "plus", Class: "line small", Press: w.do(func() { w.list.restore(b.Key) })}.Draw())
		}
		parts = append(parts, app.P().Class("small dim").Text(words.T("therapist.words.left")), app.Div().Class("row gap2 wrap").Body(back...))
	}
	return app.Section().Class("card stack gap3").Aria("label", words.T("therapist.words.new")).Body(parts...)
}
