// Package patient is the patient's phone page: who receives which signal right now, since when, and the way to stop it.
// It shows no signals and judges nobody.
//
// Browser tests hold on to: [data-receiver] (therapist id), [data-signal] and [data-share] on each flowing signal,
// #stop-all, #stopped (after stopping), [data-device].
package patient

import (
	"context"
	"sync"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Page is the patient's page.
type Page struct {
	app.Compo
	Env *frame.Env

	allowed  []api.SharingEntry
	loaded   bool
	fault    error
	stopping map[live.ShareID]bool // asked to end, not yet told so
	stopped  bool                  // everything was stopped from here; said until something flows again

	ends []func()
}

// OnMount begins to follow the own room.
func (p *Page) OnMount(ctx app.Context) {
	p.stopping = map[live.ShareID]bool{}
	p.Env.LoadMe(ctx, func(ctx app.Context) { p.load(ctx) })
	p.ends = append(p.ends,
		p.Env.Follow(ctx, func(_ app.Context, v remote.View) { p.seen(v) }),
		p.Env.Live.Listen(func(e live.Event) {
			if e.Changed != nil && e.Changed.Change.Data != nil && e.Changed.Change.Data.What == "permissions" || e.Entered != nil {
				ctx.Dispatch(p.load)
			}
		}),
		everyMinute(ctx))
}

// OnDismount ends what OnMount began.
func (p *Page) OnDismount() {
	for _, end := range p.ends {
		end()
	}
}

// everyMinute draws the page anew now and then, so that "24 minutes" stays true.
func everyMinute(ctx app.Context) (stop func()) {
	done := make(chan struct{})
	tick := time.NewTicker(20 * time.Second)
	go func() {
		for {
			select {
			case <-tick.C:
				ctx.Dispatch(func(app.Context) {})
			case <-done:
				return
			}
		}
	}()
	var once sync.Once
	return func() { once.Do(func() { tick.Stop(); close(done) }) }
}

// load asks who may receive at all.
func (p *Page) load(ctx app.Context) {
	ctx.Async(func() {
		list, err := p.Env.API.GetSharing(ctx)
		ctx.Dispatch(func(app.Context) {
			if p.Env.SignedOut(err) {
				return
			}
			p.fault = err
			if err == nil {
				p.allowed, p.loaded = list.Items, true
			}
		})
	})
}

// seen forgets what was asked to end and has ended.
func (p *Page) seen(v remote.View) {
	room := v.Rooms[p.room()]
	for id := range p.stopping {
		if _, there := room.Share(id); !there && v.Link.State == live.Online {
			delete(p.stopping, id)
		}
	}
	if p.stopped && len(p.stopping) == 0 && p.sharing().Flowing() {
		p.stopped = false // somebody began again
	}
}

func (p *Page) room() live.RoomID    { return live.PatientRoom(p.Env.Me().Patient) }
func (p *Page) sharing() Sharing     { return SharingOf(p.Env.Live.View(), p.Env.Me().Patient, p.allowed) }
func (p *Page) houseNow() care.Stamp { now, _ := p.Env.Live.House(p.Env.Now()); return now }

// stop ends shares, or one signal of them. The wish is kept when the house is away.
func (p *Page) stop(ctx app.Context, shares []live.ShareID, signals ...access.Signal) {
	room := p.room()
	for _, id := range shares {
		p.stopping[id] = true
		go func() {
			c, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			err := p.Env.Live.Stop(c, room, id, signals...)
			ctx.Dispatch(func(app.Context) {
				if err == nil {
					delete(p.stopping, id)
				}
			})
		}()
	}
}

// stopAll ends everything that flows.
func (p *Page) stopAll(ctx app.Context) {
	p.stop(ctx, p.sharing().Shares())
	p.stopped = true
}
