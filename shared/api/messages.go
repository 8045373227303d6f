package api

import (
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
)

// Operations about messages to guests of visits.
var (
	ListMessages = Operation{"list-messages", "GET", Base + "/visits/{visit}/messages", access.ReadVisits}
	// SendLinkAgain is a new message with a new link; with ?only=true no older one opens anything any more.
	SendLinkAgain = Operation{"send-link-again", "POST", Base + "/visits/{visit}/guests/{guest}/link", access.WriteVisits}
	PutOptOut     = Operation{"put-opt-out", "PUT", Base + "/visits/{visit}/guests/{guest}/opt-out", access.WriteVisits}
)

// Operations about notices of one's own browsers.
var (
	GetPush = Operation{"get-push", "GET", Base + "/me/push", access.ReadOwnAccount}
	// PutPush has this browser take notices; the same one again is harmless.
	PutPush    = Operation{"put-push", "PUT", Base + "/me/push", access.WriteOwnAccount}
	DeletePush = Operation{"delete-push", "DELETE", Base + "/me/push", access.WriteOwnAccount}
)

var messageOperations = []Operation{ListMessages, SendLinkAgain, PutOptOut, GetPush, PutPush, DeletePush}

// Pages about messages.
const (
	StopPage   = "/m/"                // + token: a receiver of e-mails wants no more; GET shows, POST does
	SMSReports = "/hooks/sms/report"  // POST: what a provider of SMS says of a message; + "/{message}/{proof}" for one it was told of
	SMSAnswers = "/hooks/sms/inbound" // POST: what was answered to an SMS
	InboxPage  = "/demo/inbox"        // what would have gone out, only in the demo; + "/{message}.ics" a calendar file
)

// Messages are what the guests of a visit were and are to be told, and how they are reached now.
type Messages struct {
	Items  []Message  `json:"items"`
	Guests []GuestWay `json:"guests"`
}

// Len is how many there are, for the trail.
func (m Messages) Len() int { return len(m.Items) }

// Message is one message to one guest by one channel. Its link is in nothing but the message itself.
type Message struct {
	ID       care.MessageID    `json:"id"`
	Guest    care.GuestID      `json:"guest"`
	Kind     care.MessageKind  `json:"kind"`
	Channel  care.Channel      `json:"channel,omitempty"` // left out: not decided yet
	State    care.MessageState `json:"state"`
	Reason   string            `json:"reason,omitempty"` // code; words under "post.reason."
	Ends     string            `json:"ends,omitempty"`   // last two digits of the number
	Attempts int               `json:"attempts"`
	Parts    int               `json:"parts,omitempty"` // SMS it was cut into
	Text     string            `json:"text"`            // without the link
	Made     time.Time         `json:"made"`
	Due      time.Time         `json:"due"`
	Settled  *time.Time        `json:"settled,omitempty"`
}

// GuestWay is how a guest is reached now.
type GuestWay struct {
	Guest   care.GuestID `json:"guest"`
	Mobile  string       `json:"mobile,omitempty"` // last two digits
	Mail    bool         `json:"mail"`
	Push    bool         `json:"push"`
	SMSOff  bool         `json:"smsOff"` // they want no SMS
	MailOff bool         `json:"mailOff"`
}

// OptOutBody says that somebody wants no messages by a channel, or wants them again.
type OptOutBody struct {
	Channel care.Channel `json:"channel" enum:"sms,mail"`
	Out     bool         `json:"out"`
}

// Push is what a browser needs to subscribe, and what the house knows of the reader's browsers that did.
type Push struct {
	Key   string   `json:"key"`            // applicationServerKey, base64url
	Here  string   `json:"here,omitempty"` // endpoint that was switched on in this session
	Own   []string `json:"own"`            // endpoints of all browsers of the reader; the one of this session too
	Taken bool     `json:"taken"`          // somebody else who is signed in in this browser is told here
}

// PushBody is a browser's subscription, as PushSubscription.toJSON has it.
type PushBody struct {
	Endpoint string `json:"endpoint" maxLength:"1000"`
	Keys     struct {
		P256dh string `json:"p256dh" maxLength:"200"`
		Auth   string `json:"auth" maxLength:"60"`
	} `json:"keys"`
}

// NoPushBody names a browser's subscription.
type NoPushBody struct {
	Endpoint string `json:"endpoint" maxLength:"1000"`
}
