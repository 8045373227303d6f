package frame

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/kit"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/words"
)

// Place is an entry of a portal's side: where to, whether the reader is there, and what one must be allowed to do one of
// to see it; no needs are for everybody.
type Place struct {
	Word, Icon, Href string
	Here             bool
	Needs            []access.Action
}

// Staff lays out a staff page: the side with its places, and the main part.
func (e *Env) Staff(title string, places []Place, main ...app.UI) app.UI {
	body := append([]app.UI{e.Knocks(false), e.Notices()}, main...)
	return app.Div().Class("app").OnClick(e.heard, kit.Fresh()).Body(
		Skip(),
		app.Nav().Class("side").Aria("label", words.T("app.name")).Body(
			app.Div().Class("brand").Body(kit.Mark(), app.Text(words.T("app.name"))),
			app.Div().Class("nav").Body(links(append(e.open(places), e.guestPlaces()...))...),
			app.Div().Class("side-foot").Body(e.Account()),
		),
		app.Main().ID("main").Class("main").TabIndex(-1).Aria("label", title).Body(body...),
		e.goodbye(),
		e.KnockFront(),
		e.Proof(),
	)
}

// heard lets the page be heard from now on: browsers keep silent until somebody has touched it.
func (e *Env) heard(ctx app.Context, _ app.Event) {
	if e.Sound != nil {
		e.Sound.Unlock()
	}
	ctx.PreventUpdate()
}

// open are the places the reader may do something at.
func (e *Env) open(places []Place) []Place {
	return slices.DeleteFunc(places, func(p Place) bool { return len(p.Needs) > 0 && !slices.ContainsFunc(p.Needs, e.May) })
}

func links(places []Place) (all []app.UI) {
	for _, p := range places {
		a := app.A().Href(p.Href).Body(kit.Icon(p.Icon), app.Span().Class("grow").Text(p.Word))
		if p.Here {
			a = a.Aria("current", "page")
		}
		all = append(all, a)
	}
	return all
}

// Skip lets a keyboard jump over the side.
func Skip() app.UI { return app.A().Class("btn line skip").Href("#main").Text(words.T("app.skip")) }

// Account is who is signed in, the look of the page, the language, and the way out. It is a native disclosure, so it
// works by keyboard without a script of ours.
func (e *Env) Account() app.UI {
	menu := []app.UI{
		kit.Select("theme", words.T("app.theme"), Themes(), e.Page.Theme(), func(ctx app.Context, v string) { e.Page.SetTheme(v) }),
		kit.Select("language", words.T("app.language"), languages(), string(words.Current().Language), func(ctx app.Context, v string) {
			e.Page.SetLanguage(words.Language(v))
		}),
	}
	if to := checkPage(app.Window().URL().Path); to != "" {
		menu = append(menu, links([]Place{{Word: words.T("check.open"), Icon: "globe", Href: to}})...)
	}
	if e.me.Pin {
		menu = append(menu, kit.Button{ID: "lock", Word: words.T("app.lock"), Icon: "lock", Class: "line", Press: e.lock}.Draw())
	}
	if e.me.Demo { // in a tab of its own, beside the page it is for
		menu = append(menu, app.A().ID("demo-inbox").Href(api.InboxPage).Target("_blank").Body(kit.Icon("message"), app.Span().Class("grow").Text(words.T("app.demo-inbox"))))
	}
	menu = append(menu, e.ownAccount(), kit.Button{ID: "sign-out", Word: words.T("app.sign-out"), Icon: "arrow-right", Class: "line", Press: e.SignOut}.Draw())
	return app.Details().Class("account").Body(
		app.Summary().Class("me").Aria("label", words.T("app.signed-in-as", "name", e.me.Name)).Body(
			kit.Presence(e.me.Name, false),
			app.Span().Class("grow strong small cut").Text(e.me.Name),
			kit.Icon("chevron-up", "sm"),
		),
		app.Div().Class("menu stack").Body(menu...),
	)
}

// ownAccount leads to the page of how and where one signs in. A page that measures stays where it is: there it opens in a
// tab of its own.
func (e *Env) ownAccount() app.UI {
	a := app.A().ID("own-account").Href(api.AccountPage+"?as="+e.Page.Slot()).Body(kit.Icon("key"), app.Span().Class("grow").Text(words.T("app.account")))
	if strings.HasPrefix(app.Window().URL().Path, api.AggregatorPage) {
		return a.Target("_blank")
	}
	return a
}

// checkPage is where the portal of a path checks the network, "" in that of the sensors: nobody is led away from a page
// that measures.
func checkPage(path string) string {
	if portal := staffPortal(path); portal != "" {
		return portal + api.CheckPart
	}
	for _, portal := range []string{api.PatientPage, api.TherapistPage, api.AdminPage} {
		if strings.HasPrefix(path, portal) {
			return portal + api.CheckPart
		}
	}
	return ""
}

// Themes are the looks a reader may choose.
func Themes() (all []kit.Choice) {
	for _, t := range []struct{ value, key string }{{"", "system"}, {"light", "light"}, {"dark", "dark"}, {"child", "child"}} {
		all = append(all, kit.Choice{Value: t.value, Word: words.T("app.theme." + t.key)})
	}
	return all
}

func languages() (all []kit.Choice) {
	for _, l := range words.Languages() {
		all = append(all, kit.Choice{Value: string(l), Word: l.Name()})
	}
	return all
}
