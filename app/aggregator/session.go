package aggregator

import (
	"sync"
	"time"

	"hearth/shared/care"
	"hearth/shared/live"
)

// session is the session clock, which stamps samples: the house's time, told from the page's clock. A tablet's own clock
// may be wrong, and be set right between two loads of its page, or a second tablet may take over; on the house's time all
// of them stamp on one axis, and what was labelled before stays where it was.
//
// It is fixed when the first sensor starts, because what was stamped cannot move any more. A house that cannot be reached
// keeps nobody from measuring: then the page's own clock has to do, until the page is loaded anew.
type session struct {
	house func() live.Clock
	fixed chan struct{} // closed when it is

	mu     sync.Mutex // guards what follows
	ahead  time.Duration
	stands bool
	wanted time.Time // page clock; since when a sensor waits
}

// houseTime is how long the first sensor waits for the house to tell the time.
const houseTime = 2 * time.Second

func newSession(house func() live.Clock) *session {
	return &session{house: house, fixed: make(chan struct{})}
}

// at turns a time of the page into session time.
func (s *session) at(page time.Time) care.Stamp { return s.from(care.StampOf(page)) }

// from turns a stamp by the page's clock into session time.
func (s *session) from(page care.Stamp) care.Stamp {
	s.mu.Lock()
	ahead, stands := s.ahead, s.stands
	s.mu.Unlock()
	if !stands {
		ahead = s.house().Offset // nothing is stamped yet: other pages may compare their clocks with the best there is
	}
	return page.Add(ahead)
}

// want is told that a sensor starts now and waits until the clock is fixed.
func (s *session) want(now time.Time) {
	s.mu.Lock()
	if s.wanted.IsZero() {
		s.wanted = now
	}
	s.mu.Unlock()
	s.tick(now)
}

// tick fixes the clock once a sensor wants it and the house has told the time, or has had its time to.
func (s *session) tick(now time.Time) {
	house := s.house()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stands || s.wanted.IsZero() || !house.Known && now.Sub(s.wanted) < houseTime {
		return
	}
	s.ahead, s.stands = house.Offset, true
	close(s.fixed)
}
