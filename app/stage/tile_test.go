package stage

import (
	"strings"
	"testing"
	"time"
)

// TestTheTileSaysWhichSide: where nothing gets through, the tile says whose side it is, to eyes and to screen readers.
func TestTheTileSaysWhichSide(t *testing.T) {
	for side, want := range map[string]string{"ours": "does not receive you", "theirs": "sends nothing"} {
		s := New(func() time.Time { return noon }, Acts{})
		wren := somebody(1, "Wren-23")
		wren.Side = side
		s.See(View{Me: therapist(), Others: []Person{wren}})
		mustHave(t, drawn(s.Tiles()), want, "Wren-23, "+want)
	}
}

// TestTheSecondPageSaysSo: a page that is silent because another one of the same person is heard says so, and offers the change.
func TestTheSecondPageSaysSo(t *testing.T) {
	s := New(func() time.Time { return noon }, everything(&[]string{}))
	s.See(View{Me: therapist(), Second: true})
	mustHave(t, drawn(s.Tiles()), `id="second"`, `id="second-use"`, "Use this one")
}

// TestTwoInOneRoomAreToldOnce: who may howl with another device is told what helps, can mute at once, and is left alone after; who is
// silent already, or alone, is told nothing.
func TestTwoInOneRoomAreToldOnce(t *testing.T) {
	me, wren := therapist(), somebody(1, "Wren-23")
	me.Mic = true
	view := View{Me: me, Others: []Person{wren}, Near: true}
	stand := func(v View) *Stage {
		s := New(func() time.Time { return noon }, everything(&[]string{}))
		s.See(v)
		return s
	}
	s := stand(view)
	mustHave(t, drawn(s.Tiles()), `id="near"`, "same room or house", `id="near-mute"`, "Mute here", `id="near-shut"`)
	s.apart = true
	if strings.Contains(drawn(s.Tiles()), `id="near"`) {
		t.Error("it is said again")
	}
	for what, change := range map[string]func(*View){"nobody is near": func(v *View) { v.Near = false }, "silent": func(v *View) { v.Me.Mic = false },
		"alone": func(v *View) { v.Others = nil }, "another page is heard": func(v *View) { v.Second = true }, "it ends": func(v *View) { v.Closing = 9 }} {
		v := view
		change(&v)
		s := stand(v)
		if strings.Contains(drawn(s.Tiles()), `id="near"`) {
			t.Errorf("%s: it is said", what)
		}
	}
}
