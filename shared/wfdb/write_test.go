package wfdb

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// The writers here are the tests' own: what they write, the room must read.

// encode writes samples of all signals, taken in turns, in a format.
func encode(format int, turns []int16) (raw []byte) {
	if format == 16 {
		for _, v := range turns {
			raw = binary.LittleEndian.AppendUint16(raw, uint16(v))
		}
		return raw
	}
	for i := 0; i < len(turns); i += 2 {
		a, b := uint16(turns[i])&0xfff, uint16(0)
		if i+1 < len(turns) {
			b = uint16(turns[i+1]) & 0xfff
		}
		raw = append(raw, byte(a), byte(a>>8)|byte(b>>8)<<4)
		if i+1 < len(turns) {
			raw = append(raw, byte(b))
		}
	}
	return raw
}

// header writes a header; every signal in its file.
func header(h Header) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# written by a test\n%s %d %g %d 12:00:00 1/2/1990\r\n", h.Name, len(h.Signals), h.Rate, h.Samples)
	for _, s := range h.Signals {
		fmt.Fprintf(&b, "%s %d", s.File, s.Format)
		if s.Offset > 0 {
			fmt.Fprintf(&b, "+%d", s.Offset)
		}
		fmt.Fprintf(&b, " %g(%d)/%s %d %d %d %d 0 %s\n", s.Gain, s.Baseline, s.Unit, s.Bits, s.Zero, s.First, s.Sum, s.About)
	}
	for _, i := range h.Info {
		fmt.Fprintf(&b, "# %s\n", i)
	}
	return b.String()
}

// marks writes annotations.
func marks(list []Annotation) (raw []byte) {
	word := func(what Code, far int64) {
		raw = binary.LittleEndian.AppendUint16(raw, uint16(what)<<10|uint16(far)&0x3ff)
	}
	at, channel, number := int64(0), int8(0), int8(0)
	for _, m := range list {
		far := m.At - at
		if far < 0 || far > 1023 || (far == 0 && m.Code == 0) {
			word(skip, 0)
			raw = binary.LittleEndian.AppendUint16(raw, uint16(uint32(far-1)>>16))
			raw = binary.LittleEndian.AppendUint16(raw, uint16(far-1))
			far = 1
		}
		word(m.Code, far)
		at = m.At
		if m.Sub != 0 {
			word(sub, int64(m.Sub))
		}
		if m.Chan != channel {
			word(chn, int64(m.Chan))
		}
		if m.Num != number {
			word(num, int64(m.Num))
		}
		channel, number = m.Chan, m.Num
		if m.Text != "" {
			word(aux, int64(len(m.Text)))
			raw = append(raw, m.Text...)
			if len(m.Text)%2 == 1 {
				raw = append(raw, 0)
			}
		}
	}
	return append(raw, 0, 0)
}
