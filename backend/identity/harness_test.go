package identity_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"hearth/backend/identity"
	"hearth/backend/passkey"
	"hearth/backend/store"
	"hearth/backend/store/pgtest"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// cheap makes hashing fast; what it costs is not what these tests ask.
var cheap = identity.Cost{Memory: 64, Time: 1, Threads: 1}

const origin = "https://hearth.example"

const good = "three wise herons"

// house is identity on a real store, with a clock tests set.
type house struct {
	*identity.Service
	store *store.Store
	now   time.Time
	from  string // the address requests come from
}

func mustHouse(t testing.TB, change func(*identity.Config)) *house {
	t.Helper()
	return mustHouseIn(t, store.Config{Dir: t.TempDir()}, change)
}

// onBoth runs a test on either database.
func onBoth(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, mustHouse(t, nil)) })
	t.Run("postgres", func(t *testing.T) { test(t, mustHouseIn(t, store.Config{URL: pgtest.MustDatabase(t)}, nil)) })
}

func mustHouseIn(t testing.TB, c store.Config, change func(*identity.Config)) *house {
	t.Helper()
	h := &house{now: noon, from: "127.0.0.1"}
	c.Now = func() time.Time { return h.now }
	var err error
	if h.store, err = store.Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.store.Close() })
	h.reopen(t, change)
	return h
}

// reopen starts identity anew on the same store, as a restart does.
func (h *house) reopen(t testing.TB, change func(*identity.Config)) {
	t.Helper()
	c := identity.Config{Passwords: cheap, Passkeys: passkey.Config{ID: "hearth.example", Name: "Hearth", Origins: []string{origin}}, Now: func() time.Time { return h.now },
		Address: func(*http.Request) netip.Addr { return netip.MustParseAddr(h.from) }}
	if change != nil {
		change(&c)
	}
	var err error
	if h.Service, err = identity.Open(t.Context(), h.store, c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Service.Close(); h.Service.Close() })
}

// mustPerson makes somebody whose password is good.
func (h *house) mustPerson(t testing.TB, login string, role access.Role) care.Person {
	t.Helper()
	p, err := h.store.AddPerson(t.Context(), care.NewPerson{Name: "Name of " + login, Login: login, Roles: []access.Role{role}, Hash: h.mustHash(t)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// mustPersonWith makes somebody with a hash made before.
func (h *house) mustPersonWith(t interface {
	Helper()
	Fatal(...any)
}, login, hash string) {
	t.Helper()
	if _, err := h.store.AddPerson(context.Background(), care.NewPerson{Name: "Name of " + login, Login: login, Roles: []access.Role{access.Therapist}, Hash: hash}); err != nil {
		t.Fatal(err)
	}
}

// hashed is good, hashed once for all tests.
var hashed string

// mustHash hashes good by the only way out of the package: an administrator's set-up in another house.
func (h *house) mustHash(t testing.TB) string {
	t.Helper()
	if hashed != "" {
		return hashed
	}
	other := &house{now: noon, from: "127.0.0.1"}
	var err error
	if other.store, err = store.Open(t.Context(), store.Config{Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	defer other.store.Close()
	other.reopen(t, nil)
	code, err := other.SetUpCode(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	who, err := new(browser).do(other, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		return other.SetUp(w, r, code, "Some One", "someone", good)
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := other.store.Account(t.Context(), who.Person.ID)
	if err != nil {
		t.Fatal(err)
	}
	hashed = a.Hash
	return hashed
}

// browser keeps cookies as a browser does.
type browser struct {
	cookies []*http.Cookie
	as      string // the slot its requests name
	last    []*http.Cookie
}

// sessions are the cookies that sign somebody in.
func (b *browser) sessions() (list []*http.Cookie) {
	for _, c := range b.cookies {
		if !strings.Contains(c.Name, "hearth-known-") && !strings.HasSuffix(c.Name, "hearth-ceremony") && !strings.HasSuffix(c.Name, "hearth-enrol") {
			list = append(list, c)
		}
	}
	return list
}

// do makes one request with the browser's cookies and keeps what it is told to.
func (b *browser) do(h *house, ask func(http.ResponseWriter, *http.Request) (identity.Who, error)) (identity.Who, error) {
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	if b.as != "" {
		r.Header.Set("Hearth-As", b.as)
	}
	w := httptest.NewRecorder()
	who, err := ask(w, r)
	b.last = w.Result().Cookies()
	for _, c := range b.last {
		kept := b.cookies[:0:0]
		for _, old := range b.cookies {
			if old.Name != c.Name {
				kept = append(kept, old)
			}
		}
		if b.cookies = kept; c.MaxAge >= 0 {
			b.cookies = append(b.cookies, c)
		}
	}
	return who, err
}

func (b *browser) signIn(h *house, login, password string) (identity.Who, error) {
	return b.do(h, func(w http.ResponseWriter, r *http.Request) (identity.Who, error) {
		return h.SignIn(w, r, login, password)
	})
}

func (b *browser) mustSignIn(t testing.TB, h *house, login string) identity.Who {
	t.Helper()
	who, err := b.signIn(h, login, good)
	if err != nil {
		t.Fatalf("sign in as %s: %v", login, err)
	}
	return who
}

func (b *browser) resolve(h *house) (identity.Who, error) {
	return b.do(h, func(_ http.ResponseWriter, r *http.Request) (identity.Who, error) { return h.Resolve(r) })
}

func wantFault(t testing.TB, err error, kind fault.Kind, code string) {
	t.Helper()
	if err == nil || fault.Of(err).Kind != kind || fault.Of(err).Code != code {
		t.Errorf("got %v, want %s %s", err, kind, code)
	}
}

// actions lists what the audit trail says, the newest first.
func (h *house) actions(t testing.TB) string {
	t.Helper()
	list, err := h.store.ListAudit(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, e := range list {
		words = append(words, e.Action)
	}
	return strings.Join(words, " ")
}
