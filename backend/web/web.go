// Package web is the house's front: every address a browser or a program may ask for, who may ask it, and how an answer
// is dressed. A handler reads, asks another room, and answers; web itself never stores anything, never measures, and
// never lets a request in whose asker was not settled first.
//
// # The way of a request
//
// Outermost stand the log and the net under a panic, then the refusal of foreign hosts and foreign origins, the limit
// per address, and the security headers. Then the mux finds the route. Operations of the interface pass one gate
// (gate.go) that settles who asks and whether they may, before the path, the body or any header is looked at.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"hearth/assets"
	"hearth/backend/door"
	"hearth/backend/identity"
	"hearth/backend/post"
	"hearth/backend/provider"
	"hearth/backend/records"
	"hearth/backend/service"
	"hearth/backend/visit"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
)

// Config says how the house is reached and what stands behind the front.
type Config struct {
	URL     string                           // of the house, as people reach it, without a slash at its end
	Secure  bool                             // served over https
	Lasting bool                             // https with a certificate that stays: browsers may insist on it (HSTS)
	Demo    bool                             // the demo's pages exist
	Hosts   func(host string) bool           // whether a Host header (without port) is ours; nil: any
	Address func(r *http.Request) netip.Addr // the client's address, proxies considered; nil: r.RemoteAddr
	Limits  Limits                           // zero: DefaultLimits
	Log     *slog.Logger                     // nil: silence
	Now     func() time.Time                 // nil: time.Now

	Provider *provider.Provider // for programs people sign in to through the house; nil: none

	// Anew has a guest sent their link once more because they asked for it; nil: nobody is.
	Anew func(ctx context.Context, visit care.VisitID, guest care.GuestID) error
	// Later has something done after its request was answered; false: too much waits. Nil: it is done at once.
	Later func(do func(context.Context)) bool

	Bearer func(ctx context.Context, token string) (identity.Who, error) // whose a token is; nil: nobody's

	Files     Files
	Identity  *identity.Service
	Store     Store
	Records   *records.Book
	Rooms     Rooms
	Hospitals Hospitals
	Devices   Devices
	Services  *service.Book
	Visits    *visit.Book
	Door      *door.Book
	Messages  *post.Office
	Health    Health // nil: there is no relay
	Version   string // of the program
}

// Health tells how the relay and the certificates are.
type Health interface {
	Relay() api.Relay                   // what the last test found
	Test(ctx context.Context) api.Relay // tests now
	Certificate() time.Time             // when the house's certificate ends; zero: it has none
}

// relayOff is what the last test found where there is no relay.
const relayOff = "relay.off"

// unwatched is a house without a relay and without a certificate.
type unwatched struct{}

func (unwatched) Relay() api.Relay                 { return api.Relay{Code: relayOff, Ways: []api.RelayWay{}} }
func (u unwatched) Test(context.Context) api.Relay { return u.Relay() }
func (unwatched) Certificate() time.Time           { return time.Time{} }

// Files serves what is the same for everybody; package assets is one.
type Files interface {
	http.Handler
	Built() bool                          // the portals' programs are there
	URL(name string) string               // hashed address
	Version() string                      // of the pages
	Program(portal string) assets.Program // that holds its pages
}

// Rooms is what web tells the live rooms: that stored data changed, and that somebody's standing must be looked at
// again. Every call comes after the change is stored, and none waits for a slow page.
type Rooms interface {
	// Serve answers a request for the live socket. Who asks and the origin are settled.
	Serve(w http.ResponseWriter, r *http.Request, who identity.Who)
	// TurnAway takes the socket only to say why not: a browser shows a page no other answer.
	TurnAway(w http.ResponseWriter, r *http.Request, code string)
	// Changed tells the pages in a room to read something again.
	Changed(ctx context.Context, room live.RoomID, note live.DataNote)
	// Recheck follows a change of permissions or assignments of a patient, with the therapists concerned.
	Recheck(ctx context.Context, patient care.PatientID, people ...care.PersonID)
	// LookAgain follows what may have changed for many at once: a place that is hidden or brought back, a rule about
	// signing in.
	LookAgain(ctx context.Context)
	// Withdraw follows the disabling of a person.
	Withdraw(ctx context.Context, person care.PersonID)
	// SignedOut follows the end of one session, see Session.
	SignedOut(ctx context.Context, session string)
	// SignedOutEverywhere follows the end of every session of a person but one ("" for all).
	SignedOutEverywhere(ctx context.Context, person care.PersonID, but string)
	// Pages counts the open live sockets.
	Pages() int
	// Near reports whether another guest who was let in has a page in the same household as this one.
	Near(visit care.VisitID, guest care.GuestID) bool
	// Open lists the open live sockets of a person.
	Open(person care.PersonID) []Open
}

// Session names a browser session for the rooms, so that they can end what it opened. It is no secret.
func Session(who identity.Who) string { return sessionOf(who.Person.ID, who.Slot) }

// Store is what web needs of the house's memory. Every method that takes a reader returns only what the reader may see,
// and fault.NotFound for the rest.
type Store interface {
	PlaceStore
	TrailStore
	TherapistStore
	RightsStore
	ConsentStore
	ProtectStore
	HospitalStore
	DeviceStore
	ServiceStore
	LoanStore
	SettingsStore
	PageStore
	OwnWordsStore

	Ready(ctx context.Context) error
	Database() string
	FirstProject(ctx context.Context, by care.Reader) (care.ProjectID, error)
	HasAdministrator(ctx context.Context) (bool, error)

	ListPeople(ctx context.Context, by care.Reader, f care.PeopleFilter, page care.Page) (list []care.Person, next string, total int, err error)
	PatchPerson(ctx context.Context, by care.Reader, id care.PersonID, p care.PersonPatch) (care.Person, error)
	PatchOwn(ctx context.Context, by care.Reader, p care.PersonPatch) (care.Person, error)

	ListCare(ctx context.Context, by care.Reader) ([]care.Care, error)
	PutCare(ctx context.Context, by care.Reader, p care.Permission) (care.Care, error)
	DeleteCare(ctx context.Context, by care.Reader, patient care.PatientID, therapist care.PersonID) error
	Sharing(ctx context.Context, by care.Reader) ([]care.Care, error)
	Permissions(ctx context.Context, by care.Reader) ([]care.Permission, error)

	ListPatients(ctx context.Context, by care.Reader) ([]care.Patient, error)
	Patient(ctx context.Context, by care.Reader, id care.PatientID) (care.Patient, error)
	Limits(ctx context.Context, by care.Reader, patient care.PatientID) (care.Limits, error)
	PutLimits(ctx context.Context, by care.Reader, l care.Limits) (care.Limits, error)

	OpenSitting(ctx context.Context, by care.Reader, patient care.PatientID) (care.Sitting, error)
	ListSittings(ctx context.Context, by care.Reader, patient care.PatientID, page care.Page) ([]care.Sitting, string, error)
	Sitting(ctx context.Context, by care.Reader, id care.SittingID) (care.Sitting, error)
	EndSitting(ctx context.Context, by care.Reader, id care.SittingID) (care.Sitting, error)
	PutLabel(ctx context.Context, by care.Reader, l care.Label) (care.Label, error)
	ListLabels(ctx context.Context, by care.Reader, sitting care.SittingID) ([]care.Label, error)
	Baseline(ctx context.Context, by care.Reader, sitting care.SittingID) (care.Baseline, error)
	PutBaseline(ctx context.Context, by care.Reader, b care.Baseline) (care.Baseline, error)
	DeleteBaseline(ctx context.Context, by care.Reader, sitting care.SittingID) error

	Vocabulary(ctx context.Context, by care.Reader, project care.ProjectID) (care.Vocabulary, error)
	PutVocabulary(ctx context.Context, by care.Reader, v care.Vocabulary) (care.Vocabulary, error)
}

// Server answers requests.
type Server struct {
	Config
	started      time.Time
	words        map[words.Language]*words.Catalogue
	byAddress    *meter
	byPerson     *meter
	doors        *meter // attempts to sign in
	hospitalDoor *meter // of those who come with a hospital\'s account
	deviceDoor   *meter // of devices
	links        *meter // of links of invitations and other secrets
	callers      *meter // of households that begin visits at open doors
	captions     *meter // of services in a visit
	networks     *meter // of networks that do
	finders      *meter // of networks that ask for a lost link
	handler      http.Handler
	docs         []operationDoc
	spoken       spoken
}

// New lays out every address. It opens nothing and starts nothing.
func New(c Config) *Server {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Address == nil {
		c.Address = remote
	}
	if c.Anew == nil {
		c.Anew = func(context.Context, care.VisitID, care.GuestID) error { return nil }
	}
	if c.Later == nil {
		c.Later = func(do func(context.Context)) bool { do(context.Background()); return true }
	}
	if c.Health == nil {
		c.Health = unwatched{}
	}
	if c.Limits == (Limits{}) {
		c.Limits = DefaultLimits
	}
	s := &Server{Config: c, started: c.Now(), words: map[words.Language]*words.Catalogue{}}
	for _, l := range words.Languages() {
		s.words[l] = catalogue.Load(l)
	}
	s.byAddress, s.byPerson, s.doors = newMeter(c.Limits.Address), newMeter(c.Limits.Person), newMeter(c.Limits.Door)
	s.hospitalDoor, s.deviceDoor = newMeter(c.Limits.Door), newMeter(c.Limits.Door)
	s.links, s.callers = newMeter(c.Limits.Door), newMeter(perCaller(c.Limits.Door))
	s.captions = newMeter(captionRate)
	s.finders = newMeter(c.Limits.Door)
	s.networks = newMeter(perNetwork(c.Limits.Door))
	s.handler = s.dress(s.routes())
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Harden gives srv the bounds in time and size a server on the open network needs. Answers may take WriteTimeout; the
// handlers that legitimately take longer (the program over a slow line, the live socket) lift it themselves.
func Harden(srv *http.Server) {
	srv.ReadHeaderTimeout = 5 * time.Second
	srv.ReadTimeout = 15 * time.Second
	srv.WriteTimeout = 30 * time.Second
	srv.IdleTimeout = 2 * time.Minute
	srv.MaxHeaderBytes = 16 << 10
}

// remote is the address at the other end of the connection.
func remote(r *http.Request) netip.Addr {
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return a.Addr().Unmap()
}
