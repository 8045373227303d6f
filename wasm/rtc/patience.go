package rtc

import "time"

// How long a plan waits.
const (
	patienceFirst   = serversTime + breath   // of the other side for the first offer, before which the offerer asks the house
	patienceHurt    = 2 * time.Second        // silence that may heal by itself; the other side waits one more
	patienceRestart = 8 * time.Second        // for a restart to bring the connection back
	patienceBuild   = 15 * time.Second       // for a connection to come up
	breath          = time.Second            // between two tries
	patienceBack    = 250 * time.Millisecond // once signalling is back, for the house to tell in one breath what is no more
	patienceQuiet   = time.Second            // without a word, although the connection calls itself connected: two pings and two answers lost
	patienceFlow    = 2 * statsEvery         // without a packet of sound or pictures, where some came: they are counted every second
	quietAgain      = 10 * time.Second       // between two tries for silence alone: on a bad line they would never end
	heldUp          = 3 * beatEvery          // between two beats: the page itself stood still
	longestBreath   = 15 * time.Second
	restartsFirst   = 2                       // failed restarts before a new connection
	askedAgain      = 20 * time.Second        // an ask so soon after a try says that the try failed
	firstWord       = 300 * time.Millisecond  // after a restart for silence, where the way there and back is not longer
	patienceWord    = 2500 * time.Millisecond // for the first word after a restart of a connection that stayed connected
	doubt           = 5 * time.Second         // trouble so soon after a restart says that restarts do not work between these two
)

// overdue reports whether the try that is out has failed.
func (p *plan) overdue(now time.Time) bool {
	if p.answered() && p.state == Connected {
		return p.mute(now, max(patienceWord, 2*p.slow))
	}
	return now.Sub(p.began) >= p.patience()
}

// dead reports whether a restart for silence has shown that the way is no more: both pages have agreed on it, which takes both
// of them awake, and not even then a word comes. A browser that calls itself connected gives the old way two and a half
// seconds before it takes the new one; a new connection is there in one.
func (p *plan) dead(now time.Time) bool {
	return p.offerer && p.last == restart && !p.moved && p.there > 0 && p.mute(now, max(firstWord, 2*p.there, 2*p.slow))
}

// mute reports whether a try was agreed upon and its connection, which calls itself connected, has brought no word for so long.
func (p *plan) mute(now time.Time, long time.Duration) bool {
	return p.answered() && p.state == Connected && now.Sub(p.since) >= long && p.listened(now)
}

// listened reports whether a word would have been heard: for as long as a silence takes somebody could be.
func (p *plan) listened(now time.Time) bool { return now.Sub(p.awake) >= patienceQuiet }

// silence is how long nothing is heard before that means something. On a slow line a word waits in a queue, and there are
// fewer of them.
func (p *plan) silence() time.Duration {
	if p.slow < slowLine {
		return patienceQuiet
	}
	return patienceQuiet + pingSlow - pingEvery + p.slow
}

func (p *plan) patience() time.Duration {
	if !p.connected {
		return patienceBuild
	}
	return patienceRestart
}
