package sensor

import (
	"math"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/telemetry"

	"pgregory.net/rapid"
)

const noon care.Stamp = 1_780_000_000_000_000

func mustStream(rate float64, clock Clock) Stream {
	return Stream{Key: "ecg", Signal: access.ECG, Rate: rate, Channels: []telemetry.Channel{{Name: "ecg", Unit: "µV", Scale: 1}}, Clock: clock}
}

// device makes packets whose true time is known.
type device struct {
	stream Stream
	n      int
	ppm    float64
	boot   float64 // ticks at sample 0
	rate   float64 // true samples per second of device time
	anchor Anchor
}

// tick is the stamp of packet k.
func (d device) tick(k int) uint64 {
	return uint64(d.ticks(k)) & (math.MaxUint64 >> (64 - d.stream.Clock.Bits))
}

// ticks is the stamp of packet k on a counter that never wraps.
func (d device) ticks(k int) float64 {
	i := k * d.n
	if d.anchor == LastSample {
		i += d.n - 1
	}
	return math.Round(d.boot + float64(i)/d.rate*d.stream.Clock.Hz)
}

// ready is the true session time at which the last sample of packet k was taken.
func (d device) ready(k int) care.Stamp {
	return noon + care.Stamp(float64(k*d.n+d.n-1)/d.rate/(1+d.ppm*1e-6)*1e6)
}

func drawDevice(t *rapid.T) device {
	clock := rapid.SampledFrom([]Clock{{Bits: 32, Hz: 1000}, {Bits: 64, Hz: 1e6}, {Bits: 16, Hz: 1024}, {Bits: 64, Hz: 1e9}}).Draw(t, "clock")
	rate := rapid.SampledFrom([]float64{52, 125, 250, 500}).Draw(t, "rate")
	d := device{stream: mustStream(rate, clock), n: rapid.SampledFrom([]int{1, 2, 8, 16, 73}).Draw(t, "samples"), rate: rate * (1 + rapid.OneOf(rapid.Float64Range(-0.0005, 0.0005), rapid.Float64Range(-0.019, 0.019)).Draw(t, "off nominal"))}
	d.ppm = rapid.Float64Range(-150, 150).Draw(t, "ppm")
	d.anchor = rapid.SampledFrom([]Anchor{FirstSample, LastSample}).Draw(t, "anchor")
	wrap := math.Pow(2, float64(min(clock.Bits, 52)))
	d.boot = math.Floor(rapid.SampledFrom([]float64{0, wrap - 3*clock.Hz, wrap / 2}).Draw(t, "boot"))
	return d
}

// Whatever is lost, doubled, held up or overtaken on the way: every placed block has its true index, everything
// missing is named with its number, stamps only move forward and stay by the truth.
func TestTimelineHoldsTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDevice(t)
		line := NewTimeline(d.stream)
		packets := int(90 * d.stream.Rate / float64(d.n))
		if d.n == 1 {
			packets /= 4
		}
		troubled := rapid.SliceOfN(rapid.IntRange(1, packets-1), 0, 12).Draw(t, "troubled")
		kinds := map[int]string{}
		for _, k := range troubled {
			kinds[k] = rapid.SampledFrom([]string{"lost", "lost three", "twice", "late 300 ms", "overtaken", "junk"}).Draw(t, "kind")
		}
		var index, lost, wrong int64
		coarse := d.n == 1 && d.stream.Clock.Hz < 3*d.stream.Rate
		var last care.Stamp
		var arrived care.Stamp
		junk := -1 << 20
		place := func(k int, delay care.Stamp) Place {
			arrived = max(arrived, d.ready(k)+delay)
			return line.Place(d.n, d.tick(k), d.anchor, arrived)
		}
		check := func(k int, p Place) {
			if p.Placement != Placed {
				t.Fatalf("packet %d of %s is %d", k, kinds[k], p.Placement)
			}
			if p.Gap != nil {
				lost += p.Gap.Lost
				if p.Gap.To < p.Gap.From || p.Gap.Cause != telemetry.CausePacket {
					t.Fatalf("packet %d: gap %+v", k, *p.Gap)
				}
			}
			if p.First != index+lost {
				t.Fatalf("packet %d begins with sample %d after %d placed and %d lost", k, p.First, index, lost)
			}
			// On a counter of two ticks a sample, a stamp half way between two samples may be of either, and nobody can know
			// which until the stamps have drifted by a tick against it. Then, and then alone, the count may be off by one.
			off := p.First + wrong - int64(k*d.n)
			if off != 0 && !(coarse && off*off == 1) {
				t.Fatalf("packet %d begins with sample %d, placed %d from there", k, k*d.n, off)
			}
			wrong -= off
			index += int64(d.n)
			if p.Start <= last {
				t.Fatalf("packet %d begins at %d, not after %d", k, p.Start, last)
			}
			last = p.Start + care.Stamp(float64(d.n-1)*float64(p.PeriodNS)/1e3)
			slack := 25 * time.Millisecond
			first := time.Duration(math.Abs(d.rate/d.stream.Rate-1) * float64(d.n) / d.rate * 1e9) // of the first packet, the rate not being known
			if k*d.n < int(20*d.stream.Rate) {
				slack = 330 * time.Millisecond // the first packet may have been late
			}
			if off := last.Sub(d.ready(k)); off < -10*time.Millisecond-first || off > slack+first {
				t.Fatalf("packet %d lies %v from the truth", k, off)
			}
		}
		jitter := func() care.Stamp { return care.Stamp(rapid.IntRange(4000, 19000).Draw(t, "air")) }
		air := [8]care.Stamp{jitter(), jitter(), jitter(), jitter(), jitter(), jitter(), 4000, jitter()}
		for k := 0; k < packets; k++ {
			delay := air[k%len(air)]
			switch kinds[k] {
			case "lost":
			case "lost three":
				k += 2
			case "twice":
				check(k, place(k, delay))
				if p := place(k, delay); p.Placement != Twice {
					t.Fatalf("packet %d a second time is %d", k, p.Placement)
				}
			case "late 300 ms":
				check(k, place(k, 300_000))
			case "overtaken":
				if k+1 == packets || kinds[k+1] != "" {
					continue
				}
				hole := place(k+1, delay)
				check(k+1, hole)
				if p := place(k, delay); p.Placement != Late && !(coarse && hole.Gap == nil && p.Placement == Refused) {
					t.Fatalf("packet %d after its successor is %d", k, p.Placement)
				}
				k++
			case "junk":
				if float64((k-junk)*d.n) < 3*d.stream.Rate {
					continue // two that fit each other are a device that began anew; this one is just lost
				}
				junk = k
				was := arrived
				if p := line.Place(d.n, d.tick(k)^(1<<(d.stream.Clock.Bits-1)), d.anchor, max(arrived, d.ready(k))); p.Placement != Refused && p.Placement != Twice { // a short clock stamped another so, half a round ago
					t.Fatalf("packet %d with half a clock too much is %d", k, p.Placement)
				}
				arrived = was
			default:
				check(k, place(k, delay))
			}
		}
	})
}

func TestTimelineStory(t *testing.T) {
	d := device{stream: mustStream(250, Clock{Bits: 32, Hz: 1000}), n: 16, rate: 250, boot: 5000, anchor: LastSample}
	type step struct {
		packet  int // by its stamp
		at      int // by its arrival: ready(at)
		breaks  telemetry.Cause
		want    Placement
		first   int64
		lost    int64
		cause   telemetry.Cause
		forward time.Duration // from the packet before
	}
	run := func(name string, steps []step) {
		t.Run(name, func(t *testing.T) {
			line := NewTimeline(d.stream)
			var before care.Stamp
			for i, s := range steps {
				if s.breaks != 0 {
					line.Break(s.breaks)
				}
				p := line.Place(16, d.tick(s.packet), LastSample, d.ready(s.at))
				if p.Placement != s.want {
					t.Fatalf("step %d is %d, want %d", i, p.Placement, s.want)
				}
				if p.Placement != Placed {
					continue
				}
				if p.First != s.first {
					t.Errorf("step %d begins with sample %d, want %d", i, p.First, s.first)
				}
				if (p.Gap != nil) != (s.cause != 0) || p.Gap != nil && (p.Gap.Lost != s.lost || p.Gap.Cause != s.cause) {
					t.Errorf("step %d comes after gap %+v, want %d lost by %d", i, p.Gap, s.lost, s.cause)
				}
				if got := p.Start.Sub(before); i > 0 && (got-s.forward).Abs() > 70*time.Millisecond {
					t.Errorf("step %d is %v later, want %v", i, got, s.forward)
				}
				before = p.Start
			}
		})
	}
	const ms = time.Millisecond
	run("the link was away", []step{
		{packet: 0, at: 0},
		{packet: 1, at: 1, first: 16, forward: 64 * ms},
		{packet: 100, at: 100, breaks: telemetry.CauseLink, first: 1600, lost: 98 * 16, cause: telemetry.CauseLink, forward: 99 * 64 * ms},
	})
	run("paused and nothing lost", []step{
		{packet: 0, at: 0},
		{packet: 1, at: 1, breaks: telemetry.CausePaused, first: 16, cause: telemetry.CausePaused, forward: 64 * ms},
	})
	run("the device began anew unseen", []step{
		{packet: 1000, at: 0},
		{packet: 1001, at: 1, first: 16, forward: 64 * ms},
		{packet: 3, at: 2, want: Refused},
		{packet: 4, at: 3, first: 48, lost: 16, cause: telemetry.CauseRestart, forward: 128 * ms},
		{packet: 5, at: 4, first: 64, forward: 64 * ms},
	})
	run("the device began anew while the link was away", []step{
		{packet: 1000, at: 0},
		{packet: 3, at: 500, breaks: telemetry.CauseLink, first: 16, cause: telemetry.CauseRestart, forward: 500 * 64 * ms},
	})
	run("began anew and by chance counts on", []step{
		{packet: 10, at: 0},
		{packet: 11, at: 500, breaks: telemetry.CauseLink, first: 16, cause: telemetry.CauseRestart, forward: 500 * 64 * ms},
	})
	run("absurd stamps come to nothing", []step{
		{packet: 0, at: 0},
		{packet: 1 << 20, at: 1, want: Refused},
		{packet: 1, at: 1, first: 16, forward: 64 * ms},
		{packet: 1 << 21, at: 2, want: Refused},
		{packet: 3 << 20, at: 2, want: Refused},
		{packet: 2, at: 2, first: 32, forward: 64 * ms},
	})
	run("a burst moves nothing", []step{
		{packet: 0, at: 0},
		{packet: 1, at: 5, first: 16, forward: 64 * ms},
		{packet: 2, at: 5, first: 32, forward: 64 * ms},
		{packet: 3, at: 5, first: 48, forward: 64 * ms},
		{packet: 4, at: 5, first: 64, forward: 64 * ms},
	})
	run("our clock is set back", []step{
		{packet: 500, at: 500},
		{packet: 501, at: 100, first: 16, forward: 64 * ms},
		{packet: 502, at: 101, first: 32, forward: 64 * ms},
	})
}

// A device that begins anew within its first seconds repeats stamps that were there before.
func TestTimelineKnowsAnEchoFromARestart(t *testing.T) {
	d := device{stream: mustStream(250, Clock{Bits: 64, Hz: 1e6}), n: 16, rate: 250}
	line := NewTimeline(d.stream)
	for k := range 40 {
		line.Place(16, d.tick(k), FirstSample, d.ready(k))
	}
	for k := range 40 {
		p := line.Place(16, d.tick(k), FirstSample, d.ready(40+k))
		if p.Placement == Placed {
			if p.Gap == nil || p.Gap.Cause != telemetry.CauseRestart || p.Gap.Lost != int64(16*k) || k > 20 {
				t.Fatalf("packet %d after the restart is placed after %+v", k, p.Gap)
			}
			return
		}
	}
	t.Fatal("the restart was never noticed")
}

// Our clock jumps forward by an hour: after some seconds the samples follow.
func TestTimelineFollowsAJumpOfOurClock(t *testing.T) {
	d := device{stream: mustStream(250, Clock{Bits: 64, Hz: 1e6}), n: 16, rate: 250}
	line := NewTimeline(d.stream)
	var p Place
	for k := range 2000 {
		at := d.ready(k)
		if k > 800 {
			at = at.Add(time.Hour)
		}
		p = line.Place(16, d.tick(k), FirstSample, at)
	}
	if off := p.Start.Add(60 * time.Millisecond).Sub(d.ready(1999).Add(time.Hour)); off.Abs() > 20*time.Millisecond {
		t.Errorf("the newest sample lies %v from our clock", off)
	}
}

// Nothing a device says makes a timeline panic, go backwards, or count what was not there.
func FuzzTimeline(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 64, 200, 255, 7, 7, 7, 9, 12, 128, 0, 0, 1})
	f.Fuzz(func(t *testing.T, script []byte) {
		line := NewTimeline(mustStream(250, Clock{Bits: 32, Hz: 1000}))
		tick, arrival := uint64(1000), noon
		var last care.Stamp
		var index int64
		for i := 0; i+1 < len(script); i += 2 {
			n := 1 + int(script[i]%32)
			switch v := script[i+1]; {
			case v < 128:
				tick += 4 * uint64(n)
			case v < 160:
				tick += uint64(v) << 20
			case v < 192:
				tick -= uint64(v)
			case v < 200:
				line.Break(telemetry.CauseLink)
			default:
				arrival -= care.Stamp(v) << 12
			}
			arrival += care.Stamp(n) * 4000
			p := line.Place(n, tick, FirstSample, arrival)
			if p.Placement != Placed {
				continue
			}
			if p.Gap != nil {
				index += p.Gap.Lost
			}
			if p.First != index || p.Start <= last || p.PeriodNS == 0 {
				t.Fatalf("block %d: %+v after sample %d at %d", i/2, p, index, last)
			}
			index += int64(n)
			last = p.Start + care.Stamp(float64(n-1)*float64(p.PeriodNS)/1e3)
		}
	})
}

// A packet of 16 ECG samples with a millisecond clock, as Movesense sends it; one in fifty is lost.
func BenchmarkPlace(b *testing.B) {
	d := device{stream: mustStream(250, Clock{Bits: 32, Hz: 1000}), n: 16, rate: 250.05, anchor: FirstSample}
	line := NewTimeline(d.stream)
	b.ReportAllocs()
	for k := 0; b.Loop(); k++ {
		if k%50 == 49 {
			k++
		}
		if p := line.Place(d.n, d.tick(k), d.anchor, d.ready(k)); p.Placement != Placed {
			b.Fatalf("packet %d is %d", k, p.Placement)
		}
	}
}
