package store

import (
	"fmt"
	"sync"
	"testing"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// Of many who change one version at once, one does; the others are told, and nothing of the one is lost.
func TestChangesAtOnce(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		second := c.mustAt(t, "second", care.Place{Site: c.site}, access.Administrator)
		r, err := c.Record(ctx, c.admin, c.wrenID)
		if err != nil {
			t.Fatal(err)
		}
		const many = 8
		var wait sync.WaitGroup
		results := make([]error, many)
		for i := range many {
			wait.Go(func() {
				_, results[i] = c.PatchRecord(ctx, []care.Reader{c.admin, second}[i%2], r.ID, care.RecordPatch{Version: r.Version, Name: new(fmt.Sprint("Crane-", i))})
			})
		}
		wait.Wait()
		won := -1
		for i, err := range results {
			switch {
			case err == nil && won < 0:
				won = i
			case err == nil:
				t.Errorf("%d and %d both changed version %d", won, i, r.Version)
			case !fault.Is(err, fault.Conflict):
				t.Errorf("%d: %v", i, err)
			}
		}
		if now, err := c.Record(ctx, c.admin, r.ID); err != nil || won < 0 || now.Name != fmt.Sprint("Crane-", won) {
			t.Errorf("%d won and it is %+v, %v", won, now, err)
		}
		n := newRecord(c.project)
		made := make([]care.Record, many)
		for i := range many { // one asking, sent again before its answer came
			wait.Go(func() {
				list, err := c.CreateRecords(ctx, c.admin, []care.NewRecord{n})
				if err != nil {
					t.Error(err)
					return
				}
				made[i] = list[0]
			})
		}
		wait.Wait()
		for _, r := range made {
			if r.ID != n.ID || r.Person != made[0].Person {
				t.Errorf("one asking made %s and %s", made[0].Person, r.Person)
			}
		}
	})
}
