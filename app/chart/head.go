package chart

import (
	"time"

	"hearth/shared/care"
)

// playhead turns frames that arrive twenty times a second, over a thin line two or three times, into a cursor that moves sixty
// times a second. It follows the newest sample at a small distance, a little faster when it has fallen behind, a little slower
// when it comes too close. It never passes the newest sample and never turns back; far behind it jumps.
type playhead struct {
	at     care.Stamp
	newest care.Stamp
	lag    float64 // wished distance, in microseconds
	least  float64 // it is never less; 0 = leastLag
	last   float64 // page time of the frame before, in milliseconds
	span   float64 // of the last frame, in microseconds
	long   float64 // of the last two the shorter: how long frames are
	set    bool
}

// The distance grows when the cursor runs dry and shrinks again in calm: as near as the way allows.
const (
	leastLag  = 30e3 // microseconds on average: most frames of telemetry hold 50 ms, so the distance is between 5 and 55 ms
	longest   = 600e3
	most      = 0.55 // of a long frame, so that the next is there just in time
	mostLag   = 300e3
	lagStep   = 10e3
	lagEase   = 5e3 // per second: a minute after a bad one the picture is near again
	followBy  = 3.0 // per second: how fast a distance off the wish is made good
	mostSpeed = 4.0
	tooFar    = 1.2e6 // microseconds behind the wish from which the cursor jumps
)

// heard tells how far samples reach.
func (p *playhead) heard(to care.Stamp) {
	if p.set && to > p.newest {
		span := min(float64(to-p.newest), longest)
		p.span, p.long = span, min(span, p.span)
	}
	if !p.set || to > p.newest {
		p.newest = to
	}
	if !p.set {
		p.set, p.lag = true, p.nearest()
		p.at = to.Add(-time.Duration(p.lag) * time.Microsecond)
	}
}

// forget makes the next sample a new beginning.
func (p *playhead) forget() { *p = playhead{last: p.last, lag: p.lag, least: p.least} }

func (p *playhead) nearest() float64 { return max(p.least, leastLag, most*p.long) }

// follow is how fast a distance off the wish is made good: of long frames, whose distance goes up and down with each, less.
func (p *playhead) follow() float64 { return followBy / max(1, p.long/100e3) }

// move advances the cursor to the page's time and reports whether it jumped.
func (p *playhead) move(nowMS float64) (jumped bool) {
	passed := (nowMS - p.last) * 1e3
	p.last = nowMS
	if !p.set || !(passed > 0) {
		return false
	}
	behind := float64(p.newest - p.at)
	if behind > tooFar+p.lag {
		p.at = p.newest - care.Stamp(p.lag)
		return true
	}
	if behind <= 0 {
		return false
	}
	// A frame that comes late stands for the time since the last one, but not for a page that slept.
	passed = min(passed, 250e3)
	speed := min(max(1+p.follow()*(behind-p.lag)/1e6, 0.2), mostSpeed)
	step := passed * speed
	if step >= behind { // ran dry: keep a little more distance from now on
		p.lag = min(p.lag+lagStep, max(mostLag, p.least))
		p.at = p.newest
		return false
	}
	p.lag = max(p.lag-lagEase*passed/1e6, p.nearest())
	p.at += care.Stamp(step)
	return false
}
