// Package device lets tablets, bridges and robots act on their own credentials. A device registers with a code of its
// project and the public half of a key it made, waits until staff enable it, and from then on proves that it holds the key
// whenever it needs a ticket for the next minutes. The house never sees a secret of a device: what leaks here opens
// nothing. Nobody's patient data is decided on here; what a device's ticket opens, shared/access says.
//
// What ends what: a device that is disabled, hidden or moved to another project loses every ticket it has at that moment,
// and enabling it again brings none back; it proves its key anew. A registration code that is used up, expired or followed
// by another one takes nothing from the devices that came with it: a code lets a device ask, and a person lets it in.
// Nobody's password, passkey or signing out reaches a device either, for no ticket of a device is anybody's: who must go
// with a person is taken back or disabled. House keys that are rotated end tickets with their own time, minutes later.
package device

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"

	"hearth/backend/ticket"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Hash is the SHA-256 of a code or of a proof's name.
type Hash [32]byte

// Text is the hash as the store writes it.
func (h Hash) Text() string { return hex.EncodeToString(h[:]) }

func hashOf(text string) Hash { return sha256.Sum256([]byte(text)) }

// Codes live for a week and register so many devices at most.
const (
	CodeLife = 7 * 24 * time.Hour
	MostUses = 200
)

// Store is what the room needs of the house's memory.
type Store interface {
	PutDeviceCode(ctx context.Context, by care.Reader, project care.ProjectID, hash Hash, expires time.Time, uses int) error
	// IssuedDeviceCode finds a code that works, at a project whose devices by writes.
	IssuedDeviceCode(ctx context.Context, by care.Reader, hash Hash) (Issued, error)
	RegisterDevice(ctx context.Context, code Hash, d care.Device, key string) (care.Device, error)
	Device(ctx context.Context, id care.DeviceID) (d care.Device, key string, err error)
	SpendProof(ctx context.Context, id care.DeviceID, proof Hash, expires time.Time) error
}

// Tickets mint what a device is given; ticket.Desk is one.
type Tickets interface {
	Mint(ctx context.Context, c ticket.Claims) (string, error)
	Check(ctx context.Context, token string, want ...ticket.Kind) (ticket.Claims, error)
	Prove(token string, keyOf func(subject string) ([]byte, error)) (ticket.Proof, error)
}

// Service registers devices and gives them tickets.
type Service struct {
	store   Store
	tickets Tickets
	now     func() time.Time
}

// Open prepares the service. A nil now is time.Now.
func Open(store Store, tickets Tickets, now func() time.Time) *Service {
	if now == nil {
		now = time.Now
	}
	return &Service{store, tickets, now}
}

// codeText is what people type: upper case, no letters that read alike (Crockford's base 32).
var codeText = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Code makes a code with which up to uses devices may register at a project within a week: 80 random bits, of which only
// the hash is kept.
func (s *Service) Code(ctx context.Context, by care.Reader, project care.ProjectID, uses int) (code string, expires time.Time, err error) {
	if uses < 1 || uses > MostUses {
		return "", expires, fault.New(fault.Invalid, "device.uses", nil)
	}
	b := make([]byte, 10)
	rand.Read(b)
	code, expires = codeText.EncodeToString(b), s.now().Add(CodeLife)
	return spaced(code), expires, s.store.PutDeviceCode(ctx, by, project, hashOf(code), expires, uses)
}

// typed is a code as it was made, however it was typed.
func typed(code string) string {
	return strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
}

// Register makes a device that waits. d says kind, model, name and serial; key is its public key as a JSON Web Key. Asking
// again with the same key, as after a lost answer, is the same device. Faults: "device.code", "ticket.key", those of
// Validate.
func (s *Service) Register(ctx context.Context, code string, d care.Device, key []byte) (care.Device, error) {
	public, err := ticket.PublicKey(key)
	if err != nil {
		return care.Device{}, err
	}
	d = care.Device{Kind: d.Kind, Model: d.Model, Name: strings.TrimSpace(d.Name), Serial: d.Serial, State: care.DeviceWaiting}
	if err := d.Validate(); err != nil {
		return care.Device{}, err
	}
	if len(code) > 64 {
		code = ""
	}
	return s.store.RegisterDevice(ctx, hashOf(typed(code)), d, string(public))
}

// errWaiting tells a device that has shown the right key that nobody has enabled it.
var errWaiting = fault.New(fault.Conflict, "device.waiting", nil)

// Ticket exchanges a proof for a ticket. Faults: ticket.Refused for whatever is wrong with the proof, "device.waiting"
// while nobody has enabled the device, "device.disabled".
func (s *Service) Ticket(ctx context.Context, proof string) (token string, life time.Duration, err error) {
	var d care.Device
	p, err := s.tickets.Prove(proof, func(subject string) ([]byte, error) {
		var key string
		var err error
		d, key, err = s.store.Device(ctx, care.DeviceID(subject))
		if fault.Is(err, fault.NotFound) || err == nil && key == "" {
			return nil, ticket.Refused.Because(err)
		}
		return []byte(key), err
	})
	if err != nil {
		return "", 0, err
	}
	switch d.State {
	case care.DeviceWaiting:
		return "", 0, errWaiting
	case care.DeviceDisabled:
		return "", 0, fault.New(fault.Conflict, "device.disabled", nil)
	}
	if err := s.store.SpendProof(ctx, d.ID, hashOf(p.ID), p.Expires.Add(ticket.Leeway)); fault.Is(err, fault.Conflict) {
		return "", 0, ticket.Refused.Because(err)
	} else if err != nil {
		return "", 0, err
	}
	token, err = s.tickets.Mint(ctx, ticket.Claims{Kind: ticket.Device, Subject: string(d.ID)})
	return token, ticket.Usual, err
}

// Bearer is the device a ticket is for, as it stands now: one that was disabled since holds nothing.
func (s *Service) Bearer(ctx context.Context, token string) (care.Device, error) {
	c, err := s.tickets.Check(ctx, token, ticket.Device)
	if err != nil {
		return care.Device{}, err
	}
	d, _, err := s.store.Device(ctx, care.DeviceID(c.Subject))
	if fault.Is(err, fault.NotFound) || err == nil && d.State != care.DeviceEnabled {
		return care.Device{}, ticket.Refused.Because(err)
	}
	return d, err
}

// Issued is a code by has made that devices may still register with.
type Issued struct {
	Project care.ProjectID
	Name    string // of the project
	Code    string // as people read it
	Left    int    // devices
	Expires time.Time
}

// Issued finds a code of a project whose devices by writes, for a card to print; NotFound for one that is used up, expired,
// of elsewhere, or none at all.
func (s *Service) Issued(ctx context.Context, by care.Reader, code string) (Issued, error) {
	code = typed(code)
	if len(code) != codeText.EncodedLen(10) {
		return Issued{}, fault.New(fault.NotFound, "not-found", nil)
	}
	got, err := s.store.IssuedDeviceCode(ctx, by, hashOf(code))
	got.Code = spaced(code)
	return got, err
}

func spaced(code string) string {
	return code[:4] + "-" + code[4:8] + "-" + code[8:12] + "-" + code[12:]
}
