package hrv

import (
	"math"
	"slices"
)

const (
	longest    = 3.0  // seconds: no heartbeat is that long, so beats were missed and nothing is known between
	forget     = 10.0 // seconds without an interval after which the heart may be another, and no window tells of now
	meanFrom   = 30.0 // seconds of beats MeanHR and RMSSD need
	sdnnFrom   = 60.0 // and SDNN
	full       = 0.95 // of the longest window makes it full
	refresh    = 5.0  // seconds between two spectra
	drift      = 0.15 // change of the mean interval between the halves of the window: too much for shares
	newest     = 5    // intervals whose median is the heart rate
	stale      = 15.0 // seconds after which an interval says nothing of the heart rate now
	fresh      = 5.0  // and the newest has to be younger than this: without it the others are the past
	fewest     = 3    // intervals the heart rate needs
	widestHole = 5.0  // seconds a spectrum may bridge
)

// Series turns beats into variability over sliding windows. It is fed beat by beat and asked at any instant; an answer
// depends on the beats alone. It is for one goroutine.
type Series struct {
	last  Beat
	beats bool    // last is one
	told  float64 // seconds: the newest beat an interval led to, or the first after a long hole
	judge judge
	wait  []float64 // intervals not judged yet, oldest first
	ends  []float64 // and when each ends, seconds
	wrong int       // beats found wrong that no settled interval tells of yet

	past     history
	windows  [len(Lengths)]window
	short    *window // of these, the one of a minute
	long     *window // and the longest
	quick    [newest]settled
	quickN   int
	spectrum welch
	bands    Bands
	restless bool
	bandsAt  float64 // when they were made
	at, rr   []float64
}

// NewSeries starts with no beat.
func NewSeries() *Series {
	s := &Series{judge: newJudge(), wait: make([]float64, 0, 8), ends: make([]float64, 0, 8),
		at: make([]float64, 0, most), rr: make([]float64, 0, most)}
	for i, l := range Lengths {
		s.windows[i] = newWindow(float64(l))
	}
	s.short, s.long = &s.windows[1], &s.windows[len(Lengths)-1]
	s.forgetBands()
	return s
}

func (s *Series) forgetBands() {
	s.bands, s.bandsAt, s.restless = noBands(), math.Inf(-1), false
}

// Add takes the next beat. Beats come in order of time: one that is not later than the last, or at no finite time, is
// ignored with an empty verdict.
func (s *Series) Add(b Beat) Verdict {
	if math.IsNaN(b.At) || math.IsInf(b.At, 0) || s.beats && !(b.At > s.last.At) {
		return Verdict{}
	}
	before, had := s.last, s.beats
	s.last, s.beats = b, true
	if !had || b.AfterGap || b.At-before.At >= longest {
		s.sever(had && b.At-s.told < forget)
		if !had || b.At-s.told >= forget {
			s.begin(b.At)
		}
		s.slide(b.At) // windows are always at the newest interval: those asked for are copies, and share their queues
		return Verdict{}
	}
	s.told = b.At
	rr := (b.At - before.At) * 1000
	if b.Poor || before.Poor {
		s.sever(true)
		s.past.add(settled{at: b.At, out: true})
		s.slide(b.At)
		return Verdict{RR: rr, LeftOut: true}
	}
	v := Verdict{RR: rr, Corrected: s.judge.odd(rr)}
	if !v.Corrected {
		s.quick[s.quickN%newest] = settled{at: b.At, rr: rr}
		s.quickN++
	}
	s.wait, s.ends = append(s.wait, rr), append(s.ends, b.At)
	for len(s.wait) > 2 {
		s.settle()
	}
	s.slide(b.At)
	return v
}

// sever settles what waits, as far as it can be judged, and lets nothing lead on to the next interval. What was
// learned of the heart is kept when the hole is short.
func (s *Series) sever(keep bool) {
	for len(s.wait) > 0 {
		s.settle()
	}
	s.judge.sever()
	if !keep {
		s.judge.reset()
	}
}

// begin lets no window reach back over a long hole: with the first beats after it, what was before would be shown as now.
func (s *Series) begin(at float64) {
	s.told, s.quickN = at, 0
	for i := range s.windows {
		s.windows[i].begin(&s.past)
	}
}

// settle moves the oldest waiting intervals into the windows.
func (s *Series) settle() {
	class, used := s.judge.settle(s.wait)
	if class == Extra {
		s.wrong++
	}
	rest := 0.0
	for _, m := range s.judge.out {
		rest += m.rr
	}
	for _, m := range s.judge.out {
		rest -= m.rr
		if m.fixed {
			s.wrong++
		}
		s.past.add(settled{at: s.ends[used-1] - rest/1000, rr: m.rr, fixed: m.fixed, joins: m.joins, wrong: s.wrong})
		s.wrong = 0
	}
	s.wait = s.wait[:copy(s.wait, s.wait[used:])]
	s.ends = s.ends[:copy(s.ends, s.ends[used:])]
}

// slide brings the windows to now, and the spectrum when it is old.
func (s *Series) slide(now float64) {
	for i := range s.windows {
		s.windows[i].take(&s.past, now)
	}
	if s.long.span() < full*fiveMinutes || s.long.share() > Refused {
		s.forgetBands()
		return
	}
	if now-s.bandsAt >= refresh {
		s.bandsAt = now
		s.analyse()
	}
}

// Now gives the values at time at, in seconds on the axis of the beats; at is not before the last beat.
func (s *Series) Now(at float64) Values {
	nan := math.NaN()
	v := Values{HR: nan, MeanHR: nan, RMSSD: nan, SDNN: nan, LF: nan, HF: nan, VLF: nan}
	if math.IsNaN(at) || math.IsInf(at, 0) || !s.beats {
		v.Why = Filling | NoBeats
		return v
	}
	at = max(at, s.last.At)
	// The windows move on copies: asking must not change what later beats, found by search-back perhaps, will meet.
	short, long := *s.short, *s.long
	short.take(&s.past, at)
	long.take(&s.past, at)
	v.Span, v.Beats, v.Corrected = min(long.seconds, long.span()), long.n, long.share()
	s.pace(at, &v)
	if long.share() > Warned || short.share() > Warned {
		v.Why |= Uncertain
	}
	switch {
	case short.span() < meanFrom:
		v.Why |= Filling
	case short.share() > Refused:
		v.Why |= TooFixed
	default:
		if v.MeanHR, v.RMSSD = short.meanHR(), short.rmssd(); math.IsNaN(v.RMSSD) {
			v.Why |= Filling // beats enough, but hardly two intervals in a row
		}
	}
	switch {
	case long.span() < sdnnFrom:
		v.Why |= Filling
	case long.share() > Refused:
		v.Why |= TooFixed
	default:
		v.SDNN = long.sdnn()
		s.shares(long.span(), &v)
	}
	if at-s.told >= forget { // what the windows still hold is true of a while ago, and would be read as now
		v.MeanHR, v.RMSSD, v.SDNN, v.LF, v.HF, v.VLF = nan, nan, nan, nan, nan, nan
	}
	return v
}

// Over gives the window of that length at time at, NaN throughout after 10 s without an interval and for a length there
// is none of. Asking changes nothing.
func (s *Series) Over(l Length, at float64) Reading {
	r := Reading{Length: l, Time: TimeOf(nil)}
	at = max(at, s.last.At)
	i := slices.Index(Lengths[:], l)
	if i < 0 || !s.beats || !(at-s.told < forget) {
		return r
	}
	w := s.windows[i]
	w.take(&s.past, at)
	r.Span, r.Share, r.Time = min(w.seconds, w.span()), w.share(), w.time(&s.past)
	return r
}

// pace fills in the heart rate: the median of the newest intervals that looked right.
func (s *Series) pace(at float64, v *Values) {
	if at-s.last.At >= longest {
		v.Why |= NoBeats
		return
	}
	var few [newest]float64
	n := 0
	if s.quickN == 0 || at-s.quick[(s.quickN-1)%newest].at >= fresh {
		v.Why |= Filling
		return
	}
	for i := range min(s.quickN, newest) {
		if q := s.quick[i]; at-q.at < stale {
			few[n] = q.rr
			n++
		}
	}
	if n < fewest {
		v.Why |= Filling
		return
	}
	v.HR = 60000 / median(few[:n])
}
