package rtc

import "time"

// Kind is what a line carries: MediaStreamTrack.kind.
type Kind string

// The kinds.
const (
	Audio Kind = "audio"
	Video Kind = "video"
)

// Line is one way for sound or pictures between two pages, both directions. The lines of a Peer are fixed for its life and
// the same, in the same order, on both pages: the offerer asks for all of them, sendrecv, in its very first offer, and what
// goes through a line, or that nothing does, is changed without ever negotiating again.
type Line struct {
	Name string
	Kind Kind
}

// The lines of a call. Audio and camera belong together, so that lips and words do (one MediaStream, RFC 8830); the screen is
// a stream of its own.
const (
	LineAudio  = "audio"
	LineCamera = "camera"
	LineScreen = "screen"
)

// CallLines lists the lines of a call in their order.
func CallLines() []Line {
	return []Line{{LineAudio, Audio}, {LineCamera, Video}, {LineScreen, Video}}
}

// Track is sound or a picture: the browser's MediaStreamTrack (made by package media, or received), or a native one. A Maker
// refuses tracks of another make with ErrTrack.
type Track interface {
	Kind() Kind
}

// Priority is RTCPriorityType: which of several lines gets the bits when they do not suffice for all.
type Priority string

// The priorities. "" leaves it to the browser, which takes low.
const (
	PriorityVeryLow Priority = "very-low"
	PriorityLow     Priority = "low"
	PriorityMedium  Priority = "medium"
	PriorityHigh    Priority = "high"
)

// Keep is RTCDegradationPreference: what a picture keeps when there is too little of line or processor.
type Keep string

// The preferences. "" leaves it to the browser.
const (
	KeepRate  Keep = "maintain-framerate"  // people
	KeepSize  Keep = "maintain-resolution" // a screen with text
	KeepEqual Keep = "balanced"
)

// Shape is how a line is sent: RTCRtpEncodingParameters (W3C webrtc section 5.2.8). The zero value is the browser's choice.
type Shape struct {
	Bits     int     // at most so many a second; 0: no limit
	Scale    float64 // width and height divided by it, at least 1; 0: as captured
	Rate     float64 // frames a second at most; 0: as captured
	Priority Priority
	Keep     Keep
	Packet   time.Duration // of sound in one packet; 0: the browser's choice, 20 ms. Every packet has some 60 bytes of heads
	Paused   bool          // nothing is encoded or sent; the track is kept for later
}

// FirstShape is how a line of this name starts: sound comes before sensors' channels, and pictures after them.
func FirstShape(l Line) Shape {
	switch {
	case l.Kind == Audio:
		return Shape{Priority: PriorityHigh}
	case l.Name == LineScreen:
		return Shape{Priority: PriorityVeryLow, Keep: KeepSize}
	}
	return Shape{Priority: PriorityVeryLow, Keep: KeepRate}
}
