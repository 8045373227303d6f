// Package post tells the guests of a visit when it is, that it changed, and where their door is: by SMS, by e-mail and by
// notices of their browser. What is to be said is a job in the house's memory, so it is said whatever crashes; the text is
// made and the link minted at the moment of sending, so neither is kept anywhere. The address is asked for at that moment
// too, from the patient's own contact: a link to somebody else's relative cannot come about.
//
// Hardly a provider of SMS promises not to send twice. So a message is marked as being sent before its provider hears of it, and
// when the house stops before it knows the answer, nobody knows whether it went: such a message is unknown, stands so for
// staff, and is never sent again by itself. A provider that does promise to take one message once is asked again; what nobody
// needs by then is unknown, too, and whoever may have it is told what became of the visit. A link that is unknown, or waits for a
// provider that is away, goes by e-mail besides. The package decides nothing about who may see or do what.
package post

import (
	"context"
	"time"

	"hearth/backend/jobs"
	"hearth/shared/care"
)

// Job is the kind of the jobs that send; their body is the message's id.
const Job jobs.Kind = "message"

// Outgoing is a message with what it takes to send it.
type Outgoing struct {
	care.Message
	Visit  care.Visit
	Guest  care.Guest
	Clinic string // name as the clinic chose it

	Withheld bool // nothing is sent at the moment: the patient is disabled, or deleted, or the project is
	Perhaps  bool // an attempt of it may have gone, though it waits for another
}

// Outcome is what became of an attempt.
type Outcome struct {
	State    care.MessageState
	Reason   string
	Provider string
	Parts    int
	Due      time.Time // of the next attempt, when it is queued again
	Perhaps  bool      // this attempt may have gone all the same
}

// Begun is what is noted before a provider hears of a message.
type Begun struct {
	Ends     string
	Language string
	Parts    int
	Start    time.Time
	Late     int
	Guest    int64 // version of the guest when their address was read
}

// Outbox is what the courier needs of the house's memory.
type Outbox interface {
	// OutgoingMessage finds a message, whatever its state.
	OutgoingMessage(ctx context.Context, id care.MessageID) (Outgoing, error)
	// SplitMessage gives a queued message that has no channel the first of these, and makes one for each other, with the
	// job that brings it. A message that has a channel stays as it is.
	SplitMessage(ctx context.Context, id care.MessageID, channels []care.Channel) error
	// FallBack makes the same message for another channel, unless there is one. One that was taken back waits again.
	FallBack(ctx context.Context, id care.MessageID, channel care.Channel) error
	// BeginMessage marks a queued message as being sent. Whoever gets true is the only one who sends it. fault.Conflict when
	// the guest changed since their address was read: they may be reached elsewhere.
	BeginMessage(ctx context.Context, id care.MessageID, b Begun) (began bool, err error)
	// SettleMessage notes what became of it. What a provider said already stays: sent is not made unknown.
	SettleMessage(ctx context.Context, id care.MessageID, o Outcome) error
	// OptedOut reports whether nothing is to be sent to an address, known by its hash.
	OptedOut(ctx context.Context, hash string) (bool, error)
}

// Links mints the links guests come by.
type Links interface {
	// MintLink makes a new link for a guest and returns its address.
	MintLink(ctx context.Context, guest care.GuestID) (string, error)
}

// Reached finds how a guest is reached now.
type Reached interface {
	// Reach reads the guest's own number and address out of the contact of this moment.
	Reach(ctx context.Context, o Outgoing) (Reach, error)
}

// Reach is how somebody is reached.
type Reach struct {
	Mobile   string // E.164; "" for none
	Mail     string
	Pushes   bool   // browsers of theirs take notices
	Language string // theirs; "" when nobody said
}

// Letter is a message as a provider gets it. It exists while it is sent and is written nowhere.
type Letter struct {
	ID       care.MessageID
	Kind     care.MessageKind
	To       string // number or address; of a notice, the person
	Text     string
	Subject  string
	Calendar *Calendar // of an e-mail
	Stop     string    // of an e-mail: where its receiver says no more
	Parts    int       // of an SMS
	Until    time.Time // after which nobody needs it
}

// Fate says what an attempt came to.
type Fate string

// The fates.
const (
	Taken   Fate = "taken"   // the provider has it
	NotNow  Fate = "not-now" // it has it not; another attempt may help
	Refused Fate = "refused" // it has it not and never will
	Perhaps Fate = "perhaps" // nobody knows
)

// Answer is what came of handing over a letter.
type Answer struct {
	Fate     Fate
	Provider string        // what the provider calls it
	Reason   string        // code of what went wrong
	After    time.Duration // the provider asks to be left alone for so long
}

// Sender hands letters to a provider.
type Sender interface {
	Send(ctx context.Context, l Letter) Answer
	// Repeats reports whether the provider takes one letter twice without sending it twice.
	Repeats() bool
}
