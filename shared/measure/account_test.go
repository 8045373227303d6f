package measure

import (
	"math"
	"testing"
	"time"

	"hearth/shared/access"
	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/telemetry"

	"pgregory.net/rapid"
)

// numbered is a decoder of packets that say everything themselves: a stamp in samples, and values that count.
type numbered struct {
	streams []sensor.Stream
	next    sensor.Block
}

func (d *numbered) Streams() []sensor.Stream { return d.streams }

func (d *numbered) Decode(sensor.Notification, []sensor.Block) ([]sensor.Block, error) {
	return []sensor.Block{d.next}, nil
}

func numberedStreams() []sensor.Stream {
	return []sensor.Stream{{
		Key: "movement", Signal: access.Movement, Rate: 100, Channels: []telemetry.Channel{{Name: "x", Unit: "1", Scale: 1}, {Name: "y", Unit: "1", Scale: 1}},
		Clock: sensor.Clock{Bits: 64, Hz: 100},
	}}
}

// ledger follows the frames of a stream as a receiver would.
type ledger struct {
	t      interface{ Fatalf(string, ...any) }
	index  int64
	last   care.Stamp
	framed map[int32]int // value → how often it was in a frame
	lost   int64
	frames int
}

func (l *ledger) see(f telemetry.Frame) {
	l.frames++
	switch {
	case f.Gap != nil:
		if f.Gap.From < l.last || f.Gap.To < f.Gap.From || f.Gap.Lost < 0 {
			l.t.Fatalf("gap %+v after %d", *f.Gap, l.last)
		}
		l.index += f.Gap.Lost
		l.lost += f.Gap.Lost
	case f.Samples != nil:
		s := *f.Samples
		if s.First != l.index || s.Start <= l.last || s.Count() == 0 || s.Count()*s.Channels != len(s.Values) {
			l.t.Fatalf("frame of %d from %d at %d, expected %d after %d", s.Count(), s.First, s.Start, l.index, l.last)
		}
		for i := 0; i < len(s.Values); i += s.Channels {
			if s.Values[i+1] != -s.Values[i] {
				l.t.Fatalf("the channels of sample %d fell apart", s.Values[i])
			}
			l.framed[s.Values[i]]++
		}
		l.index += int64(s.Count())
		l.last = s.Start + care.Stamp(int64(s.Count()-1)*int64(s.PeriodNS)/1000)
		if _, err := f.Append(nil); err != nil {
			l.t.Fatalf("a frame that cannot be sent: %v", err)
		}
	default:
		l.t.Fatalf("movement makes a frame of kind %d", f.Kind)
	}
}

// Whatever the way does to the packets, every decoded sample is in one frame, once, or counted as refused, late or
// doubled; what the device's counter says is missing is named; and a device that begins anew loses nothing unnamed.
func TestEverySampleIsAccountedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dec := &numbered{streams: numberedStreams()}
		s, err := New("numbered", sensor.Description{Key: "numbered", Streams: dec.streams})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Begin(dec); err != nil {
			t.Fatal(err)
		}
		st := s.Streams()[0]
		book := &ledger{t: t, framed: map[int32]int{}}
		var fed int64
		tick, arrival, value := uint64(1000), noon, int32(0)
		type packet struct {
			tick   uint64
			values []int32
		}
		make1 := func() packet {
			n := rapid.IntRange(1, 30).Draw(t, "samples")
			p := packet{tick: tick}
			for range n {
				value++
				p.values = append(p.values, value, -value)
			}
			tick += uint64(n)
			arrival = arrival.Add(time.Duration(n) * 10 * time.Millisecond)
			return p
		}
		give := func(p packet) {
			dec.next = sensor.Block{Tick: p.tick, Values: p.values}
			if err := s.Feed(sensor.Notification{At: arrival + care.Stamp(rapid.IntRange(0, 40_000).Draw(t, "air"))}); err != nil {
				t.Fatal(err)
			}
			fed += int64(len(p.values) / 2)
			for _, f := range st.Take() {
				book.see(f)
			}
		}
		last := make1()
		give(last)
		for range rapid.IntRange(5, 60).Draw(t, "steps") {
			switch rapid.SampledFrom([]string{"", "", "", "", "lost", "twice", "overtaken", "restart", "junk", "link", "rate"}).Draw(t, "what") {
			case "lost":
				make1()
			case "twice":
				give(last)
			case "overtaken":
				a, b := make1(), make1()
				give(b)
				give(a)
			case "restart":
				tick = uint64(rapid.IntRange(0, 2000).Draw(t, "boot"))
			case "junk":
				p := make1()
				p.tick = rapid.Uint64().Draw(t, "tick")
				give(p)
			case "link":
				s.Lose(telemetry.CauseLink)
				for _, f := range st.Take() {
					book.see(f)
				}
				away := rapid.IntRange(0, 500).Draw(t, "away")
				tick += uint64(away)
				arrival = arrival.Add(time.Duration(away) * 10 * time.Millisecond)
				if err := s.Begin(dec); err != nil {
					t.Fatal(err)
				}
			case "rate":
				dec.streams = numberedStreams()
				dec.streams[0].Clock.Bits = rapid.SampledFrom([]int{32, 64}).Draw(t, "bits")
				if err := s.Begin(dec); err != nil {
					t.Fatal(err)
				}
			default:
				last = make1()
				give(last)
			}
		}
		s.Lose(telemetry.CausePaused)
		for _, f := range st.Take() {
			book.see(f)
		}
		c := st.Count()
		if c.Decoded != fed || c.Decoded != c.Placed+c.Twice+c.Late+c.Refused+c.Filled || c.Lost != book.lost {
			t.Fatalf("%d fed, counted %+v, named lost %d", fed, c, book.lost)
		}
		if got := int64(len(book.framed)); got > c.Placed {
			t.Fatalf("%d placed, %d in frames", c.Placed, got)
		}
		total := int64(0)
		for _, n := range book.framed {
			total += int64(n)
		}
		if total != c.Placed {
			t.Fatalf("%d placed, %d in frames", c.Placed, total)
		}
		if book.index != c.Placed+c.Lost {
			t.Fatalf("the index is %d after %d placed and %d lost", book.index, c.Placed, c.Lost)
		}
	})
}

// Every frame says when the packet that filled it came.
func TestFramesSayWhenTheyCame(t *testing.T) {
	src := demo.NewSource(demo.Options{Start: noon})
	s, err := New("demo", demo.Driver{}.Describe())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Begin(demo.NewDecoder()); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for range 100 {
		n := src.Next().Notification
		if err := s.Feed(n); err != nil {
			t.Fatal(err)
		}
		for _, st := range s.Streams() {
			for _, f := range st.Take() {
				if f.Samples == nil {
					continue
				}
				seen++
				if f.Samples.Came != n.At {
					t.Fatalf("frame %d says %d, its packet came at %d", seen, f.Samples.Came, n.At)
				}
			}
		}
	}
	if seen < 50 {
		t.Errorf("%d frames of 100 packets", seen)
	}
}

// BenchmarkSecond is what one second of a device costs, from bytes to frames: 0.08 ms on one core of a server
// (go test -bench Second ./shared/measure).
func BenchmarkSecond(b *testing.B) {
	src := demo.NewSource(demo.Options{Start: noon})
	var seconds [][]sensor.Notification
	for range 400 {
		var of []sensor.Notification
		for until := src.Truth().Now + 1; src.Truth().Now < until; {
			of = append(of, src.Next().Notification)
		}
		seconds = append(seconds, of)
	}
	s, err := New("demo", demo.Driver{}.Describe())
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Begin(demo.NewDecoder()); err != nil {
		b.Fatal(err)
	}
	for _, of := range seconds[:320] { // the windows are full
		feedAll(b, s, of)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if i%80 == 0 && i > 0 {
			b.StopTimer()
			s.Lose(telemetry.CauseLink)
			if err := s.Begin(demo.NewDecoder()); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		feedAll(b, s, seconds[320+i%80])
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*3600, "s/hour")
}

func feedAll(b *testing.B, s *Sensor, of []sensor.Notification) {
	for _, n := range of {
		if err := s.Feed(n); err != nil {
			b.Fatal(err)
		}
	}
	for _, st := range s.Streams() {
		st.Take()
	}
}

// A device that comes back at another rate is measured on: beats keep their numbers, none is tied over the gap.
func TestAnotherRateGoesOn(t *testing.T) {
	p := mustPlay(t, demo.Options{Scenario: demo.Steady, Seed: 2})
	p.mustRun(t, 40*time.Second)
	s, st := p.sensor, p.sensor.Streams()[0]
	before := st.Beats(nil)
	kinds := demo.NewDecoder().Streams()
	kinds[0].Rate = 125
	half, read := &numbered{streams: kinds}, demo.NewDecoder()
	s.Lose(telemetry.CauseLink)
	if err := s.Begin(half); err != nil {
		t.Fatal(err)
	}
	book := &ledger{t: t, framed: map[int32]int{}}
	var gaps []telemetry.Gap
	for s.Latest().Sub(noon) < 80*time.Second {
		e := p.source.Next()
		if e.From != demo.ECG {
			continue
		}
		blocks, err := read.Decode(e.Notification, nil)
		if err != nil {
			t.Fatal(err)
		}
		half.next = sensor.Block{Tick: blocks[0].Tick}
		for i := 0; i < len(blocks[0].Values); i += 2 {
			half.next.Values = append(half.next.Values, blocks[0].Values[i])
		}
		if err := s.Feed(e.Notification); err != nil {
			t.Fatal(err)
		}
		for _, f := range st.Take() {
			switch {
			case f.Gap != nil:
				gaps = append(gaps, *f.Gap)
			case f.Samples != nil:
				if f.Samples.Start <= book.last || f.Samples.PeriodNS < 7_990_000 || f.Samples.PeriodNS > 8_010_000 {
					t.Fatalf("a frame at %d after %d, %d ns apart", f.Samples.Start, book.last, f.Samples.PeriodNS)
				}
				book.last = f.Samples.Start
			}
		}
	}
	if len(gaps) != 1 || gaps[0].Cause != telemetry.CauseRestart {
		t.Errorf("gaps %+v", gaps)
	}
	tied := 0
	after := st.Beats(nil)
	for i, b := range after {
		if i > 0 && b.N != after[i-1].N+1 {
			t.Errorf("beat %d follows %d", b.N, after[i-1].N)
		}
		if b.N == before[len(before)-1].N+1 && b.RR == 0 && b.Flags&telemetry.AfterGap != 0 {
			tied++
		}
	}
	if tied != 1 {
		t.Errorf("the first beat at the new rate is not marked: %+v", after)
	}
	if tr := st.Trend(); math.Abs(float64(tr.HR)-72) > 1 {
		t.Errorf("heart rate %.1f", tr.HR)
	}
}

// What no driver should do does no harm.
func TestStrangeDecoders(t *testing.T) {
	dec := &numbered{streams: numberedStreams()}
	s, err := New("numbered", sensor.Description{Key: "numbered", Streams: dec.streams})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Feed(sensor.Notification{At: noon}); err == nil {
		t.Error("a packet without a link is taken")
	}
	if err := s.Begin(demo.NewDecoder()); err == nil {
		t.Error("a decoder of other signals is taken")
	}
	if err := s.Begin(dec); err != nil {
		t.Fatal(err)
	}
	for _, b := range []sensor.Block{{Stream: -1, Values: []int32{1, 2}}, {Stream: 1, Values: []int32{1, 2}}, {}, {Values: []int32{1, 2, 3}}} {
		dec.next = b
		if err := s.Feed(sensor.Notification{At: noon}); err != nil {
			t.Fatal(err)
		}
	}
	if c := s.Streams()[0].Count(); c.Decoded != 0 || s.Broken() != 5 {
		t.Errorf("%+v of %d broken packets", c, s.Broken())
	}
	if err := s.Feed(sensor.Notification{From: sensor.BatteryLevel, Bytes: []byte{101}}); err == nil || s.Battery() != -1 {
		t.Errorf("a battery at 101 %%: %v, %d", err, s.Battery())
	}
	if _, err := New("x", sensor.Description{Streams: []sensor.Stream{{}}}); err == nil {
		t.Error("a stream of nothing is measured")
	}
}
