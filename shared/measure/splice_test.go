package measure

import (
	"math"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/telemetry"
)

// kept is a decoder that hands on what it is given.
type kept struct {
	streams []sensor.Stream
	next    []sensor.Block
}

func (d *kept) Streams() []sensor.Stream { return d.streams }

func (d *kept) Decode(sensor.Notification, []sensor.Block) ([]sensor.Block, error) {
	return d.next, nil
}

// recording is a minute and a half of a made-up heart, packet by packet.
func recording(t *testing.T, length time.Duration) (blocks []sensor.Block, at []care.Stamp) {
	t.Helper()
	src, read := demo.NewSource(demo.Options{Scenario: demo.Steady, Seed: 3, Start: noon}), demo.NewDecoder()
	for {
		e := src.Next()
		if e.Notification.At > noon.Add(length) {
			return blocks, at
		}
		if e.From != demo.ECG {
			continue
		}
		b, err := read.Decode(e.Notification, nil)
		if err != nil {
			t.Fatal(err)
		}
		b[0].Values = append([]int32(nil), b[0].Values...)
		blocks, at = append(blocks, b[0]), append(at, e.Notification.At)
	}
}

// What a device kept without a link comes into the gap it belongs to: beats and numbers of it are in the history, marked;
// what is told live, before and after, is the same to the last bit; and the books close.
func TestKeptBlocksFillTheirGap(t *testing.T) {
	blocks, at := recording(t, 100*time.Second)
	away := func(i int) bool { d := at[i].Sub(noon); return d > 30*time.Second && d < 60*time.Second }
	run := func(fill bool) (live []telemetry.Frame, st *Stream) {
		dec := &kept{streams: demo.Driver{}.Describe().Streams[:1]}
		s, err := New("demo", sensor.Description{Key: "demo", Streams: dec.streams})
		if err != nil {
			t.Fatal(err)
		}
		st = s.Streams()[0]
		begin := func() {
			if err := s.Begin(dec); err != nil {
				t.Fatal(err)
			}
		}
		begin()
		feed := func(i int, b sensor.Block) {
			dec.next = []sensor.Block{b}
			if err := s.Feed(sensor.Notification{From: demo.ECG, At: at[i]}); err != nil {
				t.Fatal(err)
			}
			live = append(live, st.Take()...)
		}
		lost, next, early := false, 0, 0
		for i, b := range blocks {
			if away(i) {
				if !lost {
					lost = true
					s.Lose(telemetry.CauseLink)
					next, early = i, i+300
					begin()
				}
				for ; fill && next < early; next++ { // some of it before the first live packet
					k := blocks[next]
					k.Past = true
					feed(i, k)
				}
				continue
			}
			feed(i, b)
			for n := 0; fill && lost && n < 4 && next < len(blocks); n++ { // the log comes between live packets, some of it twice
				k := blocks[next]
				k.Past = true
				feed(i, k)
				if next%7 == 0 {
					feed(i, k)
				}
				next++
			}
		}
		return live, st
	}
	filled, st := run(true)
	plain, bare := run(false)
	if len(filled) != len(plain) {
		t.Fatalf("%d live frames, without the log %d", len(filled), len(plain))
	}
	for i := range plain {
		a, errA := filled[i].Append(nil)
		b, errB := plain[i].Append(nil)
		if string(a) != string(b) || errA != nil || errB != nil {
			t.Fatalf("live frame %d differs: %+v, %+v", i, filled[i], plain[i])
		}
	}
	from, to := noon.Add(30*time.Second), noon.Add(60*time.Second)
	if gaps := bare.History().Gaps(from, to); len(gaps) != 1 || len(bare.History().Trends(from.Add(time.Second), to.Add(-time.Second))) != 0 {
		t.Fatalf("without the log the gap is %+v", gaps)
	}
	h := st.History()
	if gaps := h.Gaps(noon, noon.Add(2*time.Minute)); len(gaps) != 0 {
		t.Errorf("still missing: %+v", gaps)
	}
	beats, good := h.Beats(from.Add(time.Second), to.Add(-2*time.Second)), 0
	for i, b := range beats {
		if b.Flags&telemetry.Filled == 0 || i > 0 && b.At <= beats[i-1].At {
			t.Errorf("beat %d: %+v", i, b)
		}
		if math.Abs(60_000/float64(b.RR)-72) < 12 {
			good++
		}
	}
	if good < 25 || len(beats) > 36 {
		t.Errorf("%d beats in 27 s at 72 a minute, %d of them with their interval", len(beats), good)
	}
	trends := h.Trends(from.Add(10*time.Second), to.Add(-100*time.Millisecond))
	if len(trends) < 18 || len(trends) > 21 {
		t.Errorf("%d numbers in 20 s", len(trends))
	}
	for _, tr := range trends {
		if tr.Why&telemetry.Later == 0 || math.Abs(float64(tr.HR)-72) > 5 {
			t.Errorf("at %v: %+v", tr.At.Sub(noon), tr)
		}
	}
	for _, tr := range h.Trends(noon, from.Add(-100*time.Millisecond)) {
		if tr.Why&telemetry.Later != 0 {
			t.Errorf("a live number is marked: %+v", tr)
		}
	}
	c := st.Count()
	if c.Filled == 0 || c.Decoded != c.Placed+c.Twice+c.Late+c.Refused+c.Filled || c.Placed != bare.Count().Placed {
		t.Errorf("books: %+v", c)
	}
	if f, u, ok := st.Spliced(); !ok || f.Sub(from).Abs() > time.Second || u.Sub(to).Abs() > time.Second {
		t.Errorf("spliced from %v to %v", f.Sub(noon), u.Sub(noon))
	}
	if _, _, ok := st.Spliced(); ok {
		t.Error("told twice")
	}
}

func TestHistoryIsBounded(t *testing.T) {
	var h History
	at := noon
	for i := range 20_000 {
		at = at.Add(time.Second)
		h.keep([]telemetry.Frame{
			{Kind: telemetry.KindTrend, Trend: &telemetry.Trend{At: at}},
			{Kind: telemetry.KindBeats, Beats: []telemetry.Beat{{N: uint32(2 * i), At: at}, {N: uint32(2*i + 1), At: at + 9}}},
			{Kind: telemetry.KindBeats, Beats: []telemetry.Beat{{N: uint32(2 * i), At: at}, {N: uint32(2*i + 1), At: at + 9}}},
		})
		h.gap(telemetry.Gap{From: at + 20, To: at + 300_000, Lost: 10, Cause: telemetry.CausePacket})
	}
	if len(h.trends) > maxTrends || len(h.beats) > maxBeats || len(h.gaps) > maxGaps {
		t.Errorf("%d numbers, %d beats, %d gaps", len(h.trends), len(h.beats), len(h.gaps))
	}
	from := at.Add(-time.Minute)
	if a, b, c := len(h.Trends(from, at)), len(h.Beats(from, at)), len(h.Gaps(from, at)); a != 60 || b != 120 || c != 60 {
		t.Errorf("of the last minute %d numbers, %d beats, %d gaps", a, b, c)
	}
	if n := len(h.Trends(noon, noon.Add(time.Hour))); n != 0 {
		t.Errorf("%d numbers of five hours ago", n)
	}
	h.fill(at.Add(-time.Second), at.Add(time.Second), nil)
	if gaps := h.Gaps(from, at.Add(time.Second)); len(gaps) != 59 {
		t.Errorf("%d gaps after the last was filled", len(gaps))
	}
}
