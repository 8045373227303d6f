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
