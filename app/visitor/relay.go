package visitor

import (
	"sync/atomic"

	"hearth/app/aggregator"
	"hearth/app/frame"
	"hearth/shared/api"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// ways makes the connections sensors send through. Once the visit goes through a relay only, no new one goes another way.
type ways struct {
	env   *frame.Env
	relay atomic.Bool
}

// Make makes one.
func (w *ways) Make(servers []live.ICEServer, h rtc.Handler) (rtc.Conn, error) {
	return w.env.Maker(w.relay.Load()).Make(servers, h)
}

// stands takes in how far the guest is now.
func (p *Page) stands(att api.Attendance) {
	turned := p.known && att.Relay && !p.att.Relay
	told := p.att.Told
	p.att = att
	if step, _ := p.way.Step(); step == WaitRoom && told != att.Told {
		p.said = p.knows() + "."
	}
	p.ways.relay.Store(att.Relay)
	switch inside := att.State.Inside() && p.call != nil; {
	case turned && inside:
		p.call.RelayOnly() // somebody else was invited in the middle of it
	case turned:
		p.relayOnly()
	}
}

// relayOnly ends every connection that may have been made another way: the call is opened anew by the next tick, and a share is
// asked for again by whoever received it.
func (p *Page) relayOnly() {
	if p.call != nil {
		p.call.Close()
		p.call = nil
	}
	for _, sh := range p.sense.view.Shares {
		p.at(func(s *aggregator.Station) { s.StopShare(sh.ID) })
	}
}
