package care

import (
	"slices"
	"time"
)

// MessageID names a message to a guest of a visit.
type MessageID string

// MessageKind says what a message tells its guest.
type MessageKind string

// The kinds.
const (
	TellInvitation MessageKind = "invitation" // there is a visit; another message brings the link
	TellDayBefore  MessageKind = "day-before"
	TellSoon       MessageKind = "soon" // ten minutes before, with the link
	TellChanged    MessageKind = "changed"
	TellCancelled  MessageKind = "cancelled"
	TellLate       MessageKind = "late"  // it begins later
	TellNow        MessageKind = "now"   // it has begun, with the link
	TellAgain      MessageKind = "again" // the link once more
)

// MessageKinds lists every kind, in the order they usually come.
func MessageKinds() []MessageKind {
	return []MessageKind{TellInvitation, TellDayBefore, TellSoon, TellChanged, TellCancelled, TellLate, TellNow, TellAgain}
}

// Links reports whether a message of this kind brings the guest's link.
func (k MessageKind) Links() bool {
	return slices.Contains([]MessageKind{TellSoon, TellNow, TellAgain}, k)
}

// Channel is how a message travels; "" is not decided yet.
type Channel string

// The channels.
const (
	BySMS  Channel = "sms"
	ByMail Channel = "mail"
	ByPush Channel = "push" // to the browsers of somebody who signs in
)

// Channels lists every channel.
func Channels() []Channel { return []Channel{BySMS, ByMail, ByPush} }

// MessageState is what became of a message.
type MessageState string

// The states.
const (
	MessageQueued    MessageState = "queued"
	MessageSending   MessageState = "sending"
	MessageSent      MessageState = "sent"      // the provider has it
	MessageDelivered MessageState = "delivered" // the provider says it arrived
	MessageFailed    MessageState = "failed"
	MessageUnknown   MessageState = "unknown"   // the provider may have it; nobody sends it again by themselves
	MessageCancelled MessageState = "cancelled" // it makes no sense any more
	MessageOptedOut  MessageState = "opted-out" // they want no messages there
)

// MessageStates lists every state.
func MessageStates() []MessageState {
	return []MessageState{MessageQueued, MessageSending, MessageSent, MessageDelivered, MessageFailed, MessageUnknown, MessageCancelled, MessageOptedOut}
}

// Over reports whether nothing more is done about a message.
func (s MessageState) Over() bool { return s != MessageQueued && s != MessageSending }

// Told reports whether the guest has, or may have, the message.
func (s MessageState) Told() bool {
	return slices.Contains([]MessageState{MessageSending, MessageSent, MessageDelivered, MessageUnknown}, s)
}

// Message is one message to one guest by one channel, as it is remembered: never with its text, its link or where it went.
type Message struct {
	ID       MessageID
	Visit    VisitID
	Guest    GuestID
	Kind     MessageKind
	Occasion string // what it is about, such as the time it reminds of: there is one message of a kind about it
	Channel  Channel
	State    MessageState
	Attempts int
	Provider string // what the provider calls it
	Reason   string // code of why it failed or was cancelled
	Ends     string // last two digits of the number it went to
	Language string
	Parts    int       // SMS it was cut into
	Start    time.Time // of the visit, as the message said
	Late     int       // minutes, as the message said
	Made     time.Time
	Due      time.Time
	Began    time.Time // of the last attempt
	Settled  time.Time
}

// PushKeys are what a browser hands out so that it can be pushed to (Push API section 8.1).
type PushKeys struct {
	Endpoint string `json:"endpoint"`
	P256dh   string `json:"p256dh"`
	Auth     string `json:"auth"`
}
