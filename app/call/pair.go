package call

import (
	"encoding/json"
	"sync/atomic"
	"time"

	"context"

	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// pair is this page and another one. All of it belongs to the call's goroutine but where it says so.
type pair struct {
	member live.MemberID
	peer   *rtc.Peer
	room   atomic.Pointer[live.RoomID] // where signals go; read by the peer's goroutines
	sat    bool                        // both sit, or sat, in the call: what is there may flow
	relay  bool                        // they came when the visit went through the relay only
	up     bool
	files  *files
	dark   time.Time       // since when no picture comes of a camera that is on; zero: one does, or none is meant to
	who    live.PersonView // as last seen
	guest  care.GuestID
	main   care.Stamp // of their seat, as last seen
	before bool       // it is of the same person and went before this page, as last seen

	missing time.Time // since when the rooms do not show them; zero: they do
	lost    bool      // the room gave their socket up, and would tell if they were put out
	view    rtc.View
	stats   rtc.Stats
	ladder  *Ladder
	part    Part
	on      map[string]rtc.Track // put on the peer
	shapes  map[string]rtc.Shape

	held   time.Time // when frames of sensors were last held back from this page
	pulse  pulse
	gauge  gauge
	word   Word
	pledge *pledge
	prints [2]string // the fingerprints it belongs to
	phrase string
	words  rtc.Channel // open, or nil
	alive  alive
	tracks map[string]rtc.Track // of theirs
}

// firstLevel is where pictures begin: what most lines carry, before anything is known of this one.
const firstLevel Level = 2

// The patience with who is shown by no room: a connection that works is kept as long as anybody is waited for, and longer
// where the room merely gave their socket up; another only until the page that moves from the door into the call is seen there.
const patienceMove = 10 * time.Second

func (p *pair) patience() time.Duration {
	if p.view.State == rtc.StateConnected {
		return Grace
	}
	return patienceMove
}

// meet connects to another page.
func (c *Call) meet(id live.MemberID, room live.RoomID) {
	p := &pair{member: id, ladder: NewLadder(firstLevel), on: map[string]rtc.Track{}, shapes: map[string]rtc.Shape{}, tracks: map[string]rtc.Track{}}
	p.files = &files{onOffer: func(i *Incoming) {
		if c.o.OnFile != nil {
			c.post(func(time.Time) { c.o.OnFile(id, i) })
		} else {
			i.Refuse()
		}
	}}
	c.k.pairs[id] = p
	c.enter(p, room)
	c.connect(p)
}

// connect gives a pair its peer. The offerer is the page with the smaller id, at both ends.
func (c *Call) connect(p *pair) {
	var peer *rtc.Peer
	here := func(act func(now time.Time)) { // for as long as this is the pair's peer
		c.post(func(now time.Time) {
			if c.k.pairs[p.member] == p && p.peer == peer {
				act(now)
			}
		})
	}
	started := make(chan struct{})
	offerer := c.me < p.member
	p.up = true
	peer = rtc.Start(c.k.ctx, rtc.Options{
		Maker: c.maker(p), Offerer: offerer, Media: rtc.CallLines(), Extra: []string{WordsLabel, FilesLabel},
		Servers: func(ctx context.Context) ([]live.ICEServer, error) { return c.o.Live.Relay(ctx, *p.room.Load()) },
		Send:    func(b json.RawMessage) { c.o.Live.SignalTo(*p.room.Load(), p.member, b) },
		Now:     func() care.Stamp { return care.StampOf(c.o.Now()) },
		OnView:  func(v rtc.View) { <-started; here(func(now time.Time) { c.viewed(p, v, now) }) },
		OnStats: func(s rtc.Stats) { <-started; here(func(now time.Time) { c.counted(p, s, now) }) },
		OnTrack: func(line string, t rtc.Track) {
			<-started
			here(func(time.Time) {
				if p.tracks[line] = t; p.sat && c.o.OnTrack != nil {
					c.o.OnTrack(p.member, line, t)
				}
			})
		},
		OnExtra: func(label string, ch rtc.Channel) {
			if label == FilesLabel {
				p.files.attach(ch)
				return
			}
			ch.Listen(rtc.Listener{
				Open: func() { here(func(time.Time) { c.opened(p, ch, offerer) }) },
				Message: func(b []byte) {
					if w, err := decodeWord(b); err == nil {
						here(func(now time.Time) {
							if p.words != ch { // what comes over a channel says that it is open, and may be told before
								c.opened(p, ch, offerer)
							}
							c.heard(p, w, now)
						})
					}
				},
				Close: func() {
					here(func(time.Time) {
						if p.words == ch {
							p.words = nil
						}
					})
				},
			})
		},
	})
	p.peer = peer
	close(started)
}

// maker is what makes the connection of a pair. Both pages choose the same way without having to ask: what one of them has not
// read yet of the visit, the room says of the other.
func (c *Call) maker(p *pair) rtc.Maker {
	for _, id := range c.rooms() {
		m, _ := c.k.view.Rooms[id].Member(p.member)
		p.relay = p.relay || m.Relay
	}
	if c.o.Relayed != nil && (c.k.relay || p.relay) {
		return c.o.Relayed
	}
	return c.o.Peers
}

// drop ends a pair.
func (c *Call) drop(id live.MemberID) {
	p := c.k.pairs[id]
	delete(c.k.pairs, id)
	p.files.cut()
	c.closer.Go(func() { p.peer.Close() })
	if p.sat && c.o.OnTrack != nil {
		for line := range p.tracks {
			c.o.OnTrack(id, line, nil)
		}
	}
	c.k.dirty = true
}

// renew gives a pair a new peer, when the one there is pretends to be well and brings nothing.
func (c *Call) renew(p *pair) {
	old := p.peer
	c.closer.Go(func() { old.Close() })
	p.files.cut()
	p.on, p.shapes, p.words, p.phrase = map[string]rtc.Track{}, map[string]rtc.Shape{}, nil, ""
	p.view, p.stats, p.pulse.last = rtc.View{State: rtc.StateReconnecting}, rtc.Stats{}, time.Time{}
	c.connect(p)
}

// enter says in which room the two meet. Once that is the visit, tracks that came with the connection are handed on.
func (c *Call) enter(p *pair, room live.RoomID) {
	p.room.Store(&room)
	if p.sat || room.Kind() != live.OfVisit {
		return
	}
	p.sat = true
	for _, l := range rtc.CallLines() {
		if t := p.tracks[l.Name]; t != nil && c.o.OnTrack != nil {
			c.o.OnTrack(p.member, l.Name, t)
		}
	}
}

func (p *pair) signalling(up bool) {
	if p.up != up {
		p.up = up
		p.peer.Signalling(up)
	}
}

// put lets a track go through a line, or nothing.
func (p *pair) put(line string, t rtc.Track) {
	if p.on[line] != t {
		p.on[line] = t
		p.peer.Put(line, t)
	}
}

// pictures reports whether the other is to be sent any.
func (p *pair) pictures() bool { return p.lit() > 0 }

// lit is how many pictures the other is to be sent.
func (p *pair) lit() (n int) {
	for _, line := range []string{rtc.LineCamera, rtc.LineScreen} {
		if p.on[line] != nil {
			n++
		}
	}
	return n
}

// paused reports whether they are held back for want of a line.
func (p *pair) paused() bool { return p.pictures() && p.ladder.Level() == Paused }

// shape says how pictures and sound are sent.
func (p *pair) shape(captured int) {
	at := p.ladder.Level()
	for line, s := range map[string]rtc.Shape{rtc.LineAudio: Sound(at), rtc.LineCamera: Camera(at, p.part, captured), rtc.LineScreen: Screen(at)} {
		if p.shapes[line] != s {
			p.shapes[line] = s
			p.peer.Shape(line, s)
		}
	}
}

// part says how large this page is seen by another.
func (c *Call) part(p *pair, now time.Time) Part {
	seated := c.room().Seated()
	return part(len(seated), c.light(seated) == c.me, p.alive.shows(now))
}

// part is how large somebody is seen among so many people: as the page that sees them says, else by who is in the light.
func part(people int, lit bool, shows string) Part {
	switch {
	case people <= care.MostMesh:
		return Full
	case shows == showsLarge, lit && shows != showsSmall:
		return Large
	}
	return Tile
}
