package stress

import (
	"time"

	"hearth/shared/care"
	"hearth/shared/motion"
)

// State says what the torso's movement leaves of the index.
type State uint8

// The states. Moving and Recovering hide the index, the others that are not Quiet mark it.
const (
	Unseen     State = iota // nobody watches the torso: shown, marked
	Quiet                   // shown
	Light                   // moves a little: shown, marked
	Moving                  // not assessable
	Recovering              // has just moved: not assessable
	Settling                // has moved, and the heart is not back yet: shown, marked
)

// Hides reports whether the index is not to be shown.
func (s State) Hides() bool { return s == Moving || s == Recovering }

// Code is the state's word in catalogues.
func (s State) Code() string {
	return [...]string{"unseen", "quiet", "light", "moving", "recovering", "settling"}[min(s, Settling)]
}

const (
	quietBelow = motion.QuietBelow
	lightBelow = motion.LightBelow
	burst      = 10 * time.Second // walking and jumping are seen before the heart has answered
	recovery   = 90 * time.Second
	longBout   = 10 * time.Minute // of activity: a longer one is remembered no longer
)

// gate follows the torso. It looks at the RMS of its energy over the 60 s the numbers are made from, and over 10 s.
type gate struct {
	torso        seconds
	now          care.Stamp
	state        State
	moved        care.Stamp // when it last was Moving; 0 for never
	from, active care.Stamp // of what is going on or settles: first and last instant light, moving or unseen; 0 for none
	end          care.Stamp // last instant that was not Quiet
	heart        heart
}

// see takes the energy of the torso over the second that begins at an instant.
func (g *gate) see(at care.Stamp, energy float64) {
	end := at.Add(time.Second)
	g.step(end)
	g.torso.put(at, energy)
	if energy > lightBelow {
		g.heart.stir(end)
	}
	g.step(max(end, g.now))
}

// step moves the gate to an instant. One a minute before the last is of another clock.
func (g *gate) step(at care.Stamp) {
	if g.now.Sub(at) > interrupted {
		*g = gate{heart: heart{rest: g.heart.rest}}
	}
	if at < g.now {
		return
	}
	g.now = at
	_, minute, seen := g.torso.over(at, window)
	_, short, _ := g.torso.over(at, burst)
	switch {
	case minute > lightBelow || short > lightBelow:
		g.state, g.moved = Moving, at
	case g.moved > 0 && at.Sub(g.moved) < recovery:
		g.state = Recovering
	case 2*seen < int(window/time.Second):
		g.state = Unseen
	case minute > quietBelow:
		g.state = Light
	default:
		g.state = Quiet
	}
	g.bout()
}

// bout remembers the activity, and lets a quiet torso settle after it.
func (g *gate) bout() {
	switch {
	case g.state == Quiet && g.from > 0:
		if g.settles() {
			g.state = Settling
		} else {
			g.from = 0
		}
	case g.state != Quiet:
		if g.from == 0 {
			g.from, g.active = g.now, g.now
		}
		g.end = g.now
		if g.state != Recovering {
			g.active, g.heart.back = g.now, false
		}
	}
}

// settles reports whether the numbers may still tell of the activity: until the heart was back for a whole window, or for
// 90 s and as long as the activity was.
func (g *gate) settles() bool {
	return !g.heart.back && g.now.Sub(g.end) < recovery+min(g.active.Sub(g.from), longBout)
}

// wait is how long the index stays hidden if the torso is quiet from now on.
func (g *gate) wait() time.Duration {
	switch g.state {
	case Moving:
		return recovery
	case Recovering:
		return recovery - g.now.Sub(g.moved)
	}
	return 0
}
