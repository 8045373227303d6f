package sitting

import (
	"encoding/json"

	"hearth/shared/api"
	"hearth/shared/care"
)

// unsentBox is what waits in the browser. It holds no signals and nobody's name; it is removed as soon as the house has
// everything.
type unsentBox struct {
	Labels   []unsentLabel  `json:"labels,omitempty"`
	Baseline *api.Baseline  `json:"baseline,omitempty"`
	Of       care.SittingID `json:"of,omitempty"` // the baseline's sitting
}

// unsentLabel goes where it was written, also when a page of another day finds it.
type unsentLabel struct {
	api.Label
	Of care.SittingID `json:"of,omitempty"`
}

func (b *Book) key() string { return "unsent/" + string(b.o.Person) + "/" + string(b.o.Patient) }

// keep writes down what is unsent; the lock is held.
func (b *Book) keep() {
	var box unsentBox
	for _, e := range b.labels {
		if e.Pending {
			box.Labels = append(box.Labels, unsentLabel{e.Label, e.of})
		}
	}
	if !b.restSent {
		box.Baseline, box.Of = b.baseline, b.restOf
		if box.Of == "" {
			box.Of = b.sitting.ID
		}
	}
	if len(box.Labels) == 0 && box.Baseline == nil {
		b.o.Keeper.Keep(b.key(), "")
		return
	}
	text, err := json.Marshal(box)
	if err == nil {
		b.o.Keeper.Keep(b.key(), string(text))
	}
}

// restore reads what an earlier page of the same person left unsent. What cannot be read is left out.
func (b *Book) restore() {
	var box unsentBox
	if text := b.o.Keeper.Kept(b.key()); text == "" || json.Unmarshal([]byte(text), &box) != nil {
		return
	}
	for _, l := range box.Labels {
		if labelOf(l.Label).Validate() == nil {
			b.labels = append(b.labels, Entry{Label: l.Label, Pending: true, of: l.Of})
			b.wanted = b.wanted || l.Of == ""
		}
	}
	if box.Baseline != nil {
		b.baseline, b.restSent, b.restOf = box.Baseline, false, box.Of
		b.wanted = b.wanted || box.Of == ""
	}
}
