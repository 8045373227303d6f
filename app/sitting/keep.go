package sitting

import (
	"encoding/json"

	"hearth/shared/api"
)

// unsentBox is what waits in the browser. It holds no signals and nobody's name; it is removed as soon as the house has
// everything.
type unsentBox struct {
	Labels   []api.Label   `json:"labels,omitempty"`
	Baseline *api.Baseline `json:"baseline,omitempty"`
}

func (b *Book) key() string { return "unsent/" + string(b.o.Person) + "/" + string(b.o.Patient) }

// keep writes down what is unsent; the lock is held.
func (b *Book) keep() {
	var box unsentBox
	for _, e := range b.labels {
		if e.Pending {
			box.Labels = append(box.Labels, e.Label)
		}
	}
	if !b.restSent {
		box.Baseline = b.baseline
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
		if labelOf(l).Validate() == nil {
			b.labels, b.wanted = append(b.labels, Entry{Label: l, Pending: true}), true
		}
	}
	if box.Baseline != nil {
		b.baseline, b.restSent, b.wanted = box.Baseline, false, true
	}
}
