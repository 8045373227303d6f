package measure

import (
	"fmt"
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

func (d *numbered) Decode(sensor.Characteristic, []byte, []sensor.Block) ([]sensor.Block, error) {
	return []sensor.Block{d.next}, nil
}

func numberedStreams() []sensor.Stream {
	return []sensor.Stream{{
		Signal: access.Movement, Rate: 100, Channels: []telemetry.Channel{{Name: "x", Unit: "1", Scale: 1}, {Name: "y", Unit: "1", Scale: 1}},
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
		if c.Decoded != fed || c.Decoded != c.Placed+c.Twice+c.Late+c.Refused || c.Lost != book.lost {
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

// Every trouble a device can have ends in marked gaps and true numbers, never in wrong ones.
func TestTroublesLeaveMarks(t *testing.T) {
	for _, trouble := range demo.Troubles() {
		t.Run(string(trouble), func(t *testing.T) {
			p := mustPlay(t, demo.Options{Scenario: demo.Steady, Seed: 11, Plan: []demo.Disturbance{{Trouble: trouble, At: 90 * time.Second, For: 20 * time.Second}}})
			var causes []telemetry.Cause
			var lost int64
			var why telemetry.Reason
			index := map[*Stream]int64{}
			wrong := 0
			p.see = func(st *Stream, f telemetry.Frame) {
				switch {
				case f.Gap != nil:
					index[st] += f.Gap.Lost
					if st.Signal() == access.ECG {
						causes = append(causes, f.Gap.Cause)
						lost += f.Gap.Lost
					}
				case f.Samples != nil:
					if f.Samples.First != index[st] {
						t.Errorf("frame from %d, expected %d", f.Samples.First, index[st])
					}
					index[st] += int64(f.Samples.Count())
				case f.Trend != nil:
					at := f.Trend.At.Sub(noon)
					if at > 90*time.Second && at < 110*time.Second {
						why |= f.Trend.Why
					}
					if hr := float64(f.Trend.HR); at > 20*time.Second && math.Abs(hr-72) > 4 { // NaN is not wrong
						wrong++
						t.Logf("at %v heart rate %.1f, quality %d, why %b", at, hr, f.Trend.Quality, f.Trend.Why)
					}
					if mean := float64(f.Trend.MeanHR); at > 65*time.Second && math.Abs(mean-72) > 2 {
						t.Errorf("at %v mean heart rate %.1f, why %b", at, mean, f.Trend.Why)
					}
				}
			}
			p.mustRun(t, 4*time.Minute)
			if wrong > 0 && trouble != demo.Motion && trouble != demo.Muscle {
				t.Errorf("%d wrong heart rates", wrong)
			}
			st := p.sensor.Streams()[0]
			if tr := st.Trend(); math.Abs(float64(tr.HR)-72) > 1 || !st.Contact() || st.Quality() < 60 {
				t.Errorf("two minutes later: heart rate %.1f, quality %d, contact %v", tr.HR, st.Quality(), st.Contact())
			}
			want := map[demo.Trouble]string{
				demo.LinkLoss: "[1] true", demo.Restart: "[4] true",
			}[trouble]
			if trouble == demo.PacketLoss {
				if len(causes) < 90 || causes[0] != telemetry.CausePacket || lost < 100*16 || lost > 110*16 {
					t.Errorf("%d gaps, %d lost", len(causes), lost)
				}
			} else if got := fmt.Sprint(causes, lost > 0); want != "" && got != want || want == "" && len(causes) > 0 {
				t.Errorf("gaps by %s, want %s", got, want)
			}
			if trouble == demo.LeadOff && why&telemetry.NoContact == 0 {
				t.Errorf("an electrode off is told as %b", why)
			}
			if trouble == demo.LowBattery && p.sensor.Battery() != 87 {
				t.Errorf("battery %d", p.sensor.Battery())
			}
		})
	}
}

// How samples are packed changes nothing: same beats at the same places, same trends.
func TestPackingChangesNothing(t *testing.T) {
	type result struct {
		beats  []telemetry.Beat
		trends []telemetry.Trend
		values []int32
	}
	run := func(group int) result {
		kind := demo.Driver{}.Describe().Streams[:1]
		dec := &numbered{streams: kind}
		s, err := New("demo", sensor.Description{Key: "demo", Streams: kind})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Begin(dec); err != nil {
			t.Fatal(err)
		}
		src, read := demo.NewSource(demo.Options{Scenario: demo.Rest, Seed: 8, Start: noon}), demo.NewDecoder()
		var r result
		var all []int32
		for len(all) < 250*90 {
			if e := src.Next(); e.From == demo.ECG {
				b, err := read.Decode(e.From, e.Bytes, nil)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, b[0].Values...)
			}
		}
		seen := map[uint32]bool{}
		for i := 0; i < 250*90; i += group {
			end := min(i+group, 250*90)
			dec.next = sensor.Block{Tick: uint64(i) * 4000, Values: all[i:end]}
			if err := s.Feed(sensor.Notification{At: noon + care.Stamp(end-1)*4000 + 5000}); err != nil {
				t.Fatal(err)
			}
			for _, f := range s.Streams()[0].Take() {
				for _, b := range f.Beats {
					if !seen[b.N] {
						seen[b.N] = true
						r.beats = append(r.beats, b)
					}
				}
				if f.Trend != nil {
					r.trends = append(r.trends, *f.Trend)
				}
				if f.Samples != nil {
					r.values = append(r.values, f.Samples.Values...)
				}
			}
		}
		return r
	}
	want := run(16)
	if len(want.beats) < 95 || len(want.trends) != 90 {
		t.Fatalf("%d beats, %d trends in 90 s", len(want.beats), len(want.trends))
	}
	for _, group := range []int{1, 7, 73, 500} {
		got := run(group)
		if len(got.beats) != len(want.beats) || len(got.trends) != len(want.trends) {
			t.Fatalf("by %d: %d beats, %d trends, want %d, %d", group, len(got.beats), len(got.trends), len(want.beats), len(want.trends))
		}
		for i, b := range got.beats {
			w := want.beats[i]
			if b.N != w.N || (b.At-w.At) > 50 || (w.At-b.At) > 50 || math.Abs(float64(b.RR-w.RR)) > 0.05 || b.Flags != w.Flags || b.Quality != w.Quality {
				t.Errorf("by %d: beat %+v, want %+v", group, b, w)
			}
		}
		for i, tr := range got.trends {
			w := want.trends[i]
			if !same(tr.HR, float64(w.HR), 0.01, 0) || !same(tr.RMSSD, float64(w.RMSSD), 0.05, 0) || tr.Why != w.Why || tr.Quality != w.Quality {
				t.Errorf("by %d: trend %+v, want %+v", group, tr, w)
			}
		}
	}
}

func TestFrameRate(t *testing.T) {
	p := mustPlay(t, demo.Options{Scenario: demo.Exposure})
	perSecond := map[string]int{}
	p.see = func(st *Stream, f telemetry.Frame) {
		perSecond[fmt.Sprint(st.Key(), p.sensor.Latest().Sub(noon)/time.Second)]++
	}
	p.mustRun(t, time.Minute)
	for second, n := range perSecond {
		if n > 20 {
			t.Errorf("%s: %d frames in a second", second, n)
		}
	}
}

// BenchmarkSecond is what one second of a device costs, from bytes to frames.
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
