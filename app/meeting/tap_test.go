package meeting

import (
	"testing"
	"time"

	"hearth/app/call"
	"hearth/app/stage"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/media"
	"hearth/wasm/rtc"
)

// mute is a player that may wait for a finger.
type mute struct {
	media.None
	waits bool
}

func (m *mute) Waiting() bool { return m.waits }

// TestTapToResume: a device that is kept from a page somebody looks at gets three seconds to come back by itself; then a finger
// is asked for, until it is back. Sound that waits is asked for at once.
func TestTapToResume(t *testing.T) {
	on := media.Status{Wanted: true, Live: true, On: true}
	held, lost := on, media.Status{Wanted: true}
	held.Held = true
	taken, denied := lost, lost
	taken.Fault, denied.Fault = fault.New(fault.Unavailable, "media.mic-busy", nil), fault.New(fault.Unavailable, "media.mic-denied", nil)
	well := media.State{Mic: on, Camera: on}
	for name, c := range map[string]struct {
		has                media.State
		met, spoke, hidden bool
		want               stage.Tap
	}{
		"all is well":                    {well, true, true, false, stage.NoTap},
		"a phone call":                   {media.State{Mic: held, Camera: on}, true, true, false, stage.TapResume},
		"a camera taken":                 {media.State{Mic: on, Camera: held}, true, true, false, stage.TapResume},
		"nobody looks":                   {media.State{Mic: held}, true, true, true, stage.NoTap},
		"a microphone gone":              {media.State{Mic: lost}, true, true, false, stage.TapResume},
		"none yet":                       {media.State{Mic: lost}, false, false, false, stage.NoTap},
		"taken by another program":       {media.State{Mic: taken}, true, true, false, stage.TapResume},
		"never had, for another has it":  {media.State{Mic: taken}, true, false, false, stage.NoTap},
		"refused, which no finger helps": {media.State{Mic: denied}, true, true, false, stage.NoTap},
		"nobody wants a microphone here": {media.State{}, true, false, false, stage.NoTap},
	} {
		p := &mute{}
		m := &Meeting{o: Options{Player: p}, has: c.has, met: c.met, spoke: c.spoke, hidden: c.hidden}
		now := time.Unix(1_800_000_000, 0)
		if got := m.tap(now); got != stage.NoTap {
			t.Errorf("%s: at once %q", name, got)
		}
		if got := m.tap(now.Add(tapAfter - 1)); got != stage.NoTap {
			t.Errorf("%s: too soon %q", name, got)
		}
		if got := m.tap(now.Add(tapAfter)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		m.has = well
		if got := m.tap(now.Add(time.Minute)); got != stage.NoTap {
			t.Errorf("%s: back, and still %q", name, got)
		}
		m.has = c.has
		if got := m.tap(now.Add(2 * time.Minute)); got != stage.NoTap {
			t.Errorf("%s: once more, and at once %q", name, got)
		}
		p.waits = true
		if got := m.tap(now.Add(2 * time.Minute)); got != stage.TapSound {
			t.Errorf("%s: with sound waiting %q", name, got)
		}
	}
}

// TestLookSaysWhichSide: whose device or which way is to blame stands on the tile, and who talks has a frame.
func TestLookSaysWhichSide(t *testing.T) {
	for side, state := range map[call.Side]stage.State{call.NoSide: stage.Here, call.Ours: stage.Here, call.Theirs: stage.Here, call.Both: stage.Mending} {
		s := call.State{People: []call.Person{{Member: "m", Presence: live.Here, Conn: rtc.View{State: rtc.StateConnected}, Trouble: side, Talks: side == call.NoSide}}}
		got := Look("me", s, media.State{}, places{"m": 1}, Known{}).Others[0]
		if got.Side != string(side) || got.State != state || got.Talks != (side == call.NoSide) {
			t.Errorf("%q: %+v", side, got)
		}
	}
}
