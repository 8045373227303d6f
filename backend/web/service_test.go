package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// tokenPath is where programs fetch tokens.
const tokenPath = "/oauth/token"

// serviceBodies are sound bodies for what is done to services.
func serviceBodies() map[string]string {
	manifest, _ := json.Marshal(`{"name":"Lab","scopes":["places.read"]}`)
	return map[string]string{api.PreviewService.ID: `{"manifest":` + string(manifest) + `}`, api.CreateService.ID: `{"manifest":` + string(manifest) + `}`,
		api.PutService.ID: `{"manifest":` + string(manifest) + `,"version":1}`, api.PatchService.ID: `{"version":1,"disabled":true}`, api.DeleteService.ID: `{"version":1}`,
		api.RestoreService.ID: `{"version":1}`, api.NewServiceProof.ID: `{"version":1}`, api.NewWebhookSecret.ID: `{"version":1}`}
}

// mustService registers a service with these scopes, as somebody does who looked at what it asks for.
func (c clinic) mustService(name string, at care.Place, scopes ...access.ServiceScope) api.ServiceMade {
	c.admin.t.Helper()
	manifest, err := json.Marshal(care.Manifest{Name: name, Scopes: scopes})
	if err != nil {
		c.admin.t.Fatal(err)
	}
	body := api.ManifestBody{Site: at.Site, Project: at.Project, Manifest: string(manifest)}
	body.Agreed = mustDo[api.ServicePreview](c.admin, "POST", api.PreviewService.Path, body).Digest
	return mustDo[api.ServiceMade](c.admin, "POST", api.CreateService.Path, body)
}

// mustToken fetches a token as a service does.
func (v *visitor) mustToken(made api.ServiceMade, scopes ...string) string {
	v.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {string(made.Service.ID)}, "client_secret": {made.ClientSecret}}
	if len(scopes) > 0 {
		form.Set("scope", strings.Join(scopes, " "))
	}
	res, body := v.ask("POST", tokenPath, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	var got struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || res.StatusCode != http.StatusOK || got.Token == "" {
		v.t.Fatalf("a token: %d %s", res.StatusCode, body)
	}
	return got.Token
}

// mustLater is mustToken until one works: tickets know whole seconds, and one of the second in which all were taken back
// is taken back with them.
func (v *visitor) mustLater(made api.ServiceMade) string {
	v.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		token := v.mustToken(made)
		if res, _ := v.ask("GET", api.ListPlaces.Path, "", "Authorization", "Bearer "+token); res.StatusCode == http.StatusOK {
			return token
		}
	}
	v.t.Fatal("no token works")
	return ""
}

// A service's token opens exactly what its scopes say, inside its place, and nothing else of all there is.
func TestServiceReachesItsScopesAlone(t *testing.T) {
	c := mustClinic(t)
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	home := care.Place{Site: me.Site, Project: mustDo[api.Records](c.admin, "GET", api.ListRecords.Path, nil).Items[0].Project}
	far := mustDo[api.SiteMade](c.admin, "POST", api.CreateSite.Path, api.CreateSiteBody{Name: "Far", Project: "Far"})
	own, foreign := c.mustCorner("own", home), c.mustCorner("far", care.Place{Site: far.Site.ID, Project: far.Project.ID})
	out, answered := stranger(t, c.House), 0
	for i, scopes := range [][]access.ServiceScope{access.ServiceScopes(), {access.PatientsRead}, {access.PlacesRead, access.DevicesRead}} {
		made := c.mustService(fmt.Sprintf("Lab %d", i), home, scopes...)
		bearer := []string{"Authorization", "Bearer " + out.mustToken(made)}
		for _, op := range api.Operations() {
			if !access.ServiceMay(scopes, op.Needs) {
				for _, body := range []string{own.sent(op), "{"} {
					res, got := out.ask(op.Method, filled(op, own.ids), body, bearer...)
					out.wantProblem("a service asks "+op.ID, res, got, http.StatusNotFound, "request.not-found")
				}
				continue
			}
			res, got := out.ask(op.Method, filled(op, own.ids), own.sent(op), bearer...)
			if res.StatusCode >= 500 {
				t.Errorf("%s at home: %d %s", op.ID, res.StatusCode, got)
			}
			if res.StatusCode < 300 {
				answered++
			}
			for _, word := range append(foreign.strings(), "Owl far", "ecret", "login\":\"w") {
				if strings.Contains(strings.ReplaceAll(got, "secret own", ""), word) && word != "ecret" || strings.Contains(got, "Secret ") {
					t.Errorf("%s says %q: %s", op.ID, word, got)
				}
			}
			if strings.Contains(op.Path, "{") {
				res, got := out.ask(op.Method, filled(op, foreign.ids), foreign.sent(op), bearer...)
				out.wantProblem(op.ID+" elsewhere", res, got, http.StatusNotFound, "")
			}
		}
		res, _ := out.ask("GET", api.LiveSocket, "", append(bearer, "Origin", c.URL(), "Upgrade", "websocket")...)
		if res.StatusCode == http.StatusSwitchingProtocols {
			t.Error("a service opened a live socket")
		}
		if res, _ := out.ask("GET", api.AdminPage, "", bearer...); res.StatusCode == http.StatusOK {
			t.Error("a service opened a portal")
		}
	}
	if answered < 14 {
		t.Errorf("only %d askings were answered: the walk goes past the doors", answered)
	}
	list := mustDo[api.List[api.TrailEntry]](c.admin, "GET", api.ListTrail.Path+"?action=list-records", nil)
	if !slices.ContainsFunc(list.Items, func(e api.TrailEntry) bool { return e.PersonName == "Lab 0" && e.Project == home.Project }) {
		t.Errorf("the trail does not say that the service read: %+v", list.Items)
	}
}

// A token is worth less when less was asked for, and nothing at once when the service is switched off, removed, or granted
// less; and nothing again when it is switched on.
func TestServiceIsRevokedAtOnce(t *testing.T) {
	c := mustClinic(t)
	made, out := c.mustService("Lab", care.TheHouse, access.PatientsRead, access.PlacesRead), stranger(t, c.House)
	works := func(token string, op api.Operation) int {
		t.Helper()
		res, _ := out.ask(op.Method, op.Path, "", "Authorization", "Bearer "+token)
		return res.StatusCode
	}
	token, less := out.mustToken(made), out.mustToken(made, "places.read")
	if works(token, api.ListRecords) != 200 || works(token, api.ListPlaces) != 200 || works(less, api.ListPlaces) != 200 || works(less, api.ListRecords) != 404 {
		t.Error("a token is not worth what was asked for")
	}
	at := filled(api.PatchService, map[string]string{"service": string(made.Service.ID)})
	off := mustDo[api.Service](c.admin, "PATCH", at, api.PatchServiceBody{Version: 1, Disabled: true})
	if got := works(token, api.ListRecords); got != http.StatusUnauthorized {
		t.Errorf("switched off: %d", got)
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {string(made.Service.ID)}, "client_secret": {made.ClientSecret}}
	if res, body := out.ask("POST", tokenPath, form.Encode(), "Content-Type", "application/x-www-form-urlencoded"); res.StatusCode == http.StatusOK {
		t.Errorf("a token for who is switched off: %s", body)
	}
	on := mustDo[api.Service](c.admin, "PATCH", at, api.PatchServiceBody{Version: off.Version})
	if got := works(token, api.ListRecords); got != http.StatusUnauthorized {
		t.Errorf("a token of before is good again: %d", got)
	}
	token = out.mustLater(made)
	narrow, _ := json.Marshal(care.Manifest{Name: "Lab", Scopes: []access.ServiceScope{access.PlacesRead}})
	body := api.ManifestBody{Manifest: string(narrow), Version: on.Version}
	body.Agreed = mustDo[api.ServicePreview](c.admin, "POST", api.PreviewService.Path, body).Digest
	less2 := mustDo[api.ServiceMade](c.admin, "PUT", at, body)
	if works(token, api.ListRecords) != 404 || works(token, api.ListPlaces) != 200 || less2.ClientSecret != "" {
		t.Error("granted less, and it reads as before")
	}
	mustDo[api.Service](c.admin, "DELETE", at, api.VersionBody{Version: less2.Service.Version})
	if got := works(token, api.ListPlaces); got != http.StatusUnauthorized {
		t.Errorf("removed: %d", got)
	}
	back := mustDo[api.Service](c.admin, "POST", filled(api.RestoreService, map[string]string{"service": string(made.Service.ID)}), api.VersionBody{Version: less2.Service.Version + 1})
	if !back.Disabled || works(token, api.ListPlaces) != http.StatusUnauthorized {
		t.Error("brought back, it is switched on")
	}
}

// Registering asks for a proof and for agreement, and shows a secret once.
func TestRegisteringAService(t *testing.T) {
	c := mustClinic(t)
	body := api.ManifestBody{Manifest: `{"name":"Lab","scopes":["places.read"]}`}
	sent, _ := json.Marshal(body)
	res, got := c.admin.ask("POST", api.CreateService.Path, string(sent))
	c.admin.wantProblem("not agreed", res, got, http.StatusConflict, "service.agree")
	made := c.mustService("Lab", care.TheHouse, access.PlacesRead)
	if made.ClientSecret == "" || made.WebhookSecret != "" {
		t.Errorf("given %+v", made)
	}
	_, all := c.admin.ask("GET", api.ListServices.Path, "")
	if strings.Contains(all, made.ClientSecret) || !strings.Contains(all, string(made.Service.ID)) {
		t.Errorf("the list says %s", all)
	}
	other := mustDo[api.ServiceMade](c.admin, "POST", filled(api.NewServiceProof, map[string]string{"service": string(made.Service.ID)}), api.VersionBody{Version: 1})
	if other.ClientSecret == "" || other.ClientSecret == made.ClientSecret {
		t.Error("no other secret")
	}
	stranger(t, c.House).mustLater(other)
	res, got = c.mira.ask("GET", api.ListServicePages.Path, "")
	if res.StatusCode != 200 || !strings.Contains(got, `"items":[]`) {
		t.Errorf("pages: %d %s", res.StatusCode, got)
	}
}

// A portal's policy names the origins of the services whose pages its reader is shown there, and no other.
func TestFramesOfAPortal(t *testing.T) {
	c := mustClinic(t)
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	far := mustDo[api.SiteMade](c.admin, "POST", api.CreateSite.Path, api.CreateSiteBody{Name: "Far", Project: "Far"})
	for name, at := range map[string]care.Place{"near": {Site: me.Site}, "far": {Site: far.Site.ID}, "all": care.TheHouse} {
		for _, portal := range care.Portals() {
			m, _ := json.Marshal(care.Manifest{Name: name + " " + string(portal), Pages: []care.ServicePage{{Portal: portal, Title: map[string]string{"en": name},
				Address: fmt.Sprintf("https://%s.%s.example/deep/page?a=b", name, portal)}}})
			body := api.ManifestBody{Site: at.Site, Project: at.Project, Manifest: string(m)}
			body.Agreed = mustDo[api.ServicePreview](c.admin, "POST", api.PreviewService.Path, body).Digest
			mustDo[api.ServiceMade](c.admin, "POST", api.CreateService.Path, body)
		}
	}
	for _, one := range []struct {
		who  *visitor
		page string
		want string
	}{
		{c.mira, api.TherapistPage, "; frame-src https://all.therapist.example https://near.therapist.example"},
		{c.admin, api.AdminPage, "; frame-src https://all.admin.example https://far.admin.example https://near.admin.example"},
		{c.wren, api.PatientPage, ""},
	} {
		res, _ := one.who.ask("GET", one.page, "")
		if res.StatusCode == http.StatusServiceUnavailable {
			t.Skip("the pages are not built, so no portal opens: make wasm")
		}
		policy := res.Header.Get("Content-Security-Policy")
		at := strings.Index(policy, "; frame-src")
		if (at < 0) != (one.want == "") || at >= 0 && policy[at:] != one.want || !strings.HasPrefix(policy, "default-src 'none';") {
			t.Errorf("%s: %s, want %q", one.page, policy, one.want)
		}
	}
	res, _ := stranger(t, c.House).ask("GET", api.TherapistPage, "")
	if strings.Contains(res.Header.Get("Content-Security-Policy"), "example") {
		t.Error("a stranger hears which services there are")
	}
	list := mustDo[api.List[api.ShownPage]](c.mira, "GET", api.ListServicePages.Path, nil)
	if len(list.Items) != 2 {
		t.Errorf("Mira is shown %+v", list.Items)
	}
}
