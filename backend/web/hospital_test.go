package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// provider is a hospital's OpenID Provider that can be told to lie; where one tells the truth, two houses meet in e2e.
type provider struct {
	*httptest.Server
	t         *testing.T
	key       *ecdsa.PrivateKey
	asked     url.Values // of the last authorization request
	claims    map[string]any
	lie       func(claims map[string]any)
	algorithm jose.SignatureAlgorithm
	foreign   bool // signs with a key it does not publish
	status    int
	says      map[string]any // in its discovery, besides
	redeemed  map[string]bool
}

func newProvider(t *testing.T) *provider {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, redeemed: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	p.honest()
	return p
}

// honest forgets all lies.
func (p *provider) honest() {
	p.algorithm, p.foreign, p.status, p.lie, p.asked = jose.ES256, false, 0, nil, nil
	p.claims = map[string]any{"iss": p.URL, "sub": "8231", "aud": "hearth", "name": "Ada Blum", "preferred_username": "Ada.Blum@north.example",
		"realm": map[string]any{"roles": []string{"everyone", "therapy"}}}
}

func (p *provider) discovery(w http.ResponseWriter, _ *http.Request) {
	if p.status != 0 {
		w.WriteHeader(p.status)
		return
	}
	d := map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"ES256"}, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}}
	maps.Copy(d, p.says)
	json.NewEncoder(w).Encode(d)
}

func (p *provider) keys(w http.ResponseWriter, _ *http.Request) {
	json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "one", Algorithm: "ES256", Use: "sig"}}})
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	user, secret, _ := r.BasicAuth()
	if base64.RawURLEncoding.EncodeToString(sum[:]) != p.asked.Get("code_challenge") || p.redeemed[r.FormValue("code")] ||
		user != "hearth" || secret != "between-us" || r.FormValue("redirect_uri") != p.asked.Get("redirect_uri") {
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	p.redeemed[r.FormValue("code")] = true
	now := time.Now()
	claims := map[string]any{"nonce": p.asked.Get("nonce"), "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	maps.Copy(claims, p.claims)
	if p.lie != nil {
		p.lie(claims)
	}
	json.NewEncoder(w).Encode(map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": p.sign(claims)})
}

func (p *provider) sign(claims map[string]any) string {
	payload, _ := json.Marshal(claims)
	if p.algorithm == "none" {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
	}
	var key any = p.key
	switch {
	case p.algorithm == jose.HS256:
		key = []byte("between-us-and-long-enough-for-it")
	case p.foreign:
		other, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		key = other
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: p.algorithm, Key: jose.JSONWebKey{Key: key, KeyID: "one"}}, nil)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		p.t.Error(err)
		return ""
	}
	text, _ := signed.CompactSerialize()
	return text
}

// visit goes from our page to the provider, who sends the browser back with a code, and follows.
func (p *provider) visit(v *visitor, id string, change func(back url.Values)) (*http.Response, string) {
	res, body := v.ask("GET", api.HospitalPage+id, "")
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to.String(), p.URL) {
		return res, body
	}
	p.asked = to.Query()
	back := url.Values{"code": {rand.Text()}, "state": {p.asked.Get("state")}}
	if change != nil {
		change(back)
	}
	return v.ask("GET", api.HospitalPage+id+"/callback?"+back.Encode(), "")
}

// trouble is what a porch page says was wrong.
func trouble(body string) string {
	_, after, _ := strings.Cut(body, "role=\"alert\"")
	return after[:min(len(after), 400)]
}

// mustHospital has the administrator let the provider's people in.
func mustHospital(t *testing.T, c clinic, p *provider) api.Hospital {
	t.Helper()
	secret, me := "between-us", mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	h := mustDo[api.Hospital](c.admin, "POST", api.CreateHospital.Path, api.PutHospitalBody{Site: me.Site, Name: "North Hospital", Issuer: p.URL,
		Client: "hearth", Secret: &secret, Claim: "realm.roles", Rules: []api.HospitalRule{
			{Value: "therapy", Grant: api.Grant{Role: access.Therapist, Site: me.Site}}, {Value: "desk", Grant: api.Grant{Role: access.Clerk, Site: me.Site}}}})
	if !h.Secret || h.Callback != c.URL()+api.HospitalPage+h.ID+"/callback" {
		t.Errorf("made %+v", h)
	}
	return h
}

// Somebody comes with the hospital's account: a person of their own the first time, the same one the next, with the roles
// of the day.
func TestHospitalsPeopleComeIn(t *testing.T) {
	c, p := mustClinic(t), newProvider(t)
	h := mustHospital(t, c, p)
	if _, page := stranger(t, c.House).ask("GET", api.SignInPage, ""); !strings.Contains(page, "North Hospital") {
		t.Error("the page has no button for the hospital")
	}
	if got := mustDo[api.Tested](c.admin, "POST", strings.ReplaceAll(api.TestHospital.Path, "{hospital}", h.ID), nil); !got.Good {
		t.Errorf("tested: %+v", got)
	}
	come := func() (api.Me, *visitor) {
		t.Helper()
		v := stranger(t, c.House)
		res, body := p.visit(v, h.ID, nil)
		to, _ := url.Parse(res.Header.Get("Location"))
		if res.StatusCode != http.StatusSeeOther || to == nil || !strings.HasPrefix(to.Fragment, "as=") {
			t.Fatalf("came back to %d %s %s", res.StatusCode, res.Header.Get("Location"), body)
		}
		v.slot = strings.TrimPrefix(to.Fragment, "as=")
		return mustDo[api.Me](v, "GET", api.GetMe.Path, nil), v
	}
	first, _ := come()
	if first.Name != "Ada Blum" || first.Login != "ada.blum" || len(first.Grants) != 1 || first.Grants[0].Role != access.Therapist {
		t.Errorf("came as %+v", first)
	}
	p.claims["realm"] = map[string]any{"roles": []string{"desk"}}
	p.claims["name"], p.claims["preferred_username"], p.claims["email"] = "Somebody else", "mira", "mira@north.example"
	if again, _ := come(); again.ID != first.ID || len(again.Grants) != 1 || again.Grants[0].Role != access.Clerk {
		t.Errorf("came again as %+v, want the same person as a clerk", again)
	}
	p.claims["sub"] = "9000"
	if other, _ := come(); other.ID == first.ID || other.Login == "mira" {
		t.Errorf("another subject came as %+v", other)
	}
	p.claims["sub"], p.claims["realm"] = "8231", map[string]any{"roles": []string{"everyone"}}
	v := stranger(t, c.House)
	if res, body := p.visit(v, h.ID, nil); res.StatusCode != http.StatusConflict || !strings.Contains(body, "no role") {
		t.Errorf("without a role: %d %s", res.StatusCode, body)
	}
}

// What is not the hospital's own word, given to this browser, now, opens nothing.
func TestHospitalsThatLie(t *testing.T) {
	c, p := mustClinic(t), newProvider(t)
	h := mustHospital(t, c, p)
	p.says = map[string]any{"authorization_response_iss_parameter_supported": true}
	claim := func(name string, value any) func() {
		return func() { p.lie = func(claims map[string]any) { claims[name] = value } }
	}
	honest := func(back url.Values) { back.Set("iss", p.URL) }
	for what, one := range map[string]struct {
		lie    func()
		back   func(url.Values)
		status int
	}{
		"the truth":             {func() {}, honest, http.StatusSeeOther},
		"another issuer":        {claim("iss", "https://evil.example"), honest, http.StatusUnprocessableEntity},
		"another audience":      {claim("aud", "other"), honest, http.StatusUnprocessableEntity},
		"two audiences":         {claim("aud", []string{"hearth", "other"}), honest, http.StatusUnprocessableEntity},
		"another party":         {claim("azp", "other"), honest, http.StatusUnprocessableEntity},
		"another nonce":         {claim("nonce", "x"), honest, http.StatusUnprocessableEntity},
		"no nonce":              {claim("nonce", nil), honest, http.StatusUnprocessableEntity},
		"no subject":            {claim("sub", ""), honest, http.StatusUnprocessableEntity},
		"expired":               {claim("exp", time.Now().Add(-time.Minute).Unix()), honest, http.StatusUnprocessableEntity},
		"from the future":       {claim("iat", time.Now().Add(time.Hour).Unix()), honest, http.StatusUnprocessableEntity},
		"algorithm none":        {func() { p.algorithm = "none" }, honest, http.StatusUnprocessableEntity},
		"a shared secret":       {func() { p.algorithm = jose.HS256 }, honest, http.StatusUnprocessableEntity},
		"a key of somebody's":   {func() { p.foreign = true }, honest, http.StatusUnprocessableEntity},
		"a mixed-up answer":     {func() {}, func(back url.Values) { back.Set("iss", "https://evil.example") }, http.StatusUnprocessableEntity},
		"no issuer in it":       {func() {}, func(url.Values) {}, http.StatusUnprocessableEntity},
		"another state":         {func() {}, func(back url.Values) { back.Set("state", "x") }, http.StatusGone},
		"no code":               {func() {}, func(back url.Values) { honest(back); back.Del("code") }, http.StatusUnprocessableEntity},
		"refused over there":    {func() {}, func(back url.Values) { honest(back); back.Set("error", "access_denied") }, http.StatusConflict},
		"broken over there":     {func() { p.claims["iss"] = strings.Repeat("x", 2<<20) }, honest, http.StatusServiceUnavailable},
		"roles that are a list": {claim("realm", map[string]any{"roles": 5}), honest, http.StatusConflict},
	} {
		t.Run(what, func(t *testing.T) {
			p.honest()
			one.lie()
			v := stranger(t, c.House)
			p.claims["sub"] = "of " + what
			res, body := p.visit(v, h.ID, one.back)
			if res.StatusCode != one.status {
				t.Errorf("got %d, want %d: %.0s%s", res.StatusCode, one.status, body, trouble(body))
			}
			if res, _ := v.ask("GET", api.GetMe.Path, ""); (res.StatusCode == http.StatusOK) != (one.status == http.StatusSeeOther) {
				t.Errorf("afterwards the browser is signed in: %d", res.StatusCode)
			}
		})
	}
}

// A way counts once, in the browser that began it, for the hospital it was begun with.
func TestHospitalsWayIsTheBrowsersOwn(t *testing.T) {
	c, p := mustClinic(t), newProvider(t)
	h := mustHospital(t, c, p)
	other := mustHospital(t, c, p)
	victim, thief := stranger(t, c.House), stranger(t, c.House)
	begin := func(v *visitor) url.Values {
		res, _ := v.ask("GET", api.HospitalPage+h.ID, "")
		to, _ := url.Parse(res.Header.Get("Location"))
		p.asked = to.Query()
		return url.Values{"code": {rand.Text()}, "state": {p.asked.Get("state")}}
	}
	back := begin(thief)
	for what, try := range map[string]func() *http.Response{
		"a browser that began nothing": func() *http.Response {
			res, _ := victim.ask("GET", api.HospitalPage+h.ID+"/callback?"+back.Encode(), "")
			return res
		},
		"another hospital": func() *http.Response {
			res, _ := thief.ask("GET", api.HospitalPage+other.ID+"/callback?"+back.Encode(), "")
			return res
		},
	} {
		if res := try(); res.StatusCode != http.StatusGone {
			t.Errorf("%s: %d", what, res.StatusCode)
		}
	}
	back = begin(thief)
	if res, body := thief.ask("GET", api.HospitalPage+h.ID+"/callback?"+back.Encode(), ""); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("the right one: %d %s", res.StatusCode, body)
	}
	if res, _ := thief.ask("GET", api.HospitalPage+h.ID+"/callback?"+back.Encode(), ""); res.StatusCode != http.StatusGone {
		t.Errorf("a second time: %d", res.StatusCode)
	}
	if res, _ := victim.ask("GET", api.HospitalPage+string(care.NewID[care.SiteID]()), ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("a hospital nobody knows: %d", res.StatusCode)
	}
	p.Close()
	down := newProvider(t)
	gone := mustHospital(t, c, down)
	down.Close()
	if res, body := victim.ask("GET", api.HospitalPage+gone.ID, ""); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "does not answer") {
		t.Errorf("a provider that is away: %d %s", res.StatusCode, body)
	}
}

// Settings that would believe too much, or give what their maker does not have, are refused; a changed issuer is not handed
// the old secret.
func TestHospitalsSettings(t *testing.T) {
	c, p := mustClinic(t), newProvider(t)
	h, me := mustHospital(t, c, p), mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	good := api.PutHospitalBody{Site: me.Site, Name: "North", Issuer: "https://id.example", Client: "hearth", Claim: "groups", Version: h.Version}
	path := strings.ReplaceAll(api.PutHospital.Path, "{hospital}", h.ID)
	for what, change := range map[string]func(*api.PutHospitalBody){
		"plain http":          func(b *api.PutHospitalBody) { b.Issuer = "http://id.example" },
		"a query":             func(b *api.PutHospitalBody) { b.Issuer += "?x=1" },
		"somebody's password": func(b *api.PutHospitalBody) { b.Issuer = "https://a:b@id.example" },
		"no client":           func(b *api.PutHospitalBody) { b.Client = "" },
		"no claim":            func(b *api.PutHospitalBody) { b.Claim = "a..b" },
		"a patient's role": func(b *api.PutHospitalBody) {
			b.Rules = []api.HospitalRule{{Value: "x", Grant: api.Grant{Role: access.Patient, Site: me.Site}}}
		},
		"any group": func(b *api.PutHospitalBody) {
			b.Rules = []api.HospitalRule{{Value: " ", Grant: api.Grant{Role: access.Clerk, Site: me.Site}}}
		},
		"a place nobody knows": func(b *api.PutHospitalBody) {
			b.Rules = []api.HospitalRule{{Value: "x", Grant: api.Grant{Role: access.Clerk, Site: care.NewID[care.SiteID]()}}}
		},
	} {
		b := good
		change(&b)
		sent, _ := json.Marshal(b)
		res, body := c.admin.ask("PUT", path, string(sent))
		c.admin.wantProblem(what, res, body, http.StatusUnprocessableEntity, "")
	}
	if got := mustDo[api.Hospital](c.admin, "PUT", path, good); got.Secret || got.Version != h.Version+1 {
		t.Errorf("the new issuer was handed the old secret: %+v", got)
	}
	sent, _ := json.Marshal(good)
	res, body := c.admin.ask("PUT", path, string(sent))
	c.admin.wantProblem("an old version", res, body, http.StatusConflict, "changed-elsewhere")
}

// Testing a hospital tells an administrator which of the usual slips it is, and nobody who signs in is told the like.
func TestHospitalsTestNamesTheSlip(t *testing.T) {
	c, p := mustClinic(t), newProvider(t)
	h := mustHospital(t, c, p)
	put, test := strings.ReplaceAll(api.PutHospital.Path, "{hospital}", h.ID), strings.ReplaceAll(api.TestHospital.Path, "{hospital}", h.ID)
	for issuer, want := range map[string]string{p.URL + "/": "hospital.other", p.URL + "/nowhere": "hospital.silent", p.URL: ""} {
		h = mustDo[api.Hospital](c.admin, "PUT", put, api.PutHospitalBody{Site: h.Site, Name: h.Name, Issuer: issuer, Client: h.Client, Claim: h.Claim, Version: h.Version})
		if got := mustDo[api.Tested](c.admin, "POST", test, nil); got.Code != want || got.Good != (want == "") || (got.Words == "") != got.Good {
			t.Errorf("%s: %+v, want %q", issuer, got, want)
		}
	}
}

// What the hospital says of when somebody proved who they are is what counts as a proof here: without it, nothing that needs
// a fresh one is done, and asking anew asks over there.
func TestHospitalsProofIsTheirs(t *testing.T) {
	c, p := mustClinic(t), newProvider(t)
	h := mustHospital(t, c, p)
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	mustDo[api.Hospital](c.admin, "PUT", strings.ReplaceAll(api.PutHospital.Path, "{hospital}", h.ID), api.PutHospitalBody{Site: me.Site, Name: h.Name,
		Issuer: h.Issuer, Client: h.Client, Claim: h.Claim, Version: h.Version, Rules: []api.HospitalRule{{Value: "therapy", Grant: api.Grant{Role: access.Administrator, Site: me.Site}}}})
	reset := strings.ReplaceAll(api.ResetPassword.Path, "{person}", string(c.people["Noor Haddad"].ID))
	for what, one := range map[string]struct {
		proved any
		status int
	}{"just now": {time.Now().Unix(), http.StatusOK}, "an hour ago": {time.Now().Add(-time.Hour).Unix(), http.StatusForbidden}, "it does not say": {nil, http.StatusForbidden}} {
		p.honest()
		p.claims["auth_time"] = one.proved
		v := stranger(t, c.House)
		res, body := p.visit(v, h.ID, nil)
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil || !strings.HasPrefix(to.Fragment, "as=") {
			t.Fatalf("%s: %d %s", what, res.StatusCode, trouble(body))
		}
		v.slot = strings.TrimPrefix(to.Fragment, "as=")
		if res, body := v.ask("POST", reset, ""); res.StatusCode != one.status {
			t.Errorf("proved %s: %d %s, want %d", what, res.StatusCode, body, one.status)
		}
		if p.asked.Has("prompt") {
			t.Error("an ordinary arrival asks for a proof")
		}
	}
	res, _ := stranger(t, c.House).ask("GET", api.HospitalPage+h.ID+"?anew=1", "")
	if to, err := url.Parse(res.Header.Get("Location")); err != nil || to.Query().Get("prompt") != "login" || to.Query().Get("max_age") != "0" {
		t.Errorf("asked anew at %s", res.Header.Get("Location"))
	}
}
