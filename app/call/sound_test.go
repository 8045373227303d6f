package call

import (
	"testing"

	"hearth/wasm/rtc"
)

// Sound is never paused and always comes first; it is made small only where pictures are small, and never grows on the way down.
func TestSoundStays(t *testing.T) {
	most := 1 << 30
	for at := Level(0); at <= Paused; at++ {
		s := Sound(at)
		if s.Paused || s.Priority != rtc.PriorityHigh {
			t.Errorf("at level %d sound is sent as %+v", at, s)
		}
		bits := s.Bits
		if bits == 0 {
			bits = 1 << 29 // the browser's own choice
		}
		if bits > most || bits < 6_000 {
			t.Errorf("at level %d sound takes %d bits, above it %d", at, bits, most)
		}
		most = bits
	}
	if s := Sound(firstLevel); s.Bits != 0 {
		t.Errorf("a call begins with sound as %+v", s)
	}
	if s := Sound(Paused); s.Bits == 0 {
		t.Errorf("without a picture sound is sent as %+v", s)
	}
}
