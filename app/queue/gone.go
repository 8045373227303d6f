package queue

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"hearth/app/invited"
	"hearth/app/kit"
	"hearth/shared/api"
	"hearth/shared/words"
)

// hereFirst puts those whose page is open before the others, as the house does when it lets in the next.
func hereFirst(list []api.Queued) {
	slices.SortStableFunc(list, func(a, b api.Queued) int {
		switch {
		case a.Away == nil && b.Away != nil:
			return -1
		case a.Away != nil && b.Away == nil:
			return 1
		}
		return 0
	})
}

// closed is a line about a page that is closed.
func closed(q api.Queued) []app.UI {
	if q.Away == nil {
		return nil
	}
	return []app.UI{app.Div().Class("small queue-gone").Text(invited.Gone(q.Guest))}
}

// presence is somebody who waits with a dot: whether their page is open.
func presence(q api.Queued) app.UI {
	name := invited.Name(q.Guest, q.PatientName)
	if q.Away != nil {
		return kit.PresenceGone(name)
	}
	return kit.Presence(name, true)
}

// page is whether a page of somebody who waits is open, for tests.
func page(q api.Queued) string {
	if q.Away != nil {
		return "closed"
	}
	return "open"
}

// letIn says that somebody was let in, and when they may not notice.
func letIn(g api.Guest, patient string) string {
	name := invited.Name(g, patient)
	if g.Away != nil {
		return words.T("queue.in.away", "name", name, "time", g.Away.Local().Format("15:04"))
	}
	return words.T("queue.in", "name", name)
}
