package shell

import (
	"context"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/shared/sensor"
	"hearth/shared/sensor/phone"
	"hearth/shared/words"
	"hearth/wasm/ble"
	"hearth/wasm/fetch"
	"hearth/wasm/motion"
	"hearth/wasm/page"
	"hearth/wasm/passkey"
	"hearth/wasm/rtc"
	"hearth/wasm/socket"
	"hearth/wasm/sound"
	"hearth/wasm/wake"
)

// Run starts the pages in a browser and never returns there; elsewhere it returns at once. Words come first: a page
// that cannot speak is not shown.
func Run() {
	p := page.Open()
	if data, err := p.Words(context.Background()); err == nil {
		if c, err := words.Parse(p.Language(), data); err == nil {
			words.Use(c)
		}
	}
	kit.UseIcons(p.Icons())
	Register(Abilities(p))
	app.RunWhenOnBrowser()
}

// Abilities opens what this browser can do.
func Abilities(p page.Page) *frame.Env {
	now := pageClock(p)
	return &frame.Env{
		Page:  p,
		Wake:  wake.Open(),
		Sound: sound.Open(),
		Peers: rtc.Open(),
		Relay: rtc.OpenRelayed(),
		Radio: ble.Open(now),
		Keys:  passkey.Open(),
		Own:   map[string]sensor.Adapter{phone.Key: phone.NewAdapter(motion.Open(), now)},
		API:   remote.NewAPI(fetch.Open(), p.Slot),
		Live: remote.Open(remote.Options{
			Portal:  PortalOf(app.Window().URL().Path),
			Build:   p.Version(),
			Sockets: socket.Open(),
			Page:    p,
			Now:     now, // what is known of the house's clock is held against the page's, so it has to be the same
		}),
		Now: now,
	}
}
