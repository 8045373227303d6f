package simulated

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// drawn is a few seconds of a drawn face that breathes, in VP8. Chromium encoded it from a canvas: go test ./e2e -run
// TestDrawTheFilm -write makes it anew.
//
//go:embed film.ivf
var drawn []byte

// film is a stretch of pictures that is shown again and again; the first one needs no other.
type film struct {
	pictures [][]byte
	each     time.Duration
	n        int
}

var errFilm = errors.New("not a film of VP8 in IVF")

// readFilm reads an IVF file (https://wiki.multimedia.cx/index.php/Duck_IVF): 32 bytes of head, then pictures with twelve
// bytes each before them. The bytes are kept.
func readFilm(b []byte) (*film, error) {
	if len(b) < 32 || string(b[:4]) != "DKIF" || string(b[8:12]) != "VP80" {
		return nil, errFilm
	}
	rate, scale := binary.LittleEndian.Uint32(b[16:]), binary.LittleEndian.Uint32(b[20:])
	if rate == 0 || scale == 0 || rate/scale > 120 || scale/rate > 10 {
		return nil, fmt.Errorf("%w: %d/%d pictures a second", errFilm, rate, scale)
	}
	f := &film{each: time.Duration(uint64(time.Second) * uint64(scale) / uint64(rate))}
	for b = b[min(len(b), int(binary.LittleEndian.Uint16(b[6:]))):]; len(b) > 0; {
		if len(b) < 12 {
			return nil, fmt.Errorf("%w: cut off", errFilm)
		}
		size := uint64(binary.LittleEndian.Uint32(b))
		if size == 0 || size > uint64(len(b)-12) {
			return nil, fmt.Errorf("%w: a picture of %d bytes", errFilm, size)
		}
		f.pictures = append(f.pictures, b[12:12+size])
		b = b[12+size:]
	}
	if len(f.pictures) == 0 || f.pictures[0][0]&1 != 0 { // RFC 6386 section 9.1: 0 is a key frame
		return nil, fmt.Errorf("%w: it does not begin with a whole picture", errFilm)
	}
	return f, nil
}

// picture is the next picture.
func (f *film) picture() []byte {
	p := f.pictures[f.n%len(f.pictures)]
	f.n++
	return p
}

// again shows the film from its beginning: whoever lost a picture cannot use those that follow.
func (f *film) again() { f.n = 0 }
