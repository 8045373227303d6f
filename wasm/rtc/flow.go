package rtc

import (
	"sync"
	"sync/atomic"
)

// flow counts the messages of one control channel, so that nobody sends more than the other page can take: its inbox holds
// maxInbox, and what does not fit would be lost on a channel that is called reliable. The answers to pings say how many
// were dealt with.
type flow struct {
	dealt atomic.Int64 // of the other page's, here

	mu    sync.Mutex
	sent  int64 // of ours
	taken int64 // of ours, there
	known bool  // the other page counts
}

// maxUntaken is how many messages may be on their way or wait in the other page's inbox; signalling shares it.
const maxUntaken = maxInbox / 2

// begin counts a message that is about to be sent; false while the other page is behind.
func (f *flow) begin() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known && f.sent-f.taken >= maxUntaken {
		return false
	}
	f.sent++
	return true
}

// undo takes back one that could not be sent.
func (f *flow) undo() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent--
}

// told is what the other page says it has dealt with.
func (f *flow) told(taken int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.known, f.taken = true, max(f.taken, min(taken, f.sent))
}
