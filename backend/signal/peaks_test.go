package signal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"hearth/shared/ecg"
)

// rows reads lines of numbers.
func rows(t testing.TB, text string) (out [][]float64) {
	t.Helper()
	for _, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		var row []float64
		for _, cell := range strings.Split(l, ",") {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatalf("%q: %v", l, err)
			}
			row = append(row, v)
		}
		out = append(out, row)
	}
	return out
}

func TestPeaks(t *testing.T) {
	for _, rate := range []float64{100, 250, 360, 1000} {
		samples, peaks := heart(rate, 30)
		got := rows(t, MustAsk(t, raw(samples), "peaks", "--rate", fmt.Sprint(rate)))
		if len(got) != len(peaks) {
			t.Errorf("%g Hz: %d beats, want %d", rate, len(got), len(peaks))
			continue
		}
		for i, row := range got {
			at, fed := row[0], row[1]
			if off := math.Abs(at-peaks[i]) / rate * 1000; len(row) != 2 || off > 8 {
				t.Errorf("%g Hz: beat %d at %g, want %.1f, in two columns: %v", rate, i, at, peaks[i], row)
			}
			if ends := fed == math.Trunc(fed) && (int(fed)%packet == packet-1 || int(fed) == len(samples)-1); !ends || fed < at {
				t.Errorf("%g Hz: beat %d at %g given out at %g, want the end of a packet after it", rate, i, at, fed)
			}
		}
	}
}

// A beat is out once the samples up to its second column are in, whatever follows.
func TestPeaksKnowNothingOfWhatFollows(t *testing.T) {
	samples, _ := heart(250, 20)
	lines := strings.SplitAfter(MustAsk(t, raw(samples), "peaks", "--rate", "250"), "\n")
	for i, row := range rows(t, strings.Join(lines, "")) {
		cut := MustAsk(t, raw(samples[:int(row[1])+1]), "peaks", "--rate", "250")
		if want := strings.Join(lines[:i+1], ""); !strings.HasPrefix(cut, want) {
			t.Errorf("cut after sample %g: got\n%swant\n%s", row[1], cut, want)
		}
	}
}

// Neither how the input is cut nor which other channels it has makes a difference.
func TestPeaksInPieces(t *testing.T) {
	samples, _ := heart(128, 12)
	want := MustAsk(t, raw(samples), "peaks", "--rate", "128", "--quality")
	rapid.Check(t, func(t *rapid.T) {
		channels := rapid.IntRange(1, 4).Draw(t, "channels")
		channel := rapid.IntRange(0, channels-1).Draw(t, "channel")
		frames := make([]int16, len(samples)*channels)
		for i := range frames {
			frames[i] = int16(i * 7919)
		}
		for i, v := range samples {
			frames[i*channels+channel] = v
		}
		sizes := rapid.SliceOfN(rapid.IntRange(1, 700), 1, 8).Draw(t, "pieces")
		var out, errs bytes.Buffer
		in := &pieces{raw(frames), sizes, 0}
		code := Run([]string{"peaks", "--rate=128", "--quality", fmt.Sprintf("--channels=%d", channels), fmt.Sprintf("--channel=%d", channel)},
			Streams{In: in, Out: &out, Err: &errs})
		if code != well || out.String() != want {
			t.Fatalf("exit %d, said %s; got %s, want %s", code, &errs, &out, want)
		}
	})
}

// pieces is a reader that gives so many bytes at a time, over and over.
type pieces struct {
	rest  []byte
	sizes []int
	n     int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.sizes[p.n%len(p.sizes)])], p.rest)
	p.rest, p.n = p.rest[n:], p.n+1
	return n, nil
}

func TestQualityColumns(t *testing.T) {
	samples, peaks := heart(250, 20)
	head, body, _ := strings.Cut(MustAsk(t, raw(samples), "peaks", "--rate", "250", "--quality", "--header"), "\n")
	if want := "sample,fed,quality,late,gap,normal,why"; head != want {
		t.Errorf("columns are %s, want %s", head, want)
	}
	var numbers strings.Builder
	var why []string
	for line := range strings.Lines(body) {
		at := strings.LastIndex(line, ",")
		numbers.WriteString(line[:at] + "\n")
		why = append(why, strings.TrimSpace(line[at+1:]))
	}
	got := rows(t, numbers.String())
	if len(got) != len(peaks) {
		t.Fatalf("%d beats, want %d", len(got), len(peaks))
	}
	for i, r := range got {
		if good := r[2] >= ecg.Good; good != (why[i] == "") && i > 3 {
			t.Errorf("beat %d of quality %.3f: %q", i, r[2], why[i])
		}
		first := 0.0
		if i == 0 {
			first = 1
		}
		if len(r) != 6 || !(r[2] >= 0 && r[2] <= 1) || r[4] != first || i > 12 && (r[2] < 0.8 || r[3] != 0 || r[5] != 1) {
			t.Errorf("beat %d: %v", i, r)
		}
	}
	if head, _, _ := strings.Cut(MustAsk(t, nil, "peaks", "--rate", "250", "--header"), "\n"); head != "sample,fed" {
		t.Errorf("without --quality the columns are %s", head)
	}
}

func TestPeaksRefuse(t *testing.T) {
	samples, _ := heart(250, 10)
	good := raw(samples)
	for what, c := range map[string]struct {
		in   []byte
		args []string
		code int
		says string
	}{
		"no rate":            {good, []string{}, misled, "--rate HZ"},
		"a low rate":         {good, []string{"--rate", "99"}, misled, "100 to 1000"},
		"a high rate":        {good, []string{"--rate", "1000.5"}, misled, "100 to 1000"},
		"no number":          {good, []string{"--rate", "fast"}, misled, "fast"},
		"not a number":       {good, []string{"--rate", "NaN"}, misled, "100 to 1000"},
		"an unknown flag":    {good, []string{"--rate", "250", "--loud"}, misled, "loud"},
		"a word too many":    {good, []string{"--rate", "250", "ecg.bin"}, misled, "ecg.bin"},
		"no channel":         {good, []string{"--rate", "250", "--channels", "0"}, misled, "0 channels"},
		"a channel too many": {good, []string{"--rate", "250", "--channels", "2", "--channel", "2"}, misled, "no channel 2 of 2"},
		"half a sample":      {good[:len(good)-1], []string{"--rate", "250"}, failed, "middle of a sample"},
		"half a frame":       {good[:len(good)-2], []string{"--rate", "250", "--channels", "2"}, failed, "2 bytes are left over"},
		"nothing asked":      {nil, []string{"--help"}, well, ""},
	} {
		code, out, errs := ask(t, c.in, append([]string{"peaks"}, c.args...)...)
		if code != c.code || !strings.Contains(errs, c.says) || code == misled && out != "" {
			t.Errorf("%s: exit %d, said %q and %d bytes, want %d and %q", what, code, errs, len(out), c.code, c.says)
		}
	}
	if _, out, _ := ask(t, good[:len(good)-1], "peaks", "--rate", "250"); strings.Count(out, "\n") < 8 {
		t.Error("half a sample at the end loses the beats before it")
	}
}

func TestPeaksWhereNobodyReadsOrWrites(t *testing.T) {
	samples, _ := heart(250, 10)
	broken := errors.New("the cable is out")
	var out, errs bytes.Buffer
	in := io.MultiReader(bytes.NewReader(raw(samples)), iotest.ErrReader(broken))
	if code := Run([]string{"peaks", "--rate", "250"}, Streams{In: in, Out: &out, Err: &errs}); code != failed || !strings.Contains(errs.String(), broken.Error()) || out.Len() == 0 {
		t.Errorf("a broken input: exit %d, said %s", code, &errs)
	}
	errs.Reset()
	if code := Run([]string{"peaks", "--rate", "250"}, Streams{In: bytes.NewReader(raw(samples)), Out: deaf{}, Err: &errs}); code != failed || !strings.Contains(errs.String(), "Nobody reads") {
		t.Errorf("nobody reads: exit %d, said %s", code, &errs)
	}
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestRun(t *testing.T) {
	for what, c := range map[string]struct {
		args []string
		code int
	}{"nothing": {nil, well}, "help": {[]string{"help"}, well}, "nonsense": {[]string{"nonsense"}, misled}} {
		code, out, errs := ask(t, nil, c.args...)
		if code != c.code || !strings.Contains(out+errs, "hearth signal score") {
			t.Errorf("%s: exit %d, said %s%s", what, code, out, errs)
		}
	}
	if !slices.ContainsFunc(strings.Split(Usage, "\n"), func(l string) bool { return strings.HasPrefix(l, "  hearth signal hrv") }) {
		t.Error("the usage does not name the command hrv")
	}
}
