package native

import (
	"time"

	"hearth/wasm/rtc"
)

// Options say nothing in the browser's build.
type Options struct{ Loopback, RelayOnly bool }

// New returns rtc.None, so that tests which meet a native page still compile for the browser.
func New(Options) rtc.Maker { return rtc.None{} }

// Codec, Track and Received are empty in the browser's build, which has its own.
type (
	Codec    string
	Track    struct{}
	Received struct{}
)

// The codecs' names.
const (
	Opus Codec = "audio/opus"
	PCMU Codec = "audio/PCMU"
	VP8  Codec = "video/VP8"
)

// NewTrack refuses.
func NewTrack(Codec) (*Track, error) { return nil, rtc.ErrUnavailable }

// Kind is that of sound.
func (*Track) Kind() rtc.Kind { return rtc.Audio }

// Write refuses.
func (*Track) Write([]byte, time.Duration) error { return rtc.ErrUnavailable }

// Kind is that of sound.
func (*Received) Kind() rtc.Kind { return rtc.Audio }

// Last is never.
func (*Received) Last() time.Time { return time.Time{} }

// Count is nothing.
func (*Received) Count() (packets, bytes int64) { return 0, 0 }
