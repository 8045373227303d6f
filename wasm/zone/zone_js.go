package zone

import (
	"fmt"
	"strconv"
	"strings"
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

// Here is the name of the reader's zone, such as "Europe/Berlin"; "UTC" where the browser keeps it to itself.
func Here() string {
	if name := js.Global().Get("Intl").Call("DateTimeFormat").Call("resolvedOptions").Get("timeZone"); name.Type() == js.TypeString {
		return name.String()
	}
	return "UTC"
}

// Names are the zones the browser knows, for choosing one.
func Names() []string {
	intl := js.Global().Get("Intl")
	if intl.Get("supportedValuesOf").Type() != js.TypeFunction {
		return nil
	}
	list := intl.Call("supportedValuesOf", "timeZone")
	names := make([]string, list.Length())
	for i := range names {
		names[i] = list.Index(i).String()
	}
	return names
}

// load asks the browser about a zone: how far it is from UTC stands at the end of a date written with its long offset
// (ECMA-402, timeZoneName "longOffset"), as "GMT+05:30" or "GMT" alone.
func load(name string) (loc *time.Location, err error) {
	defer func() {
		if e := recover(); e != nil { // the browser throws at a name it does not know
			loc, err = nil, fmt.Errorf("asking the browser about the time zone %q: %v", name, e)
		}
	}()
	format := js.Global().Get("Intl").Get("DateTimeFormat").New("en-US", map[string]any{"timeZone": name, "timeZoneName": "longOffset"})
	date := js.Global().Get("Date")
	return From(time.Now(), func(unix int64) int32 {
		return offset(format.Call("format", date.New(float64(unix)*1000)).String())
	})
}

// offset reads the seconds east of UTC at the end of a date.
func offset(date string) int32 {
	_, gmt, _ := strings.Cut(date, "GMT")
	hours, minutes, ok := strings.Cut(strings.TrimLeft(gmt, "+-\u2212"), ":")
	h, err := strconv.Atoi(hours)
	if !ok || err != nil {
		return 0
	}
	m, _ := strconv.Atoi(minutes)
	if east := int32(h*3600 + m*60); strings.HasPrefix(gmt, "+") {
		return east
	} else {
		return -east
	}
}
