package therapist

import (
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// Live is the live page of one patient: the signals, what explains them, and what the therapist writes down.
//
// What browser tests may hold on to:
//
//	#watch[data-phase]        absent, asking, connecting, streaming, mending, idle, ended, withdrawn, refused, …
//	#stream                   the button that starts and stops
//	#hr #mean-hr #rmssd #sdnn #stress
//	                          data-value: the plain number; no such attribute while it is not valid. #stress also has
//	                          data-gate: unseen, quiet, light, moving, recovering, settling; #why-hr … explain in #about
//	#quality[data-quality]    good, fair, poor, …; data-flaws: what spoils the signal
//	#rest-still[data-value]   how many seconds of rest were collected to compare with; #rest-refused[data-why]
//	#path[data-way][data-rtt] the way the signals take, milliseconds there and back
//	.book[data-sensor]        per sensor: data-decoded -sent -received -lost -held -refused -open … (see books), data-signal,
//	                          data-state; #missing[data-missing]: how many samples nobody can account for
//	#over[data-phase]         covers what is left of the ECG once nothing is received; hidden until then
//	#filled[data-n][data-of]  how many moments of the trend in sight were filled in later, of how many; hidden while there are
//	                          none
//	#pace                     over the last minute, ms, -50 -95 -99: data-age of a sample when drawn, data-wait since it had
//	                          come to the tablet's page, data-cost of a frame; data-drawn: the newest moment, session µs, that
//	                          was drawn with a sample of it
//	#labels li[data-id]       data-at (session µs), data-pending, data-told: only the tablet told it; #label-0 … the
//	                          vocabulary's buttons
//	#breath[data-slow]        how fast the patient breathes; not there while the heart does not tell
//	#alarm[data-alarm]        low, high, lead-off; no such attribute while nothing is wrong
//	#rest-start #rest-stop #rest-clear #suds #suds-save #note #note-add #toast button #pending[data-n] #unsaved
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
	read       unread // what could not be read yet
	measuring  func() // ends frame.Env.Measuring
	wanted     bool   // at the last look
	streamed   bool   // signals came since they were wanted
	limits     api.Limits
	vocabulary []care.Word

	sight sight
	ui    desktop
	visit func() (care.VisitID, time.Duration) // where a moment is in the visit; nil: there is none
	relay bool                                 // signals come through a relay or not at all
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
	l.stopBeat = frame.Again(ctx, beatTime, l.look)
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
	switch {
	case l.patient == "":
		l.lost = fault.New(fault.NotFound, "live.no-room", nil)
		return
	case l.Env.Me().ID == "":
		l.lost, l.read.tried = fault.New(fault.Unavailable, "network", nil), l.Env.Now()
		return
	}
	l.limits, l.read = limitsOf(l.patient), unread{limits: true, words: true}
	l.vocabulary = care.DefaultVocabulary()
	l.wish = wishOf(l.Env.Page, l.Env.Me().ID, l.patient)
	l.desk = openDesk(l.Env, l.patient, l.relay, func(e live.Event) {
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
