package therapist

import (
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/chart"
	"hearth/app/frame"
	"hearth/app/sitting"
	"hearth/app/watch"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/wasm/sound"
)

// Live is the live page of one patient: the signals, what explains them, and what the therapist writes down.
//
// What browser tests may hold on to:
//
//	#watch[data-phase]        absent, asking, connecting, streaming, mending, idle, ended, withdrawn, refused, …
//	#stream                   the button that starts and stops
//	#hr #mean-hr #rmssd #sdnn data-value: the plain number; no such attribute while it is not valid
//	#path[data-way][data-rtt] the way the signals take, milliseconds there and back
//	.book[data-sensor]        per sensor: data-decoded -sent -received -lost -held -refused -open, data-signal, data-state
//	#pace                     data-age-50 -95 -99: age of the newest drawn sample in ms; data-cost-50 -99: ms per frame
//	#labels li[data-id]       data-at (session µs), data-pending; #label-0 … the vocabulary's buttons
//	#alarm[data-alarm]        low, high, lead-off; no such attribute while nothing is wrong
//	#rest-start #rest-stop #rest-clear #suds #suds-save #note #note-add #toast button #pending[data-n]
type Live struct {
	app.Compo
	Env *frame.Env

	patient    care.PatientID
	about      api.Patient
	lost       error // why the patient cannot be shown at all
	trouble    error // the last thing that did not work, in a note
	desk       *desk
	wish       wish
	asked      bool // the wish of an earlier page was looked at
	stopBeat   func()
	measuring  func() // ends frame.Env.Measuring
	wanted     bool   // at the last look
	streamed   bool   // signals came since they were wanted
	limits     api.Limits
	vocabulary []care.Word

	sight sight
	ui    desktop
}

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
	rest    *api.Baseline
}

const (
	beatTime    = 500 * time.Millisecond
	spokenTime  = 10 * time.Second
	alarmAgain  = 3 * time.Second
	ecgCanvas   = "ecg"
	trendCanvas = "trend"
)

// OnMount opens the desk of the patient the address names.
func (l *Live) OnMount(ctx app.Context) {
	l.ui = newDesktop()
	l.Env.LoadMe(ctx, l.open)
	l.stopBeat = beat(ctx, beatTime, l.look)
}

// OnNav follows the address to another patient.
func (l *Live) OnNav(ctx app.Context) {
	if l.desk != nil && patientOf(ctx.Page().URL().Path) != l.patient {
		l.shut()
		l.open(ctx)
	}
}

// OnDismount ends what OnMount began.
func (l *Live) OnDismount() {
	if l.stopBeat != nil {
		l.stopBeat()
	}
	l.shut()
}

// beat calls f on the page's goroutine again and again until stopped.
func beat(ctx app.Context, every time.Duration, f func(app.Context)) (stop func()) {
	end := make(chan struct{})
	go func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				ctx.Dispatch(f)
			case <-end:
				return
			}
		}
	}()
	closed := false
	return func() {
		if !closed {
			closed = true
			close(end)
		}
	}
}

// patientOf reads the patient out of the page's address; what is no identity is "".
func patientOf(path string) care.PatientID {
	id := care.PatientID(strings.Trim(strings.TrimPrefix(path, api.LivePage), "/"))
	if !care.ValidID(id) {
		return ""
	}
	return id
}

func (l *Live) open(ctx app.Context) { l.openPatient(ctx, patientOf(ctx.Page().URL().Path)) }

func (l *Live) openPatient(ctx app.Context, id care.PatientID) {
	l.patient = id
	l.about, l.lost, l.trouble, l.asked = api.Patient{}, nil, nil, false
	if l.patient == "" || l.Env.Me().ID == "" {
		l.lost = fault.New(fault.NotFound, "live.no-room", nil)
		return
	}
	l.limits = api.Limits(limitsOf(l.patient))
	l.vocabulary = care.DefaultVocabulary()
	l.wish = wishOf(l.Env.Page, l.Env.Me().ID, l.patient)
	l.desk = openDesk(l.Env, l.patient, func(e live.Event) {
		ctx.Dispatch(func(ctx app.Context) { l.heard(ctx, e) })
	})
	l.desk.feed.limit(l.limits)
	l.load(ctx)
	ctx.Defer(func(app.Context) {
		if l.desk != nil {
			l.desk.draw()
		}
	})
	l.Env.Page.Focus("live")
	l.look(ctx)
}

func limitsOf(p care.PatientID) api.Limits {
	d := care.DefaultLimits(p)
	return api.Limits{HeartLow: d.HeartLow, HeartHigh: d.HeartHigh, LeadOff: d.LeadOff}
}

// shut leaves the patient.
func (l *Live) shut() {
	if l.desk != nil {
		l.desk.close()
		l.desk = nil
	}
	l.mind(false)
	l.wanted, l.streamed, l.sight = false, false, sight{}
}

// mind keeps the tab from being loaded anew while signals are wanted.
func (l *Live) mind(on bool) {
	switch {
	case on && l.measuring == nil:
		l.measuring = l.Env.Measuring()
	case !on && l.measuring != nil:
		l.measuring()
		l.measuring = nil
	}
}

// heard follows what the house tells of this patient.
func (l *Live) heard(ctx app.Context, e live.Event) {
	if l.desk == nil {
		return
	}
	room := live.PatientRoom(l.patient)
	switch {
	case e.Entered != nil && e.Entered.Room == room:
		l.desk.book.Refresh()
		l.load(ctx)
	case e.Left != nil && e.Left.Room == room:
		l.loadPatient(ctx)
	case e.Changed != nil && e.Changed.Change.Data != nil:
		switch e.Changed.Change.Data.What {
		case "labels", "baseline", "sitting":
			l.desk.book.Refresh()
		case "limits":
			l.loadLimits(ctx)
		case "vocabulary":
			l.loadVocabulary(ctx)
		default:
			l.loadPatient(ctx)
		}
	}
	l.look(ctx)
}

func (l *Live) load(ctx app.Context) {
	l.loadPatient(ctx)
	l.loadLimits(ctx)
}

// loadPatient reads who it is and what may be received. What another page is meanwhile asked for is dropped.
func (l *Live) loadPatient(ctx app.Context) {
	id := l.patient
	ctx.Async(func() {
		about, err := l.Env.API.GetPatient(ctx, id)
		ctx.Dispatch(func(ctx app.Context) {
			if l.desk == nil || l.patient != id || l.Env.SignedOut(err) {
				return
			}
			switch {
			case fault.Is(err, fault.NotFound):
				l.lost = err
				l.wish.drop()
				l.shut()
				return
			case err != nil:
				return // the room knows the name; it is read again when the house is back
			}
			first := l.about.ID == ""
			l.about = about
			if first {
				l.Env.Page.SetTitle(about.Name + " · " + words.T("app.name"))
				l.loadVocabulary(ctx)
			}
			l.permitted()
			l.look(ctx)
		})
	})
}

// permitted brings an earlier page's stream back, or a stream in line with what is permitted now.
func (l *Live) permitted() {
	may := mayReceive(l.about.Signals)
	state := l.desk.watch.State()
	switch {
	case !l.asked:
		l.asked = true
		if len(may) > 0 && l.wish.stands(l.Env.Now()) {
			l.desk.watch.Start(may)
		}
	case state.Wanted && len(may) > 0 && !slices.Equal(may, l.ui.wanted):
		l.desk.watch.Start(may)
	}
	l.ui.wanted = may
}

func (l *Live) loadLimits(ctx app.Context) {
	id := l.patient
	ctx.Async(func() {
		limits, err := l.Env.API.GetLimits(ctx, id)
		ctx.Dispatch(func(app.Context) {
			if err == nil && l.desk != nil && l.patient == id {
				l.limits = limits
				l.desk.feed.limit(limits)
			}
		})
	})
}

func (l *Live) loadVocabulary(ctx app.Context) {
	project := l.about.Project
	ctx.Async(func() {
		v, err := l.Env.API.GetVocabulary(ctx, project)
		ctx.Dispatch(func(app.Context) {
			if err == nil && len(v.Words) > 0 {
				l.vocabulary = v.Words
				l.sight.drawn = nil
			}
		})
	})
}

// look takes in how everything stands, and does what follows from it.
func (l *Live) look(ctx app.Context) {
	if l.desk == nil {
		return
	}
	d, now := l.desk, l.Env.Stamp()
	s := sight{State: d.watch.State(), Page: d.book.Page(), Reading: d.feed.read(), drawn: l.sight.drawn, rest: l.sight.rest}
	view := l.Env.Live.View()
	s.Link, s.Room = view.Link.State, view.Rooms[live.PatientRoom(l.patient)]
	session, _ := d.watch.Session(now)
	s.Start = start(s.Page.Sitting, view.Clock.Offset, session.Sub(now))
	if s.Start != 0 {
		s.Elapsed = session.Sub(s.Start)
	}
	d.pace.startAt(s.Start)
	s.Facts, s.Pace = d.trend.Facts(session), d.pace.figures()
	l.keepUp(s.State)
	var loud bool
	s.Alarm, loud = d.feed.tick(session, l.wanted && l.streamed)
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
	}
	if marks := flags(s.Page.Labels, l.vocabulary); s.drawn == nil || !slices.Equal(marks, s.drawn) {
		s.drawn = marks
		l.desk.trend.Labels(marks)
	}
	if s.Start != l.sight.Start {
		l.desk.trend.Start(s.Start)
	}
}

// sound lets an alarm be heard, again and again while it stands.
func (l *Live) sound(loud bool, now time.Time) {
	if loud && now.Sub(l.ui.rang) >= alarmAgain {
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

// stance is how the stream stands.
func (l *Live) stance() stance {
	may := l.about.ID == "" || slices.ContainsFunc(l.about.Signals, func(s access.Signal) bool { return len(mayReceive([]access.Signal{s})) > 0 })
	return stanceOf(l.sight.State, l.sight.Link, may)
}

// toggle starts the stream, or stops it.
func (l *Live) toggle(ctx app.Context) {
	if l.desk == nil {
		return
	}
	if l.sight.State.Wanted {
		l.desk.watch.Stop()
		l.wish.drop()
	} else {
		l.ui.wanted = mayReceive(l.about.Signals)
		l.desk.watch.Start(l.ui.wanted)
		l.wish.hold(l.Env.Now())
	}
	l.soon(ctx)
}

// soon looks again once what was just asked for has had a moment.
func (l *Live) soon(ctx app.Context) {
	l.look(ctx)
	ctx.After(50*time.Millisecond, l.look)
}
