package aggregator

import "time"

// Lock keeps a child's fingers from pressing anything. It opens when two corners are held by two fingers at once for
// three seconds, or two keys are. It decides only; times come in, and nothing is drawn. The zero Lock is open.
type Lock struct {
	locked  bool
	corners [2]finger
	keys    [2]bool
	since   time.Time // when everything needed came to be held; zero = it is not
}

// Corner is one of the two round corners.
type Corner int

// The corners.
const (
	UpperCorner Corner = iota
	LowerCorner
)

// Key is one of the two keys that open the lock together: Control, and Delete or Backspace.
type Key int

// The keys.
const (
	ControlKey Key = iota
	DeleteKey
)

// finger is a pointer on a corner, named by the browser's pointer id.
type finger struct {
	on bool
	id int
}

// HoldFor is how long both have to be held.
const HoldFor = 3 * time.Second

// Close locks.
func (l *Lock) Close() { *l = Lock{locked: true} }

// Locked reports whether the lock is closed.
func (l *Lock) Locked() bool { return l.locked }

// Press is told that a pointer went down on a corner. The same pointer cannot hold both.
func (l *Lock) Press(c Corner, pointer int, now time.Time) {
	if !l.locked || l.corners[1-c].on && l.corners[1-c].id == pointer {
		return
	}
	l.corners[c] = finger{true, pointer}
	l.judge(now)
}

// Lift is told that a pointer went up, was taken away by the browser, or left its corner.
func (l *Lock) Lift(pointer int, now time.Time) {
	for c := range l.corners {
		if l.corners[c].on && l.corners[c].id == pointer {
			l.corners[c] = finger{}
		}
	}
	l.judge(now)
}

// KeyDown is told of a key, as often as the keyboard repeats it.
func (l *Lock) KeyDown(k Key, now time.Time) {
	if l.locked {
		l.keys[k] = true
		l.judge(now)
	}
}

// KeyUp is told that a key is no longer held.
func (l *Lock) KeyUp(k Key, now time.Time) {
	l.keys[k] = false
	l.judge(now)
}

// LetGo forgets the keys held: the lock lost the focus, and with it the news of keys. Fingers are told of in any case.
func (l *Lock) LetGo(now time.Time) {
	l.keys = [2]bool{}
	l.judge(now)
}

// Tick opens the lock when all has been held for long enough, and reports whether it just did.
func (l *Lock) Tick(now time.Time) bool {
	if !l.locked || l.since.IsZero() || now.Sub(l.since) < HoldFor {
		return false
	}
	*l = Lock{}
	return true
}

// Progress is how far the opening is, 0 to 1.
func (l *Lock) Progress(now time.Time) float64 {
	if l.since.IsZero() {
		return 0
	}
	return min(max(float64(now.Sub(l.since))/float64(HoldFor), 0), 1)
}

// Left is how many whole seconds are still to be held, 0 when nothing is.
func (l *Lock) Left(now time.Time) int {
	if l.since.IsZero() {
		return 0
	}
	return int((HoldFor - now.Sub(l.since) + time.Second - 1) / time.Second)
}

// judge starts or stops the three seconds.
func (l *Lock) judge(now time.Time) {
	enough := l.corners[0].on && l.corners[1].on || l.keys[0] && l.keys[1]
	switch {
	case !enough:
		l.since = time.Time{}
	case l.since.IsZero():
		l.since = now
	}
}
