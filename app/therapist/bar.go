package therapist

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/watch"
	"hearth/shared/api"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
)

// Render draws the page. Everything that comes and goes has a place of its own that stays, because elements are matched
// by position and a canvas that moves is lost.
func (l *Live) Render() app.UI {
	if l.lost != nil {
		icon, title := "lock", words.T("therapist.lost")
		if fault.Is(l.lost, fault.Unavailable) {
			icon, title = "warning", words.T("app.house.away")
		}
		return app.Div().Body(app.Main().ID("main").Class("main").Body(
			l.Env.Knocks(false),
			app.H1().Class("sr").Text(words.T("therapist.live")),
			kit.Empty(icon, title, frame.Say(l.lost),
				kit.Link(words.T("therapist.patients"), "people", api.TherapistPage, "primary"))), l.Env.KnockFront())
	}
	return app.Div().ID("live").Class("session watching").TabIndex(-1).DataSet("theme", l.theme()).
		OnKeyDown(l.key, kit.Fresh()).
		OnClick(func(ctx app.Context, _ app.Event) { l.Env.Sound.Unlock(); ctx.PreventUpdate() }, kit.Fresh()).
		Body(
			frame.Skip(),
			l.bar(),
			app.Main().ID("main").TabIndex(-1).Class("session-body watch-body").Body(
				app.Section().Class("col watch-left").Aria("label", words.T("therapist.pane.acts")).Body(l.left()...),
				app.Section().Class("col watch-mid").Aria("label", words.T("therapist.pane.signals")).Body(l.middle()...),
				app.Section().Class("col watch-right").Aria("label", words.T("therapist.pane.why")).Body(l.right()...)),
			app.Div().Class("watch-toast").Aria("live", "polite").Body(l.toast()...),
			app.P().ID("spoken").Class("sr").Aria("live", "polite").Text(l.ui.said),
			l.books(),
			app.Div().Body(l.front()...),
			l.Env.KnockFront())
}

// theme is dark, unless somebody chose otherwise.
func (l *Live) theme() string {
	switch l.Env.Page.Theme() {
	case "light", "child":
		return "light"
	}
	return "dark"
}

// bar is the head of the page. Beside stands what a visit adds.
func (l *Live) bar(beside ...app.UI) app.UI {
	st, full := l.stance(), l.Env.Page.IsFullscreen()
	return app.Header().Class("bar session-bar watch-bar").Body(
		app.A().Class("brand").Href(api.TherapistPage).Aria("label", words.T("therapist.patients")).Body(kit.Mark()),
		app.Div().Class("grow row gap3").Body(app.H1().Class("t-lg cut").Text(l.title()), l.demo()),
		l.Env.Knocks(true),
		app.Span().ID("watch").DataSet("phase", st.Phase).Body(kit.Chip(st.Tone, st.Icon, words.T("therapist.watch."+st.Phase))),
		l.path(),
		kit.Slot(beside...),
		app.Div().ID("timer").Class("timer num").Role("timer").Aria("label", words.T("therapist.timer")).Body(kit.Icon("clock", "sm"), app.Text(l.timer())),
		l.streamButton(st),
		kit.Button{ID: "full", Icon: "full", Label: words.T("therapist.full"), Pressed: &full, Press: func(app.Context) {
			l.Env.Page.Fullscreen(!l.Env.Page.IsFullscreen())
		}}.Draw(),
		kit.Button{ID: "more", Icon: "more", Label: words.T("app.more"), Press: func(app.Context) { l.ui.dialog = moreDialog }}.Draw())
}

func (l *Live) title() string {
	if n := l.name(); n != "" {
		return n
	}
	return words.T("app.loading")
}

func (l *Live) timer() string {
	if l.visit != nil {
		_, into := l.visit()
		return elapsed(into)
	}
	if l.sight.Start == 0 {
		return "–:––"
	}
	return elapsed(l.sight.Elapsed)
}

// demo says that what is drawn is made up.
func (l *Live) demo() app.UI {
	if demoOf(l.sight.State.Sensors, l.tablet()) {
		return app.Span().ID("demo").Body(kit.Badge(kit.Info, "info", words.T("app.demo")))
	}
	return app.Span()
}

// demoOf reports whether any sensor that is received or announced is a made-up one.
func demoOf(received []watch.Sensor, announced []live.Sensor) bool {
	for _, s := range received {
		if s.Demo {
			return true
		}
	}
	for _, s := range announced {
		if s.Demo {
			return true
		}
	}
	return false
}

// tablet is what the patient's aggregator announces.
func (l *Live) tablet() []live.Sensor { return rowOf(l.about, l.sight.Room, "").Sensors }

// path is the way the signals take, while there is one.
func (l *Live) path() app.UI {
	s := l.sight.State
	e := app.Span().ID("path").DataSet("way", string(s.Peer.Way)).DataSet("rtt", strconv.FormatInt(s.Peer.RoundTrip.Milliseconds(), 10))
	if s.Phase != watch.Streaming {
		return e
	}
	return e.Body(kit.Chip(kit.Live, "link", pathWord(s.Peer)))
}

func (l *Live) streamButton(st stance) app.UI {
	b := kit.Button{ID: "stream", Word: words.T("therapist.start"), Icon: "play", Class: "primary", Press: l.toggle,
		Disabled: l.desk == nil || !l.able() || len(mayReceive(l.about.Signals)) == 0}
	if st.On {
		b.Word, b.Icon, b.Class, b.Disabled = words.T("therapist.stop"), "stop", "danger-line", false
	}
	return b.Draw()
}

// books are the numbers a test holds the pages to: what was decoded and what became of it as the tablet told last
// (decoded = told + held + twice + late + unplaced + waiting), what was sent since and received of every sensor, how old
// things are when they are drawn, and what drawing costs.
func (l *Live) books() app.UI {
	int64s := func(n int64) string { return strconv.FormatInt(n, 10) }
	var list []app.UI
	for _, s := range l.sight.State.Sensors {
		list = append(list, app.Span().Class("book").DataSet("sensor", s.Key).DataSet("signal", s.Signal).DataSet("state", s.State).
			DataSet("decoded", int64s(s.Tally.Decoded)).DataSet("twice", int64s(s.Tally.Twice)).DataSet("late", int64s(s.Tally.Late)).
			DataSet("unplaced", int64s(s.Tally.Refused)).DataSet("waiting", int64s(s.Tally.Waiting)).
			DataSet("told", int64s(s.Tally.Sent)).DataSet("held", int64s(s.Tally.Held)).
			DataSet("newest", int64s(int64(s.Newest))).DataSet("sent", int64s(s.Account.Sent)).
			DataSet("received", int64s(s.Account.Received)).DataSet("lost", int64s(s.Account.Lost)).
			DataSet("refused", int64s(s.Account.Refused)).DataSet("open", int64s(s.Account.Open)).
			DataSet("battery", s.Battery).DataSet("tallies", s.Tallies))
	}
	ms := func(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
	pace := app.Span().ID("pace").DataSet("drawn", int64s(int64(l.sight.Pace.Drawn)))
	for i, of := range [...]string{"-50", "-95", "-99"} {
		p := l.sight.Pace
		pace = pace.DataSet("age"+of, ms(p.Age[i])).DataSet("wait"+of, ms(p.Wait[i])).DataSet("cost"+of, ms(p.Cost[i]))
	}
	return app.Div().ID("books").Hidden(true).Body(append(list, pace)...)
}

// notes are what must not be missed: an alarm first, then what stands between patient and page, then the house. They stand
// over the curves, which give way: a button that moves while somebody presses it makes another label of the press.
func (l *Live) notes() app.UI {
	list := []app.UI{l.alarm()}
	st := l.stance()
	help := app.Div().ID("help")
	switch {
	case st.Away:
		help = help.Body(kit.Note(kit.Warn, "warning", app.Text(st.Help)))
	case st.Help != "" && l.about.ID != "":
		help = help.Body(kit.Note(st.Tone, st.Icon, app.Text(st.Help)))
	}
	trouble := app.Div().ID("trouble")
	if said := l.Env.Beside(l.trouble); said != "" {
		trouble = trouble.Body(kit.Alert(kit.Warn, "warning", said))
	}
	unsaved := app.Div().ID("unsaved")
	if said := l.Env.Beside(l.sight.Page.Away); said != "" && l.sight.Page.Pending > 0 {
		unsaved = unsaved.Body(kit.Alert(kit.Warn, "warning", said+" "+words.T("therapist.kept-here")))
	}
	house := app.UI(app.Div())
	if !st.Away { // else it is said already, and better
		house = l.Env.Notices()
	}
	return app.Section().Class("watch-notes stack gap2").Aria("label", words.T("therapist.pane.notes")).
		Body(append(list, help, l.missing(), trouble, unsaved, house, l.muted())...)
}

// missing says that the books do not close: something was lost and nobody can say where, so no gap marks it.
func (l *Live) missing() app.UI {
	n := 0
	for _, s := range l.sight.State.Sensors {
		n += int(s.Missing())
	}
	box := app.Div().ID("missing").DataSet("missing", n)
	if n == 0 {
		return box
	}
	return box.Body(kit.Note(kit.Warn, "warning", app.Text(words.N("therapist.missing", n))))
}

// toast offers to take back what was just done.
func (l *Live) toast() []app.UI {
	t := l.ui.toast
	if t == nil {
		return nil
	}
	undo := ""
	if t.Undo != nil {
		undo = words.T("app.undo")
	}
	return []app.UI{app.Div().ID("toast").Body(kit.Toast(t.Text, undo, l.undoToast))}
}
