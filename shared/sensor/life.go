package sensor

import "time"

// Life decides when a sensor is connected, tried again and given up. It does nothing by itself: its owner tells it
// what happened and when, and does the Step it answers. The zero value is an idle sensor.
//
// A first connection that fails is told at once, because the person stands there and can look. A sensor that was
// streaming is tried again with growing pauses for Patience, because nobody may be looking. Telling it something that
// does not fit its state changes nothing, so late answers of a cancelled attempt do no harm.
type Life struct {
	Quiet time.Duration // how long a connected device may say nothing; 0 means Silence

	state    State     // "" means Idle
	since    time.Time // of state
	lost     time.Time // when the link broke, while Reconnecting
	heard    time.Time // last packet, while Streaming
	doubt    time.Time // when its silence was first seen; zero while there is none
	attempts int       // failed since lost
	next     time.Time // when to dial again; zero while an attempt is under way
}

// Step is what the owner has to do now.
type Step string

// The steps.
const (
	Nothing Step = ""
	Dial    Step = "dial"    // connect and prepare, then tell Connected or Missed
	HangUp  Step = "hang-up" // close the link, cancel the attempt; tell nothing
)

// Times of a life.
const (
	Silence    = 5 * time.Second  // without a packet a link counts as broken, whatever the radio says
	secondLook = time.Second      // so long before a silence was seen already: a page that stood still finds packets waiting
	Patience   = 10 * time.Minute // how long a lost sensor is looked for
	FirstPause = 500 * time.Millisecond
	LongPause  = time.Second // pauses double up to this: who comes back is seen soon, and an attempt costs little
)

// State returns where the sensor stands.
func (l *Life) State() State {
	if l.state == "" {
		return Idle
	}
	return l.state
}

// Since returns when it came to stand there.
func (l *Life) Since() time.Time { return l.since }

// Connect is told when a person wants the sensor.
func (l *Life) Connect(now time.Time) Step {
	switch l.State() {
	case Idle, Failed:
		l.become(Connecting, now)
		return Dial
	case Reconnecting: // the person does not want to wait for the pause
		if !l.next.IsZero() {
			l.next = time.Time{}
			return Dial
		}
	}
	return Nothing
}

// Resume is told when a sensor that was running before the page was loaded anew can be connected without a person: it is
// looked for as one that was just lost.
func (l *Life) Resume(now time.Time) Step {
	if l.State() != Idle {
		return Nothing
	}
	l.become(Reconnecting, now)
	l.lost, l.attempts = now, 0
	return Dial
}

// Connected is told when a link is up and prepared. A link nobody wants any more has to be hung up.
func (l *Life) Connected(now time.Time) Step {
	if l.state != Connecting && (l.state != Reconnecting || !l.next.IsZero()) {
		return HangUp
	}
	l.become(Streaming, now)
	l.heard = now
	return Nothing
}

// Missed is told when an attempt failed. Final says that trying again cannot help: the device speaks another language.
func (l *Life) Missed(now time.Time, final bool) {
	switch l.state {
	case Connecting:
		l.become(Failed, now)
	case Reconnecting:
		if !l.next.IsZero() {
			return
		}
		if final || now.Sub(l.lost) >= Patience {
			l.become(Failed, now)
			return
		}
		l.attempts++
		l.next = now.Add(Pause(l.attempts))
	}
}

// Heard is told of packets; telling it once a second is enough.
func (l *Life) Heard(now time.Time) {
	if l.state == Streaming && now.After(l.heard) {
		l.heard, l.doubt = now, time.Time{}
	}
}

// Lost is told when the link broke.
func (l *Life) Lost(now time.Time) {
	if l.state == Streaming {
		l.become(Reconnecting, now)
		l.lost, l.attempts = now, 0
		l.next = now.Add(Pause(0))
	}
}

// Stop is told when a person has had enough of the sensor.
func (l *Life) Stop(now time.Time) Step {
	was := l.State()
	if was == Idle {
		return Nothing
	}
	l.become(Idle, now)
	if was == Failed {
		return Nothing
	}
	return HangUp
}

// Due is asked once a second or more often: a pause may be over, or a silent link have to be given up.
func (l *Life) Due(now time.Time) Step {
	switch {
	case l.state == Streaming && l.silent(now):
		l.Lost(now)
		return HangUp
	case l.state == Reconnecting && !l.next.IsZero() && !now.Before(l.next):
		if now.Sub(l.lost) >= Patience { // the page slept through it
			l.become(Failed, now)
			return Nothing
		}
		l.next = time.Time{}
		return Dial
	}
	return Nothing
}

// silent reports whether the device has said nothing for too long, as far as this page can tell: one that stood still itself
// sees the silence before it reads what came meanwhile, so it looks again.
func (l *Life) silent(now time.Time) bool {
	silence := now.Sub(l.heard)
	if silence < l.quiet()-secondLook {
		return false
	}
	if l.doubt.IsZero() {
		l.doubt = now
	}
	return silence >= l.quiet() && now.Sub(l.doubt) >= secondLook
}

func (l *Life) quiet() time.Duration {
	if l.Quiet > 0 {
		return l.Quiet
	}
	return Silence
}

// Wait returns how long until the next attempt, 0 when none is planned.
func (l *Life) Wait(now time.Time) time.Duration {
	if l.state != Reconnecting || l.next.IsZero() {
		return 0
	}
	return max(0, l.next.Sub(now))
}

// Pause is how long to wait after so many failed attempts: 0.5 s, then 1 s.
func Pause(attempts int) time.Duration {
	pause := FirstPause
	for range attempts {
		if pause *= 2; pause >= LongPause {
			return LongPause
		}
	}
	return pause
}

func (l *Life) become(s State, now time.Time) {
	l.state, l.since, l.next, l.doubt = s, now, time.Time{}, time.Time{}
}
