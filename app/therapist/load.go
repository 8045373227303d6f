package therapist

import (
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
)

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
	case e.Ended != nil && e.Ended.Room == room:
		l.soon(ctx) // what ended must not look alive for one more beat
		return
	case e.Changed != nil && e.Changed.Change.Data != nil:
		switch e.Changed.Change.Data.What {
		case "labels", "baseline", "sitting":
			l.desk.book.Refresh()
		case "limits":
			l.loadLimits(ctx)
		case "vocabulary":
			l.loadVocabulary(ctx)
		case "visit", "visits", "queue", "lines": // nothing of the patient: of six who come and go a page hears a hundred times
		default:
			l.loadPatient(ctx)
		}
	}
	l.look(ctx)
}

// unread is what the page should know and does not yet: a first reading that failed is tried again, so that no default
// is taken for the patient's own.
type unread struct {
	limits, words bool
	tried         time.Time
}

const readAgain = 5 * time.Second

func (l *Live) load(ctx app.Context) {
	l.read.tried = l.Env.Now()
	l.loadPatient(ctx)
	l.loadLimits(ctx)
}

// retry reads again what could not be read, now and then.
func (l *Live) retry(ctx app.Context) {
	now := l.Env.Now()
	if now.Sub(l.read.tried) < readAgain {
		return
	}
	l.read.tried = now
	if l.about.ID == "" {
		l.loadPatient(ctx)
	} else if l.read.words {
		l.loadVocabulary(ctx)
	}
	if l.read.limits {
		l.loadLimits(ctx)
	}
}

// reopen tries again where the house could not even be asked who is looking.
func (l *Live) reopen(ctx app.Context) {
	now, away := l.Env.Now(), func() bool { return l.desk == nil && fault.Is(l.lost, fault.Unavailable) }
	if !away() || now.Sub(l.read.tried) < readAgain {
		return
	}
	l.read.tried = now
	l.Env.LoadMe(ctx, func(ctx app.Context) {
		if away() {
			l.openPatient(ctx, l.patient)
		}
	})
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
		if l.able() && len(may) > 0 && l.wish.stands(l.Env.Now()) {
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
				l.limits, l.read.limits = limits, false
				l.desk.feed.limit(limits)
			}
		})
	})
}

func (l *Live) loadVocabulary(ctx app.Context) {
	project := l.about.Project
	ctx.Async(func() {
		v, err := l.Env.API.OwnVocabulary(ctx, project)
		ctx.Dispatch(func(app.Context) {
			if err == nil && len(v.Words) > 0 {
				l.vocabulary, l.read.words = v.Words, false
				l.sight.drawn = nil
			}
		})
	})
}
