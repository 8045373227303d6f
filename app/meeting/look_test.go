package meeting

import (
	"testing"
	"time"

	"hearth/app/call"
	"hearth/app/stage"
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

// TestWhoChoosesTheLightSeesIt: whom staff put into the light is large on their own page as on everybody's; a guest's word is none.
func TestWhoChoosesTheLightSeesIt(t *testing.T) {
	person := func(id live.MemberID) call.Person {
		return call.Person{Member: id, Presence: live.Here, Conn: rtc.View{State: rtc.StateConnected}, Seat: live.Seat{In: true}}
	}
	s := call.State{In: true, People: []call.Person{person("a"), person("b")}, Seat: live.Seat{In: true, Spotlight: "b", At: 5}}
	for clinic, want := range map[bool]live.MemberID{true: "b", false: "a"} {
		on := stage.New(time.Now, stage.Acts{})
		on.See(Look("me", s, media.State{}, places{"a": 1, "b": 2}, Known{Clinic: clinic}))
		if large, _ := on.Large(); large != want {
			t.Errorf("of the clinic %v: %s is large, want %s", clinic, large, want)
		}
	}
}

// TestBlurFollowsTheCamera: what the stage offers is what the camera can.
func TestBlurFollowsTheCamera(t *testing.T) {
	for want, has := range map[stage.Ability]media.State{stage.Cannot: {Blur: true}, stage.Off: {CanBlur: true}, stage.On: {CanBlur: true, Blur: true}} {
		if got := Look("me", call.State{}, has, places{}, Known{}).Blur; got != want {
			t.Errorf("%+v is %d, want %d", has, got, want)
		}
	}
}

// TestAMinuteCutShortIsNotSilent: what is missing of sound are seconds in which it was meant and did not come.
func TestAMinuteCutShortIsNotSilent(t *testing.T) {
	for _, c := range []struct{ seconds, sound, want int }{{25, 25, 60}, {60, 60, 60}, {12, 12, 60}, {60, 45, 45}, {20, 8, 48}, {60, 0, 0}, {0, 0, 60}} {
		if got := Minute(call.Minute{Seconds: c.seconds, Sound: c.sound}).Sound; got != c.want {
			t.Errorf("%d of %d seconds are %d, want %d", c.sound, c.seconds, got, c.want)
		}
	}
}
