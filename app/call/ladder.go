package call

import (
	"math"
	"time"

	"hearth/wasm/rtc"
)

// Rung is how much of a picture is sent: one step of the ladder.
type Rung struct {
	Height int     // lines of the picture
	Rate   float64 // frames a second
	Bits   int     // a second, at most
}

// Level is a place on the ladder, 0 the best. Paused is below all rungs: no picture is sent at all. Sound is made smaller,
// see Sound, and never paused; the sensors' channels are no part of the ladder, whatever happens.
type Level int

// rungs are what a talking person needs at 16:9 with VP8 or H.264: about 0.07 bits a point at the top, more below, where
// movement is what is left.
var rungs = []Rung{
	{720, 30, 1_500_000},
	{540, 25, 900_000},
	{360, 24, 500_000},
	{270, 20, 250_000},
	{180, 15, 120_000},
	{180, 8, 60_000},
	{144, 5, 30_000},
}

// Paused is the level below the last rung.
const Paused Level = 7

// smallest is the last rung.
const smallest = Paused - 1

// Rung returns the level's rung; false when there is none.
func (l Level) Rung() (Rung, bool) {
	if l < 0 || int(l) >= len(rungs) {
		return Rung{}, false
	}
	return rungs[l], true
}

// need is how many bits a second a level takes beside sound and sensors.
func (l Level) need() int {
	r, _ := l.Rung()
	return r.Bits
}

// thin reports whether so little goes through the line that heads of packets count: what goes should go in few long ones.
func (l Level) thin() bool { return l >= 5 }

// Evidence is what one second told about the way to the other page.
type Evidence struct {
	Loss      float64       // part of what we sent that did not arrive, 0 to 1
	RoundTrip time.Duration // 0: not known
	Jitter    time.Duration // as the other page sees it
	Room      int           // bits a second the way takes, as the browser estimates; 0: not known
	Sent      int           // bits a second that went
	Squeezed  bool          // the browser says that the line holds its pictures back
	Dark      bool          // no picture is to be sent: a level says how sound is, and of sound alone no browser estimates much
	Choked    bool          // sound has gaps there
	Held      bool          // sensors' frames wait here: pictures take what they need
	Busy      bool          // one of the two devices stood still lately: what comes late may be late for want of a processor
}

// besides is what sound, the sensors' channels and their wrapping take of the line.
const besides = 64_000

// The verdicts of a second, best first.
type verdict int

const (
	roomy  verdict = iota // more would go
	enough                // as it is, it goes
	tight                 // it does not go
	choked                // it does not go by far
)

// judge says how a second was for somebody at a level. It only gets worse when any part of the evidence does. What comes late
// at a busy device makes its picture smaller, which eases the device as well, but not none: so small a picture costs no
// processor anything, and a good line would be called weak. Frames of sensors that wait again and again are another thing: they
// come before pictures, whatever holds them.
func (e Evidence) judge(at Level) verdict {
	if e.Busy && at >= smallest {
		return e.line(at)
	}
	return max(e.line(at), e.late())
}

// line is what says that the line takes no more.
//
// Room only ever forbids, and only where what is sent presses against it: a browser's estimate grows to about one and a half
// times what is sent and no further, so a picture that is small, or paused, would never be seen to have room for a larger one.
// Whether it has is tried, and a try that was wrong is dear, see Ladder.
func (e Evidence) line(at Level) verdict {
	room := math.MaxInt
	full := !e.Dark && e.Room > 0 && e.Sent >= e.Room/10*7
	if full {
		room = e.Room
	}
	wants := at.need() + besides
	switch {
	case e.Held, e.Loss >= 0.15, room < wants/2:
		return choked
	case e.Loss >= 0.06, room < wants*8/10:
		return tight
	case full, e.Squeezed, e.Loss >= 0.02:
		return enough
	}
	return roomy
}

// late is what says that things do not come in time, be it the line or a device.
func (e Evidence) late() verdict {
	switch {
	case e.Choked, e.RoundTrip >= 1500*time.Millisecond:
		return choked
	case e.RoundTrip >= 800*time.Millisecond, e.Jitter >= 120*time.Millisecond:
		return tight
	case e.RoundTrip >= 500*time.Millisecond, e.Jitter >= 60*time.Millisecond:
		return enough
	}
	return roomy
}

// How the ladder moves.
const (
	tightFor  = 2 * time.Second  // of tight seconds before a step down; choked ones count at once
	restDown  = 2 * time.Second  // between two steps down: what was changed needs time to show
	firstUp   = 10 * time.Second // of roomy seconds before a step up
	longestUp = 160 * time.Second
	regret    = 30 * time.Second // down so soon after a step up says that the step was wrong
	forgive   = 2 * longestUp    // without a step down, and what was learnt is forgotten
)

// Ladder finds how much of a picture a way carries. Down it goes fast, by one or two steps, up slowly, by one, and each time a
// step up turns out wrong it waits twice as long with the next. It has no clock: time comes in with each second's evidence.
type Ladder struct {
	level   Level
	tight   time.Time     // since when it has been tight; zero: it is not
	roomy   time.Time     // since when more would go; zero: it would not
	down    time.Time     // of the last step down
	up      time.Time     // of the last step up
	waiting time.Duration // before the next step up
	held    [heldOften]time.Time
	waits   int // seconds in which sensors waited
}

// NewLadder starts at a level: where a good line would be, or lower on a small device.
func NewLadder(at Level) *Ladder { return &Ladder{level: min(max(at, 0), Paused), waiting: firstUp} }

// Begin tells that a picture is to be sent where none was: no larger than where nothing is known of a line, for without one
// nothing was known of how much more it carries, and never none at all.
func (l *Ladder) Begin() { l.level = min(max(l.level, firstLevel), smallest) }

// Add tells that another picture is to be sent beside the one there is: somebody shares a screen and expects that it is seen, so
// it is tried where pictures are paused.
func (l *Ladder) Add() { l.level = min(l.level, smallest) }

// Level is where the ladder stands.
func (l *Ladder) Level() Level { return l.level }

// heldOften is how many seconds of heldWithin sensors wait at a busy device before that is more than a hiccup of it.
const (
	heldOften  = 3
	heldWithin = 10 * time.Second
)

// again notes a second in which sensors waited, and reports whether they do again and again.
func (l *Ladder) again(now time.Time) bool {
	l.held[l.waits%heldOften] = now
	l.waits++
	oldest := l.held[l.waits%heldOften]
	return l.waits >= heldOften && now.Sub(oldest) < heldWithin
}

// Step takes the evidence of another second.
func (l *Ladder) Step(now time.Time, e Evidence) Level {
	if e.Held {
		e.Held = l.again(now) || !e.Busy
	}
	v := e.judge(l.level)
	if v < tight {
		l.tight = time.Time{}
	} else if l.tight.IsZero() {
		l.tight = now
	}
	if v != roomy {
		l.roomy = time.Time{}
	} else if l.roomy.IsZero() {
		l.roomy = now
	}
	switch {
	case v == choked && now.Sub(l.down) >= restDown:
		l.fall(now, 2, e)
	case v == tight && now.Sub(l.tight) >= tightFor && now.Sub(l.down) >= restDown:
		l.fall(now, 1, e)
	case v == roomy && l.level > 0 && now.Sub(l.roomy) >= l.waiting:
		l.level--
		l.up, l.roomy = now, time.Time{}
	}
	if !l.down.IsZero() && now.Sub(l.down) >= forgive {
		l.waiting = firstUp
	}
	return l.level
}

func (l *Ladder) fall(now time.Time, steps Level, e Evidence) {
	last := Paused
	if e.Busy && e.line(l.level) < tight {
		last = smallest
	}
	if l.level >= last {
		return
	}
	if !l.up.IsZero() && now.Sub(l.up) < regret {
		l.waiting = min(2*l.waiting, longestUp)
	}
	l.level = min(l.level+steps, last)
	l.down, l.tight, l.roomy = now, time.Time{}, time.Time{}
}

// Part is how large somebody is shown by the others.
type Part int

// The parts.
const (
	Full  Part = iota // up to care.MostMesh people: everybody sees everybody large
	Large             // of more: who has the spotlight
	Tile              // of more: everybody else
)

// floor is the best level a part gets: with more people every one sends as many pictures as there are others.
func (p Part) floor() Level {
	switch p {
	case Large:
		return 2
	case Tile:
		return 4
	}
	return 0
}

// Camera is how a camera of so many lines is sent to somebody at a level of the ladder.
func Camera(at Level, p Part, captured int) rtc.Shape {
	s := rtc.FirstShape(rtc.Line{Name: rtc.LineCamera, Kind: rtc.Video})
	r, ok := max(at, p.floor()).Rung()
	if !ok || at == Paused {
		s.Paused = true
		return s
	}
	s.Bits, s.Rate, s.Scale = r.Bits, r.Rate, 1
	if captured > r.Height {
		s.Scale = float64(captured) / float64(r.Height)
	}
	return s
}

// Screen is how a screen is sent: its text stays sharp, and it moves less often when the line is thin.
func Screen(at Level) rtc.Shape {
	s := rtc.FirstShape(rtc.Line{Name: rtc.LineScreen, Kind: rtc.Video})
	switch {
	case at == Paused:
		s.Paused = true
	case at >= 4:
		s.Bits, s.Rate = 150_000, 1
	case at >= 2:
		s.Bits, s.Rate = 500_000, 5
	default:
		s.Bits, s.Rate = 1_200_000, 10
	}
	return s
}

// Sound is how sound is sent. It is never paused, and on a good line the browser's own choice; where pictures are hardly left, it
// makes do with less: a browser's choice of 32 kbit/s is half of a line of 64, which the sensors share. Opus is still good with speech at 16 kbit/s (RFC 6716 section 2.1.1).
// The heads of fifty packets a second take more than that, so there are a third of them.
func Sound(at Level) rtc.Shape {
	s := rtc.FirstShape(rtc.Line{Name: rtc.LineAudio, Kind: rtc.Audio})
	switch {
	case at.thin():
		s.Bits, s.Packet = 16_000, 60*time.Millisecond
	case at == 4:
		s.Bits = 24_000
	}
	return s
}
