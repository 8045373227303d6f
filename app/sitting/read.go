package sitting

import (
	"hearth/shared/api"
	"hearth/shared/care"
)

// read takes over what the house has; what is unsent here stays on top.
func (b *Book) read() error {
	b.mu.Lock()
	sitting, stale := b.sitting.ID, b.stale
	b.stale = false
	b.mu.Unlock()
	if !stale || sitting == "" {
		return nil
	}
	if over, err := b.endedElsewhere(sitting); over || err != nil {
		return err
	}
	labels, err := b.list(sitting)
	var rest api.Baseline
	if err == nil {
		rest, err = b.o.Store.GetBaseline(b.ctx, sitting)
	}
	if err != nil {
		b.mu.Lock()
		b.stale = true
		b.mu.Unlock()
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.merge(labels)
	if b.restSent {
		if b.baseline = &rest; rest.Version == 0 {
			b.baseline = nil
		}
	}
	return nil
}

// endedElsewhere notices that another page ended the sitting. What was unsent is with the house by now; the next thing
// written begins a new sitting.
func (b *Book) endedElsewhere(sitting care.SittingID) (over bool, err error) {
	open, err := b.openSitting(false)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.stale = true
		return false, err
	}
	if open.ID == sitting || b.sitting.ID != sitting {
		return false, nil
	}
	b.wanted = open.ID != ""
	b.begin(open)
	return true, nil
}

// begin turns to another sitting, or to none; the lock is held. What the house has of it is read next.
func (b *Book) begin(s api.Sitting) {
	unsent := b.labels[:0:0]
	for _, e := range b.labels {
		if e.Pending && e.Fault == nil {
			unsent = append(unsent, e)
		}
	}
	if !b.restSent && b.restOf == "" {
		b.restOf = b.sitting.ID
	}
	b.sitting, b.labels, b.stale = s, unsent, s.ID != ""
	if b.restSent {
		b.baseline = nil
	}
	b.poke()
}

func (b *Book) merge(theirs []api.Label) {
	merged := make([]Entry, 0, len(theirs)+4)
	for _, l := range theirs {
		if i := b.find(l.ID); i >= 0 && b.labels[i].Pending {
			continue // ours is newer
		}
		merged = append(merged, Entry{Label: l, of: b.sitting.ID})
	}
	for _, e := range b.labels {
		if e.Pending {
			merged = append(merged, e)
		}
	}
	b.labels = merged
}

// end ends the sitting when that is wanted and nothing waits any more.
func (b *Book) end() error {
	b.mu.Lock()
	sitting, ending := b.sitting.ID, b.ending
	b.mu.Unlock()
	if !ending || sitting == "" {
		return nil
	}
	if _, err := b.o.Store.EndSitting(b.ctx, sitting); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ending {
		b.sitting, b.labels, b.baseline, b.ending, b.restSent = api.Sitting{}, nil, nil, false, true
	}
	b.keep()
	return nil
}
