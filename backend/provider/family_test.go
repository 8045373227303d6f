package provider_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hearth/backend/provider"
)

// However codes and refresh tokens are used, stolen and used again: at most one refresh token of a family is good, and
// none once one came back.
func TestFamilies(t *testing.T) {
	o := mustOffice(t)
	rapid.Check(t, func(r *rapid.T) {
		code := o.mustCode(t)
		first := o.redeem(t, code)
		if first.Refresh == "" {
			t.Fatalf("no refresh token: %+v", first)
		}
		all, alive := []answered{first}, true
		r.Repeat(map[string]func(*rapid.T){
			"": func(r *rapid.T) {
				for i, one := range all {
					if got := o.works(t, one.Access); got != alive {
						r.Fatalf("access token %d of %d works %t, want %t", i, len(all), got, alive)
					}
				}
			},
			"refresh": func(r *rapid.T) {
				i := rapid.IntRange(0, len(all)-1).Draw(r, "which")
				got := o.refresh(t, all[i].Refresh)
				newest := i == len(all)-1
				if want := alive && newest; (got.Access != "") != want {
					r.Fatalf("token %d of %d: %+v, want it taken %t", i, len(all), got, want)
				}
				if alive = alive && newest; alive {
					all = append(all, got)
				}
			},
			"replay the code": func(r *rapid.T) {
				if rapid.IntRange(0, 4).Draw(r, "seldom") > 0 {
					return
				}
				if got := o.redeem(t, code); got.Access != "" {
					r.Fatal("a code was taken twice")
				}
				alive = false
			},
			"revoke": func(r *rapid.T) {
				if rapid.IntRange(0, 4).Draw(r, "seldom") > 0 {
					return
				}
				i := rapid.IntRange(0, len(all)-1).Draw(r, "which")
				o.ask(t, "POST", provider.RevocationPath, url.Values{"client_id": {string(o.client.ID)}, "token": {all[i].Access}}, "")
				alive = false
			},
		})
	})
}

// Whatever a client asks, its answers go where it said, and say who sends them.
func FuzzBegin(f *testing.F) {
	o := mustOffice(f)
	f.Add(o.query().Encode())
	f.Add(o.query().Encode() + "&redirect_uri=https://evil.example")
	f.Add("client_id=" + string(o.client.ID) + "&redirect_uri=https%3A%2F%2Fcloud.example%2Fcb&state=%00&scope=openid&prompt=none+login&max_age=99999999999999999999")
	f.Add("%")
	f.Fuzz(func(t *testing.T, query string) {
		wish, client, err := o.Begin(t.Context(), query)
		var b provider.Bounce
		switch {
		case err == nil:
			if wish.Redirect != back || client.ID != o.client.ID || len(wish.Challenge) != 43 || !strings.Contains(strings.Join(wish.Scopes, " "), provider.OpenID) {
				t.Errorf("%q became %+v", query, wish)
			}
		case errors.As(err, &b):
			u, err := url.Parse(b.URL)
			if err != nil || u.Scheme+"://"+u.Host+u.Path != back || u.Query().Get("iss") != issuer || u.Query().Get("error") == "" || u.Query().Has("code") {
				t.Errorf("%q is answered at %s", query, b.URL)
			}
		case !errors.Is(err, provider.ErrClient):
			t.Errorf("%q: %v", query, err)
		}
	})
}

// Whatever asks for signing out, nobody is sent where no client said.
func FuzzLeave(f *testing.F) {
	o := mustOffice(f)
	f.Add("id_token_hint=" + o.redeem(f, o.mustCode(f)).ID)
	f.Add("client_id=" + string(o.client.ID) + "&post_logout_redirect_uri=https://evil.example&state=x")
	f.Add("id_token_hint=eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, query string) {
		if l, err := o.Leave(t.Context(), query); err == nil && l.Redirect != "" {
			t.Errorf("%q leads to %s", query, l.Redirect)
		}
	})
}
