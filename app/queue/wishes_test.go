package queue

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/api"
)

// Of any list the house answers those call that are the reader's and younger than three days, each once, the oldest first, and none
// besides.
func TestWhichWishesCall(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		mine, all, want := rapid.Bool().Draw(r, "mine"), []api.CallBack{}, []string{}
		age := time.Duration(rapid.Int64Range(-2, 20).Draw(r, "newest")) * time.Minute // a clock may be ahead
		for i := range rapid.IntRange(0, 12).Draw(r, "wishes") {
			c := api.CallBack{ID: strconv.Itoa(i), Wished: now.Add(-age), Mine: rapid.Bool().Draw(r, "own"), DropIn: rapid.Bool().Draw(r, "open door")}
			all = append(all, c)
			if age < 72*time.Hour && (!mine || c.Mine || c.DropIn) {
				want = append(want, c.ID)
			}
			age += time.Duration(rapid.Int64Range(0, 900).Draw(r, "older by")) * time.Minute
		}
		slices.Reverse(want)
		got := []string{}
		for _, c := range wishing(all, mine, now) {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			r.Fatalf("%v call, want %v of %+v", got, want, all)
		}
	})
}
