// Package service is the door for other programs that belong to the house: they are registered by a manifest, are granted
// what they ask for by an administrator who saw it, act as themselves with tokens of their own, are told what happened by
// signed webhooks, and may show a page in a portal. The package decides nothing about patients: what a service reaches is
// in shared/access and is evaluated in SQL. It sends ids, never names or signals.
package service

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"time"

	"hearth/backend/provider"
	"hearth/backend/ticket"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Store is what the room needs of the house's memory. Methods with a reader serve only who manages services.
type Store interface {
	// CreateService stores a service with the client it proves itself as. Secret, sealed, signs its webhooks; nil: none.
	CreateService(ctx context.Context, by care.Reader, s care.Service, c provider.Client, secret []byte) (care.Service, error)
	// ChangeService stores what change makes of a service of that version and of its client. A secret it returns is the
	// first or another one webhooks are signed with; those before sign along until the overlap is over.
	ChangeService(ctx context.Context, by care.Reader, id care.ServiceID, version int64, change func(*care.Service, *provider.Client) (secret []byte, err error)) (care.Service, error)
	BuryService(ctx context.Context, by care.Reader, id care.ServiceID, version int64, deleted bool) (care.Service, error)
	ListServices(ctx context.Context, by care.Reader) ([]care.Service, error)
	// Service finds one that is there, in a place that is there; disabled too.
	Service(ctx context.Context, id care.ServiceID) (care.Service, error)
}

// Ring seals what signs webhooks; keys.Ring is one.
type Ring interface {
	Seal(ctx context.Context, purpose string, plain, context []byte) ([]byte, error)
	Open(ctx context.Context, purpose string, sealed, context []byte) ([]byte, error)
}

// Tickets takes back what services were given; ticket.Desk is one.
type Tickets interface {
	RevokeAll(ctx context.Context, kind ticket.Kind, subject string) error
}

// purpose of the keys in the ring.
const purpose = "webhook"

// Overlap is how long a webhook secret that was replaced signs along.
const Overlap = 24 * time.Hour

// Book knows the services.
type Book struct {
	store   Store
	ring    Ring
	tickets Tickets
	now     func() time.Time
}

// Open opens the book. A nil now is time.Now.
func Open(store Store, ring Ring, tickets Tickets, now func() time.Time) *Book {
	if now == nil {
		now = time.Now
	}
	return &Book{store, ring, tickets, now}
}

// Credentials are what a service is given, once.
type Credentials struct {
	Client  string // proves who it is at the token endpoint; "" where it has keys of its own
	Webhook string // checks what it is told
}

// ErrAgree is the answer to a manifest that asks for something nobody agreed to.
var ErrAgree = fault.New(fault.Conflict, "service.agree", nil)

// Preview reads a manifest for a place and says what agreeing to it agrees to.
func (b *Book) Preview(ctx context.Context, by care.Reader, at care.Place, text []byte) (m care.Manifest, digest, known string, err error) {
	if m, err = Parse(text); err != nil {
		return m, "", "", err
	}
	list, err := b.store.ListServices(ctx, by)
	for _, s := range list {
		if s.Manifest.Name == m.Name && s.Deleted.IsZero() && s.Place == at {
			known = s.Agreed
		}
	}
	return m, Digest(at, m), known, err
}

// Register makes a service known. Agreed is the digest its preview had. Faults: ErrAgree, "service.name-taken", those of
// Parse.
func (b *Book) Register(ctx context.Context, by care.Reader, at care.Place, text []byte, agreed string) (care.Service, Credentials, error) {
	m, err := Parse(text)
	if err != nil {
		return care.Service{}, Credentials{}, err
	}
	s := care.Service{ID: care.NewID[care.ServiceID](), Place: at, Manifest: m, Agreed: Digest(at, m), Version: 1, Created: b.now().UTC().Truncate(time.Microsecond)}
	if agreed != s.Agreed {
		return care.Service{}, Credentials{}, ErrAgree
	}
	var out Credentials
	c := provider.Client{ID: provider.ClientID(s.ID), Version: 1, Created: s.Created}
	out.Client = become(&c, m)
	var sealed []byte
	if m.Webhook != "" {
		if out.Webhook, sealed, err = b.secret(ctx, s.ID); err != nil {
			return care.Service{}, Credentials{}, err
		}
	}
	s, err = b.store.CreateService(ctx, by, s, c, sealed)
	if err != nil {
		return care.Service{}, Credentials{}, err
	}
	return s, out, nil
}

// Replace puts another manifest in the place of a service's. When it asks for what was agreed to, nobody has to agree
// again.
func (b *Book) Replace(ctx context.Context, by care.Reader, id care.ServiceID, version int64, text []byte, agreed string) (s care.Service, out Credentials, err error) {
	m, err := Parse(text)
	if err != nil {
		return s, out, err
	}
	var sealed []byte
	fresh := ""
	if m.Webhook != "" {
		if fresh, sealed, err = b.secret(ctx, id); err != nil {
			return s, out, err
		}
	}
	s, err = b.store.ChangeService(ctx, by, id, version, func(s *care.Service, c *provider.Client) ([]byte, error) {
		digest := Digest(s.Place, m)
		if digest != s.Agreed && agreed != digest {
			return nil, ErrAgree
		}
		moved := m.Webhook != "" && m.Webhook != s.Manifest.Webhook // another address gets another secret
		s.Manifest, s.Agreed, s.Quiet = m, digest, s.Quiet && !moved
		out = Credentials{Client: become(c, m)}
		if !moved {
			return nil, nil
		}
		out.Webhook = fresh
		return sealed, nil
	})
	if err != nil {
		return care.Service{}, Credentials{}, err
	}
	return s, out, nil
}

// Switch disables a service, which ends all it was given, or enables it; then its webhook is tried again, too.
func (b *Book) Switch(ctx context.Context, by care.Reader, id care.ServiceID, version int64, disabled bool) (care.Service, error) {
	return b.ended(ctx)(b.store.ChangeService(ctx, by, id, version, func(s *care.Service, c *provider.Client) ([]byte, error) {
		s.Disabled, c.Disabled, s.Quiet = disabled, disabled, s.Quiet && disabled
		return nil, nil
	}))
}

// Bury hides a service, which ends all it was given, or brings it back, disabled.
func (b *Book) Bury(ctx context.Context, by care.Reader, id care.ServiceID, version int64, deleted bool) (care.Service, error) {
	return b.ended(ctx)(b.store.BuryService(ctx, by, id, version, deleted))
}

// ended takes back the tickets of a service that is disabled now: they would be good again if it were enabled before they
// expire.
func (b *Book) ended(ctx context.Context) func(care.Service, error) (care.Service, error) {
	return func(s care.Service, err error) (care.Service, error) {
		if err == nil && s.Disabled {
			err = b.tickets.RevokeAll(ctx, ticket.Service, string(s.ID))
		}
		return s, err
	}
}

// NewSecret gives a service without keys another secret to prove itself with; the old one is worth nothing from then on.
func (b *Book) NewSecret(ctx context.Context, by care.Reader, id care.ServiceID, version int64) (s care.Service, out Credentials, err error) {
	s, err = b.store.ChangeService(ctx, by, id, version, func(s *care.Service, c *provider.Client) ([]byte, error) {
		if c.Method != provider.Secret {
			return nil, fault.New(fault.Conflict, "service.keyed", nil)
		}
		out.Client, c.SecretHash = provider.NewHandle()
		return nil, nil
	})
	if err == nil { // whoever knew the old one may have a ticket
		err = b.tickets.RevokeAll(ctx, ticket.Service, string(id))
	}
	if err != nil {
		return care.Service{}, Credentials{}, err
	}
	return s, out, nil
}

// NewWebhookSecret makes another secret webhooks are signed with. The one before signs along for the overlap, so that the
// service can change over without missing anything.
func (b *Book) NewWebhookSecret(ctx context.Context, by care.Reader, id care.ServiceID, version int64) (s care.Service, out Credentials, err error) {
	fresh, sealed, err := b.secret(ctx, id)
	if err != nil {
		return s, out, err
	}
	s, err = b.store.ChangeService(ctx, by, id, version, func(s *care.Service, _ *provider.Client) ([]byte, error) {
		if s.Manifest.Webhook == "" {
			return nil, fault.New(fault.Conflict, "service.no-webhook", nil)
		}
		return sealed, nil
	})
	if err != nil {
		return care.Service{}, Credentials{}, err
	}
	return s, Credentials{Webhook: fresh}, nil
}

// become makes a client what a manifest says, and returns its secret when it needs a first one.
func become(c *provider.Client, m care.Manifest) (secret string) {
	c.Name, c.Redirects, c.Roles, c.Service, c.Keys = m.Name, m.Redirects, m.Roles, true, compact(m.Keys)
	c.Scopes = texts(m.Scopes)
	if len(m.Redirects) > 0 {
		c.Scopes = append(c.Scopes, provider.OpenID, provider.Profile, provider.Roles)
	}
	switch {
	case c.Keys != "":
		c.Method, c.SecretHash = provider.KeyPair, ""
	case c.Method != provider.Secret:
		c.Method = provider.Secret
		secret, c.SecretHash = provider.NewHandle()
	}
	return secret
}

// Form of secrets, as Standard Webhooks has it (section "Signature scheme"): 256 random bits in base64 after a word.
const secretPrefix = "whsec_"

func (b *Book) secret(ctx context.Context, id care.ServiceID) (text string, sealed []byte, err error) {
	key := make([]byte, 32)
	rand.Read(key)
	sealed, err = b.ring.Seal(ctx, purpose, key, sealedFor(id))
	return secretPrefix + base64.StdEncoding.EncodeToString(key), sealed, err
}

// sealedFor says which row a secret belongs to.
func sealedFor(id care.ServiceID) []byte { return []byte("service_secrets/" + id) }

// Bearer is the service a checked ticket is for, as it stands now, and what of its scopes the ticket is for. One that was
// disabled or removed since holds nothing; nor does a client that is no service.
func (b *Book) Bearer(ctx context.Context, c ticket.Claims) (care.Service, []access.ServiceScope, error) {
	s, err := b.store.Service(ctx, care.ServiceID(c.Subject))
	if fault.Is(err, fault.NotFound) || err == nil && s.Disabled || c.Kind != ticket.Service {
		return care.Service{}, nil, ticket.Refused.Because(err)
	}
	var scopes []access.ServiceScope
	for _, granted := range s.Manifest.Scopes {
		if slices.Contains(c.Scopes, string(granted)) {
			scopes = append(scopes, granted)
		}
	}
	return s, scopes, err
}
