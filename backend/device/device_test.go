package device_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"hearth/backend/device"
	"hearth/backend/identity"
	"hearth/backend/keys"
	"hearth/backend/store"
	"hearth/backend/ticket"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

const house = "https://hearth.example"

// bench is a real store with a desk, a clock tests set, and one device with its key.
type bench struct {
	*device.Service
	store *store.Store
	by    care.Reader
	now   time.Time
	key   *ecdsa.PrivateKey
	is    care.Device
}

func mustBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return b.now }
	ctx := t.Context()
	var err error
	if b.store, err = store.Open(ctx, store.Config{Dir: t.TempDir(), Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.store.Close() })
	ring, err := keys.Open(ctx, b.store, keys.Config{Dir: t.TempDir(), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ring.Close() })
	b.Service = device.Open(b.store, ticket.New(ring, b.store, house, clock), clock)
	site, project, err := b.store.Home(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b.by = care.Reader{Site: site, Roles: []access.Role{access.Administrator}, Operator: true}
	code, _, err := b.Code(ctx, b.by, project, 1)
	if err != nil {
		t.Fatal(err)
	}
	if b.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	public, err := jose.JSONWebKey{Key: b.key.Public()}.MarshalJSON()
	if err == nil {
		b.is, err = b.Register(ctx, code, care.Device{Kind: care.Tablet, Name: "Tablet 7"}, public)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.put(t, func(d *care.Device) { d.State = care.DeviceEnabled })
	return b
}

func (b *bench) put(t *testing.T, change func(*care.Device)) {
	t.Helper()
	change(&b.is)
	var err error
	if b.is, err = b.store.PutDevice(t.Context(), b.by, b.is); err != nil {
		t.Fatal(err)
	}
}

// ticket proves the key and takes a ticket.
func (b *bench) ticket(t *testing.T) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: b.key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	claims, _ := json.Marshal(map[string]any{"iss": b.is.ID, "sub": b.is.ID, "aud": house, "jti": rand.Text(), "iat": b.now.Unix(), "exp": b.now.Add(time.Minute).Unix()})
	signed, err := signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	proof, _ := signed.CompactSerialize()
	token, _, err := b.Ticket(t.Context(), proof)
	if err != nil {
		t.Fatalf("a ticket: %v", err)
	}
	return token
}

func (b *bench) opens(token string) bool {
	_, err := b.Bearer(context.Background(), token)
	return err == nil
}

// What a device loses when it is switched off, hidden or moved does not come back.
func TestWhatEndsTickets(t *testing.T) {
	second := func(b *bench) { b.now = b.now.Add(time.Second) } // tickets know whole seconds
	for name, end := range map[string]func(t *testing.T, b *bench){
		"disabled": func(t *testing.T, b *bench) { b.put(t, func(d *care.Device) { d.State = care.DeviceDisabled }) },
		"to wait":  func(t *testing.T, b *bench) { b.put(t, func(d *care.Device) { d.State = care.DeviceWaiting }) },
		"hidden": func(t *testing.T, b *bench) {
			for _, hide := range []bool{true, false} {
				var err error
				if b.is, err = b.store.BuryDevice(t.Context(), b.by, b.is.ID, b.is.Version, hide); err != nil {
					t.Fatal(err)
				}
			}
		},
		"moved": func(t *testing.T, b *bench) {
			p, err := b.store.CreateProject(t.Context(), b.by, b.by.Site, "Sleep")
			if err != nil {
				t.Fatal(err)
			}
			b.put(t, func(d *care.Device) { d.Project = p.ID })
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := mustBench(t)
			old := b.ticket(t)
			if !b.opens(old) {
				t.Fatal("a fresh ticket opens nothing")
			}
			second(b)
			end(t, b)
			if name != "moved" && b.opens(old) {
				t.Error("the ticket opens while the device is off")
			}
			b.put(t, func(d *care.Device) { d.State = care.DeviceEnabled })
			if b.opens(old) {
				t.Error("the old ticket is back")
			}
			second(b)
			if !b.opens(b.ticket(t)) {
				t.Error("a new ticket opens nothing")
			}
		})
	}
}

// A device keeps its tickets when it is renamed or lent, when another code is made, and when somebody's password changes.
func TestWhatLeavesTicketsAlone(t *testing.T) {
	b := mustBench(t)
	token := b.ticket(t)
	b.now = b.now.Add(time.Minute)
	b.put(t, func(d *care.Device) { d.Name = "Tablet 8" })
	if _, _, err := b.Code(t.Context(), b.by, b.is.Project, 3); err != nil {
		t.Fatal(err)
	}
	p, err := b.store.AddPerson(t.Context(), care.NewPerson{Name: "Ada Lane", Login: "ada", Roles: []access.Role{access.Administrator}})
	if err == nil {
		err = b.store.ChangePassword(t.Context(), p.ID, "$argon2id$", identity.Hash{})
	}
	if err != nil {
		t.Fatal(err)
	}
	if !b.opens(token) {
		t.Error("the ticket is gone")
	}
	b.now = b.now.Add(ticket.Usual + 2*ticket.Leeway)
	if _, err := b.Bearer(t.Context(), token); !fault.Is(err, fault.SignedOut) {
		t.Errorf("it outlives its time: %v", err)
	}
}
