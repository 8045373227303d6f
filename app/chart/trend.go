package chart

import (
	"math"
	"sync"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// Trend is the picture of the last minutes: lanes on one time axis, so that a label is one line through all of them.
// Time ends at now at the right edge. Feeding it and drawing it may happen on different goroutines. Ten minutes of four
// lines take 1.4 ms in Chromium, 5 ms at a quarter of the speed, twice a second; thirty minutes 3.5 and 11 ms, once a second
// (BenchmarkTrendFrame: the model's part, 21 µs).
type Trend struct {
	mu     sync.Mutex
	words  Words
	window time.Duration
	start  care.Stamp // round times are counted from here
	list   []moment
	gaps   gaps
	labels []Label
	rest   care.Baseline
	ledges []ledge
	stress stressLane
	strays int
	stray  float64 // page time of the drawing before the first of them

	patched spans // what was filled in: a gap told again does not cover it
	filled  int   // moments filled in, since the beginning

	place  place
	gen    uint32
	stale  bool
	drawn  float64 // page time of the last drawing, in milliseconds
	line   []canvas.Point
	shape  [5]canvas.Point
	oldest care.Stamp // left edge
	now    care.Stamp // right edge
}

// Label is a named moment: its words stand in a flag on top of a line through all lanes.
type Label struct {
	At   care.Stamp
	Text string
}

// The windows pages offer.
const (
	TwoMinutes    = 2 * time.Minute
	TenMinutes    = 10 * time.Minute
	ThirtyMinutes = 30 * time.Minute
)

const (
	trendRoom = 4096                   // moments: 34 min at two a second
	atMost    = 500 * time.Millisecond // between two moments that are kept
	breakOver = 5 * time.Second        // between two moments a line may join
	straysMS  = 10_000.0               // page milliseconds of nothing but old moments until they are the present
	redrawMS  = 500.0                  // page milliseconds from one drawing to the next
)

// NewTrend makes a trend of ten minutes.
func NewTrend(w Words) *Trend {
	return &Trend{
		words: w, window: TenMinutes, list: make([]moment, 0, trendRoom), ledges: ledges(), stress: newStressLane(), stale: true,
		gaps: gaps{most: trendRoom}, line: make([]canvas.Point, 0, trendRoom+2),
	}
}

// Add takes in the numbers of one instant. More than two a second are thinned out, the newest stays. Numbers may come
// twice or overtake each other.
func (t *Trend) Add(n telemetry.Trend) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n.At <= 0 {
		return
	}
	if last := len(t.list) - 1; last >= 0 && n.At < t.list[last].at {
		t.late(n)
		return
	}
	t.strays = 0
	if last := len(t.list) - 1; last >= 1 && n.At.Sub(t.list[last-1].at) < atMost {
		t.list[last] = momentOf(n)
		return
	}
	if len(t.list) == cap(t.list) {
		t.list = t.list[:copy(t.list, t.list[cap(t.list)/8:])]
		t.gaps.drop(t.list[0].at.Add(-ThirtyMinutes)) // no line leads back there, and no window
	}
	t.list = append(t.list, momentOf(n))
}

// late puts numbers that were overtaken in their place. When nothing but old ones come any more, for so long that it is
// no burst of late ones, the clock was set back and what lies in its future is dropped.
func (t *Trend) late(n telemetry.Trend) {
	at := len(t.list)
	for at > 0 && t.list[at-1].at > n.At {
		at--
	}
	if t.strays++; t.strays == 1 {
		t.stray = t.drawn
	}
	if t.strays > 20 && t.drawn-t.stray >= straysMS {
		t.list, t.strays = append(t.list[:at], momentOf(n)), 0
		return
	}
	if t.near(at-1, n.At) || t.near(at, n.At) || len(t.list) == cap(t.list) {
		return
	}
	t.list = append(t.list, moment{})
	copy(t.list[at+1:], t.list[at:])
	t.list[at] = momentOf(n)
}

// near reports whether the moment in a place is as good as one at an instant.
func (t *Trend) near(i int, at care.Stamp) bool {
	return i >= 0 && i < len(t.list) && at.Sub(t.list[i].at).Abs() < atMost
}

// Gap takes in a stretch without signal. One that grows is told again with the same From.
func (t *Trend) Gap(g telemetry.Gap) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if g.From > 0 {
		t.stale = t.gaps.add(g, t.words.gap) || t.stale
		for _, p := range t.patched {
			if p.from < g.To && p.to > g.From {
				t.gaps.fill(p.from, p.to, t.words.gap)
			}
		}
	}
}

// Baseline sets what rest is; the zero value takes it away. Measures are found by "hr", "mean-hr", "rmssd" and "sdnn".
func (t *Trend) Baseline(b care.Baseline) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rest, t.stale = b, true
}

// Labels sets the named moments, in any order.
func (t *Trend) Labels(list []Label) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.labels, t.stale = append(t.labels[:0], list...), true
}

// Window sets how much time is shown: 2, 10 or 30 minutes.
func (t *Trend) Window(d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.window, t.stale = min(max(d, 30*time.Second), ThirtyMinutes), true
}

// Start sets where round times are counted from: the beginning of the sitting when Words.Clock says the time since
// then, 0 when it says the time of day. A beginning that moves by less than anybody can see, as it does while clocks are
// compared better and better, waits for the next drawing.
func (t *Trend) Start(at care.Stamp) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stale = t.stale || at.Sub(t.start).Abs() >= time.Second || (at == 0) != (t.start == 0)
	t.start = at
}

// Speak gives the trend other words, when the reader changes the language.
func (t *Trend) Speak(w Words) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.words, t.stale = w, true
	for i := range t.gaps.list {
		g := &t.gaps.list[i]
		g.words = w.gap(g.to.Sub(g.from))
	}
}

// Reset empties the trend, for another patient.
func (t *Trend) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list, t.gaps.list, t.labels, t.rest, t.strays, t.stale = t.list[:0], t.gaps.list[:0], t.labels[:0], care.Baseline{}, 0, true
	t.patched, t.filled, t.stress.list = nil, 0, t.stress.list[:0]
}

// Frame draws the trend as it is at the session time now, at most twice a second (once for more than ten minutes) of the page's time, and at once after
// a change of size, theme, labels or rest. It reports whether it drew.
func (t *Trend) Frame(nowMS float64, now care.Stamp, on canvas.Surface) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if g := on.Generation(); g != t.gen || on.Size() != t.place.size {
		t.gen, t.stale = g, true
		t.place.lay(on.Size())
	}
	wait := redrawMS
	if t.window > TenMinutes {
		wait *= 2 // a pixel is seconds wide
	}
	if !t.stale && nowMS >= t.drawn && nowMS-t.drawn < wait {
		return false
	}
	t.drawn, t.stale = nowMS, false
	if !t.place.room() {
		return false
	}
	t.now, t.oldest = now, now.Add(-t.window)
	t.draw(on)
	return true
}

// Facts are the numbers of a trend's picture, from which a page makes the sentence that stands beside it.
type Facts struct {
	Last        telemetry.Trend // what came last; At is 0 when nothing did
	LowestHR    float64         // within the window; NaN when there is none
	HighestHR   float64
	Gaps        int           // within the window
	WithoutTime time.Duration // what they take of the window together
	Moments     int           // within the window
	Filled      int           // those of them that were filled in later
}

// Facts tells what the window that ends at now holds.
func (t *Trend) Facts(now care.Stamp) Facts {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := Facts{LowestHR: math.NaN(), HighestHR: math.NaN()}
	oldest := now.Add(-t.window)
	for _, m := range t.list {
		if m.at < oldest || m.at > now {
			continue
		}
		f.Moments++
		if m.filled {
			f.Filled++
		}
		v := float64(m.values[heartRate])
		if math.IsNaN(v) {
			continue
		}
		if !(f.LowestHR <= v) {
			f.LowestHR = v
		}
		if !(f.HighestHR >= v) {
			f.HighestHR = v
		}
	}
	until := oldest
	for _, g := range t.gaps.list { // one silence may be told twice, by the sensor and by the way
		if d := min(g.to, now).Sub(max(g.from, until)); d > 0 {
			if g.from >= until || f.Gaps == 0 {
				f.Gaps++
			}
			f.WithoutTime += d
			until = min(g.to, now)
		}
	}
	if n := len(t.list); n > 0 {
		m := t.list[n-1]
		f.Last = telemetry.Trend{At: m.at, HR: m.values[heartRate], MeanHR: m.values[meanRate], RMSSD: m.values[rmssd], SDNN: m.values[sdnn], Why: m.why}
	}
	return f
}
