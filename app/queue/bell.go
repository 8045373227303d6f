package queue

import "time"

// bell rings once for everybody who comes, asks or writes, and again when somebody who went comes back. The zero value has rung
// for nobody.
type bell struct {
	hung bool
	rung map[string]bool
}

// stroke is one reason to ring, and since when there is.
type stroke struct {
	of string
	at time.Time
}

// strokes are those of all who call, and of what they wrote and nobody here has read: a second line rings when the first was read.
func (d *Desk) strokes() (list []stroke) {
	for _, k := range d.knocks() {
		list = append(list, stroke{k.id(), k.since()})
		if k.guest != nil && d.unread(*k.guest) {
			list = append(list, stroke{"wrote/" + k.id(), *k.guest.Wrote})
		}
	}
	return list
}

// freshly is how long before the first look somebody may have come to be rung for: whoever opens another page has heard of
// the others.
const freshly = 15 * time.Second

// ring reports whether anybody is to be rung for.
func (b *bell) ring(list []stroke, now time.Time) (rings bool) {
	rung := map[string]bool{}
	for _, s := range list {
		rung[s.of] = true
		if !b.rung[s.of] && (b.hung || now.Sub(s.at) < freshly) {
			rings = true
		}
	}
	b.rung, b.hung = rung, true
	return rings
}
