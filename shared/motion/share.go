package motion

import "math"

// Relative is the movement of a hand beyond that of the torso, R = √(E_hand² − E_torso²) in m/s², and its share
// s = R²/(R² + E_torso²), 0 for a hand that only goes along, 1 for one that moves alone. Without knowing how the sensors
// are turned a difference of vectors means nothing, one of energies does. Both are NaN where neither of the two moves: a
// share of noise is no share.
func Relative(hand, torso float64) (r, share float64) {
	if !(hand >= QuietBelow || torso >= QuietBelow) || math.IsNaN(hand) || math.IsNaN(torso) {
		return math.NaN(), math.NaN()
	}
	square := max(0, hand*hand-torso*torso)
	return math.Sqrt(square), square / (square + torso*torso)
}

// pair are the energies of two sensors over the instants both have values of: a packet lost in the middle of a jump would
// else compare the jump with the rest before it.
type pair struct {
	hand, torso float64 // sums of squares
	n           int
}

// together weighs one second of two tracks.
func together(hand, torso *Track, second int64) (p pair) {
	newest := min(hand.tick, torso.tick)
	oldest := max(hand.tick, torso.tick) - ticks
	for n := max(second*perSecond, oldest+1); n < (second+1)*perSecond && n <= newest; n++ {
		if h, t := hand.power[n%ticks], torso.power[n%ticks]; !math.IsNaN(h + t) {
			p.hand, p.torso, p.n = p.hand+h, p.torso+t, p.n+1
		}
	}
	return p
}

// relative is Relative for a second that both saw half of.
func (p pair) relative() (r, share float64) {
	if p.n < enough {
		return math.NaN(), math.NaN()
	}
	return Relative(p.energies())
}

func (p pair) energies() (hand, torso float64) {
	n := float64(p.n)
	return math.Sqrt(p.hand / n), math.Sqrt(p.torso / n)
}

func (p pair) plus(q pair) pair { return pair{p.hand + q.hand, p.torso + q.torso, p.n + q.n} }
