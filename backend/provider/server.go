package provider

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"hearth/shared/fault"
)

// server answers what the library has parsed. What it does not implement, the library refuses as not supported.
type server struct {
	op.UnimplementedServer
	*Provider
}

// ServeHTTP answers programs: discovery, keys, tokens, user info and revocation. Pages are the web's.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

func (p *Provider) routes() http.Handler {
	library := op.RegisterServer(server{Provider: p}, op.Endpoints{Token: op.NewEndpoint(TokenPath), Revocation: op.NewEndpoint(RevocationPath)},
		op.WithServerCORSOptions(nil)) // no page of elsewhere talks to us: programs that run in a browser have a server of their own
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+DiscoveryPath, p.discovery)
	mux.HandleFunc("GET "+KeysPath, p.keys)
	mux.HandleFunc("GET "+UserinfoPath, p.userinfo)
	mux.HandleFunc("POST "+UserinfoPath, p.userinfo)
	mux.Handle("POST "+TokenPath, sober(library))
	mux.Handle("POST "+RevocationPath, sober(library))
	return mux
}

// sober refuses requests that say something in their address, where logs see it, or twice (RFC 6749 sections 2.3.1 and
// 3.2).
func sober(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := r.ParseForm()
		wrong := err != nil || r.URL.RawQuery != ""
		for _, values := range r.PostForm {
			wrong = wrong || len(values) > 1
		}
		if wrong {
			answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_request"})
			return
		}
		next.ServeHTTP(asking{w}, r)
	})
}

// asking says how to prove who one is, where that failed (RFC 6749 section 5.2).
type asking struct{ http.ResponseWriter }

// WriteHeader adds what belongs to a 401.
func (a asking) WriteHeader(status int) {
	if status == http.StatusUnauthorized {
		a.Header().Set("WWW-Authenticate", `Basic realm="hearth"`)
	}
	a.ResponseWriter.WriteHeader(status)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

// described is what the provider says about itself (OpenID Connect Discovery section 3, RFC 8414 section 2, RFC 9207
// section 3): all it does, and nothing besides.
type described struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Userinfo      string   `json:"userinfo_endpoint"`
	Revocation    string   `json:"revocation_endpoint"`
	EndSession    string   `json:"end_session_endpoint"`
	Keys          string   `json:"jwks_uri"`
	Scopes        []string `json:"scopes_supported"`
	Responses     []string `json:"response_types_supported"`
	Modes         []string `json:"response_modes_supported"`
	Grants        []string `json:"grant_types_supported"`
	Subjects      []string `json:"subject_types_supported"`
	Signing       []string `json:"id_token_signing_alg_values_supported"`
	Methods       []string `json:"token_endpoint_auth_methods_supported"`
	MethodSigning []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	Claims        []string `json:"claims_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	Prompts       []string `json:"prompt_values_supported"`
	Issuers       bool     `json:"authorization_response_iss_parameter_supported"`
	ClaimsParam   bool     `json:"claims_parameter_supported"`
	Objects       bool     `json:"request_parameter_supported"`
	ObjectsByName bool     `json:"request_uri_parameter_supported"`
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	at := func(path string) string { return p.c.Issuer + path }
	answer(w, http.StatusOK, described{Issuer: p.c.Issuer, Authorization: at(AuthorizePath), Token: at(TokenPath), Userinfo: at(UserinfoPath),
		Revocation: at(RevocationPath), EndSession: at(EndSessionPath), Keys: at(KeysPath),
		Scopes: personal, Responses: []string{"code"}, Modes: []string{"query"},
		Grants:   []string{"authorization_code", "refresh_token", "client_credentials"},
		Subjects: []string{"public"}, Signing: []string{"RS256"},
		Methods: []string{"none", "client_secret_basic", "client_secret_post", "private_key_jwt"}, MethodSigning: algorithms,
		Claims:     []string{"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "amr", "azp", "at_hash", "name", "roles"},
		Challenges: []string{"S256"}, Prompts: []string{"none", "login", "consent", "select_account"}, Issuers: true})
}

// keys publishes what our signatures are checked with.
func (p *Provider) keys(w http.ResponseWriter, r *http.Request) {
	set, err := p.published(r.Context())
	if err != nil {
		answer(w, http.StatusServiceUnavailable, map[string]string{"error": "temporarily_unavailable"})
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	answer(w, http.StatusOK, set)
}

// userinfo says about a person what the client may know (OpenID Connect Core section 5.3).
func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	facts, err := about{}, error(fault.New(fault.NotFound, "oauth.token", nil))
	if strings.EqualFold(scheme, "Bearer") {
		facts, err = p.whose(r.Context(), token)
	}
	switch {
	case err == nil:
		answer(w, http.StatusOK, facts)
	case fault.Is(err, fault.NotFound):
		w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`)
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
	default:
		answer(w, http.StatusServiceUnavailable, map[string]string{"error": "temporarily_unavailable"})
	}
}

func (p *Provider) whose(ctx context.Context, token string) (about, error) {
	hash := hashOf(token)
	g, t, err := p.c.Store.Token(ctx, hash, p.now())
	if err == nil && t.Kind != Access {
		err = fault.New(fault.NotFound, "oauth.token", nil)
	}
	var may permitted
	if err == nil {
		err = p.unseal(ctx, hash, t.Sealed, &may)
	}
	if err != nil {
		return about{}, err
	}
	c, err := p.c.Store.Client(ctx, g.Client)
	if err != nil {
		return about{}, err
	}
	a, err := p.still(ctx, g, c)
	if err != nil {
		return about{}, err
	}
	return tell(a.Person, may.Scopes), nil
}

// errUnproved is what a client is told that did not prove who it is, whatever was wrong.
var errUnproved = op.NewStatusError(oidc.ErrInvalidClient(), http.StatusUnauthorized)

// VerifyClient settles which client asks, and that it is that.
func (s server) VerifyClient(ctx context.Context, r *op.Request[op.ClientCredentials]) (op.Client, error) {
	id, signed := ClientID(r.Data.ClientID), r.Data.ClientAssertion != ""
	if signed {
		who, err := s.asserted(ctx, r.Data.ClientAssertion)
		if err != nil || (id != "" && id != who) {
			return nil, refusal(err, errUnproved)
		}
		id = who
	}
	c, err := s.c.Store.Client(ctx, id)
	if err != nil {
		return nil, refusal(err, errUnproved)
	}
	proved := false
	switch c.Method {
	case Public:
		proved = !signed && r.Data.ClientSecret == ""
	case Secret:
		proved = !signed && c.knows(r.Data.ClientSecret)
	case KeyPair:
		proved = signed && r.Data.ClientSecret == ""
	}
	if !proved || c.Disabled {
		return nil, errUnproved
	}
	return client{c}, nil
}

// refusal is what a program is told of an error: nothing of ours, and that it is to try again when it was not its fault.
func refusal(err, told error) error {
	if err != nil && (fault.Is(err, fault.Unavailable) || fault.Is(err, fault.Internal)) {
		return op.NewStatusError(oidc.ErrServerError(), http.StatusServiceUnavailable)
	}
	return told
}

// aside is how far a client's clock may be ahead of ours. What it signs has to live longer than that, too.
const aside = 15 * time.Second

// asserted checks a client's own signature (RFC 7523 section 3), each good once.
func (s server) asserted(ctx context.Context, assertion string) (ClientID, error) {
	refused := fault.New(fault.NotFound, "oauth.assertion", nil)
	if len(assertion) > 8<<10 {
		return "", refused
	}
	claims, err := op.VerifyJWTAssertion(ctx, assertion, op.NewJWTProfileVerifier(clientKeys{s.Provider}, s.c.Issuer, 5*time.Minute, aside))
	if err != nil {
		return "", refused.Because(err)
	}
	var more struct {
		ID string `json:"jti"`
	}
	if _, err := oidc.ParseToken(assertion, &more); err != nil || more.ID == "" || len(more.ID) > 200 || claims.ExpiresAt.AsTime().After(s.now().Add(time.Hour)) {
		return "", refused
	}
	if err := s.sweep(ctx); err != nil {
		return "", err
	}
	name := "assertion/" + claims.Issuer + "/" + string(hashOf(more.ID))
	if err := s.c.Store.Once(ctx, name, claims.ExpiresAt.AsTime().Add(2*aside)); fault.Is(err, fault.Conflict) {
		return "", refused.Because(err)
	} else if err != nil {
		return "", err
	}
	return ClientID(claims.Issuer), nil
}

// clientKeys finds the key a client says it signed with.
type clientKeys struct{ *Provider }

// GetKeyByIDAndClientID finds it among the client's own. A client of one key need not name it.
func (k clientKeys) GetKeyByIDAndClientID(ctx context.Context, id, of string) (*jose.JSONWebKey, error) {
	c, err := k.c.Store.Client(ctx, ClientID(of))
	if err != nil {
		return nil, err
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(c.Keys), &set); err != nil {
		return nil, err
	}
	for _, key := range set.Keys {
		if key.KeyID == id || (id == "" && len(set.Keys) == 1) {
			return &key, nil
		}
	}
	return nil, fault.New(fault.NotFound, "oauth.key", nil)
}

// Revocation ends the grant a token belongs to (RFC 7009). What is unknown or another's is as good as ended.
func (s server) Revocation(ctx context.Context, r *op.ClientRequest[oidc.RevocationRequest]) (*op.Response, error) {
	g, _, err := s.c.Store.Token(ctx, hashOf(r.Data.Token), s.now())
	if err == nil && string(g.Client) == r.Client.GetID() {
		err = s.c.Store.EndGrant(ctx, g.ID, s.now())
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, refusal(err, oidc.ErrServerError())
	}
	return op.NewResponse(struct{}{}), nil
}
