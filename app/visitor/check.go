package visitor

import (
	"time"

	"hearth/shared/care"
	"hearth/wasm/media"
)

// Check is what was found on the guest's device so far, and whether it is enough to go on without a word. It is pure.
type Check struct {
	Ready           care.Readiness
	Asking          bool // the browser shows its question, or opens what was allowed
	Heard           bool // a voice came through the microphone
	Front           bool // the camera looks at its owner
	NoCamera, NoMic media.Trouble
	well            time.Time // since when everything is well
}

// Glimpse is how long a person sees that all is well before the page goes on by itself: long enough to recognise oneself.
const Glimpse = 2500 * time.Millisecond

// settled reports whether something was looked at.
func settled(w care.Works) bool { return w != care.Untried }

// fine reports whether something will do without anybody's help.
func fine(w care.Works) bool { return w == care.WorksWell || w == care.WorksSome }

// Well reports whether nobody has to do anything.
func (c *Check) Well() bool {
	return !c.Asking && fine(c.Ready.Camera) && fine(c.Ready.Mic) && fine(c.Ready.Network)
}

// Done reports whether everything was looked at that is looked at without being asked.
func (c *Check) Done() bool {
	return !c.Asking && settled(c.Ready.Camera) && settled(c.Ready.Mic) && settled(c.Ready.Network)
}

// Passes reports whether the page goes on by itself now. It is asked again and again.
func (c *Check) Passes(now time.Time) bool {
	if !c.Well() {
		c.well = time.Time{}
		return false
	}
	if c.well.IsZero() {
		c.well = now
	}
	return now.Sub(c.well) >= Glimpse
}

// With is what somebody comes in with.
type With string

// The ways to come in.
const (
	WithAll   With = "all"
	WithSound With = "sound"  // no camera
	WithView  With = "view"   // a camera, and no microphone
	Listening With = "listen" // neither: sees and hears the others, and writes
)

// With says what works.
func (c *Check) With() With {
	switch camera, mic := fine(c.Ready.Camera), fine(c.Ready.Mic); {
	case camera && mic:
		return WithAll
	case mic:
		return WithSound
	case camera:
		return WithView
	}
	return Listening
}

// Snag is the one thing to mend first, and why it does not work.
type Snag struct {
	What string // "camera", "mic", "both" or "network"; "" nothing
	Why  media.Trouble
}

// Snag finds it: what stops the voice matters most. A camera and a microphone refused alike are one thing to mend.
func (c *Check) Snag() Snag {
	badCamera, badMic := bad(c.Ready.Camera), bad(c.Ready.Mic)
	switch {
	case c.Asking:
		return Snag{}
	case badCamera && badMic && c.NoCamera == c.NoMic:
		return Snag{"both", c.NoMic}
	case badMic:
		return Snag{"mic", c.NoMic}
	case badCamera:
		return Snag{"camera", c.NoCamera}
	case bad(c.Ready.Network):
		return Snag{What: "network"}
	}
	return Snag{}
}

func bad(w care.Works) bool { return settled(w) && !fine(w) }

// Own takes in how camera and microphone are.
func (c *Check) Own(s media.State) {
	c.NoCamera, c.NoMic = media.Why(s.Camera.Fault), media.Why(s.Mic.Fault)
	c.Ready.Camera, c.Ready.Mic = found(s.Camera, c.NoCamera), found(s.Mic, c.NoMic)
	c.Front = s.Camera.Live && s.Camera.Facing == media.Front
}

// found is how one device is.
func found(s media.Status, why media.Trouble) care.Works {
	switch {
	case s.Live && s.Held:
		return care.Busy
	case s.Live:
		return care.WorksWell
	case why != "":
		return why.Works()
	case s.Wanted:
		return care.WorksNot
	}
	return care.Untried
}
