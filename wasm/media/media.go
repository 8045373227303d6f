// Package media is the camera, the microphone, the screen and the loudspeaker of the device the page runs on.
//
//	Capture  owns what is captured: it asks for it, keeps it alive, mutes, turns the camera round, and lets it go
//	Player   shows tracks in elements of the page and lets them be heard
//	Meter    how loud a track is
//	Trouble  why a device cannot be had, as a fault with words and a way out
//
// There is one Capture a page, because browsers let a second request end the tracks of the first. It never decides who may
// see or hear anything, never keeps a picture or a sound, and sends nothing: Options.Put says what may be sent, and
// rtc.Peer sends it. The browser itself stands behind source; everything else runs anywhere.
package media

import (
	"context"

	"hearth/wasm/rtc"
)

// Mode is what the browser does to sound before it is sent. Echo is cancelled in both.
type Mode string

// The modes.
const (
	Speech Mode = "speech" // without noise, at an even loudness
	Plain  Mode = "plain"  // as it is: for breath, song, and therapy of voice and speech
)

// Facing is where a camera looks: VideoFacingModeEnum.
type Facing string

// The two that matter; "" where the device does not say, such as a computer's.
const (
	Front Facing = "user"
	Rear  Facing = "environment"
)

// DeviceKind is what a device is for: MediaDeviceKind.
type DeviceKind string

// The kinds.
const (
	Microphones DeviceKind = "audioinput"
	Cameras     DeviceKind = "videoinput"
	Speakers    DeviceKind = "audiooutput"
)

// Device is something that can be chosen. Label is "" until the browser was allowed to use one.
type Device struct {
	Kind  DeviceKind
	ID    string
	Label string
}

// Permission is what the browser would answer if it was asked: PermissionState.
type Permission string

// The permissions; "" where the browser does not tell.
const (
	Granted Permission = "granted"
	Refused Permission = "denied"
	Asks    Permission = "prompt"
)

// Track is a track captured here.
type Track interface {
	rtc.Track
	Label() string
	Device() string // see Device.ID
	Facing() Facing
	Size() (width, height int, rate float64)
	Enable(on bool)
	Muted() bool // by the system: a phone call, a switch on the device
	Ended() bool
	// Listen sets who is told when Muted or Ended changed, once.
	Listen(func())
	// Blur reports whether this camera can blur what is behind a person by itself, and whether it does.
	Blur() (can, on bool)
	SetBlur(ctx context.Context, on bool) error
	// Stop ends the track for good; Listen's function is not told.
	Stop()
}

// Picture is what is asked of a camera. A device that cannot gives what it has.
type Picture struct {
	Width, Height int
	Rate          float64
}

// Usual is what a guest's camera is asked for: enough to see a face and a movement, little enough for a cheap phone, its
// battery and its line.
var Usual = Picture{640, 360, 24}

// ask is a request to the browser. Nil is not asked for; loose asks for any device at all.
type ask struct {
	mic    *micAsk
	camera *cameraAsk
}

type micAsk struct {
	device string // "": any
	mode   Mode
	loose  bool
}

type cameraAsk struct {
	device  string // "": any
	facing  Facing
	exactly bool // facing is a must
	picture Picture
	blur    bool // what is behind the person; a wish, also of loose ones
	loose   bool
}

// source is what a browser can do. Errors carry the names of the DOM's exceptions (see Trouble).
type source interface {
	user(ctx context.Context, a ask) ([]Track, error)
	display(ctx context.Context) ([]Track, error)
	devices(ctx context.Context) ([]Device, error)
	// allowed says whether a line may be captured, and calls f, which may be nil, when that changes, until stopped.
	allowed(ctx context.Context, line string, f func()) (p Permission, stop func())
	// left gives, once, the tracks a script before us captured in window.hearthVisit.stream.
	left() []Track
	// answered waits until whoever captured before has an answer; it fails with ctx. A second question beside the first
	// would end what the first one brings.
	answered(ctx context.Context) error
	screens() bool // display may be asked for
	onDevices(func()) (stop func())
	onVisible(func()) (stop func())
	visible() bool
}

// none is the source where there is none.
type none struct{}

func (none) user(context.Context, ask) ([]Track, error)                   { return nil, errUnavailable }
func (none) display(context.Context) ([]Track, error)                     { return nil, errUnavailable }
func (none) devices(context.Context) ([]Device, error)                    { return nil, nil }
func (none) allowed(context.Context, string, func()) (Permission, func()) { return "", func() {} }
func (none) left() []Track                                                { return nil }
func (none) answered(context.Context) error                               { return nil }
func (none) screens() bool                                                { return false }
func (none) onDevices(func()) func()                                      { return func() {} }
func (none) onVisible(func()) func()                                      { return func() {} }
func (none) visible() bool                                                { return true }
