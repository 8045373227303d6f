package therapist

import (
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/sitting"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// pressed is the session time of this very moment.
func (l *Live) pressed() care.Stamp {
	at, _ := l.desk.watch.Session(l.Env.Stamp())
	return at
}

// write puts a label into the book, stamped with at, and offers to take it back.
func (l *Live) write(ctx app.Context, label api.Label) bool {
	if l.visit != nil {
		in, into := l.visit()
		label.Visit, label.Into = in, into.Milliseconds()
	}
	id, err := l.desk.book.Write(label)
	l.trouble = err
	if err == nil {
		book := l.desk.book
		l.offer(words.T("therapist.labelled", "what", phrase(label, l.vocabulary)), func() error { return book.Undo(id) })
	}
	l.look(ctx)
	return err == nil
}

// phase names what begins now with a word of the vocabulary.
func (l *Live) phase(ctx app.Context, i int) {
	if l.desk == nil || i < 0 || i >= len(l.vocabulary) {
		return
	}
	at, w := l.pressed(), l.vocabulary[i]
	l.write(ctx, api.Label{At: at, Kind: care.Phase, Word: w.Key, Text: w.Text, Company: l.ui.company})
}

// rate writes the distress the patient says.
func (l *Live) rate(ctx app.Context) {
	if l.desk != nil {
		l.write(ctx, api.Label{At: l.pressed(), Kind: care.Rating, Rating: l.ui.suds})
	}
}

// jot writes a note; an empty one is nothing.
func (l *Live) jot(ctx app.Context) {
	text := strings.TrimSpace(l.ui.note)
	if l.desk == nil || text == "" {
		return
	}
	if l.write(ctx, api.Label{At: l.pressed(), Kind: care.Note, Text: text}) {
		l.ui.note = ""
		kit.Clear("note")
	}
}

// key labels with 1 to 8, wherever the keyboard is, except where somebody writes or a dialog is open.
func (l *Live) key(ctx app.Context, e app.Event) {
	l.Env.Sound.Unlock()
	key := e.Get("key").String()
	held := e.Get("ctrlKey").Bool() || e.Get("altKey").Bool() || e.Get("metaKey").Bool() || e.Get("repeat").Bool()
	if i, ok := keyed(key, e.Get("target").Get("tagName").String(), held); ok && l.ui.dialog == noDialog {
		e.PreventDefault()
		l.phase(ctx, i)
		return
	}
	ctx.PreventUpdate()
}

// keyed says which button of the vocabulary a key means.
func keyed(key, target string, held bool) (index int, ok bool) {
	writing := slices.Contains([]string{"INPUT", "TEXTAREA", "SELECT"}, strings.ToUpper(target))
	if held || writing || len(key) != 1 || key[0] < '1' || key[0] > '8' {
		return 0, false
	}
	return int(key[0] - '1'), true
}

// undoLast takes the newest label away.
func (l *Live) undoLast(ctx app.Context) {
	if list := l.sight.Page.Labels; l.desk != nil && len(list) > 0 {
		l.remove(ctx, list[0])
	}
}

// remove takes a label away and offers to bring it back.
func (l *Live) remove(ctx app.Context, e sitting.Entry) {
	book := l.desk.book
	if l.trouble = book.Undo(e.ID); l.trouble == nil {
		l.offer(words.T("therapist.removed", "what", phrase(e.Label, l.vocabulary)), func() error { return book.Redo(e.ID) })
	}
	l.look(ctx)
}

// edit opens a label; save keeps what was changed.
func (l *Live) edit(e sitting.Entry) {
	l.ui.dialog, l.ui.edit = editDialog, &editing{Was: e.Label, Now: e.Label}
}

func (l *Live) saveEdit(ctx app.Context) {
	e := l.ui.edit
	if e == nil || l.desk == nil {
		return
	}
	e.Fault = l.desk.book.Change(e.Was.ID, func(label *api.Label) {
		if label.Visit != "" { // what is moved is moved in the picture, too
			label.Into += e.Now.At.Sub(label.At).Milliseconds()
		}
		label.At, label.Word, label.Company, label.Text, label.Rating = e.Now.At, e.Now.Word, e.Now.Company, e.Now.Text, e.Now.Rating
	})
	if e.Fault == nil {
		l.shutDialog()
	}
	l.look(ctx)
}

// offer shows a toast with a way back.
func (l *Live) offer(text string, undo func() error) {
	l.ui.toast = &toast{Text: text, Undo: undo, Until: l.Env.Now().Add(toastTime)}
}

func (l *Live) undoToast(ctx app.Context) {
	if t := l.ui.toast; t != nil && t.Undo != nil {
		l.trouble = t.Undo()
		l.ui.toast = nil
		l.look(ctx)
	}
}

// restStart begins to measure resting state; restStop makes the baseline, or says why there is not enough yet.
func (l *Live) restStart(ctx app.Context) {
	if l.desk != nil {
		l.trouble = nil
		l.desk.feed.measure()
		l.look(ctx)
	}
}

func (l *Live) restStop(ctx app.Context) {
	if l.desk == nil {
		return
	}
	b, err := l.desk.feed.measured()
	if l.trouble = err; err == nil {
		l.setRest(&b, words.T("therapist.rest.saved"))
	}
	l.look(ctx)
}

func (l *Live) restGiveUp(ctx app.Context) {
	if l.desk != nil {
		l.trouble = nil
		l.desk.feed.giveUp()
		l.look(ctx)
	}
}

func (l *Live) restClear(ctx app.Context) {
	if l.desk != nil {
		l.shutDialog()
		l.setRest(nil, words.T("therapist.rest.cleared"))
		l.look(ctx)
	}
}

// setRest replaces the baseline; what was there before can be brought back.
func (l *Live) setRest(b *api.Baseline, said string) {
	book, before := l.desk.book, l.sight.Page.Baseline
	book.SetBaseline(b)
	l.offer(said, func() error {
		var back *api.Baseline
		if before != nil {
			c := *before
			c.Version = 0 // the house has none at the moment; the book knows better when it has
			back = &c
		}
		book.SetBaseline(back)
		return nil
	})
}

// openLimits shows the limits to be changed.
func (l *Live) openLimits(app.Context) {
	l.ui.dialog, l.ui.limits = limitsDialog, formOf(l.limits)
}

// saveLimits stores them with the house and watches by them at once.
func (l *Live) saveLimits(ctx app.Context) {
	form := l.ui.limits
	if form == nil || form.Saving || l.desk == nil {
		return
	}
	limits, ok := form.limits()
	if !ok {
		form.Fault = words.T("fault.limits.range")
		return
	}
	form.Fault, form.Saving = "", true
	id := l.patient
	ctx.Async(func() {
		stored, err := l.Env.API.PutLimits(ctx, id, limits)
		ctx.Dispatch(func(ctx app.Context) {
			form.Saving = false
			if l.desk == nil || l.patient != id {
				return
			}
			l.limitsSaved(ctx, form, stored, err)
		})
	})
}

// limitsSaved closes the dialog, or says what stands in the way. Where another page was quicker, saving again
// goes on top of it.
func (l *Live) limitsSaved(ctx app.Context, form *limitsForm, stored api.Limits, err error) {
	if err == nil {
		l.limits = stored
		l.desk.feed.limit(stored)
		if l.ui.limits == form {
			l.shutDialog()
		}
		return
	}
	form.Fault = frame.Say(err)
	if fault.Is(err, fault.Conflict) {
		id := l.patient
		ctx.Async(func() {
			theirs, err := l.Env.API.GetLimits(ctx, id)
			ctx.Dispatch(func(app.Context) {
				if err == nil {
					form.Version = theirs.Version
				}
			})
		})
	}
}

// quiet silences an alarm for a while.
func (l *Live) quiet(ctx app.Context) {
	if l.desk != nil {
		l.desk.feed.quiet()
		l.ui.quiet, l.ui.quieted = l.Env.Now().Add(sitting.Hush), l.sight.Alarm
		l.look(ctx)
	}
}

// endSitting ends stream and sitting; what is written stays with the house.
func (l *Live) endSitting(ctx app.Context) {
	if l.desk == nil {
		return
	}
	l.shutDialog()
	l.desk.watch.Stop()
	l.wish.drop()
	l.desk.feed.giveUp()
	l.desk.book.End()
	l.ui.toast = &toast{Text: words.T("therapist.ended"), Until: l.Env.Now().Add(toastTime)}
	l.soon(ctx)
}

// shutDialog takes the dialog away; the keyboard goes back to what opened it.
func (l *Live) shutDialog() {
	l.ui.dialog, l.ui.edit, l.ui.limits = noDialog, nil, nil
}

// show chooses how much time the trend holds.
func (l *Live) show(d time.Duration) {
	l.ui.window = d
	if l.desk != nil {
		l.desk.trend.Window(d)
	}
}
