package ecg

import (
	"math"
	"slices"
	"testing"
)

// sorting tells how well a quality sorts right from wrong.
type sorting struct {
	right, wrong []float64 // qualities
	missed       int       // beats nobody found
	named        [8]int    // causes of right beats
}

func (s *sorting) add(o sorting) {
	s.right, s.wrong, s.missed = append(s.right, o.right...), append(s.wrong, o.wrong...), s.missed+o.missed
	for i, n := range o.named {
		s.named[i] += n
	}
}

func from(v []float64, least float64) float64 {
	n := 0
	for _, x := range v {
		if x >= least {
			n++
		}
	}
	return float64(n)
}

// auc is the chance that a right one has more quality than a wrong one, NaN when there are none.
func (s *sorting) auc() float64 {
	r := slices.Clone(s.right)
	slices.Sort(r)
	sum := 0.0
	for _, w := range s.wrong {
		lo, _ := slices.BinarySearch(r, w)
		hi, _ := slices.BinarySearch(r, math.Nextafter(w, 2))
		sum += float64(len(r)-hi) + float64(hi-lo)/2
	}
	return sum / float64(len(r)) / float64(len(s.wrong))
}

// kept is the share of right ones kept, of wrong ones kept, and of right ones among those kept, per cent.
func (s *sorting) kept() (right, wrong, ppv float64) {
	r, w := from(s.right, Usable), from(s.wrong, Usable)
	return 100 * r / float64(len(s.right)), 100 * w / max(1, float64(len(s.wrong))), 100 * r / max(1, r+w)
}

// graded runs a record and sorts its beats, and its seconds: a second is wrong when it holds a beat that is none, or one
// that was missed. A second is graded half a second after its end.
func graded(t testing.TB, r record) (beats, seconds sorting) {
	t.Helper()
	d, err := NewDetector(r.rate)
	if err != nil {
		t.Fatal(err)
	}
	var found []Beat
	var grades []float64
	for i, v := range r.samples {
		found = d.Feed(v, found)
		if at := (float64(i)+1)/r.rate - 0.5; at >= 1 && at >= float64(len(grades)+1) {
			grades = append(grades, d.Grade().Quality)
		}
	}
	bad := make([]bool, len(grades)+2)
	spoil := func(at float64) { bad[min(len(bad)-1, int(at/r.rate))] = true }
	hit := pairs(r, found, 150)
	for i, b := range found {
		switch hit[i] {
		case right:
			beats.right = append(beats.right, b.Quality)
			for k := range beats.named {
				if b.Why&(1<<k) != 0 {
					beats.named[k]++
				}
			}
		case wrong:
			beats.wrong = append(beats.wrong, b.Quality)
			spoil(b.At)
		}
	}
	for _, at := range missing(r, found, 150) {
		beats.missed++
		spoil(at)
	}
	for i, q := range grades {
		switch {
		case i < 3 || inside(r, float64(i)*r.rate):
		case bad[i]:
			seconds.wrong = append(seconds.wrong, q)
		default:
			seconds.right = append(seconds.right, q)
		}
	}
	return beats, seconds
}

const (
	wrong = iota
	right
	left // out: nothing can be counted there
)

func inside(r record, at float64) bool {
	for _, e := range r.excluded {
		if at >= e[0] && at <= e[1] {
			return true
		}
	}
	return false
}

// pairs says of every beat found whether it is the nearest to a reference beat within window ms.
func pairs(r record, found []Beat, window float64) []int {
	out := make([]int, len(found))
	owner := map[int]int{}
	for i, b := range found {
		if inside(r, b.At) {
			out[i] = left
			continue
		}
		k := nearest(r.beats, b.At)
		if k < 0 || math.Abs(r.beats[k].at-b.At) > window*r.rate/1000 {
			continue
		}
		if o, ok := owner[k]; ok {
			if math.Abs(found[o].At-r.beats[k].at) <= math.Abs(b.At-r.beats[k].at) {
				continue
			}
			out[o] = wrong
		}
		out[i], owner[k] = right, i
	}
	return out
}

func nearest(beats []refBeat, at float64) int {
	k, _ := slices.BinarySearchFunc(beats, at, func(b refBeat, at float64) int {
		if b.at < at {
			return -1
		}
		return 1
	})
	if k == len(beats) || k > 0 && at-beats[k-1].at < beats[k].at-at {
		k--
	}
	return k
}

// missing are the reference beats nobody found.
func missing(r record, found []Beat, window float64) []float64 {
	var out []float64
	for _, b := range r.beats {
		k, _ := slices.BinarySearchFunc(found, b.at-window*r.rate/1000, func(f Beat, at float64) int {
			if f.At < at {
				return -1
			}
			return 1
		})
		if !inside(r, b.at) && (k == len(found) || found[k].At > b.at+window*r.rate/1000) {
			out = append(out, b.at)
		}
	}
	return out
}

// The floors stand a little under what is reached; the figures of every record are in the log (-v).
func TestDevelopmentQuality(t *testing.T) {
	floors := []struct {
		db                   string
		right, ppv, auc, auS float64
	}{
		{"mitdb", 98.5, 99.9, 0.95, 0.86},
		{"nstdb", 89, 99.2, 0.92, 0.92},
		{"nst_made", 84, 98.7, 0.9, 0.9},
		{"movesense", 99.3, 99.8, 0, 0},
	}
	beats, seconds := map[string]*sorting{}, map[string]*sorting{}
	for _, r := range MustRecords(t) {
		b, s := graded(t, r)
		if beats[r.db] == nil {
			beats[r.db], seconds[r.db] = &sorting{}, &sorting{}
		}
		beats[r.db].add(b)
		seconds[r.db].add(s)
		logSorting(t, r.db, r.name, b, s)
	}
	for _, f := range floors {
		if beats[f.db] == nil {
			continue
		}
		b, s := *beats[f.db], *seconds[f.db]
		logSorting(t, f.db, "all", b, s)
		if kept, _, ppv := b.kept(); kept < f.right || ppv < f.ppv || b.auc() < f.auc || s.auc() < f.auS {
			t.Errorf("%s: %.2f %% of right beats kept, PPV %.2f, AUC %.3f, of seconds %.3f; want %+v", f.db, kept, ppv, b.auc(), s.auc(), f)
		}
	}
}

func logSorting(t testing.TB, db, name string, b, s sorting) {
	t.Helper()
	keep, bad, ppv := b.kept()
	good, spoilt, _ := s.kept()
	t.Logf("%-9s %-7s right %5d kept %6.2f  wrong %4d kept %5.1f  PPV %6.2f Se %6.2f AUC %.3f  seconds: clean %5d kept %6.2f  spoilt %4d kept %5.1f AUC %.3f  named %v",
		db, name, len(b.right), keep, len(b.wrong), bad, ppv, keep*float64(len(b.right))/float64(len(b.right)+b.missed), b.auc(), len(s.right), good, len(s.wrong), spoilt, s.auc(), b.named[:6])
}
