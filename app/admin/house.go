package admin

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/kit"
	"hearth/app/remote"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/shared/words"
)

// House tells how the installation is.
type House struct {
	app.Compo
	Env *frame.Env

	is      api.Installation
	known   bool
	fault   error
	reading reading
	testing bool // the relay
	ruling  bool // the rule about signing in is being changed

	run   errand
	stops []func()
}

// lookEvery is how often the house is looked at again while the page is open.
const lookEvery = 15 * time.Second

// OnMount looks at the house, now and then.
func (h *House) OnMount(ctx app.Context) {
	h.Env.Page.SetTitle(words.T("admin.house") + " · " + words.T("app.name"))
	h.run = errands(ctx)
	h.Env.LoadMe(ctx, h.read)
	h.stops = append(h.stops,
		h.Env.Follow(ctx, func(app.Context, remote.View) {}),
		h.Env.Live.Listen(func(e live.Event) {
			if e.Link != nil && e.Link.State == live.Online {
				ctx.Dispatch(h.read)
			}
		}),
		frame.Again(ctx, lookEvery, h.read))
}

// OnDismount ends what OnMount began.
func (h *House) OnDismount() {
	for _, stop := range h.stops {
		stop()
	}
	h.stops = nil
}

func (h *House) read(app.Context) {
	if !h.Env.Page.Visible() || !h.reading.begin() {
		return
	}
	h.run(func(ctx context.Context) func(app.Context) {
		is, err := h.Env.API.GetInstallation(ctx)
		return func(ctx app.Context) { h.took(ctx, is, err) }
	})
}

func (h *House) took(ctx app.Context, is api.Installation, err error) {
	again := h.reading.end()
	if h.Env.SignedOut(err) {
		return
	}
	if h.fault = err; err == nil {
		h.is, h.known = is, true
	}
	if again {
		h.read(ctx)
	}
}

// Render draws it.
func (h *House) Render() app.UI {
	main := []app.UI{head(words.T("admin.house"), words.T("admin.house.about"), nil)}
	if h.fault != nil {
		main = append(main, trouble(h.fault, h.read))
	}
	switch {
	case h.known:
		main = append(main, h.card())
	case h.fault == nil:
		main = append(main, app.P().Class("dim").Aria("busy", "true").Text(words.T("app.loading")))
	}
	return h.Env.Staff(words.T("admin.house"), places(housePage), main...)
}

func (h *House) card() app.UI {
	facts := []app.UI{
		fact("version", "server", words.T("admin.version"), app.Span().ID("version").Class("mono").Text(h.is.Version)),
		fact("since", "clock", words.T("admin.running"), app.Span().ID("since").Class("num").Text(moment(h.is.Started)+" · "+lasting(h.Env.Now().Sub(h.is.Started)))),
		fact("database", "document", words.T("admin.database"), app.Span().ID("database").Text(database(h.is.Database))),
		fact("relay", "link", words.T("admin.relay"), h.relay()),
		fact("pages", "screen", words.T("admin.pages"), app.Span().ID("pages").Class("num").Text(words.N("admin.pages", h.is.Pages)))}
	facts = append(facts, fact("second", "lock", words.T("admin.second"), h.second()))
	if h.is.Certificate != nil {
		facts = append(facts, fact("certificate", "shield", words.T("admin.certificate"), h.certificate("certificate", *h.is.Certificate, "fault.house.certificate-ends")))
	}
	parts := []app.UI{app.Section().Class("card flush").Aria("label", words.T("admin.house")).Body(
		app.Dl().Class("adm-facts").Body(facts...))}
	if h.is.Demo {
		parts = append([]app.UI{app.Div().ID("demo").Body(kit.Note(kit.Info, "info", app.Text(words.T("admin.demo"))))}, parts...)
	}
	return app.Div().Class("stack gap3").Body(parts...)
}

func fact(key, icon, word string, value app.UI) app.UI {
	return app.Div().Class("item top").DataSet("fact", key).Body(
		app.Dt().Class("row gap3 adm-fact").Body(kit.Icon(icon, "sm"), app.Span().Text(word)), app.Dd().Class("grow").Body(value))
}

func database(kind string) string {
	if key := "admin.database." + kind; words.Current().Has(key) {
		return words.T(key)
	}
	return kind
}
