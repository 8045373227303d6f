package house

import (
	"maps"
	"sync"
	"time"

	"hearth/shared/care"
)

// passFor is how long a session's relays live on after the house last knew that the session is. A page whose socket is
// away lets its signals flow for ten minutes; its session is looked at every minute.
const passFor = 11 * time.Minute

// passes say which sessions may have relays. An open relay keeps the credential it was opened with, so it is not the
// credential that ends first but the pass behind it: with the session, at once, or when nothing is heard of the session
// any more. They are as lasting as the relays themselves, which a restart ends, and like them of one process: nodes that
// give out each other's relays have to tell each other.
type passes struct {
	mu   sync.Mutex
	held map[string]pass // by holder: the name that stands in credentials
}

type pass struct {
	person  care.PersonID
	session string
	until   time.Time
}

func newPasses() *passes { return &passes{held: map[string]pass{}} }

// issue gives a holder a pass.
func (p *passes) issue(holder string, one pass) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(p.held, func(_ string, old pass) bool { return now.After(old.until) })
	one.until = now.Add(passFor)
	p.held[holder] = one
}

// renew moves the end of a session's passes on. What was ended stays ended.
func (p *passes) renew(session string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for holder, one := range p.held {
		if one.session == session {
			one.until = time.Now().Add(passFor)
			p.held[holder] = one
		}
	}
}

// end takes passes back.
func (p *passes) end(which func(pass) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.held, func(_ string, one pass) bool { return which(one) })
}

// valid reports whether a holder may have relays now.
func (p *passes) valid(holder string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	one, there := p.held[holder]
	return there && !time.Now().After(one.until)
}
