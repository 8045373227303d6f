package rtc

import (
	"context"
	"errors"
	"time"
)

// makeOffer offers the connection there is; anew searches the ways between the pages from scratch.
func (p *Peer) makeOffer(ctx context.Context, anew bool) error {
	t := &p.talk
	if t.conn == nil {
		return errNoConn
	}
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	d, err := t.conn.Offer(ctx, anew)
	if err != nil {
		return err
	}
	t.offer++
	p.describe(false, d)
	t.remote, t.early = false, nil
	p.say(signal{Conn: t.no, Offer: t.offer, Description: p.toSend(d)})
	return nil
}

// signalled looks at what the other page says.
func (p *Peer) signalled(ctx context.Context, s signal) {
	t := &p.talk
	known := s.From == t.other
	if p.o.Offerer {
		switch {
		case s.Ask && s.Deaf && known:
			t.plan.deafened(time.Now())
			return
		case s.Ask:
			t.other, t.ended = s.From, false
			t.plan.asked(!known, s.Moved, time.Now())
			return
		case s.Description != nil && t.ended && !known: // what it answers went with the page before it, whose goodbye came late
			t.other, t.ended = s.From, false
			t.plan.asked(true, false, time.Now())
			return
		case s.Description != nil && t.offer == 1 && !t.remote: // who answers a new connection's first offer is the one
			t.other, known = s.From, true
		}
	} else if !known && s.Description != nil && s.Description.Type == "offer" {
		t.other, t.ended, known = s.From, false, true // the other page began anew, and so do we
		t.no, t.offer = 0, 0
	}
	switch {
	case !known:
	case s.End:
		t.ended = true
		p.dropConn()
	case s.Description != nil && s.Description.Type == "offer" && !p.o.Offerer:
		p.takeOffer(ctx, s)
	case s.Description != nil && s.Description.Type == "answer" && p.o.Offerer:
		p.takeAnswer(ctx, s)
	case s.Candidate != nil:
		p.takeCandidate(ctx, s)
	}
}

// takeOffer answers an offer; what is older than the one we have is dropped.
func (p *Peer) takeOffer(ctx context.Context, s signal) {
	t := &p.talk
	if s.Conn < t.no || s.Conn == t.no && s.Offer <= t.offer || t.barred {
		return
	}
	p.freshServers(ctx)
	if s.Conn != t.no || t.conn == nil {
		t.plan.fresh()
		if err := p.make(ctx, s.Conn); err != nil {
			t.barred = errors.Is(err, ErrUnavailable)
			t.plan.broke(time.Now())
			return
		}
	} else {
		_ = t.conn.Servers(t.servers)
	}
	t.offer, t.remote, t.early = s.Offer, false, nil
	step, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	d, err := t.conn.Accept(step, *s.Description)
	if err != nil {
		t.plan.broke(time.Now())
		return
	}
	p.describe(true, *s.Description)
	p.describe(false, d)
	p.say(signal{Conn: t.no, Offer: t.offer, Description: p.toSend(d)})
	p.exchanged(ctx)
}

func (p *Peer) takeAnswer(ctx context.Context, s signal) {
	t := &p.talk
	if s.Conn != t.no || s.Offer != t.offer || t.remote || t.conn == nil {
		return
	}
	step, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	if _, err := t.conn.Accept(step, *s.Description); err != nil {
		t.plan.broke(time.Now())
		return
	}
	p.describe(true, *s.Description)
	p.exchanged(ctx)
}

// toSend is a description as the other page is to read it.
func (p *Peer) toSend(d Description) *Description {
	if len(p.o.Media) > 0 {
		d.SDP = wished(d.SDP)
	}
	return &d
}

// exchanged: both descriptions are set, so candidates can be.
func (p *Peer) exchanged(ctx context.Context) {
	t := &p.talk
	t.remote, t.agreed = true, true
	for _, m := range t.media {
		m.shaped = m.shaped && m.shape.Packet == 0 // the length of packets has to be said after every description
	}
	early := t.early
	t.early = nil
	for _, s := range early {
		p.takeCandidate(ctx, s)
	}
	t.plan.exchanged(time.Now())
}

func (p *Peer) takeCandidate(ctx context.Context, s signal) {
	t := &p.talk
	switch {
	case s.Conn != t.no || s.Offer != t.offer || t.conn == nil:
	case !t.remote:
		if len(t.early) < maxEarly {
			t.early = append(t.early, s)
		}
	default:
		step, cancel := context.WithTimeout(ctx, stepTime)
		defer cancel()
		_ = t.conn.Candidate(step, s.Candidate) // one way of many; when none is left the plan notices
	}
}
