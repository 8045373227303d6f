package rtc

import (
	"sync"
	"time"

	"hearth/shared/telemetry"
)

const (
	// frameLife is the channel's own limit: what is not there after a second is not sent again.
	frameLife = time.Second
	// oldestWaiting is when a sensor's channel takes no more: live numbers that come half a second late and pile up
	// help nobody, and audio shares the way.
	oldestWaiting     = 500 * time.Millisecond
	maxLaneWaiting    = 64 << 10 // bytes, whatever their age
	maxControlWaiting = 256 << 10
)

// lane is one sensor's channel and what waits in it.
type lane struct {
	ch Channel

	mu   sync.Mutex
	open bool
	back backlog
}

func (l *lane) send(frame []byte, now time.Time) bool {
	if len(frame) > telemetry.MaxFrame {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock() // Send and Buffered of a channel return at once and call nobody back
	waiting := 0
	if l.open {
		waiting = l.ch.Buffered()
	}
	if !l.open || waiting > maxLaneWaiting || l.back.age(waiting, now) > oldestWaiting || l.ch.Send(frame, false) != nil {
		return false
	}
	l.back.sent(len(frame), now)
	return true
}

func (l *lane) setOpen(open bool) {
	l.mu.Lock()
	l.open = open
	l.mu.Unlock()
}

// backlog knows how old the oldest byte in a send buffer is, from when bytes were put in and how many still wait: the
// browser tells only the amount.
type backlog struct {
	total int64 // bytes ever put in
	marks [32]mark
	n     int // marks ever set
}

// mark says: up to byte end, all was put in by at.
type mark struct {
	end int64
	at  time.Time
}

// markEvery spaces the marks, so that 32 of them span more than oldestWaiting at any rate of frames.
const markEvery = 25 * time.Millisecond

func (b *backlog) sent(bytes int, now time.Time) {
	b.total += int64(bytes)
	if b.n > 0 {
		if last := &b.marks[(b.n-1)%len(b.marks)]; now.Sub(last.at) < markEvery {
			last.end = b.total
			return
		}
	}
	b.marks[b.n%len(b.marks)] = mark{b.total, now}
	b.n++
}

// age is how long the oldest of the waiting bytes has waited.
func (b *backlog) age(waiting int, now time.Time) time.Duration {
	if waiting <= 0 {
		return 0
	}
	gone := b.total - int64(waiting)
	for i := max(0, b.n-len(b.marks)); i < b.n; i++ {
		if m := b.marks[i%len(b.marks)]; m.end > gone {
			return now.Sub(m.at)
		}
	}
	return 0
}
