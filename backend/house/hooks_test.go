package house

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"hearth/backend/post"
	"hearth/backend/web"
	"hearth/shared/access"
	"hearth/shared/care"
)

// hookCase is a house with a provider of SMS that takes everything, and a visit whose patient was sent a link.
type hookCase struct {
	*House
	t     *testing.T
	ana   care.Reader
	visit care.VisitID
}

// mustHooks opens it; the provider answers as an address of the gateway's says.
func mustHooks(t *testing.T, gateway func(provider string) post.Gateway, inbox post.Inbox) *hookCase {
	t.Helper()
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"sid":"SM0001","status":"queued"}`)
	}))
	t.Cleanup(provider.Close)
	g, fast := gateway(provider.URL), web.Rate{Each: time.Microsecond, Burst: 1 << 20}
	h, err := Open(context.Background(), Config{Address: "localhost:0", Dir: t.TempDir(), Limits: web.Limits{Address: fast, Person: fast, Door: fast},
		Messages: Messages{SMS: &g, Inbox: inbox, Replies: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Shut() })
	c, ctx := &hookCase{House: h, t: t, visit: care.NewID[care.VisitID]()}, t.Context()
	add := func(name string, role access.Role) care.Reader {
		p, err := h.store.AddPerson(ctx, care.NewPerson{Name: name, Login: strings.ToLower(name[:3]), Roles: []access.Role{role}, Hash: "$hash"})
		if err != nil {
			t.Fatal(err)
		}
		return care.Reader{Person: p.ID, Site: p.Site, Roles: p.Roles}
	}
	admin, wren := add("Ada Minister", access.Administrator), add("Wren-23", access.Patient)
	c.ana = add("Ana Therapist", access.Therapist)
	patient, err := h.store.PatientOf(ctx, wren.Person)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.PutCare(ctx, admin, care.Permission{Patient: patient.ID, Therapist: c.ana.Person}); err != nil {
		t.Fatal(err)
	}
	sealed, err := h.keys.Seal(ctx, "contacts", []byte(`{"mobile":"+491701234567"}`), []byte("contacts/"+string(patient.ID)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.store.PutContact(ctx, admin, patient.ID, sealed, 0); err != nil {
		t.Fatal(err)
	}
	_, project, err := h.store.Home(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.visits.BookVisit(ctx, c.ana, care.NewVisit{Visit: care.Visit{ID: c.visit, Project: project, Patient: patient.ID, Kind: care.Therapy, Zone: "UTC", Minutes: 30,
		Local: time.Now().UTC().Add(5 * time.Minute).Format(care.LocalLayout)}, Guests: []care.NewGuest{{ID: care.NewID[care.GuestID](), As: care.AsPatient}}}); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); c.message().State != care.MessageSent; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never sent: %+v", c.message())
		}
	}
	return c
}

func (c *hookCase) message() post.Written {
	c.t.Helper()
	list, _, err := c.post.Messages(c.t.Context(), c.ana, c.visit)
	if err != nil || len(list) != 1 {
		c.t.Fatalf("%+v %v", list, err)
	}
	return list[0]
}

// says posts a form as a provider does, and holds the answer.
func (c *hookCase) says(what, path string, form url.Values, want int, sign func(*http.Request, url.Values)) {
	c.t.Helper()
	r, err := http.NewRequest("POST", c.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if sign != nil {
		sign(r, form)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != want {
		c.t.Errorf("%s: %d, want %d", what, res.StatusCode, want)
	}
}

// wants holds whether the patient takes SMS.
func (c *hookCase) wants(what string, off bool) {
	c.t.Helper()
	_, ways, err := c.post.Messages(c.t.Context(), c.ana, c.visit)
	if err != nil || len(ways) != 1 || ways[0].SMSOff != off {
		c.t.Errorf("%s: %+v %v", what, ways, err)
	}
}

// story is the same with every provider: who is not believed changes nothing, a report settles, STOP ends and START brings back.
func (c *hookCase) story(sign, forged func(*http.Request, url.Values), report url.Values) {
	c.t.Helper()
	from := func(text string) url.Values { return url.Values{"From": {"+491701234567"}, "Body": {text}} }
	for name, bad := range map[string]func(*http.Request, url.Values){"nobody": nil, "somebody else": forged} {
		c.says(name+" reports", "/hooks/sms/report", report, http.StatusNotFound, bad)
		c.says(name+" answers", "/hooks/sms/inbound", from("STOP"), http.StatusNotFound, bad)
	}
	if m := c.message(); m.State != care.MessageSent {
		c.t.Errorf("who is not believed made it %s", m.State)
	}
	c.wants("after who is not believed", false)
	c.says("a report", "/hooks/sms/report", report, http.StatusNoContent, sign)
	if m := c.message(); m.State != care.MessageDelivered {
		c.t.Errorf("after the report it is %s", m.State)
	}
	c.says("thanks", "/hooks/sms/inbound", from("thanks"), http.StatusNoContent, sign)
	c.wants("after thanks", false)
	c.says("STOP", "/hooks/sms/inbound", from(" Stop. "), http.StatusNoContent, sign)
	c.wants("after STOP", true)
	c.says("START, forged", "/hooks/sms/inbound", from("START"), http.StatusNotFound, forged)
	c.wants("after a forged START", true)
	c.says("START", "/hooks/sms/inbound", from("START"), http.StatusNoContent, sign)
	c.wants("after START", false)
	actions := map[string]int{}
	list, err := c.House.store.ListAudit(c.t.Context(), 50)
	for _, e := range list {
		actions[e.Action]++
	}
	if err != nil || actions["messages.stop"] != 1 || actions["messages.start"] != 1 {
		c.t.Errorf("the trail has %v, %v", actions, err)
	}
}

// twilioSign signs as Twilio does, by a token.
func twilioSign(base, token string) func(*http.Request, url.Values) {
	return func(r *http.Request, form url.Values) {
		var text strings.Builder
		text.WriteString(base + r.URL.RequestURI())
		var names []string
		for name := range form {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			text.WriteString(name + form.Get(name))
		}
		m := hmac.New(sha1.New, []byte(token))
		m.Write([]byte(text.String()))
		r.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(m.Sum(nil)))
	}
}

// Twilio's reports and answers are believed when they are signed by the account's token, and no others.
func TestTwilioReports(t *testing.T) {
	c := mustHooks(t, func(provider string) post.Gateway {
		return post.Twilio(provider, "AC1", "the token", post.Senders{{Prefix: "+", From: "+15005550006"}}, nil)
	}, post.Inbox{Fields: post.TwilioFields, Twilio: "the token"})
	c.story(twilioSign(c.URL(), "the token"), twilioSign(c.URL(), "another token"), url.Values{"MessageSid": {"SM0001"}, "MessageStatus": {"delivered"}})
	m := c.message()
	path := fmt.Sprintf("/hooks/sms/report/%s/%s", m.ID, c.post.Secrets.Callback(m.ID))
	c.says("the right address, unsigned", path, url.Values{"MessageStatus": {"failed"}}, http.StatusNotFound, nil)
}

// Another provider is believed by its secret, or at the address made for one message.
func TestProviderReports(t *testing.T) {
	bearer := func(secret string) func(*http.Request, url.Values) {
		return func(r *http.Request, _ url.Values) { r.Header.Set("Authorization", "Bearer "+secret) }
	}
	c := mustHooks(t, func(provider string) post.Gateway {
		return post.Gateway{URL: provider, Form: [][2]string{{"to", "{to}"}, {"text", "{text}"}}, ID: "sid"}
	}, post.Inbox{Fields: post.Fields{ID: "id", State: "state", Delivered: []string{"arrived"}, Failed: []string{"lost"}, From: "From", Text: "Body"}, Secret: "a secret of sixteen"})
	m := c.message()
	c.says("an address made up", "/hooks/sms/report/"+string(m.ID)+"/AAAAAAAAAAAAAAAAAAAAAA", url.Values{"state": {"lost"}}, http.StatusNotFound, nil)
	c.story(bearer("a secret of sixteen"), bearer("a secret of another"), url.Values{"id": {"SM0001"}, "state": {"arrived"}})
	c.says("the address made for it", "/hooks/sms/report/"+string(m.ID)+"/"+c.post.Secrets.Callback(m.ID), url.Values{"state": {"lost"}}, http.StatusNoContent, nil)
	if m := c.message(); m.State != care.MessageDelivered {
		t.Errorf("what arrived is %s", m.State)
	}
}
