package guest

import (
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// A page of a service stands in a frame that may do little; one that does not answer is said so, and one nobody is shown is
// not there.
func TestAPageOfAService(t *testing.T) {
	const site = care.SiteID("siteaaaaaaaaaaaaaaaaaaaaaa")
	h := remotetest.New()
	h.Person = live.PersonView{ID: "m", Name: "Mira"}
	h.Put(live.Snapshot{Room: live.SiteRoom(site), N: 1})
	h.Answer(api.GetMe, func(remotetest.Asked) (any, error) {
		return api.Me{ID: "m", Name: "Mira", Roles: []access.Role{access.Therapist}, Grants: []api.Grant{{Role: access.Therapist}}, Site: site}, nil
	})
	gait := api.ShownPage{Service: "v", Name: "Gait lab", Portal: care.TherapistPortal, Title: map[string]string{"en": "Gait"}, Address: "https://gait.example:8443/page"}
	h.Answer(api.ListServicePages, func(remotetest.Asked) (any, error) { return api.List[api.ShownPage]{Items: []api.ShownPage{gait}}, nil })
	var p *Page
	open := func(e *frame.Env) app.Composer {
		p = &Page{Env: e, Side: func(string) []frame.Place { return nil }}
		return p
	}
	remotetest.Inside(t, h, live.Therapist, open, func(t *testing.T, v *remotetest.Visit) {
		v.Settle()
		v.Shows(`id="guest-none"`) // this is no address of a page
		v.Spoken()
		v.Act(func(app.Context) { p.shown, p.state = &gait, loading })
		v.Shows(`sandbox="allow-scripts allow-forms"`, `referrerpolicy="no-referrer"`, `src="https://gait.example:8443/page"`, "gait.example:8443", "Gait lab is loading", `rel="noopener noreferrer"`)
		v.Hides("allow-same-origin", "allow-top", "allow-popups")
		v.Spoken()
		v.Act(func(ctx app.Context) { p.late(ctx) })
		v.Shows("does not answer", `id="guest-again"`)
		v.Spoken()
		v.Act(func(ctx app.Context) { p.state = there; p.late(ctx) })
		v.Hides("does not answer", "is loading")
		h.Answer(api.ListServicePages, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Unavailable, "network", nil) })
		v.Act(p.read)
		v.Shows("cannot be reached", `id="again"`)
		v.Spoken()
	})
}
