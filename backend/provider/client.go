package provider

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// ClientID names a client. It is no secret.
type ClientID string

// Method is how a client proves who it is.
type Method string

// The methods, as RFC 7591 section 2 names them.
const (
	Public  Method = "none"                // not at all: a program on a person's own machine
	Secret  Method = "client_secret_basic" // by a password of 256 random bits, in the header or the form
	KeyPair Method = "private_key_jwt"     // by signing with a key of its own (RFC 7523)
)

// Client is another program that may use the house's sign-in.
type Client struct {
	ID         ClientID
	Name       string // as people are shown it
	Method     Method
	SecretHash Hash          // of Secret
	Keys       string        // of KeyPair: public keys, a JSON Web Key Set
	Redirects  []string      // where people are sent back to, compared letter by letter; none: it signs nobody in
	Logouts    []string      // where they may be sent after signing out
	Scopes     []string      // it may ask for
	Audiences  []string      // other programs its own tokens may be for (RFC 8707); "" of none is this house
	Roles      []access.Role // who may sign in to it
	Service    bool          // it may also act as itself (client credentials; KeyPair alone, unless it is registered by a manifest)
	Disabled   bool
	Version    int64
	Created    time.Time
}

// ClientPatch changes a client; nil leaves as it is. Version must be the one last read.
type ClientPatch struct {
	Version   int64
	Name      *string
	Redirects *[]string
	Logouts   *[]string
	Scopes    *[]string
	Roles     *[]access.Role
	Keys      *string
	Disabled  *bool // ends everything that was handed out
}

// ClientStore keeps clients. Methods with a reader serve only who manages services at the house itself.
type ClientStore interface {
	CreateClient(ctx context.Context, by care.Reader, c Client) (Client, error)
	ListClients(ctx context.Context, by care.Reader) ([]Client, error)
	// PatchClient stores what change makes of a client of that version.
	PatchClient(ctx context.Context, by care.Reader, id ClientID, version int64, change func(*Client) error) (Client, error)
	// Client finds one, disabled too.
	Client(ctx context.Context, id ClientID) (Client, error)
}

// The scopes that say something about a person. Others are a service's rights, under names of their own.
const (
	OpenID  = "openid"         // who it is: an id that means nothing elsewhere
	Profile = "profile"        // the name
	Roles   = "roles"          // what they are in this house
	Offline = "offline_access" // to ask again while the person is away
)

var personal = []string{OpenID, Profile, Roles, Offline}

// Takes reports whether somebody of these roles may sign in to the client.
func (c Client) Takes(roles []access.Role) bool {
	return slices.ContainsFunc(roles, func(r access.Role) bool { return slices.Contains(c.Roles, r) })
}

// Create makes a client and returns its secret, once, where it has one.
func (p *Provider) Create(ctx context.Context, by care.Reader, c Client) (Client, string, error) {
	c.ID, c.Created, c.Version, c.SecretHash = care.NewID[ClientID](), p.now(), 1, ""
	if err := c.check(); err != nil {
		return Client{}, "", err
	}
	secret := ""
	if c.Method == Secret {
		secret, c.SecretHash = NewHandle()
	}
	c, err := p.c.Store.CreateClient(ctx, by, c)
	if err != nil {
		return Client{}, "", err
	}
	return c, secret, nil
}

// List lists the clients.
func (p *Provider) List(ctx context.Context, by care.Reader) ([]Client, error) {
	return p.c.Store.ListClients(ctx, by)
}

// Patch changes a client.
func (p *Provider) Patch(ctx context.Context, by care.Reader, id ClientID, patch ClientPatch) (Client, error) {
	return p.c.Store.PatchClient(ctx, by, id, patch.Version, func(c *Client) error {
		set(&c.Name, patch.Name)
		set(&c.Redirects, patch.Redirects)
		set(&c.Logouts, patch.Logouts)
		set(&c.Scopes, patch.Scopes)
		set(&c.Roles, patch.Roles)
		set(&c.Keys, patch.Keys)
		set(&c.Disabled, patch.Disabled)
		return c.check()
	})
}

// NewSecret gives a client another secret, which is returned once; the old one is worth nothing from then on.
func (p *Provider) NewSecret(ctx context.Context, by care.Reader, id ClientID, version int64) (Client, string, error) {
	secret, hash := NewHandle()
	c, err := p.c.Store.PatchClient(ctx, by, id, version, func(c *Client) error {
		if c.Method != Secret {
			return invalid("method")
		}
		c.SecretHash = hash
		return nil
	})
	if err != nil {
		return Client{}, "", err
	}
	return c, secret, nil
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func invalid(what string) error { return fault.New(fault.Invalid, "client."+what, nil) }

// most is how many of anything a client may have.
const most = 20

var scopeForm = regexp.MustCompile(`^[a-z][a-z0-9_.:-]{0,63}$`)

// check refuses a client that makes no sense. Faults: "client.method", "client.keys", "client.redirect", "client.scope",
// "client.role", and those of a bad name.
func (c Client) check() error {
	if err := care.ValidateName(c.Name); err != nil {
		return err
	}
	if !slices.Contains([]Method{Public, Secret, KeyPair}, c.Method) || (c.Service && c.Method != KeyPair) {
		return invalid("method")
	}
	if (c.Method == KeyPair) != (c.Keys != "") || (c.Keys != "" && !PublicKeys(c.Keys)) {
		return invalid("keys")
	}
	for _, list := range [][]string{c.Redirects, c.Logouts} {
		if len(list) > most || slices.ContainsFunc(list, func(u string) bool { return !SoundAddress(u) }) {
			return invalid("redirect")
		}
	}
	if len(c.Scopes) > most || len(c.Audiences) > most || slices.ContainsFunc(c.Scopes, func(s string) bool { return !scopeForm.MatchString(s) }) ||
		slices.ContainsFunc(c.Audiences, func(a string) bool { return !SoundAddress(a) }) {
		return invalid("scope")
	}
	if slices.ContainsFunc(c.Roles, func(r access.Role) bool { return !slices.Contains(access.Roles(), r) }) {
		return invalid("role")
	}
	if (len(c.Redirects) > 0) != slices.Contains(c.Scopes, OpenID) || (len(c.Redirects) == 0 && !c.Service) {
		return invalid("scope")
	}
	return nil
}

// SoundAddress takes https addresses, and http ones of the person's own machine (RFC 8252 section 7.3), without a
// fragment, a user or anything that two readers could read as two things.
func SoundAddress(text string) bool {
	u, err := url.Parse(text)
	if err != nil || len(text) > 500 || u.Host == "" || u.User != nil || u.Opaque != "" || strings.ContainsAny(text, "#\\*\"'<> \t\r\n;,") || u.String() != text {
		return false
	}
	if strings.Contains(u.Path, "/../") || strings.Contains(u.Path, "/./") || strings.HasSuffix(u.Path, "/..") {
		return false
	}
	if u.Scheme == "https" {
		return true
	}
	a, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || strings.HasSuffix(u.Hostname(), ".localhost") || err == nil && a.IsLoopback())
}

// algorithms with which clients may prove who they are.
var algorithms = []string{"ES256", "RS256", "PS256"}

// PublicKeys reports whether text is a set of keys that can only check.
func PublicKeys(text string) bool {
	var set jose.JSONWebKeySet
	if len(text) > 16<<10 || json.Unmarshal([]byte(text), &set) != nil || len(set.Keys) == 0 || len(set.Keys) > most {
		return false
	}
	for _, k := range set.Keys {
		if !k.IsPublic() || !k.Valid() || (k.Algorithm != "" && !slices.Contains(algorithms, k.Algorithm)) {
			return false
		}
	}
	return true
}

// knows compares a secret with the client's, in a time that says nothing.
func (c Client) knows(secret string) bool {
	return c.Method == Secret && c.SecretHash != "" && subtle.ConstantTimeCompare([]byte(hashOf(secret)), []byte(c.SecretHash)) == 1
}
