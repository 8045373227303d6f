package care

import (
	"slices"

	"hearth/shared/fault"
)

// GuestState is how far somebody invited came.
type GuestState string

// The states. Arriving is knocking: from Arrived on staff see them in the queue.
const (
	NotCome      GuestState = "invited"
	Arrived      GuestState = "arrived" // pressed "I'm ready"
	Checked      GuestState = "checked" // camera, microphone and network were looked at
	WaitingRoom  GuestState = "waiting"
	Admitted     GuestState = "admitted" // let in, not connected yet
	InCall       GuestState = "in-call"
	Away         GuestState = "reconnecting" // was let in, and the page is gone for the moment
	LeftVisit    GuestState = "left"
	Denied       GuestState = "denied"
	NeverCame    GuestState = "no-show"
	Uninvited    GuestState = "uninvited" // the invitation was taken back
	GuestsReason            = "guest."    // prefix of the words for Guest.Reason
)

// GuestAct is something that happens to a guest.
type GuestAct string

// The acts, and who does them.
const (
	Arrive   GuestAct = "arrive"   // the guest, by a tap
	Check    GuestAct = "check"    // the guest's page
	Wait     GuestAct = "wait"     // the guest's page
	Admit    GuestAct = "admit"    // staff
	Join     GuestAct = "join"     // the room: their page stands in the visit
	Lose     GuestAct = "lose"     // the room: their last page's socket broke
	Leave    GuestAct = "leave"    // the guest, or the room after the grace
	Deny     GuestAct = "deny"     // staff; also puts out who is in
	Miss     GuestAct = "miss"     // the house: the visit is over and they never came
	Uninvite GuestAct = "uninvite" // staff
	Invite   GuestAct = "invite"   // staff: again
)

// steps is the machine: which act leads from where to where. What is not in it changes nothing.
var steps = map[GuestAct]map[GuestState]GuestState{
	Arrive: {NotCome: Arrived, LeftVisit: Arrived, NeverCame: Arrived},
	Check:  {Arrived: Checked},
	Wait:   {Arrived: WaitingRoom, Checked: WaitingRoom},
	Admit:  {Arrived: Admitted, Checked: Admitted, WaitingRoom: Admitted},
	Join:   {Admitted: InCall, Away: InCall},
	Lose:   {InCall: Away},
	Leave:  {Arrived: LeftVisit, Checked: LeftVisit, WaitingRoom: LeftVisit, Admitted: LeftVisit, InCall: LeftVisit, Away: LeftVisit},
	Deny: {NotCome: Denied, Arrived: Denied, Checked: Denied, WaitingRoom: Denied, Admitted: Denied, InCall: Denied, Away: Denied,
		LeftVisit: Denied},
	Miss: {NotCome: NeverCame},
	Uninvite: {NotCome: Uninvited, Arrived: Uninvited, Checked: Uninvited, WaitingRoom: Uninvited, Admitted: Uninvited, InCall: Uninvited,
		Away: Uninvited, LeftVisit: Uninvited, Denied: Uninvited, NeverCame: Uninvited},
	Invite: {Uninvited: NotCome, Denied: NotCome, LeftVisit: NotCome},
}

// After returns the state an act leads to. Ok is false when the act means nothing there: done already, or too late. Doing
// the same twice is doing it once.
func (s GuestState) After(a GuestAct) (next GuestState, ok bool) {
	next, ok = steps[a][s]
	return next, ok
}

// Queued reports whether staff are waited for.
func (s GuestState) Queued() bool {
	return slices.Contains([]GuestState{Arrived, Checked, WaitingRoom}, s)
}

// Inside reports whether they may be in the call: let in, and not gone or put out since.
func (s GuestState) Inside() bool { return slices.Contains([]GuestState{Admitted, InCall, Away}, s) }

// Works says how something a visit needs is with somebody.
type Works string

// The answers, best first.
const (
	WorksWell  Works = "good"
	WorksSome  Works = "fair"    // it will do
	WorksNot   Works = "bad"     // tried, and it does not
	WorksNever Works = "missing" // there is none
	Forbidden  Works = "blocked" // the browser was told no
	Busy       Works = "busy"    // another program has it
	Untried    Works = ""        // not looked at
)

// Readiness is what the check found on a guest's device, for the queue. It holds no picture, sound, address or signal.
type Readiness struct {
	Camera  Works `json:"camera,omitempty"`
	Mic     Works `json:"mic,omitempty"`
	Speaker Works `json:"speaker,omitempty"`
	Network Works `json:"network,omitempty"`
	Relay   Works `json:"relay,omitempty"`
	Sensor  Works `json:"sensor,omitempty"`
	Battery int   `json:"battery,omitempty"` // of the sensor, per cent; 0: not known
	RTT     int   `json:"rtt,omitempty"`     // to the house and back, ms
}

// Validate refuses what no check finds.
func (r Readiness) Validate() error {
	for _, w := range []Works{r.Camera, r.Mic, r.Speaker, r.Network, r.Relay, r.Sensor} {
		if !slices.Contains([]Works{WorksWell, WorksSome, WorksNot, WorksNever, Forbidden, Busy, Untried}, w) {
			return fault.New(fault.Invalid, "guest.ready", nil)
		}
	}
	if r.Battery < 0 || r.Battery > 100 || r.RTT < 0 || r.RTT > 600000 {
		return fault.New(fault.Invalid, "guest.ready", nil)
	}
	return nil
}
