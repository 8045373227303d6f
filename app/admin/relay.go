package admin

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/words"
)

// test has the relay tested now.
func (h *House) test(app.Context) {
	if h.testing {
		return
	}
	h.testing = true
	h.run(func(ctx context.Context) func(app.Context) {
		relay, err := h.Env.API.TestRelay(ctx)
		return func(app.Context) {
			h.testing = false
			if h.Env.SignedOut(err) {
				return
			}
			if h.fault = err; err == nil {
				h.is.Relay = relay
			}
		}
	})
}

// relay says how each way to the relay is, and what helps where one does not work.
func (h *House) relay() app.UI {
	is := h.is.Relay
	parts := []app.UI{app.P().Class("small dim").Text(words.T("admin.relay.what"))}
	switch {
	case is.Code != "":
		parts = append(parts, app.Div().Body(kit.Chip(kit.Warn, "warning", words.T("admin.relay.none"))), app.P().Class("small").Text(troubleWords(is.Code)))
	case is.Tested == nil:
		parts = append(parts, app.Div().Body(kit.Chip(kit.Info, "clock", words.T("admin.relay.waiting"))))
	default:
		if is.NameCode != "" {
			parts = append(parts, app.Div().ID("relay-name").DataSet("state", is.NameCode).Class("stack gap1").Body(
				app.Div().Class("row gap2 wrap").Body(app.Span().Class("small mono").Text(is.Name), kit.Chip(kit.Warn, "warning", words.T("admin.relay.name"))),
				app.P().Class("small").Text(troubleWords(is.NameCode))))
		}
		if is.Fails {
			parts = append(parts, app.Div().ID("relay-fails").Body(kit.Alert(kit.Warn, "warning", troubleWords("relay.fails"))))
		}
		for _, way := range is.Ways {
			parts = append(parts, h.wayRow(way, is.NameCode))
		}
		parts = append(parts, app.Div().Class("row gap3 wrap").Body(
			app.Span().ID("tested").Class("small dim num").Text(words.T("admin.relay.tested", "when", moment(*is.Tested))),
			kit.Button{ID: "test", Word: words.T("admin.relay.again"), Icon: "refresh", Class: "small", Busy: h.testing, Press: h.test}.Draw()))
	}
	parts = append(parts, app.Div().Body(app.A().Class("btn line small").Href(api.AdminPage+api.CheckPart).Body(
		kit.Icon("globe"), app.Text(words.T("admin.relay.here")))))
	return app.Div().ID("relay").DataSet("relay", stateOf(is)).Class("stack gap2").Body(parts...)
}

// wayRow says how one way is; what was said of the relay's name is not said again.
func (h *House) wayRow(way api.RelayWay, said string) app.UI {
	chip, help, until := kit.Chip(kit.Live, "check", words.T("admin.relay.ok", "ms", millis(way.Millis))), app.UI(app.Text("")), app.UI(app.Text(""))
	if way.Code != "" {
		chip = kit.Chip(kit.Warn, "warning", words.T("admin.relay.trouble"))
	}
	if way.Code != "" && way.Code != said {
		help = app.P().Class("small").Text(troubleWords(way.Code))
	}
	if way.Code == "" && way.Ends != nil {
		until = h.certificate("relay-certificate", *way.Ends, "fault.relay.certificate-ends", app.Span().Class("small dim").Text(words.T("admin.certificate")))
	}
	return app.Div().DataSet("way", way.Way).DataSet("state", orOK(way.Code)).Class("stack gap1").Body(
		app.Div().Class("row gap2").Body(app.Span().Class("small").Text(words.T("admin.relay.way."+way.Way)), chip), help, until)
}

// stateOf is "ok", "waiting", or the first trouble's code, that of the name first.
func stateOf(is api.Relay) string {
	if is.Code == "" && is.Tested == nil {
		return "waiting"
	}
	code := cmp.Or(is.Code, is.NameCode)
	for _, way := range is.Ways {
		if code == "" {
			code = way.Code
		}
	}
	return orOK(code)
}

func orOK(code string) string {
	if code == "" {
		return "ok"
	}
	return code
}

// millis writes a short time, its decimal sign as the page's language has it.
func millis(ms float64) string {
	text := strconv.FormatFloat(ms, 'f', 0, 64)
	if ms < 10 {
		text = strconv.FormatFloat(ms, 'f', 1, 64)
	}
	if words.Current().Language != words.English {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// troubleWords says what the self-test of the relay found. A newer house may know troubles we have no words for.
func troubleWords(code string) string {
	if key := "fault." + code; words.Current().Has(key) {
		return words.T(key)
	}
	return words.T("fault.relay.failed")
}

// endsSoon is how long before its end a certificate is spoken of.
const endsSoon = 21 * 24 * time.Hour

// certificate says until when a certificate is good, and in time, with the words for it, that it will not be.
func (h *House) certificate(id string, ends time.Time, soon string, before ...app.UI) app.UI {
	now, date, state := h.Env.Now(), day(ends), "ok"
	chip, help := kit.Chip(kit.Live, "check", words.T("admin.certificate.ok", "date", date)), app.UI(app.Text(""))
	switch {
	case now.After(ends):
		state = "ended"
		chip, help = kit.Chip(kit.Warn, "warning", words.T("admin.certificate.ended")), app.P().Class("small").Text(words.T("fault.house.certificate-ended", "date", date))
	case ends.Sub(now) <= endsSoon:
		state = "soon"
		chip, help = kit.Chip(kit.Warn, "warning", words.T("admin.certificate.soon")), app.P().Class("small").Text(words.T(soon, "date", date))
	}
	return app.Div().ID(id).DataSet("state", state).Class("stack gap1").Body(app.Div().Class("row gap2").Body(append(before, chip)...), help)
}
