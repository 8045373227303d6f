package post

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"hearth/shared/care"
)

// Report is what a provider says about a message.
type Report struct {
	Message  care.MessageID // when the address named it
	Provider string         // what the provider calls it
	State    care.MessageState
}

// Fields are what a provider calls things in what it sends by itself.
type Fields struct {
	ID, State         string // of a report
	Delivered, Failed []string
	From, Text        string // of an answer
}

// TwilioFields are Twilio's (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values).
var TwilioFields = Fields{ID: "MessageSid", State: "MessageStatus", Delivered: []string{"delivered", "read"}, Failed: []string{"failed", "undelivered"}, From: "From", Text: "Body"}

// Inbox is the door at which a provider of SMS reports and hands in answers.
type Inbox struct {
	Fields  Fields
	Twilio  string // token its requests are signed with; "" for another provider
	Secret  string // another provider's
	URL     string // of the house, as the provider was told
	Secrets *Secrets
}

// values reads what a provider sent, a form or JSON of one level or more, after the request was believed.
func values(r *http.Request, body []byte) func(name string) string {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" {
		var doc any
		json.Unmarshal(body, &doc)
		return func(name string) string { return at(doc, name) }
	}
	form, _ := url.ParseQuery(string(body))
	return form.Get
}

// Trusts reports whether a request comes from the provider: signed by Twilio, bringing the secret as a bearer token, as
// the password of basic authentication or in X-Webhook-Secret, or at the address made for one message. Nothing in it was
// believed before.
func (b Inbox) Trusts(r *http.Request, body []byte) bool {
	if b.Twilio != "" {
		return b.signed(r, body)
	}
	if id := r.PathValue("message"); id != "" && b.Secrets != nil && care.ValidID(care.MessageID(id)) {
		return hmac.Equal([]byte(r.PathValue("proof")), []byte(b.Secrets.Callback(care.MessageID(id))))
	}
	if b.Secret == "" {
		return false
	}
	given := r.Header.Get("X-Webhook-Secret")
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		given = token
	} else if _, password, ok := r.BasicAuth(); ok {
		given = password
	}
	return subtle.ConstantTimeCompare([]byte(given), []byte(b.Secret)) == 1
}

// signed checks Twilio's signature: HMAC-SHA1 by the account's token over the address it called and, of a form, every
// field's name and value in the order of the names (https://www.twilio.com/docs/usage/security#validating-requests).
func (b Inbox) signed(r *http.Request, body []byte) bool {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return false
	}
	var text strings.Builder
	text.WriteString(b.URL + r.URL.RequestURI())
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for n := range form {
			if !yield(n) {
				return
			}
		}
	}) {
		list := slices.Clone(form[name])
		slices.Sort(list)
		for _, v := range slices.Compact(list) {
			text.WriteString(name + v)
		}
	}
	m := hmac.New(sha1.New, []byte(b.Twilio))
	m.Write([]byte(text.String()))
	return hmac.Equal([]byte(r.Header.Get("X-Twilio-Signature")), []byte(base64.StdEncoding.EncodeToString(m.Sum(nil))))
}

// Report reads a report. Ok is false when it says nothing that settles anything.
func (b Inbox) Report(r *http.Request, body []byte) (rep Report, ok bool) {
	get := values(r, body)
	rep = Report{Message: care.MessageID(r.PathValue("message")), Provider: clip(get(b.Fields.ID))}
	switch state := get(b.Fields.State); {
	case slices.ContainsFunc(b.Fields.Delivered, func(s string) bool { return strings.EqualFold(s, state) }):
		rep.State = care.MessageDelivered
	case slices.ContainsFunc(b.Fields.Failed, func(s string) bool { return strings.EqualFold(s, state) }):
		rep.State = care.MessageFailed
	default:
		return rep, false
	}
	return rep, care.ValidID(rep.Message) || rep.Message == "" && rep.Provider != ""
}

// Inbound reads an answer to an SMS.
func (b Inbox) Inbound(r *http.Request, body []byte) (from, text string) {
	get := values(r, body)
	number := get(b.Fields.From)
	if number != "" && number[0] != '+' && strings.Trim(number, "0123456789") == "" {
		number = "+" + number // some leave it out
	}
	from, err := care.Mobile(number)
	if err != nil {
		return "", ""
	}
	return from, get(b.Fields.Text)
}
