package ticket_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"hearth/backend/keys"
	"hearth/backend/store"
	"hearth/backend/ticket"
	"hearth/shared/fault"
)

const house = "https://hearth.example"

type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// office is a desk on a real store, with a clock to set.
type office struct {
	*ticket.Desk
	*clock
	store *store.Store
	ring  *keys.Ring
}

func mustOffice(t testing.TB) office {
	t.Helper()
	c := &clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	master := keys.NewMaster()
	ring, err := keys.Open(t.Context(), s, keys.Config{Master: &master, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	return office{ticket.New(ring, s, house, c.Now), c, s, ring}
}

func (o office) mustMint(t testing.TB, c ticket.Claims) string {
	t.Helper()
	token, err := o.Mint(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// wantRefused wants a ticket to open nothing, in words that do not say why.
func (o office) wantRefused(t testing.TB, what, token string, kind ticket.Kind) {
	t.Helper()
	c, err := o.Check(t.Context(), token, kind)
	if f := fault.Of(err); err == nil || f.Kind != fault.SignedOut || f.Code != "ticket.refused" || !reflect.DeepEqual(c, ticket.Claims{}) {
		t.Errorf("%s: %+v, %v; want it refused", what, c, err)
	}
}

var strap = ticket.Claims{Kind: ticket.Device, Subject: "strap-1", Scopes: []string{"measure", "report"}, Life: time.Hour}

func TestMintAndCheck(t *testing.T) {
	o := mustOffice(t)
	got, err := o.Check(t.Context(), o.mustMint(t, strap), ticket.Device)
	if err != nil {
		t.Fatal(err)
	}
	want := strap
	want.ID, want.Audience, want.Issued, want.Expires = got.ID, house, o.now, o.now.Add(time.Hour)
	if len(got.ID) != 26 || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for what, c := range map[string]ticket.Claims{
		"no kind": {Subject: "x"}, "no subject": {Kind: ticket.Device}, "more than a day": {Kind: ticket.Device, Subject: "x", Life: 25 * time.Hour},
		"no life": {Kind: ticket.Device, Subject: "x", Life: -time.Hour}, "too much to say": {Kind: ticket.Device, Subject: strings.Repeat("x", 3000)},
	} {
		if token, err := o.Mint(t.Context(), c); err == nil {
			t.Errorf("%s: minted %d bytes", what, len(token))
		}
	}
}

// The end of a ticket and its beginning have the leeway, and no more.
func TestTime(t *testing.T) {
	o := mustOffice(t)
	token, begin := o.mustMint(t, strap), o.now
	for after, good := range map[time.Duration]bool{0: true, time.Hour: true, time.Hour + ticket.Leeway: true, time.Hour + ticket.Leeway + 1: false,
		-ticket.Leeway: true, -ticket.Leeway - 1: false, 1000 * time.Hour: false} {
		o.clock.now = begin.Add(after)
		if _, err := o.Check(t.Context(), token, ticket.Device); (err == nil) != good {
			t.Errorf("%v after it was minted: %v, want it good %v", after, err, good)
		}
	}
}

func TestOtherKindAudienceHouse(t *testing.T) {
	o := mustOffice(t)
	o.wantRefused(t, "a device's ticket as a person's", o.mustMint(t, strap), ticket.Person)
	foreign := strap
	foreign.Audience = "https://elsewhere.example"
	o.wantRefused(t, "a ticket for elsewhere", o.mustMint(t, foreign), ticket.Device)
	neighbour := ticket.New(o.ring, o.store, "https://other.example", o.clock.Now)
	token, err := neighbour.Mint(t.Context(), ticket.Claims{Kind: ticket.Device, Subject: "x", Audience: house})
	if err != nil {
		t.Fatal(err)
	}
	o.wantRefused(t, "a ticket of another issuer with our key", token, ticket.Device)
	o.wantRefused(t, "a ticket of another house", mustOffice(t).mustMint(t, strap), ticket.Device)
}

func TestRevoke(t *testing.T) {
	o := mustOffice(t)
	one, two := o.mustMint(t, strap), o.mustMint(t, strap)
	other := strap
	other.Subject = "strap-2"
	three := o.mustMint(t, other)
	c, err := o.Check(t.Context(), one, ticket.Device)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Revoke(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	o.wantRefused(t, "a ticket taken back", one, ticket.Device)
	if _, err := o.Check(t.Context(), two, ticket.Device); err != nil {
		t.Errorf("another ticket of the same device: %v", err)
	}
	if err := o.RevokeAll(t.Context(), ticket.Device, strap.Subject); err != nil {
		t.Fatal(err)
	}
	o.wantRefused(t, "a ticket taken back with all", two, ticket.Device)
	if _, err := o.Check(t.Context(), three, ticket.Device); err != nil {
		t.Errorf("another device's: %v", err)
	}
	o.clock.now = o.now.Add(time.Second)
	if _, err := o.Check(t.Context(), o.mustMint(t, strap), ticket.Device); err != nil {
		t.Errorf("a ticket minted after: %v", err)
	}
	// What is taken back is remembered for as long as it could live, and no longer.
	o.clock.now = o.now.Add(ticket.Longest)
	if before, err := o.store.Revoked(t.Context(), "ticket/"+string(c.ID)); err != nil || before.IsZero() {
		t.Errorf("forgotten too early: %v, %v", before, err)
	}
	o.clock.now = o.now.Add(time.Hour)
	if err := o.store.SweepRevoked(t.Context(), o.now); err != nil {
		t.Fatal(err)
	}
	if before, err := o.store.Revoked(t.Context(), "ticket/"+string(c.ID)); err != nil || !before.IsZero() {
		t.Errorf("never forgotten: %v, %v", before, err)
	}
}

// A store that is away lets nobody in.
func TestStoreAway(t *testing.T) {
	o := mustOffice(t)
	token := o.mustMint(t, strap)
	o.store.Close()
	if c, err := o.Check(t.Context(), token, ticket.Device); err == nil || !fault.Is(err, fault.Unavailable) || c.Subject != "" {
		t.Errorf("got %+v, %v; want unavailable", c, err)
	}
}

// A ticket outlives a rotation of the key it was signed with.
func TestRotation(t *testing.T) {
	o := mustOffice(t)
	token := o.mustMint(t, strap)
	if err := o.ring.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Check(t.Context(), token, ticket.Device); err != nil {
		t.Errorf("after a rotation: %v", err)
	}
	if head(t, token)["kid"] == head(t, o.mustMint(t, strap))["kid"] {
		t.Error("the old key still signs")
	}
}

func head(t testing.TB, token string) (m map[string]any) {
	t.Helper()
	text, _, _ := strings.Cut(token, ".")
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// forged makes a token of a header and claims, with whatever sign makes of them.
func forged(header, claims map[string]any, sign func(text string) []byte) string {
	part := func(v any) string {
		b, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(b)
	}
	text := part(header) + "." + part(claims)
	return text + "." + base64.RawURLEncoding.EncodeToString(sign(text))
}

// None of the usual tricks with headers, algorithms and keys opens anything (RFC 8725 sections 2.1 to 2.4).
func TestForgeries(t *testing.T) {
	o := mustOffice(t)
	real := o.mustMint(t, strap)
	good := head(t, real)
	claims := map[string]any{"iss": house, "aud": house, "sub": "strap-1", "kind": "device", "jti": "x", "iat": o.now.Unix(), "exp": o.now.Add(time.Hour).Unix()}
	with := func(name string, value any) map[string]any {
		h := map[string]any{}
		for k, v := range good {
			h[k] = v
		}
		h[name] = value
		return h
	}
	mine, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	byMe := func(text string) []byte {
		sum := sha256.Sum256([]byte(text))
		r, s, _ := ecdsa.Sign(rand.Reader, mine, sum[:])
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
	nobody := func(string) []byte { return []byte{0} }
	public := mustPublic(t, o)
	byPublic := func(text string) []byte {
		m := hmac.New(sha256.New, public)
		m.Write([]byte(text))
		return m.Sum(nil)
	}
	jwk := map[string]any{"kty": "EC", "crv": "P-256", "x": base64.RawURLEncoding.EncodeToString(mine.X.FillBytes(make([]byte, 32))),
		"y": base64.RawURLEncoding.EncodeToString(mine.Y.FillBytes(make([]byte, 32)))}
	for what, token := range map[string]string{
		"nothing":                      "",
		"algorithm none":               forged(with("alg", "none"), claims, nobody),
		"algorithm None":               forged(with("alg", "None"), claims, nobody),
		"no signature":                 real[:strings.LastIndex(real, ".")+1],
		"our public key as a password": forged(with("alg", "HS256"), claims, byPublic),
		"a foreign key under our name": forged(good, claims, byMe),
		"a foreign key in the header":  forged(with("jwk", jwk), claims, byMe),
		"an address of keys":           forged(with("jku", "https://evil.example/keys"), claims, byMe),
		"a critical extension":         forged(with("crit", []string{"b64"}), claims, byMe),
		"an unknown key":               forged(with("kid", strings.Repeat("a", 26)), claims, byMe),
		"a path as a key":              forged(with("kid", "../../dev/null"), claims, byMe),
		"no type":                      forged(map[string]any{"alg": "ES256", "kid": good["kid"]}, claims, byMe),
		"a signature of zeros":         forged(good, claims, func(string) []byte { return make([]byte, 64) }),
		"four parts":                   real + ".x",
		"spaces":                       " " + real,
		"JSON":                         `{"payload":"x","signatures":[]}`,
		"a long one":                   strings.Repeat("a", 1<<20),
	} {
		o.wantRefused(t, what, token, ticket.Device)
	}
	// The same claims by our key are a ticket: it is the forgeries that fail, not the test's idea of a ticket.
	signer, err := o.ring.Signer(t.Context(), "ticket", keys.ES256)
	if err != nil {
		t.Fatal(err)
	}
	mine = signer.Key.(*ecdsa.PrivateKey)
	if _, err := o.Check(t.Context(), forged(good, claims, byMe), ticket.Device); err != nil {
		t.Errorf("what our key signed: %v", err)
	}
	claims["admin"] = true
	o.wantRefused(t, "a claim we never write", forged(good, claims, byMe), ticket.Device)
	delete(claims, "admin")
	claims["exp"] = o.now.Add(48 * time.Hour).Unix()
	o.wantRefused(t, "a life we never give", forged(good, claims, byMe), ticket.Device)
}

func mustPublic(t *testing.T, o office) []byte {
	t.Helper()
	s, err := o.ring.Signer(t.Context(), "ticket", keys.ES256)
	if err != nil {
		t.Fatal(err)
	}
	b, err := x509.MarshalPKIXPublicKey(s.Key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Whatever is sent, only what was minted opens.
func FuzzCheck(f *testing.F) {
	o := mustOffice(f)
	real := o.mustMint(f, strap)
	parts := strings.Split(real, ".")
	f.Add(real)
	f.Add(parts[0] + "." + parts[1] + ".")
	f.Add("eyJhbGciOiJub25lIn0." + parts[1] + ".AA")
	f.Add(`{"payload":"` + parts[1] + `","protected":"` + parts[0] + `","signature":"` + parts[2] + `"}`)
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		if _, err := o.Check(t.Context(), token, ticket.Device); err == nil && token != real {
			t.Errorf("%q opens", token)
		}
	})
}
