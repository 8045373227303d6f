package signal

import (
	"cmp"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strings"

	"hearth/shared/ecg/score"
	"hearth/shared/wfdb"
)

// annotator is who marked the reference beats of PhysioNet's databases.
const annotator = "atr"

// records lists PhysioNet's recordings in a folder, and those without annotations.
func records(fsys fs.FS, folder, db string) (all []entry, left []string, err error) {
	files, err := fs.ReadDir(fsys, folder)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), ".hea")
		if !ok || f.IsDir() {
			continue
		}
		base := path.Join(folder, name)
		if _, err := fs.Stat(fsys, base+"."+annotator); err != nil {
			left = append(left, name)
			continue
		}
		all = append(all, entry{db, name, func() (recording, error) { return annotated(fsys, base) }})
	}
	return all, left, nil
}

// annotated reads the first signal of a record and its beats. Nobody marked their R peaks, so they are looked for.
func annotated(fsys fs.FS, base string) (r recording, err error) {
	h, err := wfdb.Open(fsys, base)
	if err != nil {
		return r, err
	}
	raw, err := wfdb.Load(fsys, base, h, 0)
	if err != nil {
		return r, err
	}
	marks, err := wfdb.Annotate(fsys, base, annotator)
	if err != nil {
		return r, err
	}
	r.samples, r.Rate = make([]float64, len(raw)), h.Rate
	for i, v := range raw {
		r.samples[i] = h.Signals[0].Physical(v)
	}
	r.Reference = reference(h.Rate, marks)
	r.Beats = score.Locate(r.samples, r.Rate, r.Beats)
	if len(r.Beats) == 0 {
		return r, fmt.Errorf("%s.%s marks no beat", base, annotator)
	}
	return r, nil
}

// reference takes the beats out of annotations. Where the ventricles flutter there are none to be counted: EC57 leaves
// those stretches out.
func reference(rate float64, marks wfdb.Annotations) score.Reference {
	r := score.Reference{Rate: rate}
	k := 1.0
	if marks.Rate > 0 {
		k = rate / marks.Rate
	}
	began := math.NaN()
	for _, m := range marks.List {
		at := float64(m.At) * k
		switch {
		case m.Code.Beat():
			r.Beats = append(r.Beats, score.Beat{At: at, Peak: at, Symbol: m.Code.Symbol()})
		case m.Code == wfdb.FlutterBegin && math.IsNaN(began):
			began = at
		case m.Code == wfdb.FlutterEnd && !math.IsNaN(began):
			r.Excluded = append(r.Excluded, score.Span{From: began, To: at})
			began = math.NaN()
		}
	}
	if !math.IsNaN(began) {
		r.Excluded = append(r.Excluded, score.Span{From: began, To: math.Inf(1)})
	}
	slices.SortStableFunc(r.Beats, func(a, b score.Beat) int { return cmp.Compare(a.At, b.At) })
	return r
}
