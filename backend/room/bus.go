package room

import (
	"context"

	"hearth/shared/care"
	"hearth/shared/live"
)

// SocketID names one socket anywhere in the house.
type SocketID string

// Act is something that happens to a room; exactly one of the pointers is set, or Recheck.
type Act struct {
	Place   Place
	Enter   *Enter
	Gone    *Gone
	Leave   *Leaving
	Expel   *Expelled
	Command *Commanded
	Resync  *Resynced
	Note    *live.DataNote
	Caption *live.Nudged // that a service made
	Recheck bool         // permissions of the patient changed
}

// Enter brings a page's socket into the room.
type Enter struct {
	Socket SocketID
	Member live.MemberID
	Person live.PersonView
	Portal live.Portal
	Guest  care.GuestID // see Place
	Relay  bool         // as Guest
	From   string       // see Who
	Resume live.Resume
}

// Gone says that a socket broke. Its member is Reconnecting from now on.
type Gone struct{ Socket SocketID }

// Leaving takes a page out of the room for good.
type Leaving struct {
	Socket    SocketID
	Reason    string // of live.Left: "left", "signed-out"
	Withdrawn bool   // its shares end because the right to them did
	Told      string // of live.Leave, told to the page that stays connected; "" = nothing
}

// Commanded is a page's command.
type Commanded struct {
	Socket  SocketID
	Command live.Command
}

// Resynced is a page's wish for a snapshot.
type Resynced struct {
	Socket SocketID
	Seen   uint64
}

// Post is a text for a socket. A close code above 0 ends the socket after the text.
type Post struct {
	Socket SocketID
	Text   []byte
	Close  int
}

// Notice is something every node with sockets must hear; exactly one field is set.
type Notice struct {
	Reroom     []care.PersonID // where these people stand may have changed
	Resettle   live.RoomID     // where everyone who stands here stands besides may have changed
	Withdraw   care.PersonID   // disabled
	SignedOut  string          // a session that ended
	Everywhere *Everywhere
	Look       bool // every page asks again who it is and where it stands
}

// Everywhere signs a person out of all sessions but one.
type Everywhere struct {
	Person care.PersonID
	But    string
}

// Node is what a bus delivers to.
type Node interface {
	// Own hands an act to the goroutine of a room this node owns. An act that is no Enter does not begin a room.
	Own(ctx context.Context, a Act) error
	// Deliver gives a text to a socket this node holds; it never waits. Unknown sockets are gone, and that is all right.
	Deliver(p Post)
	// Heed does what a notice says.
	Heed(ctx context.Context, n Notice)
}

// Bus carries acts to the owner of a room and posts back to sockets; the package comment says what a cluster needs.
type Bus interface {
	Join(n Node)
	Do(ctx context.Context, a Act) error
	Post(p Post)
	Tell(ctx context.Context, n Notice)
}

// local is the bus of a house with one node.
type local struct{ node Node }

// NewLocal returns the bus of one process.
func NewLocal() Bus { return &local{} }

func (l *local) Join(n Node)                         { l.node = n }
func (l *local) Do(ctx context.Context, a Act) error { return l.node.Own(ctx, a) }
func (l *local) Post(p Post)                         { l.node.Deliver(p) }
func (l *local) Tell(ctx context.Context, n Notice)  { l.node.Heed(ctx, n) }
