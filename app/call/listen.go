package call

import (
	"encoding/json"
	"time"

	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// viewed takes how a connection is.
func (c *Call) viewed(p *pair, v rtc.View, now time.Time) {
	if p.view.State == rtc.StateConnected && v.State == rtc.StateReconnecting {
		c.k.minutes.broke()
	}
	if v.State != rtc.StateConnected {
		p.alive = alive{mended: p.alive.mended, tries: p.alive.tries} // what was counted was of the connection before
		p.dark, p.pulse.last = time.Time{}, time.Time{}
	}
	p.view = v
	c.k.dirty = true
}

// opened: the channel for words is there, on a new connection mostly. The offerer begins with the safety phrase; between two
// pages that met before it says the same once more, in case the connection broke in the middle. Nobody draws another number:
// whoever sits between the two could else open one channel after the other until two phrases agree.
func (c *Call) opened(p *pair, ch rtc.Channel, offerer bool) {
	p.words = ch
	ours, theirs, ok := p.peer.Fingerprints()
	if prints := [2]string{ours, theirs}; !ok || p.pledge == nil || p.prints != prints {
		p.pledge, p.prints, p.phrase = newPledge(offerer), prints, ""
	}
	if first := p.pledge.open(); first != nil {
		p.say(word{Safety: first})
	}
}

func (p *pair) say(w word) {
	if b, err := json.Marshal(w); err == nil && p.words != nil && p.words.Buffered() < maxWord {
		_ = p.words.Send(b, true) // what gets lost with its connection is said again on the next
	}
}

// heard takes what the other page says.
func (c *Call) heard(p *pair, w word, now time.Time) {
	switch {
	case w.Report != nil:
		p.alive.reported(*w.Report, now)
	case w.Safety != nil && p.pledge != nil:
		answer, err := p.pledge.hear(*w.Safety)
		if err == nil && answer != nil {
			p.say(word{Safety: answer})
		}
		c.phrase(p)
	}
}

func (c *Call) phrase(p *pair) {
	if p.pledge == nil {
		return
	}
	ours, theirs, ok := p.peer.Fingerprints()
	if s := p.pledge.phrase(ours, theirs); ok && s != p.phrase {
		p.phrase = s
		c.k.dirty = true
	}
}

// counted takes what a second brought.
func (c *Call) counted(p *pair, s rtc.Stats, now time.Time) {
	c.k.dirty = true
	p.stats = s
	c.phrase(p)
	if c.o.OnStats != nil {
		c.o.OnStats(p.member, s)
	}
	r := tally(s)
	p.pulse.beat(now)
	r.Thin, r.Shows, r.Busy = p.paused(), c.sizes(p), p.pulse.busy(now)
	if p.alive.report(r, now) {
		p.say(word{Report: &r})
	}
	if !p.sat {
		return
	}
	if !c.shows(p) || s.Line(rtc.LineCamera).In.Kbps > 0 {
		p.dark = time.Time{}
	} else if p.dark.IsZero() {
		p.dark = now
	}
	one := read(s)
	p.word = p.gauge.add(one)
	trip := max(s.RoundTrip, s.Line(rtc.LineAudio).Out.RoundTrip) // of now: that of the clocks is the shortest of a while
	if trip == 0 {
		trip = p.view.RoundTrip
	}
	gaps := p.alive.gaps(now)
	if !p.files.line(trip, gaps) { // a file gives way first
		before := p.ladder.Level()
		e := evidence(s, gaps)
		e.Dark, e.Squeezed = !p.pictures(), e.Squeezed && !p.paused() // of what is not sent a browser may keep saying what it said last
		e.Held, e.Busy = c.held(p, now), p.pulse.busy(now) || p.alive.busy(now)
		if p.ladder.Step(now, e) != before {
			p.shape(c.k.captured)
		}
	}
	if part := c.part(p, now); part != p.part {
		p.part = part
		p.shape(c.k.captured)
	}
	c.mend(p, now)
}

// sizes is how this page shows somebody's camera, in their report's words.
func (c *Call) sizes(p *pair) string {
	switch {
	case c.k.equal:
		return ""
	case c.k.large == p.member:
		return showsLarge
	}
	return showsSmall
}

// evidence is what a second says to the ladder.
func evidence(s rtc.Stats, gaps int) Evidence {
	audio, camera, sent := s.Line(rtc.LineAudio), s.Line(rtc.LineCamera), 0
	for _, l := range s.Lines {
		sent += 1000 * l.Out.Kbps
	}
	return Evidence{
		Sent:      sent,
		Loss:      max(audio.Out.Loss, camera.Out.Loss),
		RoundTrip: max(s.RoundTrip, audio.Out.RoundTrip),
		Jitter:    audio.Out.Jitter,
		Room:      s.Available,
		Squeezed:  camera.Out.Limited == "bandwidth",
		Choked:    gaps >= 150,
	}
}

// tally adds a connection's lines up.
func tally(s rtc.Stats) (r report) {
	for _, l := range s.Lines {
		r.Sent += l.Out.Packets
		r.Got += l.In.Packets
	}
	r.Gaps = int(1000 * s.Line(rtc.LineAudio).In.Concealed)
	return r
}

// Side says where a connection that calls itself well brings nothing.
type Side string

// The sides.
const (
	NoSide Side = ""
	Ours   Side = "ours"   // what we send does not arrive there
	Theirs Side = "theirs" // they mean to send, and their device sends nothing
	Both   Side = "way"    // they send, and it does not arrive here
)

// How long silence may last where somebody sends.
const (
	silentAfter = 3 * time.Second
	reportEvery = time.Second
	reportOld   = 4 * time.Second
	mendAgain   = 10 * time.Second
	mendSilent  = 3 * mendAgain // where not a word comes either
)

// alive follows whether packets still come, and what the other page says of ours.
type alive struct {
	since    time.Time // of the first second
	got      int64     // packets, and when they last grew
	gotAt    time.Time
	sent     int64 // ours; when they last grew, and since when they do without a pause of silentAfter
	sentAt   time.Time
	told     time.Time // our last report
	theirs   report    // their last
	theirsAt time.Time
	theySent time.Time // when their report last showed that they had sent more
	theyGot  time.Time // and had got more
	mended   time.Time
	tries    int
}

// report takes our own count, and says whether it is time to tell it.
func (a *alive) report(r report, now time.Time) bool {
	if a.since.IsZero() || r.Got < a.got { // a new connection counts from nothing
		*a = alive{since: now, gotAt: now, sentAt: now, got: r.Got, sent: r.Sent, told: a.told, mended: a.mended, tries: a.tries}
	}
	if r.Got > a.got {
		a.got, a.gotAt = r.Got, now
	}
	if r.Sent > a.sent {
		a.sentAt = now
	}
	a.sent = r.Sent // less than before where a browser forgets what went through a line that is paused
	if now.Sub(a.told) < reportEvery-100*time.Millisecond {
		return false
	}
	a.told = now
	return true
}

// reported takes theirs.
func (a *alive) reported(r report, now time.Time) {
	if a.theirsAt.IsZero() || r.Got < a.theirs.Got {
		a.theySent, a.theyGot = time.Time{}, now
	}
	if r.Sent > a.theirs.Sent {
		a.theySent = now
	}
	if r.Got > a.theirs.Got {
		a.theyGot = now
	}
	a.theirs, a.theirsAt = r, now
}

// gaps is how much of our sound they had to make up, in thousandths; 0 where they have not said lately.
func (a *alive) gaps(now time.Time) int {
	if !a.fresh(now) {
		return 0
	}
	return a.theirs.Gaps
}

// shows is how they said lately that they show our camera; "" where they did not.
func (a *alive) shows(now time.Time) string {
	if !a.fresh(now) {
		return ""
	}
	return a.theirs.Shows
}

// busy reports whether their device stood still lately, as they say.
func (a *alive) busy(now time.Time) bool { return a.theirs.Busy && a.fresh(now) }

// fresh reports whether they told us something lately.
func (a *alive) fresh(now time.Time) bool {
	return !a.theirsAt.IsZero() && now.Sub(a.theirsAt) <= reportOld
}

// thin reports whether they send us no picture for want of a line.
func (a *alive) thin(now time.Time) bool {
	return a.theirs.Thin && a.fresh(now)
}

// side says what is wrong, of two things the one that is mended from here. Meant is whether they mean to send.
func (a *alive) side(meant bool, now time.Time) Side {
	fresh := a.fresh(now)
	switch {
	case a.since.IsZero() || now.Sub(a.since) < silentAfter:
		return NoSide
	case meant && now.Sub(a.gotAt) >= silentAfter:
		switch {
		case !fresh, a.theySent.Sub(a.gotAt) > reportEvery+reportEvery/2: // they sent more since, which we have not got
			return Both
		case now.Sub(a.theySent) > silentAfter:
			return Theirs
		}
		return NoSide // not known yet
	case fresh && now.Sub(a.sentAt) < reportEvery && now.Sub(a.theyGot) >= silentAfter+reportEvery:
		return Ours
	}
	return NoSide
}

// ripe reports whether something is to be done about what is wrong.
func (a *alive) ripe(side Side, now time.Time) bool {
	return side == Both && now.Sub(a.mended) >= mendAgain && (a.fresh(now) || now.Sub(a.gotAt) >= mendSilent)
}

// mend brings a half-dead connection back to life, which carries words and no sound: it looks for another way, and where that
// brings nothing makes a new one. One that carries nothing at all its Peer mends, which has time for it: as soon as a network is
// back the old connection goes on where it was, if it is still there.
func (c *Call) mend(p *pair, now time.Time) {
	switch side := p.alive.side(c.means(p), now); {
	case side == NoSide:
		if now.Sub(p.alive.mended) >= 2*mendAgain {
			p.alive.tries = 0
		}
	case !p.alive.ripe(side, now):
	case p.alive.tries == 0:
		p.alive.tries, p.alive.mended = 1, now
		p.peer.NetworkChanged()
	default:
		tries := p.alive.tries + 1
		c.renew(p)
		p.alive = alive{mended: now, tries: tries}
	}
}

// speaks reports whether the other page says that it sends sound.
func (c *Call) speaks(p *pair) bool {
	m, ok := c.room().Member(p.member)
	return ok && m.State == live.Here && in(m) && m.Seat.Mic && !m.Seat.Held && !m.Seat.Asleep && !c.own(p)
}

// darkAfter is how long a picture may stay away before people are told that it does.
const darkAfter = 5 * time.Second

// shows reports whether the other page says that it sends the picture of its camera, and does not say that it pauses it.
func (c *Call) shows(p *pair) bool {
	m, ok := c.room().Member(p.member)
	return ok && m.State == live.Here && in(m) && m.Seat.Camera && !m.Seat.Asleep && !p.alive.theirs.Thin && !c.own(p)
}

// means reports whether the other page says that it sends something.
func (c *Call) means(p *pair) bool {
	m, ok := c.room().Member(p.member)
	if !ok || m.Seat == nil || !m.Seat.In || m.Seat.Asleep || m.State != live.Here {
		return false
	}
	return c.speaks(p) || (m.Seat.Screen || m.Seat.Camera) && !p.alive.theirs.Thin
}
