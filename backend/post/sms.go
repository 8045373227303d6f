package post

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"hearth/shared/care"
)

// Gateway says how a provider of SMS is spoken to: one HTTP request a message. Where a text may hold {to}, {from}, {text},
// {id} and {callback}, they are filled in and then written as that place demands: nothing anybody is called can end a
// field and begin another.
type Gateway struct {
	Method   string // "" is POST
	URL      string
	User     string // of basic authentication, with Password; "" for none
	Password string
	Headers  [][2]string
	Form     [][2]string // fields of application/x-www-form-urlencoded; else
	JSON     any         // a document, as encoding/json reads one; texts in it are filled in
	Success  string      // "" any 2xx; "path=a|b" what JSON says there; "^text" how the answer begins
	ID       string      // path of the provider's own id in a JSON answer; "" for none
	From     Senders
	Once     string                         // header that makes the provider take one message once, such as Idempotency-Key; "" for none
	Callback func(id care.MessageID) string // where it reports to; nil for nowhere
}

// Senders are what messages are from, by the beginning of the number they go to.
type Senders []struct{ Prefix, From string }

// ParseSenders reads "+15005550006,+49=Hearth,+44=+447700900123".
func ParseSenders(text string) (list Senders, err error) {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		prefix, from, ok := strings.Cut(part, "=")
		if !ok {
			prefix, from = "+", part
		}
		prefix, from = strings.TrimSpace(prefix), strings.TrimSpace(from)
		if !strings.HasPrefix(prefix, "+") || strings.Trim(prefix[1:], "0123456789") != "" || from == "" || len(from) > 40 {
			return nil, fmt.Errorf("%q is no sender: say a number or a name, or +49=name for one country", part)
		}
		list = append(list, struct{ Prefix, From string }{prefix, from})
	}
	return list, nil
}

// For is the sender for a number, "" when none is said.
func (s Senders) For(number string) (from string) {
	longest := 0
	for _, one := range s {
		if strings.HasPrefix(number, one.Prefix) && len(one.Prefix) > longest {
			longest, from = len(one.Prefix), one.From
		}
	}
	return from
}

// Twilio is the way Twilio is spoken to (https://www.twilio.com/docs/messaging/api/message-resource). Base is "" outside
// tests and regions.
func Twilio(base, account, token string, from Senders, callback func(care.MessageID) string) Gateway {
	if base == "" {
		base = "https://api.twilio.com"
	}
	return Gateway{URL: strings.TrimSuffix(base, "/") + "/2010-04-01/Accounts/" + url.PathEscape(account) + "/Messages.json", User: account, Password: token,
		Form: [][2]string{{"To", "{to}"}, {"From", "{from}"}, {"Body", "{text}"}, {"StatusCallback", "{callback}"}}, ID: "sid",
		Success: "status=queued|accepted|scheduled|sending|sent|delivered", From: from, Callback: callback}
}

// mostReply is how much of an answer is read.
const mostReply = 64 << 10

// SMS sends through a gateway.
type SMS struct {
	g    Gateway
	http http.Client
}

// NewSMS makes a sender. It keeps no connection: a request on one that died meanwhile would be sent again by the library.
func NewSMS(g Gateway) *SMS {
	t := &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment, TLSHandshakeTimeout: 5 * time.Second, MaxResponseHeaderBytes: 16 << 10,
		DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext}
	return &SMS{g: g, http: http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Repeats reports whether the provider was promised to take a message once.
func (s *SMS) Repeats() bool { return s.g.Once != "" }

// Send hands a message to the provider.
func (s *SMS) Send(ctx context.Context, l Letter) Answer {
	var reached atomic.Bool // from then on nobody knows what the provider did when it does not say
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { reached.Store(true) }})
	r, err := s.request(ctx, l)
	if err != nil {
		return Answer{Fate: NotNow, Reason: "settings"}
	}
	res, err := s.http.Do(r)
	if err != nil {
		var slow interface{ Timeout() bool }
		switch {
		case !reached.Load():
			return Answer{Fate: NotNow, Reason: "unreachable"}
		case errors.As(err, &slow) && slow.Timeout():
			return Answer{Fate: Perhaps, Reason: "silent"}
		}
		return Answer{Fate: Perhaps, Reason: "silent"}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, mostReply))
	return s.judge(res, body, err)
}

// judge reads an answer. What says that nothing was taken is believed; a failure of the provider's own says nothing.
func (s *SMS) judge(res *http.Response, body []byte, cut error) Answer {
	switch code := res.StatusCode; {
	case code >= 200 && code < 300:
		var doc any
		json.Unmarshal(body, &doc)
		if cut != nil && s.g.Success != "" {
			return Answer{Fate: Perhaps, Reason: "silent"}
		}
		if !s.succeeded(doc, body) {
			return Answer{Fate: Refused, Reason: "refused", Provider: clip(at(doc, s.g.ID))}
		}
		return Answer{Fate: Taken, Provider: clip(at(doc, s.g.ID))}
	case code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable:
		seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
		return Answer{Fate: NotNow, Reason: "unreachable", After: time.Duration(max(seconds, 0)) * time.Second}
	case code >= 500:
		return Answer{Fate: Perhaps, Reason: "silent"}
	case slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusProxyAuthRequired}, code) || code < 400:
		return Answer{Fate: NotNow, Reason: "settings"}
	}
	return Answer{Fate: Refused, Reason: "refused"}
}

func (s *SMS) succeeded(doc any, body []byte) bool {
	if begins, ok := strings.CutPrefix(s.g.Success, "^"); ok {
		return strings.HasPrefix(strings.TrimSpace(string(body)), begins)
	}
	path, values, ok := strings.Cut(s.g.Success, "=")
	return !ok || slices.Contains(strings.Split(values, "|"), at(doc, path))
}

// at is the text or number at a path such as messages.0.id; "" when there is none.
func at(doc any, path string) string {
	if path == "" {
		return ""
	}
	for part := range strings.SplitSeq(path, ".") {
		switch v := doc.(type) {
		case map[string]any:
			doc = v[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(v) {
				return ""
			}
			doc = v[i]
		default:
			return ""
		}
	}
	switch v := doc.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// clip keeps of a provider's id what looks like one.
func clip(id string) string {
	if len(id) > 80 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return id
}

func (s *SMS) request(ctx context.Context, l Letter) (*http.Request, error) {
	g := s.g
	values := []string{"{to}", l.To, "{from}", g.From.For(l.To), "{text}", l.Text, "{id}", string(l.ID), "{callback}", ""}
	if g.Callback != nil {
		values[9] = g.Callback(l.ID)
	}
	fill := strings.NewReplacer(values...)
	escaped := slices.Clone(values)
	for i := 1; i < len(escaped); i += 2 {
		escaped[i] = strings.ReplaceAll(url.QueryEscape(escaped[i]), "+", "%20") // holds in a path and in a query
	}
	var body []byte
	kind := ""
	switch {
	case g.Form != nil:
		fields := url.Values{}
		for _, f := range g.Form {
			v := fill.Replace(f[1])
			if v == "" {
				continue // a callback nobody wants, a sender nobody named
			}
			if f[0] == "From" && strings.HasPrefix(v, "MG") && len(v) == 34 { // Twilio's messaging services
				f[0] = "MessagingServiceSid"
			}
			fields.Add(f[0], v)
		}
		body, kind = []byte(fields.Encode()), "application/x-www-form-urlencoded"
	case g.JSON != nil:
		var err error
		if body, err = json.Marshal(filled(g.JSON, fill)); err != nil {
			return nil, err
		}
		kind = "application/json"
	}
	method := g.Method
	if method == "" {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, strings.NewReplacer(escaped...).Replace(g.URL), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for _, h := range g.Headers {
		r.Header.Set(h[0], strings.NewReplacer("\r", "", "\n", "").Replace(fill.Replace(h[1])))
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "Hearth")
	if g.User != "" {
		r.SetBasicAuth(g.User, g.Password)
	}
	if g.Once != "" {
		r.Header.Set(g.Once, string(l.ID))
	}
	return r, nil
}

// filled is a document with its texts filled in.
func filled(doc any, fill *strings.Replacer) any {
	switch v := doc.(type) {
	case string:
		return fill.Replace(v)
	case []any:
		list := make([]any, len(v))
		for i, one := range v {
			list[i] = filled(one, fill)
		}
		return list
	case map[string]any:
		m := map[string]any{}
		for k, one := range v {
			m[k] = filled(one, fill)
		}
		return m
	}
	return doc
}
