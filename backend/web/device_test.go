package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// gadget is a device that acts by itself.
type gadget struct {
	*visitor
	key *ecdsa.PrivateKey
	id  care.DeviceID
}

func newGadget(t *testing.T, c clinic) *gadget {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &gadget{visitor: stranger(t, c.House), key: key}
}

func (g *gadget) post(path string, body any) (*http.Response, string) {
	b, err := json.Marshal(body)
	if err != nil {
		g.t.Fatal(err)
	}
	return g.ask("POST", path, string(b))
}

func (g *gadget) registration(code string) map[string]any {
	public, err := jose.JSONWebKey{Key: g.key.Public()}.MarshalJSON()
	if err != nil {
		g.t.Fatal(err)
	}
	return map[string]any{"code": code, "kind": "tablet", "model": "T1", "name": "Tablet 7", "serial": "", "key": json.RawMessage(public)}
}

// proof signs claims over those of a good proof.
func (g *gadget) proof(algorithm jose.SignatureAlgorithm, key any, change map[string]any) string {
	now := time.Now()
	claims := map[string]any{"iss": g.id, "sub": g.id, "aud": g.base, "jti": rand.Text(), "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	maps.Copy(claims, change)
	payload, _ := json.Marshal(claims)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		g.t.Fatal(err)
	}
	text, _ := signed.CompactSerialize()
	return text
}

// mustRegister has the administrator hand out a code and the device use it.
func (g *gadget) mustRegister(c clinic, uses int) (code string) {
	g.t.Helper()
	me := mustDo[api.Me](c.admin, "GET", api.GetMe.Path, nil)
	made := mustDo[api.DeviceCode](c.admin, "POST", strings.ReplaceAll(api.CreateDeviceCode.Path, "{project}", string(me.Project)), api.DeviceCodeBody{Uses: uses})
	res, body := g.post(api.DeviceRegister, g.registration(made.Code))
	var self api.DeviceSelf
	if err := json.Unmarshal([]byte(body), &self); err != nil || res.StatusCode != http.StatusCreated || self.State != care.DeviceWaiting {
		g.t.Fatalf("registered: %d %s %v", res.StatusCode, body, err)
	}
	g.id = self.ID
	return made.Code
}

func mustPut(t *testing.T, c clinic, id care.DeviceID, change func(*api.PutDeviceBody)) api.Device {
	t.Helper()
	for _, d := range mustDo[api.List[api.Device]](c.admin, "GET", api.ListDevices.Path, nil).Items {
		if d.ID == id {
			b := api.PutDeviceBody{Project: d.Project, Kind: d.Kind, Model: d.Model, Name: d.Name, Serial: d.Serial, State: d.State, Patient: d.Patient, Note: d.Note, Version: d.Version}
			change(&b)
			return mustDo[api.Device](c.admin, "PUT", strings.ReplaceAll(api.PutDevice.Path, "{device}", string(id)), b)
		}
	}
	t.Fatal("the device is on no list")
	return api.Device{}
}

// A device registers with a code, waits, is enabled, proves its key, is given a ticket, and loses all of it when it is
// switched off.
func TestADevicesLife(t *testing.T) {
	c := mustClinic(t)
	g := newGadget(t, c)
	code := g.mustRegister(c, 1)
	if res, body := g.post(api.DeviceRegister, g.registration(strings.ToLower(code))); res.StatusCode != http.StatusCreated || !strings.Contains(body, string(g.id)) {
		t.Errorf("asked again after a lost answer: %d %s", res.StatusCode, body)
	}
	proof := func() (*http.Response, string) {
		return g.post(api.DeviceTicket, api.ProofBody{Proof: g.proof(jose.ES256, g.key, nil)})
	}
	res, body := proof()
	g.wantProblem("while it waits", res, body, http.StatusConflict, "device.waiting")
	d := mustPut(t, c, g.id, func(b *api.PutDeviceBody) { b.State, b.Patient = care.DeviceEnabled, c.patients["Wren-23"] })
	if d.PatientName != "Wren-23" || !d.Keyed {
		t.Errorf("enabled and lent: %+v", d)
	}
	res, body = proof()
	var answer api.DeviceTicketAnswer
	if err := json.Unmarshal([]byte(body), &answer); err != nil || res.StatusCode != http.StatusOK || answer.Seconds != 900 {
		t.Fatalf("a ticket: %d %s", res.StatusCode, body)
	}
	me := func() *http.Response {
		res, _ := g.ask("GET", api.DeviceMe, "", "Authorization", "Bearer "+answer.Ticket)
		return res
	}
	if res := me(); res.StatusCode != http.StatusOK {
		t.Errorf("with the ticket: %d", res.StatusCode)
	}
	for _, op := range api.Operations() { // a device is nobody who signs in
		if res, _ := g.ask(op.Method, filled(op, foreignIDs(c)), bodies()[op.ID], "Authorization", "Bearer "+answer.Ticket); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s with a device's ticket: %d", op.ID, res.StatusCode)
		}
	}
	mustPut(t, c, g.id, func(b *api.PutDeviceBody) { b.State = care.DeviceDisabled })
	if res := me(); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("switched off, with the ticket: %d", res.StatusCode)
	}
	res, body = proof()
	g.wantProblem("switched off", res, body, http.StatusConflict, "device.disabled")
}

// Only the device's own key, for this house, now and once, is proof.
func TestProofsOfOthersOpenNothing(t *testing.T) {
	c := mustClinic(t)
	g, other := newGadget(t, c), newGadget(t, c)
	g.mustRegister(c, 1)
	other.mustRegister(c, 1)
	mustPut(t, c, g.id, func(b *api.PutDeviceBody) { b.State = care.DeviceEnabled })
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	now, once := time.Now(), g.proof(jose.ES256, g.key, nil)
	if res, body := g.post(api.DeviceTicket, api.ProofBody{Proof: once}); res.StatusCode != http.StatusOK {
		t.Fatalf("the right one: %d %s", res.StatusCode, body)
	}
	for what, proof := range map[string]string{
		"shown before":         once,
		"another's key":        g.proof(jose.ES256, other.key, nil),
		"another algorithm":    g.proof(jose.RS256, long, nil),
		"a shared secret":      g.proof(jose.HS256, []byte(strings.Repeat("x", 32)), nil),
		"for another house":    g.proof(jose.ES256, g.key, map[string]any{"aud": "https://elsewhere.example"}),
		"by somebody else":     g.proof(jose.ES256, g.key, map[string]any{"iss": other.id}),
		"for somebody else":    g.proof(jose.ES256, g.key, map[string]any{"iss": other.id, "sub": other.id}),
		"for nobody":           g.proof(jose.ES256, g.key, map[string]any{"iss": care.NewID[care.DeviceID](), "sub": care.NewID[care.DeviceID]()}),
		"expired":              g.proof(jose.ES256, g.key, map[string]any{"iat": now.Add(-10 * time.Minute).Unix(), "exp": now.Add(-6 * time.Minute).Unix()}),
		"of the future":        g.proof(jose.ES256, g.key, map[string]any{"iat": now.Add(5 * time.Minute).Unix(), "exp": now.Add(6 * time.Minute).Unix()}),
		"for too long":         g.proof(jose.ES256, g.key, map[string]any{"exp": now.Add(time.Hour).Unix()}),
		"without a name":       g.proof(jose.ES256, g.key, map[string]any{"jti": ""}),
		"nothing":              "",
		"junk":                 "a.b.c",
		"without an algorithm": "eyJhbGciOiJub25lIn0." + strings.Split(once, ".")[1] + ".",
		"too long":             strings.Repeat("a", 5000) + ".b.c",
	} {
		res, body := g.post(api.DeviceTicket, api.ProofBody{Proof: proof})
		g.wantProblem(what, res, body, http.StatusUnauthorized, "ticket.refused")
	}
}

// A code counts as often as it was made for, whoever comes at once, and says nothing about why it does not.
func TestCodesOfDevices(t *testing.T) {
	c := mustClinic(t)
	first := newGadget(t, c)
	code := first.mustRegister(c, 3)
	var came atomic.Int64
	var wait sync.WaitGroup
	for range 8 {
		g := newGadget(t, c)
		wait.Go(func() {
			if res, _ := g.post(api.DeviceRegister, g.registration(code)); res.StatusCode == http.StatusCreated {
				came.Add(1)
			}
		})
	}
	wait.Wait()
	if came.Load() != 2 {
		t.Errorf("%d more devices came with a code for 3", came.Load())
	}
	g := newGadget(t, c)
	private, _ := jose.JSONWebKey{Key: g.key}.MarshalJSON()
	for what, try := range map[string]struct {
		change map[string]any
		status int
	}{
		"a wrong code":      {map[string]any{"code": "0000-0000-0000-0000"}, http.StatusUnprocessableEntity},
		"no code":           {map[string]any{"code": ""}, http.StatusUnprocessableEntity},
		"a private key":     {map[string]any{"key": json.RawMessage(private)}, http.StatusUnprocessableEntity},
		"no key":            {map[string]any{"key": map[string]any{}}, http.StatusUnprocessableEntity},
		"a secret as key":   {map[string]any{"key": map[string]any{"kty": "oct", "k": "eHh4eHh4eHh4eHh4"}}, http.StatusUnprocessableEntity},
		"no name":           {map[string]any{"name": " "}, http.StatusUnprocessableEntity},
		"an unknown kind":   {map[string]any{"kind": "toaster"}, http.StatusUnprocessableEntity},
		"a field too many":  {map[string]any{"state": "enabled"}, http.StatusBadRequest},
		"more than we read": {map[string]any{"name": strings.Repeat("x", 9000)}, http.StatusRequestEntityTooLarge},
	} {
		b := g.registration(code)
		maps.Copy(b, try.change)
		res, body := g.post(api.DeviceRegister, b)
		g.wantProblem(what, res, body, try.status, "")
	}
	for what, v := range map[string]*visitor{"a therapist": c.mira, "a patient": c.wren} {
		if access.May([]access.Role{access.Therapist}, access.WriteDevices) {
			t.Fatal("the table changed; so must this test")
		}
		res, body := v.ask("GET", api.ListDevices.Path, "")
		v.wantProblem(what, res, body, http.StatusNotFound, "")
	}
}
