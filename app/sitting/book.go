// Package sitting is what a therapist writes down while watching: labels, the resting baseline, and the limits that
// raise an alarm. A Book keeps the labels and baselines of one patient's sitting, sends them to the house, and keeps what
// could not be sent, across drops and reloads, until it was. It draws nothing and knows no signals.
package sitting

import (
	"context"
	"slices"
	"sort"
	"sync"

	"hearth/shared/api"
	"hearth/shared/care"
)

// Store is what a Book needs of the house; *remote.API has it.
type Store interface {
	OpenSitting(ctx context.Context, patient care.PatientID) (api.Sitting, error)
	ListSittings(ctx context.Context, patient care.PatientID, cursor string) (api.List[api.Sitting], error)
	EndSitting(ctx context.Context, sitting care.SittingID) (api.Sitting, error)
	ListLabels(ctx context.Context, sitting care.SittingID, cursor string) (api.List[api.Label], error)
	PutLabel(ctx context.Context, sitting care.SittingID, label api.Label) (api.Label, error)
	GetBaseline(ctx context.Context, sitting care.SittingID) (api.Baseline, error)
	PutBaseline(ctx context.Context, sitting care.SittingID, b api.Baseline) (api.Baseline, error)
	DeleteBaseline(ctx context.Context, sitting care.SittingID) error
}

// Keeper keeps what is not sent yet in the browser, sealed; page.Page has it.
type Keeper interface {
	Keep(key, value string)
	Kept(key string) string
}

// Options say what a Book is given; all but Changed are needed.
type Options struct {
	Store   Store
	Keeper  Keeper
	Patient care.PatientID
	Person  care.PersonID     // who writes; nobody else's unsent labels are sent
	Key     []byte            // api.Me.Seal; without one nothing is kept over a reload
	Now     func() care.Stamp // the page's clock
	Changed func()            // Page has changed; called from any goroutine, must not block
}

// Entry is a label as the list shows it.
type Entry struct {
	api.Label
	Pending bool  // not with the house yet
	Fault   error // why the house refuses it; it stays here until it is changed or undone

	of care.SittingID // where it was written; "" while no sitting was known
}

// Page is all there is to show. It is a value nobody changes any more.
type Page struct {
	Sitting  api.Sitting // ID "" while none is open
	Labels   []Entry     // newest first, without the undone ones
	Baseline *api.Baseline
	Pending  int   // how much waits to be sent
	Away     error // why it waits, nil when it does not
}

// Book is one patient's sitting. Its methods may be called from any goroutine and never wait for the house.
type Book struct {
	o      Options
	ctx    context.Context
	cancel context.CancelFunc
	kick   chan struct{}
	done   chan struct{}
	once   sync.Once

	mu       sync.Mutex
	sitting  api.Sitting
	wanted   bool // a sitting shall be open
	ending   bool
	stale    bool // what the house has should be read again
	labels   []Entry
	baseline *api.Baseline
	restSent bool           // the baseline at hand, or its absence, is with the house
	restOf   care.SittingID // an unsent baseline's, when it is of an earlier page
	away     error
}

// Open begins a book: it reads what is unsent in the browser and what the house has of an open sitting.
func Open(o Options) *Book {
	ctx, cancel := context.WithCancel(context.Background())
	b := &Book{o: o, ctx: ctx, cancel: cancel, kick: make(chan struct{}, 1), done: make(chan struct{}), stale: true, restSent: true}
	b.restore()
	go b.run()
	b.poke()
	return b
}

// Close ends the sending and waits for it; what is unsent stays in the browser. It may be called twice.
func (b *Book) Close() {
	b.once.Do(b.cancel)
	<-b.done
}

// Page returns what there is to show.
func (b *Book) Page() Page {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := Page{Sitting: b.sitting, Baseline: b.baseline, Away: b.away}
	if b.elsewhere(b.restOf) {
		p.Baseline = nil
	}
	for _, e := range b.labels {
		if e.Pending {
			p.Pending++
		}
		if !e.Removed && !b.elsewhere(e.of) {
			p.Labels = append(p.Labels, e)
		}
	}
	if !b.restSent {
		p.Pending++
	}
	sort.SliceStable(p.Labels, func(x, y int) bool { return p.Labels[x].At > p.Labels[y].At })
	return p
}

// Begin wants the sitting to be open: signals are being watched.
func (b *Book) Begin() {
	b.change(func() { b.wanted, b.ending = true, false })
}

// End ends the sitting once everything written in it is with the house.
func (b *Book) End() {
	b.change(func() { b.wanted, b.ending = false, true })
}

// Refresh reads again what the house has: another page changed it, or this one comes back from a drop.
func (b *Book) Refresh() {
	b.change(func() { b.stale = true })
}

// Write puts a label into the book and returns its id; it is sent in the background.
func (b *Book) Write(l api.Label) (care.LabelID, error) {
	l.ID = care.NewID[care.LabelID]()
	if err := labelOf(l).Validate(); err != nil {
		return "", err
	}
	b.change(func() {
		b.wanted = true
		b.labels = append(b.labels, Entry{Label: l, Pending: true, of: b.sitting.ID})
	})
	return l.ID, nil
}

// Change replaces what a label says.
func (b *Book) Change(id care.LabelID, f func(*api.Label)) error {
	var err error
	b.change(func() {
		i := b.find(id)
		if i < 0 {
			return
		}
		l := b.labels[i].Label
		f(&l)
		l.ID = id
		if err = labelOf(l).Validate(); err == nil {
			b.labels[i] = Entry{Label: l, Pending: true, of: b.labels[i].of}
		}
	})
	return err
}

// Undo takes a label away, Redo brings it back.
func (b *Book) Undo(id care.LabelID) error {
	return b.Change(id, func(l *api.Label) { l.Removed = true })
}

// Redo brings an undone label back.
func (b *Book) Redo(id care.LabelID) error {
	return b.Change(id, func(l *api.Label) { l.Removed = false })
}

// SetBaseline replaces the resting baseline; nil takes it away.
func (b *Book) SetBaseline(rest *api.Baseline) {
	b.change(func() {
		if rest != nil {
			b.wanted = true
			if b.baseline != nil {
				rest.Version = b.baseline.Version
			}
		}
		b.baseline, b.restSent, b.restOf = rest, false, ""
	})
}

// change does something under the lock, keeps what is unsent, tells the page and wakes the sender.
func (b *Book) change(f func()) {
	b.mu.Lock()
	f()
	b.keep()
	b.mu.Unlock()
	b.tell()
	b.poke()
}

// elsewhere reports whether what an earlier page left unsent belongs to another sitting than the open one: it is sent
// there, and has no place in this one. The lock is held.
func (b *Book) elsewhere(of care.SittingID) bool {
	return of != "" && b.sitting.ID != "" && of != b.sitting.ID
}

func (b *Book) find(id care.LabelID) int {
	return slices.IndexFunc(b.labels, func(e Entry) bool { return e.ID == id })
}

func (b *Book) tell() {
	if b.o.Changed != nil {
		b.o.Changed()
	}
}

func (b *Book) poke() {
	select {
	case b.kick <- struct{}{}:
	default:
	}
}

func labelOf(l api.Label) care.Label {
	return care.Label{ID: l.ID, At: l.At, Kind: l.Kind, Word: l.Word, Company: l.Company, Text: l.Text, Rating: l.Rating, Visit: l.Visit, Into: l.Into, Removed: l.Removed}
}
