package simulated

import "testing"

// linear is a sample of μ-law as a receiver hears it (ITU-T G.711 section 3.2).
func linear(b byte) int {
	b = ^b
	v := (int(b&0x0f)<<3+0x84)<<(b>>4&7) - 0x84
	if b&0x80 != 0 {
		return -v
	}
	return v
}

func TestMuLaw(t *testing.T) {
	for s, want := range map[int16]byte{0: 0xff, -1: 0x7f, 32767: 0x80, -32768: 0x00, 1000: 0xce, -1000: 0x4e} {
		if got := muLaw(s); got != want {
			t.Errorf("muLaw(%d) = %#x, want %#x", s, got, want)
		}
	}
	for s := -32635; s <= 32635; s++ { // what is louder is clipped
		if heard, half := linear(muLaw(int16(s))), (abs(s)+0x84)/32+1; abs(heard-s) > half {
			t.Fatalf("%d is heard as %d, more than half a step of %d away", s, heard, 2*half)
		}
	}
}

func abs(n int) int { return max(n, -n) }

// TestTone counts how often the tone crosses zero: that is its pitch.
func TestTone(t *testing.T) {
	tone, crossings, last := &tone{hertz: 440}, 0, 0
	for range 4 * 50 {
		p := tone.packet()
		if len(p) != 160 {
			t.Fatalf("a packet of %d samples", len(p))
		}
		for _, b := range p {
			if v := linear(b); v != 0 {
				if v*last < 0 {
					crossings++
				}
				last = v
			}
		}
	}
	if crossings < 2*440*4*98/100 || crossings > 2*440*4 {
		t.Fatalf("%d crossings in four seconds of 440 Hz", crossings)
	}
}
