package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// Caller is somebody who talks to the house without a browser: plain requests and sockets with one person's cookies.
type Caller struct {
	t      *testing.T
	base   string
	client *http.Client
	slot   string
}

// Stranger is a caller whom the house does not know.
func (h *House) Stranger(t *testing.T) *Caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Caller{t: t, base: h.URL(), client: &http.Client{
		Jar: jar, Timeout: Patience, Transport: &http.Transport{DialContext: home},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// home takes names below localhost for this machine, as browsers do (RFC 6761 section 6.3); resolvers do not all.
func home(ctx context.Context, network, address string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(address); err == nil && strings.HasSuffix(host, ".localhost") {
		address = net.JoinHostPort("localhost", port)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// Caller comes in by a demo link.
func (h *House) Caller(t *testing.T, link string) *Caller {
	t.Helper()
	c := h.Stranger(t)
	c.arrive(c.Form(strings.TrimPrefix(link, c.base), nil))
	return c
}

// OwnPassword is what residents and employees chose.
const OwnPassword = "a long password of one's own"

// Resident gives somebody of the demo's cast, who has no link, a password of their own and comes in with it.
func (h *House) Resident(t *testing.T, login string) *Caller {
	t.Helper()
	admin := h.Caller(t, h.Links().Administrator)
	var people api.List[api.Person]
	admin.Get(api.ListPeople.Path, &people)
	for _, p := range people.Items {
		if p.Login == login {
			var handed api.HandedOut
			admin.Do(api.ResetPassword, []string{"{person}", string(p.ID)}, nil, &handed)
			return h.settle(t, handed)
		}
	}
	t.Fatalf("nobody here is called %s", login)
	return nil
}

// Employ makes somebody with a role at the administrator's own site, who comes in with a password of their own.
func (h *House) Employ(t *testing.T, name, login string, role access.Role) *Caller {
	t.Helper()
	var handed api.HandedOut
	h.Caller(t, h.Links().Administrator).Do(api.CreatePerson, nil, api.CreatePersonBody{Name: name, Login: login, Roles: []access.Role{role}}, &handed)
	return h.settle(t, handed)
}

// settle comes in with a password that was handed out, and changes it.
func (h *House) settle(t *testing.T, handed api.HandedOut) *Caller {
	t.Helper()
	c := h.Stranger(t)
	c.arrive(c.Form(api.SignInPage, url.Values{"login": {handed.Person.Login}, "password": {handed.Password}}))
	c.arrive(c.Form(api.PasswordPage, url.Values{"as": {c.slot}, "old": {handed.Password}, "fresh": {OwnPassword}, "again": {OwnPassword}}))
	return c
}

var slotOf = regexp.MustCompile(`\bas=([0-9a-f]{8})`)

// arrive remembers which account a sign-in was for.
func (c *Caller) arrive(res *http.Response, body string) {
	c.t.Helper()
	found := slotOf.FindStringSubmatch(res.Header.Get("Location"))
	if res.StatusCode != http.StatusSeeOther || found == nil {
		c.t.Fatalf("signing in: %d to %q\n%.400s", res.StatusCode, res.Header.Get("Location"), body)
	}
	c.slot = found[1]
}

// Send makes a request as it is told and returns the answer with its body. Headers are names and values in turn.
func (c *Caller) Send(method, path string, body io.Reader, headers ...string) (*http.Response, string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.slot != "" {
		req.Header.Set(api.AsHeader, c.slot)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.client.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res, string(b)
}

// Form posts a form as a page does.
func (c *Caller) Form(path string, values url.Values) (*http.Response, string) {
	c.t.Helper()
	return c.Send("POST", path, strings.NewReader(values.Encode()), "Content-Type", "application/x-www-form-urlencoded", "Origin", c.base)
}

// Get reads something of the interface into out.
func (c *Caller) Get(path string, out any) {
	c.t.Helper()
	res, body := c.Send("GET", path, nil)
	c.take(res, body, out)
}

// Do asks for an operation of the interface, with names in its path replaced, and reads the answer into out (nil: none).
func (c *Caller) Do(op api.Operation, names []string, in, out any) {
	c.t.Helper()
	b, err := json.Marshal(in)
	if err != nil {
		c.t.Fatal(err)
	}
	res, body := c.Send(op.Method, strings.NewReplacer(names...).Replace(op.Path), bytes.NewReader(b), "Content-Type", "application/json", "Origin", c.base)
	c.take(res, body, out)
}

func (c *Caller) take(res *http.Response, body string, out any) {
	c.t.Helper()
	if res.StatusCode >= 300 {
		c.t.Fatalf("%s %s: %d %.400s", res.Request.Method, res.Request.URL.Path, res.StatusCode, body)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal([]byte(body), out); err != nil {
		c.t.Fatalf("%s: %v in %.400s", res.Request.URL.Path, err, body)
	}
}

// Slot is the account this caller comes as.
func (c *Caller) Slot() string { return c.slot }

// Cookies are what the house gave this caller.
func (c *Caller) Cookies() []*http.Cookie {
	u, err := url.Parse(c.base)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.client.Jar.Cookies(u)
}

// Dial opens a live socket as a page of this person would, from the house's own origin unless a header says otherwise.
func (c *Caller) Dial(headers ...string) (*websocket.Conn, *http.Response, error) {
	c.t.Helper()
	h := http.Header{"Origin": {c.base}}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	d := websocket.Dialer{Jar: c.client.Jar, HandshakeTimeout: Patience}
	conn, res, err := d.DialContext(c.t.Context(), "ws"+strings.TrimPrefix(c.base, "http")+api.LiveSocket+"?as="+c.slot, h)
	if err == nil {
		c.t.Cleanup(func() { conn.Close() })
	}
	return conn, res, err
}

// Patients lists the patients this caller may see, by name.
func (c *Caller) Patients() map[string]api.Patient {
	c.t.Helper()
	var list api.List[api.Patient]
	c.Get(api.ListPatients.Path, &list)
	byName := map[string]api.Patient{}
	for _, p := range list.Items {
		byName[p.Name] = p
	}
	return byName
}

// Me is who this caller is.
func (c *Caller) Me() (me api.Me) {
	c.t.Helper()
	c.Get(api.GetMe.Path, &me)
	return me
}

// Cares lists who cares for whom; only an administrator may ask.
func (c *Caller) Cares() map[care.PatientID][]api.Care {
	c.t.Helper()
	var list api.List[api.Care]
	c.Get(api.ListCare.Path, &list)
	by := map[care.PatientID][]api.Care{}
	for _, one := range list.Items {
		by[one.Patient] = append(by[one.Patient], one)
	}
	return by
}
