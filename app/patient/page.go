// Package patient is the patient's phone page: who receives which signal right now, since when, and the way to stop it.
// It shows no signals and judges nobody.
//
//	Sharing   who receives what, made of what the house tells; no page
//	Wishes    what was asked to stop, until it has; no clock
//	Page      draws both and passes on what people press
//
// # Hooks for tests
//
//	[data-receiver]          a card per therapist who receives now; the therapist's id
//	[data-signal]            a flowing signal in it ("ecg"), with [data-share], the ids of its streams; its button is
//	                         #stop-{receiver}-{signal}
//	#stop-all                stops everything
//	#stopping, #stopped      after it was pressed: not yet, done
//	#stop-waits              the house is away: the wish is kept
//	#unseen                  data-signals = what nobody receives
//	#allowed [data-therapist] who may receive at all; data-signals
//	[data-device]            a sensor's row; data-state, data-here
//	#visit-due, #visit-ready the visit that may be come into
//	#last-known, #again, #install, #open-sensors
package patient

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/notices"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/shared/words"
)

// Page is the patient's page.
type Page struct {
	app.Compo
	Env *frame.Env

	allowed []api.SharingEntry
	loaded  bool
	asking  bool  // who am I, or who may receive, is being asked
	again   bool  // it changed meanwhile: ask once more
	fault   error // of the last asking
	refused error // of the last stop
	wishes  Wishes
	stopped bool // everything was stopped from here; said until something flows again

	visits []api.Attendance // invited to
	calls  notices.Part     // of this device, about visits

	ends []func()
}

// OnMount begins to follow the own room.
func (p *Page) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(words.T("patient.title") + " · " + words.T("app.name"))
	p.load(ctx)
	p.calls.Begin(ctx, p.Env, notices.Patient)
	p.ends = append(p.ends,
		p.Env.Follow(ctx, func(ctx app.Context, _ remote.View) { p.seen(ctx) }),
		p.Env.Live.Listen(func(e live.Event) {
			if stirs(e) {
				ctx.Dispatch(p.load)
			}
		}),
		frame.Again(ctx, 20*time.Second, p.seen), // so that "24 minutes" stays true
		frame.Again(ctx, time.Minute, p.lookVisits))
}

// OnDismount ends what OnMount began.
func (p *Page) OnDismount() {
	for _, end := range p.ends {
		end()
	}
	p.ends = nil
}

// stirs reports whether who may receive can have changed.
func stirs(e live.Event) bool {
	if e.Changed != nil && e.Changed.Change.Data != nil {
		what := e.Changed.Change.Data.What
		return what == "permissions" || what == "people"
	}
	return e.Entered != nil
}

// load asks who is signed in, once, and who may receive at all. One asking at a time.
func (p *Page) load(ctx app.Context) {
	if p.asking {
		p.again = true
		return
	}
	p.asking, p.again = true, false
	p.Env.LoadMe(ctx, func(ctx app.Context) {
		if p.Env.Me().ID == "" {
			p.told(ctx, nil, fault.New(fault.Unavailable, "network", nil))
			return
		}
		ctx.Async(func() {
			list, err := p.Env.API.GetSharing(ctx)
			ctx.Dispatch(func(ctx app.Context) { p.told(ctx, list.Items, err) })
		})
	})
}

// told takes the answer.
func (p *Page) told(ctx app.Context, allowed []api.SharingEntry, err error) {
	p.asking = false
	if p.Env.SignedOut(err) {
		return
	}
	p.fault = err
	if err == nil {
		p.allowed, p.loaded = allowed, true
		p.lookVisits(ctx)
	}
	if p.again {
		p.load(ctx)
	}
}

func (p *Page) room() live.RoomID    { return live.PatientRoom(p.Env.Me().Patient) }
func (p *Page) sharing() Sharing     { return SharingOf(p.Env.Live.View(), p.Env.Me().Patient, p.allowed) }
func (p *Page) houseNow() care.Stamp { now, _ := p.Env.Live.House(p.Env.Now()); return now }

// seen tells the house what is wished and not yet told.
func (p *Page) seen(ctx app.Context) {
	s := p.sharing()
	for _, o := range p.wishes.See(s, p.Env.Now()) {
		p.tell(ctx, s, o)
	}
	if p.stopped && !p.wishes.Any() && s.Flowing() {
		p.stopped = false // somebody began again
	}
}

// tell sends one order to the house. Without an answer it stays told: the live connection keeps it.
func (p *Page) tell(ctx app.Context, s Sharing, o Order) {
	room := p.room()
	go func() {
		c, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err := p.Env.Live.Stop(c, room, o.Share, o.Signals...)
		ctx.Dispatch(func(app.Context) { p.answered(s, o, err) })
	}()
}

// answered takes back what the house refused, so that the button can be pressed again. A stream that has ended
// already is no refusal.
func (p *Page) answered(s Sharing, o Order, err error) {
	if err == nil || errors.Is(err, context.DeadlineExceeded) || fault.Of(err).Code == live.CodeNoShare {
		return
	}
	p.refused, p.stopped = err, false
	for _, r := range s.Receivers {
		for _, f := range r.Flows {
			if slices.Contains(f.Shares, o.Share) && (o.Signals == nil || slices.Contains(o.Signals, f.Signal)) {
				p.wishes.Forget(Wish{r.ID, f.Signal})
			}
		}
	}
}

// stop ends one signal of one therapist.
func (p *Page) stop(ctx app.Context, therapist care.PersonID, signal access.Signal) {
	p.refused = nil
	p.wishes.Add(therapist, signal)
	p.seen(ctx)
}

// stopAll ends everything that flows.
func (p *Page) stopAll(ctx app.Context) {
	p.refused, p.stopped = nil, true
	for _, r := range p.sharing().Receivers {
		for _, f := range r.Flows {
			p.wishes.Add(r.ID, f.Signal)
		}
	}
	p.seen(ctx)
}
