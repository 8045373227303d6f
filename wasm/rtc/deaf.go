package rtc

import "time"

// A control channel may die while sound and pictures go on: silence of the program is no proof then, for a page that is frozen
// is silent too, and building anew would take its sound away. The proof is a program that speaks, through the house, and says
// itself that no ping of its own comes back: the other side asks, and the offerer, which finds the same, builds a new connection.
// Neither counts the time it stood still itself.
const (
	patienceDeaf = 30 * time.Second // longer than what a reliable channel waits after a line that was broken for ten seconds
	deafAgain    = 60 * time.Second // between two asks
)

// dumb is for how long no ping has come back, although the connection calls itself connected and nothing else is tried.
func (p *plan) dumb(now time.Time) time.Duration {
	if p.state != Connected || !p.signal || p.trying || p.wanted() || now.Sub(p.beatAt) >= heldUp {
		return 0
	}
	since := p.awake
	if p.echo.After(since) {
		since = p.echo
	}
	return now.Sub(since)
}

// deaf reports whether the offerer is to be asked for a connection with a control channel that works: whoever asks does it.
func (p *plan) deaf(now time.Time) bool {
	if p.offerer || p.dumb(now) < patienceDeaf || now.Sub(p.flowed) >= patienceFlow || now.Sub(p.deafAt) < deafAgain {
		return false
	}
	p.deafAt = now
	return true
}

// deafened tells the offerer that the other side is deaf. It has to be so here too, if not for as long.
func (p *plan) deafened(now time.Time) {
	if p.offerer && p.dumb(now) >= patienceDeaf/2 {
		p.rebuild = true
		p.again(now)
	}
}
