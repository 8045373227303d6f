package chart

import (
	"math"
	"sync"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"
	"hearth/wasm/canvas"
)

// Strip is the sweeping picture of a signal: newest up to the cursor, then a short blank, then what is left of the
// sweep before at half strength. Feeding it and drawing it may happen on different goroutines.
//
// A frame draws only the columns that changed, some twenty samples, and takes no memory. BenchmarkStripFrame measures the
// model's part, 0.9 µs. In Chromium on a laptop's core a frame of 614 × 178 CSS pixels with the movement lane takes 0.11 to 0.25 ms
// (all of it, drawing calls included), 0.6 ms at a quarter of the speed; the whole picture, once per sweep, 2 to 5 ms.
type Strip struct {
	mu     sync.Mutex
	opts   StripOptions
	window care.Stamp // of one sweep, in microseconds
	lanes  []lane
	beats  beats
	grades grades
	head   playhead
	drawn  care.Stamp // where the cursor stood when it was drawn
	shown  float64    // page time of the last drawing, in milliseconds

	place  place
	gen    uint32
	stale  bool // all must be drawn again
	dirty  []stretch
	values []float64
	line   []canvas.Point
	shape  [5]canvas.Point
	secs   []string
}

// StripOptions says what a strip shows. The zero value is an ECG strip of 6 s with axes.
type StripOptions struct {
	Words    Words
	Window   time.Duration // of one sweep, whole seconds; 0 = 6 s
	Movement bool          // a lane for how much the body moves, under the ECG
	FastCut  float64       // Hz: what is faster is taken out for the eye; 0 = 40, below 0 = nothing. Slow drift below 0.5 Hz always goes
}

// stretch is a span of time.
type stretch struct{ from, to care.Stamp }

const (
	defaultWindow = 6 * time.Second
	ecgRoom       = 6144 // samples: 6 s at 1 kHz
	moveRoom      = 2048 // samples: 6 s at 340 Hz
	slowCut       = 0.5  // Hz, the usual lower bound of monitoring
	fastCut       = 40.0 // Hz, its upper one
)

// NewStrip makes a strip for the therapist's page.
func NewStrip(o StripOptions) *Strip {
	lanes := []lane{ecgLane(o.FastCut)}
	if o.Movement {
		lanes = append(lanes, moveLane(canvas.Series6, canvas.Solid))
		lanes[0].share, lanes[1].share = 0.8, 0.2
		lanes[1].name = func(w Words) string { return w.Movement }
	}
	return newStrip(o, lanes)
}

func newStrip(o StripOptions, lanes []lane) *Strip {
	o.Window = o.Window.Truncate(time.Second)
	if o.Window <= 0 {
		o.Window = defaultWindow
	}
	o.Window = min(o.Window, 30*time.Second)
	s := &Strip{
		opts: o, window: care.Stamp(o.Window.Microseconds()), lanes: lanes, beats: newBeats(), grades: grades{make([]grade, 0, gradeRoom)},
		values: make([]float64, 0, ecgRoom), line: make([]canvas.Point, 0, ecgRoom), dirty: make([]stretch, 0, 8), stale: true,
	}
	for i := range int(o.Window/time.Second) + 1 {
		s.secs = append(s.secs, o.Words.seconds(i))
	}
	return s
}

func ecgLane(cut float64) lane {
	if cut == 0 {
		cut = fastCut
	}
	l := lane{
		trace: newTrace(ecgRoom, filter{slow: slowCut, fast: max(cut, 0)}),
		pen:   canvas.Pen{Colour: canvas.ECG, Width: 1.5, Alpha: 1},
		share: 1, beats: true, lows: ecgLows, highs: ecgHighs, grid: 0.5,
	}
	l.fit(0, 0)
	return l
}

func moveLane(c canvas.Colour, d canvas.Dash) lane {
	l := lane{trace: newTrace(moveRoom, filter{slow: 0.1}), pen: canvas.Pen{Colour: c, Width: 1.25, Alpha: 1, Dash: d}, share: 1, highs: moveSpan}
	l.fit(0, 0)
	return l
}

// ECG takes in samples of the heart's signal; scale is millivolts per step of Values. Only the first channel is shown.
// Runs may come twice or overtake each other; a run that makes no sense is dropped.
func (s *Strip) ECG(run telemetry.Samples, scale float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !usable(run) || !s.lanes[0].beats {
		return
	}
	s.values = s.values[:0]
	for i := range min(run.Count(), ecgRoom) {
		s.values = append(s.values, value(run.Values[i*run.Channels], scale))
	}
	s.feed(&s.lanes[0], run)
}

// Movement takes in samples of an accelerometer, x y z first; scale is m/s² per step. A strip shows how much the
// acceleration differs from rest, a small picture its three directions.
func (s *Strip) Movement(run telemetry.Samples, scale float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !usable(run) || run.Channels < 3 {
		return
	}
	lanes := s.lanes
	if lanes[0].beats {
		lanes = lanes[1:]
	}
	count := min(run.Count(), moveRoom)
	if len(lanes) == 1 {
		s.values = s.values[:0]
		for i := range count {
			v := run.Values[i*run.Channels:]
			x, y, z := value(v[0], scale), value(v[1], scale), value(v[2], scale)
			s.values = append(s.values, math.Sqrt(x*x+y*y+z*z))
		}
		s.feed(&lanes[0], run)
		return
	}
	for c := range min(3, len(lanes)) {
		s.values = s.values[:0]
		for i := range count {
			s.values = append(s.values, value(run.Values[i*run.Channels+c], scale))
		}
		s.feed(&lanes[c], run)
	}
}

// value is a sample in its unit; NaN where the sensor had none, or where the scale is junk.
func value(step int32, scale float64) float64 {
	if step == telemetry.NoValue || math.IsInf(scale, 0) {
		return math.NaN()
	}
	return float64(step) * scale
}

// feed puts s.values, which began with the run, into the lane.
func (s *Strip) feed(l *lane, run telemetry.Samples) {
	t := &l.trace
	t.period = time.Duration(run.PeriodNS)
	last := instant(run, len(s.values)-1)
	if s.head.set && last < s.head.newest-s.window-1e6 {
		// Too old to be drawn. If nothing else comes for a second, the clock was set back and this is the present; what comes
		// all at once is a burst of late samples.
		if t.strays == 0 {
			t.stray = s.shown
		}
		if t.strays += t.period * time.Duration(len(s.values)); t.strays < time.Second || s.shown-t.stray < 1000 {
			return
		}
		s.forget()
	}
	t.strays = 0
	t.filter.begin(run.Start, t.period, s.values)
	widened := false
	for i, v := range s.values {
		at := instant(run, i)
		v = t.filter.next(at, v)
		t.add(sample{at: at, n: run.First + int64(i), v: v})
		if l.reach.see(at, v) && l.widen() {
			widened = true
		}
	}
	s.stale = s.stale || widened
	if run.Start <= s.head.at {
		s.soil(run.Start, last)
	}
	if lead := &s.lanes[0]; l == lead || lead.trace.end() < last-2e6 {
		s.head.heard(last)
	}
}

// Beats takes in heartbeats; one told again changes nothing.
func (s *Strip) Beats(list []telemetry.Beat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range list {
		if s.beats.add(b) && b.At <= s.head.at {
			s.soil(b.At, b.At)
		}
	}
}

// ECGGap and MovementGap take in a stretch without signal of one sensor. One that grows is told again with the same From.
func (s *Strip) ECGGap(g telemetry.Gap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lanes[0].beats {
		s.gap(&s.lanes[0], g)
	}
}

// MovementGap is like ECGGap for the accelerometer.
func (s *Strip) MovementGap(g telemetry.Gap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.lanes {
		if !s.lanes[i].beats {
			s.gap(&s.lanes[i], g)
		}
	}
}

func (s *Strip) gap(l *lane, g telemetry.Gap) {
	if g.From <= 0 || !l.trace.gaps.add(g, s.opts.Words.gap) {
		return
	}
	if g.From <= s.head.at {
		s.soil(g.From, g.To)
	}
	if l == &s.lanes[0] && s.head.set && g.From <= s.head.newest+s.window && g.To.Sub(g.From) < time.Hour {
		s.head.heard(g.To)
	}
}

// soil has a stretch behind the cursor drawn again.
func (s *Strip) soil(from, to care.Stamp) {
	if len(s.dirty) == cap(s.dirty) {
		s.stale = true
		return
	}
	s.dirty = append(s.dirty, stretch{from, to})
}

// Head is the session time at the cursor: the instant a viewer sees as now. 0 before the first sample.
func (s *Strip) Head() care.Stamp {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.head.at
}

// Range is the millivolts (or m/s²) at the lower and upper edge of the first lane, for words beside the picture.
func (s *Strip) Range() (lo, hi float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lanes[0].span.lo, s.lanes[0].span.hi
}

// Speak gives the strip other words, when the reader changes the language.
func (s *Strip) Speak(w Words) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts.Words, s.stale = w, true
	for i := range s.secs {
		s.secs[i] = w.seconds(i)
	}
	for i := range s.lanes {
		for j := range s.lanes[i].trace.gaps.list {
			g := &s.lanes[i].trace.gaps.list[j]
			g.words = w.gap(g.to.Sub(g.from))
		}
	}
}

// Reset empties the strip, for another patient or sensor.
func (s *Strip) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget()
}

func (s *Strip) forget() {
	for i := range s.lanes {
		s.lanes[i].trace.forget()
		s.lanes[i].reach = reach{}
	}
	s.beats.forget()
	s.grades.list = s.grades.list[:0]
	s.head.forget()
	s.dirty, s.stale = s.dirty[:0], true
}
