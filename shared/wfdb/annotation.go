package wfdb

import (
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
)

// Annotation is a mark at a sample.
type Annotation struct {
	At   int64 // sample, from 0, at the annotations' own rate
	Code Code
	Sub  int8   // subtype
	Chan int8   // signal it belongs to
	Num  int8   // annotator's own number
	Text string // such as the rhythm's name
}

// Annotations are those of one annotator, in the order of the file.
type Annotations struct {
	Rate float64 // samples a second that At counts; 0: those of the signal
	List []Annotation
}

// What stands in the upper six bits where it is no annotation, annot(5).
const (
	skip = 59 // a long way to the next: four bytes follow
	num  = 60
	sub  = 61
	chn  = 62
	aux  = 63 // a text follows
)

// resolution begins a note (code 22) at sample 0 that says what At counts.
const (
	noted      Code = 22
	resolution      = "## time resolution:"
)

var errCut = errors.New("the annotations end in the middle: the file is cut off")

// ParseAnnotations reads annotations in the MIT format: words of 16 bits, low byte first, six bits of what and ten of
// how far. A file without its end mark is refused, for it has been cut off.
func ParseAnnotations(raw []byte) (Annotations, error) {
	var a Annotations
	var at, jump int64
	var channel, number int8
	for len(raw) >= 2 {
		word := binary.LittleEndian.Uint16(raw)
		what, far := word>>10, int64(word&0x3ff)
		raw = raw[2:]
		last := len(a.List) - 1
		switch {
		case word == 0:
			return a, nil
		case what == skip: // a PDP-11's long: upper half first, each half with its low byte first
			if len(raw) < 4 {
				return Annotations{}, errCut
			}
			jump += int64(int32(uint32(binary.LittleEndian.Uint16(raw))<<16 | uint32(binary.LittleEndian.Uint16(raw[2:]))))
			raw = raw[4:]
		case what == aux:
			room := int(far + far%2)
			if len(raw) < room {
				return Annotations{}, errCut
			}
			a.note(last, string(raw[:far]))
			raw = raw[room:]
		case what == num:
			number = int8(far)
			a.change(last, func(m *Annotation) { m.Num = number })
		case what == sub:
			a.change(last, func(m *Annotation) { m.Sub = int8(far) })
		case what == chn:
			channel = int8(far)
			a.change(last, func(m *Annotation) { m.Chan = channel })
		default:
			at, jump = at+jump+far, 0
			a.List = append(a.List, Annotation{At: at, Code: Code(what), Chan: channel, Num: number})
		}
	}
	return Annotations{}, errCut
}

// change lets what follows an annotation belong to it; before the first it belongs to none.
func (a *Annotations) change(i int, do func(*Annotation)) {
	if i >= 0 {
		do(&a.List[i])
	}
}

// note gives an annotation its text.
func (a *Annotations) note(i int, text string) {
	if i < 0 {
		return
	}
	text = strings.TrimRight(text, "\x00")
	a.List[i].Text = text
	if rate, ok := strings.CutPrefix(text, resolution); ok && a.List[i].At == 0 && a.List[i].Code == noted {
		if v, err := strconv.ParseFloat(strings.TrimSpace(rate), 64); err == nil && v > 0 && v < 1e6 {
			a.Rate = v
		}
	}
}
