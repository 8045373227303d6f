package rtc

import (
	"context"
	"time"
)

// mline is a line of a Peer: what is wanted of it, and what the connection there is has. Only the goroutine run touches it.
type mline struct {
	line        Line
	want        Track
	shape       Shape
	placed      bool // the connection has what it gives
	shaped      bool
	again       time.Time // not before, after a refusal
	everChanged bool      // somebody called Put: until then there is nothing to put
}

const putAgain = time.Second // after a refusal

// Put lets t go through a line from now on; nil takes it off. It is remembered: after a restart, and on every new connection,
// it is there again without being asked for. Nothing is negotiated (RTCRtpSender.replaceTrack). A line that is not among
// Options.Media, and a track of another kind, are ignored.
func (p *Peer) Put(line string, t Track) {
	p.inbox.must(func(context.Context) {
		if m := p.line(line); m != nil && (t == nil || t.Kind() == m.line.Kind) {
			m.want, m.placed, m.everChanged, m.again = t, false, true, time.Time{}
		}
	})
}

// Shape sets how a line is sent; it is remembered as Put is.
func (p *Peer) Shape(line string, s Shape) {
	p.inbox.must(func(context.Context) {
		if m := p.line(line); m != nil && m.shape != s {
			was := m.gives()
			m.shape, m.shaped, m.again = s, false, time.Time{}
			m.placed = m.placed && m.gives() == was
		}
	})
}

// gives is the track the connection is to have. A picture that is paused is taken off as well: for as long as there is one,
// Chromium fills the line with old packets to find out how much it carries (5 to 9 kbit/s), which of a thin one is a part.
func (m *mline) gives() Track {
	if m.shape.Paused && m.line.Kind == Video {
		return nil
	}
	return m.want
}

func (p *Peer) line(name string) *mline {
	for _, m := range p.talk.media {
		if m.line.Name == name {
			return m
		}
	}
	return nil
}

// openMedia prepares a new connection for the lines, with the tracks there are.
func (p *Peer) openMedia(ctx context.Context) error {
	t := &p.talk
	if len(t.media) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	if err := t.conn.Media(ctx, p.o.Media, p.o.Offerer); err != nil {
		return err
	}
	for _, m := range t.media {
		m.placed, m.shaped, m.again = !m.everChanged, false, time.Time{}
	}
	p.putAll(ctx, time.Now())
	return nil
}

// settle brings the connection to what is wanted of its lines. An offer that waits for its answer changes nothing: tracks are
// replaced and sent otherwise in every signalling state (webrtc section 5.2), and a way may be sought for as long as the house
// is away.
func (p *Peer) settle(ctx context.Context, now time.Time) {
	t := &p.talk
	if t.conn == nil || !t.agreed || len(t.media) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	p.putAll(ctx, now)
	for i, m := range t.media {
		if m.shaped || now.Before(m.again) {
			continue
		}
		if m.shaped = t.conn.Shape(ctx, i, m.shape) == nil; !m.shaped {
			m.again = now.Add(putAgain)
		}
	}
}

func (p *Peer) putAll(ctx context.Context, now time.Time) {
	for i, m := range p.talk.media {
		if m.placed || now.Before(m.again) {
			continue
		}
		if m.placed = p.talk.conn.Put(ctx, i, m.gives()) == nil; !m.placed {
			m.again = now.Add(putAgain)
		}
	}
}

// tracked hands a track of the other page on.
func (p *Peer) tracked(no uint32, i int, track Track) {
	p.inbox.put(func(context.Context) {
		t := &p.talk
		if t.no == no && i < len(t.media) && t.media[i].line.Kind == track.Kind() {
			p.o.OnTrack(t.media[i].line.Name, track)
		}
	})
}

// Fingerprints returns the DTLS certificates' fingerprints of both pages as they stand in the descriptions (RFC 8122 section
// 5), such as "sha-256 AB:CD…"; ok is false before both are known. The connection itself is bound to them, so two people who
// compare something made of both know that nobody sits between them. A page keeps its certificate for as long as it is open.
func (p *Peer) Fingerprints() (ours, theirs string, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.prints[0], p.prints[1], p.prints[0] != "" && p.prints[1] != ""
}

// describe remembers a side's fingerprint.
func (p *Peer) describe(theirs bool, d Description) {
	i := 0
	if theirs {
		i = 1
	}
	p.mu.Lock()
	p.prints[i] = fingerprint(d.SDP)
	p.mu.Unlock()
}
