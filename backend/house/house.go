// Package house joins the rooms of the server to one house and opens its door: configuration in, a listening address
// out. Commands and end-to-end tests open the same house. It is the only room that knows the store, and it holds no
// rules of its own.
package house

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
	_ "time/tzdata" // visits are planned by the clock on the wall, on machines without the IANA database too

	"hearth/assets"
	"hearth/backend/device"
	"hearth/backend/door"
	"hearth/backend/hospital"
	"hearth/backend/identity"
	"hearth/backend/jobs"
	"hearth/backend/keys"
	"hearth/backend/post"
	"hearth/backend/provider"
	"hearth/backend/records"
	"hearth/backend/room"
	"hearth/backend/service"
	"hearth/backend/store"
	"hearth/backend/ticket"
	"hearth/backend/visit"
	"hearth/backend/web"
	"hearth/shared/api"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// Config says what house to open. The zero value of everything but Address and Dir (or Database) works.
type Config struct {
	Address  string         // to listen on, such as "localhost:8080"; port 0 picks a free one
	Dir      string         // for the database file and whatever else stays here
	Database string         // "postgres://…" instead of the file in Dir
	Master   *keys.Master   // seals the keys of the house; nil: one kept in Dir
	Public   string         // address people use, such as "https://hearth.example"; "" is http(s)://localhost:port
	Proxies  []netip.Prefix // whose X-Forwarded-For is believed
	TLS      *tls.Config    // nil: plain http, fit for this machine or behind a proxy

	Relay Relay // for pages that cannot reach each other directly

	Messages Messages // to guests of visits

	Demo    bool   // demo people with sign-in links
	LAN     bool   // the demo's links also work on the local network
	Version string // of the program

	Second bool // staff who sign in by password need a second step, unless the house's settings say otherwise

	Files     web.Files         // the pages; nil: those built into the program
	Log       *slog.Logger      // nil: silence
	Passwords identity.Cost     // zero: production
	Limits    web.Limits        // zero: web's defaults
	Outside   http.RoundTripper // to hospitals' providers; nil: the usual way
	Webhooks  []netip.Prefix    // networks webhooks may reach besides the open network
	Now       func() time.Time  // of sessions, codes and pages; nil: time.Now
}

// Links are the demo's sign-in links.
type Links struct {
	Therapist     string `json:"therapist"`
	Patient       string `json:"patient"`
	Patient2      string `json:"patient2"`
	Administrator string `json:"administrator"`
	Clerk         string `json:"clerk,omitempty"` // once Furnish was called
}

// House is an open house.
type House struct {
	config    Config
	url       string
	links     Links
	store     *store.Store
	keys      *keys.Ring
	hospitals *hospital.Service
	tickets   *ticket.Desk
	provider  *provider.Provider
	services  *service.Book
	door      *door.Book
	records   *records.Book
	identity  *identity.Service
	hub       *room.Hub
	visits    *visit.Book
	post      *post.Office
	later     *web.Later
	jobs      *jobs.Worker
	couriers  []*jobs.Worker // bring webhooks, beside the other duties and each other: whoever they go to may be slow
	relay     relay
	health    *health
	server    *http.Server
	served    chan struct{} // closed when the server has stopped listening
	close     func(context.Context) error
}

// Open opens everything in order, and closes what was open when something cannot be. Errors that an operator can do
// something about carry a fault.
func Open(ctx context.Context, c Config) (*House, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	h := &House{config: c, served: make(chan struct{})}
	var once sync.Once
	var closing error
	h.close = func(ctx context.Context) error {
		once.Do(func() { closing = h.shut(ctx) })
		return closing
	}
	if err := h.open(ctx); err != nil {
		close(h.served)
		h.close(ctx)
		return nil, err
	}
	return h, nil
}

func (h *House) open(ctx context.Context) error {
	c := h.config
	listener, err := net.Listen("tcp", c.Address)
	if err != nil {
		return listening(c.Address, err)
	}
	err = h.openRooms(ctx, listener)
	if err != nil {
		listener.Close()
		return err
	}
	if c.TLS != nil {
		listener = tls.NewListener(listener, c.TLS)
	}
	go func() {
		defer close(h.served)
		if err := h.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			c.Log.Error("the door fell shut", "error", err)
		}
	}()
	return nil
}

// openRooms opens every room behind the door.
func (h *House) openRooms(ctx context.Context, listener net.Listener) (err error) {
	c := h.config
	if err := writable(c); err != nil {
		return err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	h.url = c.address(port)
	if h.store, err = store.Open(ctx, store.Config{URL: c.Database, Dir: c.Dir, Now: c.Now, NoRelay: c.Relay.Off}); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	if err := h.settle(ctx); err != nil {
		return fmt.Errorf("see whose database it is: %w", err)
	}
	if h.keys, err = keys.Open(ctx, h.store, keys.Config{Master: c.Master, Dir: c.Dir, Now: c.Now, Log: c.Log}); err != nil {
		return fmt.Errorf("open the keys: %w", err)
	}
	h.tickets = ticket.New(h.keys, h.store, h.url, c.Now)
	h.provider = provider.New(provider.Config{Issuer: h.url, Store: h.store, Ring: h.keys, Tickets: h.tickets, Now: c.Now})
	h.services = service.Open(h.store, h.keys, h.tickets, c.Now)
	h.records = records.Open(h.store, h.keys, c.Now)
	h.door = door.Open(h.store, h.keys, h.records, byItself(""), h.url, c.Now)
	address := web.Client(c.Proxies)
	passes := newPasses()
	h.hospitals = hospital.Open(h.store, h.keys, hospital.Config{URL: h.url, Path: api.HospitalPage, Secure: c.secure(), Plain: !c.secure(), Outside: c.Outside, Now: c.Now})
	if h.identity, err = identity.Open(ctx, h.store, identity.Config{Secure: c.secure(), Demo: c.Demo, DemoLAN: c.LAN,
		Address: address, Whence: web.Whence(c.Proxies), Passwords: c.Passwords, Passkeys: passkeys(h.url), Second: c.Second, Issuer: c.host(), Sealer: h.keys, Now: c.Now, Beside: h.beside, Left: h.left, Ended: func(ctx context.Context, who identity.Who) {
			rooms{Hub: h.hub, passes: passes}.SignedOut(ctx, web.Session(who)) // the hub is there before anybody can sign in
		}}); err != nil {
		return fmt.Errorf("open identity: %w", err)
	}
	if h.relay, err = openRelay(ctx, c, h.store, passes.valid); err != nil {
		return fmt.Errorf("open the relay: %w", err)
	}
	h.health = openHealth(h.relay, c.TLS, c.Log)
	files := c.Files
	if files == nil {
		files = assets.Open()
	}
	if !files.Built() {
		c.Log.Warn("this house has no pages yet: make wasm builds them; then build and start it again")
	}
	if h.hub, err = room.Open(room.Config{House: rules{h.store, h.relay, passes, []byte(rand.Text()), func() *visit.Book { return h.visits }}, Origins: c.origins(port), Build: files.Version(), Log: c.Log}); err != nil {
		return fmt.Errorf("open the rooms: %w", err)
	}
	h.visits = visit.Open(visit.Config{Store: h.store, Contacts: h.records, Ring: h.keys, Rooms: h.hub, House: byItself(""), Now: c.Now, Log: c.Log})
	h.later = web.OpenLater()
	if err := h.openPost(ctx); err != nil {
		return fmt.Errorf("open the office of messages: %w", err)
	}
	if err := h.duties(ctx); err != nil {
		return fmt.Errorf("begin the daily duties: %w", err)
	}
	if c.Demo {
		if h.links, err = h.people(ctx); err != nil {
			return fmt.Errorf("invite the demo's people: %w", err)
		}
	}
	h.server = &http.Server{
		Handler: web.New(web.Config{URL: h.url, Secure: c.secure(), Lasting: c.secure() && !c.LAN, Demo: c.Demo, Hosts: c.hosts(), Address: address, Limits: c.Limits, Log: c.Log, Now: c.Now, Bearer: h.bearer, Anew: h.anew, Later: h.later.Do, Provider: h.provider,
			Files: files, Identity: h.identity, Store: h.store, Records: h.records, Visits: h.visits, Messages: h.post, Rooms: rooms{h.hub, passes, h.identity, address, h.endPrograms}, Hospitals: h.hospitals, Devices: device.Open(h.store, h.tickets, c.Now), Services: h.services, Door: h.door, Health: h.health, Version: c.Version}),
		ErrorLog: slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug),
	}
	web.Harden(h.server)
	return nil
}

// URL is the address of the house, without a slash at its end.
func (h *House) URL() string { return h.url }

// Links are the demo's sign-in links; empty outside the demo. Each works as often as wanted.
func (h *House) Links() Links { return h.links }

// SetUpCode returns a fresh code for the first administrator, "" when there is one.
func (h *House) SetUpCode(ctx context.Context) (string, error) { return h.identity.SetUpCode(ctx) }

// Done is closed when the house no longer listens, be it closed or fallen.
func (h *House) Done() <-chan struct{} { return h.served }

// Close tells the live sockets to come back later, lets running requests finish until ctx ends, and closes every room.
// It may be called twice.
func (h *House) Close(ctx context.Context) error { return h.close(ctx) }

func (h *House) shut(ctx context.Context) error {
	var errs []error
	if h.server != nil {
		stopped := make(chan error, 1)
		go func() { stopped <- h.server.Shutdown(ctx) }() // stops listening at once, then waits for requests
		if h.hub != nil {
			errs = append(errs, h.hub.Close())
		}
		if err := <-stopped; err != nil {
			errs = append(errs, h.server.Close())
		}
		<-h.served
	} else if h.hub != nil {
		errs = append(errs, h.hub.Close())
	}
	if h.later != nil {
		errs = append(errs, h.later.Close())
	}
	if h.jobs != nil {
		errs = append(errs, h.jobs.Close())
	}
	for _, c := range h.couriers {
		errs = append(errs, c.Close())
	}
	if h.visits != nil {
		errs = append(errs, h.visits.Close())
	}
	if h.health != nil {
		errs = append(errs, h.health.Close())
	}
	if h.relay != nil {
		errs = append(errs, h.relay.Close())
	}
	if h.identity != nil {
		errs = append(errs, h.identity.Close())
	}
	if h.keys != nil {
		errs = append(errs, h.keys.Close())
	}
	if h.store != nil {
		errs = append(errs, h.store.Close())
	}
	return errors.Join(errs...)
}

// Sentence says an error of Open in words for whoever started the program, English like every line of a terminal here.
func Sentence(err error) string {
	var f *fault.Error
	book := catalogue.Load(words.English)
	if !errors.As(err, &f) || !book.Has("fault."+f.Code) {
		return err.Error()
	}
	var pairs []string
	for k, v := range f.Args {
		pairs = append(pairs, k, v)
	}
	return book.Say("fault."+f.Code, pairs...)
}

// grace is how long a house waits for its requests when nobody says.
const grace = 10 * time.Second

// Shut closes the house within the usual grace.
func (h *House) Shut() error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return h.Close(ctx)
}

var _ identity.Store = (*store.Store)(nil)
var _ keys.Store = (*store.Store)(nil)
var _ ticket.Store = (*store.Store)(nil)
var _ device.Store = (*store.Store)(nil)
var _ hospital.Store = (*store.Store)(nil)
var _ provider.Store = (*store.Store)(nil)
var _ web.Store = (*store.Store)(nil)
var _ records.Store = (*store.Store)(nil)
var _ visit.Store = (*store.Store)(nil)
var _ service.Store = (*store.Store)(nil)
var _ service.Outbox = (*store.Store)(nil)
