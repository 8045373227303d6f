package live

import (
	"slices"
	"time"

	"hearth/shared/care"
)

// Want asks the house for something and keeps asking, over as many sockets as it takes, until the Reply event with the
// returned id. A command without an id gets one. An Announce replaces one still waiting, and is kept even after its
// reply: should the house forget it, it is told again. So does a Sit, which is kept until the house refuses it or the page
// leaves the room. A Signal for a share that ends meanwhile is dropped with CodeNoShare, one to a page that leaves with
// CodeAway. What is malformed is answered at once with CodeJunk.
func (p *Page) Want(now time.Time, c Command) (id string, do Do) {
	if c.ID == "" {
		c.ID = care.NewID[string]()
	}
	refuse := func(code string) (string, Do) {
		p.tell(Event{Reply: &Reply{ID: c.ID, Code: code}})
		return c.ID, p.done()
	}
	switch {
	case p.link.State == TurnedAway:
		return refuse(p.link.Code)
	case p.link.State == Closed:
		return refuse(CodeClosed)
	case len(p.wants) >= MaxWants:
		return refuse(CodeTooMany)
	case c.check() != nil:
		return refuse(CodeJunk)
	}
	if c.Announce != nil {
		p.announced[c.Room] = slices.Clone(c.Announce.Sensors)
		p.instead(func(old Command) bool { return old.Announce != nil && old.Room == c.Room })
	}
	if c.Sit != nil {
		seat := *c.Sit
		c.Sit, p.seats[c.Room] = &seat, seat
		p.instead(func(old Command) bool { return old.Sit != nil && old.Room == c.Room })
	}
	p.want(c)
	return c.ID, p.done()
}

// instead settles what waits and is replaced by something newer.
func (p *Page) instead(old func(Command) bool) {
	for _, c := range slices.Clone(p.wants) {
		if old(c) {
			p.reply(Reply{ID: c.ID})
		}
	}
}

func (p *Page) want(c Command) {
	p.wants = append(p.wants, c)
	if p.link.State == Online {
		p.send(FromPage{Command: &c})
	}
}

// Cancel forgets a command nobody waits for any more, so that a later socket does not bring it back from the dead.
// Whether the house did it already is not known.
func (p *Page) Cancel(id string) {
	p.wants = slices.DeleteFunc(p.wants, func(c Command) bool { return c.ID == id })
}
