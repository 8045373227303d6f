package house

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hearth/backend/audit"
	"hearth/backend/identity"
	"hearth/backend/jobs"
	"hearth/backend/post"
	"hearth/backend/room"
	"hearth/backend/store"
	"hearth/backend/visit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/live"
)

// Messages says by whom guests of visits are told. The zero value tells nobody but browsers.
type Messages struct {
	SMS     *post.Gateway // nil: no SMS
	Mail    *post.Mailbox // nil: no e-mail
	Inbox   post.Inbox    // what the provider of SMS calls things, and how it is known
	Replies bool          // an SMS may be answered
	Pushed  []string      // services browsers are pushed to by, besides the usual ones
	Pushing *http.Client  // to those services; nil: the open network alone
}

// shelfFile keeps a demo's messages beside its data, so that the links in them outlive a restart. There is no such file outside
// the demo.
const shelfFile = "demo-inbox.json"

// postmen is how many messages are on their way at once: with a provider who takes ten seconds over each, fifty a minute. They wait
// for others nearly all the time, and one of them alone looks what is due.
const postmen = 8

// ringers is for how many guests who wait staff are called at once: a browser's service that does not answer for one delays no other.
const ringers = 4

// openPost opens the office of messages and sends its couriers out. A demo's messages go to its shelf alone.
func (h *House) openPost(ctx context.Context) error {
	c := h.config.Messages
	secrets, err := post.OpenSecrets(ctx, h.store, h.keys)
	if err != nil {
		return fmt.Errorf("open the messages' key: %w", err)
	}
	push, err := post.OpenPush(ctx, post.PushConfig{Browsers: h.store, Settings: h.store, Ring: h.keys, Secrets: secrets, Subject: h.url, Hosts: c.Pushed, HTTP: c.Pushing, Now: h.config.Now})
	if err != nil {
		return fmt.Errorf("open the browsers' key: %w", err)
	}
	inbox := c.Inbox
	inbox.URL, inbox.Secrets = h.url, secrets
	h.post = &post.Office{Desk: h.store, Reached: reached{h.visits, h.store}, Secrets: secrets, Push: push, Inbox: inbox, Trail: func(ctx context.Context, action string) error {
		return h.store.AppendAudit(ctx, audit.Entry{Action: action})
	}}
	senders := map[care.Channel]post.Sender{care.ByPush: push}
	if h.config.Demo {
		file := ""
		if h.config.Dir != "" {
			file = filepath.Join(h.config.Dir, shelfFile)
		}
		h.post.Shelf = post.NewShelf(h.config.Now, file)
		for _, channel := range []care.Channel{care.BySMS, care.ByMail} {
			senders[channel] = h.post.Shelf.Sender(channel)
		}
	} else if err := h.providers(senders, secrets); err != nil {
		return err
	}
	h.post.Mails = senders[care.ByMail] != nil
	u, err := url.Parse(h.url)
	if err != nil {
		return err
	}
	courier := post.NewCourier(post.Config{Outbox: h.store, Links: h.door, Reached: h.post.Reached, Senders: senders, Secrets: secrets, Host: u.Hostname(), URL: h.url,
		Replies: c.Replies || h.config.Demo, Now: h.config.Now, Log: h.config.Log})
	h.couriers = append(h.couriers, jobs.Open(jobs.Config{Store: h.store, Now: h.now, Log: h.config.Log, Every: time.Second, Hands: postmen,
		Handlers: map[jobs.Kind]jobs.Handler{post.Job: courier.Deliver}}))
	bell := &post.Bell{Callers: h.store, Push: push, Now: h.now, There: h.there, Taken: h.visits.NoticeTaken}
	h.couriers = append(h.couriers, jobs.Open(jobs.Config{Store: h.store, Now: h.now, Log: h.config.Log, Every: time.Second, Hands: ringers, // beside providers, who may be slow
		Handlers: map[jobs.Kind]jobs.Handler{post.SummonJob: bell.Summon, post.DeviceJob: bell.Summon, post.CallJob: bell.Summon, post.TurnJob: bell.Turn}}))
	return nil
}

// there reports whether a page of somebody is open at this node that says who waits, and whose turn it is. That of the sensors
// does not. The rooms of several nodes are not joined yet (room.Bus): where several shared a database, the one that takes the job
// would ring people too whose page is open at another. They would be told though they know; nobody would be missed.
func (h *House) there(person care.PersonID) bool {
	return slices.ContainsFunc(h.hub.Of(person), func(w room.Window) bool { return w.Portal != live.Aggregator })
}

// beside ends the notices of everybody else in a browser in which somebody signed in: they would come to that person too.
func (h *House) beside(ctx context.Context, person care.PersonID, slot identity.Slot, others []identity.Slot) {
	if err := h.store.SettleSubscriptions(ctx, person, slot, others); err != nil {
		h.config.Log.Error("notices of a browser were not ended", "person", person, "error", err)
	}
}

// left ends the notices of whoever signed out, in their browser, those of sessions that ran out there too.
func (h *House) left(ctx context.Context, person care.PersonID, slots []identity.Slot) {
	if err := h.store.DropSubscriptionsIn(ctx, person, slots); err != nil {
		h.config.Log.Error("notices of a browser were not ended", "person", person, "error", err)
	}
}

// providers are a clinic's, as its operator set them up.
func (h *House) providers(senders map[care.Channel]post.Sender, secrets *post.Secrets) error {
	c := h.config.Messages
	if c.SMS != nil {
		g := *c.SMS
		if strings.HasPrefix(h.url, "https://") { // providers report to nobody else
			g.Callback = func(id care.MessageID) string {
				return h.url + api.SMSReports + "/" + string(id) + "/" + secrets.Callback(id)
			}
		}
		senders[care.BySMS] = post.NewSMS(g)
	}
	if c.Mail != nil {
		mail, err := post.NewMail(*c.Mail)
		if err != nil {
			return fmt.Errorf("open the way of e-mails: %w", err)
		}
		senders[care.ByMail] = mail
	}
	return nil
}

// reached asks the book of visits how somebody is reached at this moment.
type reached struct {
	visits *visit.Book
	store  *store.Store
}

func (r reached) Reach(ctx context.Context, o post.Outgoing) (post.Reach, error) {
	got, err := r.visits.Reach(ctx, o.Guest.ID)
	switch {
	case err != nil && fault.Of(err).Code == "guest.uninvited" && (o.Kind == care.TellCancelled || o.Kind == ""): // that is what they hear
	case fault.Is(err, fault.Gone):
		return post.Reach{}, nil // the contact names them no more: nothing reaches them
	case err != nil:
		return post.Reach{}, err
	}
	out := post.Reach{Mobile: got.Address.Mobile, Mail: got.Address.Mail, Language: got.Language}
	if person := got.Guest.Person; person != "" {
		list, err := r.store.Subscriptions(ctx, person)
		if err != nil {
			return out, err
		}
		out.Pushes = len(list) > 0
	}
	return out, nil
}

var _ post.Outbox = (*store.Store)(nil)
var _ post.Desk = (*store.Store)(nil)
var _ post.Browsers = (*store.Store)(nil)
var _ post.Callers = (*store.Store)(nil)
