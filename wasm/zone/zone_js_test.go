package zone

import (
	"syscall/js"
	"testing"
	"time"
)

// TestUse: in both halves of the year, the page's time is the browser's.
func TestUse(t *testing.T) {
	before := time.Local
	defer func() { time.Local = before }()
	began := time.Now()
	Use()
	t.Logf("took %v", time.Since(began))
	for month := time.January; month <= time.December; month++ {
		at := time.Date(2026, month, 15, 12, 30, 0, 0, time.UTC)
		d := js.Global().Get("Date").New(float64(at.UnixMilli()))
		if got := at.Local(); got.Hour() != d.Call("getHours").Int() || got.Minute() != d.Call("getMinutes").Int() {
			t.Errorf("%v is %v here, and %v to the browser", at, got, d.Call("toString"))
		}
	}
}

// TestNamed: what the browser tells of a foreign zone, on both sides of its changes.
func TestNamed(t *testing.T) {
	for name, want := range map[string][3]string{
		"Europe/Berlin":    {"2026-03-29T00:59:59 +0100", "2026-03-29T03:00:00 +0200", "2026-12-01T13:00:00 +0100"},
		"Asia/Kolkata":     {"2026-03-29T05:29:59 +0530", "2026-03-29T06:30:00 +0530", "2026-12-01T17:30:00 +0530"},
		"America/New_York": {"2026-03-28T19:59:59 -0400", "2026-03-28T21:00:00 -0400", "2026-12-01T07:00:00 -0500"},
		"UTC":              {"2026-03-28T23:59:59 +0000", "2026-03-29T01:00:00 +0000", "2026-12-01T12:00:00 +0000"},
	} {
		loc, err := Named(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, at := range []string{"2026-03-28T23:59:59Z", "2026-03-29T01:00:00Z", "2026-12-01T12:00:00Z"} {
			instant, _ := time.Parse(time.RFC3339, at)
			if got := instant.In(loc).Format("2006-01-02T15:04:05 -0700"); got != want[i] {
				t.Errorf("%s at %s: %s, want %s", name, at, got, want[i])
			}
		}
	}
	if _, err := Named("Nowhere/Else"); err == nil {
		t.Error("a zone that is none was found")
	}
	if Here() == "" {
		t.Error("no zone here")
	}
}
