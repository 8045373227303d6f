package sitting_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"hearth/app/sitting"
	"hearth/shared/api"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// house is a store that can be away, and counts what it is asked.
type house struct {
	mu       sync.Mutex
	away     bool
	sitting  *api.Sitting
	labels   map[care.LabelID]api.Label
	baseline *api.Baseline
	begun    int
	quarrel  bool // every label is in conflict
	puts     int
	put      []care.SittingID // where labels and baselines were put
}

func newHouse() *house { return &house{labels: map[care.LabelID]api.Label{}} }

func (h *house) gone() error {
	if h.away {
		return fault.New(fault.Unavailable, "network", nil)
	}
	return nil
}

func (h *house) leave(away bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.away = away
}

func (h *house) OpenSitting(_ context.Context, p care.PatientID) (api.Sitting, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.gone(); err != nil {
		return api.Sitting{}, err
	}
	if h.sitting == nil {
		h.begun++
		h.sitting = &api.Sitting{ID: care.NewID[care.SittingID](), Patient: p, Start: time.Now()}
	}
	return *h.sitting, nil
}

func (h *house) ListSittings(context.Context, care.PatientID, string) (api.List[api.Sitting], error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sitting == nil {
		return api.List[api.Sitting]{}, h.gone()
	}
	return api.List[api.Sitting]{Items: []api.Sitting{*h.sitting}}, h.gone()
}

func (h *house) EndSitting(context.Context, care.SittingID) (api.Sitting, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.gone(); err != nil {
		return api.Sitting{}, err
	}
	s := *h.sitting
	h.sitting = nil
	return s, nil
}

func (h *house) ListLabels(context.Context, care.SittingID, string) (api.List[api.Label], error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return api.List[api.Label]{Items: slices.Collect(maps.Values(h.labels))}, h.gone()
}

func (h *house) PutLabel(_ context.Context, of care.SittingID, l api.Label) (api.Label, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.gone(); err != nil {
		return api.Label{}, err
	}
	if h.puts++; h.quarrel || h.labels[l.ID].Version != l.Version {
		return api.Label{}, fault.New(fault.Conflict, "changed-elsewhere", nil)
	}
	l.Version++
	h.labels[l.ID] = l
	h.put = append(h.put, of)
	return l, nil
}

func (h *house) GetBaseline(context.Context, care.SittingID) (api.Baseline, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.gone(); err != nil {
		return api.Baseline{}, err
	}
	if h.baseline == nil {
		return api.Baseline{}, nil
	}
	return *h.baseline, nil
}

func (h *house) PutBaseline(_ context.Context, of care.SittingID, b api.Baseline) (api.Baseline, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.gone(); err != nil {
		return api.Baseline{}, err
	}
	if (h.baseline == nil && b.Version != 0) || (h.baseline != nil && h.baseline.Version != b.Version) {
		return api.Baseline{}, fault.New(fault.Conflict, "changed-elsewhere", nil)
	}
	b.Version++
	h.baseline = &b
	h.put = append(h.put, of)
	return b, nil
}

func (h *house) DeleteBaseline(context.Context, care.SittingID) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.gone(); err != nil {
		return err
	}
	h.baseline = nil
	return nil
}

// drawer is a browser's storage.
type drawer map[string]string

func (d drawer) Keep(k, v string)     { d[k] = v }
func (d drawer) Kept(k string) string { return d[k] }

func (d drawer) KeptKeys(prefix string) (all []string) {
	for k, v := range d {
		if v != "" && strings.HasPrefix(k, prefix) {
			all = append(all, k)
		}
	}
	return all
}

func open(h *house, d drawer) *sitting.Book {
	return sitting.Open(sitting.Options{Store: h, Keeper: d, Patient: "p", Person: "t", Key: key, Now: func() care.Stamp { return 1 }})
}

var key = []byte("0123456789abcdef0123456789abcdef")

func note(text string, at care.Stamp) api.Label {
	return api.Label{Kind: care.Note, Text: text, At: at}
}

func TestLabelsWaitForTheHouse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, d := newHouse(), drawer{}
		h.leave(true)
		b := open(h, d)
		if _, err := b.Write(note("hands feel warm", 10)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if p := b.Page(); p.Pending != 1 || p.Away == nil || len(p.Labels) != 1 {
			t.Fatalf("away: %+v, want one pending label and a reason", p)
		}
		b.Close() // the page is reloaded while the house is away

		b = open(h, d)
		defer b.Close()
		synctest.Wait()
		if p := b.Page(); len(p.Labels) != 1 || p.Labels[0].Text != "hands feel warm" {
			t.Fatalf("after a reload: %+v, want the label", p)
		}
		h.leave(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		if p := b.Page(); p.Pending != 0 || p.Away != nil {
			t.Errorf("back: %+v, want nothing pending", p)
		}
		if len(h.labels) != 1 || h.begun != 1 {
			t.Errorf("the house has %d labels of %d sittings, want 1 and 1", len(h.labels), h.begun)
		}
		if v := d["unsent/t/p"]; v != "" {
			t.Errorf("the browser still keeps %q", v)
		}
	})
}

func TestUndoRedoAndChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		b := open(h, drawer{})
		defer b.Close()
		id, _ := b.Write(note("one", 10))
		synctest.Wait()
		b.Undo(id)
		synctest.Wait()
		if n := len(b.Page().Labels); n != 0 || !h.labels[id].Removed {
			t.Fatalf("after undo %d labels are shown, the house has %+v", n, h.labels[id])
		}
		b.Redo(id)
		if err := b.Change(id, func(l *api.Label) { l.Text = "" }); fault.Of(err).Code != "label.text" {
			t.Errorf("an empty note was taken: %v", err)
		}
		b.Change(id, func(l *api.Label) { l.Text = "two" })
		synctest.Wait()
		if got := h.labels[id]; got.Text != "two" || got.Removed {
			t.Errorf("the house has %+v, want the changed label back", got)
		}
	})
}

func TestAnotherPageChangedTheLabelToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		b := open(h, drawer{})
		defer b.Close()
		id, _ := b.Write(note("one", 10))
		synctest.Wait()
		l := h.labels[id]
		l.Text, l.Version = "theirs", 9
		h.labels[id] = l
		b.Change(id, func(l *api.Label) { l.Text = "ours" })
		synctest.Wait()
		if got := h.labels[id]; got.Text != "ours" || got.Version != 10 {
			t.Errorf("the house has %+v, want ours on top of theirs", got)
		}
	})
}

// TestWhatWasNotSentGoesWhereItWasWritten: a page of another day finds labels and a baseline that never arrived. They go
// to their own sitting, and open none.
func TestWhatWasNotSentGoesWhereItWasWritten(t *testing.T) {
	for _, another := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			h, d := newHouse(), drawer{}
			b := open(h, d)
			b.Begin()
			synctest.Wait()
			first := h.sitting.ID
			h.leave(true)
			id, _ := b.Write(note("yesterday", 10))
			b.Change(id, func(l *api.Label) { l.Text = "yesterday evening" })
			b.SetBaseline(&api.Baseline{Start: 1, End: 2, Measures: map[string]care.Measure{"hr": {Median: 70, Count: 60}}})
			synctest.Wait()
			b.Close()
			h.sitting, h.begun = nil, 0 // another page ended it
			if another {
				h.sitting = &api.Sitting{ID: care.NewID[care.SittingID](), Start: time.Now()}
			}
			h.leave(false)
			b = open(h, d)
			defer b.Close()
			time.Sleep(time.Minute)
			synctest.Wait()
			if h.begun != 0 {
				t.Error("what an earlier page left unsent opened a sitting")
			}
			if len(h.put) != 2 || h.put[0] != first || h.put[1] != first || h.labels[id].Text != "yesterday evening" {
				t.Errorf("with another sitting open %v: sent to %v, want twice %v", another, h.put, first)
			}
			if p := b.Page(); p.Pending != 0 || d.Kept("unsent/t/p") != "" {
				t.Errorf("with another sitting open %v: %+v, kept %q", another, p, d.Kept("unsent/t/p"))
			}
		})
	}
}

// TestAHouseThatNeverAgrees is not asked without a pause: a page may not freeze over one label.
func TestAHouseThatNeverAgrees(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		h.quarrel = true
		b := open(h, drawer{})
		defer b.Close()
		b.Write(note("one", 10))
		time.Sleep(20 * time.Second)
		synctest.Wait()
		h.mu.Lock()
		puts := h.puts
		h.quarrel = false
		h.mu.Unlock()
		if puts < 5 || puts > 50 {
			t.Errorf("asked %d times in twenty seconds", puts)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if p := b.Page(); p.Pending != 0 || len(h.labels) != 1 {
			t.Errorf("%d wait, the house has %d", p.Pending, len(h.labels))
		}
	})
}

func TestBaselineAndTheEndOfASitting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		b := open(h, drawer{})
		defer b.Close()
		b.SetBaseline(&api.Baseline{Start: 1, End: 2, Measures: map[string]care.Measure{sitting.HR: {Median: 70, Spread: 3, Count: 60}}})
		synctest.Wait()
		b.SetBaseline(&api.Baseline{Start: 3, End: 4})
		synctest.Wait()
		if h.baseline == nil || h.baseline.Start != 3 {
			t.Fatalf("the house has %+v, want the second baseline", h.baseline)
		}
		b.SetBaseline(nil)
		b.End()
		synctest.Wait()
		if h.baseline != nil || h.sitting != nil {
			t.Errorf("the house has baseline %v and sitting %v, want neither", h.baseline, h.sitting)
		}
		if p := b.Page(); p.Sitting.ID != "" || p.Pending != 0 {
			t.Errorf("the book still shows %+v", p)
		}
	})
}

func TestAnotherPageEndedTheSitting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		b := open(h, drawer{})
		defer b.Close()
		b.Write(note("one", 10))
		synctest.Wait()
		h.EndSitting(t.Context(), "") // the other page
		h.labels = map[care.LabelID]api.Label{}
		b.Refresh()
		synctest.Wait()
		if p := b.Page(); p.Sitting.ID != "" || len(p.Labels) != 0 || h.begun != 1 {
			t.Fatalf("the book shows %+v of %d sittings, want none of the one that ended", p, h.begun)
		}
		b.Write(note("two", 20))
		synctest.Wait()
		if p := b.Page(); p.Sitting.ID == "" || len(p.Labels) != 1 || h.begun != 2 {
			t.Errorf("the book shows %+v of %d sittings, want the new label in a new one", p, h.begun)
		}
	})
}

// TestNothingIsLostOrDoubled lets the house come and go, and pages reload, while labels are written and undone.
func TestNothingIsLostOrDoubled(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(drawStep), 1, 25).Draw(r, "steps")
		var wrong string // told outside the bubble, where rapid can hear it
		synctest.Test(t, func(*testing.T) { wrong = play(steps) })
		if wrong != "" {
			r.Fatal(wrong)
		}
	})
}

// step is something that happens: the house leaves or is back, time passes, the page reloads, a label is written or the
// n-th one undone.
type step struct {
	What    string
	Seconds int
	N       int
}

func drawStep(r *rapid.T) step {
	return step{
		What:    rapid.SampledFrom([]string{"leave", "back", "wait", "reload", "write", "write", "undo"}).Draw(r, "what"),
		Seconds: rapid.IntRange(0, 20).Draw(r, "seconds"),
		N:       rapid.IntRange(0, 9).Draw(r, "n"),
	}
}

// play does the steps and says what was wrong at the end.
func play(steps []step) (wrong string) {
	h, d := newHouse(), drawer{}
	b := open(h, d)
	defer func() { b.Close() }()
	var written []care.LabelID
	removed := map[care.LabelID]bool{}
	for _, s := range steps {
		switch s.What {
		case "leave", "back":
			h.leave(s.What == "leave")
		case "wait":
			time.Sleep(time.Duration(s.Seconds) * time.Second)
		case "reload":
			b.Close()
			b = open(h, d)
		case "write":
			id, err := b.Write(note("x", care.Stamp(len(written)+1)))
			if err != nil {
				return err.Error()
			}
			written = append(written, id)
		case "undo":
			if s.N >= len(written) {
				continue
			}
			synctest.Wait()
			if id := written[s.N]; shown(b, id) { // after a reload without the house it may not be
				b.Undo(id)
				removed[id] = true
				if shown(b, id) {
					return "an undone label is shown"
				}
			}
		}
	}
	h.leave(false)
	time.Sleep(time.Minute)
	synctest.Wait()
	if len(h.labels) != len(written) {
		return fmt.Sprintf("the house has %d labels, %d were written", len(h.labels), len(written))
	}
	for _, id := range written {
		if h.labels[id].Removed != removed[id] {
			return fmt.Sprintf("removed: the house says %v, want %v", h.labels[id].Removed, removed[id])
		}
	}
	return ""
}

func shown(b *sitting.Book, id care.LabelID) bool {
	return slices.ContainsFunc(b.Page().Labels, func(e sitting.Entry) bool { return e.ID == id })
}
