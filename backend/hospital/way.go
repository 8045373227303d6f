package hospital

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"hearth/shared/fault"
)

// way is somebody's way to the provider and back, carried sealed by the browser that began it: nothing is stored, so
// opening the address that begins one changes nothing here.
type way struct {
	Hospital ID        `json:"h"`
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"` // of PKCE (RFC 7636)
	Next     string    `json:"t"`
	Until    time.Time `json:"u"`
}

// wayFor is how long somebody may take to sign in over there, their second factor included.
const wayFor = 15 * time.Minute

// wayName is the cookie's name after the prefix; purpose is the key's.
const (
	wayName = "hearth-way"
	purpose = "hospital"
)

func (s *Service) cookieName() string {
	if s.c.Secure {
		return "__Host-" + wayName
	}
	return wayName
}

// Begin gives the browser its way and returns the provider's address to send it to; anew asks that the person prove who
// they are over there once more (OpenID Connect Core section 3.1.2.1). Faults: fault.NotFound for a hospital
// that is not there, "hospital.away".
func (s *Service) Begin(w http.ResponseWriter, r *http.Request, id ID, next string, anew bool) (address string, err error) {
	ctx := r.Context()
	h, err := s.store.Hospital(ctx, id)
	if err != nil {
		return "", err
	}
	d, err := s.discover(ctx, h)
	if err != nil {
		return "", err
	}
	on := way{Hospital: id, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: next, Until: s.c.Now().Add(wayFor)}
	plain, err := json.Marshal(on)
	if err != nil {
		return "", err
	}
	sealed, err := s.seal.Seal(ctx, purpose, plain, []byte(wayName))
	if err != nil {
		return "", fmt.Errorf("seal a way: %w", err)
	}
	http.SetCookie(w, s.cookie(base64.RawURLEncoding.EncodeToString(sealed), int(wayFor/time.Second)))
	ask := []oauth2.AuthCodeOption{oidc.Nonce(on.Nonce), oauth2.S256ChallengeOption(on.Verifier)}
	if anew {
		ask = append(ask, oauth2.SetAuthURLParam("max_age", "0"), oauth2.SetAuthURLParam("prompt", "login"))
	}
	return s.client(h, "", d).AuthCodeURL(on.State, ask...), nil
}

func (s *Service) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{Name: s.cookieName(), Value: value, Path: "/", MaxAge: age, Secure: s.c.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// back reads the way the browser carries and takes it away: it counts once.
func (s *Service) back(w http.ResponseWriter, r *http.Request, id ID) (on way, err error) {
	gone := fault.New(fault.Gone, "hospital.lost", nil)
	c, err := r.Cookie(s.cookieName())
	if err != nil || len(c.Value) > 4096 {
		return on, gone.Because(err)
	}
	http.SetCookie(w, s.cookie("", -1))
	sealed, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return on, gone.Because(err)
	}
	plain, err := s.seal.Open(r.Context(), purpose, sealed, []byte(wayName))
	if fault.Is(err, fault.Unavailable) {
		return on, err
	}
	if err != nil || json.Unmarshal(plain, &on) != nil || on.Hospital != id || !s.c.Now().Before(on.Until) {
		return way{}, gone.Because(err)
	}
	return on, nil
}

// Finish reads the provider's answer and says who came. Faults: "hospital.lost" when this browser did not begin here or
// took too long, "hospital.denied" when the provider refused, "hospital.refused" when its answer is not believed,
// "hospital.clock" when its clock and ours disagree, "hospital.away", "hospital.no-role" when nobody listed the person's groups.
func (s *Service) Finish(w http.ResponseWriter, r *http.Request, id ID) (Arrival, error) {
	on, err := s.back(w, r, id)
	if err != nil {
		return Arrival{}, err
	}
	h, err := s.store.Hospital(r.Context(), id)
	if err != nil {
		return Arrival{}, err
	}
	d, err := s.discover(r.Context(), h)
	if err != nil {
		return Arrival{}, err
	}
	if err := s.answered(r, on, h, d); err != nil {
		return Arrival{}, err
	}
	token, err := s.redeem(r.Context(), on, h, d, r.FormValue("code"))
	if err != nil {
		return Arrival{}, err
	}
	return arrival(h, token, on.Next)
}

// answered holds the provider's answer against the way: our state, and its issuer where it promises to say so, or an
// honest provider's code could be carried to a dishonest one (RFC 9207).
func (s *Service) answered(r *http.Request, on way, h Hospital, d discovered) error {
	q := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(on.State)) != 1 {
		return fault.New(fault.Gone, "hospital.lost", errors.New("another state"))
	}
	if iss := q.Get("iss"); (iss != "" || d.says.Iss) && iss != h.Issuer {
		return lied(errors.New("the answer comes from another issuer"))
	}
	if why := q.Get("error"); why != "" {
		return fault.New(fault.Conflict, "hospital.denied", nil)
	}
	if q.Get("code") == "" {
		return lied(errors.New("no code"))
	}
	return nil
}

// signatures are those that count; "none" and shared secrets do not.
var signatures = []string{oidc.RS256, oidc.PS256, oidc.ES256}

// redeem exchanges the code and checks the token: signature, issuer, audience, time, nonce, authorized party (OpenID
// Connect Core section 3.1.3.7).
func (s *Service) redeem(ctx context.Context, on way, h Hospital, d discovered, code string) (*oidc.IDToken, error) {
	ctx = oidc.ClientContext(ctx, s.http)
	secret, err := s.secret(ctx, h)
	if err != nil {
		return nil, err
	}
	answer, err := s.client(h, secret, d).Exchange(ctx, code, oauth2.VerifierOption(on.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode/100 == 4:
		return nil, lied(errors.New("the code was not taken")) // the answer itself may hold anything
	case err != nil:
		return nil, away(errors.New("the code could not be redeemed"))
	}
	raw, ok := answer.Extra("id_token").(string)
	if !ok {
		return nil, lied(errors.New("no id token"))
	}
	token, err := d.Verifier(&oidc.Config{ClientID: h.Client, SupportedSigningAlgs: signatures, Now: s.c.Now}).Verify(ctx, raw)
	var late *oidc.TokenExpiredError
	switch {
	case errors.As(err, &late):
		return nil, fault.New(fault.Invalid, "hospital.clock", err)
	case err != nil:
		return nil, lied(fmt.Errorf("the id token: %w", err))
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(on.Nonce)) != 1 {
		return nil, lied(errors.New("another nonce"))
	}
	if early := token.IssuedAt.Sub(s.c.Now()); early > leeway {
		return nil, fault.New(fault.Invalid, "hospital.clock", errors.New("issued in the future"))
	}
	return token, nil
}

// leeway is how far a provider's clock may be ahead of ours.
const leeway = 5 * time.Minute

func arrival(h Hospital, token *oidc.IDToken, next string) (Arrival, error) {
	var all map[string]json.RawMessage
	var known struct {
		Name   string `json:"name"`
		Login  string `json:"preferred_username"`
		Party  string `json:"azp"`
		Proved int64  `json:"auth_time"`
	}
	if err := errors.Join(token.Claims(&all), token.Claims(&known)); err != nil {
		return Arrival{}, lied(fmt.Errorf("the id token's claims: %w", err))
	}
	if known.Party != "" && known.Party != h.Client || known.Party == "" && len(token.Audience) > 1 {
		return Arrival{}, lied(errors.New("meant for another party"))
	}
	if token.Subject == "" || len(token.Subject) > 255 {
		return Arrival{}, lied(errors.New("no subject"))
	}
	a := Arrival{Hospital: h, Subject: token.Subject, Name: known.Name, Login: loginOf(known.Login), Grants: grants(h.Rules, values(all, h.Claim)), Next: next}
	if known.Proved > 0 {
		a.Proved = time.Unix(known.Proved, 0).UTC()
	}
	return a, nil
}
