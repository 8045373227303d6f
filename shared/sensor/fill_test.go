package sensor

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/telemetry"

	"pgregory.net/rapid"
)

// Whatever is filled in, in whatever order, twice, or far from any hole: live blocks lie where they would lie without it,
// every block of a hole comes in exactly once, near its true time, and none overlaps another.
func TestFillTouchesNothingButHoles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDevice(t)
		if d.stream.Clock.Bits == 16 { // wraps within the holes below
			d.stream.Clock = Clock{Bits: 32, Hz: 1000}
			d.boot, d.n = math.Mod(d.boot, 1<<31), max(d.n, 8)
		}
		if d.n < 8 && d.stream.Clock.Hz < 3*d.stream.Rate {
			d.n = 8 // single samples out of order, by a clock as coarse as they are, cannot always be told apart
		}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		sure := d.stream.Clock.Hz >= 3*d.stream.Rate // that the samples of a broken link are counted exactly
		live, plain := NewTimeline(d.stream), NewTimeline(d.stream)
		packets := min(int(60*d.rate/float64(d.n)), 3*maxVoids) // filled in any order, no hole falls into more than are remembered
		away := map[int]bool{}                                  // packets of a broken link
		var kept []int
		laid := map[int]Place{}
		broken := false
		var ends []care.Stamp // of live blocks
		worst, came := time.Duration(0), care.Stamp(0)
		fill := func(k int) {
			n := d.n
			if random.IntN(8) == 0 {
				n = 1 << 17
			}
			p, ok := live.Fill(n, d.tick(k), d.anchor)
			if _, was := laid[k]; ok && (was || !away[k]) {
				t.Fatalf("packet %d was laid %+v, though it was there", k, p)
			} else if was && n == d.n && p.Placement != Twice {
				t.Fatalf("packet %d came a second time and is %+v", k, p)
			}
			if ok {
				if sure && p.First != int64(k*d.n) {
					t.Fatalf("packet %d, sample %d, is laid at sample %d", k, k*d.n, p.First)
				}
				laid[k] = p
			}
		}
		for k, left := 0, 0; k < packets; k++ {
			if left--; left < 0 && random.IntN(max(1, packets/25)) == 0 {
				left = 1 + random.IntN(max(1, packets/12))
			}
			if left > 0 && k > packets/8 && k < packets-packets/8 { // so far the period is known
				away[k], broken = true, true
				kept = append(kept, k)
				continue
			}
			if broken {
				broken = false
				live.Break(telemetry.CauseLink)
				plain.Break(telemetry.CauseLink)
			}
			came = max(came, d.ready(k)+care.Stamp(random.IntN(20_000)))
			at := came
			one, other := live.Place(d.n, d.tick(k), d.anchor, at), plain.Place(d.n, d.tick(k), d.anchor, at)
			if gap := one.Gap; gap != nil && other.Gap != nil && *gap == *other.Gap {
				one.Gap, other.Gap = nil, nil
			}
			if one != other || one.Placement != Placed {
				t.Fatalf("packet %d lies at %+v, without filling at %+v", k, one, other)
			}
			ends = append(ends, one.Start)
			off := one.Start.Add(time.Duration(d.n-1) * time.Duration(one.PeriodNS)).Sub(d.ready(k))
			worst = max(worst, off.Abs())
			for range random.IntN(3) {
				fill(random.IntN(packets))
			}
		}
		random.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
		for _, k := range kept {
			if _, was := laid[k]; !was {
				if p, ok := live.Fill(d.n, d.tick(k), d.anchor); ok && (!sure || p.First == int64(k*d.n)) {
					laid[k] = p
				} else {
					t.Fatalf("packet %d of a hole is %+v", k, p)
				}
			}
			fill(k)
		}
		for k, p := range laid {
			last := p.Start.Add(time.Duration(d.n-1) * time.Duration(p.PeriodNS))
			if off := last.Sub(d.ready(k)).Abs(); off > worst+20*time.Millisecond {
				t.Errorf("packet %d ends %v from its true time, live ones up to %v", k, off, worst)
			}
			if next, ok := laid[k+1]; ok && next.Start <= last {
				t.Errorf("packet %d begins at %d, inside the one before, which ends at %d", k+1, next.Start, last)
			}
		}
		for i := 1; i < len(ends); i++ {
			if ends[i] <= ends[i-1] {
				t.Errorf("live stamps go backwards: %d, %d", ends[i-1], ends[i])
			}
		}
	})
}

func TestFillStory(t *testing.T) {
	stream := mustStream(250, Clock{Bits: 32, Hz: 1000})
	place := func(tl *Timeline, k int) Place {
		return tl.Place(10, uint64(40*k), FirstSample, noon+care.Stamp(40_000*k+36_000))
	}
	tl := NewTimeline(stream)
	if p, ok := tl.Fill(10, 0, FirstSample); ok || p.Placement != Refused {
		t.Errorf("before anything was measured: %+v", p)
	}
	for k := range 1000 { // 40 link losses and as many lost packets
		switch {
		case k%25 >= 20 && k > 25:
			continue
		case k%25 == 0:
			tl.Break(telemetry.CauseLink)
		case k%25 == 10:
			continue
		}
		place(tl, k)
	}
	fill := func(k, n int) Placement { p, _ := tl.Fill(n, uint64(40*k), FirstSample); return p.Placement }
	for k := 45; k < 1000-25; k += 25 {
		if got := fill(k, 60); got != Refused {
			t.Fatalf("a block longer than hole %d is %d", k, got)
		}
		if got := fill(k-1, 20); got != Refused {
			t.Fatalf("a block over the edge of hole %d is %d", k, got)
		}
		if got := fill(k+1, 10); got != Placed {
			t.Fatalf("in the middle of hole %d: %d", k, got)
		}
		if got := fill(k, 20); got != Refused {
			t.Fatalf("half of it is there: %d", got)
		}
		if first, again, rest := fill(k, 10), fill(k, 10), fill(k+2, 30); first != Placed || again != Twice || rest != Placed {
			t.Fatalf("hole %d: %d, again %d, the rest %d", k, first, again, rest)
		}
	}
	if got := fill(35, 10); got != Twice {
		t.Errorf("a packet lost on the way is no hole of a link: %d", got)
	}
	if got := fill(2000, 10); got != Refused {
		t.Errorf("the future: %d", got)
	}
	if len(tl.voids) != 0 {
		t.Errorf("holes left: %+v", tl.voids)
	}

	// A device that began anew counts what it kept on its new counter, before 0 or from where it likes.
	tl = NewTimeline(stream)
	for k := range 50 {
		place(tl, k)
	}
	tl.Break(telemetry.CauseLink)
	p := tl.Place(10, 7000, FirstSample, noon+care.Stamp(12_036_000))
	if p.Gap == nil || p.Gap.Cause != telemetry.CauseRestart {
		t.Fatalf("after a new counter: %+v", p)
	}
	filled, ok := tl.Fill(250, 6000, FirstSample)
	if want := p.Start.Add(-time.Second); !ok || filled.Start.Sub(want).Abs() > 2*time.Millisecond {
		t.Errorf("what was kept a second before lies at %d, want %d: %v", filled.Start, want, ok)
	}
}

// However a hole is cut up, what is remembered of it stays bounded, and the newest pieces can still be filled.
func TestFillForgetsTheOldestHoles(t *testing.T) {
	tl := NewTimeline(mustStream(250, Clock{Bits: 64, Hz: 1e6}))
	place := func(k int) { tl.Place(1, uint64(4000*k), FirstSample, noon+care.Stamp(4000*k)) }
	const last = 4*maxVoids + 1
	place(0)
	tl.Break(telemetry.CauseLink)
	place(last)
	for k := 2; k < last; k += 2 {
		if _, ok := tl.Fill(1, uint64(4000*k), FirstSample); !ok {
			t.Fatalf("sample %d does not fit", k)
		}
		if len(tl.voids) > maxVoids {
			t.Fatalf("%d holes are remembered after sample %d", len(tl.voids), k)
		}
	}
	if _, ok := tl.Fill(1, uint64(4000*(last-2)), FirstSample); !ok {
		t.Error("the newest hole is forgotten")
	}
}
