package rtc

import (
	"context"
	"slices"
	"strings"
	"time"

	"hearth/shared/live"
	"hearth/shared/telemetry"
)

// openControl opens the ordered, reliable channel.
func (p *Peer) openControl() error {
	ch, err := p.talk.conn.Open(telemetry.ControlLabel, ChannelOptions{})
	if err != nil {
		return err
	}
	p.listenControl(ch)
	return nil
}

func (p *Peer) listenControl(ch Channel) {
	f := &flow{}
	ch.Listen(Listener{
		Open: func() {
			p.mu.Lock()
			p.control, p.flow = ch, f
			p.mu.Unlock()
			p.inbox.put(func(context.Context) { p.o.OnControlOpen() })
		},
		Message: func(b []byte) { p.heard(ch, f, b) },
		Close: func() {
			p.mu.Lock()
			if p.control == ch {
				p.control = nil
			}
			p.mu.Unlock()
		},
	})
}

// heard takes a control message. Pings are answered on the spot, so that the answer says how long the way was and not
// how busy the page is.
func (p *Peer) heard(ch Channel, f *flow, b []byte) {
	now := p.o.Now()
	p.speaks()
	c, err := telemetry.DecodeControl(b)
	switch {
	case err != nil:
	case c.Ping != nil:
		pong := telemetry.Answer(*c.Ping, now, p.o.Now())
		taken := f.dealt.Load()
		pong.Taken = &taken
		if b, err := telemetry.EncodeControl(telemetry.Control{Pong: &pong}); err == nil && ch.Buffered() < maxControlWaiting {
			_ = ch.Send(b, true)
		}
	case c.Pong != nil:
		if c.Pong.Taken != nil {
			f.told(*c.Pong.Taken)
		}
		p.mu.Lock()
		if p.clock.Pong(*c.Pong, now) { // else nobody asked: it proves nothing
			p.echoed.Store(int64(time.Since(p.born) - now.Sub(c.Pong.T0)))
		}
		p.mu.Unlock()
	default:
		p.inbox.offer(func(context.Context) {
			p.o.OnControl(c)
			f.dealt.Add(1)
		})
	}
}

// openExtra opens the channels somebody else speaks on.
func (p *Peer) openExtra() error {
	for _, label := range p.o.Extra {
		ch, err := p.talk.conn.Open(label, ChannelOptions{})
		if err != nil {
			return err
		}
		p.o.OnExtra(label, ch)
	}
	return nil
}

// openLanes opens the channels of all sensors.
func (p *Peer) openLanes() {
	for _, key := range p.talk.sensors {
		p.openLane(key)
	}
}

func (p *Peer) openLane(key string) {
	ch, err := p.talk.conn.Open(telemetry.SensorLabel+key, ChannelOptions{Unordered: true, Lifetime: frameLife})
	if err == nil { // else the connection is no more, and the plan is told by its state
		p.listenLane(key, ch)
	}
}

func (p *Peer) listenLane(key string, ch Channel) {
	l := &lane{ch: ch}
	p.mu.Lock()
	p.lanes[key] = l
	p.mu.Unlock()
	ch.Listen(Listener{
		Open:    func() { l.setOpen(true) },
		Message: func(b []byte) { p.frame(key, b) },
		Close: func() {
			l.setOpen(false)
			p.mu.Lock()
			if p.lanes[key] == l {
				delete(p.lanes, key)
			}
			p.mu.Unlock()
		},
	})
}

// speaks notes that the other page was heard just now.
func (p *Peer) speaks() { p.spoken.Store(int64(time.Since(p.born))) }

// frame hands a sensor's message on, unless the Peer is closed.
func (p *Peer) frame(key string, b []byte) {
	p.speaks()
	p.calls.RLock()
	defer p.calls.RUnlock()
	if !p.closed && len(b) <= telemetry.MaxFrame {
		p.o.OnFrame(key, b)
	}
}

// opened is called when the other page opens a channel. Only the offerer opens channels, and only of these kinds;
// anything else is closed unheard.
func (p *Peer) opened(ch Channel) {
	key, sensor := strings.CutPrefix(ch.Label(), telemetry.SensorLabel)
	p.mu.Lock()
	full := len(p.lanes) >= live.MaxSensors
	p.mu.Unlock()
	switch {
	case p.o.Offerer:
		_ = ch.Close()
	case ch.Label() == telemetry.ControlLabel:
		p.listenControl(ch)
	case slices.Contains(p.o.Extra, ch.Label()):
		p.o.OnExtra(ch.Label(), ch)
	case sensor && key != "" && len(key) <= live.MaxIDLength && !full:
		p.listenLane(key, ch)
	default:
		_ = ch.Close()
	}
}

// setSensors opens and closes channels of the connection there is, and remembers the keys for the next.
func (p *Peer) setSensors(keys []string) {
	t := &p.talk
	if !p.o.Offerer {
		return
	}
	for _, key := range t.sensors {
		if !slices.Contains(keys, key) {
			p.closeLane(key)
		}
	}
	before := t.sensors
	t.sensors = keys
	if t.conn == nil {
		return
	}
	for _, key := range keys {
		if !slices.Contains(before, key) {
			p.openLane(key)
		}
	}
}

func (p *Peer) closeLane(key string) {
	p.mu.Lock()
	l := p.lanes[key]
	delete(p.lanes, key)
	p.mu.Unlock()
	if l != nil {
		l.setOpen(false)
		_ = l.ch.Close()
	}
}

// dropLanes forgets all channels; they end with their connection.
func (p *Peer) dropLanes() {
	p.mu.Lock()
	lanes := p.lanes
	p.lanes, p.control = map[string]*lane{}, nil
	p.mu.Unlock()
	for _, l := range lanes {
		l.setOpen(false)
	}
}
