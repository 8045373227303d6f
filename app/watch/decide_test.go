package watch

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/live"
	"hearth/wasm/rtc"
)

// TestDecideHoldsWhateverHappens lets pages come and go, shares end for every reason, the house refuse and forget, and
// somebody press the button, in any order, and looks at what must be true when it is quiet again.
func TestDecideHoldsWhateverHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(bubbled{t}, func(r *rapid.T) {
			h := newHouse()
			w := Open(Options{House: h, Peers: func(bool) rtc.Maker { return rtc.None{} }, Room: theRoom, Now: func() care.Stamp { return care.StampOf(time.Now()) }, Sink: &sink{}})
			defer h.close()
			defer w.Close()
			p := &play{house: h, watch: w}
			r.Repeat(map[string]func(*rapid.T){
				"start":   p.start,
				"stop":    p.stop,
				"enter":   p.enter,
				"leave":   p.leave,
				"end":     p.end,
				"sensors": p.sensors,
				"refuse":  p.refuse,
				"wait":    func(*rapid.T) { time.Sleep(time.Second) },
				"":        p.check,
			})
		})
	})
}

// play is what the property test knows besides house and watch.
type play struct {
	house   *house
	watch   *Watch
	pressed []access.Signal // wanted by the last press; nil after Stop
	willed  bool            // somebody's will or a refusal ended it since
	names   int
	asked   int // questions when that happened
}

func (p *play) start(r *rapid.T) {
	p.pressed = rapid.SampledFrom([][]access.Signal{heart, both}).Draw(r, "signals")
	p.willed = false
	p.watch.Start(p.pressed)
}

func (p *play) stop(*rapid.T) {
	p.pressed = nil
	p.watch.Stop()
}

func (p *play) enter(r *rapid.T) {
	if len(p.house.View().Rooms[theRoom].Members) < 3 {
		p.names++
		var with []live.Sensor
		if rapid.Bool().Draw(r, "with sensors") {
			with = append(with, announced())
		}
		p.house.enter(live.MemberID(rune('a'+p.names%26))+live.MemberID(care.NewID[string]()), nil, with...)
	}
}

func (p *play) leave(r *rapid.T) {
	if members := p.house.View().Rooms[theRoom].Members; len(members) > 0 {
		p.house.leave(rapid.SampledFrom(members).Draw(r, "who").ID)
	}
}

func (p *play) end(r *rapid.T) {
	synctest.Wait()
	shares := p.house.shares()
	if len(shares) == 0 {
		return
	}
	reason := rapid.SampledFrom([]string{reasonPatient, reasonWithdrawn, live.Restarted, "aggregator-gone"}).Draw(r, "why")
	p.house.end(shares[0].ID, reason)
	synctest.Wait()
	if reason == reasonPatient || reason == reasonWithdrawn {
		p.willed, p.asked = true, p.house.questions()
	}
}

func (p *play) sensors(r *rapid.T) {
	with := rapid.Bool().Draw(r, "has")
	p.house.change(func(s *live.Snapshot) {
		s.Members = slices.Clone(s.Members)
		for i := range s.Members {
			s.Members[i].Sensors = nil
			if with {
				s.Members[i].Sensors = []live.Sensor{announced()}
			}
		}
	})
}

// refuse lets the house be busy for a while, or be itself again.
func (p *play) refuse(r *rapid.T) {
	synctest.Wait()
	p.house.mu.Lock()
	defer p.house.mu.Unlock()
	p.house.refuse = nil
	if rapid.Bool().Draw(r, "busy") {
		p.house.refuse = live.Fault(live.CodeNotNow)
	}
}

// check waits until it is quiet and looks.
func (p *play) check(r *rapid.T) {
	synctest.Wait()
	p.house.mu.Lock()
	busy := p.house.refuse != nil
	p.house.mu.Unlock()
	if !busy {
		time.Sleep(31 * time.Second) // longer than the longest pause before asking again
		synctest.Wait()
	}
	st, shares := p.watch.State(), p.house.shares()
	room := p.house.View().Rooms[theRoom]
	if len(shares) > 1 {
		r.Fatalf("%d shares flow to one page: %+v", len(shares), shares)
	}
	switch {
	case p.willed:
		if st.Wanted || len(shares) > 0 || p.house.questions() != p.asked {
			r.Fatalf("somebody ended it, yet wanted %v, %d shares, asked %d more times", st.Wanted, len(shares), p.house.questions()-p.asked)
		}
	case p.pressed == nil:
		if st.Wanted || len(shares) > 0 || st.Phase != Idle {
			r.Fatalf("nobody wants signals, yet wanted %v, phase %s, shares %+v", st.Wanted, st.Phase, shares)
		}
	case !st.Wanted:
		r.Fatalf("wanted, and given up: %+v", st)
	case busy: // what is there may stay, nothing can be asked for
	case len(room.Members) == 0:
		if st.Phase != Absent || len(shares) > 0 {
			r.Fatalf("nobody is there, yet phase %s, shares %+v", st.Phase, shares)
		}
	case len(shares) != 1 || !slices.Equal(shares[0].Signals, p.pressed):
		r.Fatalf("wanted %v of %d aggregators, have %+v", p.pressed, len(room.Members), shares)
	default:
		p.chosen(r, room, shares[0])
	}
}

// chosen: a page without sensors is never received while another one has some.
func (p *play) chosen(r *rapid.T, room live.RoomView, share live.Share) {
	m, there := room.Member(share.From)
	if !there {
		r.Fatalf("received from %s, who is not there", share.From)
	}
	better := slices.ContainsFunc(room.Members, func(o live.Member) bool { return len(o.Sensors) > 0 })
	if better && len(m.Sensors) == 0 {
		r.Fatalf("received from a page without sensors while another has some")
	}
}

// bubbled hides the deadline of a test, which must not be asked for in a bubble.
type bubbled struct{ *testing.T }
