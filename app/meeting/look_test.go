package meeting

import (
	"testing"

	"hearth/app/call"
	"hearth/shared/live"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
)

type camera struct{}

func (camera) Kind() rtc.Kind { return rtc.Video }

// TestAPausedPicture: what is paused for us is said and not shown; what is paused for somebody else we see.
func TestAPausedPicture(t *testing.T) {
	seat := live.Seat{In: true, Mic: true, Camera: true, Thin: true} // somebody gets none of their pictures
	them := call.Person{Member: "them", Presence: live.Here, Seat: seat, Conn: rtc.View{State: rtc.StateConnected}, Tracks: map[string]rtc.Track{rtc.LineCamera: camera{}}}
	for _, paused := range []bool{false, true} {
		them.Paused = paused
		v := Look("me", call.State{In: true, People: []call.Person{them}}, media.State{}, places{"them": 1}, Known{})
		if seen := v.Others; len(seen) != 1 || seen[0].Picture == paused || seen[0].Thin != paused {
			t.Errorf("paused for us: %v, they look like %+v", paused, v.Others)
		}
	}
}
