package motion

import (
	"math"

	"hearth/shared/care"
)

// Kind says what a short movement was.
type Kind uint8

// The kinds.
const (
	None      Kind = iota // no movement ended
	Other                 // the torso moved, or it cannot be told: leaned over, stood up, took a step
	HandAlone             // a hand moved and the torso did not: raised, lowered, reached out
	Jump                  // the torso moved most, and something fell freely
)

// Event is a short movement with rest before and after.
type Event struct {
	Kind  Kind
	At    care.Stamp // beginning of its first second
	For   int        // seconds
	Torso float64    // m/s², RMS over the event; NaN without sensors of torso and hand
	Hand  float64    // m/s², of the hand that moved more
	Share float64    // of that hand alone, 0 to 1
}

const (
	briefMost = 6    // seconds; what lasts longer is no short movement
	mostBlind = 2    // seconds in a row a sensor misses: then the others have the word
	alone     = 0.6  // share between a hand alone (over 0.9) and a jump (under 0.3)
	flight    = 0.08 // s of free fall: a hop of one centimetre and more. Steps have none
)

// brief gathers the seconds of a short movement.
type brief struct {
	from     care.Stamp
	n, blind int
	lost     bool // began or went on unseen
	pairs    [2]pair
	flight   float64 // s
}

// take takes the next second and returns the short movement that ended before it. With blind a sensor that goes on has
// missed it.
func (b *brief) take(m *Moment, pairs [2]pair, blind bool) (e Event) {
	most, fall, seen := 0.0, 0.0, false
	for _, s := range m.Sensors {
		if !math.IsNaN(s.Energy) {
			most, seen = max(most, s.Energy), true
		}
		fall = max(fall, s.Flight)
	}
	if b.blind++; !blind {
		b.blind = 0
	}
	if b.lost = b.lost || !seen; b.lost {
		if seen && !blind && most < QuietBelow {
			*b = brief{}
		}
		return Event{}
	}
	if most < QuietBelow && (b.n == 0 || b.blind == 0 || b.blind >= mostBlind) {
		if b.n > 0 && b.n <= briefMost {
			e = b.tell()
		}
		*b = brief{}
		return e
	}
	if b.n == 0 {
		b.from = m.At
	}
	b.n++
	b.flight = max(b.flight, fall)
	for i, p := range pairs {
		b.pairs[i] = b.pairs[i].plus(p)
	}
	return Event{}
}

// lose is for seconds nobody saw: what they belong to cannot be told.
func (b *brief) lose() { *b = brief{lost: true} }

// tell says what the movement was.
func (b *brief) tell() Event {
	e := Event{Kind: Other, At: b.from, For: b.n, Torso: math.NaN(), Hand: math.NaN(), Share: math.NaN()}
	for _, p := range b.pairs {
		if p.n < enough {
			continue
		}
		if hand, torso := p.energies(); !(hand <= e.Hand) {
			e.Hand, e.Torso = hand, torso
		}
	}
	if _, e.Share = Relative(e.Hand, e.Torso); math.IsNaN(e.Share) {
		return e
	}
	switch {
	case e.Share >= alone && e.Torso < QuietBelow: // arms that swing in walking have a share, too
		e.Kind = HandAlone
	case e.Share < alone && b.flight >= flight:
		e.Kind = Jump
	}
	return e
}
