package care

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func TestAtOverTheEdgesOfSummerTime(t *testing.T) {
	for _, c := range []struct{ local, zone, want string }{
		{"2026-03-29T01:59", "Europe/Berlin", "2026-03-29T00:59:00Z"},
		{"2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00Z"}, // skipped: 03:30 on the wall
		{"2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00Z"},
		{"2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00Z"}, // twice: the first
		{"2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00:00Z"},
		{"2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00Z"},
		{"2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00Z"}, // half an hour, twice
		{"2026-07-01T10:00", "America/Mexico_City", "2026-07-01T16:00:00Z"}, // no summer time any more
		{"2026-12-30T12:00", "Pacific/Apia", "2026-12-29T23:00:00Z"},
	} {
		at, err := At(c.local, c.zone)
		if err != nil || at.Format(time.RFC3339) != c.want {
			t.Errorf("At(%s, %s) = %s, %v; want %s", c.local, c.zone, at.Format(time.RFC3339), err, c.want)
		}
	}
	for _, c := range [][2]string{{"2026-02-30T10:00", "Europe/Berlin"}, {"10:00", "Europe/Berlin"}, {"2026-02-03T10:00", "Mars/Olympus"}, {"2026-02-03T10:00", ""}, {"2026-02-03T10:00", "Local"}} {
		if _, err := At(c[0], c[1]); err == nil {
			t.Errorf("At(%s, %s) was taken", c[0], c[1])
		}
	}
}

// TestAtShowsTheWallClock holds that the clock on the wall shows what was planned, or skipped exactly that time.
func TestAtShowsTheWallClock(t *testing.T) {
	zones := []string{"Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		where, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		wall := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 3*365*24*60).Draw(t, "minute")) * time.Minute)
		local := wall.Format(LocalLayout)
		at, err := At(local, zone)
		if err != nil {
			t.Fatal(err)
		}
		if shown := at.In(where).Format(LocalLayout); shown != local {
			_, before := at.Add(-3 * time.Hour).In(where).Zone()
			_, after := at.In(where).Zone()
			if after <= before {
				t.Fatalf("%s in %s became %s although no clock was put forward", local, zone, shown)
			}
			return
		}
		for _, back := range []time.Duration{30 * time.Minute, time.Hour} {
			if at.Add(-back).In(where).Format(LocalLayout) == local {
				t.Fatalf("%s in %s is shown by the wall %v earlier too", local, zone, back)
			}
		}
	})
}

// TestGuestsGoTheirWay walks the machine at random: nobody gets into a call whom nobody let in, and the same act twice
// changes nothing the second time.
func TestGuestsGoTheirWay(t *testing.T) {
	acts := []GuestAct{Arrive, Check, Wait, Admit, Join, Lose, Leave, Deny, Miss, Uninvite, Invite}
	rapid.Check(t, func(t *rapid.T) {
		s, letIn := NotCome, false
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			a := rapid.SampledFrom(acts).Draw(t, "act")
			next, ok := s.After(a)
			if !ok {
				continue
			}
			switch {
			case a == Admit:
				letIn = true
			case !next.Inside():
				letIn = false
			}
			if next.Inside() && !letIn {
				t.Fatalf("%s by %s leads inside, and nobody let them in", s, a)
			}
			if next.Inside() && next.Queued() {
				t.Fatalf("%s is inside and waiting", next)
			}
			if again, ok := next.After(a); ok && again != next {
				t.Fatalf("%s twice leads from %s to %s", a, next, again)
			}
			s = next
		}
	})
}

func TestAPlanRefusesWhatCannotBe(t *testing.T) {
	now := time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)
	good := Visit{Kind: Therapy, Patient: "p", Local: "2026-06-02T10:00", Zone: "Europe/Berlin", Minutes: 50}
	v, err := good.Plan(now)
	if err != nil || v.End.Sub(v.Start) != 50*time.Minute {
		t.Fatalf("Plan: %v, %v", v, err)
	}
	for name, bad := range map[string]func(*Visit){
		"kind":     func(v *Visit) { v.Kind = "party" },
		"patient":  func(v *Visit) { v.Patient = "" },
		"meeting":  func(v *Visit) { v.Kind = Meeting },
		"minutes":  func(v *Visit) { v.Minutes = 0 },
		"too long": func(v *Visit) { v.Minutes = 241 },
		"past":     func(v *Visit) { v.Local = "2026-05-20T10:00" },
		"far":      func(v *Visit) { v.Local = "2029-05-20T10:00" },
	} {
		v := good
		bad(&v)
		if _, err := v.Plan(now); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
