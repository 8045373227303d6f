package wfdb

import (
	"math"
	"testing"
)

// FuzzHeader: whatever the text, a header that is taken can be used on whatever bytes.
func FuzzHeader(f *testing.F) {
	f.Add("100 2 360 4 0:0:0\n100.dat 212 200 11 1024 995 -22131 0 MLII\n100.dat 212 200 11 1024 1011 20052 0 V5\n# 69 M\n", []byte{0xe3, 0x33, 0xf3, 0xff, 0x8f, 0x00})
	f.Add("r 1\nr.dat 16:0+2x1 1e3(-5)/uV 16 0 0 0 0 lead  one\n", []byte{0, 0, 1, 0})
	f.Add("r/2 1", []byte{})
	f.Add("r 1 360 4\nr.dat 212 200 11\v1024 995 -27131 0 lead 2", []byte{1})
	f.Fuzz(func(t *testing.T, text string, raw []byte) {
		h, err := ParseHeader(text)
		if err != nil {
			return
		}
		if !(h.Rate > 0) || math.IsInf(h.Rate, 0) || h.Samples < 0 {
			t.Fatalf("taken: %g Hz, %d samples", h.Rate, h.Samples)
		}
		for k, s := range h.Signals {
			if s.Gain == 0 || math.IsNaN(s.Gain) || math.IsInf(s.Gain, 0) {
				t.Fatalf("taken: gain %g", s.Gain)
			}
			v, err := h.Decode(k, raw)
			if err == nil && h.Samples > 0 && len(v) != h.Samples {
				t.Fatalf("%d of %d samples without a word", len(v), h.Samples)
			}
			for _, x := range v {
				if p := s.Physical(x); math.IsNaN(p) != (x == Missing) {
					t.Fatalf("%d is %g", x, p)
				}
			}
		}
	})
}

// FuzzAnnotations: whatever the bytes, no more annotations than they have room for.
func FuzzAnnotations(f *testing.F) {
	f.Add(marks([]Annotation{{Code: noted, Text: "## time resolution: 360"}, {At: 18, Code: 28, Text: "(N"}, {At: 77, Code: 1}, {At: 99999, Code: 5, Sub: 1, Chan: 1, Num: -2}}))
	f.Add([]byte{0, 59 << 2, 1, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := ParseAnnotations(raw)
		if len(a.List) > len(raw)/2 || err != nil && a.List != nil {
			t.Fatalf("%d annotations of %d bytes, %v", len(a.List), len(raw), err)
		}
		for _, m := range a.List {
			if m.Code >= skip {
				t.Fatalf("annotation of code %d", m.Code)
			}
		}
	})
}
