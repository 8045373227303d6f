package media

import (
	"context"
	"errors"
	"strings"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/wasm/rtc"
)

// Trouble is why something cannot be captured.
type Trouble string

// The troubles, and the exceptions of W3C mediacapture-streams section 10.2 they stand for.
const (
	Denied      Trouble = "denied"      // NotAllowedError: somebody said no, now or once
	Forbidden   Trouble = "forbidden"   // NotAllowedError: the device's own settings say no, or the page may not ask
	Missing     Trouble = "missing"     // NotFoundError: there is none
	Taken       Trouble = "busy"        // NotReadableError, AbortError: another program has it, or it does not start
	Unfit       Trouble = "unfit"       // OverconstrainedError: not even without any wish
	Unavailable Trouble = "unavailable" // this browser cannot capture at all, or not on this page
	Failed      Trouble = "failed"      // anything else
)

// Troubles lists every one; there are words for each as "fault.media."+what+"-"+trouble, where what is "mic", "camera" or
// "screen".
func Troubles() []Trouble {
	return []Trouble{Denied, Forbidden, Missing, Taken, Unfit, Unavailable, Failed}
}

var errUnavailable = errors.New("media: nothing can be captured here")

// ErrTap means that the browser plays nothing until somebody touches the page: show a button whose press calls
// Player.Unlock.
var ErrTap = fault.New(fault.Unavailable, "media.tap", nil)

// whats are the short names of lines in codes.
var whats = map[string]string{rtc.LineAudio: "mic", rtc.LineCamera: "camera", rtc.LineScreen: "screen"}

// trouble finds out why from the exception's name and, where one name stands for two things, from its message.
func trouble(err error) Trouble {
	var named interface{ DOMName() (name, message string) }
	if errors.Is(err, errUnavailable) {
		return Unavailable
	}
	if !errors.As(err, &named) {
		return Failed
	}
	name, message := named.DOMName()
	switch name {
	case "NotAllowedError", "PermissionDeniedError":
		if said := strings.ToLower(message); strings.Contains(said, "by system") || strings.Contains(said, "permissions policy") {
			return Forbidden
		}
		return Denied
	case "SecurityError":
		return Forbidden
	case "NotFoundError", "DevicesNotFoundError":
		return Missing
	case "NotReadableError", "TrackStartError", "AbortError":
		return Taken
	case "OverconstrainedError", "ConstraintNotSatisfiedError":
		return Unfit
	case "TypeError":
		return Unavailable
	}
	return Failed
}

// faultOf is an error as a person is told: fault.Unavailable "media.mic-denied", "media.camera-busy" and so on. What ended
// because nobody waits any more stays as it is.
func faultOf(line string, err error) *fault.Error {
	return fault.New(fault.Unavailable, "media."+whats[line]+"-"+string(trouble(err)), err)
}

// Why is the trouble a fault of this room tells, or "".
func Why(f *fault.Error) Trouble {
	if f == nil {
		return ""
	}
	_, why, _ := strings.Cut(strings.TrimPrefix(f.Code, "media."), "-")
	return Trouble(why)
}

// Works is what a trouble means for a visit.
func (t Trouble) Works() care.Works {
	switch t {
	case "":
		return care.WorksWell
	case Denied, Forbidden:
		return care.Forbidden
	case Taken:
		return care.Busy
	case Missing, Unavailable:
		return care.WorksNever
	}
	return care.WorksNot
}

// ended reports whether err only says that nobody waits for the answer any more.
func ended(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
