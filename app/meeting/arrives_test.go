package meeting

import (
	"testing"
	"time"

	"hearth/app/frame"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// TestOnlyWhoIsNewComesUpGently: an echo canceller needs a moment with a new voice; a voice that was there before is there at once.
func TestOnlyWhoIsNewComesUpGently(t *testing.T) {
	now := time.Now()
	m := &Meeting{o: Options{Env: &frame.Env{Now: func() time.Time { return now }}}, tracks: map[live.MemberID]map[string]rtc.Track{"wren": {}}, came: map[live.MemberID]time.Time{}}
	gently := func(what string, want bool) {
		t.Helper()
		if got := m.arrives("wren"); got != want {
			t.Errorf("%s: gently is %v", what, got)
		}
	}
	gently("without a voice", false)
	m.tracks["wren"][rtc.LineAudio] = struct{ rtc.Track }{}
	gently("who comes", true)
	now = now.Add(arriving / 2)
	gently("whose picture comes a moment after", true)
	now = now.Add(time.Minute)
	m.tracks["wren"][rtc.LineAudio] = struct{ rtc.Track }{}
	gently("who is connected again", false)
}
