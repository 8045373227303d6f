// Package live is the protocol of the live socket: one WebSocket per page, JSON text messages, and the state machine
// that follows it on the page's side. It never opens a socket and never reads a clock; time comes in as an argument.
//
// # A connection
//
// The page opens api.LiveSocket (the browser sends the session cookie; a foreign Origin is refused before the upgrade)
// and says Hello within 5 s. The house answers Welcome with the rooms the page stands in, each with a Snapshot or,
// when the page's resume point is still in the room's memory, the Changes it missed. From then on:
//
//   - the house sends Changes, numbered per room without holes. A page that sees a hole asks again with Resync.
//   - the page sends Commands, each with an id of its own making; the house answers each with a Reply. A command sent
//     twice (after a reconnect) is done once and answered twice.
//   - both sides prove they are alive: the page sends Ping at least every 10 s and expects Pong within 3 s; the house
//     pings at the WebSocket layer every 10 s (RFC 6455 section 5.5.2) and hangs up after 13 s of silence.
//
// A house that is going down closes with 1012 (service restart), one that lets a slow reader go with 1013; 4001 means
// that the same page has a newer socket. A page never asks a person before it comes back; Page says how long it waits.
//
// # What survives what
//
//   - a broken socket: everything. The page resumes each room from the last change it saw, signals not seen are sent again,
//     and commands without a reply are told again and done once. Nobody's peer connection is touched.
//   - over 30 s away: the member is gone and its shares have ended; the page is told so when it comes back, and what it
//     announced is announced again by itself. In a visit its connections go on for as long as they carry anything, and whoever
//     is put out meanwhile has Left again, although no longer a member: with another reason than "lost".
//   - a restarted house: every room begins anew under another epoch. Pages take snapshots, announce again, and hear that
//     their shares ended with "restarted"; the therapist's page asks again, and since From and To are the same, both
//     pages keep their peer connection meanwhile.
//   - another person signed in where the page was: nothing. Hello says whose page it is, and the house turns it away before
//     it stands in any room.
//   - a withdrawn permission: nothing. The share ends on both sides at once.
//
// A call survives the same things: a page that comes back tells its seat again by itself, and the connections to the
// others in the call go on meanwhile.
//
// # Rooms
//
// A room is where the pages around one patient meet: the patient's aggregator and phone, and the therapists' pages. Its
// id is "patient/"+PatientID. Besides there is "site/"+SiteID, where administrators' pages hear that lists changed. Who
// stands in which room is decided by the house from roles and assignments, never by the page.
//
// # Visits
//
// A visit has a desk, doors and a room of its own. Nobody knocks by a message: the house moves pages between these rooms
// when what is stored changes, and tells them with Enter and Leave.
//
//   - "desk/"+ProjectID: the staff of a project hear by DataNotes that the queue of those who wait changed, and read it
//     through the API. Nobody sees who else stands there.
//   - "door/"+GuestID: the pages of one guest who waits, and those of staff who may let them in. The guest sees of staff
//     only the pages that sit there looking (Seat.Look). Those and the guest's pages may signal each other, so that a
//     connection is ready before the door opens. Two guests never meet here.
//   - "visit/"+VisitID: the pages of staff in the visit, and of every guest who was let in. Entering it is the admission of
//     a page that waited, and it is told before the Leave of the door, under the same MemberID: a connection prepared at the
//     door lives on. Leaving it is the end. Two pages that both sit in the call (Seat.In) may signal each other.
//
// A page of a visit that is the patient's own stands in the patient's room too, where it is an aggregator like any other.
//
// A page tells its Seat whole with Sit, as often as it changes. What of it only staff may say (Spotlight, Closing) comes
// from the seat with the greatest At. A Nudge asks another page for something and is carried, never kept; a caption a service
// made comes as one from nobody (Nudged.Made). At the most
// care.MostInCall people sit in a call; one more is answered with CodeTooMany. Who leaves a call without leaving the room
// says Sit with In false: that is hanging up. A page that is merely gone is waited for.
//
// Only pages that say Visits in their Hello hear of these rooms: one loaded before there were visits would not know what
// to do with them, and goes on as it was. That is why the protocol's version stays.
//
// # Members
//
// A page names itself with a member id, random per page load, so that it stays the same member when its socket comes
// back. A member that vanishes is Reconnecting for 30 s before it is gone; several members per person are normal.
//
// # Shares
//
// A share is one stream of signals from one aggregator to one therapist's page. A therapist's page asks; the house
// checks the permission of each kind of signal, puts the share into the room where the patient's pages see it, and from
// then on relays descriptions and candidates between the two pages of the share, and between nobody else. The aggregator
// is always the one who offers. Anyone of the two, any page of the patient, and the house (permission withdrawn) can
// end it.
package live

import (
	"encoding/json"
	"strings"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Protocol is the version a page speaks. The house refuses others with the fault "live.version", whose words ask to
// reload; a page that measures shows them and goes on measuring.
const Protocol = 1

// Limits of the wire. A message over MaxMessage ends the connection with close code 1009.
const (
	MaxMessage  = 64 << 10  // bytes from a page; descriptions with many candidates are the largest
	MaxBody     = 56 << 10  // bytes of a Signal's body, so that a relayed one fits into MaxMessage again
	MaxHouse    = 512 << 10 // bytes from the house; a full room's snapshot is the largest
	MaxSensors  = 16        // per announcement
	MaxMembers  = 64        // pages in one room
	MaxEnds     = 64        // ended shares a snapshot still names
	MaxIDLength = 64
)

// RoomID names a room: "patient/…", "site/…", "visit/…", "door/…" or "desk/…".
type RoomID string

// RoomKind is what comes before the slash of a RoomID.
type RoomKind string

// The kinds of room.
const (
	OfPatient RoomKind = "patient"
	OfSite    RoomKind = "site"
	OfVisit   RoomKind = "visit"
	OfDoor    RoomKind = "door"
	OfDesk    RoomKind = "desk"
)

// Kind says what kind of room it is; "" where it is none.
func (id RoomID) Kind() RoomKind {
	kind, _, _ := strings.Cut(string(id), "/")
	switch k := RoomKind(kind); k {
	case OfPatient, OfSite, OfVisit, OfDoor, OfDesk:
		return k
	}
	return ""
}

// Of is the id of what the room belongs to: what comes after the slash.
func (id RoomID) Of() string {
	_, of, _ := strings.Cut(string(id), "/")
	return of
}

// Visiting reports whether the room is one of a visit: its desk, a door, or the visit itself.
func (k RoomKind) Visiting() bool { return k == OfVisit || k == OfDoor || k == OfDesk }

// PatientRoom names the room around a patient.
func PatientRoom(id care.PatientID) RoomID { return RoomID("patient/" + string(id)) }

// SiteRoom names the room where a site's administrators hear of changes.
func SiteRoom(id care.SiteID) RoomID { return RoomID("site/" + string(id)) }

// VisitRoom names the room of a visit: the pages of its host and of everyone who was let in.
func VisitRoom(id care.VisitID) RoomID { return RoomID("visit/" + string(id)) }

// DoorRoom names the room where one guest waits: the guest's pages and those of staff who may let them in. Two who wait for
// the same visit do not see each other.
func DoorRoom(id care.GuestID) RoomID { return RoomID("door/" + string(id)) }

// DeskRoom names the room where all staff of a project hear that the queue of its visits changed.
func DeskRoom(id care.ProjectID) RoomID { return RoomID("desk/" + string(id)) }

// MemberID names one loaded page; made by the page with care.NewID.
type MemberID string

// ShareID names one stream.
type ShareID string

// Portal says which page a member is.
type Portal string

// The portals.
const (
	Aggregator Portal = "aggregator"
	Patient    Portal = "patient"
	Therapist  Portal = "therapist"
	Admin      Portal = "admin"
	Visitor    Portal = "visitor" // comes to one visit: by a link, or from the patient's own portal
)

// Staff reports whether the portal is one of those who work for the house.
func (p Portal) Staff() bool { return p == Therapist || p == Admin }

// FromPage is a message a page sends; exactly one field is set.
type FromPage struct {
	Hello   *Hello   `json:"hello,omitempty"`
	Ping    *Ping    `json:"ping,omitempty"`
	Resync  *Resync  `json:"resync,omitempty"`
	Command *Command `json:"command,omitempty"`
}

// FromHouse is a message the house sends; exactly one field is set.
type FromHouse struct {
	Welcome *Welcome   `json:"welcome,omitempty"`
	Refused *Refused   `json:"refused,omitempty"`
	Pong    *Pong      `json:"pong,omitempty"`
	Enter   *Snapshot  `json:"enter,omitempty"` // a room the page now stands in, or stands in anew
	Leave   *Leave     `json:"leave,omitempty"`
	Change  *Change    `json:"change,omitempty"`
	Reply   *Reply     `json:"reply,omitempty"`
	Signal  *Signalled `json:"signal,omitempty"` // relayed from the other page of a share, or from a page of the same visit
	Nudge   *Nudged    `json:"nudge,omitempty"`
}

// Hello is the first message of every connection.
type Hello struct {
	Protocol int               `json:"protocol"`
	Build    string            `json:"build"` // version of the page, for the log
	Member   MemberID          `json:"member"`
	Person   care.PersonID     `json:"person,omitempty"` // whose page it is, once it knows: it never goes on as another's
	Portal   Portal            `json:"portal"`
	Resume   map[RoomID]Resume `json:"resume,omitempty"` // what the page has seen
	Visits   bool              `json:"visits,omitempty"` // it knows the rooms of visits
}

// Resume is a place in a room's history. Epoch is new whenever the room's memory is, so a restarted house never
// pretends to continue an old count.
type Resume struct {
	Epoch string `json:"epoch"`
	N     uint64 `json:"n"`
	Seen  uint64 `json:"seen,omitempty"` // N of the last Signalled, so that later ones are sent again
}

// Welcome answers Hello. Changes the page missed follow as ordinary Change messages, rooms it cannot resume as Enter;
// Rooms lists every room it stands in, so a page forgets the others.
type Welcome struct {
	Member MemberID   `json:"member"`
	Person PersonView `json:"person"`
	Rooms  []RoomID   `json:"rooms"`
	Now    care.Stamp `json:"now"`   // the house's clock
	Build  string     `json:"build"` // version of the pages the house serves; another one than ours means an update waits
}

// Refused ends a connection before or instead of Welcome: code is a fault code with words in the catalogues. When
// Final is false the page may try again after Wait milliseconds.
type Refused struct {
	Code  string `json:"code"`
	Final bool   `json:"final"`
	Wait  int    `json:"wait,omitempty"`
}

// Ping and Pong prove the page's side alive and compare its clock with the house's (T0 is returned).
type Ping struct {
	T0 care.Stamp `json:"t0"`
}

// Pong answers Ping with the house's time.
type Pong struct {
	T0  care.Stamp `json:"t0"`
	Now care.Stamp `json:"now"`
}

// Resync asks for a fresh snapshot of a room, and for the signals after Seen.
type Resync struct {
	Room RoomID `json:"room"`
	Seen uint64 `json:"seen,omitempty"`
}

// Leave tells a page that it no longer stands in a room, and why: "unassigned", "disabled".
type Leave struct {
	Room   RoomID `json:"room"`
	Reason string `json:"reason"`
}

// Command is something a page wants done; exactly one of the pointers is set. The id is made by the page and makes the
// command idempotent.
type Command struct {
	ID       string    `json:"id"`
	Room     RoomID    `json:"room"`
	Announce *Announce `json:"announce,omitempty"`
	Ask      *Ask      `json:"ask,omitempty"`
	Stop     *Stop     `json:"stop,omitempty"`
	Signal   *Signal   `json:"signal,omitempty"`
	Sit      *Seat     `json:"sit,omitempty"`
	Nudge    *Nudge    `json:"nudge,omitempty"`
	Relay    *Relay    `json:"relay,omitempty"`
	Goodbye  *Goodbye  `json:"goodbye,omitempty"`
}

// Announce tells the room what sensors an aggregator has. It replaces what was announced before.
type Announce struct {
	Sensors []Sensor `json:"sensors"`
}

// Ask asks for signals of an aggregator. Asking again with other signals changes the share.
type Ask struct {
	From    MemberID        `json:"from"`
	Signals []access.Signal `json:"signals"`
}

// Stop ends a share, or only some of its signals.
type Stop struct {
	Share   ShareID         `json:"share"`
	Signals []access.Signal `json:"signals,omitempty"` // none = all
}

// Signal carries one step of connecting two pages to the other page of the share, or, in the rooms of a visit, to the page
// To. Body is opaque to the house: a session description or a candidate as the browser made it. It arrives once and in order,
// but that one to a page which the house took and forgot in a restart before it answered arrives again: whoever reads them
// numbers them.
type Signal struct {
	Share ShareID         `json:"share,omitempty"`
	To    MemberID        `json:"to,omitempty"` // instead of Share
	Body  json.RawMessage `json:"body"`
}

// Relay asks for fresh STUN and TURN servers for this page; the reply carries them.
type Relay struct{}

// Goodbye tells the house that the page is being closed on purpose, so nobody waits 30 s for it.
type Goodbye struct{}

// Signalled is a Signal as it arrives. N counts the signals of a room's epoch, those to other pages too: it only grows,
// and a page drops what is not after the last it saw, so a signal sent again after a drop arrives once.
type Signalled struct {
	Room  RoomID          `json:"room"`
	N     uint64          `json:"n"`
	Share ShareID         `json:"share,omitempty"`
	From  MemberID        `json:"from"`
	Body  json.RawMessage `json:"body"`
}

// Reply answers a command. Code is empty on success, else a fault code.
type Reply struct {
	ID    string      `json:"id"`
	Code  string      `json:"code,omitempty"`
	Share ShareID     `json:"share,omitempty"` // for Ask
	ICE   []ICEServer `json:"ice,omitempty"`   // for Relay
}

// ICEServer is an entry of RTCConfiguration.iceServers.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username,omitempty"`
	Credential string   `json:"credential,omitempty"`
	Life       int      `json:"life,omitempty"` // seconds from now on in which the credential opens relays; 0: for ever
}
