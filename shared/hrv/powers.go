package hrv

import (
	"math"
	"slices"
)

// analyse makes the spectrum of the longest window.
func (s *Series) analyse() { s.bands, s.restless = s.powers(s.long) }

// powers makes the spectrum of a window, if its heart keeps its pace.
func (s *Series) powers(w *window) (b Bands, restless bool) {
	s.at, s.rr = s.at[:0], s.rr[:0]
	for i := w.from; i < w.to; i++ {
		v := s.past.at(i)
		if v.out {
			continue
		}
		if n := len(s.at); n > 0 {
			if v.at <= s.at[n-1] {
				continue
			}
			if v.at-s.at[n-1] > widestHole {
				return noBands(), false
			}
		}
		s.at, s.rr = append(s.at, v.at), append(s.rr, v.rr)
	}
	if len(s.rr) < 4 {
		return noBands(), false
	}
	half := len(s.rr) / 2
	early, _ := spread(s.rr[:half])
	late, _ := spread(s.rr[half:])
	if math.Abs(early-late) > drift*min(early, late) {
		return noBands(), true
	}
	return s.spectrum.bands(s.at, s.rr), false
}

// Spectrum gives the powers of the window of that length at time at by Welch, NaN those a window of this length cannot
// give (Rules), all of them when the pace drifts or beats are missing for long. Unlike the rest it costs a transform each
// time; asking changes nothing.
func (s *Series) Spectrum(l Length, at float64) Bands {
	r := s.Over(l, at)
	if !r.Mark(HF).Valid() {
		return noBands()
	}
	w := s.windows[slices.Index(Lengths[:], l)]
	w.take(&s.past, max(at, s.last.At))
	b, _ := s.powers(&w)
	if !r.Mark(LF).Valid() {
		b.LF, b.LFPeak = math.NaN(), math.NaN()
	}
	if !r.Mark(VLF).Valid() {
		b.VLF = math.NaN()
	}
	return b
}

// shares fills in the spectrum, when the longest window is full.
func (s *Series) shares(span float64, v *Values) {
	switch {
	case span < full*fiveMinutes:
		v.Why |= Short | Filling
	case s.restless:
		v.Why |= Restless
	case math.IsNaN(s.bands.LF):
		v.Why |= Filling
	default:
		v.LF, v.HF, v.VLF = s.bands.LF, s.bands.HF, s.bands.VLF
	}
}
