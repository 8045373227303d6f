// Package ticket makes and checks the house's own short tickets: who may do what kind of thing for the next minutes,
// signed, so that whoever checks one needs no memory but of those that were taken back. They are for programs, such as a
// device or a service, that send them by themselves as "Authorization: Bearer …". Browsers need none: they have their
// session's cookie for pages and the live socket, and credentials of their own kind for the relay.
//
// It is the only package that knows how a signed token is written (JWS compact, RFC 7515 section 7.1; claims of RFC 7519),
// and what signs is the library behind it. The rules of RFC 8725 hold: one algorithm, which no header chooses; one type;
// issuer, audience and kind are always checked; and a key of anybody else, or none, opens nothing.
package ticket

import (
	"context"
	"errors"
	"time"

	"hearth/backend/keys"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Kind is what a ticket is good for. One of another kind opens nothing.
type Kind string

// The kinds of tickets.
const (
	Person  Kind = "person"  // the interface, as a person; handed out in a demo alone
	Device  Kind = "device"  // the interface, as a device
	Service Kind = "service" // the interface, as a service
	Socket  Kind = "socket"  // one live socket of somebody who has no cookie
	Relay   Kind = "relay"   // the relay, for somebody who has no live socket
)

// Lives of tickets: of one that says nothing else, and the longest.
const (
	Usual   = 15 * time.Minute
	Longest = 24 * time.Hour
)

// Leeway is how far the clock of whoever minted a ticket may be from ours.
const Leeway = time.Minute

// Most is the longest a ticket may be, in bytes; longer ones are not looked at.
const Most = 2048

// ID names one ticket, so that it can be taken back. It is no secret.
type ID string

// Claims are what a ticket says.
type Claims struct {
	Kind     Kind
	ID       ID            // Mint makes it up when it is empty
	Subject  string        // whose it is: the id of a person, device or service
	Audience string        // who takes it; "" is the house itself
	Scopes   []string      // what of the kind; nil where the kind says all
	Issued   time.Time     // set by Mint
	Expires  time.Time     // set by Mint from Life
	Life     time.Duration // asked of Mint; 0 is Usual
}

// Refused is the fault of every ticket that opens nothing, whatever is wrong with it: expired, taken back, forged.
var Refused = fault.New(fault.SignedOut, "ticket.refused", nil)

// errSenseless is our own mistake: no ticket is like that.
var errSenseless = errors.New("ticket: no kind or subject, too long a life, or too much to say")

// Store is what tickets need of the house's memory.
type Store interface {
	// Revoke remembers until expires that what is named is worth nothing when it was issued at before or earlier.
	Revoke(ctx context.Context, name string, before, expires time.Time) error
	// Revoked is the latest such moment of any of the names, zero when there is none.
	Revoked(ctx context.Context, names ...string) (time.Time, error)
	// SweepRevoked forgets what expired.
	SweepRevoked(ctx context.Context, now time.Time) error
}

// Ring is where the keys come from; keys.Ring is one.
type Ring interface {
	Signer(ctx context.Context, purpose string, kind keys.Kind) (keys.Signer, error)
	Published(ctx context.Context, purpose string, kind keys.Kind) ([]keys.Public, error)
}

// purpose of the keys in the ring.
const purpose = "ticket"

// Desk mints and checks. It may be used by many goroutines at once.
type Desk struct {
	ring   Ring
	store  Store
	issuer string
	now    func() time.Time
}

// New is a desk of the house that others know by the address issuer. A nil now is time.Now.
func New(ring Ring, store Store, issuer string, now func() time.Time) *Desk {
	if now == nil {
		now = time.Now
	}
	return &Desk{ring: ring, store: store, issuer: issuer, now: now}
}

// fill sets what Mint sets, and refuses claims that no ticket can have.
func (d *Desk) fill(c *Claims) error {
	if c.ID == "" {
		c.ID = care.NewID[ID]()
	}
	if c.Audience == "" {
		c.Audience = d.issuer
	}
	if c.Life == 0 {
		c.Life = Usual
	}
	c.Issued = d.now().UTC().Truncate(time.Second)
	c.Expires = c.Issued.Add(c.Life)
	if c.Kind == "" || c.Subject == "" || c.Life < time.Second || c.Life > Longest {
		return errSenseless
	}
	return nil
}
