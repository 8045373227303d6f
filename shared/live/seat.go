package live

import (
	"slices"

	"hearth/shared/care"
	"hearth/shared/fault"
)

// Seat is how a page sits in a call. A page tells it whole with Command.Sit whenever it changes; the room shows it to
// everyone, and a page that comes back tells it again by itself, like an Announce. It moves nothing: what is muted is muted
// by the page itself, before anything is sent.
type Seat struct {
	In      bool `json:"in"`                // in the call, else at its door only
	Mic     bool `json:"mic,omitempty"`     // sends sound
	Camera  bool `json:"camera,omitempty"`  // sends a picture
	Screen  bool `json:"screen,omitempty"`  // sends its screen
	Hand    bool `json:"hand,omitempty"`    // raised
	Asleep  bool `json:"asleep,omitempty"`  // the page is out of sight, or the device locked
	Held    bool `json:"held,omitempty"`    // a phone call or another program has its microphone
	Thin    bool `json:"thin,omitempty"`    // pictures are paused here for want of a line
	Look    bool `json:"look,omitempty"`    // of staff at a door: prepares a connection with who waits there
	Flips   bool `json:"flips,omitempty"`   // has another camera to show
	Shares  bool `json:"shares,omitempty"`  // could send its screen
	Quality int  `json:"quality,omitempty"` // of its worst connection: 1 poor to 4 very good; 0 not known

	Spotlight MemberID   `json:"spotlight,omitempty"` // of staff: whom everybody is to see large; the newest At counts
	Closing   care.Stamp `json:"closing,omitempty"`   // of staff: the visit ends then, house clock; 0: not
	At        care.Stamp `json:"at,omitempty"`        // of Spotlight and Closing, house clock

	Main care.Stamp `json:"main,omitempty"` // of several pages of one person the one with the greatest is heard and hears; house clock
}

// Nudge asks another page of the same visit for something. The room only carries it; the page decides. What is one of
// Nudges.
type Nudge struct {
	To   MemberID `json:"to,omitempty"` // "": everybody in the room
	What string   `json:"what"`
	Text string   `json:"text,omitempty"` // of "caption" alone, at most MaxCaption bytes
}

// The nudges.
const (
	NudgeMute    = "mute"    // of staff: the page mutes itself and says so
	NudgeUnmute  = "unmute"  // please
	NudgeCamera  = "camera"  // please switch your camera on
	NudgeFlip    = "flip"    // please show the other camera
	NudgeShare   = "share"   // please share your screen
	NudgeCaption = "caption" // a line somebody typed, shown for a while and kept nowhere
)

// nudges is the list of them.
var nudges = []string{NudgeMute, NudgeUnmute, NudgeCamera, NudgeFlip, NudgeShare, NudgeCaption}

// Nudges lists every nudge.
func Nudges() []string { return slices.Clone(nudges) }

// OfStaff reports whether only staff may nudge so.
func OfStaff(nudge string) bool { return nudge == NudgeMute }

// MaxCaption is the longest caption, in bytes.
const MaxCaption = 500

// Nudged is a Nudge as it arrives. One that finds its page away is lost.
type Nudged struct {
	Room RoomID   `json:"room"`
	From MemberID `json:"from"`
	What string   `json:"what"`
	Text string   `json:"text,omitempty"`
	Made *Made    `json:"made,omitempty"` // of a caption a service made; then From is nobody in the room
}

// Made says by what a caption was made that nobody typed.
type Made struct {
	Service  care.ServiceID `json:"service"`
	Name     string         `json:"name"`               // of the service
	Language string         `json:"language,omitempty"` // RFC 5646
	care.Speaker
}

// CaptionOf is what the pages of a visit are told of a service's caption. Faults: Invalid "captions.text",
// "captions.language", "captions.speaker".
func CaptionOf(visit care.VisitID, text string, m Made) (Nudged, error) {
	if nudge(NudgeCaption, text) != nil {
		return Nudged{}, fault.New(fault.Invalid, "captions.text", nil)
	}
	if m.Language != "" && !care.LanguageTag(m.Language) {
		return Nudged{}, fault.New(fault.Invalid, "captions.language", nil)
	}
	n := Nudged{Room: VisitRoom(visit), From: MemberID(m.Service), What: NudgeCaption, Text: text, Made: &m}
	return n, m.Speaker.Check()
}
