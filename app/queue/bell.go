package queue

import (
	"time"

	"hearth/app/invited"
	"hearth/shared/api"
	"hearth/shared/care"
)

// bell rings once for everybody who comes, and again when somebody who went comes back. The zero value has rung for nobody.
type bell struct {
	hung bool
	rung map[care.GuestID]bool
}

// freshly is how long before the first look somebody may have come to be rung for: whoever opens another page has heard of
// the others.
const freshly = 15 * time.Second

// ring reports whether anybody is to be rung for.
func (b *bell) ring(list []api.Queued, now time.Time) (rings bool) {
	rung := map[care.GuestID]bool{}
	for _, q := range list {
		rung[q.ID] = true
		if !b.rung[q.ID] && (b.hung || now.Sub(invited.WaitsSince(q.Guest)) < freshly) {
			rings = true
		}
	}
	b.rung, b.hung = rung, true
	return rings
}
