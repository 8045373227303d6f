package identity

import (
	"context"
	"net/http"
	"strings"
	"time"

	"hearth/backend/audit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// setUpFor is how long a set-up code works.
const setUpFor = 24 * time.Hour

// bySetUp slows guessing of the set-up code down.
var bySetUp = Rule{Free: 10, First: time.Minute, Most: 15 * time.Minute, Forget: time.Hour}

// SetUpCode returns a fresh code for the first administrator, valid 24 h, or "" when there is one already.
func (s *Service) SetUpCode(ctx context.Context) (string, error) {
	if there, err := s.store.HasAdministrator(ctx); err != nil || there {
		return "", err
	}
	code := madeUp()
	return code, s.store.PutSetUpCode(ctx, hashOf(code), s.now().Add(setUpFor))
}

// SetUp makes the first administrator with the code and signs them in. Faults: "setup.wrong", "sign-in.locked", those of
// a bad name, login or password.
func (s *Service) SetUp(w http.ResponseWriter, r *http.Request, code, name, login, password string) (Who, error) {
	name, login = strings.TrimSpace(name), strings.ToLower(strings.TrimSpace(login))
	if err := care.ValidateName(name); err != nil {
		return Who{}, err
	}
	if err := care.ValidateLogin(login); err != nil {
		return Who{}, err
	}
	if err := s.mayTry(r.Context(), Try{s.attemptKey("set-up", audit.Network(s.address(r))), bySetUp}); err != nil {
		return Who{}, s.note(r, "", "sign-in.locked", err)
	}
	hash, err := s.accept(r, password, login, name)
	if err != nil {
		return Who{}, err
	}
	code = strings.ToLower(strings.TrimSpace(code))
	p, err := s.store.RedeemSetUpCode(r.Context(), hashOf(code), s.now(), care.NewPerson{
		Name: name, Login: login, Roles: []access.Role{access.Administrator}, Hash: hash,
	})
	if err != nil {
		return Who{}, s.note(r, "", "setup.wrong", err)
	}
	if err := s.note(r, p.ID, "setup.done", nil); err != nil {
		return Who{}, err
	}
	s.remember(w, r, login)
	return s.begin(w, r, Account{Person: p, Hash: hash}, ByPassword)
}

// DemoToken makes a sign-in token for person; it works as often as wanted, only in the demo.
func (s *Service) DemoToken(ctx context.Context, person care.PersonID) (string, error) {
	if !s.c.Demo {
		return "", fault.New(fault.NotFound, "not-found", nil)
	}
	token, hash := newToken()
	return token, s.store.PutDemoLink(ctx, hash, person)
}

// DemoPerson says whose link it is, for the page with the button; nothing is signed in. An unknown link, a house that is
// no demo and a visitor from far away all get fault.NotFound.
func (s *Service) DemoPerson(r *http.Request, token string) (care.Person, error) {
	a, err := s.demo(r, token)
	return a.Person, err
}

// DemoSignIn signs the person of the link in.
func (s *Service) DemoSignIn(w http.ResponseWriter, r *http.Request, token string) (Who, error) {
	a, err := s.demo(r, token)
	if err != nil {
		return Who{}, err
	}
	who, err := s.begin(w, r, a, ByDemo)
	if err != nil {
		return Who{}, err
	}
	return who, s.note(r, who.Person.ID, "sign-in.demo", nil)
}

func (s *Service) demo(r *http.Request, token string) (Account, error) {
	nowhere := fault.New(fault.NotFound, "not-found", nil)
	if !s.c.Demo || !s.Near(r) || len(token) > 64 {
		return Account{}, nowhere
	}
	person, err := s.store.DemoLink(r.Context(), hashOf(token))
	if err != nil {
		return Account{}, err
	}
	a, err := s.store.Account(r.Context(), person)
	if err == nil && a.Disabled {
		return Account{}, nowhere
	}
	return a, err
}

// carriers are what a proxy or tunnel adds to a request it carries here from somewhere else.
var carriers = []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"}

// Near reports whether a request comes from this machine or, where the demo serves the local network, from there. What
// somebody carried here comes from further than the connection says.
func (s *Service) Near(r *http.Request) bool {
	for _, name := range carriers {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	a := s.address(r).Unmap()
	return a.IsLoopback() || (s.c.DemoLAN && (a.IsPrivate() || a.IsLinkLocalUnicast()))
}
