package therapist

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/chart"
	"hearth/app/kit"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/wasm/rtc"
	"hearth/wasm/sound"
)

// sight is what the page shows of the world: a copy, taken twice a second and after every act.
type sight struct {
	State   watch.State
	Page    sitting.Page
	Reading reading
	Facts   chart.Facts
	Alarm   sitting.Alarm
	Pace    paceFigures
	Start   care.Stamp // of the sitting, session clock; 0 without one
	Elapsed time.Duration
	Link    live.LinkState
	Room    live.RoomView
	drawn   []chart.Label
	Told    []sitting.Entry // labels only the tablet knows
	changes int             // of the list of labels and how it is said
	rest    *api.Baseline
}

// steady is how much the beginning of a sitting may move on the session clock, as the clocks are compared better and
// better, before what is counted from it is said anew. All of that is said in whole seconds.
const steady = time.Second

// anchor is where the sitting begins from now on: where it began at the last look, unless that is truly another place.
func anchor(was, is care.Stamp) care.Stamp {
	if was != 0 && is != 0 && is.Sub(was).Abs() < steady {
		return was
	}
	return is
}

// look takes in how everything stands, and does what follows from it.
func (l *Live) look(ctx app.Context) {
	if l.desk == nil {
		l.reopen(ctx)
		return
	}
	l.retry(ctx)
	l.desk.draw() // the canvases may have come after the desk
	d, now := l.desk, l.Env.Stamp()
	s := sight{State: d.watch.State(), Page: d.book.Page(), Reading: d.feed.read(), drawn: l.sight.drawn, rest: l.sight.rest, changes: l.sight.changes}
	view := l.Env.Live.View()
	s.Link, s.Room = view.Link.State, view.Rooms[live.PatientRoom(l.patient)]
	if s.Link == live.TurnedAway { // nobody is signed in any more: nothing of a patient stays on the screen
		l.mind(false)
		l.Env.SignedOut(live.Fault(view.Link.Code))
	}
	session, _ := d.watch.Session(now)
	s.Start = anchor(l.sight.Start, start(s.Page.Sitting, view.Clock.Offset, session.Sub(now)))
	if s.Start != 0 {
		s.Elapsed = session.Sub(s.Start)
	}
	d.pace.startAt(s.Start)
	s.Facts, s.Pace = d.trend.Facts(session), d.pace.figures()
	l.keepUp(s.State)
	var loud bool
	s.Alarm, loud = d.feed.tick(session, l.wanted && l.streamed, s.State.Sensors)
	l.sound(loud, l.Env.Now())
	l.charts(&s)
	l.sight = s
	l.ui.tick(l.Env.Now(), func() string { return spoken(l.figures(), l.name()) })
}

// keepUp follows the stream: a sitting begins with the first signals, and a wish ends when somebody ended the stream.
func (l *Live) keepUp(s watch.State) {
	streaming := s.Phase == watch.Streaming
	if streaming && !l.streamed {
		l.streamed = true
		l.desk.book.Begin()
		l.Env.Sound.Unlock() // a browser that knows this house may allow it without a touch
	}
	switch {
	case s.Wanted:
		l.wish.hold(l.Env.Now())
	case l.wanted:
		l.wish.drop()
		l.streamed = false
	}
	l.wanted = s.Wanted
	l.mind(s.Wanted)
}

// charts hands the trend what is drawn besides the numbers, when it changed.
func (l *Live) charts(s *sight) {
	if s.rest != s.Page.Baseline {
		s.rest = s.Page.Baseline
		var b care.Baseline
		if s.rest != nil {
			b = care.Baseline{Start: s.rest.Start, End: s.rest.End, Measures: s.rest.Measures}
		}
		l.desk.trend.Baseline(b)
		l.desk.feed.compare(s.rest)
	}
	own := l.desk.book.Marks()
	l.desk.watch.Tell(own)
	s.Told = others(s.State.Marks, own, s.Start)
	if marks := flags(together(s.Page.Labels, s.Told), l.vocabulary); s.drawn == nil || !slices.Equal(marks, s.drawn) {
		s.drawn = marks
		s.changes++
		l.desk.trend.Labels(marks)
	}
	if s.Start != l.sight.Start {
		s.changes++
		l.desk.trend.Start(s.Start)
	}
	if !slices.Equal(s.Page.Labels, l.sight.Page.Labels) {
		s.changes++
	}
}

// sound lets an alarm be heard, again and again while it stands.
func (l *Live) sound(loud bool, now time.Time) {
	if loud && now.Sub(l.ui.rang) >= alarmAgain && l.Env.Sound.Ready() {
		l.ui.rang = now
		l.Env.Sound.Play(sound.Alarm)
	}
}

func (l *Live) figures() []figure {
	s := l.sight
	return figures(s.Reading, s.State.Wanted && l.streamed, s.Page.Baseline)
}

// name is the patient's, from whoever said it first.
func (l *Live) name() string {
	if l.about.Name != "" {
		return l.about.Name
	}
	return l.sight.Room.Name
}

// able reports whether this browser can connect to a patient at all.
func (l *Live) able() bool {
	_, none := l.Env.Peers.(rtc.None)
	return !none
}

// stance is how the stream stands.
func (l *Live) stance() stance {
	if !l.able() {
		return stance{Phase: unavailable, Tone: kit.Bad, Icon: "warning", Help: words.T("therapist.watch.unavailable.help")}
	}
	may := l.about.ID == "" || slices.ContainsFunc(l.about.Signals, func(s access.Signal) bool { return len(mayReceive([]access.Signal{s})) > 0 })
	return stanceOf(l.sight.State, l.sight.Link, may)
}
