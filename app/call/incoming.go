package call

import (
	"context"
	"encoding/hex"
	"hash"
	"sync"
)

// Incoming is a file the other page offers. It is shown with its name, type and size; either Receive or Refuse answers.
type Incoming struct {
	FileInfo
	files *files
	no    uint32

	mu       sync.Mutex // guards what follows
	taken    bool
	bytes    []byte
	hash     hash.Hash
	progress func(int64)
	gone     func()     // it was taken back, or broke off, before it was answered
	done     chan error // one slot
	over     bool
}

// Receive accepts the file and returns its bytes once all are there and their SHA-256 is what the other page says. When ctx
// ends the other page is told. It answers once.
func (i *Incoming) Receive(ctx context.Context, progress func(got int64)) ([]byte, error) {
	i.mu.Lock()
	if i.taken || i.over {
		i.mu.Unlock()
		return nil, errCut
	}
	i.taken, i.progress = true, progress
	i.mu.Unlock()
	if !i.files.say(slip{No: i.no, Accept: true}) {
		return nil, errCut
	}
	select {
	case err := <-i.done:
		if err != nil {
			return nil, err
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		whole := i.bytes
		i.bytes = nil // theirs who asked
		return whole, nil
	case <-ctx.Done():
		i.stop(becauseRefused)
		return nil, ctx.Err()
	}
}

// Gone calls f once when the file is taken back, or its connection broke, before Receive or Refuse answered.
func (i *Incoming) Gone(f func()) {
	i.mu.Lock()
	over := i.over
	i.gone = f
	i.mu.Unlock()
	if over {
		f()
	}
}

// Refuse says no. It may be called at any time, and twice.
func (i *Incoming) Refuse() {
	i.mu.Lock()
	i.gone = nil
	i.mu.Unlock()
	i.stop(becauseRefused)
}

// stop ends it from this side.
func (i *Incoming) stop(why string) {
	if i.files.drop(i.no) != nil {
		i.files.say(slip{No: i.no, Refuse: why})
		i.end(errWithdrew)
	}
}

// take adds a piece. One that nobody accepted, or beyond what was offered, spoils the file.
func (i *Incoming) take(part []byte) {
	i.mu.Lock()
	bad := !i.taken || int64(len(i.bytes)+len(part)) > i.Size
	if !bad {
		if i.bytes == nil { // it was accepted, and begins: growing bit by bit would take twice as much
			i.bytes = make([]byte, 0, i.Size)
		}
		i.bytes = append(i.bytes, part...)
		i.hash.Write(part)
	}
	got, progress := int64(len(i.bytes)), i.progress
	i.mu.Unlock()
	if bad {
		i.stop(becauseSpoiled)
	} else if progress != nil {
		progress(got)
	}
}

// close checks that all is there, and says what to answer.
func (i *Incoming) close(sum string) slip {
	i.mu.Lock()
	whole := i.taken && int64(len(i.bytes)) == i.Size && hex.EncodeToString(i.hash.Sum(nil)) == sum
	i.mu.Unlock()
	if !whole {
		i.end(errSpoiled)
		return slip{No: i.no, Refuse: becauseSpoiled}
	}
	i.end(nil)
	return slip{No: i.no, Got: true}
}

func (i *Incoming) end(err error) {
	i.mu.Lock()
	was, gone := i.over, i.gone
	if !was {
		i.over = true
		i.done <- err
		if err != nil {
			i.bytes = nil
		}
	}
	unanswered := !i.taken
	i.mu.Unlock()
	if !was && unanswered && gone != nil {
		gone()
	}
}
