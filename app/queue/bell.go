package queue

import "time"

// bell rings once for everybody who comes or asks, and again when somebody who went comes back. The zero value has rung for nobody.
type bell struct {
	hung bool
	rung map[string]bool
}

// freshly is how long before the first look somebody may have come to be rung for: whoever opens another page has heard of
// the others.
const freshly = 15 * time.Second

// ring reports whether anybody is to be rung for.
func (b *bell) ring(list []knock, now time.Time) (rings bool) {
	rung := map[string]bool{}
	for _, k := range list {
		rung[k.id()] = true
		if !b.rung[k.id()] && (b.hung || now.Sub(k.since()) < freshly) {
			rings = true
		}
	}
	b.rung, b.hung = rung, true
	return rings
}
