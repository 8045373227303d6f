package store

import (
	"testing"
	"time"

	"hearth/backend/audit"
	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/fault"
)

// A place says how long it keeps what was deleted; when that is over the house forgets it.
func TestRetention(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		house := c.mustAt(t, "house.admin", care.TheHouse, access.Administrator)
		lead := c.mustAt(t, "lead", care.Place{Site: c.site, Project: c.project}, access.Administrator)
		if _, err := c.PutRetention(ctx, lead, care.Retention{Place: care.Place{Site: c.site, Project: c.project}, DeletedDays: 30}); err != nil {
			t.Fatal(err)
		}
		if r, err := c.PutRetention(ctx, house, care.Retention{TrailYears: 3, WaitDays: 2, DeletedDays: 1000}); err != nil || r.Version != 1 {
			t.Fatal(r, err)
		}
		_, err := c.PutRetention(ctx, house, care.Retention{TrailYears: 1})
		wantFault(t, err, fault.Conflict, "changed-elsewhere")
		_, err = c.PutRetention(ctx, lead, care.Retention{Place: care.Place{Site: c.site}, DeletedDays: 30})
		wantFault(t, err, fault.NotFound, "not-found")
		_, err = c.PutRetention(ctx, house, care.Retention{TrailYears: -1})
		wantFault(t, err, fault.Invalid, "retention.invalid")
		keep, err := retentionAt(ctx, c.db, care.Place{Site: c.site, Project: c.project})
		if err != nil || keep.TrailYears != 3 || keep.DeletedDays != 30 || keep.WaitDays != 2 {
			t.Errorf("there holds %+v, %v", keep, err)
		}
		if list, err := c.ListRetention(ctx, lead); err != nil || len(list) != 1 || list[0].DeletedDays != 30 {
			t.Errorf("the lead reads %+v, %v", list, err)
		}
		if list, err := c.ListRetention(ctx, house); err != nil || len(list) != 2 {
			t.Errorf("the house reads %+v, %v", list, err)
		}
		for at, want := range []int{0, 1, 0} {
			if at == 1 {
				if _, err := c.db.Exec("UPDATE patients SET deleted = ? WHERE id = ?", micro(noon), c.wrenID); err != nil {
					t.Fatal(err)
				}
				for days, want := range map[int]int{30: 0, 1: 0} {
					if n, err := c.RetentionEffect(ctx, lead, care.Retention{Place: care.Place{Site: c.site, Project: c.project}, DeletedDays: days}); err != nil || n != want {
						t.Errorf("on the first day %d days would forget %d, %v", days, n, err)
					}
				}
				_, err := c.RetentionEffect(ctx, lead, care.Retention{Place: care.Place{Site: c.site}, DeletedDays: 1})
				wantFault(t, err, fault.NotFound, "not-found")
				c.clock.Advance(30*24*time.Hour - time.Second)
				for days, want := range map[int]int{30: 0, 29: 1, 0: 0} { // 0: as in the house, 1000
					if n, err := c.RetentionEffect(ctx, lead, care.Retention{Place: care.Place{Site: c.site, Project: c.project}, DeletedDays: days}); err != nil || n != want {
						t.Errorf("%d days would forget %d, %v", days, n, err)
					}
				}
				if n, err := c.RetentionEffect(ctx, house, care.Retention{DeletedDays: 1}); err != nil || n != 0 { // the project says 30
					t.Errorf("the house would forget %d, %v", n, err)
				}
				if n, err := c.EraseExpired(ctx); err != nil || n != 0 {
					t.Errorf("a second too early: %d, %v", n, err)
				}
				c.clock.Advance(time.Second)
			}
			if n, err := c.EraseExpired(ctx); err != nil || n != want {
				t.Errorf("at %d: %d, %v, want %d", at, n, err, want)
			}
		}
		list, err := c.TakeJobs(ctx, kindsOf(EraseJob), c.clock.Now(), time.Minute, 9)
		if err != nil || len(list) != 1 {
			t.Fatalf("jobs %+v, %v", list, err)
		}
		if e, err := c.Erase(ctx, care.ErasureID(list[0].Body)); err != nil || e.State != care.ErasureDone || e.By != "" || e.Reason != "retention" {
			t.Errorf("got %+v, %v", e, err)
		}
	})
}

// The oldest entries are taken off the trail when every place has kept them long enough; the rest verifies, and says so.
func TestTrailIsForgotten(t *testing.T) {
	inClinic(t, func(t *testing.T, c clinic) {
		ctx := t.Context()
		for range 5 {
			if err := c.AppendAudit(ctx, audit.Entry{Person: c.ana.Person, Action: "get-limits", Patient: c.wrenID}); err != nil {
				t.Fatal(err)
			}
			c.clock.Advance(365 * 24 * time.Hour)
		}
		if n, err := c.ForgetTrail(ctx); err != nil || n != 0 {
			t.Errorf("after five years of ten: %d, %v", n, err)
		}
		if _, err := c.db.Exec("INSERT INTO retention VALUES ('', '', 2, 0, 0, 1), (?, '', 3, 0, 0, 1)", c.site); err != nil {
			t.Fatal(err)
		}
		_, early, err := c.TrailEnds(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := c.ForgetTrail(ctx); err != nil || n != 2 { // of 5, 4, 3, 2 and 1 years, and the longest of the places counts
			t.Errorf("forgot %d, %v", n, err)
		}
		r := mustVerify(t, c.Store, 0, early)
		if !r.Whole() || r.First != 3 || r.Entries != 4 || r.Anchors != 1 {
			t.Errorf("got %+v", r)
		}
		if n, err := c.ForgetTrail(ctx); err != nil || n != 0 {
			t.Errorf("again: %d, %v", n, err)
		}
		if list, err := c.ListAudit(ctx, 1); err != nil || list[0].Action != audit.Forgotten || list[0].Count != 2 {
			t.Errorf("the trail says %+v, %v", list, err)
		}
	})
}
