package live

import (
	"time"

	"hearth/shared/care"
)

// LinkState says how a page's connection to the house is.
type LinkState string

// The states of a link. A page that measures goes on measuring in every one of them.
const (
	Connecting LinkState = "connecting" // a socket is being opened, or has not been welcomed yet
	Online     LinkState = "online"     // welcomed
	Waiting    LinkState = "waiting"    // between two attempts; Retry says until when
	TurnedAway LinkState = "refused"    // the house said no for good; Code has the words
	Closed     LinkState = "closed"     // the page closed its side
)

// Link is a page's connection as the page shows it.
type Link struct {
	State LinkState
	Code  string    // fault code of the last refusal, "" when there was none
	Retry time.Time // for Waiting
	Lost  time.Time // since when the page is not online; zero while it is, or if it never was
}

// Clock is what a page knows of the house's clock: house = page + Offset, good to ± RoundTrip/2.
type Clock struct {
	Offset    time.Duration
	RoundTrip time.Duration
	Known     bool
}

// House converts an instant of the page's clock to the house's.
func (c Clock) House(t time.Time) care.Stamp { return care.StampOf(t.Add(c.Offset)) }

// Event is something a page may want to know; exactly one of the pointers is set.
type Event struct {
	Link    *Link      // the connection's state changed
	Entered *RoomView  // a room is there, or there anew: what was read through the API before may be stale
	Changed *Changed   // a change was applied
	Left    *Leave     // the page no longer stands in the room; Reason "" when the house did not say
	Ended   *ShareOver // a share is over
	Signal  *Signalled // from the other page of a share, or from a page of the same visit (no Share)
	Nudge   *Nudged    // another page of the visit asks for something
	Reply   *Reply     // to a command of ours
	Update  *Update    // the house serves another build of the pages than ours
}

// Changed is a change with the room after it.
type Changed struct {
	Room   RoomView
	Change Change
}

// ShareOver is a share as it last was and why it is over: a reason of Ended, or "restarted" when the house began the
// room anew and no longer knows the share. After "restarted" the therapist's page asks again; the pages of the share
// keep their peer connection meanwhile, for From and To stay the same.
type ShareOver struct {
	Room   RoomID
	Share  Share
	Reason string
}

// Restarted is the reason of a share that ended because the house lost the room's memory.
const Restarted = "restarted"

// Update says which build the house serves.
type Update struct{ Build string }

// Do is what the page's machine wants done, in this order.
type Do struct {
	Send   [][]byte  // texts for the socket at hand
	Close  bool      // close the socket at hand
	Open   int       // open a new socket with this number; 0 = no
	Events []Event   // for whoever shows
	Wait   time.Time // call Tick then at the latest; zero = nothing to wait for
}
