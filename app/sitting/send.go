package sitting

import (
	"slices"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Pauses between attempts while the house is away.
const (
	firstPause = time.Second
	longPause  = 15 * time.Second
)

// run sends what waits, one thing at a time, until Close.
func (b *Book) run() {
	defer close(b.done)
	pause := firstPause
	for {
		err := b.step()
		b.mu.Lock()
		b.away = err
		b.mu.Unlock()
		if b.ctx.Err() != nil {
			return
		}
		b.tell()
		var again <-chan time.Time
		if err != nil {
			again, pause = time.After(pause), min(2*pause, longPause)
		} else {
			pause = firstPause
		}
		select {
		case <-b.kick:
		case <-again:
		case <-b.ctx.Done():
			return
		}
	}
}

// step brings house and book together as far as they can be; the error says why some of it has to wait.
func (b *Book) step() error {
	if err := b.open(); err != nil {
		return err
	}
	if err := b.sendLabels(); err != nil {
		return err
	}
	if err := b.sendBaseline(); err != nil {
		return err
	}
	if err := b.read(); err != nil {
		return err
	}
	return b.end()
}

// open finds the open sitting, or begins one when one is wanted.
func (b *Book) open() error {
	b.mu.Lock()
	known, wanted := b.sitting.ID != "", b.wanted
	b.mu.Unlock()
	if known {
		return nil
	}
	s, err := b.openSitting(wanted)
	if err != nil || s.ID == "" {
		return err
	}
	b.mu.Lock()
	b.sitting, b.stale = s, true
	for i := range b.labels {
		if b.labels[i].of == "" {
			b.labels[i].of = s.ID
		}
	}
	b.keep()
	b.mu.Unlock()
	return nil
}

func (b *Book) openSitting(begin bool) (api.Sitting, error) {
	if begin {
		return b.o.Store.OpenSitting(b.ctx, b.o.Patient)
	}
	list, err := b.o.Store.ListSittings(b.ctx, b.o.Patient, "")
	for _, s := range list.Items {
		if s.End == nil {
			return s, err
		}
	}
	return api.Sitting{}, err
}

// maxConflicts is how often in a row another page may be quicker, before there is a pause.
const maxConflicts = 4

// sendLabels sends the oldest unsent label until none is left.
func (b *Book) sendLabels() error {
	for conflicts := 0; ; {
		e, sitting, ok := b.unsent()
		if !ok {
			return nil
		}
		stored, err := b.o.Store.PutLabel(b.ctx, sitting, e.Label)
		switch kind := fault.Of(err).Kind; {
		case err == nil:
			conflicts = 0
			b.settled(e, stored)
		case kind == fault.Conflict:
			if conflicts++; conflicts > maxConflicts {
				return err
			}
			if err := b.catchUp(sitting, e); err != nil {
				return err
			}
		case kind == fault.Invalid || kind == fault.NotFound || kind == fault.Gone:
			b.refused(e, err)
		default:
			return err
		}
	}
}

func (b *Book) unsent() (Entry, care.SittingID, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.labels {
		if e.Pending && e.Fault == nil && e.of != "" {
			return e, e.of, true
		}
	}
	return Entry{}, "", false
}

// settled takes the house's version of a label, unless it was changed again meanwhile.
func (b *Book) settled(sent Entry, stored api.Label) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.find(sent.ID); i >= 0 {
		if b.labels[i].Label == sent.Label && b.sitting.ID != sent.of {
			b.labels = slices.Delete(b.labels, i, i+1) // it is where it belongs
		} else if b.labels[i].Label == sent.Label {
			b.labels[i] = Entry{Label: stored, of: sent.of}
		} else {
			b.labels[i].Version = stored.Version
		}
	}
	b.keep()
}

func (b *Book) refused(sent Entry, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := b.find(sent.ID); i >= 0 {
		b.labels[i].Fault = err
	}
}

// catchUp learns which version the house has of a label that another page changed too. What was pressed last here is
// what the therapist sees and means, so it is sent again on top.
func (b *Book) catchUp(sitting care.SittingID, e Entry) error {
	theirs, err := b.list(sitting)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.find(e.ID)
	for _, l := range theirs {
		if i >= 0 && l.ID == e.ID {
			b.labels[i].Version = l.Version
			return nil
		}
	}
	if i >= 0 {
		b.labels[i].Version = 0
	}
	return nil
}

func (b *Book) list(sitting care.SittingID) (all []api.Label, err error) {
	for cursor := ""; ; {
		page, err := b.o.Store.ListLabels(b.ctx, sitting, cursor)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if cursor = page.Next; cursor == "" {
			return all, nil
		}
	}
}

func (b *Book) sendBaseline() error {
	b.mu.Lock()
	sitting, rest, sent := b.sitting.ID, b.baseline, b.restSent
	if b.restOf != "" {
		sitting = b.restOf
	}
	b.mu.Unlock()
	if sent || sitting == "" {
		return nil
	}
	var stored *api.Baseline
	err := error(nil)
	if rest == nil {
		err = b.o.Store.DeleteBaseline(b.ctx, sitting)
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
	} else {
		stored, err = b.putBaseline(sitting, *rest)
	}
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.baseline == rest {
		b.baseline, b.restSent, b.restOf = stored, true, ""
		if sitting != b.sitting.ID { // of an earlier one; what rest is in this one the house knows
			b.baseline, b.stale = nil, true
		}
	}
	b.keep()
	return nil
}

// putBaseline sends a baseline on top of whatever version the house has: the newest measurement is the one that counts.
func (b *Book) putBaseline(sitting care.SittingID, rest api.Baseline) (*api.Baseline, error) {
	stored, err := b.o.Store.PutBaseline(b.ctx, sitting, rest)
	if !fault.Is(err, fault.Conflict) {
		return &stored, err
	}
	theirs, err := b.o.Store.GetBaseline(b.ctx, sitting)
	if err != nil {
		return nil, err
	}
	rest.Version = theirs.Version
	stored, err = b.o.Store.PutBaseline(b.ctx, sitting, rest)
	return &stored, err
}
