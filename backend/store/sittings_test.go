package store

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/fault"
)

func (c clinic) mustSit(t testing.TB) care.Sitting {
	t.Helper()
	s, err := c.OpenSitting(t.Context(), c.ana, c.wrenID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOneOpenSitting(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		const tabs = 8
		var wait sync.WaitGroup
		found := make([]care.SittingID, tabs)
		for i := range tabs {
			wait.Go(func() {
				s, err := c.OpenSitting(t.Context(), c.ana, c.wrenID)
				if err != nil || !s.Start.Equal(noon) || !s.End.IsZero() {
					t.Errorf("got %+v, %v", s, err)
				}
				found[i] = s.ID
			})
		}
		wait.Wait()
		for _, id := range found {
			if id == "" || id != found[0] {
				t.Errorf("tabs opened %v, want one sitting", found)
			}
		}
		c.clock.Advance(time.Hour)
		ended, err := c.EndSitting(t.Context(), c.ana, found[0])
		if err != nil || !ended.End.Equal(noon.Add(time.Hour)) {
			t.Errorf("got %+v, %v", ended, err)
		}
		c.clock.Advance(time.Hour)
		if again, err := c.EndSitting(t.Context(), c.ana, found[0]); err != nil || again != ended {
			t.Errorf("got %+v, %v; want %+v", again, err, ended)
		}
		if next := c.mustSit(t); next.ID == found[0] || !next.Start.Equal(noon.Add(2*time.Hour)) {
			t.Errorf("got %+v, want a new sitting", next)
		}
	})
}

func TestListSittingsInPages(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		var want []care.SittingID
		for i := range 7 {
			s := c.mustSit(t)
			want = append([]care.SittingID{s.ID}, want...)
			if _, err := c.EndSitting(t.Context(), c.ana, s.ID); err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 || i == 5 {
				c.clock.Advance(time.Minute)
			}
		}
		var got []care.SittingID
		after, pages := "", 0
		for pages < 10 {
			list, next, err := c.ListSittings(t.Context(), c.ana, c.wrenID, care.Page{After: after, Limit: 3})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				got = append(got, s.ID)
			}
			pages++
			if after = next; next == "" {
				break
			}
		}
		seen := map[care.SittingID]bool{}
		for _, id := range got {
			seen[id] = true
		}
		if len(got) != len(want) || len(seen) != len(want) || pages != 3 || got[0] != want[0] {
			t.Errorf("got %v in %d pages, want %v in 3", got, pages, want)
		}
		for _, bad := range []string{"x", "1.", ".", "1.'--", "99999999999999999999." + string(want[0])} {
			_, _, err := c.ListSittings(t.Context(), c.ana, c.wrenID, care.Page{After: bad})
			wantFault(t, err, fault.Invalid, "page.cursor")
		}
	})
}

func TestLabels(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, sitting := t.Context(), c.mustSit(t)
		note := care.Label{ID: care.NewID[care.LabelID](), Sitting: sitting.ID, At: care.StampOf(noon), Kind: care.Note, Text: "Türklinke 🚪 'berührt'"}
		phase := care.Label{ID: care.NewID[care.LabelID](), Sitting: sitting.ID, At: note.At - 5, Kind: care.Phase, Word: "in-vivo", Company: care.Alone}
		first, err := c.PutLabel(ctx, c.ana, note)
		if err != nil || first.Version != 1 || first.By != c.ana.Person || !first.Stored.Equal(noon) || first.Text != note.Text {
			t.Fatalf("got %+v, %v", first, err)
		}
		if _, err := c.PutLabel(ctx, c.ana, phase); err != nil {
			t.Fatal(err)
		}
		c.clock.Advance(time.Minute)
		if again, err := c.PutLabel(ctx, c.ana, note); err != nil || again != first {
			t.Errorf("sent twice: got %+v, %v; want %+v", again, err, first)
		}
		removed := first
		removed.Removed = true
		gone, err := c.PutLabel(ctx, c.ana, removed)
		if err != nil || !gone.Removed || gone.Version != 2 || gone.Stored != first.Stored {
			t.Errorf("got %+v, %v", gone, err)
		}
		if again, err := c.PutLabel(ctx, c.ana, removed); err != nil || again != gone {
			t.Errorf("removed twice: got %+v, %v; want %+v", again, err, gone)
		}
		stale := first
		stale.Text = "Something else"
		_, err = c.PutLabel(ctx, c.ana, stale)
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		unknown := note
		unknown.ID, unknown.Version = care.NewID[care.LabelID](), 3
		_, err = c.PutLabel(ctx, c.ana, unknown)
		wantFault(t, err, fault.NotFound, "not-found")
		back := gone
		back.Removed = false
		if got, err := c.PutLabel(ctx, c.ana, back); err != nil || got.Removed || got.Version != 3 {
			t.Errorf("undoing the undo: got %+v, %v", got, err)
		}
		list, err := c.ListLabels(ctx, c.ana, sitting.ID)
		if err != nil || len(list) != 2 || list[0].ID != phase.ID || list[1].Text != note.Text {
			t.Errorf("got %+v, %v", list, err)
		}
	})
}

// A label knows its place in a visit of the same patient, keeps it, and is placed in no other's.
func TestLabelsInAVisit(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, sitting := t.Context(), c.mustSit(t)
		mine, other := c.mustBook(t, c.ana, c.soon()), c.soon()
		other.Kind, other.Patient = care.Meeting, ""
		meeting := c.mustBook(t, c.ana, other)
		label := care.Label{ID: care.NewID[care.LabelID](), Sitting: sitting.ID, At: care.StampOf(noon), Kind: care.Rating, Rating: 70, Visit: mine.ID, Into: 61_500}
		if got, err := c.PutLabel(ctx, c.ana, label); err != nil || got.Visit != mine.ID || got.Into != 61_500 {
			t.Fatalf("got %+v, %v", got, err)
		}
		if list, err := c.ListLabels(ctx, c.ana, sitting.ID); err != nil || len(list) != 1 || list[0].Into != 61_500 {
			t.Errorf("got %+v, %v", list, err)
		}
		for name, v := range map[string]care.VisitID{"of staff": meeting.ID, "unknown": care.NewID[care.VisitID]()} {
			l := label
			l.ID, l.Visit = care.NewID[care.LabelID](), v
			_, err := c.PutLabel(ctx, c.ana, l)
			if t.Log(name); err == nil {
				t.Error("a label is placed in a visit that is not the patient's")
			}
			wantFault(t, err, fault.Invalid, "label.visit")
		}
		nowhere := label
		nowhere.ID, nowhere.Visit = care.NewID[care.LabelID](), ""
		_, err := c.PutLabel(ctx, c.ana, nowhere)
		wantFault(t, err, fault.Invalid, "label.visit")
	})
}

// TestLabelRace sends one label from many tabs at once, as an offline queue in two windows does, then two different
// changes of it.
func TestLabelRace(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		sitting := c.mustSit(t)
		label := care.Label{ID: care.NewID[care.LabelID](), Sitting: sitting.ID, At: 7, Kind: care.Rating, Rating: 50}
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				if got, err := c.PutLabel(t.Context(), c.ana, label); err != nil || got.Version != 1 {
					t.Errorf("got %+v, %v", got, err)
				}
			})
		}
		wait.Wait()
		won := make(chan int, 8)
		for i := range 8 {
			wait.Go(func() {
				change := label
				change.Version, change.Rating = 1, i
				if _, err := c.PutLabel(t.Context(), c.ana, change); err == nil {
					won <- i
				} else if !fault.Is(err, fault.Conflict) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		list, err := c.ListLabels(t.Context(), c.ana, sitting.ID)
		if err != nil || len(won) != 1 || len(list) != 1 || list[0].Rating != <-won || list[0].Version != 2 {
			t.Errorf("%d won, got %+v, %v", len(won), list, err)
		}
	})
}

func TestBaseline(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx, sitting := t.Context(), c.mustSit(t)
		_, err := c.Baseline(ctx, c.ana, sitting.ID)
		wantFault(t, err, fault.NotFound, "not-found")
		b := care.Baseline{Sitting: sitting.ID, Start: care.StampOf(noon), End: care.StampOf(noon) + 60e6,
			Measures: map[string]care.Measure{"hr": {Median: 63.4375, Spread: 2.0999999999999996, Count: 61}, "mean-hr": {Median: 1.0 / 3, Count: 1}}}
		stored, err := c.PutBaseline(ctx, c.ana, b)
		want := b
		want.Version, want.By = 1, c.ana.Person
		if err != nil || !reflect.DeepEqual(stored, want) {
			t.Fatalf("got %+v, %v; want %+v", stored, err, want)
		}
		if again, err := c.PutBaseline(ctx, c.ana, b); err != nil || !reflect.DeepEqual(again, want) {
			t.Errorf("sent twice: got %+v, %v", again, err)
		}
		other := b
		other.End += 1e6
		_, err = c.PutBaseline(ctx, c.ana, other)
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		other.Version = 1
		if got, err := c.PutBaseline(ctx, c.ana, other); err != nil || got.Version != 2 || got.End != other.End {
			t.Errorf("got %+v, %v", got, err)
		}
		if err := errors.Join(c.DeleteBaseline(ctx, c.ana, sitting.ID), c.DeleteBaseline(ctx, c.ana, sitting.ID)); err != nil {
			t.Error(err)
		}
		other.Version = 2
		_, err = c.PutBaseline(ctx, c.ana, other)
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		other.Measures = map[string]care.Measure{"hr": {Median: math.NaN(), Count: 1}}
		_, err = c.PutBaseline(ctx, c.ana, other)
		wantFault(t, err, fault.Invalid, "baseline.measures")
	})
}

func TestLimits(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		if got, err := c.Limits(ctx, c.ana, c.wrenID); err != nil || got != care.DefaultLimits(c.wrenID) {
			t.Errorf("got %+v, %v; want the defaults", got, err)
		}
		l := care.Limits{Patient: c.wrenID, HeartLow: 45, HeartHigh: 150, LeadOff: 10}
		got, err := c.PutLimits(ctx, c.ana, l)
		if err != nil || got.Version != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		_, err = c.PutLimits(ctx, c.ana, l)
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		got.HeartHigh = 0
		if got, err = c.PutLimits(ctx, c.ana, got); err != nil || got.Version != 2 {
			t.Errorf("got %+v, %v", got, err)
		}
		if read, err := c.Limits(ctx, c.ana, c.wrenID); err != nil || read != got {
			t.Errorf("got %+v, %v; want %+v", read, err, got)
		}
		got.HeartLow = 5
		_, err = c.PutLimits(ctx, c.ana, got)
		wantFault(t, err, fault.Invalid, "limits.range")
	})
}

func TestVocabulary(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		v, err := c.Vocabulary(ctx, c.ana, c.project)
		if err != nil || v.Version != 1 || !reflect.DeepEqual(v.Words, care.DefaultVocabulary()) {
			t.Fatalf("got %+v, %v; want the default", v, err)
		}
		stale := v
		v.Words = append(v.Words, care.Word{Key: "stairs", Text: "Ein Stockwerk höher"})
		got, err := c.PutVocabulary(ctx, c.ana, v)
		if err != nil || got.Version != 2 {
			t.Fatalf("got %+v, %v", got, err)
		}
		if read, err := c.Vocabulary(ctx, c.admin, c.project); err != nil || !reflect.DeepEqual(read, got) {
			t.Errorf("got %+v, %v; want %+v", read, err, got)
		}
		_, err = c.PutVocabulary(ctx, c.ana, stale)
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		for name, row := range map[string]struct {
			words []care.Word
			code  string
		}{
			"none":      {nil, "vocabulary.count"},
			"25":        {make([]care.Word, 25), "vocabulary.count"},
			"twice":     {[]care.Word{{Key: "pause"}, {Key: "pause"}}, "vocabulary.key"},
			"junk key":  {[]care.Word{{Key: "A b", Text: "x"}}, "vocabulary.key"},
			"no text":   {[]care.Word{{Key: "new"}}, "vocabulary.text"},
			"long text": {[]care.Word{{Key: "new", Text: strings.Repeat("x", 41)}}, "vocabulary.text"},
			"NUL":       {[]care.Word{{Key: "new", Text: "a\x00"}}, "vocabulary.text"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := c.PutVocabulary(t.Context(), c.ana, care.Vocabulary{Project: c.project, Words: row.words, Version: 2})
				wantFault(t, err, fault.Invalid, row.code)
			})
		}
		_, err = c.PutVocabulary(ctx, c.wren, got)
		wantFault(t, err, fault.NotFound, "not-found")
	})
}
