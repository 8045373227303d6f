package rtc

import "time"

// act is what a plan wants done.
type act int

const (
	rest    act = iota
	build       // a new connection (offerer)
	restart     // an ICE restart on the connection there is (offerer)
	ask         // ask the offerer for one of the two (the other side)
)

// plan decides when a connection is mended and how; it does nothing itself, and time comes in with every call. The
// rules, in the order of what hurts people less:
//
//   - a connected connection is left alone, whatever signalling does;
//   - a connection that says it is disconnected is given two seconds; a failure, a changed network or the other side's ask
//     none. One that calls itself connected and brings nothing is mended too: browsers notice a dead way after five seconds;
//   - while signalling is away nothing is tried, and what was tried meanwhile is tried again when it is back,
//     without being counted as a failure;
//   - a restart has worked when the other page is heard again. Browsers of two makers may agree on one, call themselves
//     connected throughout, and bring nothing any more: then comes a new connection, and no restart ever again;
//   - after two restarts in a row that failed comes a new connection, and after that new connections with growing
//     breaks, for as long as both pages are there. A connection that comes back by itself meanwhile is left alone: it goes on
//     at once, and a new one would wait until the browser has found its network's ways out again, three seconds in Chromium.
type plan struct {
	offerer     bool
	signal      bool          // the live socket is there
	backAt      time.Time     // since then
	state       ConnState     // of the connection there is
	trying      bool          // a try is out
	last        act           // the last try
	began       time.Time     // of the last try; zero: the next one need not wait for a breath after it
	since       time.Time     // when offer and answer of the last try were both set; zero: they are not
	failures    int           // tries in a row that failed
	restarts    int           // restarts among them, since the last build
	due         time.Time     // of a try that is wanted; zero: none is
	rebuild     bool          // nothing less than a new connection will do
	connected   bool          // was, since the last build
	quietAt     time.Time     // of the last try for silence alone
	stale       time.Time     // an ask came then that may have waited in the house for our signalling, and be older than the way
	doubtful    bool          // the last try that was answered was a restart, and no ping has come back since
	suspected   bool          // one brought nothing for long
	lame        bool          // restarts do not work between these two
	moved       bool          // the try that is wanted, or the last, is for the network alone, which says nothing against the one before
	beatAt      time.Time     // of the last beat
	there       time.Duration // there and back by the way there was; 0 = not known
	slow        time.Duration // and of the last seconds, where it may wait in a queue
	flowed      time.Time     // until then packets of the other page's sound and pictures came
	flowedSince time.Time     // some of them after that
	echo        time.Time     // when the newest ping was sent that was answered
	deafAt      time.Time     // when the offerer was asked last for a connection with a control channel that works
	awake       time.Time     // since when somebody could be heard: the page has not stood still, the connection is there
}

func newPlan(offerer bool, now time.Time) *plan {
	p := &plan{offerer: offerer, signal: true, state: New, rebuild: true}
	if offerer {
		p.want(now)
	} else {
		p.want(now.Add(patienceFirst)) // the offerer comes first
	}
	return p
}

// ripe makes an ask count that waited for a sign of being out of date, when there was none.
func (p *plan) ripe(now time.Time) {
	if !p.stale.IsZero() && now.Sub(p.stale) >= patienceWord {
		p.stale = time.Time{}
		p.again(now)
	}
}

// next says what is to be done now. Whoever asks does it: the try counts as begun.
func (p *plan) next(now time.Time) act {
	p.ripe(now)
	switch {
	case !p.trying || !p.signal:
	case !p.answered() && p.state == Connected && p.echo.After(p.began):
		p.well() // it came back by itself, whatever became of the try
	case p.overdue(now):
		p.failed(now)
	case p.dead(now):
		p.rebuild, p.doubtful, p.began = true, false, time.Time{}
		p.again(now)
	}
	if !p.wanted() || !p.signal || now.Sub(p.backAt) < patienceBack || now.Before(p.due) || now.Sub(p.began) < breath {
		return rest
	}
	p.suspect(now)
	p.due, p.trying, p.since, p.doubtful, p.began = time.Time{}, true, time.Time{}, false, now
	p.last, p.stale = p.kind(), time.Time{} // what was asked for before, it has now
	if p.last == build {
		p.state, p.connected, p.rebuild, p.restarts = New, false, false, 0
	}
	return p.last
}

// suspect notes when a restart that both agreed on has brought nothing; sooner, what was wrong may be of before it. Where sound or
// pictures came after it, a line that broke again says the same, and it takes a second time.
func (p *plan) suspect(now time.Time) {
	passed := now.Sub(p.since)
	if !p.doubtful || p.state != Connected || passed < patienceQuiet+2*p.slow || passed >= doubt {
		return
	}
	p.lame = p.lame || p.suspected || !p.flowedSince.After(p.since)
	p.suspected = true
}

func (p *plan) kind() act {
	switch {
	case !p.offerer:
		return ask
	case p.rebuild || p.lame || p.restarts >= restartsFirst || p.last == build && !p.connected:
		return build
	default:
		return restart
	}
}

// turned tells what the connection says of itself.
func (p *plan) turned(s ConnState, now time.Time) {
	if s == Connected && p.state != Connected {
		if p.awake = now; p.connected {
			p.failures, p.restarts = 0, 0 // the way is there again: what failed without it says nothing
			// What a reliable channel tried meanwhile, it tries again only after a while.
			p.awake = now.Add(patienceWord - patienceQuiet)
		}
	}
	p.state = s
	switch s {
	case Connected:
		p.connected = true
		if !p.rebuild && (!p.trying || p.answered()) {
			p.well()
		}
	case Disconnected:
		if !p.trying && !p.wanted() {
			wait := patienceHurt
			if !p.offerer {
				wait += breath
			}
			p.want(now.Add(wait))
		}
	case Failed, Closed:
		if p.trying && p.answered() {
			p.failed(now)
		} else if !p.trying {
			p.want(now)
		}
		p.rebuild = p.rebuild || s == Closed
	}
}

// exchanged tells that offer and answer are both set.
func (p *plan) exchanged(now time.Time) {
	p.since, p.doubtful = now, p.last == restart
	if !p.trying && !p.offerer { // the offerer tried of its own accord: its try is ours
		p.trying, p.due, p.began, p.last = true, time.Time{}, now, ask
	}
	if p.state == Connected && p.last == build && !p.rebuild {
		p.well() // it could not be connected before its answer came
	}
}

// heard tells when the other page was heard last. Packets that were under way may still come after a restart: it stays
// doubtful for a while.
func (p *plan) heard(at time.Time) {
	if p.trying && p.answered() && p.state == Connected && !p.rebuild && at.After(p.since) {
		p.well()
	}
}

// echoed tells that a ping sent at an instant was answered. One sent after a restart came there and back by the new way:
// restarts do work, whatever happens next.
func (p *plan) echoed(sent time.Time) {
	p.echo = sent
	if p.answered() && sent.After(p.since) {
		p.doubtful, p.suspected = false, false
	}
	if sent.After(p.stale) {
		p.stale = time.Time{}
	}
}

// fresh tells the other side that the offerer built a new connection: what it wanted it has.
func (p *plan) fresh() { p.state, p.connected, p.trying, p.rebuild = New, false, false, false }

// flows tells that sound or pictures of the other page came in between two instants. A page that cannot answer for itself,
// frozen in the background or on a busy machine, is not gone for as long as it is heard: what reaches people stays.
func (p *plan) flows(since, now time.Time) {
	p.flowedSince, p.flowed = since, now
	p.heard(since) // some of it later
}

// beat is told again and again, and when the other page was heard last on this connection (zero: never). A page that stood
// still, frozen or too busy, finds what was said meanwhile waiting behind this very beat: silence counts from there.
func (p *plan) beat(heard, now time.Time) {
	if now.Sub(p.beatAt) >= heldUp {
		p.awake = now
	}
	p.beatAt = now
	if heard.IsZero() {
		return
	}
	p.heard(heard)
	if now.Sub(heard) >= p.silence() && now.Sub(p.flowed) >= patienceFlow && p.listened(now) {
		p.quiet(now)
	}
}

// quiet tells that nothing has been heard for long enough to mean something, see silence, although something was before.
func (p *plan) quiet(now time.Time) {
	if p.state != Connected || p.trying || p.wanted() || now.Sub(p.quietAt) < quietAgain {
		return
	}
	p.quietAt = now
	p.want(now)
}

// network tells that the page's network changed.
func (p *plan) network(now time.Time) {
	if p.state == New && !p.connected && !p.trying {
		return // nothing was there that could have broken
	}
	p.doubtful, p.moved = false, true // a reason of its own
	if p.trying && p.last == build && p.state != Connected {
		p.want(now.Add(breath)) // it looks for ways on this network already: begun anew it would only be later
		return
	}
	p.again(now)
}

// asked tells that the other side wants a try; anew when it lost its memory, so that a restart cannot reach it, moved when
// its network changed and it knows of nothing else.
func (p *plan) asked(anew, moved bool, now time.Time) {
	p.doubtful = p.doubtful && !moved
	if !anew && !p.rebuild && p.trying && !p.answered() && now.Sub(p.began) < patienceHurt {
		return // it asked before it had heard of the try that is out
	}
	if !anew && (p.trying || p.state == Connected) && now.Sub(p.backAt) < breath {
		p.stale = now
		return
	}
	p.rebuild = p.rebuild || anew
	if tried := now.Sub(p.began); !anew && tried >= breath && tried < askedAgain && p.answered() {
		p.count()
	}
	p.again(now)
}

// signalling tells whether the live socket is there.
func (p *plan) signalling(up bool, now time.Time) {
	back := up && !p.signal
	p.signal = up
	if back {
		p.backAt, p.quietAt, p.doubtful = now, time.Time{}, false // a socket that broke, and silence besides, are no bad line
	}
	if back && p.trying && (!p.answered() || p.state != Connected) {
		p.want(now.Add(breath)) // the offer, the answer or candidates may have gone down with the socket; most are only late
	}
}

// broke tells that a try could not even be made.
func (p *plan) broke(now time.Time) { p.failed(now) }

func (p *plan) well() {
	p.trying, p.moved, p.failures, p.restarts = false, false, 0, 0
	p.due, p.stale = time.Time{}, time.Time{}
	if !p.answered() { // it is connected all the same
		p.since = p.began
	}
}

// again wants a try soon; one that is out is not counted as failed.
func (p *plan) again(now time.Time) {
	p.trying = false
	p.want(now)
}

func (p *plan) failed(now time.Time) {
	p.trying = false
	p.count()
	wait := time.Duration(0)
	if p.last == build || p.last == ask {
		wait = min(breath<<min(p.failures, 8), longestBreath)
	}
	p.want(now.Add(wait))
}

// count counts the last try as failed.
func (p *plan) count() {
	p.moved = false
	p.failures++
	if p.last == restart {
		p.restarts++
	}
}

func (p *plan) want(at time.Time) {
	if !p.wanted() || at.Before(p.due) {
		p.due = at
	}
}

func (p *plan) wanted() bool   { return !p.due.IsZero() }
func (p *plan) answered() bool { return !p.since.IsZero() }
