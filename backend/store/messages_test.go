package store

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/backend/jobs"
	"hearth/backend/keys"
	"hearth/backend/post"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// carrier is a provider of SMS on a real address, in whatever mood it is. It takes every request it takes as a new message:
// that is what makes sending twice a second message on somebody's telephone. Only where it was promised to take one once it does.
type carrier struct {
	*httptest.Server
	now func() time.Time

	mu    sync.Mutex
	mood  string
	taken map[string][]time.Time // by message
	texts map[string]string
}

func mustCarrier(t testing.TB, now func() time.Time) *carrier {
	c := &carrier{now: now}
	c.reset()
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *carrier) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mood, c.taken, c.texts = "fine", map[string][]time.Time{}, map[string]string{}
}

const onceHeader = "Idempotency-Key"

var moods = []string{"fine", "fine", "fine", "refuses", "busy", "away", "broken, taken", "broken, not taken", "hangs up, taken", "hangs up, not taken"}

func (c *carrier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.ParseForm()
	c.mu.Lock()
	defer c.mu.Unlock()
	take := func() {
		if r.Header.Get(onceHeader) != "" && len(c.taken[r.PostForm.Get("id")]) > 0 {
			return
		}
		c.taken[r.PostForm.Get("id")] = append(c.taken[r.PostForm.Get("id")], c.now())
		c.texts[r.PostForm.Get("id")] = r.PostForm.Get("text")
	}
	if strings.HasSuffix(c.mood, ", taken") {
		take()
	}
	switch {
	case c.mood == "fine":
		take()
		io.WriteString(w, `{"id":"p-`+r.PostForm.Get("id")+`"}`)
	case c.mood == "refuses":
		w.WriteHeader(400)
	case c.mood == "busy":
		w.WriteHeader(429)
	case c.mood == "away":
		w.WriteHeader(503)
	case strings.HasPrefix(c.mood, "broken"):
		w.WriteHeader(500)
	default:
		panic(http.ErrAbortHandler)
	}
}

func (c *carrier) feel(mood string) { c.mu.Lock(); c.mood = mood; c.mu.Unlock() }

func (c *carrier) took(id care.MessageID) []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.taken[string(id)])
}

// phones is how everybody is reached in these tests.
type phones struct {
	mu       sync.Mutex
	mail     string
	none     bool
	noMobile bool

	reads    int    // of addresses
	fails    int    // the read that finds no store
	reaching func() // happens once, after an address was read
}

func (p *phones) Reach(context.Context, post.Outgoing) (post.Reach, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads++
	if p.reads == p.fails {
		return post.Reach{}, fault.New(fault.Unavailable, "store", nil)
	}
	if p.reaching != nil {
		p.reaching()
		p.reaching = nil
	}
	if p.none {
		return post.Reach{}, nil
	}
	if p.noMobile {
		return post.Reach{Mail: p.mail, Language: "de"}, nil
	}
	return post.Reach{Mobile: "+491751234567", Mail: p.mail, Language: "de"}, nil
}

// writes gives everybody an e-mail address from now on, or none.
func (p *phones) writes(mail string) { p.mu.Lock(); p.mail = mail; p.mu.Unlock() }

func (p *phones) MintLink(_ context.Context, guest care.GuestID) (string, error) {
	return "https://h.example/i/" + string(guest), nil
}

// postNode is one process: its store can die under it at any call.
type postNode struct {
	*Store
	dies   string
	worker *jobs.Worker
	first  sync.Once
	looked chan struct{}
}

var errGone = errors.New("the process is gone")

func (n *postNode) TakeJobs(ctx context.Context, kinds []jobs.Kind, now time.Time, lease time.Duration, limit int) ([]jobs.Job, error) {
	began := false
	n.first.Do(func() { began = true; close(n.looked) })
	if began {
		return nil, nil
	}
	return n.Store.TakeJobs(ctx, kinds, now, lease, limit)
}

func (n *postNode) BeginMessage(ctx context.Context, id care.MessageID, b post.Begun) (bool, error) {
	switch n.dies {
	case "before it begins":
		return false, errGone
	case "after it began":
		n.Store.BeginMessage(ctx, id, b)
		return false, errGone
	}
	return n.Store.BeginMessage(ctx, id, b)
}

func (n *postNode) SettleMessage(ctx context.Context, id care.MessageID, o post.Outcome) error {
	switch n.dies {
	case "before it is noted", "before it falls back", "after it fell back":
		return errGone
	case "after it was noted":
		n.Store.SettleMessage(ctx, id, o)
		return errGone
	}
	return n.Store.SettleMessage(ctx, id, o)
}

func (n *postNode) FallBack(ctx context.Context, id care.MessageID, channel care.Channel) error {
	switch n.dies {
	case "before it falls back":
		return errGone
	case "after it fell back":
		n.Store.FallBack(ctx, id, channel)
		return errGone
	}
	return n.Store.FallBack(ctx, id, channel)
}

func (n *postNode) FinishJob(ctx context.Context, j jobs.Job) error {
	if n.dies != "" {
		return errGone
	}
	return n.Store.FinishJob(ctx, j)
}

func (n *postNode) PutOffJob(ctx context.Context, j jobs.Job, due time.Time) error {
	if n.dies != "" {
		return errGone
	}
	return n.Store.PutOffJob(ctx, j, due)
}

// texter sends by SMS to a provider that promises to take a message once, or not to.
type texter struct {
	w           *postWorld
	once, plain *post.SMS
}

func (x texter) now() *post.SMS {
	if x.w.once {
		return x.once
	}
	return x.plain
}

func (x texter) Send(ctx context.Context, l post.Letter) post.Answer { return x.now().Send(ctx, l) }
func (x texter) Repeats() bool                                       { return x.now().Repeats() }

// postWorld is two nodes on one database, a provider, and a clock.
type postWorld struct {
	clinic
	sms    *carrier
	shelf  *post.Shelf
	phones *phones
	nodes  []*postNode
	once   bool // the provider of SMS takes a message once; changed while no node works

	secrets *post.Secrets
}

func mustPost(t testing.TB, c clinic) *postWorld {
	t.Helper()
	w := &postWorld{clinic: c, sms: mustCarrier(t, c.clock.Now), shelf: post.NewShelf(c.clock.Now, ""), phones: &phones{}}
	master := keys.NewMaster()
	ring, err := keys.Open(t.Context(), c.Store, keys.Config{Master: &master, Now: c.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ring.Close() })
	secrets, err := post.OpenSecrets(t.Context(), c.Store, ring)
	if err != nil {
		t.Fatal(err)
	}
	w.secrets = secrets
	gateway := post.Gateway{URL: w.sms.URL, ID: "id", Form: [][2]string{{"to", "{to}"}, {"id", "{id}"}, {"text", "{text}"}}}
	texts := texter{w: w, plain: post.NewSMS(gateway)}
	gateway.Once = onceHeader
	texts.once = post.NewSMS(gateway)
	for range 2 {
		n := &postNode{Store: c.Store, looked: make(chan struct{})}
		courier := post.NewCourier(post.Config{Outbox: n, Links: w.phones, Reached: w.phones, Secrets: secrets, Host: "h.example", URL: "https://h.example", Now: c.clock.Now,
			Senders: map[care.Channel]post.Sender{care.ByMail: w.shelf.Sender(care.ByMail), care.BySMS: texts}})
		n.worker = jobs.Open(jobs.Config{Store: n, Now: c.clock.Now, Every: 24 * time.Hour, Handlers: map[jobs.Kind]jobs.Handler{post.Job: courier.Deliver}})
		t.Cleanup(func() { n.worker.Close() })
		<-n.looked
		w.nodes = append(w.nodes, n)
	}
	return w
}

func (w *postWorld) look() {
	for _, n := range w.nodes {
		n.worker.Look(context.Background())
	}
}

func (w *postWorld) mustMessages(t testing.TB, id care.VisitID) []care.Message {
	t.Helper()
	list, _, _, err := w.ListMessages(context.Background(), byItself, id)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// told is what became of each kind, in the order of their making.
func told(list []care.Message) string {
	var all []string
	for _, m := range list {
		s := string(m.Kind) + " " + string(m.State)
		if m.Reason != "" {
			s += " " + m.Reason
		}
		all = append(all, s)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func (c clinic) ahead(d time.Duration, guests ...care.NewGuest) care.NewVisit {
	n := c.soon(guests...)
	n.Local = c.clock.Now().Add(d).Format(care.LocalLayout)
	return n
}

// A visit's messages come when they are due, say what is true then, and are one each, whatever is asked twice.
func TestMessagesOfAVisit(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		w := mustPost(t, c)
		ctx := t.Context()
		wants := func(id care.VisitID, want string) {
			t.Helper()
			w.look()
			if got := told(w.mustMessages(t, id)); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		n := c.ahead(72*time.Hour, newGuest(care.AsPatient))
		v := c.mustBook(t, c.ana, n)
		wants(v.ID, "day-before queued, invitation sent, soon queued")
		c.mustBook(t, c.ana, n)
		wants(v.ID, "day-before queued, invitation sent, soon queued")
		list := w.mustMessages(t, v.ID)
		for _, m := range list {
			if m.Kind == care.TellInvitation && (m.Ends != "67" || m.Language != "de" || m.Channel != care.BySMS || m.Provider != "p-"+string(m.ID) || strings.Contains(w.sms.texts[string(m.ID)], "http")) {
				t.Errorf("the invitation is %+v: %s", m, w.sms.texts[string(m.ID)])
			}
		}
		moved := c.clock.Now().Add(96 * time.Hour).Format(care.LocalLayout)
		if v, err := c.PatchVisit(ctx, c.ana, v.ID, care.VisitPatch{Version: v.Version, Local: &moved}); err != nil || v.Told != 1 {
			t.Fatal(v, err)
		}
		wants(v.ID, "changed sent, day-before cancelled moved, day-before queued, invitation sent, soon cancelled moved, soon queued")
		c.clock.Advance(72 * time.Hour)
		wants(v.ID, "changed sent, day-before cancelled moved, day-before sent, invitation sent, soon cancelled moved, soon queued")
		c.clock.Advance(24*time.Hour - 10*time.Minute)
		wants(v.ID, "changed sent, day-before cancelled moved, day-before sent, invitation sent, soon cancelled moved, soon sent")
		for _, m := range w.mustMessages(t, v.ID) {
			if m.Kind == care.TellSoon && m.State == care.MessageSent && !strings.HasSuffix(w.sms.texts[string(m.ID)], "https://h.example/i/"+string(m.Guest)) {
				t.Errorf("the link's message says %s", w.sms.texts[string(m.ID)])
			}
		}
		for _, minutes := range []int{10, 20, 10} {
			if _, err := c.LateVisit(ctx, c.ana, v.ID, minutes); err != nil {
				t.Fatal(err)
			}
			c.clock.Advance(time.Second)
			w.look()
		}
		wants(v.ID, "changed sent, day-before cancelled moved, day-before sent, invitation sent, late cancelled moved, late cancelled moved, late queued, soon cancelled moved, soon sent")
		c.clock.Advance(20 * time.Second)
		wants(v.ID, "changed sent, day-before cancelled moved, day-before sent, invitation sent, late cancelled moved, late cancelled moved, late sent, soon cancelled moved, soon sent")
		if m, err := c.SendLinkAgain(ctx, c.ana, v.ID, v.Guests[0].ID, false); err != nil || m.State != care.MessageQueued {
			t.Fatal(m, err)
		}
		if _, err := c.SendLinkAgain(ctx, c.ana, v.ID, v.Guests[0].ID, false); !fault.Is(err, fault.TooMany) {
			t.Errorf("again at once: %v", err)
		}
		if _, err := c.SendLinkAgain(ctx, c.ben, v.ID, v.Guests[0].ID, false); !fault.Is(err, fault.NotFound) {
			t.Errorf("by who may not: %v", err)
		}
		wants(v.ID, "again sent, changed sent, day-before cancelled moved, day-before sent, invitation sent, late cancelled moved, late cancelled moved, late sent, soon cancelled moved, soon sent")
	})
}

// What is called off is told to whom it was told, and to nobody else; a missed reminder is not sent when it makes no sense.
func TestMessagesCalledOff(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		w := mustPost(t, c)
		ctx := t.Context()
		unheard := c.mustBook(t, c.ana, c.ahead(48*time.Hour, newGuest(care.AsPatient)))
		if _, err := c.CancelVisit(ctx, c.ana, unheard.ID, unheard.Version); err != nil {
			t.Fatal(err)
		}
		mother := newGuest(care.AsRelative)
		mother.Relation = "mother"
		heard := c.mustBook(t, c.ana, c.ahead(48*time.Hour, newGuest(care.AsPatient), mother))
		w.look()
		c.mustStep(t, c.ana, heard.ID, mother.ID, care.Uninvite)
		w.look()
		heard, err := c.Visit(ctx, c.ana, heard.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.CancelVisit(ctx, c.ana, heard.ID, heard.Version); err != nil {
			t.Fatal(err)
		}
		w.look()
		if got := told(w.mustMessages(t, unheard.ID)); got != "day-before cancelled closed, invitation cancelled closed, soon cancelled closed" {
			t.Error("unheard: ", got)
		}
		one := "cancelled sent, cancelled sent, day-before cancelled closed, day-before cancelled closed, invitation sent, invitation sent, soon cancelled closed, soon cancelled closed"
		if got := told(w.mustMessages(t, heard.ID)); got != one {
			t.Error("heard: ", got)
		}
		missed := c.mustBook(t, c.ana, c.ahead(48*time.Hour, newGuest(care.AsPatient)))
		c.clock.Advance(48*time.Hour + 10*time.Minute) // nobody worked; ten minutes into it
		w.look()
		if got := told(w.mustMessages(t, missed.ID)); got != "day-before cancelled late, invitation cancelled late, soon sent" {
			t.Error("missed: ", got)
		}
		over := c.mustBook(t, c.ana, c.ahead(48*time.Hour, newGuest(care.AsPatient)))
		c.clock.Advance(50 * time.Hour)
		w.look()
		if got := told(w.mustMessages(t, over.ID)); got != "day-before cancelled late, invitation cancelled late, soon cancelled late" {
			t.Error("over: ", got)
		}
	})
}

// A number that wants no messages gets none; where there is an e-mail, that gets it instead. Without any address staff see so.
func TestMessagesUnwanted(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		w := mustPost(t, c)
		ctx := t.Context()
		hash := w.secrets.Hash(care.BySMS, "+491751234567")
		if err := c.PutOptOut(ctx, care.BySMS, hash, "answer", "", true); err != nil {
			t.Fatal(err)
		}
		if err := c.PutOptOut(ctx, care.BySMS, hash, "staff", c.ana.Person, true); err != nil {
			t.Fatal(err)
		}
		v := c.mustBook(t, c.ana, c.ahead(time.Minute, newGuest(care.AsPatient)))
		w.phones.mail = "guest@home.example"
		w.look()
		if got := told(w.mustMessages(t, v.ID)); got != "soon opted-out, soon sent" || len(w.sms.taken) != 0 {
			t.Error(got, w.sms.taken)
		}
		wantFault(t, c.PutOptOut(ctx, care.BySMS, hash, "staff", c.ana.Person, false), fault.Conflict, "message.own-stop")
		if err := c.PutOptOut(ctx, care.BySMS, hash, "answer", "", false); err != nil {
			t.Fatal(err)
		}
		for _, out := range []bool{true, false} {
			if err := c.PutOptOut(ctx, care.BySMS, hash, "staff", c.ana.Person, out); err != nil {
				t.Fatal(err)
			}
		}
		w.phones.mail, w.phones.none = "", true
		v = c.mustBook(t, c.ana, c.ahead(time.Minute, newGuest(care.AsPatient)))
		w.look()
		if got := told(w.mustMessages(t, v.ID)); got != "soon failed no-address" {
			t.Error(got)
		}
	})
}

// Reports settle what was sent and what was unknown, in whatever order they come, and nothing else.
func TestReportsOfMessages(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		w := mustPost(t, c)
		ctx := t.Context()
		one := func(mood string) care.Message {
			w.sms.feel(mood)
			v := c.mustBook(t, c.ana, c.ahead(time.Minute, newGuest(care.AsPatient)))
			w.look()
			return w.mustMessages(t, v.ID)[0]
		}
		report := func(m care.Message, r post.Report, want string) {
			t.Helper()
			if got, err := c.ReportMessage(ctx, r); err != nil || want != "" && got.ID != m.ID {
				t.Fatal(got, err)
			}
			if got := told(w.mustMessages(t, m.Visit)); want != "" && got != want {
				t.Errorf("after %+v: %s, want %s", r, got, want)
			}
		}
		m := one("fine")
		report(m, post.Report{Provider: m.Provider, State: care.MessageDelivered}, "soon delivered")
		report(m, post.Report{Provider: m.Provider, State: care.MessageFailed}, "soon delivered")
		m = one("hangs up, taken")
		if m.State != care.MessageUnknown {
			t.Fatalf("%+v", m)
		}
		report(m, post.Report{Message: m.ID, Provider: "p9", State: care.MessageDelivered}, "soon delivered")
		m = one("fine")
		report(m, post.Report{Message: m.ID, Provider: "another", State: care.MessageFailed}, "soon sent")
		report(m, post.Report{Message: m.ID, Provider: m.Provider, State: care.MessageFailed}, "soon failed undelivered")
		report(m, post.Report{Provider: "nobody's", State: care.MessageFailed}, "")
		report(m, post.Report{Message: care.NewID[care.MessageID](), State: care.MessageFailed}, "")
	})
}

// However two nodes and the provider die, stumble and come back: no telephone rings twice for one message, nothing is sent
// that makes no sense any more, everything ends in a state, and what is called sent was taken.
func TestNoMessageTwice(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		w := mustPost(t, c)
		ctx := context.Background()
		rapid.Check(t, func(r *rapid.T) {
			w.sms.reset()
			w.once = rapid.Bool().Draw(r, "the provider takes one once")
			w.phones.writes(rapid.SampledFrom([]string{"", "guest@home.example"}).Draw(r, "mail"))
			var visits []care.VisitID
			starts := map[care.VisitID][]care.Visit{} // every time a visit was to be
			note := func(v care.Planned) { starts[v.ID] = append(starts[v.ID], v.Visit) }
			pick := func() (care.Planned, bool) {
				if len(visits) == 0 {
					return care.Planned{}, false
				}
				v, err := c.Visit(ctx, c.ana, rapid.SampledFrom(visits).Draw(r, "visit"))
				if err != nil {
					r.Fatal(err)
				}
				return v, v.State == care.Booked && c.clock.Now().Before(v.End)
			}
			r.Repeat(map[string]func(*rapid.T){
				"book": func(r *rapid.T) {
					n := c.ahead(time.Duration(rapid.IntRange(-5, 60*60).Draw(r, "minutes"))*time.Minute, newGuest(care.AsPatient))
					if v, err := c.BookVisit(ctx, c.ana, n); err == nil {
						visits = append(visits, v.ID)
						note(v)
					}
				},
				"move": func(r *rapid.T) {
					v, ok := pick()
					if !ok {
						return
					}
					local := c.clock.Now().Add(time.Duration(rapid.IntRange(1, 60*60).Draw(r, "minutes")) * time.Minute).Format(care.LocalLayout)
					if v, err := c.PatchVisit(ctx, c.ana, v.ID, care.VisitPatch{Version: v.Version, Local: &local}); err == nil {
						note(v)
					}
				},
				"cancel": func(r *rapid.T) {
					if v, ok := pick(); ok {
						c.CancelVisit(ctx, c.ana, v.ID, v.Version)
					}
				},
				"late": func(r *rapid.T) {
					if v, ok := pick(); ok {
						c.LateVisit(ctx, c.ana, v.ID, rapid.IntRange(0, 30).Draw(r, "late"))
					}
				},
				"again": func(r *rapid.T) {
					if v, ok := pick(); ok {
						c.SendLinkAgain(ctx, c.ana, v.ID, v.Guests[0].ID, rapid.Bool().Draw(r, "only"))
					}
				},
				"works": func(r *rapid.T) { w.nodes[rapid.IntRange(0, 1).Draw(r, "node")].worker.Look(ctx) },
				"both work": func(r *rapid.T) {
					var both sync.WaitGroup
					for _, n := range w.nodes {
						both.Go(func() { n.worker.Look(ctx) })
					}
					both.Wait()
				},
				"dies": func(r *rapid.T) {
					n := w.nodes[rapid.IntRange(0, 1).Draw(r, "node")]
					n.dies = rapid.SampledFrom([]string{"before it begins", "after it began", "before it falls back", "after it fell back", "before it is noted", "after it was noted", "before it is finished"}).Draw(r, "when")
					n.worker.Look(ctx)
					n.dies = ""
				},
				"time passes": func(r *rapid.T) {
					c.clock.Advance(time.Duration(rapid.SampledFrom([]int{20, 70, 600, 3600, 20 * 3600}).Draw(r, "seconds")) * time.Second)
				},
				"mood": func(r *rapid.T) { w.sms.feel(rapid.SampledFrom(moods).Draw(r, "mood")) },
			})
			w.sms.feel("fine")
			for range 50 { // past every visit
				c.clock.Advance(2 * time.Hour)
				w.look()
			}
			for _, id := range visits {
				v, err := c.Visit(ctx, c.ana, id)
				if err != nil {
					r.Fatal(err)
				}
				list := w.mustMessages(t, id)
				for _, m := range list {
					w.judge(r, m, starts[id])
				}
				w.judgeWays(r, list, v.Visit, starts[id])
			}
		})
	})
}

// judge holds one message against what its provider took.
func (w *postWorld) judge(r *rapid.T, m care.Message, times []care.Visit) {
	took := w.sms.took(m.ID)
	if m.Channel == care.ByMail { // of a shelf, which takes a message once
		for _, one := range w.shelf.All() {
			if one.ID == m.ID {
				took = append(took, one.At)
			}
		}
		if m.State == care.MessageSent && len(took) == 0 { // it holds the newest alone
			return
		}
	}
	switch {
	case len(took) > 1:
		r.Fatalf("%s of %s was taken %d times", m.Kind, m.Visit, len(took))
	case !m.State.Over():
		r.Fatalf("%+v is not settled", m)
	case m.State == care.MessageSent && len(took) == 0:
		r.Fatalf("%+v is called sent and was not taken", m)
	case len(took) == 1 && m.State != care.MessageSent && m.State != care.MessageUnknown && !(w.once && m.State == care.MessageFailed): // the first try went, the second was refused
		r.Fatalf("%+v was taken", m)
	}
	if len(took) == 0 {
		return
	}
	sound := slices.ContainsFunc(times, func(t care.Visit) bool {
		last := t.End.Add(30 * time.Minute)
		if m.Kind == care.TellInvitation || m.Kind == care.TellDayBefore || m.Kind == care.TellChanged {
			last = t.Start
		} else if m.Kind == care.TellAgain {
			last = last.Add(care.LinkAfter)
		}
		return took[0].Before(last)
	})
	if !sound {
		r.Fatalf("%s was sent at %s of a visit that was to be %+v", m.Kind, took[0], times)
	}
}

// judgeWays holds the messages about one visit against each other: one about an occasion by each way, and a link nobody knows the
// whereabouts of went by e-mail too, where there is one.
func (w *postWorld) judgeWays(r *rapid.T, list []care.Message, v care.Visit, times []care.Visit) {
	type way struct {
		guest    care.GuestID
		kind     care.MessageKind
		occasion string
		channel  care.Channel
	}
	all := map[way]care.Message{}
	went, off := false, false // something may be there, and that it is off is said
	for _, m := range list {
		took := w.sms.took(m.ID)
		went = went || m.Kind != care.TellCancelled && len(took) > 0
		off = off || m.Kind == care.TellCancelled
	}
	if v.State == care.Cancelled && went && !off {
		r.Fatalf("%s is cancelled, and who was told of it is not told so: %+v", v.ID, list)
	}
	for _, m := range list {
		k := way{m.Guest, m.Kind, m.Occasion, m.Channel}
		if _, there := all[k]; there {
			r.Fatalf("%s is there twice by %q", m.Kind, m.Channel)
		}
		all[k] = m
	}
	for k, m := range all {
		_, there := all[way{k.guest, k.kind, k.occasion, care.ByMail}]
		switch stays := len(times) == 1 && v.State == care.Booked && m.Settled.Before(v.End); {
		case k.channel == care.BySMS && there && w.phones.mail == "":
			r.Fatalf("%s went to no address", m.Kind)
		case k.channel != care.BySMS || !m.Kind.Links() || w.phones.mail == "" || !stays || m.State != care.MessageUnknown:
		case !there: // what became of it is judged by itself
			r.Fatalf("%+v, and nothing by e-mail", m)
		}
	}
}
