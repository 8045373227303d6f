package signal

import (
	"cmp"
	"compress/gzip"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"

	"hearth/shared/ecg/score"
)

// index names the recordings of a folder, a row each: db, record and fs (samples a second) are looked at. Those of a db lie
// in a folder of its name: <record>.ch0.i16.gz (int16 little-endian), <record>.beats.csv (sample, symbol, rpeak) and,
// where beats cannot be counted, <record>.excl.csv (start, end).
const index = "records.csv"

// longest is the most samples read of a recording: four days at 1000 Hz.
const longest = 4 * 24 * 3600 * 1000

// listed gives the recordings of an index.
func listed(fsys fs.FS) (all []entry, err error) {
	t, err := table(fsys, index)
	if err != nil {
		return nil, err
	}
	for i := range t.rows {
		rate, err := t.number(i, "fs")
		if err != nil {
			return nil, err
		}
		db, name := t.text(i, "db"), t.text(i, "record")
		if db == "" || name == "" {
			return nil, t.wrong(i, "db or record is missing")
		}
		base := path.Join(db, name)
		all = append(all, entry{db, name, func() (recording, error) { return load(fsys, base, rate) }})
	}
	if len(all) == 0 {
		return nil, errors.New(index + " names no recording")
	}
	return all, nil
}

func load(fsys fs.FS, base string, rate float64) (r recording, err error) {
	r.Rate = rate
	if r.samples, err = unpack(fsys, base+".ch0.i16.gz"); err != nil {
		return r, err
	}
	t, err := table(fsys, base+".beats.csv")
	if err != nil {
		return r, err
	}
	for i := range t.rows {
		at, err := t.number(i, "sample")
		if err != nil {
			return r, err
		}
		b := score.Beat{At: at, Peak: at, Symbol: t.text(i, "symbol")}
		if t.text(i, "rpeak") != "" {
			if b.Peak, err = t.number(i, "rpeak"); err != nil {
				return r, err
			}
		}
		r.Beats = append(r.Beats, b)
	}
	slices.SortStableFunc(r.Beats, func(a, b score.Beat) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Peak, b.Peak)) })
	r.Excluded, err = excluded(fsys, base+".excl.csv")
	return r, err
}

func excluded(fsys fs.FS, name string) (out []score.Span, err error) {
	t, err := table(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range t.rows {
		from, err1 := t.number(i, "start")
		to, err2 := t.number(i, "end")
		if err := cmp.Or(err1, err2); err != nil {
			return nil, err
		}
		out = append(out, score.Span{From: from, To: to})
	}
	return out, nil
}

// unpack reads compressed samples.
func unpack(fsys fs.FS, name string) ([]float64, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	raw, err := io.ReadAll(io.LimitReader(z, 2*longest+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(raw) > 2*longest:
		return nil, fmt.Errorf("%s: longer than %d samples", name, longest)
	case len(raw)%2 != 0:
		return nil, fmt.Errorf("%s: ends in the middle of a sample", name)
	}
	out := make([]float64, len(raw)/2)
	for i := range out {
		out[i] = float64(int16(binary.LittleEndian.Uint16(raw[2*i:])))
	}
	return out, nil
}

// sheet is a CSV file with the names of its columns in the first line.
type sheet struct {
	name    string
	columns []string
	rows    [][]string
}

func table(fsys fs.FS, name string) (sheet, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return sheet{}, err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return sheet{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(all) == 0 {
		return sheet{}, fmt.Errorf("%s is empty", name)
	}
	return sheet{name, all[0], all[1:]}, nil
}

// text is a cell; "" where there is no such column.
func (t sheet) text(row int, column string) string {
	if i := slices.Index(t.columns, column); i >= 0 {
		return t.rows[row][i]
	}
	return ""
}

func (t sheet) number(row int, column string) (float64, error) {
	text := t.text(row, column)
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, t.wrong(row, fmt.Sprintf("%s is %q and no number", column, text))
	}
	return v, nil
}

func (t sheet) wrong(row int, what string) error {
	return fmt.Errorf("%s, row %d: %s", t.name, row+2, what)
}
