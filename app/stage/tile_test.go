package stage

import (
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
