package post

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// pushHosts are the services browsers are pushed to by: nobody's page makes the house speak to another. A name that begins
// with a dot stands for all below it.
var pushHosts = []string{"fcm.googleapis.com", "updates.push.services.mozilla.com", ".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com"}

// Subscription is a browser of somebody that takes notices.
type Subscription struct {
	ID       string // hash of the endpoint
	Person   care.PersonID
	Slot     string // of the browser's session, in which it was switched on
	Language string // of the page on which it was switched on
	Sealed   []byte // care.PushKeys
}

// Browsers is the memory of subscriptions.
type Browsers interface {
	// Subscriptions lists those of somebody whose browser has not been signed out since.
	Subscriptions(ctx context.Context, person care.PersonID) ([]Subscription, error)
	// PutSubscription remembers one: of whoever had it before it is no more, and of its browser there is no other.
	PutSubscription(ctx context.Context, s Subscription) error
	DropSubscription(ctx context.Context, person care.PersonID, id string) error
}

// PushConfig says how browsers are reached.
type PushConfig struct {
	Browsers Browsers
	Settings Settings
	Ring     Ring
	Secrets  *Secrets
	Subject  string           // who to ask about our notices: the house's address
	Hosts    []string         // besides the usual services
	HTTP     *http.Client     // nil: the open network alone
	Now      func() time.Time // nil: time.Now
}

// Push sends notices to browsers (RFC 8030), sealed so that only they read them (RFC 8291), under the house's own key
// (RFC 8292).
type Push struct {
	c               PushConfig
	public, private string
}

// OpenPush finds the house's key, or makes it: a P-256 key as 32 bytes.
func OpenPush(ctx context.Context, c PushConfig) (*Push, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.HTTP == nil {
		c.HTTP = openNetwork()
	}
	raw, err := keep(ctx, c.Settings, c.Ring, "messages.vapid", func() ([]byte, error) {
		private, _, err := webpush.GenerateVAPIDKeys()
		if err != nil {
			return nil, err
		}
		return base64.RawURLEncoding.DecodeString(private)
	})
	if err != nil {
		return nil, err
	}
	key, err := ecdh.P256().NewPrivateKey(raw)
	if err != nil {
		return nil, err
	}
	return &Push{c: c, private: base64.RawURLEncoding.EncodeToString(raw), public: base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes())}, nil
}

// openNetwork reaches public addresses alone, whatever a name stands for, and follows nobody elsewhere.
func openNetwork() *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if ip := a.Addr().Unmap(); err != nil || !ip.IsGlobalUnicast() || ip.IsPrivate() {
			return &net.AddrError{Err: "not on the open network", Addr: address}
		}
		return nil
	}}
	return &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxResponseHeaderBytes: 16 << 10}}
}

// Key is what a browser needs to subscribe (applicationServerKey).
func (p *Push) Key() string { return p.public }

// mostBrowsers is how many browsers of one person take notices.
const mostBrowsers = 10

// Subscribe remembers the browser in which s.Person is signed in; the same one again changes nothing but its keys.
func (p *Push) Subscribe(ctx context.Context, s Subscription, k care.PushKeys) error {
	if err := p.sound(k); err != nil {
		return err
	}
	list, err := p.c.Browsers.Subscriptions(ctx, s.Person)
	if err != nil {
		return err
	}
	id := p.id(k.Endpoint)
	if len(list) >= mostBrowsers && !slices.ContainsFunc(list, func(o Subscription) bool { return o.ID == id || o.Slot == s.Slot }) {
		return fault.New(fault.TooMany, "push.many", nil)
	}
	plain, err := json.Marshal(k)
	if err != nil {
		return err
	}
	sealed, err := p.c.Ring.Seal(ctx, purpose, plain, []byte("subscriptions/"+id))
	if err != nil {
		return err
	}
	s.ID, s.Sealed = id, sealed
	return p.c.Browsers.PutSubscription(ctx, s)
}

// Own lists where browsers of somebody are pushed to, for them alone, and which of them is the one of a session; "" for none.
func (p *Push) Own(ctx context.Context, person care.PersonID, slot string) (all []string, here string, err error) {
	list, err := p.c.Browsers.Subscriptions(ctx, person)
	for _, s := range list {
		k, broken := p.open(ctx, s)
		if broken != nil {
			continue // whatever that was: nothing is sent there
		}
		if all = append(all, k.Endpoint); s.Slot == slot {
			here = k.Endpoint
		}
	}
	return all, here, err
}

// Unsubscribe forgets a browser of somebody.
func (p *Push) Unsubscribe(ctx context.Context, person care.PersonID, endpoint string) error {
	return p.c.Browsers.DropSubscription(ctx, person, p.id(endpoint))
}

func (p *Push) id(endpoint string) string {
	return base64.RawURLEncoding.EncodeToString(p.c.Secrets.mac("push", endpoint))
}

// sound refuses an address that is no service's, and keys that are none (RFC 8291 section 3.1: a point of P-256, 16 bytes).
func (p *Push) sound(k care.PushKeys) error {
	u, err := url.Parse(k.Endpoint)
	if err != nil || len(k.Endpoint) > 1000 || u.Scheme != "https" || u.User != nil || u.Fragment != "" || !p.serves(u) {
		return fault.New(fault.Invalid, "push.endpoint", err)
	}
	point, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(k.P256dh, "="))
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	secret, err2 := base64.RawURLEncoding.DecodeString(strings.TrimRight(k.Auth, "="))
	if err != nil || err2 != nil || len(secret) != 16 {
		return fault.New(fault.Invalid, "push.keys", err)
	}
	return nil
}

func (p *Push) serves(u *url.URL) bool {
	if slices.Contains(p.c.Hosts, u.Host) {
		return true
	}
	host := strings.ToLower(u.Host)
	return slices.ContainsFunc(pushHosts, func(h string) bool {
		return host == h || h[0] == '.' && strings.HasSuffix(host, h)
	})
}

// notice is what a browser's service worker gets: words for everybody to see, and where a tap leads. It names nobody.
type notice struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Tag   string `json:"tag"` // a newer one takes the place of an older
	Open  string `json:"open"`
}

// Repeats reports that a second notice takes the place of the first.
func (p *Push) Repeats() bool { return false }

// Send shows a notice in every browser of somebody.
func (p *Push) Send(ctx context.Context, l Letter) Answer {
	return p.notify(ctx, care.PersonID(l.To), func(Subscription) notice { return notice{Title: "Hearth", Body: l.Text, Tag: "visit", Open: "/"} }, l.Until)
}

// Word is something somebody who signs in is told at once. It says nothing about anyone.
type Word struct {
	Key      string // of its words, after "post.push."
	Language string // theirs; "" when nobody said: that of the page on which they switched notices on
	Tag      string
	Open     string // where a tap leads
}

// worth is how long such a word is worth telling.
const worth = 5 * time.Minute

// Notify tells somebody who signs in something at once, such as that somebody waits for them. It is lost when none of their
// browsers can be reached. A tap opens the page as them, whoever else is signed in there.
func (p *Push) Notify(ctx context.Context, person care.PersonID, w Word) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return p.notify(ctx, person, func(s Subscription) notice {
		lang := words.English
		for _, l := range []string{s.Language, w.Language} {
			if words.Language(l).Known() {
				lang = words.Language(l)
			}
		}
		return notice{Title: "Hearth", Body: catalogue.Load(lang).Say("post.push." + w.Key), Tag: w.Tag, Open: w.Open + "#as=" + s.Slot}
	}, p.c.Now().Add(worth)).Fate == Taken
}

// notify posts to all browsers of somebody side by side: one whose service does not answer keeps no other waiting.
func (p *Push) notify(ctx context.Context, person care.PersonID, say func(Subscription) notice, until time.Time) Answer {
	list, err := p.c.Browsers.Subscriptions(ctx, person)
	if err != nil {
		return Answer{Fate: NotNow, Reason: "unreachable"}
	}
	answers := make([]Answer, len(list))
	var all sync.WaitGroup
	places := make(chan struct{}, mostBrowsers)
	for i, s := range list {
		payload, err := json.Marshal(say(s))
		if err != nil {
			return Answer{Fate: Refused, Reason: "refused"}
		}
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			answers[i] = p.one(ctx, s, payload, max(int(until.Sub(p.c.Now()).Seconds()), 60))
		})
	}
	all.Wait()
	return best(answers)
}

// best is what became of a notice that went to several browsers.
func best(answers []Answer) Answer {
	order := []Fate{Refused, NotNow, Perhaps, Taken}
	best := Answer{Fate: Refused, Reason: "no-address"}
	for _, a := range answers {
		if slices.Index(order, a.Fate) > slices.Index(order, best.Fate) {
			best = a
		}
	}
	return best
}

// open reads a subscription.
func (p *Push) open(ctx context.Context, s Subscription) (k care.PushKeys, err error) {
	plain, err := p.c.Ring.Open(ctx, purpose, s.Sealed, []byte("subscriptions/"+s.ID))
	if err == nil {
		err = json.Unmarshal(plain, &k)
	}
	return k, err
}

// eachBrowser is how long the service of one browser may take.
const eachBrowser = 5 * time.Second

// one sends to one browser. One that is gone is forgotten (RFC 8030 section 7.3).
func (p *Push) one(ctx context.Context, s Subscription, payload []byte, ttl int) Answer {
	ctx, cancel := context.WithTimeout(ctx, eachBrowser)
	defer cancel()
	k, err := p.open(ctx, s)
	if err != nil || p.sound(k) != nil {
		return Answer{Fate: Refused, Reason: "contact"}
	}
	subject := strings.TrimPrefix(p.c.Subject, "mailto:") // the library puts it back
	res, err := webpush.SendNotificationWithContext(ctx, payload, &webpush.Subscription{Endpoint: k.Endpoint, Keys: webpush.Keys{Auth: k.Auth, P256dh: k.P256dh}},
		&webpush.Options{HTTPClient: p.c.HTTP, Subscriber: subject, VAPIDPublicKey: p.public, VAPIDPrivateKey: p.private, TTL: min(ttl, 86400),
			Urgency: webpush.UrgencyHigh, RecordSize: 2048, VapidExpiration: p.c.Now().Add(6 * time.Hour)})
	if err != nil {
		return Answer{Fate: NotNow, Reason: "unreachable"} // a second notice would take the first one's place
	}
	defer res.Body.Close()
	io.CopyN(io.Discard, res.Body, mostReply)
	switch code := res.StatusCode; {
	case code >= 200 && code < 300:
		return Answer{Fate: Taken}
	case code == http.StatusNotFound || code == http.StatusGone:
		p.c.Browsers.DropSubscription(ctx, s.Person, s.ID)
		return Answer{Fate: Refused, Reason: "no-address"}
	case code == http.StatusTooManyRequests || code >= 500:
		return Answer{Fate: NotNow, Reason: "unreachable"}
	}
	return Answer{Fate: Refused, Reason: "refused"}
}
