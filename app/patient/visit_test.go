package patient

import (
	"testing"
	"time"

	"hearth/shared/api"
	"hearth/shared/care"
)

// The card leads into a visit that may be come into, and into no other.
func TestWhichVisitIsDue(t *testing.T) {
	now := time.Date(2026, 12, 3, 9, 20, 0, 0, time.UTC)
	soon := api.Attendance{Guest: "g", Start: now.Add(10 * time.Minute), Opens: now.Add(-20 * time.Minute), End: now.Add(40 * time.Minute), VisitIs: care.Booked, State: care.NotCome}
	for what, c := range map[string]struct {
		change func(*api.Attendance)
		want   bool
	}{
		"as it is":        {func(*api.Attendance) {}, true},
		"early":           {func(a *api.Attendance) { a.Opens = now.Add(time.Second) }, false},
		"begun early":     {func(a *api.Attendance) { a.Opens, a.VisitIs = now.Add(time.Hour), care.Open }, true},
		"in it":           {func(a *api.Attendance) { a.State = care.InCall }, true},
		"put out":         {func(a *api.Attendance) { a.State = care.Denied }, false},
		"cancelled":       {func(a *api.Attendance) { a.VisitIs = care.Cancelled }, false},
		"over":            {func(a *api.Attendance) { a.VisitIs = care.Ended }, false},
		"long ago":        {func(a *api.Attendance) { a.End = now.Add(-3 * time.Hour) }, false},
		"somebody else's": {func(a *api.Attendance) { a.Guest = "" }, false},
	} {
		a := soon
		c.change(&a)
		if _, got := due([]api.Attendance{a}, now); got != c.want {
			t.Errorf("%s: due is %v", what, got)
		}
	}
}
