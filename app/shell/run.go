package shell

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/wasm/fetch"
	"hearth/wasm/page"
	"hearth/wasm/passkey"
	"hearth/wasm/push"
	"hearth/wasm/rtc"
	"hearth/wasm/socket"
)

// Run starts a program's pages in a browser and never returns there; elsewhere it returns at once. Words come first: a page
// that cannot speak is not shown. More adds to the abilities every page has those that only this program's have; nil: none.
func Run(routes []Route, more func(*frame.Env)) {
	p := page.Open()
	if data, err := p.Words(context.Background()); err == nil {
		if c, err := words.Parse(p.Language(), data); err == nil {
			words.Use(c)
		}
	}
	kit.UseIcons(p.Icons())
	env := abilities(p, PortalOf(routes, app.Window().URL().Path))
	if more != nil {
		more(env)
	}
	Register(routes, env)
	app.RunWhenOnBrowser()
}

// abilities opens what every page of this browser can do.
func abilities(p page.Page, portal live.Portal) *frame.Env {
	now := pageClock(p)
	return &frame.Env{
		Page:  &frame.Titled{Page: p},
		Peers: rtc.Open(),
		Relay: rtc.OpenRelayed(),
		Keys:  passkey.Open(),
		Push:  push.Open(),
		API:   remote.NewAPI(fetch.Open(), p.Slot),
		Live: remote.Open(remote.Options{
			Portal:  portal,
			Build:   p.Version(),
			Sockets: socket.Open(),
			Page:    p,
			Now:     now, // what is known of the house's clock is held against the page's, so it has to be the same
		}),
		Now: now,
	}
}
