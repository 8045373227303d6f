//go:build !js

package zone

import (
	"testing"
	"time"
)

// TestEveryHourOfEveryYear holds zones made of answers against the real ones: one with summer time, one without, one
// whose summer time is half an hour, one that changes twice around a month of fasting, one behind UTC.
func TestEveryHourOfEveryYear(t *testing.T) {
	for _, name := range []string{"Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns", "UTC"} {
		want, err := time.LoadLocation(name)
		if err != nil {
			t.Fatalf("this machine does not know %s: %v", name, err)
		}
		asked := 0
		got, err := From(time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), func(unix int64) int32 {
			asked++
			_, east := time.Unix(unix, 0).In(want).Zone()
			return int32(east)
		})
		if err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for at := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() <= 2028; at = at.Add(30 * time.Minute) {
			for _, at := range []time.Time{at, at.Add(-time.Second)} {
				if g, w := at.In(got).Format(time.DateTime), at.In(want).Format(time.DateTime); g != w {
					if wrong++; wrong < 5 && at.Year() >= 2023 {
						t.Errorf("%s: %v is %s, not %s", name, at, g, w)
					}
				}
			}
		}
		if asked > 400 {
			t.Errorf("%s: asked %d times", name, asked)
		}
		t.Logf("%s: asked %d times", name, asked)
	}
}

// TestOutside: before and after the years that were asked for the zone still answers.
func TestOutside(t *testing.T) {
	loc, err := From(time.Now(), func(unix int64) int32 { return 3600 })
	if err != nil {
		t.Fatal(err)
	}
	for _, year := range []int{1970, 2019, 2026, 2100} {
		if got := time.Date(year, 7, 1, 12, 0, 0, 0, time.UTC).In(loc).Hour(); got != 13 {
			t.Errorf("noon of UTC in %d is %d o'clock", year, got)
		}
	}
}
