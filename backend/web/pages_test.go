package web_test

import (
	"net/http"
	"strings"
	"testing"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// What a site tells everybody is written in versions by who manages it, and read by anybody, as text and nothing else.
func TestPublicPages(t *testing.T) {
	c := mustClinic(t)
	out := stranger(t, c.House)
	show := func(path string, status int, wants ...string) string {
		t.Helper()
		res, html := out.ask("GET", path, "", "Accept-Language", "en")
		if res.StatusCode != status {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		for _, want := range wants {
			if !strings.Contains(html, want) {
				t.Errorf("%s does not say %q: %s", path, want, html)
			}
		}
		return html
	}
	show("/about/privacy", 200, "Privacy notice", "Nobody has written this page yet")
	show(api.SignInPage, 200, `href="/about/imprint"`, `href="/about/accessibility"`)
	for _, path := range []string{"/about/secret", "/about/nowhere/privacy", "/about/privacy?version=1", "/about/privacy?version=x", "/about/privacy?version=-1", "/about/" + strings.Repeat("a", 200) + "/imprint"} {
		show(path, http.StatusNotFound)
	}
	site := mustDo[api.Me](c.mira, "GET", api.GetMe.Path, nil).Site
	add := func(v *visitor, op api.Operation, kind care.PageKind, version int, texts ...api.PageText) (*http.Response, string) {
		var b strings.Builder
		for i, one := range texts {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`{"language":"` + one.Language + `","text":` + quoted(one.Text) + `}`)
		}
		return v.ask("POST", ofSite(op, site), `{"kind":"`+string(kind)+`","version":`+etagOf(int64(version))+`,"texts":[`+b.String()+`]}`)
	}
	nasty := "# <img src=x onerror=alert(1)>\n\n<script>alert(1)</script> & \"quotes\" ' 🗝️ \u202eevil\n- [x](javascript:alert(1))\n- [us](https://clinic.example/\"onclick=)\n- [mail](mailto:a@b.example)\n\n**bold </strong><script>**"
	if res, got := add(c.admin, api.AddSitePage, care.Privacy, 0, api.PageText{Language: "en", Text: nasty}, api.PageText{Language: "de", Text: "Erste Fassung"}); res.StatusCode != 200 {
		t.Fatalf("%d %s", res.StatusCode, got)
	}
	html := show("/about/"+string(site)+"/privacy", 200, "&lt;script&gt;alert(1)&lt;/script&gt;", "&lt;img src=x onerror", `href="mailto:a@b.example"`, "Version 1 of ", `href="/about/`+string(site)+`/imprint"`)
	for _, bad := range []string{"<script>alert", "<img src=x", `href="javascript:`, "\u202e", `"onclick=`} {
		if strings.Contains(html, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	show("/about/privacy", 200, "Version 1 of ") // the only site speaks for the house
	res, got := add(c.admin, api.AddSitePage, care.Privacy, 0, api.PageText{Language: "en", Text: "Second"})
	c.admin.wantProblem("from an old version", res, got, http.StatusConflict, "changed-elsewhere")
	if res, got = add(c.admin, api.AddSitePage, care.Privacy, 1, api.PageText{Language: "de", Text: "Zweite Fassung"}); res.StatusCode != 200 {
		t.Fatalf("%d %s", res.StatusCode, got)
	}
	show("/about/"+string(site)+"/privacy", 200, "Zweite Fassung", `lang="de"`, "not there in your language")
	show("/about/"+string(site)+"/privacy?version=1&lang=de", 200, "Erste Fassung")
	out = stranger(t, c.House) // without the language that was chosen
	for code, text := range map[string]api.PageText{"page.empty": {Language: "en", Text: " \n"}, "page.language": {Language: "xx", Text: "x"}, "page.text": {Language: "en", Text: "a\x00b"}} {
		res, got = add(c.admin, api.AddSitePage, care.Imprint, 0, text)
		c.admin.wantProblem(code, res, got, http.StatusUnprocessableEntity, code)
	}
	res, got = add(c.admin, api.AddSitePage, "secret", 0, api.PageText{Language: "en", Text: "x"})
	c.admin.wantProblem("no such page", res, got, http.StatusUnprocessableEntity, "page.kind")
	if pages := mustDo[api.PublicPages](c.admin, "GET", ofSite(api.ListSitePages, site), nil); len(pages.Items) != 3 || pages.Items[0].Version != 2 || !strings.HasSuffix(pages.Address, "/about/"+string(site)+"/") {
		t.Errorf("listed %+v", pages)
	}

	other := mustDo[api.SiteMade](c.admin, "POST", api.CreateSite.Path, api.CreateSiteBody{Name: "South & <b>Co</b>", Project: "Sleep"})
	lead := c.mustStaff("lead.south", access.Administrator, care.Place{Site: other.Site.ID})
	res, got = add(lead, api.AddSitePage, care.Imprint, 0, api.PageText{Language: "en", Text: "Mine"})
	lead.wantProblem("a foreign site", res, got, http.StatusNotFound, "request.not-found")
	res, got = add(lead, api.AddHousePage, care.Imprint, 0, api.PageText{Language: "en", Text: "Mine"})
	lead.wantProblem("the house", res, got, http.StatusNotFound, "request.not-found")
	show("/about/privacy", 200, "Nobody has written") // of two sites none speaks for the house
	if res, got = add(c.admin, api.AddHousePage, care.Privacy, 0, api.PageText{Language: "en", Text: "Of the house"}); res.StatusCode != 200 {
		t.Fatalf("%d %s", res.StatusCode, got)
	}
	show("/about/"+string(other.Site.ID)+"/privacy", 200, "Of the house", "South &amp; &lt;b&gt;Co")
	mustDo[api.SettingsAnswer](lead, "PUT", ofSite(api.PutSiteSettings, other.Site.ID), api.PutSettingsBody{SiteSettings: api.SiteSettings{Slug: "south", Languages: []string{}, SignIn: []api.RoleLevel{}, Addresses: []string{}}})
	show("/about/south/privacy", 200, "Of the house", `href="/about/south/imprint"`)
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\x00", `\u0000`).Replace(text) + `"`
}
