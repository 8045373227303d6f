// Package zone teaches the pages the reader's time zone. Compiled for the browser, Go knows only how far the zone is from
// UTC at the moment the page is loaded: an evening of July read in January would be an hour off, and so would all times
// of a page left open over the night the clocks change. The browser knows better and is asked. The package formats
// nothing, and of zones it knows only what the browser tells.
package zone

import (
	"encoding/binary"
	"fmt"
	"time"
)

// How many years before and after this one the zone is asked for; outside, the nearest answer holds. Asking is what takes
// time: 0.1 ms at first.
const (
	yearsBack  = 3
	yearsAhead = 2
)

const (
	look   = 28 * 24 * 60 // minutes between two looks: no zone changes and changes back within four weeks
	minute = 60           // seconds; changes happen on whole minutes
)

// change is an instant from which another distance from UTC holds.
type change struct {
	at   int64 // Unix seconds
	east int32 // seconds
}

// From makes the zone of a browser or anybody else who can tell how many seconds east of UTC it is at an instant, for the
// years around now.
func From(now time.Time, east func(unix int64) int32) (*time.Location, error) {
	loc, err := time.LoadLocationFromTZData("Local", file(changes(now.UTC().Year(), east)))
	if err != nil {
		return nil, fmt.Errorf("making the reader's time zone: %w", err)
	}
	return loc, nil
}

// changes looks for every change, four weeks at a time, and finds its minute by halving.
func changes(year int, east func(int64) int32) []change {
	begin := time.Date(year-yearsBack, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	end := time.Date(year+yearsAhead+1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	list := []change{{at: time.Time{}.Unix(), east: east(begin)}}
	for at := begin; at < end; at += look * minute {
		before, after := list[len(list)-1].east, east(at+look*minute)
		if before == after {
			continue
		}
		same, other := int64(0), int64(look) // minutes from at
		for other-same > 1 {
			if half := (same + other) / 2; east(at+half*minute) == before {
				same = half
			} else {
				other = half
			}
		}
		list = append(list, change{at + other*minute, after})
	}
	return list
}

// file writes changes as a time zone file of version 2 (RFC 8536 section 3), each with a zone of its own kind; the first
// part, in 32 bits, is left empty.
func file(list []change) []byte {
	var kinds []int32
	kind := map[int32]byte{}
	for _, c := range list {
		if _, known := kind[c.east]; !known {
			kind[c.east] = byte(len(kinds))
			kinds = append(kinds, c.east)
		}
	}
	head := func(b []byte, changes, kinds, letters int) []byte {
		b = append(b, "TZif2"...)
		b = append(b, make([]byte, 15)...)
		for _, n := range []int{0, 0, 0, changes, kinds, letters} {
			b = binary.BigEndian.AppendUint32(b, uint32(n))
		}
		return b
	}
	b := head(head(nil, 0, 0, 0), len(list), len(kinds), 1)
	for _, c := range list {
		b = binary.BigEndian.AppendUint64(b, uint64(c.at))
	}
	for _, c := range list {
		b = append(b, kind[c.east])
	}
	for _, east := range kinds {
		b = append(binary.BigEndian.AppendUint32(b, uint32(east)), 0, 0)
	}
	return append(b, 0)
}
