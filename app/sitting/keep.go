package sitting

import (
	"encoding/json"
	"errors"
	"strings"

	"hearth/shared/api"
	"hearth/shared/care"
)

// unsentBox is what waits in the browser, sealed. It holds no signals and nobody's name; it is removed as soon as the house
// has everything.
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

// boxOf names a box.
func boxOf(person care.PersonID, patient care.PatientID) string {
	return "unsent/" + string(person) + "/" + string(patient)
}

func (x unsentBox) count() int {
	if x.Baseline != nil {
		return len(x.Labels) + 1
	}
	return len(x.Labels)
}

var errNothing = errors.New("sitting: nothing is kept")

// open reads what is kept of a person's notes about a patient. An early version kept it unsealed.
func open(k Keeper, person care.PersonID, patient care.PatientID, key []byte) (box unsentBox, err error) {
	name := boxOf(person, patient)
	kept := k.Kept(name)
	if kept == "" {
		return box, errNothing
	}
	text := []byte(kept)
	if !strings.HasPrefix(kept, "{") {
		if text, err = unseal(key, name, kept); err != nil {
			return box, err
		}
	}
	return box, json.Unmarshal(text, &box)
}

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
	name, sealed := boxOf(b.o.Person, b.o.Patient), ""
	if box.count() > 0 {
		if text, err := json.Marshal(box); err == nil {
			sealed, _ = seal(b.o.Key, name, text) // what cannot be sealed is not kept
		}
	}
	b.o.Keeper.Keep(name, sealed)
}

// restore reads what an earlier page of the same person left unsent. What cannot be read is left out.
func (b *Book) restore() {
	box, err := open(b.o.Keeper, b.o.Person, b.o.Patient, b.o.Key)
	if err != nil {
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
	b.keep()
}
