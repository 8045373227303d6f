package rtc

import (
	"context"
	"time"

	"hearth/shared/telemetry"
)

const (
	pingEvery    = 500 * time.Millisecond
	pingSlow     = time.Second            // where the line is slow: a ping, its answer and what says that they came take 2.5 kbit/s at two a second
	slowLine     = 300 * time.Millisecond // there and back
	roundTripAge = 10 * time.Second       // without an answer for so long nobody knows how long the way is
	firstPings   = 5                      // come quickly one after the other, so that the clocks agree before the first chart is drawn
	pathEvery    = 3 * time.Second
	statsEvery   = time.Second
	pathTime     = 2 * time.Second
)

// measure pings, listens for silence, and looks which way the data takes.
func (p *Peer) measure(ctx context.Context, now time.Time) {
	t := &p.talk
	every := pingEvery
	if t.plan.slow >= slowLine {
		every = pingSlow
	}
	if now.Sub(t.pingAt) >= every-beatEvery/2 || t.pings < firstPings {
		p.mu.Lock()
		ch := p.control
		var ping telemetry.Ping
		if ch != nil {
			ping = p.clock.Ping(p.o.Now())
		}
		p.mu.Unlock()
		if b, err := telemetry.EncodeControl(telemetry.Control{Ping: &ping}); ch != nil && err == nil && ch.Send(b, true) == nil {
			t.pingAt = now
			t.pings++
		}
	}
	var heard time.Time
	if last := p.spoken.Load(); last != 0 {
		heard = p.born.Add(time.Duration(last))
	}
	p.mu.Lock()
	if p.clock.Ready() {
		t.plan.there, t.plan.slow = p.clock.RoundTrip(), p.clock.Lately(p.o.Now())
	}
	p.mu.Unlock()
	t.plan.beat(heard, now)
	if sent := p.echoed.Load(); sent > 0 {
		t.plan.echoed(p.born.Add(time.Duration(sent)))
	}
	if t.plan.deaf(now) {
		p.say(signal{Ask: true, Deaf: true, Conn: t.no})
	}
	p.keepServers(ctx)
	p.count(ctx, now)
	if t.conn != nil && t.plan.state == Connected && now.Sub(t.pathAt) >= pathEvery {
		t.pathAt = now
		ctx, cancel := context.WithTimeout(ctx, pathTime)
		defer cancel()
		if path, err := t.conn.Path(ctx); err == nil {
			t.path = path
		}
	}
}

// count takes the statistics of the last second.
func (p *Peer) count(ctx context.Context, now time.Time) {
	t := &p.talk
	if p.o.OnStats == nil || len(t.media) == 0 || t.conn == nil || t.plan.state != Connected || now.Sub(t.statsAt) < statsEvery-beatEvery/2 {
		return
	}
	t.statsAt = now
	ctx, cancel := context.WithTimeout(ctx, pathTime)
	defer cancel()
	if reports, err := t.conn.Reports(ctx); err == nil {
		s := Sum(p.o.Media, t.reports, reports)
		t.reports = reports
		got := int64(0)
		for _, l := range s.Lines {
			got += l.In.Packets
		}
		if got > t.got {
			t.plan.flows(t.gotAt, now)
		}
		t.got, t.gotAt = got, now
		p.o.OnStats(s)
	}
}

// show tells the page when something it shows has changed.
func (p *Peer) show() {
	t := &p.talk
	v := View{State: p.state(), Way: t.path.Way}
	now := p.o.Now()
	p.mu.Lock()
	if p.clock.Ready() && now.Sub(p.clock.Heard()) <= roundTripAge { // a browser's clock counts milliseconds: less than one is shown as one
		v.RoundTrip = max(p.clock.RoundTrip().Round(time.Millisecond), time.Millisecond)
	}
	p.view = v
	p.mu.Unlock()
	only := v // but for the round trip
	only.RoundTrip = t.shown.RoundTrip
	if now := time.Now(); only != t.shown || v != t.shown && now.Sub(t.shownAt) >= time.Second {
		t.shown, t.shownAt = v, now
		p.o.OnView(v)
	}
}

func (p *Peer) state() State {
	t := &p.talk
	switch {
	case t.barred:
		return StateUnavailable
	case t.ended:
		return StateClosed
	case t.plan.state == Connected:
		t.ever = true
		return StateConnected
	case t.ever:
		return StateReconnecting
	default:
		return StateConnecting
	}
}
