package media

import (
	"context"
	"errors"
	"math"
	"time"

	"hearth/wasm/rtc"
)

// How is the way a track is shown.
type How struct {
	Silent bool // nothing is to be heard: one's own picture, or a second view of the same person
	Gentle bool // sound comes up within a second, so that an echo canceller learns before anything can echo
}

// Player shows tracks in elements of the page, <video> or <audio>, by their id. An element that the page drew anew gets its
// tracks back by Refresh, and all do when somebody looks at the page again: phones take them away. Sound goes straight from
// the track to the element: through Web Audio some phones would cancel no echo.
type Player interface {
	// Show lets tracks play in an element, instead of those that were there; without tracks it empties it. It is right to call
	// it again with the same. A voice is heard before its picture comes, and without. Errors: ErrTap; fault.Unavailable "media.play".
	Show(ctx context.Context, id string, how How, tracks ...rtc.Track) error
	// Refresh looks for every element again: after the page drew itself, and on a "Tap for sound" button. Errors as Show.
	Refresh(ctx context.Context) error
	// Unlock lets sound begin, within a gesture, and tries again what waited for one. Errors as Show.
	Unlock(ctx context.Context) error
	// Waiting reports whether something cannot be heard until somebody touches the page.
	Waiting() bool
	// Through lets everything be heard through another loudspeaker, where the browser can: CanChoose.
	Through(ctx context.Context, device string) error
	CanChoose() bool
	// Chime plays three soft notes, to try the loudspeaker, and tells when they are over. Errors: ErrTap.
	Chime(ctx context.Context) error
	// Aside takes an element's picture into a small window above everything else, or brings it back; within a gesture.
	Aside(ctx context.Context, id string, on bool) error
	// CanAside reports whether the browser has such windows, IsAside whether one is open.
	CanAside() bool
	IsAside() bool
	// OnChange is called when Waiting or IsAside changed by themselves.
	OnChange(f func()) (stop func())
	// Meter listens to how loud a track is.
	Meter(t rtc.Track) Meter
	// Close empties all elements. It may be called twice.
	Close() error
}

// Meter is how loud a track is, now: 0 is silence, 1 the loudest there can be, on a scale of hearing (60 dB). Poll it about
// ten times a second; it costs a few thousand numbers each time.
type Meter interface {
	Level() float64
	Close() error
}

// chimeTime is how long the notes last.
const chimeTime = 1500 * time.Millisecond

// loud turns the mean square of samples between −1 and 1 into Meter's scale.
func loud(square float64) float64 {
	if !(square > 1e-6) { // −60 dB
		return 0
	}
	return min(1, 1+math.Log10(square)/6)
}

// waiting are the elements that wait for a finger: each by itself, for the own silent picture always plays.
type waiting map[string]bool

// after takes in what came of playing an element, and reports whether that changed that any waits.
func (w waiting) after(id string, err error) (changed bool) {
	before := len(w) > 0
	switch {
	case err == nil:
		delete(w, id)
	case errors.Is(err, ErrTap):
		w[id] = true
	}
	return before != (len(w) > 0)
}

// None is the Player where there is none: nothing is shown, and nobody is told.
type None struct{}

func (None) Show(context.Context, string, How, ...rtc.Track) error { return nil }
func (None) Refresh(context.Context) error                         { return nil }
func (None) Unlock(context.Context) error                          { return nil }
func (None) Waiting() bool                                         { return false }
func (None) Through(context.Context, string) error                 { return nil }
func (None) CanChoose() bool                                       { return false }
func (None) Chime(context.Context) error                           { return nil }
func (None) Aside(context.Context, string, bool) error             { return nil }
func (None) CanAside() bool                                        { return false }
func (None) IsAside() bool                                         { return false }
func (None) OnChange(func()) func()                                { return func() {} }
func (None) Meter(rtc.Track) Meter                                 { return noMeter{} }
func (None) Close() error                                          { return nil }

type noMeter struct{}

func (noMeter) Level() float64 { return 0 }
func (noMeter) Close() error   { return nil }
