package chart

import (
	"hearth/shared/care"
	"hearth/shared/telemetry"
)

// beats are the newest heartbeats in order of time.
type beats struct {
	list []telemetry.Beat
}

// beatRoom is enough for a sweep at the fastest heart.
const beatRoom = 128

func newBeats() beats { return beats{make([]telemetry.Beat, 0, beatRoom)} }

// add takes a beat in and reports whether anything changed. A beat of the same number and time that says something
// else (it was corrected since) replaces the one before.
func (b *beats) add(beat telemetry.Beat) bool {
	at := len(b.list)
	for at > 0 && b.list[at-1].At > beat.At {
		at--
	}
	if at > 0 && b.list[at-1].N == beat.N && b.list[at-1].At == beat.At {
		old := b.list[at-1]
		b.list[at-1] = beat
		return old.Flags != beat.Flags
	}
	if len(b.list) == cap(b.list) {
		if at == 0 {
			return false
		}
		b.list = b.list[:copy(b.list, b.list[1:])]
		at--
	}
	b.list = append(b.list, telemetry.Beat{})
	copy(b.list[at+1:], b.list[at:])
	b.list[at] = beat
	return true
}

func (b *beats) from(at care.Stamp) int {
	i := len(b.list)
	for i > 0 && b.list[i-1].At >= at {
		i--
	}
	return i
}

func (b *beats) forget() { b.list = b.list[:0] }
