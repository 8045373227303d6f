package remote

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"hearth/shared/live"
)

// TestASeatIsToldAgain: one seat waits at most, it is told on the next socket, and what is asked of others goes beside it.
func TestASeatIsToldAgain(t *testing.T) {
	inTime(t, func(t *testing.T, l *Live, n *network, d *document) {
		n.last().welcome(t, l)
		l.Sit(room, live.Seat{In: true})
		id := l.Sit(room, live.Seat{In: true, Mic: true})
		l.SignalTo(room, other, json.RawMessage(`1`))
		nudged := make(chan error, 1)
		go func() { nudged <- l.Nudge(t.Context(), room, live.Nudge{What: live.NudgeCaption, Text: "hello"}) }()
		synctest.Wait()
		if all := n.last().commands(); len(all) != 4 || all[2].Signal.To != other || all[3].Nudge.Text != "hello" {
			t.Fatalf("told %+v", all)
		}
		d.network()
		synctest.Wait()
		n.last().welcome(t, l) // where the other page is no more
		all := n.last().commands()
		if len(all) < 2 || all[0].ID != id || *all[0].Sit != (live.Seat{In: true, Mic: true}) {
			t.Fatalf("told again %+v", all)
		}
		for _, c := range all {
			n.last().say(t, live.FromHouse{Reply: &live.Reply{ID: c.ID}})
		}
		if err := <-nudged; err != nil {
			t.Error(err)
		}
		before := len(n.last().commands())
		n.last().say(t, live.FromHouse{Enter: &live.Snapshot{Room: room, Epoch: "e2", N: 1, Members: []live.Member{
			{ID: l.Member(), Person: live.PersonView{ID: "p"}, Portal: live.Therapist, State: live.Here, Since: 1}}}})
		if all := n.last().commands(); len(all) != before+1 || all[before].Sit == nil {
			t.Errorf("a house that forgot is told %+v", all[before:])
		}
	})
}
