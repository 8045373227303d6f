package measure

import (
	"math"
	"slices"
	"time"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// pulse chains the intervals a device tells into beats for a heart. A beat stands where the intervals before it add up
// to; its packet's arrival only says how that chain and the session clock belong together: packets come up to a second
// after a beat and never before it, so the smallest arrival − chain of the last minute is the truth (see lags).
//
// A packet has no number. That one is missing shows when the usual pause between packets is exceeded and the intervals
// do not fill the time, or when the chain falls behind by more than an interval: then no interval leads to the next beat
// and the gap is named.
type pulse struct {
	*heart
	base    care.Stamp      // session time of body second 0; 0 before the first packet
	arrived care.Stamp      // of the newest packet
	cause   telemetry.Cause // the link broke since, and why
	pauses  pauses          // between packets

	end     float64    // body seconds of the newest beat
	stamp   care.Stamp // its session time
	chained bool       // the next interval begins there
	hole    bool       // a packet seems to be missing since
	off     bool       // contact was lost since
	late    float64    // how late the newest beat came, s
	lags    lags
	shift   float64   // s from body seconds to the session clock, less base; follows lags
	before  []float64 // the intervals told last
	spoke   care.Stamp

	rate    float64 // 1/min, by the device; NaN when it says none
	contact sensor.Contact
	right   [16]bool // the newest intervals that can be believed
	rightN  int
	shown   care.Stamp // when numbers were shown last
}

// What a heart can do, and what a chain may be off.
const (
	leastRR   = 0.25 // s
	mostRR    = 3.0  // s
	quietFor  = 5 * time.Second
	showEvery = 900 * time.Millisecond // packets come about once a second, give or take
	upTurn    = 0.02                   // how fast shift may grow, s per s
	mostAhead = 10.0                   // s a chain may be ahead of its packets, after a burst of late ones
)

func newPulse() *pulse { return &pulse{heart: newHeart(), rate: math.NaN()} }

// lose is told that the link broke; the first cause stands.
func (p *pulse) lose(cause telemetry.Cause) {
	if p.base != 0 && p.cause == 0 {
		p.cause = cause
	}
}

// feed takes what one packet says and appends the frames it makes.
func (p *pulse) feed(told sensor.Pulse, arrival care.Stamp, frames []telemetry.Frame) []telemetry.Frame {
	arrival = max(arrival, p.arrived) // somebody set the clock back: ours stands until it is there again
	sum := total(told.RR)
	switch {
	case p.base == 0:
		p.base, p.spoke = arrival, arrival
	case p.cause != 0:
		frames = p.resume(arrival, sum, frames)
	default:
		p.hole = p.pauses.add(arrival.Sub(p.arrived).Seconds()) || p.hole
	}
	twice := p.twice(told.RR, sum, arrival)
	p.arrived, p.rate, p.contact = arrival, told.Rate, told.Contact
	p.off = p.off || !p.touches()
	if len(told.RR) > 0 && !twice {
		frames = p.chain(told.RR, sum, frames)
		p.before, p.spoke = append(p.before[:0], told.RR...), arrival
	}
	if arrival.Sub(p.shown) >= showEvery {
		p.shown = arrival
		frames = p.show(p.look(), frames)
	}
	return frames
}

// resume names what the break took and begins a new chain. Nothing is known of the beats meanwhile.
func (p *pulse) resume(arrival care.Stamp, sum float64, frames []telemetry.Frame) []telemetry.Frame {
	to := max(p.arrived, arrival.Add(-seconds(sum)))
	gap := telemetry.Gap{From: p.arrived, To: to, Cause: p.cause}
	p.cause, p.chained, p.hole, p.off = 0, false, false, false
	p.lags, p.pauses, p.late, p.before, p.spoke = lags{}, pauses{}, 0, p.before[:0], arrival
	return append(frames, telemetry.Frame{Kind: telemetry.KindGap, Gap: &gap})
}

// twice reports whether a packet is the one before over again: the same intervals, sooner than they could have passed.
func (p *pulse) twice(rr []float64, sum float64, arrival care.Stamp) bool {
	return len(rr) > 0 && slices.Equal(rr, p.before) && arrival.Sub(p.spoke).Seconds() < sum/2
}

// chain lays a packet's intervals, sum seconds in all, one after another.
func (p *pulse) chain(rr []float64, sum float64, frames []telemetry.Frame) []telemetry.Frame {
	now := p.arrived.Sub(p.base).Seconds()
	late, passed := now-p.lags.least(p.shift)-p.end-sum, sum
	if late < -mostAhead { // more life than there was time for
		p.chained = false
		p.believe(false)
		return frames
	}
	if p.chained && p.lost(late, sum, sum/float64(len(rr))) {
		from := p.stamp
		p.chained = false
		if first := p.stampOf(p.start(now, sum)); !p.off && first > from {
			frames = append(frames, telemetry.Frame{Kind: telemetry.KindGap, Gap: &telemetry.Gap{From: from, To: first, Cause: telemetry.CausePacket}})
		}
	}
	p.hole, p.off = false, !p.touches()
	fresh := 0
	for _, x := range rr {
		if !possible(x) {
			p.chained = false
			p.believe(false)
			continue
		}
		if !p.chained {
			p.beat(p.start(now, sum), true)
			fresh++
		}
		sum -= x
		p.believe(p.beat(p.end+x, false))
		if fresh++; fresh >= sentBeats-1 {
			frames, fresh = p.tell(fresh, frames), 0
		}
	}
	if p.chained {
		p.late = min(max(0, now-p.lags.least(p.shift)-p.end), mostRR)
		p.turn(p.lags.add(now, now-p.end), passed)
	}
	return p.tell(fresh, frames)
}

// lost reports whether a packet is missing before one that ends so late with intervals of such a mean. After a hole
// half an interval is enough: an interval too few does no harm, one that leads over lost beats does.
func (p *pulse) lost(late, sum, mean float64) bool {
	if p.hole && max(late, p.arrived.Sub(p.spoke).Seconds()-sum) > mean/2 {
		return true
	}
	return late > max(1, p.pauses.usual())+1.25*mean
}

// start is where a chain begins that lasts so long until its newest beat: that one is taken to be as late as the one
// before the break was.
func (p *pulse) start(now, length float64) float64 {
	at := now - p.lags.least(p.shift) - p.late - length
	if p.number > 0 {
		at = max(at, p.end+leastRR)
	}
	return at
}

// beat adds one and reports whether its interval looked right.
func (p *pulse) beat(at float64, after bool) bool {
	stamp := p.stampOf(at)
	if p.number > 0 { // while the clocks are still being laid on one another, order stays
		stamp = max(stamp, p.stamp.Add(seconds((at-p.end)/2)))
	}
	quality := 1.0
	if !p.touches() {
		quality = 0
	}
	p.end, p.stamp, p.chained = at, stamp, true
	return p.add(found{at: at, stamp: stamp, quality: quality, height: math.NaN(), after: after})
}

func (p *pulse) stampOf(at float64) care.Stamp { return p.base.Add(seconds(at + p.shift)) }

// turn follows the lags: down at once, because no beat comes after its packet, and up slowly.
func (p *pulse) turn(to, passed float64) {
	p.shift = min(to, p.shift+upTurn*max(passed, leastRR))
}

func (p *pulse) believe(right bool) {
	p.right[p.rightN%len(p.right)] = right
	p.rightN++
}

// look are the numbers as of the newest packet. A device that averages its own rate has one before there are beats
// enough, and when it tells no intervals at all; variability is then not to be had.
func (p *pulse) look() telemetry.Trend {
	t := p.numbers(p.arrived.Sub(p.base).Seconds()-p.shift, p.arrived, p.quality(), 0, p.touches())
	if math.IsNaN(p.rate) || !p.touches() {
		return t
	}
	if math.IsNaN(float64(t.HR)) {
		t.HR = float32(p.rate)
		t.Why &^= telemetry.NoBeats
	}
	if p.arrived.Sub(p.spoke) >= quietFor {
		t.Why = t.Why&^telemetry.Filling | telemetry.NoIntervals
	}
	return t
}

// quality is the share of the newest intervals that can be believed; of a device that tells none, whether it has a rate.
func (p *pulse) quality() float64 {
	switch {
	case !p.touches():
		return 0
	case p.rightN == 0 || p.arrived.Sub(p.spoke) >= quietFor:
		if math.IsNaN(p.rate) {
			return 0
		}
		return 1
	}
	n, right := min(p.rightN, len(p.right)), 0
	for _, r := range p.right[:n] {
		if r {
			right++
		}
	}
	return float64(right) / float64(n)
}

// touches reports whether the electrodes see a body, or the device does not say.
func (p *pulse) touches() bool { return p.contact != sensor.ContactOff }

// total adds up intervals that can be believed.
func total(rr []float64) (sum float64) {
	for _, x := range rr {
		if possible(x) {
			sum += x
		}
	}
	return sum
}

func possible(rr float64) bool { return rr >= leastRR && rr <= mostRR }

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
