package simulated

import (
	"math"
	"time"
)

// Sound is PCMU (RFC 3551 section 4.5.14): 8000 samples a second, one byte each, which every WebRTC endpoint takes (RFC 7874
// section 3), so nothing has to be encoded with care.
const (
	soundRate = 8000
	soundTime = 20 * time.Millisecond // a packet, as RFC 3551 recommends
)

// tone is a soft note that swells and fades, so that a listener hears that it goes on and a level meter moves.
type tone struct {
	hertz float64
	n     int // samples said
}

// packet is the next packet of the tone.
func (t *tone) packet() []byte {
	p := make([]byte, int(soundRate*soundTime/time.Second))
	for i := range p {
		at := float64(t.n) / soundRate
		swell := 0.5 - 0.5*math.Cos(2*math.Pi*at/2) // two seconds from silence to silence
		p[i] = muLaw(int16(6000 * swell * math.Sin(2*math.Pi*t.hertz*at)))
		t.n++
	}
	return p
}

// muLaw is one sample by ITU-T G.711 section 3.2: sign, three bits of segment, four of step, all inverted.
func muLaw(s int16) byte {
	const bias, most = 0x84, 32635
	v, sign := int(s), byte(0)
	if v < 0 {
		v, sign = -v, 0x80
	}
	v = min(v, most) + bias
	segment := 7
	for mask := 0x4000; v&mask == 0 && segment > 0; mask >>= 1 {
		segment--
	}
	return ^(sign | byte(segment)<<4 | byte(v>>(segment+3))&0x0f)
}
