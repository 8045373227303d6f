package agenda

import (
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// A link is made for whom no message reaches, shown once and gone with its dialog; whoever is reached has no such button.
func TestALinkToHandOver(t *testing.T) {
	c := newClinic(t, access.Clerk)
	c.visits = []api.Visit{tomorrow()}
	ways := []api.GuestWay{{Guest: "g1"}, {Guest: "g2", Mobile: "43"}}
	c.Answer(api.ListMessages, func(remotetest.Asked) (any, error) { return api.Messages{Guests: ways}, nil })
	c.Answer(api.MakeGuestLink, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.TooMany, "link.too-often", nil) })
	var d *Details
	remotetest.Inside(t, c.House, live.Admin, func(e *frame.Env) app.Composer { d = &Details{Env: e, Portal: office()}; return d },
		func(t *testing.T, v *remotetest.Visit) {
			v.Act(func(ctx app.Context) { d.visit = "v1"; d.read(ctx) })
			v.Shows("hand over the link yourself", `id="by-hand-g1"`)
			v.Hides(`id="by-hand-g2"`, "<dialog")
			v.Act(func(app.Context) { d.hand(d.report.Visit, d.report.Visit.Guests[0]) })
			v.Shows("Several links were made just now")
			v.Hides("<dialog")
			c.Answer(api.MakeGuestLink, func(a remotetest.Asked) (any, error) {
				if a.Names["visit"] != "v1" || a.Names["guest"] != "g1" {
					t.Errorf("asked for %v", a.Names)
				}
				return api.GuestLink{Link: "https://hearth.example/i/abc", Until: time.Now().Add(time.Hour)}, nil
			})
			v.Act(func(app.Context) { d.hand(d.report.Visit, d.report.Visit.Guests[0]) })
			v.Shows("<dialog", "https://hearth.example/i/abc", `id="by-hand-copy"`, `id="by-hand-card"`, "shown only now", "Good until")
			v.Spoken()
			v.Act(func(app.Context) { d.handed = nil })
			v.Hides("<dialog", "/i/abc")
			ways = []api.GuestWay{{Guest: "g1", Mobile: "23", SMSOff: true}, {Guest: "g2", Mail: true, MailOff: true}}
			v.Act(func(ctx app.Context) { d.read(ctx) })
			v.Shows(`id="by-hand-g1"`, `id="by-hand-g2"`)
			c.visits[0].State = care.Ended
			v.Act(func(ctx app.Context) { d.read(ctx) })
			v.Hides(`id="by-hand-g1"`)
		})
}
