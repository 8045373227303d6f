// Package notices is where a page offers to tell its reader something on this device while no page is open: staff when
// somebody waits, patients about their visits. Whose notices a browser takes the house knows; the browser knows whether it
// takes any; this room brings the two together. It shows no notice itself.
//
// # Hooks for tests
//
// #notices with data-state (of wasm/push); #notices-on, #notices-off, #notices-look; #notices-failed, #notices-taken.
package notices

import (
	"context"
	"errors"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/wasm/push"
)

// For says whose words a page uses.
type For string

// The readers.
const (
	Staff   For = "staff"
	Patient For = "patient"
)

// Part is a part of a page. Its methods belong to the pages' goroutine. The zero value shows nothing.
type Part struct {
	env  *frame.Env
	who  For
	page app.Context // where answers come home to: what was pressed may be gone by then

	known  bool
	state  push.State
	house  api.Push
	asking bool // the browser asks the person
	busy   bool
	wrong  error
}

// Begin looks how this browser stands. Ctx is the page's own.
func (p *Part) Begin(ctx app.Context, env *frame.Env, who For) {
	p.env, p.who, p.page = env, who, ctx
	if env.Push != nil {
		p.look(ctx)
	}
}

// Begun reports whether Begin was called.
func (p *Part) Begun() bool { return p.env != nil }

// look asks the house and the browser. Without the house's answer nothing is offered: the page says what is wrong.
func (p *Part) look(app.Context) {
	p.away(func(ctx context.Context) func(app.Context) {
		house, err := p.env.API.GetPush(ctx)
		if err != nil {
			return nil
		}
		state := settle(ctx, p.env, house, p.env.Push.Look(ctx))
		return func(app.Context) { p.known, p.house, p.state, p.asking = true, house, state, false }
	})
}

// settle brings what browser and house know of each other together, and says whether the reader is told here. One that is the
// reader's own, from before they signed in again or under a key that is no more, is told to the house anew. One that is
// nobody's who is signed in here was left behind, and ended.
func settle(ctx context.Context, env *frame.Env, house api.Push, is push.Status) push.State {
	own := slices.Contains(house.Own, is.Endpoint)
	switch {
	case is.State != push.On:
		return is.State
	case is.Endpoint == house.Here && is.Key == house.Key:
		return push.On
	case own && subscribe(ctx, env, house.Key) == nil:
		return push.On
	case !own && !house.Taken:
		env.Push.Unsubscribe(ctx)
	}
	return push.Off
}

// errHouse marks what the house refused; the browser did its part.
var errHouse = errors.New("notices: the house did not take it")

// subscribe has the browser subscribe and tells the house.
func subscribe(ctx context.Context, env *frame.Env, key string) error {
	k, err := env.Push.Subscribe(ctx, key)
	if err != nil {
		return err
	}
	if err := env.API.PutPush(ctx, bodyOf(k)); err != nil {
		return errors.Join(errHouse, err)
	}
	env.Page.Keep(frame.ToldKey, env.Page.Slot())
	return nil
}

func bodyOf(k care.PushKeys) (b api.PushBody) {
	b.Endpoint, b.Keys.P256dh, b.Keys.Auth = k.Endpoint, k.P256dh, k.Auth
	return b
}

// on switches notices on. Nothing is waited for before the browser is asked, which asks the person.
func (p *Part) on(app.Context) {
	p.asking, p.wrong = true, nil
	p.away(func(ctx context.Context) func(app.Context) {
		err := subscribe(ctx, p.env, p.house.Key)
		if errors.Is(err, errHouse) && !p.house.Taken {
			p.env.Push.Unsubscribe(ctx) // nobody would send there
		}
		state := p.env.Push.Look(ctx).State
		return func(app.Context) {
			p.asking = false
			if p.env.SignedOut(err) {
				return
			}
			p.wrong = err
			switch {
			case err == nil:
				p.state, p.house.Taken = push.On, false
			case state != push.On:
				p.state = state
			}
			if errors.Is(err, push.ErrDenied) {
				p.wrong = nil // said by the state, or the person changed their mind
			}
		}
	})
}

// off switches them off: for the house first, so that nothing is on its way any more.
func (p *Part) off(app.Context) {
	p.busy, p.wrong = true, nil
	p.away(func(ctx context.Context) func(app.Context) {
		var told error
		if endpoint := p.env.Push.Look(ctx).Endpoint; endpoint != "" {
			told = p.env.API.DeletePush(ctx, endpoint)
		}
		_, err := p.env.Push.Unsubscribe(ctx)
		return func(app.Context) {
			p.busy = false
			if p.env.SignedOut(told) {
				return
			}
			if told == nil || err == nil { // either is enough for nothing to come
				p.env.Page.Keep(frame.ToldKey, "")
				p.state = push.Off
				return
			}
			p.wrong = errors.Join(errHouse, told)
		}
	})
}

// away does work away from the page and comes home with what it returns.
func (p *Part) away(work func(context.Context) func(app.Context)) {
	page := p.page
	page.Async(func() {
		if then := work(page); then != nil {
			page.Dispatch(then)
		}
	})
}

// isHouse reports whether it was the house that did not take it, and not the browser or its service.
func isHouse(err error) bool { return errors.Is(err, errHouse) }
