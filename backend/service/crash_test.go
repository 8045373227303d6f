package service_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/backend/jobs"
	"hearth/backend/keys"
	"hearth/backend/service"
	"hearth/backend/store"
	"hearth/backend/ticket"
	"hearth/shared/access"
	"hearth/shared/api"
	"hearth/shared/care"
)

// receiver is a service that listens, on a real address, in whatever mood it is.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	mood   int // the status it answers with; 0: it takes the message and hangs up without a word
	secret []string
	came   []string       // ids, every time
	good   map[string]int // ids it answered 2xx to
	events map[string]api.Webhook
	wrong  []string
	now    func() time.Time
	answer func(http.ResponseWriter) // instead of the mood
}

func mustReceiver(t testing.TB, now func() time.Time) *receiver {
	r := &receiver{mood: 204, good: map[string]int{}, events: map[string]api.Webhook{}, now: now}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, _ := io.ReadAll(q.Body)
	id := q.Header.Get("webhook-id")
	if err := r.verify(q.Header, body); err != nil {
		r.wrong = append(r.wrong, err.Error())
	}
	r.came = append(r.came, id)
	var e api.Webhook
	if json.Unmarshal(body, &e); r.events[id].Type != "" && fmt.Sprint(r.events[id]) != fmt.Sprint(e) {
		r.wrong = append(r.wrong, "one id, two messages")
	}
	r.events[id] = e
	switch {
	case r.answer != nil:
		r.answer(w)
	case r.mood == 0:
		panic(http.ErrAbortHandler)
	default:
		if r.mood < 300 {
			r.good[id]++
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(r.mood)
	}
}

// heard is how often something came, how often it was taken by id, and what was wrong.
func (r *receiver) heard() (came int, good map[string]int, wrong []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.came), maps.Clone(r.good), slices.Clone(r.wrong)
}

// feel sets the mood.
func (r *receiver) feel(mood int) { r.mu.Lock(); r.mood = mood; r.mu.Unlock() }

// verify does what a service does, written anew from the words of the specification.
func (r *receiver) verify(h http.Header, body []byte) error {
	stamp, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if age := r.now().Sub(time.Unix(stamp, 0)); err != nil || age < -time.Second || age > 5*time.Minute {
		return fmt.Errorf("a timestamp of %s", h.Get("webhook-timestamp"))
	}
	for _, secret := range r.secret {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			return err
		}
		m := hmac.New(sha256.New, key)
		fmt.Fprintf(m, "%s.%d.%s", h.Get("webhook-id"), stamp, body)
		want := []byte("v1," + base64.StdEncoding.EncodeToString(m.Sum(nil)))
		if slices.ContainsFunc(strings.Split(h.Get("webhook-signature"), " "), func(one string) bool { return hmac.Equal([]byte(one), want) }) {
			return nil
		}
	}
	return errors.New("no signature fits")
}

// world is two nodes on one database, a service that listens, and a clock.
type world struct {
	mu    sync.Mutex
	now   time.Time
	store *store.Store
	ring  *keys.Ring
	book  *service.Book
	root  care.Reader
	to    *receiver
	of    care.Service
	nodes []*node
}

func (w *world) Now() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now }

func (w *world) advance(d time.Duration) { w.mu.Lock(); w.now = w.now.Add(d); w.mu.Unlock() }

// node is one process: its store can die under it at any call.
type node struct {
	*store.Store
	dies   string // at which call it dies next
	worker *jobs.Worker
	first  sync.Once
	looked chan struct{} // closed at the look a worker begins with, which finds nothing
}

func (n *node) TakeJobs(ctx context.Context, kinds []jobs.Kind, now time.Time, lease time.Duration, limit int) ([]jobs.Job, error) {
	began := false
	n.first.Do(func() { began = true; close(n.looked) })
	if began {
		return nil, nil
	}
	return n.Store.TakeJobs(ctx, kinds, now, lease, limit)
}

var errDead = errors.New("the process is gone")

func (n *node) SettleDelivery(ctx context.Context, id care.DeliveryID, o service.Outcome) error {
	if n.dies == "before it is noted" || n.dies == "after it was noted" {
		if n.dies == "after it was noted" {
			n.Store.SettleDelivery(ctx, id, o)
		}
		return errDead
	}
	return n.Store.SettleDelivery(ctx, id, o)
}

func (n *node) FinishJob(ctx context.Context, j jobs.Job) error {
	if n.dies != "" {
		return errDead
	}
	return n.Store.FinishJob(ctx, j)
}

func (n *node) PutOffJob(ctx context.Context, j jobs.Job, due time.Time) error {
	if n.dies != "" {
		return errDead
	}
	return n.Store.PutOffJob(ctx, j, due)
}

func mustWorld(t testing.TB) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	ctx := context.Background()
	var err error
	if w.store, err = store.Open(ctx, store.Config{Dir: t.TempDir(), Now: w.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.store.Close() })
	master := keys.NewMaster()
	if w.ring, err = keys.Open(ctx, w.store, keys.Config{Master: &master, Now: w.Now}); err != nil {
		t.Fatal(err)
	}
	p, err := w.store.AddPerson(ctx, care.NewPerson{Name: "Ada", Login: "ada", Roles: []access.Role{access.Administrator}, At: &care.TheHouse})
	if err != nil {
		t.Fatal(err)
	}
	w.root = care.Reader{Person: p.ID, Site: p.Site, Roles: p.Roles}
	w.book = service.Open(w.store, w.ring, ticket.New(w.ring, w.store, "https://hearth.example", w.Now), w.Now)
	for range 2 {
		w.nodes = append(w.nodes, w.mustNode(t))
	}
	return w
}

func (w *world) mustNode(t testing.TB) *node {
	n := &node{Store: w.store, looked: make(chan struct{})}
	c := service.NewCourier(service.CourierConfig{Outbox: n, Ring: w.ring, Now: w.Now, Chance: func() float64 { return 0.5 },
		Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, House: "test"})
	n.worker = jobs.Open(jobs.Config{Store: n, Now: w.Now, Every: 24 * time.Hour, Handlers: map[jobs.Kind]jobs.Handler{service.WebhookJob: c.Deliver}})
	t.Cleanup(func() { n.worker.Close() })
	<-n.looked
	return n
}

// listen registers a service of a fresh receiver.
func (w *world) listen(t testing.TB) {
	w.to = mustReceiver(t, w.Now)
	text := fmt.Sprintf(`{"name":"Lab %s","scopes":["patients.read","devices.read"],"events":["patient.created","device.enabled"],"webhook":"%s/hook"}`, care.NewID[string]()[:6], w.to.URL)
	_, digest, _, err := w.book.Preview(context.Background(), w.root, care.TheHouse, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var given service.Credentials
	if w.of, given, err = w.book.Register(context.Background(), w.root, care.TheHouse, []byte(text), digest); err != nil || given.Webhook == "" || given.Client == "" {
		t.Fatal(given, err)
	}
	w.to.secret = []string{given.Webhook}
}

// leave takes the service away again.
func (w *world) leave(t testing.TB) {
	list, err := w.store.ListServices(context.Background(), w.root)
	i := slices.IndexFunc(list, func(v care.Service) bool { return v.ID == w.of.ID })
	if err == nil {
		_, err = w.store.BuryService(context.Background(), w.root, w.of.ID, list[i].Version, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.to.Close()
}

// happen makes something happen that services hear of, and returns its id.
func (w *world) happen(t testing.TB) string {
	_, project, err := w.store.Home(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	d, err := w.store.PutDevice(context.Background(), w.root, care.Device{ID: care.NewID[care.DeviceID](), Project: project, Kind: care.Tablet, Name: "T", State: care.DeviceEnabled})
	if err != nil {
		t.Fatal(err)
	}
	return string(d.ID)
}

func (w *world) look(n *node) { n.worker.Look(context.Background()) }

func (w *world) deliveries(t testing.TB) []care.Delivery {
	list, _, err := w.store.ListDeliveries(context.Background(), w.root, w.of.ID, "", care.Page{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// However two nodes and the service die, stumble and come back: what happened arrives, under one id, signed, and nothing
// else does; and what is called delivered was taken.
func TestNothingIsLost(t *testing.T) {
	w := mustWorld(t)
	rapid.Check(t, func(r *rapid.T) {
		w.listen(t)
		defer w.leave(t)
		var happened []string
		r.Repeat(map[string]func(*rapid.T){
			"": func(r *rapid.T) {
				w.to.mu.Lock()
				defer w.to.mu.Unlock()
				if len(w.to.wrong) > 0 {
					r.Fatal(w.to.wrong)
				}
			},
			"happens": func(r *rapid.T) { happened = append(happened, w.happen(t)) },
			"works":   func(r *rapid.T) { w.look(w.nodes[rapid.IntRange(0, 1).Draw(r, "node")]) },
			"both work": func(r *rapid.T) {
				var both sync.WaitGroup
				for _, n := range w.nodes {
					both.Go(func() { w.look(n) })
				}
				both.Wait()
			},
			"dies": func(r *rapid.T) {
				n := w.nodes[rapid.IntRange(0, 1).Draw(r, "node")]
				n.dies = rapid.SampledFrom([]string{"before it is noted", "after it was noted", "before it is finished"}).Draw(r, "when")
				w.look(n)
				n.dies = ""
			},
			"time passes": func(r *rapid.T) {
				w.advance(time.Duration(rapid.IntRange(1, 3*3600).Draw(r, "seconds")) * time.Second)
			},
			"mood": func(r *rapid.T) {
				w.to.mu.Lock()
				defer w.to.mu.Unlock()
				w.to.mood = rapid.SampledFrom([]int{204, 200, 500, 503, 429, 404, 400, 302, 0}).Draw(r, "mood")
			},
			"rotates": func(r *rapid.T) {
				if len(w.to.secret) > 2 {
					return
				}
				list, err := w.store.ListServices(context.Background(), w.root)
				i := slices.IndexFunc(list, func(v care.Service) bool { return v.ID == w.of.ID })
				_, given, err2 := w.book.NewWebhookSecret(context.Background(), w.root, w.of.ID, list[i].Version)
				if err != nil || err2 != nil {
					r.Fatal(err, err2)
				}
				w.to.mu.Lock()
				defer w.to.mu.Unlock()
				w.to.secret = append([]string{given.Webhook}, w.to.secret...)
			},
		})
		w.to.feel(204)
		for range 16 { // longer than the longest wait between two tries, each
			w.advance(16 * time.Hour)
			w.look(w.nodes[0])
		}
		all := w.deliveries(t)
		if len(all) != len(happened) {
			r.Fatalf("%d deliveries of %d happenings", len(all), len(happened))
		}
		told := map[string]int{}
		w.to.mu.Lock()
		defer w.to.mu.Unlock()
		for _, d := range all {
			id := "msg_" + string(d.ID)
			if d.State == care.DeliveryWaiting || d.State == care.DeliveryDelivered && w.to.good[id] == 0 || d.State == care.DeliveryGivenUp && d.Attempts < service.MostTries {
				r.Fatalf("%+v, taken %d times", d, w.to.good[id])
			}
			if w.to.good[id] > 0 {
				told[w.to.events[id].Data["device"]]++
			}
		}
		for _, id := range happened {
			if told[id] > 1 {
				r.Fatalf("%s was told under %d ids", id, told[id])
			}
		}
		if len(w.to.came) > 0 && len(w.to.events) > len(happened) {
			r.Fatalf("%d messages of %d happenings", len(w.to.events), len(happened))
		}
	})
}
