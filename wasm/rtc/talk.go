package rtc

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"hearth/shared/live"
)

// talk is where a Peer stands with the other page. Only the goroutine run touches it.
type talk struct {
	plan    *plan
	conn    Conn
	no      uint32   // of the connection, see signal.Conn
	offer   uint32   // of the last offer made or taken, see signal.Offer
	remote  bool     // the other side's description of that offer is set
	agreed  bool     // both sides of this connection were described once: its lines are there, whatever is offered anew
	early   []signal // candidates that came before it
	other   string   // the other Peer
	ended   bool     // it said End
	barred  bool     // there is no Maker here
	ever    bool     // was connected once
	sensors []string
	media   []*mline
	reports []Report  // of the moment before
	got     int64     // packets of sound and pictures that had come when they were last counted
	gotAt   time.Time // when that was
	statsAt time.Time

	servers   []live.ICEServer
	serversAt time.Time
	askedAt   time.Time // for others, in good time

	path           Path
	pathAt, pingAt time.Time
	pings          int // on this connection
	shown          View
	shownAt        time.Time
}

const (
	beatEvery   = 250 * time.Millisecond // how often the plan is asked
	stepTime    = 10 * time.Second       // for one step of a negotiation
	serversTime = 4 * time.Second        // for the house to name its servers
	serversAge  = 30 * time.Second       // until a try asks for them again, unless they end sooner
	unending    = 24 * time.Hour         // the life of servers that do not say
	maxEarly    = 64
)

var errNoConn = errors.New("rtc: no connection to offer")

// run is the only goroutine that touches p.talk.
func (p *Peer) run(ctx context.Context) {
	defer close(p.done)
	t := &p.talk
	t.plan = newPlan(p.o.Offerer, time.Now())
	t.sensors = p.o.Sensors
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	defer p.shut()
	for {
		p.act(ctx)
		p.settle(ctx, time.Now())
		p.show()
		select {
		case <-ctx.Done():
			return
		case <-p.inbox.wake:
			for f := p.inbox.take(); f != nil && ctx.Err() == nil; f = p.inbox.take() {
				f(ctx)
			}
		case <-beat.C:
			p.measure(ctx, time.Now())
		}
	}
}

// act does what the plan wants now.
func (p *Peer) act(ctx context.Context) {
	t := &p.talk
	if t.ended || t.barred || ctx.Err() != nil {
		return
	}
	var err error
	switch t.plan.next(time.Now()) {
	case rest:
		return
	case build:
		err = p.build(ctx)
	case restart:
		p.freshServers(ctx)
		if t.conn != nil {
			_ = t.conn.Servers(t.servers) // the old ones may still do
		}
		err = p.makeOffer(ctx, true)
	case ask:
		p.say(signal{Ask: true, Moved: t.plan.moved, Conn: t.no})
	}
	switch {
	case errors.Is(err, ErrUnavailable):
		t.barred = true
	case err != nil:
		t.plan.broke(time.Now())
	}
}

// build makes a new connection, its channels and its first offer.
func (p *Peer) build(ctx context.Context) error {
	t := &p.talk
	p.freshServers(ctx)
	if err := p.make(ctx, t.no+1); err != nil {
		return err
	}
	if err := p.openControl(); err != nil {
		return err
	}
	if err := p.openExtra(); err != nil {
		return err
	}
	p.openLanes()
	return p.makeOffer(ctx, false)
}

// make replaces the connection by a new one without channels.
func (p *Peer) make(ctx context.Context, no uint32) error {
	t := &p.talk
	p.dropConn()
	t.no, t.offer, t.remote, t.agreed, t.early, t.pings, t.path = no, 0, false, false, nil, 0, Path{}
	t.reports = nil
	p.spoken.Store(0)
	p.echoed.Store(0)
	conn, err := p.o.Maker.Make(t.servers, Handler{
		State: func(s ConnState) {
			p.inbox.put(func(context.Context) {
				if t.no == no {
					t.plan.turned(s, time.Now())
				}
			})
		},
		Candidate: func(c json.RawMessage) {
			p.inbox.put(func(context.Context) {
				if t.no == no && t.offer > 0 {
					p.say(signal{Conn: no, Offer: t.offer, Candidate: c})
				}
			})
		},
		Channel: p.opened,
		Track:   func(i int, track Track) { p.tracked(no, i, track) },
	})
	if err != nil {
		return err
	}
	t.conn = conn
	return p.openMedia(ctx)
}

// say sends a signal to the other page.
func (p *Peer) say(s signal) {
	s.From = p.id
	b, err := json.Marshal(s)
	if err == nil {
		p.o.Send(b)
	}
}

// freshServers asks the house for STUN and TURN servers, unless it did a moment ago.
func (p *Peer) freshServers(ctx context.Context) {
	t := &p.talk
	if !t.serversAt.IsZero() && time.Since(t.serversAt) < min(serversAge, halfLife(t.servers)) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, serversTime)
	defer cancel()
	asked := time.Now()
	if servers, err := p.o.Servers(ctx); err == nil {
		t.servers, t.serversAt = servers, asked
	}
}

// keepServers asks for others when half the life of those there are has passed, so that a try finds good ones even while the
// house is away. The question is asked beside everything else; the answer is for the next try.
func (p *Peer) keepServers(ctx context.Context) {
	t := &p.talk
	now := time.Now()
	if !t.plan.signal || t.plan.state != Connected || t.serversAt.IsZero() || now.Sub(t.serversAt) < halfLife(t.servers) || now.Sub(t.askedAt) < 2*serversTime {
		return
	}
	t.askedAt = now
	p.helpers.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, serversTime)
		defer cancel()
		servers, err := p.o.Servers(ctx)
		if err != nil {
			return
		}
		p.inbox.put(func(context.Context) {
			if now.After(t.serversAt) {
				t.servers, t.serversAt = servers, now
			}
		})
	})
}

// halfLife is half of how long a list of servers may be used from when it was given.
func halfLife(servers []live.ICEServer) time.Duration {
	life := unending
	for _, s := range servers {
		if s.Life > 0 {
			life = min(life, time.Duration(s.Life)*time.Second)
		}
	}
	return life / 2
}

// dropConn closes the connection there is, with its channels.
func (p *Peer) dropConn() {
	t := &p.talk
	p.dropLanes()
	if t.conn != nil {
		_ = t.conn.Close()
		t.conn = nil
	}
}

// shut is the end of run.
func (p *Peer) shut() {
	p.say(signal{End: true})
	p.helpers.Wait()
	p.dropConn()
	p.calls.Lock()
	p.closed = true
	p.calls.Unlock()
	p.mu.Lock()
	p.view = View{State: StateClosed}
	p.mu.Unlock()
}
