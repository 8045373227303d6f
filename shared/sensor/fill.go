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
	count      int64      // of the samples that fit
}

// maxVoids bounds the holes that can be filled. A hole filled in any order but its own is many for a while: of single
// samples filled at random, a quarter as many as it had.
const maxVoids = 1 << 13

// hollow notes a hole of so many samples that has just been named: gap's edges are device times from and to.
func (t *Timeline) hollow(from, to float64, start, end care.Stamp, first, count int64) {
	if end <= start || to <= from || count < 1 {
		return
	}
	t.voids = append(t.voids, void{from, to, start, end, first, count})
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
	at, run, slack := t.deviceTime(tick), float64(n)*t.period, t.slack(n)
	if anchor == LastSample {
		at -= run - t.period
	}
	free := true
	for i, v := range t.voids {
		if at+run <= v.from+slack || at >= v.to-slack {
			continue
		}
		free = false
		if skip, ok := v.fits(int64(n), at, slack); ok {
			t.voids = slices.Replace(t.voids, i, i+1, v.without(skip, int64(n))...)
			t.forget()
			return v.lay(skip, n, t.period), true
		}
	}
	if free && at >= t.oldest-slack && at+run <= t.due+slack {
		return Place{Placement: Twice}, false
	}
	return Place{Placement: Refused}, false
}

// Apart reports whether the link broke and no block has come since: the hole that makes is not named yet.
func (t *Timeline) Apart() bool { return t.broken != 0 }

// pitch is the device time from one sample of the hole to the next: as many as are missing fit, whatever the stamps are off.
func (v void) pitch() float64 { return (v.to - v.from) / float64(v.count) }

// fits says how many samples of the hole come before a block of n at device time at, if it fits. It may be longer than the
// hole by no more than slack at either end: by a coarse counter, the hole's number is off by one now and then, and so is
// where the blocks beside it were laid.
func (v void) fits(n int64, at, slack float64) (skip int64, ok bool) {
	pitch := v.pitch()
	skip = max(0, min(int64(math.Round((at-v.from)/pitch)), v.count-n))
	return skip, math.Abs(at-v.from-float64(skip)*pitch) <= slack && float64(n-v.count)*pitch <= 2*slack
}

// lay says where n samples lie that come after so many of the hole.
func (v void) lay(skip int64, n int, period float64) Place {
	p := Place{First: v.first + skip, Start: v.sessionAt(skip)}
	each := min(period/(v.to-v.from), 1/float64(v.count)) * float64(v.end-v.start) * 1e3
	if room := float64(v.end-1-p.Start) * 1e3; float64(n-1)*each > room { // the last sample stays before what comes behind
		each = room / float64(n-1)
	}
	p.PeriodNS = uint32(max(math.Floor(each), 1))
	return p
}

// sessionAt is when the sample after so many of the hole is due.
func (v void) sessionAt(skip int64) care.Stamp {
	part := float64(skip) / float64(v.count)
	return min(v.start+care.Stamp(math.Round(part*float64(v.end-v.start))), v.end-1)
}

// without is what is left of the hole once n samples are filled in after skip others.
func (v void) without(skip, n int64) (left []void) {
	if skip > 0 {
		left = append(left, void{v.from, v.from + float64(skip)*v.pitch(), v.start, v.sessionAt(skip), v.first, skip})
	}
	if rest := skip + n; rest < v.count {
		left = append(left, void{v.from + float64(rest)*v.pitch(), v.to, v.sessionAt(rest), v.end, v.first + rest, v.count - rest})
	}
	return left
}
