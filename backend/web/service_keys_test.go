package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// A service with keys in its manifest has no secret, and proves itself by signing (RFC 7523); with another key, or the same
// words twice, it does not.
func TestServiceWithKeysOfItsOwn(t *testing.T) {
	c := mustClinic(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "ES256", Use: "sig"}}})
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := json.Marshal(care.Manifest{Name: "Keyed", Scopes: []access.ServiceScope{access.PlacesRead}, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	body := api.ManifestBody{Manifest: string(manifest)}
	body.Agreed = mustDo[api.ServicePreview](c.admin, "POST", api.PreviewService.Path, body).Digest
	made := mustDo[api.ServiceMade](c.admin, "POST", api.CreateService.Path, body)
	if made.ClientSecret != "" {
		t.Error("a service with keys was given a secret")
	}
	out := stranger(t, c.House)
	ask := func(key *ecdsa.PrivateKey, id string) int {
		t.Helper()
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		proof, err := jwt.Signed(signer).Claims(jwt.Claims{Issuer: string(made.Service.ID), Subject: string(made.Service.ID), Audience: jwt.Audience{c.URL()}, ID: id,
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(time.Minute))}).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		res, got := out.ask("POST", tokenPath, url.Values{"grant_type": {"client_credentials"}, "client_assertion": {proof},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		if res.StatusCode != http.StatusOK {
			return res.StatusCode
		}
		var token struct {
			Token string `json:"access_token"`
		}
		if err := json.Unmarshal([]byte(got), &token); err != nil {
			t.Fatal(err)
		}
		res, _ = out.ask("GET", api.ListPlaces.Path, "", "Authorization", "Bearer "+token.Token)
		return res.StatusCode
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if good, twice, forged := ask(key, "a"), ask(key, "a"), ask(other, "b"); good != 200 || twice < 400 || forged < 400 {
		t.Errorf("with its key %d, twice %d, with another key %d", good, twice, forged)
	}
	res, got := c.admin.ask("POST", filled(api.NewServiceProof, map[string]string{"service": string(made.Service.ID)}), `{"version":1}`)
	c.admin.wantProblem("a secret for who has keys", res, got, http.StatusConflict, "service.keyed")
}
