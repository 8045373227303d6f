package watch

import (
	"time"

	"hearth/shared/care"
)

// backoff spaces out attempts: 1, 2, 4 … 30 seconds.
type backoff struct {
	pause time.Duration
	until care.Stamp
}

func (b *backoff) reset() { *b = backoff{} }

func (b *backoff) failed(now care.Stamp) {
	b.pause = min(max(2*b.pause, time.Second), 30*time.Second)
	b.until = now.Add(b.pause)
}

func (b *backoff) over(now care.Stamp) bool { return now >= b.until }
