package frame

import (
	"testing"
	"time"

	"hearth/shared/live"
)

// TestAwayHoldsThroughEveryAttempt: what says that the house is away must not come and go while it is looked for.
func TestAwayHoldsThroughEveryAttempt(t *testing.T) {
	lost := time.Unix(1e9, 0)
	for _, c := range []struct {
		link live.Link
		want bool
	}{
		{live.Link{State: live.Connecting}, false}, // the page has just opened
		{live.Link{State: live.Waiting}, true},
		{live.Link{State: live.Waiting, Lost: lost}, true},
		{live.Link{State: live.Connecting, Lost: lost}, true},
		{live.Link{State: live.Online}, false},
		{live.Link{State: live.TurnedAway, Lost: lost}, false},
	} {
		if got := away(c.link); got != c.want {
			t.Errorf("%+v: away %v", c.link, got)
		}
	}
}
