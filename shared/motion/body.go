package motion

import (
	"fmt"
	"math"
	"time"

	"hearth/shared/care"
)

// Place is where on the body a sensor is.
type Place uint8

// The places.
const (
	Torso Place = iota
	Left        // wrist
	Right
	places
)

// Hand is what one wrist does against the torso. Without one of the two sensors all is NaN.
type Hand struct {
	Relative  float64 // m/s², movement beyond the torso's
	Share     float64 // of the hand alone, 0 to 1
	Coherence float64 // with the torso, 0 to 1
}

// Moment is one second of a body.
type Moment struct {
	At      care.Stamp // its beginning
	Sensors [places]Second
	Hands   [2]Hand       // left, right
	Band    Band          // of the torso
	Washing time.Duration // how long both hands have been going in a rhythm as in washing, 0 when they have not: a hint, no finding
	Event   Event         // a short movement that ended with the second before
}

// Body joins the sensors of one person on the session clock. A second with three sensors costs 60 µs on one core of a
// server and 170 µs compiled to WebAssembly (go test -bench Body ./shared/motion).
type Body struct {
	tracks  [places]*Track
	next    int64 // second to be told next; −1 before any
	washing washing
	brief   brief
	scratch []Second
}

// slow is how many seconds the others wait for a sensor whose packets are late.
const slow = 3

// NewBody has no sensors yet.
func NewBody() *Body {
	waves()
	return &Body{next: -1, scratch: make([]Second, 0, 2*keep)}
}

// Wear adds a sensor, or replaces the one in its place. It refuses what NewTrack refuses.
func (b *Body) Wear(p Place, about About) error {
	if p >= places {
		return fmt.Errorf("wear a sensor: no place %d", p)
	}
	t, err := NewTrack(about)
	if err != nil {
		return err
	}
	b.tracks[p] = t
	return nil
}

// Remove takes a sensor off: nobody waits for it any more.
func (b *Body) Remove(p Place) {
	if p < places {
		b.tracks[p] = nil
	}
}

// Feed takes a block of one sensor and appends the moments that are complete with it. Blocks of a sensor that is not worn, or later than three seconds behind another's, tell nothing.
func (b *Body) Feed(p Place, block Block, out []Moment) []Moment {
	if p >= places || b.tracks[p] == nil {
		return out
	}
	for len(block.Samples) > 0 { // by pieces shorter than what a track keeps
		piece := block
		n := min(len(block.Samples), pieceSamples)
		piece.Samples = block.Samples[:n]
		b.scratch = b.tracks[p].Feed(piece, b.scratch[:0])
		if len(b.scratch) > 0 {
			out = b.tell(out)
		}
		block.Samples = block.Samples[n:]
		block.Start += care.Stamp(math.Round(float64(n) * block.Period / 1e3))
	}
	return out
}

const pieceSamples = 10 // a second at the slowest rate

// tell appends every moment that needs no more waiting.
func (b *Body) tell(out []Moment) []Moment {
	least, most := int64(math.MaxInt64), int64(-1)
	for _, t := range b.tracks {
		if t != nil {
			least, most = min(least, t.finished), max(most, t.finished)
		}
	}
	upTo := max(least, most-slow)
	if upTo < 0 {
		return out
	}
	if b.next < 0 || upTo-b.next >= keep {
		b.next = max(b.next, b.oldest(upTo))
		b.washing = washing{}
		b.brief.lose()
	}
	for ; b.next <= upTo; b.next++ {
		if m, ok := b.moment(b.next); ok {
			out = append(out, m)
		}
	}
	return out
}

// oldest is the first second up to one that any track still has.
func (b *Body) oldest(upTo int64) int64 {
	for k := max(0, upTo-keep+1); k <= upTo; k++ {
		for _, t := range b.tracks {
			if t != nil {
				if _, ok := t.at(k); ok {
					return k
				}
			}
		}
	}
	return upTo
}

// moment is one second; ok is false when no sensor saw it.
func (b *Body) moment(second int64) (m Moment, ok bool) {
	m.At = care.Stamp(second * perSecond * tickTime)
	blind := false // one that goes on has missed it
	for p, t := range b.tracks {
		m.Sensors[p] = nothing(m.At)
		if t == nil {
			continue
		}
		if d, there := t.at(second); there {
			m.Sensors[p], ok = d.Second, true
		}
		blind = blind || t.finished >= second && math.IsNaN(m.Sensors[p].Energy)
	}
	m.Band = BandOf(m.Sensors[Torso].Energy)
	if b.tracks[Torso] != nil && (b.tracks[Left] != nil || b.tracks[Right] != nil) {
		for _, t := range b.tracks {
			if t != nil {
				t.spectrum(second)
			}
		}
	}
	var pairs [2]pair
	for i := range m.Hands {
		pairs[i] = b.hand(second, Left+Place(i), &m.Hands[i])
	}
	m.Washing = b.washing.take(&m, blind)
	m.Event = b.brief.take(&m, pairs, blind)
	return m, ok
}

// hand compares a wrist with the torso.
func (b *Body) hand(second int64, p Place, h *Hand) (both pair) {
	*h = Hand{math.NaN(), math.NaN(), math.NaN()}
	hand, torso := b.tracks[p], b.tracks[Torso]
	if hand == nil || torso == nil {
		return pair{}
	}
	both = together(hand, torso, second)
	h.Relative, h.Share = both.relative()
	h.Coherence = coherence(torso, hand, second)
	return both
}

// nothing is a second nobody saw.
func nothing(at care.Stamp) Second {
	nan := math.NaN()
	return Second{At: at, Energy: nan, ENMO: nan, Turn: nan, Rhythm: nan, Steps: nan, Peak: nan}
}
