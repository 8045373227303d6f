package polar

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"hearth/shared/fault"
	"hearth/shared/sensor"
)

// The control point. A question is u8 operation · u8 measurement · settings; the answer 0xF0 · operation · measurement ·
// u8 error · u8 whether more follows · settings. What follows, where the air has room for 20 bytes only, begins in the same
// way or, from older straps, with u8 whether more follows alone. Read, it gives 0x0F and a bit for every measurement the
// device has.
const (
	opSettings = 1
	opStart    = 2
	opStop     = 3

	ecg          = 0
	acceleration = 2

	answered     = 0xF0
	featuresRead = 0x0F

	codeRunning  = 6  // already in state
	codeCharging = 13 // device in charger
)

// errRunning says that what is to be started runs already.
var errRunning = errors.New("measuring already")

// gives reports whether a device has a measurement.
func gives(features []byte, what byte) bool {
	return len(features) >= 2 && features[0] == featuresRead && features[1]&(1<<what) != 0
}

// ask puts a question and reads the answer. What is not its answer, or a refusal, is ErrRefused or ErrCharging.
func ask(ctx context.Context, link sensor.Link, op, what byte, wish []byte) (settings, error) {
	var reply answer
	_, err := link.Ask(ctx, Control, append([]byte{op, what}, wish...), Control, reply.add)
	b := reply.head
	switch {
	case err != nil:
		return settings{}, err
	case len(b) < 4 || b[0] != answered || b[1] != op || b[2] != what:
		return settings{}, fault.New(ErrRefused.Kind, ErrRefused.Code, fmt.Errorf("asked %d of %d, answered %d bytes of something else", op, what, len(b)))
	case b[3] == codeRunning && op == opStart:
		return settings{}, errRunning
	case b[3] == codeRunning && op == opStop: // it is stopped
		return settings{}, nil
	case b[3] == codeCharging:
		return settings{}, ErrCharging
	case b[3] != 0:
		return settings{}, fault.New(ErrRefused.Kind, ErrRefused.Code, fmt.Errorf("asked %d of %d, refused with code %d", op, what, b[3]))
	}
	return settingsOf(reply.settings), nil
}

// answer is put together of its parts.
type answer struct {
	head     []byte // the first part
	settings []byte
	parts    int
}

// add takes a part and reports whether another one follows.
func (a *answer) add(part []byte) (more bool) {
	const head = 5
	if a.parts++; a.parts == 1 {
		a.head = part
		if len(part) < head || part[0] != answered || part[3] != 0 {
			return false
		}
	}
	switch {
	case len(part) >= head && bytes.Equal(part[:3], a.head[:3]):
		part = part[head-1:]
	case len(part) == 0:
		return false
	}
	a.settings = append(a.settings, part[1:]...)
	return part[0] != 0 && a.parts < partsMost
}

// partsMost is more parts than any answer has.
const partsMost = 16

// settings are what a measurement can be set to, or, in the answer to a start, what holds.
type settings struct {
	rates, resolutions, ranges []int
	channels                   []int
	rate                       float64 // chosen
	factor                     float64 // what a step of packed samples is worth in g; 0 = not told
}

// The kinds of setting: u8 kind · u8 how many · values of so many bytes.
const (
	kindRate       = 0
	kindResolution = 1
	kindRange      = 2
	kindMilliRange = 3
	kindChannels   = 4
	kindFactor     = 5
)

var widths = [...]int{kindRate: 2, kindResolution: 2, kindRange: 2, kindMilliRange: 2, kindChannels: 1, kindFactor: 4}

// settingsOf reads a list of settings up to the first thing it does not know.
func settingsOf(b []byte) (s settings) {
	for len(b) >= 2 && int(b[0]) < len(widths) {
		kind, n, wide := b[0], int(b[1]), widths[b[0]]
		b = b[2:]
		if len(b) < n*wide {
			return s
		}
		var list []int
		for i := range n {
			switch v := b[i*wide:]; wide {
			case 1:
				list = append(list, int(v[0]))
			case 2:
				list = append(list, int(binary.LittleEndian.Uint16(v)))
			case 4:
				if f := float64(math.Float32frombits(binary.LittleEndian.Uint32(v))); f > 0 && f < 1 {
					s.factor = f
				}
			}
		}
		b = b[n*wide:]
		switch kind {
		case kindRate:
			s.rates = list
		case kindResolution:
			s.resolutions = list
		case kindRange:
			s.ranges = list
		case kindChannels:
			s.channels = list
		}
	}
	return s
}

// choose picks of what is offered, and writes it as a start wants it. Without a rate there is nothing to start.
func (s settings) choose(what byte) (chosen settings, wish []byte) {
	rate := ecgRate
	if what == acceleration {
		rate = movementRate
	}
	put := func(kind byte, list []int, aim int) int {
		if len(list) == 0 {
			return 0
		}
		v := nearest(list, aim)
		wish = append(wish, kind, 1)
		if widths[kind] == 1 {
			wish = append(wish, byte(v))
		} else {
			wish = binary.LittleEndian.AppendUint16(wish, uint16(v))
		}
		return v
	}
	if r := put(kindRate, s.rates, rate); r >= 10 && r <= 2000 {
		chosen.rate = float64(r)
	}
	put(kindResolution, s.resolutions, 16)
	put(kindRange, s.ranges, accRange)
	put(kindChannels, s.channels, 3)
	return chosen, wish
}

// nearest is the value of a list nearest to aim.
func nearest(list []int, aim int) int {
	return slices.MinFunc(list, func(a, b int) int { return max(a-aim, aim-a) - max(b-aim, aim-b) })
}
