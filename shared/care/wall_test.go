package care_test

import (
	"testing"
	"time"

	"hearth/shared/care"
)

func TestEdgeOf(t *testing.T) {
	for _, c := range []struct {
		zone, local, at string
		want            care.Edge
	}{
		{"Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59:00Z", care.NoEdge},
		{"Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30:00Z", care.Skipped},
		{"Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00:00Z", care.NoEdge},
		{"Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59:00Z", care.NoEdge},
		{"Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00:00Z", care.Twice},
		{"Europe/Berlin", "2026-10-25T02:59", "2026-10-25T00:59:00Z", care.Twice},
		{"Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00:00Z", care.NoEdge},
		{"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z", care.Twice}, // half an hour
		{"Australia/Lord_Howe", "2026-04-05T01:15", "2026-04-04T14:15:00Z", care.NoEdge},
		{"Asia/Kolkata", "2026-03-29T02:30", "2026-03-28T21:00:00Z", care.NoEdge},
	} {
		where, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := care.Wall(c.local, where)
		if got := at.Format(time.RFC3339); err != nil || got != c.at {
			t.Errorf("%s in %s is %s (%v), want %s", c.local, c.zone, got, err, c.at)
		}
		if got := care.EdgeOf(c.local, where); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.local, c.zone, got, c.want)
		}
	}
	if _, err := care.Wall("tomorrow", time.UTC); err == nil {
		t.Error("a time that is none was taken")
	}
}
