package signal

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hearth/shared/ecg/score"
)

// MustWrite puts a file below a folder.
func MustWrite(t testing.TB, dir, name string, content []byte) {
	t.Helper()
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// marks writes annotations, code by sample, as PhysioNet does.
func marks(at []int, code []int) (b []byte) {
	last := 0
	for i, a := range at {
		far := a - last
		if far > 1023 {
			b = append(b, 0, 59<<2)
			b = binary.LittleEndian.AppendUint16(b, uint16(far>>16))
			b = binary.LittleEndian.AppendUint16(b, uint16(far))
			far = 0
		}
		b = binary.LittleEndian.AppendUint16(b, uint16(code[i]<<10|far))
		last = a
	}
	return append(b, 0, 0)
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// twice writes the same recordings in both layouts: a heart of 330 s and one of 20 s, of whose annotations one has no beat
// and the last ten seconds are excluded.
func twice(t testing.TB) (listed, physionet string) {
	listed, physionet = filepath.Join(t.TempDir(), "made"), filepath.Join(t.TempDir(), "made")
	csv := "db,record,fs,samples\n"
	for name, seconds := range map[string]int{"a1": 330, "b2": 20} {
		samples, peaks := heart(250, seconds)
		beats, at, code := "sample,symbol,rpeak\n", []int{}, []int{}
		for i, p := range peaks {
			a := int(p) + i%5 - 2
			beats += fmt.Sprintf("%d,N,%.2f\n", a, p)
			at, code = append(at, a), append(code, 1)
		}
		if name == "b2" {
			beats += "2450,V,2450\n"
			at, code = append(at, 2450, 2500, 5000), append(code, 5, 32, 33)
			MustWrite(t, listed, "made/b2.excl.csv", []byte("start,end\n2500,5000\n"))
		}
		csv += fmt.Sprintf("made,%s,250,%d\n", name, len(samples))
		MustWrite(t, listed, "made/"+name+".beats.csv", []byte(beats))
		MustWrite(t, listed, "made/"+name+".ch0.i16.gz", zipped(raw(samples)))
		sorted(at, code)
		MustWrite(t, physionet, name+".atr", marks(at, code))
		MustWrite(t, physionet, name+".hea", fmt.Appendf(nil, "%s 1 250 %d\n%s.dat 16 200(0)/mV 16 0 0\n", name, len(samples), name))
		MustWrite(t, physionet, name+".dat", raw(samples))
	}
	MustWrite(t, listed, "records.csv", []byte(csv))
	return listed, physionet
}

func sorted(at, code []int) {
	for i := range at {
		for j := i; j > 0 && at[j] < at[j-1]; j-- {
			at[j], at[j-1], code[j], code[j-1] = at[j-1], at[j], code[j-1], code[j]
		}
	}
}

// cells finds a line of a block of the table by its first words and gives the rest.
func cells(t testing.TB, table, block string, first ...string) []string {
	t.Helper()
	_, rest, ok := strings.Cut(table, "\n"+block+"\n")
	for _, l := range strings.Split(rest, "\n") {
		f := strings.Fields(l)
		if len(f) >= len(first) && strings.Join(f[:len(first)], " ") == strings.Join(first, " ") {
			return f[len(first):]
		}
	}
	t.Fatalf("no line %v in block %q (%t) of\n%s", first, block, ok, table)
	return nil
}

const usual = "Within 150 ms, from the first sample"

func TestScore(t *testing.T) {
	listed, physionet := twice(t)
	det := filepath.Join(t.TempDir(), "det")
	table := MustAsk(t, nil, "score", "--det", det, listed)
	again := MustAsk(t, nil, "score", physionet)
	_, peaks := heart(250, 330)

	a := cells(t, table, usual, "made", "a1")
	if a[0] != fmt.Sprint(len(peaks)) || a[1] != "0" || a[2] != "0" || a[3] != "100.000" || a[5] != "100.000" {
		t.Errorf("a1: %v, want %d beats, all found", a, len(peaks))
	}
	b := cells(t, table, usual, "made", "b2")
	if b[1] != "1" || b[2] != "0" || b[4] != "100.000" {
		t.Errorf("b2: %v, want one beat missed that is none", b)
	}
	if late := cells(t, table, "Within 50 ms, from 300 s on", "made", "b2"); late[0] != "0" || late[3] != "-" {
		t.Errorf("b2 from 300 s on: %v", late)
	}
	if late := cells(t, table, "Within 150 ms, from 300 s on", "made", "a1"); late[0] == "0" || late[0] == a[0] || late[5] != "100.000" {
		t.Errorf("a1 from 300 s on: %v", late)
	}
	short := cells(t, table, "In short: F1 by rule, the worst record's F1 of the first, and the rest by the first", "made")
	if short[7] != "b2" || short[1] != cells(t, table, "Within 50 ms, from the first sample", "made", "gross")[5] {
		t.Errorf("in short: %v", short)
	}
	for _, r := range []string{"a1", "b2"} { // the R peaks were looked for in one of the two: beats, hits and delays are the same
		one, two := cells(t, table, usual, "made", r), cells(t, again, usual, "made", r)
		if strings.Join(one[:6], " ") != strings.Join(two[:6], " ") || one[7] != two[7] {
			t.Errorf("%s: %v, as PhysioNet keeps it %v", r, one, two)
		}
	}
	samples, _ := heart(250, 20)
	want := MustAsk(t, raw(samples), "peaks", "--rate", "250")
	if got, err := os.ReadFile(filepath.Join(det, "b2.txt")); err != nil || string(got) != want {
		t.Errorf("found: %s, %v, want what peaks says:\n%s", got, err, want)
	}
}

// A folder of PhysioNet's folders is scored with a total; records nobody annotated are named and left out.
func TestScoreOfSeveral(t *testing.T) {
	_, physionet := twice(t)
	dir := filepath.Dir(physionet)
	MustWrite(t, dir, "noise/em.hea", []byte("em 1 250 10\nem.dat 16\n"))
	MustWrite(t, dir, "README", []byte("hello"))
	for _, f := range []string{"b2.hea", "b2.dat", "b2.atr"} {
		b, err := os.ReadFile(filepath.Join(physionet, f))
		if err != nil {
			t.Fatal(err)
		}
		MustWrite(t, dir, "more/"+f, b)
	}
	code, table, errs := ask(t, nil, "score", dir)
	if code != well || !strings.Contains(errs, "em") {
		t.Fatalf("exit %d, said %s", code, errs)
	}
	made, more, all := cells(t, table, usual, "made", "gross"), cells(t, table, usual, "more", "gross"), cells(t, table, usual, "ALL", "gross")
	var n [3]int
	for i, c := range [][]string{made, more, all} {
		fmt.Sscan(c[0], &n[i])
	}
	if n[0]+n[1] != n[2] || n[1] == 0 {
		t.Errorf("beats: %v", n)
	}
}

func TestScoreRefuses(t *testing.T) {
	dir := t.TempDir()
	good := "db,record,fs\nx,r,250\n"
	beats := []byte("sample,symbol\n100,N\n")
	signal := zipped(make([]byte, 1000))
	for what, c := range map[string]struct {
		files map[string][]byte
		says  string
	}{
		"empty":               {nil, "no records.csv"},
		"an index of nothing": {map[string][]byte{"records.csv": []byte("db,record,fs\n")}, "names no recording"},
		"an empty index":      {map[string][]byte{"records.csv": nil}, "records.csv is empty"},
		"a rate of words":     {map[string][]byte{"records.csv": []byte("db,record,fs\nx,r,fast\n")}, `row 2: fs is "fast"`},
		"no name":             {map[string][]byte{"records.csv": []byte("db,record,fs\nx,,250\n")}, "row 2: db or record is missing"},
		"no signal":           {map[string][]byte{"records.csv": []byte(good)}, "x/r cannot be scored"},
		"no zip":              {map[string][]byte{"records.csv": []byte(good), "x/r.ch0.i16.gz": []byte("hello, hello")}, "r.ch0.i16.gz"},
		"half a sample":       {map[string][]byte{"records.csv": []byte(good), "x/r.ch0.i16.gz": zipped([]byte{1})}, "middle of a sample"},
		"no beats":            {map[string][]byte{"records.csv": []byte(good), "x/r.ch0.i16.gz": signal}, "beats.csv"},
		"a beat nowhere":      {map[string][]byte{"records.csv": []byte(good), "x/r.ch0.i16.gz": signal, "x/r.beats.csv": []byte("sample\nhere\n")}, "row 2"},
		"a bad stretch": {map[string][]byte{"records.csv": []byte(good), "x/r.ch0.i16.gz": signal, "x/r.beats.csv": beats,
			"x/r.excl.csv": []byte("start,end\n1,x\n")}, "end is"},
		"a rate too low": {map[string][]byte{"records.csv": []byte("db,record,fs\nx,r,50\n"), "x/r.ch0.i16.gz": signal, "x/r.beats.csv": beats}, "100 to 1000"},
		"outside":        {map[string][]byte{"records.csv": []byte("db,record,fs\n..,r,250\n")}, "cannot be scored"},
		"segments":       {map[string][]byte{"r.hea": []byte("r/2 1 360\n"), "r.atr": {0, 0}}, "several segments"},
		"another format": {map[string][]byte{"r.hea": []byte("r 1 360\nr.dat 80\n"), "r.atr": {0, 0}, "r.dat": {1, 2}}, "format 80"},
		"no mark":        {map[string][]byte{"r.hea": []byte("r 1 360\nr.dat 16\n"), "r.atr": {0, 0}, "r.dat": {1, 2}}, "marks no beat"},
	} {
		at := filepath.Join(dir, strings.ReplaceAll(what, " ", "-"))
		MustWrite(t, at, "README", nil)
		for name, b := range c.files {
			MustWrite(t, at, name, b)
		}
		if code, out, errs := ask(t, nil, "score", at); code != failed || out != "" || !strings.Contains(errs, c.says) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%s: exit %d, said %q, want one line with %q", what, code, errs, c.says)
		}
	}
	for _, args := range [][]string{{"score"}, {"score", dir, dir}, {"score", "--nonsense", dir}} {
		if code, _, errs := ask(t, nil, args...); code != misled || errs == "" {
			t.Errorf("%v: exit %d", args, code)
		}
	}
	if code, _, errs := ask(t, nil, "score", filepath.Join(dir, "nowhere")); code != failed || !strings.Contains(errs, "cannot be used") {
		t.Errorf("no such folder: exit %d, said %s", code, errs)
	}
}

// What is scored on PhysioNet's files hangs on where R peaks are looked for: on recordings that come with theirs, made
// by the same definition, ours have to be the same.
func TestLocatedAsGiven(t *testing.T) {
	root := os.Getenv("HEARTH_TEST_DATA")
	if root == "" {
		t.Log("HEARTH_TEST_DATA is not set: the given R peaks of real recordings are left out")
		return
	}
	all, _, err := contents(filepath.Join(root, "ecg"))
	if err != nil {
		t.Fatal(err)
	}
	n, off := 0, 0
	for _, e := range all {
		if strings.HasPrefix(e.db, "nst") { // theirs were looked for before noise was added
			continue
		}
		r, err := e.read()
		if err != nil {
			t.Fatal(err)
		}
		for i, b := range score.Locate(r.samples, r.Rate, r.Beats) {
			n++
			if math.Abs(b.Peak-r.Beats[i].Peak) > 0.0051 { // they are given to a hundredth
				off++
			}
		}
	}
	if t.Logf("%d of %d R peaks are elsewhere", off, n); n == 0 || off*10000 > n {
		t.Errorf("%d of %d R peaks are elsewhere than given", off, n)
	}
}

// Recordings of one name are not written over each other.
func TestNothingFoundIsWrittenOver(t *testing.T) {
	dir, det := t.TempDir(), filepath.Join(t.TempDir(), "det")
	MustWrite(t, dir, "records.csv", []byte("db,record,fs\none,100,250\ntwo,100,250\n"))
	if code, out, errs := ask(t, nil, "score", "--det", det, dir); code != failed || out != "" || !strings.Contains(errs, "one/100 and two/100 have the same name") {
		t.Errorf("exit status %d, %q, %q", code, out, errs)
	}
	if _, err := os.Stat(det); err == nil {
		t.Error("a folder is made for nothing")
	}
}
