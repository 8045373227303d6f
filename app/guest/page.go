// Package guest shows a page of a service inside a portal. The page runs in a frame without an origin of its own
// (sandbox without allow-same-origin): it has no cookies, no storage, sees nothing of the portal, opens no windows and leads
// nobody away; the portal's policy lets only origins of registered services in. Nothing is given to it, not even who looks:
// a message into a frame could be read by whatever was loaded there last. A service that must know who somebody is has them
// sign in through OpenID Connect in a tab of its own, where they see whose page it is and are asked; the link is here. The
// package never listens to what a page says.
package guest

import (
	"net/url"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/shared/api"
	"hearth/shared/words"
)

// patience is how long a page may take before the portal says that it does not answer.
const patience = 15 * time.Second

// Page is one page of a service, at the portal's address + frame.GuestPart + the service's id.
//
// What tests hold on to: #guest with data-state "loading", "there" or "away"; #guest-frame, #guest-again, #guest-tab; #guest-none.
type Page struct {
	app.Compo
	Env  *frame.Env
	Side func(here string) []frame.Place // of the portal

	known bool
	fault error
	shown *api.ShownPage
	state string
	stops []func()
}

// The states of the frame.
const (
	loading = "loading"
	there   = "there"
	away    = "away"
)

// OnMount finds the page.
func (p *Page) OnMount(ctx app.Context) {
	p.Env.Page.SetTitle(words.T("service.slot.title") + " · " + words.T("app.name"))
	p.Env.LoadMe(ctx, p.read)
	p.stops = append(p.stops, p.Env.Follow(ctx, func(app.Context, remote.View) {}))
}

// OnDismount ends what OnMount began.
func (p *Page) OnDismount() {
	for _, stop := range p.stops {
		stop()
	}
	p.stops = nil
}

func (p *Page) read(ctx app.Context) {
	p.fault = nil
	ctx.Async(func() {
		list, err := p.Env.API.ListServicePages(ctx)
		ctx.Dispatch(func(ctx app.Context) {
			if p.Env.SignedOut(err) {
				return
			}
			p.fault, p.known = err, err == nil
			for _, one := range list.Items {
				if frame.GuestAt(one) == here() {
					p.shown, p.state = &one, loading
					p.Env.Page.SetTitle(words.Spoken(one.Title) + " · " + words.T("app.name"))
					p.stops = append(p.stops, frame.Again(ctx, patience, p.late))
				}
			}
		})
	})
}

// here is the page's own address.
func here() string { return strings.TrimSuffix(app.Window().URL().Path, "/") }

// late says that a page which was not loaded in time does not answer.
func (p *Page) late(app.Context) {
	if p.state == loading {
		p.state = away
	}
}

// Render draws the page with what stands around it.
func (p *Page) Render() app.UI {
	title, body := words.T("service.slot.title"), []app.UI{}
	switch {
	case p.fault != nil:
		body = append(body, kit.Note(kit.Warn, "warning", app.Div().Class("row wrap gap2 between").Role("alert").Body(app.Text(frame.Say(p.fault)),
			kit.Button{ID: "again", Word: words.T("app.retry"), Icon: "refresh", Class: "line small", Press: p.read}.Draw())))
	case !p.known:
		body = append(body, app.P().Class("dim").Aria("busy", "true").Text(words.T("app.loading")))
	case p.shown == nil:
		body = append(body, app.Div().ID("guest-none").Body(kit.Empty("search", words.T("app.not-found"), words.T("service.slot.gone"))))
	default:
		title = words.Spoken(p.shown.Title)
		body = append(body, p.slot()...)
	}
	return p.Env.Staff(title, p.Side(""), append([]app.UI{app.Header().Body(app.H1().Text(title))}, body...)...)
}

// slot is the frame, with whose page it is above.
func (p *Page) slot() []app.UI {
	name := p.shown.Name
	state := []app.UI{}
	switch p.state {
	case loading:
		state = append(state, app.P().Class("dim").Role("status").Aria("busy", "true").Text(words.T("service.slot.loading", "name", name)))
	case away:
		state = append(state, kit.Note(kit.Warn, "warning", app.Div().Class("row wrap gap2 between").Role("alert").Body(app.Text(words.T("service.slot.away", "name", name)),
			kit.Button{ID: "guest-again", Word: words.T("app.retry"), Icon: "refresh", Class: "line small", Press: func(app.Context) { p.Env.Page.Reload() }}.Draw())))
	}
	return []app.UI{
		app.Div().Class("row wrap gap2 between guest-by").Body(app.P().Class("dim small grow").Text(words.T("service.slot.by", "name", name, "host", host(p.shown.Address))),
			app.A().ID("guest-tab").Class("btn line small").Href(p.shown.Address).Target("_blank").Rel("noopener noreferrer").Body(kit.Icon("share", "sm"), app.Text(words.T("service.slot.tab")))),
		kit.Slot(state...),
		app.Div().ID("guest").Class("guest").DataSet("state", p.state).Body(
			app.IFrame().ID("guest-frame").Title(words.Spoken(p.shown.Title)).Attr("sandbox", "allow-scripts allow-forms").ReferrerPolicy("no-referrer").
				Attr("credentialless", "true").Allow("").Src(p.shown.Address).
				OnLoad(func(app.Context, app.Event) { p.state = there }, kit.Fresh())),
	}
}

// host is where an address leads, as people are told it.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
