package provider_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/backend/keys"
	"hearth/backend/provider"
	"hearth/backend/store"
	"hearth/backend/ticket"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

const (
	issuer   = "https://hearth.example"
	back     = "https://cloud.example/cb"
	verifier = "a-verifier-of-at-least-forty-three-characters"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // as the program does
	os.Exit(m.Run())
}

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// office is a provider on a real store, with a clock to set and a client.
type office struct {
	*provider.Provider
	*clock
	store  *store.Store
	ring   *keys.Ring
	admin  care.Reader
	mira   identity.Who
	client provider.Client
}

func mustOffice(t testing.TB) office {
	t.Helper()
	o := office{clock: &clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}}
	var err error
	if o.store, err = store.Open(context.Background(), store.Config{Dir: t.TempDir(), Now: o.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.store.Close() })
	master := keys.NewMaster()
	if o.ring, err = keys.Open(context.Background(), o.store, keys.Config{Master: &master, Now: o.Now}); err != nil {
		t.Fatal(err)
	}
	o.Provider = provider.New(provider.Config{Issuer: issuer, Store: o.store, Ring: o.ring, Tickets: ticket.New(o.ring, o.store, issuer, o.Now), Now: o.Now})
	admin := o.mustPerson(t, "ada", access.Administrator)
	o.admin = admin.Reader()
	o.mira = o.mustPerson(t, "mira", access.Therapist)
	o.client, _, err = o.Create(context.Background(), o.admin, provider.Client{Name: "Cloud", Method: provider.Public, Redirects: []string{back},
		Scopes: []string{provider.OpenID, provider.Profile, provider.Offline}, Roles: []access.Role{access.Therapist}})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (o office) mustPerson(t testing.TB, login string, roles ...access.Role) identity.Who {
	t.Helper()
	at := &care.Place{}
	if roles[0] != access.Administrator {
		at = nil
	}
	p, err := o.store.AddPerson(context.Background(), care.NewPerson{Name: strings.ToUpper(login), Login: login, Roles: roles, At: at})
	if err != nil {
		t.Fatal(err)
	}
	return identity.Who{Person: p, Verified: o.now, Proof: identity.ByPasskey}
}

func (o office) query() url.Values {
	sum := sha256.Sum256([]byte(verifier))
	return url.Values{"client_id": {string(o.client.ID)}, "redirect_uri": {back}, "response_type": {"code"}, "scope": {"openid offline_access"}, "state": {"s"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}}
}

// mustCode goes as far as a code.
func (o office) mustCode(t testing.TB) string {
	t.Helper()
	wish, client, err := o.Begin(context.Background(), o.query().Encode())
	if err != nil {
		t.Fatal(err)
	}
	b, err := o.Allow(context.Background(), wish, client, o.mira)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(b.URL)
	if err != nil || u.Query().Get("code") == "" {
		t.Fatalf("sent to %s, %v", b.URL, err)
	}
	return u.Query().Get("code")
}

type answered struct {
	Status  int    `json:"-"`
	Error   string `json:"error"`
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	ID      string `json:"id_token"`
	Expires int    `json:"expires_in"`
}

func (o office) ask(t testing.TB, method, path string, fields url.Values, bearer string) (a answered) {
	t.Helper()
	r := httptest.NewRequest(method, issuer+path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	w := httptest.NewRecorder()
	o.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
	}
	a.Status = w.Code
	return a
}

func (o office) redeem(t testing.TB, code string) answered {
	t.Helper()
	return o.ask(t, "POST", provider.TokenPath, url.Values{"grant_type": {"authorization_code"}, "client_id": {string(o.client.ID)}, "code": {code}, "redirect_uri": {back}, "code_verifier": {verifier}}, "")
}

func (o office) refresh(t testing.TB, token string) answered {
	t.Helper()
	return o.ask(t, "POST", provider.TokenPath, url.Values{"grant_type": {"refresh_token"}, "client_id": {string(o.client.ID)}, "refresh_token": {token}}, "")
}

func (o office) works(t testing.TB, token string) bool {
	t.Helper()
	return o.ask(t, "GET", provider.UserinfoPath, nil, token).Status == http.StatusOK
}

// Everything ends when it should: wishes, codes, access, refreshing without use, and a signing in as a whole.
func TestEnds(t *testing.T) {
	o := mustOffice(t)
	wish, _, err := o.Begin(t.Context(), o.query().Encode())
	if err != nil {
		t.Fatal(err)
	}
	handle, err := o.Keep(t.Context(), wish)
	if err != nil {
		t.Fatal(err)
	}
	early, late := o.mustCode(t), o.mustCode(t)
	o.clock.now = o.now.Add(59 * time.Second)
	first, handed := o.redeem(t, early), o.now
	if first.Status != http.StatusOK || first.Expires != 900 {
		t.Fatalf("a code of 59 seconds: %+v", first)
	}
	o.clock.now = o.now.Add(time.Second)
	if got := o.redeem(t, late); got.Error != "invalid_grant" {
		t.Errorf("a code of a minute: %+v", got)
	}
	o.clock.now = o.now.Add(14 * time.Minute)
	if _, _, err := o.Kept(t.Context(), handle); !fault.Is(err, fault.Gone) {
		t.Errorf("a wish of a quarter of an hour: %v", err)
	}
	if o.clock.now = handed.Add(15*time.Minute - time.Second); !o.works(t, first.Access) {
		t.Error("an access token ended early")
	}
	if o.clock.now = handed.Add(15 * time.Minute); o.works(t, first.Access) {
		t.Error("an access token of a quarter of an hour works")
	}
	token := first.Refresh
	for day := 0; day < 80; day += 20 {
		o.clock.now = o.now.Add(20 * 24 * time.Hour)
		next := o.refresh(t, token)
		if next.Status != http.StatusOK {
			t.Fatalf("refreshed after %d days: %+v", day+20, next)
		}
		token = next.Refresh
	}
	o.clock.now = o.now.Add(11 * 24 * time.Hour)
	if got := o.refresh(t, token); got.Error != "invalid_grant" {
		t.Errorf("a signing in of 91 days: %+v", got)
	}
	idle := o.redeem(t, o.mustCode(t)).Refresh
	o.clock.now = o.now.Add(31 * 24 * time.Hour)
	if got := o.refresh(t, idle); got.Error != "invalid_grant" {
		t.Errorf("unused for 31 days: %+v", got)
	}
}

// A token is worth something as long as the key it was signed with is published, and then no more.
func TestKeysExpire(t *testing.T) {
	o := mustOffice(t)
	id := o.redeem(t, o.mustCode(t)).ID
	hint := url.Values{"id_token_hint": {id}}.Encode()
	o.clock.now = o.now.Add(keys.Period)
	o.redeem(t, o.mustCode(t))
	if l, err := o.Leave(t.Context(), hint); err != nil || l.Person != o.mira.Person.ID || l.Client != o.client.ID {
		t.Errorf("by a key that just became old: %+v, %v", l, err)
	}
	o.clock.now = o.now.Add(keys.Linger + time.Second)
	if l, err := o.Leave(t.Context(), hint); !errors.Is(err, provider.ErrClient) {
		t.Errorf("by a key that is gone: %+v, %v", l, err)
	}
}

// Who may no longer sign in gets nothing more for what they were given.
func TestDisabledPerson(t *testing.T) {
	o := mustOffice(t)
	got := o.redeem(t, o.mustCode(t))
	yes := true
	if _, err := o.store.PatchPerson(t.Context(), o.admin, o.mira.Person.ID, care.PersonPatch{Version: o.mira.Person.Version, Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	if o.works(t, got.Access) || o.refresh(t, got.Refresh).Error != "invalid_grant" {
		t.Error("a disabled person's tokens work")
	}
}

// Only who manages the house's services makes clients known, at this moment.
func TestWhoMakesClients(t *testing.T) {
	o := mustOffice(t)
	c := provider.Client{Name: "X", Method: provider.Public, Redirects: []string{back}, Scopes: []string{"openid"}}
	for what, by := range map[string]care.Reader{"a therapist": o.mira.Reader(), "nobody": {}, "one who says so": {Person: o.mira.Person.ID, Roles: []access.Role{access.Administrator}}} {
		if _, _, err := o.Create(t.Context(), by, c); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s made a client known: %v", what, err)
		}
		if list, err := o.List(t.Context(), by); err == nil {
			t.Errorf("%s sees %d clients", what, len(list))
		}
		name := "Y"
		if _, err := o.Patch(t.Context(), by, o.client.ID, provider.ClientPatch{Version: 1, Name: &name}); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s changed a client: %v", what, err)
		}
	}
}

func TestClientsMustMakeSense(t *testing.T) {
	o := mustOffice(t)
	public := `{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}`
	private := strings.Replace(public, `"x":`, `"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI","x":`, 1)
	good := provider.Client{Name: "Cloud", Method: provider.KeyPair, Keys: public, Redirects: []string{back}, Scopes: []string{"openid", "devices.read"}, Service: true}
	if _, secret, err := o.Create(t.Context(), o.admin, good); err != nil || secret != "" {
		t.Fatalf("a sound client: %q, %v", secret, err)
	}
	for what, change := range map[string]func(*provider.Client){
		"no name": func(c *provider.Client) { c.Name = " " }, "a private key": func(c *provider.Client) { c.Keys = private }, "no keys": func(c *provider.Client) { c.Keys = "" },
		"junk for keys": func(c *provider.Client) { c.Keys = "{" }, "no set": func(c *provider.Client) { c.Keys = `{"keys":[]}` }, "a password as key": func(c *provider.Client) { c.Keys = `{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}` },
		"an unknown method": func(c *provider.Client) { c.Method = "client_secret_jwt" }, "a service by password": func(c *provider.Client) { c.Method, c.Keys = provider.Secret, "" },
		"an unknown role": func(c *provider.Client) { c.Roles = []access.Role{"owner"} }, "a broken scope": func(c *provider.Client) { c.Scopes = append(c.Scopes, "a b") },
		"redirects without openid": func(c *provider.Client) { c.Scopes = []string{"devices.read"} }, "openid without redirects": func(c *provider.Client) { c.Redirects = nil },
		"too many": func(c *provider.Client) { c.Redirects = make([]string, 30) },
	} {
		c := good
		change(&c)
		if _, _, err := o.Create(t.Context(), o.admin, c); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want it refused", what, err)
		}
	}
	for u, sound := range map[string]bool{back: true, "https://cloud.example:8443/a?b=c": true, "http://localhost:3000/cb": true, "http://127.0.0.1/cb": true, "http://[::1]:5/cb": true, "http://other.localhost/cb": true,
		"http://cloud.example/cb": false, "https://*.cloud.example/cb": false, "https://cloud.example/*": false, "https://u@cloud.example/": false, "https://cloud.example/#x": false, "cloud.example": false,
		"javascript:alert(1)": false, "com.example:/cb": false, "https://cloud.example/a/../b": false, "https://cloud.example\\@evil.example/": false, "https:cloud.example/": false, "": false,
		"https://cloud.example/;x": false, "https://cloud.example/a b": false, "http://localhost.evil.example/": false, "https:///cb": false} {
		c := good
		c.Redirects = []string{u}
		if _, _, err := o.Create(t.Context(), o.admin, c); (err == nil) != sound {
			t.Errorf("%q: %v, want it sound %t", u, err, sound)
		}
	}
}
