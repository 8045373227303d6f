package signal

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"hearth/shared/ecg/score"
)

// recording is an annotated recording: its first lead, and where its beats are.
type recording struct {
	score.Reference
	samples []float64 // NaN where there is none
}

// entry is a recording in a folder, read only when it is its turn.
type entry struct {
	db, name string
	read     func() (recording, error)
}

var errNothing = errors.New("it has no " + index + ", nor PhysioNet's .hea files with annotations beside them (.atr)")

// contents lists the recordings of a folder: those of its index; where it has none PhysioNet's in it; where it has none
// either those of the folders in it. left are PhysioNet's that nobody annotated.
func contents(dir string) (all []entry, left []string, err error) {
	fsys := os.DirFS(dir)
	if _, err := fs.Stat(fsys, index); err == nil {
		all, err = listed(fsys)
		return all, nil, err
	}
	whole, err := filepath.Abs(dir)
	if err != nil {
		return nil, nil, err
	}
	if all, left, err = records(fsys, ".", filepath.Base(whole)); err != nil || len(all) > 0 {
		return all, left, err
	}
	inside, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, nil, err
	}
	for _, f := range inside {
		if !f.IsDir() {
			continue
		}
		more, without, err := records(fsys, f.Name(), f.Name())
		if err != nil {
			return nil, nil, err
		}
		all, left = append(all, more...), append(left, without...)
	}
	if len(all) == 0 {
		return nil, nil, errNothing
	}
	return all, left, nil
}

// find gives the beats the detector finds in a recording, and how long it took: the median of what a second of signal
// takes, for the machine may have had other things to do in some.
func find(r recording) (all []beat, took time.Duration, err error) {
	f, err := newFinder(r.Rate)
	if err != nil {
		return nil, 0, fmt.Errorf("its rate of %g cannot be used: 100 to 1000 samples a second can", r.Rate)
	}
	second := int(math.Round(r.Rate))
	var times []float64
	for rest := r.samples; len(rest) > 0; {
		n := min(second, len(rest))
		began := time.Now()
		all = append(all, f.take(rest[:n])...)
		if n == second {
			times = append(times, time.Since(began).Seconds())
		}
		rest = rest[n:]
	}
	all = append(all, f.end()...)
	if len(times) > 0 {
		took = time.Duration(score.Median(times) * float64(len(r.samples)) / r.Rate * float64(time.Second))
	}
	return all, took, nil
}

// judged is them as the scoring wants them, where they are written to be.
func judged(all []beat) []score.Found {
	out := make([]score.Found, len(all))
	for i, b := range all {
		out[i] = score.Found{At: math.Round(b.At*finest) / finest, Fed: float64(b.known)}
	}
	return out
}
