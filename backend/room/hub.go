package room

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
)

// Who is somebody a socket belongs to, as settled by identity before Serve is called.
type Who struct {
	Person  live.PersonView
	Roles   []access.Role
	Site    care.SiteID
	Patient care.PatientID // of a person who is a patient, else ""
	Session string         // names the browser session for SignedOut; not the secret itself

	// Still returns nil as long as the session is valid and the person enabled, fault.SignedOut when not. It is asked
	// every minute; any other error is taken as "cannot tell" and the socket stays.
	Still func(ctx context.Context) error
}

// Place is a room somebody stands in, with what the room is called.
type Place struct {
	Room    live.RoomID
	Patient care.PatientID // for a patient's room
	Name    string         // of the patient
}

// House is what rooms ask of the house. Errors refuse: what cannot be looked up is not allowed.
type House interface {
	// Rooms lists where a page of who stands: a patient's aggregator and phone in the own room, a therapist's page in the
	// rooms of the assigned patients, an administrator's in the site's.
	Rooms(ctx context.Context, who Who, portal live.Portal) ([]Place, error)
	// Permitted lists the signals therapist may receive from patient right now; none when not assigned.
	Permitted(ctx context.Context, patient care.PatientID, therapist care.PersonID) ([]access.Signal, error)
	// Relay makes fresh STUN and TURN entries for one page.
	Relay(ctx context.Context, who Who, member live.MemberID) ([]live.ICEServer, error)
}

// Config says how a Hub behaves; zero values take the defaults named.
type Config struct {
	House   House
	Origins []string         // exact origins sockets may come from, such as "https://hearth.example"; none = nobody
	Build   string           // version of the pages the house serves
	Log     *slog.Logger     // nil: discards
	Now     func() time.Time // nil: time.Now
	Bus     Bus              // nil: NewLocal(), everything in this process

	Pages   int // sockets one person may hold; 0 = 16
	Rate    int // messages a page may send per second in the long run; 0 = 50
	Burst   int // and at once; 0 = 300
	Backlog int // bytes waiting for a page that reads too slowly; 0 = 1 MiB
}

// Hub is the house's side of the live socket: it holds the sockets and the rooms of this process.
type Hub struct{}

// Bus carries acts to the goroutine that owns a room and posts back to sockets.
type Bus interface{}

var errSoon = errors.New("room: not written yet")

// Open makes a hub.
func Open(c Config) (*Hub, error) { return nil, errSoon }

// Close ends every socket with 1012 (service restart), so that pages come back with jitter, and every room. It waits
// until they are gone, and may be called twice.
func (h *Hub) Close() error { return nil }

// Serve answers a request for api.LiveSocket and returns when the socket is over.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, who Who) {}

// TurnAway takes the socket only to say in words why not: a browser shows a page no other answer. Use it with
// live.CodeSignedOut when nobody is signed in.
func (h *Hub) TurnAway(w http.ResponseWriter, r *http.Request, code string) {}

// Recheck follows a change of permissions or assignments of patient: shares shrink or end with "withdrawn", and pages
// of people enter or leave rooms. Call it after the change is stored, with the therapists concerned.
func (h *Hub) Recheck(ctx context.Context, patient care.PatientID, people ...care.PersonID) {}

// Withdraw follows the disabling of a person: their pages leave at once and are told so.
func (h *Hub) Withdraw(ctx context.Context, person care.PersonID) {}

// SignedOut closes the sockets of a browser session that ended.
func (h *Hub) SignedOut(ctx context.Context, session string) {}

// SignedOutEverywhere closes the sockets of every session of a person but one ("" for all).
func (h *Hub) SignedOutEverywhere(ctx context.Context, person care.PersonID, but string) {}

// Changed tells the pages in a room that stored data changed. In a room without pages nobody hears it.
func (h *Hub) Changed(ctx context.Context, room live.RoomID, note live.DataNote) {}

// Pages counts the open sockets of this process.
func (h *Hub) Pages() int { return 0 }
