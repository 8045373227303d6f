package admin

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/frame"
	"hearth/app/remote/remotetest"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Settings are shown as they are, what saving would do is said before it is done, and whoever would lock themselves out says
// that they mean it.
func TestRulesOfASite(t *testing.T) {
	h := clinic()
	is := api.SettingsAnswer{SiteSettings: api.SiteSettings{Slug: "north", Languages: []string{"de"}, Language: "de", SignIn: []api.RoleLevel{{Role: access.Clerk, Level: care.PasskeyLevel}},
		IdleMinutes: 45, Addresses: []string{"10.0.0.0/8"}, Version: 3}, House: api.SiteSettings{SignIn: []api.RoleLevel{{Role: access.Therapist, Level: care.SecondLevel}}, Addresses: []string{"10.0.0.0/7"}},
		Staff: care.PasswordOnly, Address: "192.0.2.9", Passkeys: true}
	h.Answer(api.GetHouseSettings, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Unavailable, "request.timeout", nil) })
	h.Answer(api.GetSiteSettings, func(remotetest.Asked) (any, error) { return is, nil })
	portal(t, h, func(e *frame.Env) *Rules { return &Rules{Env: e} }, func(t *testing.T, v *remotetest.Visit, p *Rules) {
		v.Shows(`id="again"`)
		v.Act(func(ctx app.Context) { p.site = site; p.read(ctx) }) // outside a browser there is no address
		v.Shows("/about/north/", "45 minutes", "As in the house: Password and second step", "10.0.0.0/7", "You come from 192.0.2.9")
		v.Hides(`id="all-staff"`)
		v.Spoken()
		h.Answer(api.PreviewSiteSettings, func(remotetest.Asked) (any, error) {
			return nil, fault.New(fault.Invalid, "settings.network", nil).With("text", "x")
		})
		v.Act(func(ctx app.Context) { p.draft.networks = "x"; p.ask(ctx) })
		v.Shows("“x” is no address or network")
		h.Answer(api.PreviewSiteSettings, func(a remotetest.Asked) (any, error) {
			var b api.PutSettingsBody
			if a.Read(t, &b); len(b.Addresses) != 2 || b.Version != 3 || b.IdleMinutes != 45 || len(b.SignIn) != 1 || b.Staff != "" || len(b.Languages) != 1 {
				t.Errorf("asked for %+v", b)
			}
			return api.SettingsPreview{People: 12, SetUp: 3, Again: 1, Addresses: []string{"10.0.0.0/8", "192.0.3.0/24"}}, nil
		})
		v.Act(func(ctx app.Context) { p.draft.networks = "10.0.0.0/8\n192.0.3.0/24"; p.ask(ctx) })
		v.Shows("<dialog", "12 people can sign in here", "3 people must first make a passkey", "1 who is signed in now", `id="shut-out"`)
		v.Spoken()
		h.Answer(api.PutSiteSettings, func(a remotetest.Asked) (any, error) {
			var b api.PutSettingsBody
			if a.Read(t, &b); !b.ShutOut {
				return nil, fault.New(fault.Conflict, "settings.shut-out", nil).With("address", "192.0.2.9")
			}
			is.Addresses, is.Version = b.Addresses, 4
			return is, nil
		})
		v.Act(p.save)
		v.Shows("saving would shut you out")
		v.Act(func(ctx app.Context) { p.saving.shutOut = true; p.save(ctx) })
		v.Hides("<dialog")
		v.Shows("Saved.", "192.0.3.0/24")
	})
}

// The house's own page has the switch for all staff besides.
func TestRulesOfTheHouse(t *testing.T) {
	h := clinic()
	is := api.SettingsAnswer{Staff: care.SecondLevel, Address: "::1"}
	h.Answer(api.GetHouseSettings, func(remotetest.Asked) (any, error) { return is, nil })
	portal(t, h, func(e *frame.Env) *Rules { return &Rules{Env: e} }, func(t *testing.T, v *remotetest.Visit, p *Rules) {
		v.Shows("The whole house", `id="all-staff"`, "Nothing more: Password and second step")
		v.Hides(`value="passkey"`, `id="slug"`) // this house can have no passkeys
		v.Spoken()
		p.draft.second = false
		if b := p.body(); b.Staff != care.PasswordOnly {
			t.Errorf("would ask for %+v", b)
		}
		p.draft.second = true
		if b := p.body(); b.Staff != "" {
			t.Errorf("would ask for %+v", b)
		}
	})
}

// A public page is written in languages, looked at before, and published as a version.
func TestPublicPagesAreWritten(t *testing.T) {
	h := clinic()
	pages := api.PublicPages{Address: "https://hearth.example/about/north/", Languages: []string{"de", "en"}, Language: "en"}
	h.Answer(api.ListHousePages, func(remotetest.Asked) (any, error) { return pages, nil })
	portal(t, h, func(e *frame.Env) *About { return &About{Env: e} }, func(t *testing.T, v *remotetest.Visit, p *About) {
		v.Shows("Not written yet", `id="start"`, "Nothing is written in this language", "https://hearth.example/about/north/imprint")
		v.Spoken()
		v.Act(p.begin)
		v.Shows("To be filled in:", "<strong>", "Who runs this")
		v.Hides(`id="start"`)
		v.Act(func(app.Context) {
			*p.text() = "# <script>alert(1)</script>\n[x](javascript:alert(1)) [us](https://clinic.example)"
		})
		v.Shows("&lt;script&gt;", `href="https://clinic.example"`)
		v.Hides("<span><script>", `href="javascript:`)
		h.Answer(api.AddHousePage, func(remotetest.Asked) (any, error) { return nil, fault.New(fault.Conflict, "changed-elsewhere", nil) })
		v.Act(p.save)
		v.Shows(`id="form-fault"`)
		h.Answer(api.AddHousePage, func(a remotetest.Asked) (any, error) {
			var b api.AddPageBody
			if a.Read(t, &b); b.Kind != care.Imprint || b.Version != 0 || len(b.Texts) != 1 || b.Texts[0].Language != "en" {
				t.Errorf("asked for %+v", b)
			}
			pages.Items = []api.PublicPage{{Kind: b.Kind, Version: 1, Language: "en", Text: b.Texts[0].Text}}
			return pages, nil
		})
		v.Act(func(ctx app.Context) { *p.draft[care.Privacy]["de"] = "Begonnen"; p.save(ctx) })
		v.Shows("Version 1 is what everybody reads now", "?version=1")
		if *p.draft[care.Privacy]["de"] != "Begonnen" || !strings.Contains(*p.draft[care.Imprint]["en"], "clinic.example") {
			t.Error("what was written is lost")
		}
		v.Spoken()
	})
}
