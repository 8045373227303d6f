package aggregator

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/shared/telemetry"
	"hearth/wasm/rtc"
)

// sharing is one stream of signals to one therapist's page.
type sharing struct {
	share  live.Share
	room   live.RoomID
	peer   Peer
	lines  map[string]*line   // by stream key; kept when a signal is withdrawn, so that its numbers go on if it returns
	open   []string           // keys permitted right now
	told   []telemetry.Sensor // as last described; nil = not yet on this control channel
	begun  bool               // the other page was reached once: what is not sent before is nothing held back
	recall recall
	parked time.Time // since when the house has forgotten the share; zero = it has not
}

// parkedFor is how long a peer connection outlives its share after a restart of the house: the therapist's page asks
// again within seconds, and if not, nothing may go on unseen by the house.
const parkedFor = 20 * time.Second

// uncheckedFor is how long signals flow without the house: it alone knows of a permission that was withdrawn meanwhile. A
// bad line is over sooner; what lasts longer must not go on unseen.
const uncheckedFor = 10 * time.Minute

// unchecked reports whether the house has been away for too long to go on without it.
func (s *Station) unchecked(now time.Time) bool {
	return !s.link.Lost.IsZero() && now.Sub(s.link.Lost) >= uncheckedFor
}

// StopShare ends a stream at once, whether or not the house can be told now.
func (s *Station) StopShare(id live.ShareID) {
	s.queue.put(func() {
		sh := s.sharing(id)
		if sh == nil {
			return
		}
		s.stopped[id] = true
		s.finish(sh, "stopped-by-patient")
		room := sh.room
		s.work.Go(func() {
			ctx, cancel := context.WithTimeout(s.ctx, 5*time.Second)
			defer cancel()
			_ = s.o.House.Stop(ctx, room, id) // the wish is kept and told when the house is back
		})
		s.show()
	})
}

func (s *Station) sharing(id live.ShareID) *sharing {
	i := slices.IndexFunc(s.shares, func(sh *sharing) bool { return sh.share.ID == id })
	if i < 0 {
		return nil
	}
	return s.shares[i]
}

// agreed is told that a share is in the room, new or changed.
func (s *Station) agreed(room live.RoomID, share live.Share) {
	if share.From != s.o.House.Member() || s.stopped[share.ID] {
		return
	}
	sh := s.sharing(share.ID)
	if sh == nil {
		if sh = s.forgotten(room, share); sh == nil {
			sh = s.start(room, share)
		}
	}
	before := sh.share.Signals
	sh.share, sh.parked = share, time.Time{}
	s.granted(sh, before)
	sh.peer.Signalling(s.link.State == live.Online)
	s.permit(sh)
}

// forgotten finds the peer connection of a share the house has forgotten, for the share that takes its place. One that was made
// the direct way is none for a share through the relay.
func (s *Station) forgotten(room live.RoomID, share live.Share) *sharing {
	for _, sh := range s.shares {
		if sh.room == room && sh.share.To == share.To && !sh.parked.IsZero() && (sh.share.Relay || !share.Relay) {
			return sh
		}
	}
	return nil
}

// start begins to connect to a therapist's page. This page is the one who offers.
func (s *Station) start(room live.RoomID, share live.Share) *sharing {
	sh := &sharing{share: share, room: room, lines: map[string]*line{}}
	sh.open = s.permitted(share)
	maker := s.o.Maker
	if share.Relay && s.o.Relayed != nil {
		maker = s.o.Relayed
	}
	sh.peer = s.o.Connect(s.ctx, rtc.Options{
		Maker: maker, Offerer: true, Sensors: sh.open,
		Servers: func(ctx context.Context) ([]live.ICEServer, error) { return s.o.House.Relay(ctx, room) },
		Send:    func(body json.RawMessage) { s.queue.put(func() { s.signal(sh, body) }) },
		Now:     func() care.Stamp { return s.stamp() },
		OnControlOpen: func() {
			s.queue.put(func() { sh.anew(); s.follow(sh); s.tell(sh) })
		},
		OnControl: func(c telemetry.Control) {
			switch {
			case c.Missing != nil:
				s.queue.put(func() { s.asked(sh, *c.Missing) })
			case c.Mark != nil:
				s.queue.put(func() { s.marked(sh, *c.Mark) })
			}
		},
		OnView: func(rtc.View) { s.queue.put(s.show) },
	})
	s.shares = append(s.shares, sh)
	return sh
}

// anew is told that the control channel was opened: what went through the one before may never have come.
func (sh *sharing) anew() {
	sh.begun, sh.told, sh.recall.marked = true, nil, 0
	sh.recount()
}

// recount lets every account be told once more: a receiver passes over those of sensors it has not been told of.
func (sh *sharing) recount() {
	for _, l := range sh.lines {
		l.same = 0
	}
}

// signal sends one step of connecting, under the name the share has now.
func (s *Station) signal(sh *sharing, body json.RawMessage) {
	if sh.parked.IsZero() && slices.Contains(s.shares, sh) {
		s.o.House.Signal(sh.room, sh.share.ID, body)
	}
}

// permit opens and closes streams as the share says now. A stream no longer permitted gets no frame from here on.
func (s *Station) permit(sh *sharing) {
	if keys := s.permitted(sh.share); !slices.Equal(keys, sh.open) {
		sh.open = keys
		sh.peer.SetSensors(keys)
	}
	s.follow(sh)
	s.tell(sh)
}

// follow opens the account of every stream the receiver may have, and shuts the others'. Before the other page was
// reached nothing is counted: nobody is there to miss it.
func (s *Station) follow(sh *sharing) {
	if !sh.begun {
		return
	}
	for key, l := range sh.lines {
		if !slices.Contains(sh.open, key) {
			l.shut()
		}
	}
	for _, u := range s.units {
		for _, st := range u.measure.Streams() {
			if !slices.Contains(sh.open, st.Key()) {
				continue
			}
			if sh.lines[st.Key()] == nil {
				sh.lines[st.Key()] = newLine(st.Key())
			}
			sh.lines[st.Key()].open(st)
		}
	}
}

// permitted lists the keys of the streams a share may have.
func (s *Station) permitted(share live.Share) []string {
	keys := []string{}
	for _, u := range s.units {
		for _, st := range u.measure.Streams() {
			if about := s.describe(u, st); slices.Contains(share.Signals, access.Signal(about.Signal)) {
				keys = append(keys, about.Key)
			}
		}
	}
	return keys
}

// tell describes the permitted streams, when that says something new.
func (s *Station) tell(sh *sharing) {
	about := []telemetry.Sensor{}
	for _, u := range s.units {
		if !u.known() {
			continue
		}
		for _, st := range u.measure.Streams() {
			if d := s.describe(u, st); slices.Contains(sh.open, d.Key) {
				about = append(about, d)
			}
		}
	}
	if sh.told != nil && slices.EqualFunc(sh.told, about, sameSensor) {
		return
	}
	if sh.peer.Control(telemetry.Control{Describe: &telemetry.Describe{Sensors: about}}) {
		sh.told = about
		sh.recount()
	}
}

func sameSensor(a, b telemetry.Sensor) bool {
	return a.Key == b.Key && a.Signal == b.Signal && a.Name == b.Name && a.Demo == b.Demo && a.Rate == b.Rate &&
		a.State == b.State && a.Battery == b.Battery && slices.Equal(a.Channels, b.Channels)
}

// ended is told that a share is over. One the house lost by its own restart keeps its peer connection for a while,
// because the therapist's page is about to ask again.
func (s *Station) ended(over live.ShareOver) {
	delete(s.stopped, over.Share.ID)
	sh := s.sharing(over.Share.ID)
	if sh == nil {
		return
	}
	if over.Reason == live.Restarted {
		sh.parked = s.now()
		sh.peer.Signalling(false)
		return
	}
	s.finish(sh, over.Reason)
}

// finish ends a stream: no frame follows, and the other page hears why.
func (s *Station) finish(sh *sharing, reason string) {
	s.shares = slices.DeleteFunc(s.shares, func(other *sharing) bool { return other == sh })
	s.ungranted(sh, reason)
	sh.open = nil
	sh.bye(reason)
	s.work.Go(sh.close)
}

// bye tells the other page in words.
func (sh *sharing) bye(reason string) {
	sh.peer.Control(telemetry.Control{Bye: &telemetry.Bye{Reason: reason}})
}

// goodbyeTime is what the last words get to arrive before the connection is gone.
const goodbyeTime = 300 * time.Millisecond

func (sh *sharing) close() {
	time.Sleep(goodbyeTime)
	sh.peer.Close()
}

// offer gives a stream's frames to one receiver, if it may have them. It reports whether some were held because the way there,
// which stands, is full.
func (sh *sharing) offer(key string, frames []telemetry.Frame, paused bool) (full bool) {
	l := sh.lines[key]
	if l == nil || !slices.Contains(sh.open, key) {
		return false
	}
	l.offer(frames, func(frame []byte) bool {
		sent := !paused && sh.peer.Send(key, frame)
		full = full || !sent && !paused
		return sent
	})
	return full && sh.peer.View().State == rtc.StateConnected
}

// reaches reports whether a receiver may have a stream and is connected.
func (sh *sharing) reaches(key string) bool {
	return slices.Contains(sh.open, key) && sh.peer.View().State == rtc.StateConnected
}

// keepShares looks after what time brings: descriptions not told yet, accounts, and connections nobody asked for again.
func (s *Station) keepShares(now time.Time) {
	tally := now.Sub(s.tallied) >= tallyEvery
	if tally {
		s.tallied = now
	}
	for _, sh := range slices.Clone(s.shares) {
		if !sh.parked.IsZero() && now.Sub(sh.parked) >= parkedFor {
			s.finish(sh, "left")
			continue
		}
		if s.unchecked(now) {
			s.finish(sh, "unchecked")
			continue
		}
		s.tell(sh)
		for _, key := range sh.open {
			if l := sh.lines[key]; l != nil && l.stream != nil && tally {
				l.account(func(t telemetry.Tally) bool { return sh.peer.Control(telemetry.Control{Tally: &t}) })
			}
		}
	}
}
