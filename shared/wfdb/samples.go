package wfdb

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Missing is a sample that is none, in whatever format.
const Missing = math.MinInt16

// missing212 is how format 212 says so.
const missing212 = -2048

var errSum = errors.New("the signal does not have the checksum its header names: the file is damaged")

// Decode takes signal k out of the bytes of its file. Signals that share a file lie in it in turns. It refuses other
// formats than 16 and 212, and a file shorter than the header says.
func (h Header) Decode(k int, raw []byte) ([]int16, error) {
	s := h.Signals[k]
	first, last := k, k+1
	for first > 0 && h.Signals[first-1].File == s.File {
		first--
	}
	for last < len(h.Signals) && h.Signals[last].File == s.File {
		last++
	}
	for _, other := range h.Signals[first:last] {
		if other.Format != s.Format {
			return nil, errors.New("signals of one file have different formats")
		}
	}
	raw = raw[min(len(raw), h.Signals[first].Offset):]
	at, count, err := coding(s.Format, raw)
	if err != nil {
		return nil, err
	}
	turns := last - first
	n := count / turns
	if h.Samples > 0 {
		if n < h.Samples {
			return nil, fmt.Errorf("the file ends after %d of %d samples", n, h.Samples)
		}
		n = h.Samples
	}
	out, sum := make([]int16, n), uint16(0)
	for i := range out {
		v := at(i*turns + k - first)
		sum += uint16(v)
		if s.Format == 212 && v == missing212 {
			v = Missing
		}
		out[i] = v
	}
	if s.Summed && h.Samples > 0 && sum != s.Sum {
		return nil, errSum
	}
	return out, nil
}

// coding says how many samples a file holds, all its signals taken together, and gives the i-th.
func coding(format int, raw []byte) (at func(i int) int16, count int, err error) {
	switch format {
	case 16: // 16 bits, two's complement, low byte first
		return func(i int) int16 { return int16(binary.LittleEndian.Uint16(raw[2*i:])) }, len(raw) / 2, nil
	case 212: // two of 12 bits in three bytes; the upper bits of both in the middle one
		at = func(i int) int16 {
			b := raw[i/2*3:]
			if i%2 == 0 {
				return sign12(uint16(b[0]) | uint16(b[1]&0x0f)<<8)
			}
			return sign12(uint16(b[2]) | uint16(b[1]&0xf0)<<4)
		}
		return at, len(raw)/3*2 + len(raw)%3/2, nil
	}
	return nil, 0, fmt.Errorf("signal format %d cannot be read; 16 and 212 can", format)
}

// sign12 is a number of 12 bits in two's complement.
func sign12(v uint16) int16 { return int16(v<<4) >> 4 }
