package telemetry

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/care"
)

// value is what the made-up sensor measures at an index, so that a receiver can tell whether samples were mixed up.
func value(epoch int, index int64, channel int) int32 {
	return int32((index*2654435761 + int64(channel)*97 + int64(epoch)*131071) % 100_000)
}

// letter is a frame under way.
type letter struct {
	b  []byte
	at care.Stamp
}

// Any stream over any way: what comes out is in order and once, every sample is the right one, and sent = received +
// lost with nothing open, checked against what the way really did.
func TestReceiverKeepsTheBooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const period = 4000 // µs
		start := rapid.SampledFrom([]uint32{0, 5, math.MaxUint32 - 20, math.MaxUint32}).Draw(t, "first sequence number")
		sender := Sender{key: "k", seq: start}
		r := Receiver{next: start}
		channels := rapid.IntRange(1, 3).Draw(t, "channels")
		now, index, epoch := noon, int64(rapid.IntRange(0, 100000).Draw(t, "index")), 0
		var way []letter
		fate := rapid.SampledFrom([]string{"arrives", "arrives", "arrives", "arrives", "lost", "twice", "late", "held"})
		put := func(b []byte) bool {
			delay := care.Stamp(rapid.Int64Range(1000, 150_000).Draw(t, "delay"))
			switch fate.Draw(t, "fate") {
			case "held":
				return false
			case "lost":
			case "late":
				way = append(way, letter{slices.Clone(b), now + delay*8})
			case "twice":
				way = append(way, letter{slices.Clone(b), now + delay*2})
				fallthrough
			default:
				way = append(way, letter{slices.Clone(b), now + delay})
			}
			return true
		}
		beat := Beat{At: noon}
		var beats []Beat
		for range rapid.SampledFrom([]int{1, 6, 40, 150}).Draw(t, "frames") {
			n := rapid.IntRange(1, 20).Draw(t, "samples")
			switch rapid.SampledFrom([]string{"samples", "samples", "samples", "samples", "beats", "gap", "restart"}).Draw(t, "what") {
			case "samples":
				run := Samples{First: index, Start: now, PeriodNS: period * 1000, Channels: channels}
				for i := range n {
					for c := range channels {
						run.Values = append(run.Values, value(epoch, index+int64(i), c))
					}
				}
				if err := sender.Samples(run, put); err != nil {
					t.Fatal(err)
				}
				index += int64(n)
			case "gap":
				if err := sender.Frame(Frame{Kind: KindGap, Gap: &Gap{From: now, To: now + period*care.Stamp(n), Lost: int64(n), Cause: CausePacket}}, put); err != nil {
					t.Fatal(err)
				}
				index += int64(n)
			case "restart":
				epoch, index = epoch+1, int64(rapid.IntRange(0, 9).Draw(t, "index"))
			case "beats":
				beat.N++
				beat.At = now
				beats = append(beats, beat)
				if err := sender.Frame(Frame{Kind: KindBeats, Beats: beats[max(0, len(beats)-4):]}, put); err != nil {
					t.Fatal(err)
				}
			}
			now += period * care.Stamp(n)
		}
		slices.SortStableFunc(way, func(a, b letter) int { return cmp.Compare(a.at, b.at) })
		var got, gaps, holes int64
		lastIndex, lastAt, seenEpoch := int64(-1), care.Stamp(0), 0
		lastBeat := uint32(0)
		named := int64(0)
		emit := func(f *Frame) {
			switch f.Kind {
			case KindSamples:
				s := f.Samples
				if s.Start < lastAt {
					t.Fatalf("a run at %d after one that ended at %d", s.Start, lastAt)
				}
				for seenEpoch <= epoch && s.Values[0] != value(seenEpoch, s.First, 0) {
					seenEpoch, lastIndex = seenEpoch+1, -1 // the sensor began anew
				}
				if seenEpoch > epoch {
					t.Fatal("samples of another index")
				}
				if s.First <= lastIndex {
					t.Fatalf("index %d after %d", s.First, lastIndex)
				}
				if lastIndex >= 0 {
					holes += s.First - lastIndex - 1
				}
				for i, v := range s.Values {
					if want := value(seenEpoch, s.First+int64(i/channels), i%channels); v != want {
						t.Fatalf("sample %d: got %d, want %d", s.First+int64(i/channels), v, want)
					}
				}
				got += int64(s.Count())
				lastIndex, lastAt = s.First+int64(s.Count())-1, s.End()
			case KindGap:
				if f.Gap.Cause == CauseTransit {
					gaps += f.Gap.Lost
				} else {
					named += f.Gap.Lost
				}
			case KindBeats:
				for _, b := range f.Beats {
					if b.N <= lastBeat {
						t.Fatalf("beat %d after %d", b.N, lastBeat)
					}
					lastBeat = b.N
				}
			}
		}
		clock := noon
		for _, l := range way {
			clock = l.at
			if err := r.Receive(l.b, clock, emit); err != nil {
				t.Fatal(err)
			}
		}
		tally := sender.Tally(index)
		r.Tally(tally, clock)
		for range 20 {
			clock += 100_000
			r.Tick(clock, emit)
		}
		a, c := r.Account(tally), r.Counts()
		if a.Open != 0 || a.Refused != 0 || a.Sent != tally.Sent || a.Sent != a.Received+a.Lost {
			t.Fatalf("books %+v do not balance with %+v", a, tally)
		}
		if a.Received != got {
			t.Fatalf("books say %d received, %d came out", a.Received, got)
		}
		if frames := int64(tally.Frames - start); c.Frames+c.FramesLost != frames {
			t.Fatalf("%d frames taken + %d lost ≠ %d sent", c.Frames, c.FramesLost, frames)
		}
		if epoch == 0 && gaps > holes+a.Lost {
			t.Fatalf("gaps name %d samples, the holes have %d", gaps, holes)
		}
		if epoch == 0 && gaps+named < holes {
			t.Fatalf("gaps name %d + %d samples, the holes have %d", gaps, named, holes)
		}
	})
}

// Tallies that come while another is settled are not lost: the last of them counts, and a stream that ended leaves nothing open.
func TestReceiverSettlesTheLastOfABurst(t *testing.T) {
	sender := Sender{key: "k"}
	var r Receiver
	at, index := noon, int64(0)
	send := func(arrives bool) {
		run := Samples{First: index, Start: at, PeriodNS: 4e6, Channels: 1, Values: []int32{1, 2, 3}}
		if err := sender.Samples(run, func(b []byte) bool { return !arrives || r.Receive(b, at, func(*Frame) {}) == nil }); err != nil {
			t.Fatal(err)
		}
		index += 3
		at += 12_000
	}
	send(true)
	before := sender.Tally(index)
	send(false) // the last frame of all
	last := sender.Tally(index)
	for _, tally := range []Tally{before, last, last} { // the control channel stood still, and brings them in one breath
		r.Tally(tally, at)
	}
	for range 2 {
		at += care.Stamp(settle.Microseconds())
		r.Tick(at, func(*Frame) {})
	}
	if a, c := r.Account(last), r.Counts(); a.Open != 0 || a.Missing() != 0 || a.Lost != 3 || c.FramesLost != 1 {
		t.Errorf("%+v, %+v", a, c)
	}
}

// A tally with a number no channel reaches costs nothing: what comes after it is taken, and the next tally is settled.
func TestReceiverDoubtsATallyFarAhead(t *testing.T) {
	for _, wrong := range []uint32{maxAhead + 14, 1 << 20, math.MaxInt32} {
		sender := Sender{key: "k"}
		var r Receiver
		at, index := noon, int64(0)
		emit := func(*Frame) {}
		send := func(arrives bool) {
			run := Samples{First: index, Start: at, PeriodNS: 4e6, Channels: 1, Values: []int32{1, 2, 3}}
			put := func(b []byte) bool {
				if !arrives {
					return true
				}
				return r.Receive(b, at, emit) == nil
			}
			if err := sender.Samples(run, put); err != nil {
				t.Fatal(err)
			}
			index += 3
			at += 12_000
		}
		settled := func(tally Tally) {
			r.Tally(tally, at)
			at += care.Stamp(settle.Microseconds())
			r.Tick(at, emit)
		}
		for range 10 {
			send(true)
		}
		tally := sender.Tally(index)
		tally.Frames, tally.Sent = wrong, 1<<40
		settled(tally)
		for range 10 {
			send(true)
		}
		send(false)
		settled(sender.Tally(index))
		want := Counts{Frames: 20, FramesLost: 1, Received: 60, Lost: 3}
		if got := r.Counts(); got != want {
			t.Errorf("after a tally of %d frames: books %+v, want %+v", wrong, got, want)
		}
	}
}

// Whatever numbers stray frames and wrong tallies claim, a stream goes on: a number close ahead costs the few frames up to
// it, one far off costs none, and the books close once the sender tells the truth.
func TestReceiverBearsWrongNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := rapid.SampledFrom([]uint32{0, math.MaxUint32 - 200}).Draw(t, "first sequence number")
		sender, r := Sender{key: "k", seq: start}, Receiver{next: start}
		at, index, got, dear := noon, int64(0), int64(0), int64(0)
		emit := func(f *Frame) {
			if f.Kind == KindSamples {
				got += int64(f.Samples.Count())
			}
		}
		arrive := func(b []byte) bool {
			if err := r.Receive(b, at, emit); err != nil {
				t.Fatal(err)
			}
			return true
		}
		wrong := rapid.OneOf(rapid.Int32Range(-100, 100), rapid.Int32Range(-maxAhead, maxAhead), rapid.Int32())
		var claims []uint32
		borne := func(seq uint32) bool { // two claims that bear each other out are believed
			return slices.ContainsFunc(claims, func(c uint32) bool { return int32(c-seq) <= maxAlone && int32(c-seq) >= -maxAlone })
		}
		for k := range rapid.IntRange(100, 500).Draw(t, "frames") {
			switch {
			case k%25 == 10:
				off := wrong.Draw(t, "wrong number")
				stray := Frame{Seq: sender.seq + uint32(off), Kind: KindTrend, Trend: &Trend{At: noon}}
				if borne(stray.Seq) {
					break
				}
				claims = append(claims, stray.Seq)
				if off >= 0 && off < 300 { // the stream may reach it while it waits
					dear += 1 + maxAlone
				}
				b, err := stray.Append(nil)
				if err != nil {
					t.Fatal(err)
				}
				arrive(b)
			case k%25 == 20:
				tally := sender.Tally(index)
				if tally.Frames += uint32(wrong.Draw(t, "wrong tally")); borne(tally.Frames) {
					break
				}
				claims = append(claims, tally.Frames)
				tally.Sent += int64(rapid.IntRange(0, 1000).Draw(t, "too many sent"))
				r.Tally(tally, at)
			}
			if err := sender.Samples(Samples{First: index, Start: at, PeriodNS: 4e6, Channels: 1, Values: []int32{1, 2, 3}}, arrive); err != nil {
				t.Fatal(err)
			}
			index += 3
			at += 50_000
		}
		for range 3 { // the last wrong tally is settled, then a true one
			r.Tally(sender.Tally(index), at)
			at += care.Stamp(settle.Microseconds())
			r.Tick(at, emit)
		}
		if lost := index/3 - got/3; lost > dear {
			t.Fatalf("%d of %d frames lost to wrong numbers, at most %d may be", lost, index/3, dear)
		}
		a := r.Account(sender.Tally(index))
		if a.Open != 0 || a.Missing() != 0 || a.Sent != index || a.Received != got {
			t.Fatalf("books %+v after %d samples, %d of which came", a, index, got)
		}
	})
}

// A channel that was away for long goes on with the second frame behind the hole.
func TestReceiverFollowsARealJump(t *testing.T) {
	for _, away := range []int{maxAlone, maxAlone + 1, 3000, maxAhead + 5, 1 << 20} {
		sender, r := Sender{key: "k"}, Receiver{}
		at, index, got := noon, int64(0), 0
		emit := func(f *Frame) {
			if f.Kind == KindSamples {
				got++
			}
		}
		send := func(arrives bool) {
			put := func(b []byte) bool { return !arrives || r.Receive(b, at, emit) == nil }
			if err := sender.Samples(Samples{First: index, Start: at, PeriodNS: 4e6, Channels: 1, Values: []int32{1}}, put); err != nil {
				t.Fatal(err)
			}
			index++
			at += 50_000
		}
		send(true)
		for range away {
			send(false)
		}
		for range 10 {
			send(true)
		}
		r.Tick(at, emit)
		if c := r.Counts(); got != 11 || c.FramesLost != int64(away) || c.Lost != int64(away) || c.Unreadable != 0 {
			t.Errorf("%d frames away: %d of 11 came, books %+v", away, got, c)
		}
	}

	// One alone waits for company or a tally, and is taken when nothing comes at all.
	for _, told := range []bool{false, true} {
		sender, r := Sender{key: "k", seq: 1000}, Receiver{}
		var got int
		emit := func(*Frame) { got++ }
		if err := sender.Frame(Frame{Kind: KindTrend, Trend: &Trend{At: noon}}, func(b []byte) bool { return r.Receive(b, noon, emit) == nil }); err != nil {
			t.Fatal(err)
		}
		wait := doubt
		if told {
			wait = settle
			r.Tally(sender.Tally(0), noon)
		}
		r.Tick(noon.Add(wait-1e6), emit)
		before := got
		r.Tick(noon.Add(wait), emit)
		r.Tick(noon.Add(wait+1e6), emit)
		if c := r.Counts(); before != 0 || got != 1 || c.FramesLost != 1000 || c.Frames != 1 {
			t.Errorf("tally %v: a frame alone is given out %d times at first, then %d, books %+v", told, before, got, c)
		}
	}
}

// Frames one after the other cost nothing but time.
func TestReceiverDoesNotAllocate(t *testing.T) {
	f := ecgFrame()
	var r Receiver
	r.next = f.Seq
	var buf []byte
	emit := func(*Frame) {}
	at := noon
	allocs := testing.AllocsPerRun(200, func() {
		first := f
		run := *f.Samples
		first.Samples = &run
		run.First, run.Start, run.Sent = run.First+13, run.Start+52_000, run.Sent+13
		first.Seq++
		for _, g := range []*Frame{&first, &f} { // the second one first
			buf, _ = g.Append(buf[:0])
			if err := r.Receive(buf, at, emit); err != nil {
				t.Fatal(err)
			}
		}
		f.Seq += 2
		f.Samples.First, f.Samples.Start, f.Samples.Sent = run.First+13, run.Start+52_000, run.Sent+13
		at += 104_000
	})
	if c := r.Counts(); c.FramesLost != 0 || c.Frames < 400 {
		t.Fatalf("books %+v", c)
	}
	if allocs > 3 { // the test's own two copies
		t.Errorf("%v allocations for two frames in the wrong order", allocs)
	}
}

func BenchmarkReceive(b *testing.B) {
	f := ecgFrame()
	r := Receiver{next: f.Seq}
	var buf []byte
	emit := func(*Frame) {}
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = f.Append(buf[:0])
		if err := r.Receive(buf, noon, emit); err != nil {
			b.Fatal(err)
		}
		f.Seq++
		f.Samples.First += 13
		f.Samples.Sent += 13
		f.Samples.Start += 52_000
	}
}
