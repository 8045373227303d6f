package watch

import (
	"context"
	"slices"
	"time"

	"hearth/shared/access"
	"hearth/shared/fault"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// do hands an act to run. After Close nothing is done.
func (w *Watch) do(act func()) {
	select {
	case w.acts <- act:
	case <-w.ctx.Done():
	}
}

// run is the only goroutine that touches what Watch marks as its own.
func (w *Watch) run() {
	defer close(w.done)
	beat := time.NewTicker(500 * time.Millisecond) // settles receivers and retries; carries no time into signals
	defer beat.Stop()
	for {
		select {
		case act := <-w.acts:
			act()
		case <-beat.C:
			w.tick()
		case <-w.ctx.Done():
			w.finish()
			return
		}
	}
}

// finish does what was asked before Close, so that the share ends with it.
func (w *Watch) finish() {
	for {
		select {
		case act := <-w.acts:
			act()
		default:
			w.drop()
			return
		}
	}
}

func (w *Watch) tick() {
	now := w.o.Now()
	if w.link != nil {
		w.link.tick(now)
		if session, ready := w.link.peer.Session(now); ready {
			w.mu.Lock()
			w.ahead, w.compared = session.Sub(now), true
			w.mu.Unlock()
		}
	}
	w.decide()
}

// heard follows what the house tells.
func (w *Watch) heard(e live.Event) {
	switch {
	case e.Signal != nil && e.Signal.Room == w.o.Room && w.link != nil && e.Signal.From == w.link.from:
		w.link.peer.Signal(e.Signal.Body)
	case e.Ended != nil && e.Ended.Room == w.o.Room && e.Ended.Share.ID == w.share.ID && w.share.ID != "":
		w.over(e.Ended.Reason)
	case e.Link != nil && e.Link.State != live.Online:
		w.reach(false)
	}
}

// reach tells the connection whether the other page can be told anything: only over the house, and under the name of a share.
func (w *Watch) reach(can bool) {
	if w.link != nil && w.link.reached != can {
		w.link.reached = can
		w.link.peer.Signalling(can)
	}
}

// over follows the end of our share. Accidents leave the wish; somebody's will ends it.
func (w *Watch) over(reason string) {
	w.share, w.asked = live.Share{}, nil
	switch reason {
	case live.Restarted: // the pages are still connected; the next share carries on
		w.reach(false)
	case reasonPatient, reasonTherapist, reasonWithdrawn:
		w.wanted, w.ended = nil, reason
		w.drop()
	default:
		w.drop()
	}
	w.decide()
}

// bye hears the end from the other page itself, which may be quicker than the house, or all there is while the house is
// away.
func (w *Watch) bye(from *link, reason string) {
	if from != w.link || (reason != reasonPatient && reason != reasonWithdrawn) {
		return // anything else is no will: the house says what it was
	}
	w.over(reason)
}

// The reasons of live.Ended that are somebody's will.
const (
	reasonPatient   = "stopped-by-patient"
	reasonTherapist = "stopped-by-therapist"
	reasonWithdrawn = "withdrawn"
)

// decide compares what is wanted with what is there and takes the next step. It may be called at any time.
func (w *Watch) decide() {
	defer w.changed()
	view := w.o.House.View()
	defer func() { w.reach(w.share.ID != "" && view.Link.State == live.Online) }()
	room := view.Rooms[w.o.Room]
	w.forget(room)
	share, have := w.mine(room)
	if w.wanted == nil {
		if have {
			w.end(share.ID)
		}
		w.share = live.Share{}
		w.drop()
		return
	}
	if _, still := room.Share(w.share.ID); w.share.ID != "" && !still {
		return // its end is on the way to us and says why; until then nobody is asked again
	}
	if have {
		w.share = share
	}
	from, there := w.aggregator(room)
	switch {
	case have && (!there || share.From == from.ID):
		w.connect(share)
		if there && !slices.Equal(w.asked, w.wanted) {
			w.ask(from.ID)
		}
	case there:
		if have { // another page of the patient has the sensors now
			w.end(share.ID)
			w.share = live.Share{}
		}
		w.ask(from.ID)
	case w.link != nil && w.link.peer.View().State != rtc.StateConnected:
		w.drop() // kept over a restart of the house, and its other page left meanwhile
	}
}

// end tells the house that a share is not wanted, once. Until the room agrees the share is looked through.
func (w *Watch) end(share live.ShareID) {
	if w.ending[share] {
		return
	}
	w.ending[share] = true
	w.helpers.Go(func() {
		ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second) // after that the wish is kept and told later
		defer cancel()
		_ = w.o.House.Stop(ctx, w.o.Room, share) // a share already over is as good
	})
}

// forget drops what the room has forgotten.
func (w *Watch) forget(room live.RoomView) {
	for id := range w.ending {
		if _, still := room.Share(id); !still {
			delete(w.ending, id)
		}
	}
}

// ask asks for a share on a goroutine of its own; the share itself arrives with the room. One question is out at a time,
// and after a refusal there is a pause.
func (w *Watch) ask(from live.MemberID) {
	if w.asking || (w.fault != nil && !w.pause.over(w.o.Now())) {
		return
	}
	w.asking = true
	signals := slices.Clone(w.wanted)
	w.helpers.Go(func() {
		ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
		defer cancel()
		_, err := w.o.House.Ask(ctx, w.o.Room, from, signals)
		w.do(func() { w.answered(signals, err) })
	})
}

func (w *Watch) answered(signals []access.Signal, err error) {
	w.asking, w.fault = false, err
	if err == nil {
		w.asked = signals
		w.pause.reset()
	} else {
		w.pause.failed(w.o.Now())
		if k := fault.Of(err).Kind; slices.Equal(signals, w.wanted) && (k == fault.NotFound || k == fault.Invalid) {
			w.refused()
		}
	}
	w.decide()
}

// refused gives up what is not permitted: asking again would be nagging. A stream that is there goes on as it is.
func (w *Watch) refused() {
	w.wanted, w.asked = nil, nil
	if w.share.ID != "" && w.link != nil {
		w.wanted, w.asked = slices.Clone(w.share.Signals), slices.Clone(w.share.Signals)
	}
}

// changed writes down what a page may see and tells it.
func (w *Watch) changed() {
	s := State{Wanted: w.wanted != nil, Signals: w.share.Signals, Since: w.share.Since, Ended: w.ended, Fault: w.fault, Phase: w.phase()}
	w.mu.Lock()
	w.state, w.peer = s, w.link
	w.mu.Unlock()
	w.tell()
}

func (w *Watch) phase() Phase {
	switch {
	case w.link != nil:
		return Connecting
	case w.wanted == nil:
		return Idle
	case w.asking:
		return Asking
	}
	return Absent
}

// mine finds the share that flows to this page; of several the one that is connected.
func (w *Watch) mine(room live.RoomView) (found live.Share, ok bool) {
	for _, s := range room.Shares {
		if s.To != w.o.House.Member() || w.ending[s.ID] {
			continue
		}
		if !ok || (w.link != nil && s.From == w.link.from) {
			found, ok = s, true
		}
	}
	return found, ok
}

// aggregator picks the patient's aggregator to ask: one with sensors before one without, then the one we have, then the
// youngest. The one we have counts as there while its connection is healthy, whatever its socket does.
func (w *Watch) aggregator(room live.RoomView) (best live.Member, ok bool) {
	most := -1
	for _, m := range room.Of(live.Aggregator) {
		ours := w.link != nil && m.ID == w.link.from
		if m.State != live.Here && !(ours && w.link.peer.View().State == rtc.StateConnected) {
			continue
		}
		rank := 0
		if len(m.Sensors) > 0 {
			rank += 2
		}
		if ours {
			rank++
		}
		if rank > most || (rank == most && m.Since >= best.Since) {
			best, ok, most = m, true, rank
		}
	}
	return best, ok
}
