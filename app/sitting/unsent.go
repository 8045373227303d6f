package sitting

import (
	"context"
	"strings"

	"hearth/shared/care"
)

// Drawer is a Keeper that says what it has; page.Page is one.
type Drawer interface {
	Keeper
	KeptKeys(prefix string) []string
}

// Left is what a person left unsent in this browser, over all patients. It is for the moment before somebody signs out.
type Left struct {
	Drawer Drawer
	Store  Store
	Person care.PersonID
	Key    []byte
	Now    func() care.Stamp
}

// Count is how many labels and baselines wait.
func (l Left) Count() (n int) {
	for _, patient := range l.patients() {
		if box, err := open(l.Drawer, l.Person, patient, l.Key); err == nil {
			n += box.count()
		}
	}
	return n
}

// Send tries to send all of it, and returns how much is left when nothing more goes, or when ctx ends.
func (l Left) Send(ctx context.Context) int {
	for _, patient := range l.patients() {
		news := make(chan struct{}, 1)
		b := Open(Options{Store: l.Store, Keeper: l.Drawer, Patient: patient, Person: l.Person, Key: l.Key, Now: l.Now, Changed: func() {
			select {
			case news <- struct{}{}:
			default:
			}
		}})
		for p := b.Page(); p.Pending > 0 && p.Away == nil && !p.stuck(); p = b.Page() {
			select {
			case <-news:
				continue
			case <-ctx.Done():
			}
			break
		}
		b.Close()
	}
	return l.Count()
}

// Discard forgets all of it, for good.
func (l Left) Discard() {
	for _, patient := range l.patients() {
		l.Drawer.Keep(boxOf(l.Person, patient), "")
	}
}

func (l Left) patients() (all []care.PatientID) {
	prefix := boxOf(l.Person, "")
	for _, name := range l.Drawer.KeptKeys(prefix) {
		all = append(all, care.PatientID(strings.TrimPrefix(name, prefix)))
	}
	return all
}

// stuck reports whether all that waits was refused.
func (p Page) stuck() bool {
	refused := 0
	for _, e := range p.Labels {
		if e.Pending && e.Fault != nil {
			refused++
		}
	}
	return refused > 0 && refused == p.Pending
}
