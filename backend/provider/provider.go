// Package provider is Hearth as an OpenID Provider (OpenID Connect Core 1.0, OAuth 2.0 as RFC 9700 wants it): other
// programs, its clients, have people sign in through this house, and services fetch tokens of their own. It does one
// thing each way: a code that was asked for with PKCE (RFC 7636, S256), tokens that are refreshed and change each time
// (RFC 9700 section 4.14.2), and client credentials proved by a key (RFC 7523). Everything else is off and in no
// description. It never sees a password: who is signed in, it is told; and whom it tells what, the person was asked.
//
// Codes and tokens are random; the database holds their hashes, and what belongs to them sealed.
package provider

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"

	"hearth/backend/identity"
	"hearth/backend/keys"
	"hearth/backend/ticket"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Where programs find the provider, after the issuer's address.
const (
	DiscoveryPath  = "/.well-known/openid-configuration"
	AuthorizePath  = "/oauth/authorize"
	TokenPath      = "/oauth/token"
	UserinfoPath   = "/oauth/userinfo"
	RevocationPath = "/oauth/revoke"
	KeysPath       = "/oauth/keys"
	EndSessionPath = "/oauth/end-session"
)

// Lives of what is handed out.
const (
	requestLife = 15 * time.Minute // to sign in and decide
	codeLife    = time.Minute
	accessLife  = 15 * time.Minute
	idLife      = time.Hour
	refreshLife = 30 * 24 * time.Hour // without use
	grantLife   = 90 * 24 * time.Hour // at all
)

// purpose of the keys in the ring, both those that sign and those that seal.
const purpose = "openid"

// Ring is where keys come from; keys.Ring is one.
type Ring interface {
	Signer(ctx context.Context, purpose string, kind keys.Kind) (keys.Signer, error)
	Published(ctx context.Context, purpose string, kind keys.Kind) ([]keys.Public, error)
	Seal(ctx context.Context, purpose string, plain, context []byte) ([]byte, error)
	Open(ctx context.Context, purpose string, sealed, context []byte) ([]byte, error)
}

// Tickets mints what services use this house with; ticket.Desk is one.
type Tickets interface {
	Mint(ctx context.Context, c ticket.Claims) (string, error)
}

// Config says what the provider stands on.
type Config struct {
	Issuer  string // the house's address, without a slash at its end; https, or http on localhost
	Store   Store
	Ring    Ring
	Tickets Tickets
	Now     func() time.Time // nil: time.Now
}

// Provider answers programs and, with web, people.
type Provider struct {
	c       Config
	handler http.Handler
	swept   atomic.Int64 // Unix seconds
}

// New lays the provider out.
func New(c Config) *Provider {
	if c.Now == nil {
		c.Now = time.Now
	}
	p := &Provider{c: c}
	p.handler = p.routes()
	return p
}

// Issuer is how the provider is called, in every token and answer.
func (p *Provider) Issuer() string { return p.c.Issuer }

// sweepEvery is how long what is over stays in the tables at most, once somebody comes.
const sweepEvery = 5 * time.Minute

// sweep forgets what is over, now and then.
func (p *Provider) sweep(ctx context.Context) error {
	now, last := p.now(), p.swept.Load()
	if now.Unix()-last < int64(sweepEvery/time.Second) || !p.swept.CompareAndSwap(last, now.Unix()) {
		return nil
	}
	return p.c.Store.SweepGrants(ctx, now)
}

func (p *Provider) now() time.Time { return p.c.Now().UTC().Truncate(time.Microsecond) }

// Hash is the SHA-256 of a code or token, in hexadecimal; the thing itself is never stored.
type Hash string

func hashOf(handle string) Hash {
	sum := sha256.Sum256([]byte(handle))
	return Hash(hex.EncodeToString(sum[:]))
}

// NewHandle makes a secret of 256 random bits, and the hash to keep of it.
func NewHandle() (string, Hash) {
	b := make([]byte, 32)
	rand.Read(b)
	text := base64.RawURLEncoding.EncodeToString(b)
	return text, hashOf(text)
}

// seal writes v for the row of a hash, and for no other.
func (p *Provider) seal(ctx context.Context, hash Hash, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return p.c.Ring.Seal(ctx, purpose, b, []byte(hash))
}

func (p *Provider) unseal(ctx context.Context, hash Hash, sealed []byte, into any) error {
	b, err := p.c.Ring.Open(ctx, purpose, sealed, []byte(hash))
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

// Store is what the provider needs of the house's memory. Unknown things come back as fault.NotFound.
type Store interface {
	ClientStore

	// PutRequest keeps somebody's wish to sign in until it is decided or expires.
	PutRequest(ctx context.Context, hash Hash, sealed []byte, expires time.Time) error
	Request(ctx context.Context, hash Hash, now time.Time) ([]byte, error)
	// TakeRequest is Request, once.
	TakeRequest(ctx context.Context, hash Hash, now time.Time) ([]byte, error)

	// Agreement is what a person agreed that a client may know.
	Agreement(ctx context.Context, person care.PersonID, client ClientID) (Agreement, error)
	ListAgreements(ctx context.Context, person care.PersonID) ([]Agreement, error)
	PutAgreement(ctx context.Context, a Agreement) error
	// DeleteAgreement also ends every grant of the person at the client.
	DeleteAgreement(ctx context.Context, person care.PersonID, client ClientID) error

	// OpenGrant begins a grant with its first token, the code.
	OpenGrant(ctx context.Context, g Grant, code Token) error
	// UseToken uses up a token that is good for one use. Where it was used before, its grant ends, with everything that
	// came of it, and the answer is ErrReplayed. What is unknown, over or another client's is NotFound and left as it is.
	UseToken(ctx context.Context, hash Hash, kind TokenKind, client ClientID, now time.Time) (Grant, Token, error)
	// PutTokens adds to a grant that has not ended; NotFound when it has.
	PutTokens(ctx context.Context, grant GrantID, now time.Time, tokens ...Token) error
	// Token finds one that is still good, and was not used.
	Token(ctx context.Context, hash Hash, now time.Time) (Grant, Token, error)
	EndGrant(ctx context.Context, grant GrantID, now time.Time) error
	EndGrants(ctx context.Context, person care.PersonID, client ClientID, now time.Time) error
	// EndGrantsOf ends every grant of a person.
	EndGrantsOf(ctx context.Context, person care.PersonID, now time.Time) error
	SweepGrants(ctx context.Context, now time.Time) error

	// Once takes a name that was not taken before; Conflict when it was.
	Once(ctx context.Context, name string, expires time.Time) error
	Account(ctx context.Context, person care.PersonID) (identity.Account, error)
}

// ErrReplayed is a code or refresh token used twice: one of the two users stole it.
var ErrReplayed = fault.New(fault.Gone, "oauth.replayed", nil)

// GrantID names a grant.
type GrantID string

// Grant is one signing in of a person at a client: the family of everything handed out for it.
type Grant struct {
	ID      GrantID
	Person  care.PersonID
	Client  ClientID
	Scopes  []string
	Proved  time.Time // when the person last proved who they are
	Methods []string  // how, as RFC 8176 names it
	Created time.Time
	Expires time.Time
}

// TokenKind is what a token is good for.
type TokenKind string

// The kinds of tokens that are kept.
const (
	Code    TokenKind = "code"
	Access  TokenKind = "access"
	Refresh TokenKind = "refresh"
)

// Token is a code, access or refresh token as the database has it.
type Token struct {
	Hash    Hash
	Kind    TokenKind
	Sealed  []byte // what belongs to it
	Expires time.Time
}

// Agreement is what a person agreed that a client may know and do.
type Agreement struct {
	Person care.PersonID
	Client ClientID
	Name   string // of the client, for lists
	Scopes []string
	Given  time.Time
}
