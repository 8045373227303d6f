package watch

import (
	"context"
	"slices"
	"time"

	"hearth/shared/fault"
	"hearth/shared/live"
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
	if w.link != nil {
		w.link.tick(w.o.Now())
		w.changed()
	}
	if w.fault != nil && w.patient.over(w.o.Now()) {
		w.decide()
	}
}

// heard follows what the house tells.
func (w *Watch) heard(e live.Event) {
	switch {
	case e.Signal != nil && e.Signal.Room == w.o.Room && w.link != nil && e.Signal.From == w.link.from:
		w.link.peer.Signal(e.Signal.Body)
	case e.Ended != nil && e.Ended.Room == w.o.Room && e.Ended.Share.ID == w.share.ID && w.share.ID != "":
		w.over(e.Ended.Reason)
	case e.Link != nil && w.link != nil:
		w.link.peer.Signalling(e.Link.State == live.Online)
	}
}

// over follows the end of our share. Accidents leave the wish; somebody's will ends it.
func (w *Watch) over(reason string) {
	w.share = live.Share{}
	switch reason {
	case live.Restarted: // the pages are still connected; the next share carries on
	case reasonPatient, reasonTherapist, reasonWithdrawn:
		w.wanted, w.ended = nil, reason
		w.drop()
	default:
		w.drop()
	}
	w.decide()
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
	room := w.o.House.View().Rooms[w.o.Room]
	share, have := mine(room, w.o.House.Member())
	if have {
		w.share = share
	}
	if w.wanted == nil {
		w.stop(have)
		return
	}
	from, there := aggregator(room)
	switch {
	case have && (!there || share.From == from.ID):
		w.connect(share)
	case there && !w.asking && (w.fault == nil || w.patient.over(w.o.Now())):
		w.ask(from.ID)
	}
}

func (w *Watch) stop(have bool) {
	if have {
		share := w.share.ID
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second) // then it is kept and told later
			defer cancel()
			w.o.House.Stop(ctx, w.o.Room, share)
		}()
	}
	w.share = live.Share{}
	w.drop()
}

// ask asks for a share on a goroutine of its own; the share itself arrives with the room.
func (w *Watch) ask(from live.MemberID) {
	w.asking, w.fault = true, nil
	signals := w.wanted
	go func() {
		ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
		defer cancel()
		_, err := w.o.House.Ask(ctx, w.o.Room, from, signals)
		w.do(func() { w.asked(err) })
	}()
}

func (w *Watch) asked(err error) {
	w.asking = false
	if err != nil {
		w.fault = err
		w.patient.failed(w.o.Now())
		if k := fault.Of(err).Kind; k == fault.NotFound || k == fault.Invalid {
			w.wanted = nil // not permitted: asking again would be nagging
		}
	}
	w.decide()
}

// changed writes down what a page may see and tells it.
func (w *Watch) changed() {
	s := State{Wanted: w.wanted != nil, Signals: w.share.Signals, Since: w.share.Since, Ended: w.ended, Fault: w.fault, Phase: w.phase()}
	w.mu.Lock()
	w.state, w.peer = s, w.link
	w.mu.Unlock()
	if w.o.Changed != nil {
		w.o.Changed()
	}
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

// mine finds the share that flows to this page.
func mine(room live.RoomView, me live.MemberID) (live.Share, bool) {
	i := slices.IndexFunc(room.Shares, func(s live.Share) bool { return s.To == me })
	if i < 0 {
		return live.Share{}, false
	}
	return room.Shares[i], true
}

// aggregator picks the patient's aggregator to ask: one whose socket is there, the youngest of several.
func aggregator(room live.RoomView) (live.Member, bool) {
	var found live.Member
	ok := false
	for _, m := range room.Of(live.Aggregator) {
		if m.State == live.Here && (!ok || m.Since >= found.Since) {
			found, ok = m, true
		}
	}
	return found, ok
}
