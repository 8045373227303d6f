package wfdb

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// aRecord makes a record of one to four signals in one or two files.
func aRecord(t *rapid.T) (Header, [][]int16, fstest.MapFS) {
	h := Header{Name: "r1", Rate: rapid.SampledFrom([]float64{128, 360, 257.5}).Draw(t, "rate")}
	n := rapid.IntRange(1, 60).Draw(t, "samples")
	h.Samples = n
	var values [][]int16
	files := fstest.MapFS{}
	for f := range rapid.IntRange(1, 2).Draw(t, "files") {
		format := rapid.SampledFrom([]int{16, 212}).Draw(t, "format")
		least, greatest := int16(math.MinInt16), int16(math.MaxInt16)
		if format == 212 {
			least, greatest = -2047, 2047
		}
		name := fmt.Sprintf("r1_%d.dat", f)
		offset := rapid.SampledFrom([]int{0, 0, 7}).Draw(t, "offset")
		turns := []int16{}
		count := rapid.IntRange(1, 2).Draw(t, "signals")
		first := len(values)
		for range count {
			values = append(values, rapid.SliceOfN(rapid.Int16Range(least, greatest), n, n).Draw(t, "values"))
		}
		for i := range n {
			for k := range count {
				turns = append(turns, values[first+k][i])
			}
		}
		for k := range count {
			sum := uint16(0)
			for _, v := range values[first+k] {
				sum += uint16(v)
			}
			h.Signals = append(h.Signals, Signal{File: name, Format: format, Offset: offset, Gain: rapid.Float64Range(0.1, 5000).Draw(t, "gain"),
				Baseline: rapid.IntRange(-2000, 2000).Draw(t, "baseline"), Unit: "uV", Bits: 11, Zero: 1024, First: int(values[first+k][0]),
				Sum: sum, Summed: true, About: "lead " + fmt.Sprint(k)})
		}
		files[name] = &fstest.MapFile{Data: append(make([]byte, offset), encode(format, turns)...)}
	}
	h.Info = []string{"69 M 1085 1629 x1", "Aldomet, Inderal"}
	files["r1.hea"] = &fstest.MapFile{Data: []byte(header(h))}
	return h, values, files
}

func TestRecordsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, values, files := aRecord(t)
		got, err := Open(files, "r1")
		if err != nil {
			t.Fatal(err)
		}
		if a, b := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); a != b {
			t.Fatalf("header: got %s, want %s", a, b)
		}
		for k := range values {
			v, err := Load(files, "r1", got, k)
			if err != nil || !slices.Equal(v, values[k]) {
				t.Fatalf("signal %d: got %v, %v, want %v", k, v, err, values[k])
			}
		}
	})
}

func TestMarksComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []Annotation
		at := int64(0)
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			at += rapid.OneOf(rapid.Int64Range(0, 1100), rapid.Int64Range(0, 1<<30)).Draw(t, "far")
			want = append(want, Annotation{At: at, Code: Code(rapid.IntRange(0, 49).Draw(t, "code")), Sub: rapid.Int8Range(0, 127).Draw(t, "sub"),
				Chan: rapid.Int8Range(0, 3).Draw(t, "chan"), Num: rapid.Int8Range(-5, 5).Draw(t, "num"),
				Text: rapid.StringMatching(`[(A-Za-z ]{0,40}`).Draw(t, "text")})
		}
		got, err := ParseAnnotations(marks(want))
		if err != nil || !slices.Equal(got.List, want) {
			t.Fatalf("got %+v, %v, want %+v", got.List, err, want)
		}
	})
}

// The first lines and bytes of a record as the manual pages describe them, put down by hand.
func TestByHand(t *testing.T) {
	h, err := ParseHeader("100 2 360/0.5(3) 4 0:0:0\n100.dat 212 200 11 1024 995 0 0 MLII\n100.dat 212 0/uV 11 -5\n# 69 M\n")
	if err != nil {
		t.Fatal(err)
	}
	if s := h.Signals[0]; h.Rate != 360 || s.Gain != 200 || s.Baseline != 1024 || s.Unit != "mV" || s.About != "MLII" || s.First != 995 || !s.Summed {
		t.Errorf("first signal: %+v at %g Hz", s, h.Rate)
	}
	if s := h.Signals[1]; s.Gain != 200 || s.Baseline != -5 || s.Unit != "uV" || s.First != -5 || s.Summed || s.About != "" {
		t.Errorf("second signal: %+v", s)
	}
	if got := h.Signals[0].Physical(1224); got != 1 {
		t.Errorf("1224 is %g mV, want 1", got)
	}
	if got := h.Signals[0].Physical(Missing); !math.IsNaN(got) {
		t.Errorf("a missing sample is %g mV", got)
	}
	h.Samples, h.Signals[0].Summed = 2, false
	// E3 33 F3: 0x3E3 = 995 and 0x3F3 = 1011; FF 8F 00: 0xFFF = −1 and 0x800, the missing one.
	raw := []byte{0xe3, 0x33, 0xf3, 0xff, 0x8f, 0x00}
	first, err1 := h.Decode(0, raw)
	second, err2 := h.Decode(1, raw)
	if err1 != nil || err2 != nil || !slices.Equal(first, []int16{995, -1}) || !slices.Equal(second, []int16{1011, Missing}) {
		t.Errorf("samples: %v %v, %v %v", first, err1, second, err2)
	}
	// A rhythm at 18 with its name, a beat at 77, one 2^16+5 later, of subtype 1.
	a, err := ParseAnnotations([]byte{18, 28 << 2, 3, 63 << 2, '(', 'A', 'B', 0, 59, 1 << 2, 0, 59 << 2, 1, 0, 0, 0, 5, 5 << 2, 1, 61 << 2, 0, 0})
	want := []Annotation{{At: 18, Code: 28, Text: "(AB"}, {At: 77, Code: 1}, {At: 77 + 65536 + 5, Code: 5, Sub: 1}}
	if err != nil || !slices.Equal(a.List, want) {
		t.Errorf("annotations: %+v, %v, want %+v", a.List, err, want)
	}
}

func TestRateOfAnnotations(t *testing.T) {
	note := Annotation{Code: noted, Text: "## time resolution: 1000"}
	for what, c := range map[string]struct {
		list []Annotation
		rate float64
	}{
		"none":           {[]Annotation{{At: 5, Code: 1}}, 0},
		"one":            {[]Annotation{note, {At: 5, Code: 1}}, 1000},
		"a remark later": {[]Annotation{{At: 5, Code: 1}, {At: 9, Code: noted, Text: note.Text}}, 0},
		"nonsense":       {[]Annotation{{Code: noted, Text: "## time resolution: fast"}}, 0},
	} {
		if a, err := ParseAnnotations(marks(c.list)); err != nil || a.Rate != c.rate {
			t.Errorf("%s: got %g, %v, want %g", what, a.Rate, err, c.rate)
		}
	}
}

func TestRefusals(t *testing.T) {
	for text, says := range map[string]string{
		"":                                     "empty",
		"# nothing\n":                          "empty",
		"100/3 2 360 1000\n":                   "several segments",
		"100 2 360\na.dat 212\n":               "speaks of 2 signals and describes 1",
		"100 x\n":                              "number of signals",
		"100\n":                                "number of signals is missing",
		"100 1 fast\na.dat 16\n":               "no sampling rate",
		"100 1 360 many\na.dat 16\n":           "no number of samples",
		"100 1\na.dat\n":                       "format is missing",
		"100 1\na.dat 16x4\n":                  "several samples per frame",
		"100 1\na.dat 16:3\n":                  "skew",
		"100 1\na.dat 16+-3\n":                 "no byte offset",
		"100 1\na.dat 16 loud\n":               "no gain",
		"100 1\na.dat 16 200(3/mV\n":           "no gain",
		"100 1\na.dat 16 200(x)/mV\n":          "no baseline",
		"100 1\na.dat 16 200/mV x\n":           "line 2",
		"100 1 NaN\na.dat 16\n":                "no sampling rate",
		"100 99999999 360\n" + "a.dat 16\n":    "no number of signals",
		"100 1 360 0\na.dat 16 Inf(3)/mV 11\n": "no gain",
	} {
		if _, err := ParseHeader(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want a word of %q", text, err, says)
		}
	}
	h := Header{Samples: 3, Signals: []Signal{{File: "a", Format: 16, Summed: true, Sum: 9}, {File: "b", Format: 8}, {File: "c", Format: 16}, {File: "c", Format: 212}}}
	for k, c := range []struct {
		raw  []byte
		says string
	}{{make([]byte, 6), "checksum"}, {make([]byte, 6), "format 8"}, {nil, "different formats"}} {
		if _, err := h.Decode(k, c.raw); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("signal %d: got %v, want a word of %q", k, err, c.says)
		}
	}
	if _, err := h.Decode(0, make([]byte, 5)); err == nil || !strings.Contains(err.Error(), "after 2 of 3") {
		t.Errorf("a short file: got %v", err)
	}
	whole := marks([]Annotation{{At: 3, Code: 1}, {At: 99999, Code: 5, Text: "abc"}})
	for n := range whole {
		if _, err := ParseAnnotations(whole[:n]); err != errCut {
			t.Errorf("cut after %d of %d bytes: got %v", n, len(whole), err)
		}
	}
	files := fstest.MapFS{"bad.hea": {Data: []byte("x/2 1")}, "bad.atr": {Data: []byte{1}}, "out.hea": {Data: []byte("out 1\n../secret 16\n")}}
	if _, err := Open(files, "bad"); err == nil || !strings.Contains(err.Error(), "bad.hea: line 1") {
		t.Errorf("a header that is refused: %v", err)
	}
	if _, err := Open(files, "none"); err == nil {
		t.Error("a record that is not there was opened")
	}
	if _, err := Annotate(files, "bad", "atr"); err == nil || !strings.Contains(err.Error(), "bad.atr") {
		t.Errorf("annotations that are cut: %v", err)
	}
	out, err := Open(files, "out")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(files, "out", out, 0); err == nil {
		t.Error("a header led out of its folder")
	}
	if _, err := Load(files, "out", out, 1); err == nil {
		t.Error("a signal that is not there was read")
	}
}

func TestBeatCodes(t *testing.T) {
	beats := ""
	for c := range Code(64) {
		if c.Beat() {
			beats += c.Symbol()
		}
	}
	if want := "NLRaVFJASEj/QB?enfr"; beats != want {
		t.Errorf("beats are %s, want %s", beats, want)
	}
	if Flutter.Symbol()+FlutterBegin.Symbol()+FlutterEnd.Symbol() != "![]" {
		t.Error("flutter has other signs")
	}
}
