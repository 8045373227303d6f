package therapist

import (
	"cmp"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/stage"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
)

// Render draws the page. Pictures, controls, labels and signals have their places from the beginning: a video or a canvas that
// moves in the tree is lost.
func (v *Visit) Render() app.UI {
	switch {
	case v.lost != nil:
		return v.lostPage()
	case v.step == opening || v.step == "":
		return app.Main().ID("main").Class("main").Aria("busy", "true").Body(app.H1().Text(v.title()), app.P().Class("dim").Role("status").Text(words.T("app.loading")))
	case v.step == left || v.step == over:
		return v.afterPage()
	}
	signals := v.live != nil && v.live.lost == nil
	sides := [2][]app.UI{}
	front, toast, told := []app.UI{v.stage.Front(), v.Env.KnockFront()}, []app.UI(nil), ""
	books, labels := app.UI(kit.Slot()), kit.Slot()
	if signals {
		sides = [2][]app.UI{v.live.middle(), v.live.right()}
		front, toast, told = append(front, v.live.front()...), v.live.toast(), v.live.ui.said
		books, labels = v.live.books(), kit.Slot(v.live.labelCard())
	}
	return app.Div().ID("visit").Class("session watching visiting").TabIndex(-1).DataSet("theme", v.theme()).
		DataSet("visit", string(v.id)).DataSet("signals", strconv.FormatBool(signals)).DataSet("step", string(v.step)).DataSet("beside", strconv.FormatBool(v.stage.Open())).
		OnKeyDown(v.key, kit.Fresh()).
		OnClick(v.pressed, kit.Fresh()).
		Body(
			frame.Skip(),
			kit.Slot(v.head(signals)),
			app.Main().ID("main").TabIndex(-1).Class("session-body visit-body").Body(
				app.Section().Class("col visit-left").Aria("label", words.T("therapist.pane.acts")).Body(v.stage.Tiles(), v.stage.Panel(), v.stage.Typing(), v.stage.Bar(), labels),
				app.Section().Class("col watch-mid").Aria("label", words.T("therapist.pane.signals")).Hidden(!signals).Body(sides[0]...),
				app.Section().Class("col watch-right").Aria("label", words.T("therapist.pane.why")).Hidden(!signals).Body(sides[1]...)),
			app.Div().Class("watch-toast").Aria("live", "polite").Body(toast...),
			app.P().ID("spoken").Class("sr").Aria("live", "polite").Text(told),
			v.stage.Told(),
			app.Div().Body(books),
			app.Div().Body(front...),
			v.Env.Proof())
}

// theme is dark, unless somebody chose otherwise.
func (v *Visit) theme() string { return (&Live{Env: v.Env}).theme() }

// touched is a finger or a key: sound may begin.
func (v *Visit) touched(ctx app.Context) {
	v.Env.Sound.Unlock()
	ctx.PreventUpdate()
}

func (v *Visit) pressed(ctx app.Context, _ app.Event) { v.touched(ctx) }

// key is for the call first, then for labels.
func (v *Visit) key(ctx app.Context, e app.Event) {
	switch {
	case v.stage != nil && v.step == inside && (v.live == nil || v.live.ui.dialog == noDialog) && v.stage.Key(ctx, e):
		e.PreventDefault()
	case v.live != nil:
		v.live.key(ctx, e)
	default:
		v.touched(ctx)
	}
}

// head is the bar above: that of the signals, or a plain one.
func (v *Visit) head(signals bool) app.UI {
	trouble := app.UI(kit.Slot())
	if said := v.Env.Beside(cmp.Or(v.trouble, v.unread)); said != "" {
		trouble = kit.Slot(app.Div().ID("visit-trouble").Body(kit.Alert(kit.Warn, "warning", said)))
	}
	notes := kit.Button{ID: "notes", Icon: "edit", Word: stage.Word("panel.notes"), Class: "line small", Press: func(app.Context) { v.stage.ShowNotes() }}.Draw()
	if v.Env.Door != nil && v.Env.May(access.AdmitGuests) {
		notes = app.Div().Class("row gap2").Body(kit.Button{ID: "where", Icon: "home", Label: words.T("queue.where"), Class: "small", Press: func(ctx app.Context) {
			v.Env.Door.Whereabouts(ctx, v.id, v.visit.PatientName, v.visit.Guests...)
		}}.Draw(), notes)
	}
	if signals {
		return v.live.bar(trouble, notes)
	}
	full := v.Env.Page.IsFullscreen()
	house := app.UI(kit.Slot())
	if v.Env.Away() {
		house = kit.Slot(v.Env.HouseChip())
	}
	return app.Header().Class("bar session-bar watch-bar").Body(
		app.A().Class("brand").Href(api.TherapistPage).Aria("label", words.T("therapist.patients")).Body(kit.Mark()),
		app.Div().Class("grow row gap3").Body(app.H1().Class("t-lg cut").Text(v.title())),
		v.Env.Knocks(true), house, trouble, notes,
		app.Div().ID("visit-timer").Class("timer num").Role("timer").Aria("label", stage.Word("visit.timer")).Body(kit.Icon("clock", "sm"), app.Text(v.lasted())),
		kit.Button{ID: "full", Icon: "full", Label: words.T("therapist.full"), Pressed: &full, Press: func(app.Context) { v.Env.Page.Fullscreen(!v.Env.Page.IsFullscreen()) }}.Draw())
}

// lasted is how long the visit has been going.
func (v *Visit) lasted() string {
	began, ok := v.began()
	if !ok {
		return "–:––"
	}
	return elapsed(v.house().Sub(began))
}

func (v *Visit) lostPage() app.UI {
	icon, title := "lock", stage.Word("visit.lost")
	if fault.Is(v.lost, fault.Unavailable) {
		icon, title = "warning", words.T("app.house.away")
	}
	return app.Div().OnClick(v.pressed, kit.Fresh()).Body(app.Main().ID("main").Class("main").Body(
		v.Env.Knocks(false),
		app.H1().Class("sr").Text(stage.Word("visit.title")),
		app.Div().ID("visit-lost").Body(kit.Empty(icon, title, frame.Say(v.lost), kit.Link(words.T("therapist.patients"), "people", api.TherapistPage, "primary")))),
		v.Env.KnockFront())
}

// afterPage is what is left to do when the call is over for this therapist: to say what became of it, and to finish the notes.
func (v *Visit) afterPage() app.UI {
	key, acts := "visit.over", []app.UI{}
	if v.step == left {
		key = "visit.left"
		acts = append(acts, kit.Button{ID: "join-again", Word: stage.Word("visit.back"), Icon: "camera", Class: "primary", Press: v.back}.Draw())
	}
	acts = append(acts, app.A().ID("to-visits").Class("btn line").Href(api.TherapistPage).Body(kit.Icon("people", "sm"), app.Text(words.T("therapist.patients"))))
	why := app.UI(kit.Slot())
	if v.step == left && v.putOut {
		why = kit.Slot(app.Div().ID("put-out").Body(kit.Note(kit.Warn, "info", app.Text(stage.Word("visit.out")))))
	}
	body := []app.UI{v.Env.Knocks(false), v.Env.Notices(), app.H1().Text(stage.Word(key)), app.P().Class("dim").Text(v.title()), why, app.Div().Class("row gap2 wrap").Body(acts...)}
	if v.step == over {
		body = append(body, stage.Outcome{Is: v.visit.Outcome, Saved: v.visit.Said, Fault: v.Env.Beside(v.trouble), Choose: func(_ app.Context, o care.Outcome) {
			v.act(api.PutOutcome, api.OutcomeBody{Outcome: o})
		}}.Draw())
	}
	if v.stage != nil {
		body = append(body, v.stage.NotesCard())
	}
	return app.Div().ID("visit").Class("watching").DataSet("theme", v.theme()).DataSet("visit", string(v.id)).DataSet("step", string(v.step)).OnClick(v.pressed, kit.Fresh()).Body(
		app.Main().ID("main").Class("main visit-after").TabIndex(-1).Body(body...), v.Env.KnockFront(), v.Env.Proof())
}
