package movesense

import (
	"fmt"
	"slices"
)

// quirk is something a firmware does that has to be met.
type quirk uint8

const (
	thinsWrongly quirk = 1 << iota // below 500 Hz it sends 16 ms of signal, then leaves out 16 ms: we ask for 500 Hz and thin ourselves
	noMovement                     // it has no movement
	keepsNothing                   // what is measured while the link is broken is lost
	wrapsTime                      // the time it was given is off by whole turns of a 32-bit counter of µs
	slidesStamps                   // at 100 Hz a stamp may be off by a native packet of 16 samples at 500 Hz
)

// has reports whether all of want are among q.
func (q quirk) has(want quirk) bool { return q&want == want }

// quirks is the one table of what which firmware does. A firmware that does not say its version has what the row says
// of unknown ones: whatever loses nothing where the quirk is not there.
var quirks = []struct {
	quirk
	layout      *layout
	from, below version
	unknown     bool
	note        string // code of the note about it, "" when nobody needs to know
}{
	{thinsWrongly, relative, version{0, 5}, version{0, 8}, true, "movesense-thinning"},
	{noMovement, early, version{}, version{0, 3}, true, "movesense-no-movement"},
	{keepsNothing, early, version{}, version{0, 9}, true, "movesense-old"},
	{keepsNothing, relative, version{}, version{0, 9}, true, "movesense-old"},
	{keepsNothing, absolute, version{}, version{0, 9}, false, "movesense-old"},
	{wrapsTime, absolute, version{0, 8}, version{1, 0}, true, ""},
	{slidesStamps, absolute, version{0, 8}, version{1, 0}, true, ""},
}

// quirksOf looks a firmware up and returns the notes a person may want to read.
func quirksOf(l *layout, firmware string) (q quirk, notes []string) {
	v, known := parseVersion(firmware)
	if !known {
		notes = append(notes, "movesense-no-version")
	}
	for _, row := range quirks {
		fits := row.unknown
		if known {
			fits = !v.before(row.from) && v.before(row.below)
		}
		if row.layout != l || !fits {
			continue
		}
		q |= row.quirk
		if row.note != "" && !slices.Contains(notes, row.note) {
			notes = append(notes, row.note)
		}
	}
	return q, notes
}

// version is the first two numbers of a firmware's version; the third has never mattered.
type version [2]int

func (v version) before(o version) bool { return slices.Compare(v[:], o[:]) < 0 }

// parseVersion reads "0.7.0". Some devices answer with the version of the maker's library, 1 and above, which says
// nothing of this firmware.
func parseVersion(s string) (v version, known bool) {
	if n, err := fmt.Sscanf(s, "%d.%d", &v[0], &v[1]); n != 2 || err != nil {
		return version{}, false
	}
	return v, v[0] == 0 && v[1] > 0
}
