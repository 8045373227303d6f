package sensor

import (
	"math"
	"slices"

	"hearth/shared/care"
)

// void is a named hole made by a lost link or a device that began anew. What the device kept may be laid into it later:
// between its edges device time and session time are tied to each other by what lies around it, and nothing in it can
// move what lies behind it.
type void struct {
	from, to   float64    // device time of the present epoch, ns
	start, end care.Stamp // session time of the same edges
	first      int64      // index of the sample due at from
}

// maxVoids bounds the holes that can be filled. A hole filled in any order but its own is many for a while: of single
// samples filled at random, a quarter as many as it had.
const maxVoids = 1 << 13

// hollow notes a hole that has just been named: gap's edges are device times from and to.
func (t *Timeline) hollow(from, to float64, start, end care.Stamp, first int64) {
	if end <= start || to-from < t.period {
		return
	}
	t.voids = append(t.voids, void{from, to, start, end, first})
	t.forget()
}

// forget lets the oldest holes go when there are too many.
func (t *Timeline) forget() {
	if len(t.voids) > maxVoids {
		t.voids = slices.Delete(t.voids, 0, maxVoids/8)
	}
}

// rebase carries the holes over into a new epoch, whose device time 0 is session time at.
func (t *Timeline) rebase(at care.Stamp) {
	for i := range t.voids {
		v := &t.voids[i]
		v.from, v.to = float64(v.start-at)*1e3, float64(v.end-at)*1e3
	}
}

// Fill lays a block the device kept while no link was there into a hole that has been named. It touches nothing but the
// hole: whatever is filled in, and when, the live blocks lie where they would lie without it. A block fits whole or not at
// all; where there are samples already it is Twice, anywhere else Refused. Start and PeriodNS fit between the hole's
// edges, First continues what came before the hole and may repeat an index where the device began anew.
func (t *Timeline) Fill(n int, tick uint64, anchor Anchor) (Place, bool) {
	if n <= 0 || n > blockMax || !t.begun {
		return Place{Placement: Refused}, false
	}
	at, run, slack := t.deviceTime(tick), float64(n)*t.period, t.tolerance(n)
	if anchor == LastSample {
		at -= run - t.period
	}
	free := true
	for i, v := range t.voids {
		if at+run <= v.from+slack || at >= v.to-slack {
			continue
		}
		free = false
		if at >= v.from-slack && at+run <= v.to+slack && run <= v.to-v.from+slack {
			at = max(at, v.from)
			t.voids = slices.Replace(t.voids, i, i+1, v.without(at, at+run, t.period)...)
			t.forget()
			return v.lay(n, at, t.period), true
		}
	}
	if free && at >= t.oldest-slack && at+run <= t.due+slack {
		return Place{Placement: Twice}, false
	}
	return Place{Placement: Refused}, false
}

// Apart reports whether the link broke and no block has come since: the hole that makes is not named yet.
func (t *Timeline) Apart() bool { return t.broken != 0 }

// lay says where n samples from device time at lie in the hole.
func (v void) lay(n int, at, period float64) Place {
	p := Place{First: v.first + int64(math.Round((at-v.from)/period)), Start: v.sessionAt(at)}
	stretch := float64(v.end-v.start) * 1e3 / (v.to - v.from)
	each := period * stretch
	if room := float64(v.end-1-p.Start) * 1e3; float64(n-1)*each > room { // the last sample stays before what comes behind
		each = room / float64(n-1)
	}
	p.PeriodNS = uint32(max(math.Floor(each), 1))
	return p
}

func (v void) sessionAt(at float64) care.Stamp {
	part := (at - v.from) / (v.to - v.from)
	return min(v.start+care.Stamp(math.Round(part*float64(v.end-v.start))), v.end-1)
}

// without is what is left of the hole once it is filled between two device times; less than half a sample is nothing.
func (v void) without(from, to, period float64) (left []void) {
	if from-v.from >= period/2 {
		left = append(left, void{v.from, from, v.start, v.sessionAt(from), v.first})
	}
	if v.to-to >= period/2 {
		left = append(left, void{to, v.to, v.sessionAt(to), v.end, v.first + int64(math.Round((to-v.from)/period))})
	}
	return left
}
