package zone

import (
	"syscall/js"
	"time"
)

// Use makes the reader's zone the one that time.Time.Local speaks of. It takes some ten milliseconds, once, when the
// program starts; should it fail, the zone stays as far from UTC as it is now.
func Use() {
	date := js.Global().Get("Date")
	loc, err := From(time.Now(), func(unix int64) int32 {
		return int32(-60 * date.New(float64(unix)*1000).Call("getTimezoneOffset").Int())
	})
	if err == nil {
		time.Local = loc
	}
}
