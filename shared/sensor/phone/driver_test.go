package phone

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"math"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/sensor/sensortest"
	"hearth/shared/telemetry"
)

const restTrace = "testdata/rest.bin"

var record = flag.Bool("record", false, "write testdata/rest.bin anew")

// at is what a phone on a table tells at an instant, in ms.
func at(ms float64) Event {
	return Event{At: ms, Acc: [3]float64{0.1 * math.Sin(ms/300), 0, 9.81}, Turn: [3]float64{0, 1.5 * math.Cos(ms/300), math.NaN()}}
}

// TestRecord writes the trace of a made-up phone when it is asked to, and else checks that the one there is still the
// same: go test ./shared/sensor/phone -record.
func TestRecord(t *testing.T) {
	const start care.Stamp = 1_780_000_000_000_000
	var file bytes.Buffer
	r := sensortest.NewRecorder(&file)
	r.Answer(Rate, []byte{60})
	p := newPacker(60)
	for i := range 21 * 60 {
		ms := 5000 + float64(i)*1000/60
		if packet := p.add(at(ms)); packet != nil {
			r.Notification(sensor.Notification{From: Motion, At: start.Add(time.Duration(ms * 1e6)), Bytes: packet})
		}
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	if *record {
		if err := os.WriteFile(restTrace, file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(restTrace); err != nil || !bytes.Equal(kept, file.Bytes()) {
		t.Errorf("the phone tells something else than the trace holds (%v): record it anew if that is meant", err)
	}
}

func TestDriver(t *testing.T) { sensortest.Run(t, Driver{}, os.DirFS("."), restTrace) }

func FuzzDecode(f *testing.F) { sensortest.Fuzz(f, Driver{}, os.DirFS("."), restTrace) }

// TestPacked: what is told is what is decoded, a hole lies between two packets, and what says nothing is passed over.
func TestPacked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.SampledFrom([]byte{50, 60, 100}).Draw(t, "rate")
		period := 1000 / float64(rate)
		p, d := newPacker(rate), &decoder{streams: []sensor.Stream{stream(float64(rate))}}
		ms, told, values := 1000.0, 0, 0
		line := sensor.NewTimeline(d.streams[0])
		missed, lost, held := 0, int64(0), 0
		for range rapid.IntRange(20, 300).Draw(t, "events") {
			ms += period
			if rapid.IntRange(0, 40).Draw(t, "luck") == 0 {
				ms += 2 * period
				if told > 0 {
					held += 2
				}
			}
			told++
			packet := p.add(at(ms))
			p.add(Event{At: ms, Acc: [3]float64{math.NaN()}})
			if packet == nil {
				continue
			}
			blocks, err := d.Decode(sensor.Notification{From: Motion, Bytes: packet}, nil)
			if err != nil {
				t.Fatal(err)
			}
			b := blocks[0]
			n := len(b.Values) / channels
			values += n
			place := line.Place(n, b.Tick, b.Anchor, care.Stamp(1e15+ms*1000))
			if place.Placement != sensor.Placed {
				t.Fatalf("a packet at %.1f ms is placed %d", ms, place.Placement)
			}
			if place.Gap != nil {
				lost += place.Gap.Lost
			}
			missed = held
			for i := range n {
				if v := b.Values[i*channels+2]; v != 981 {
					t.Fatalf("gravity is %d", v)
				}
				if v := b.Values[i*channels+5]; v != telemetry.NoValue {
					t.Fatalf("what was not told is %d", v)
				}
			}
		}
		if waiting := len(p.body) / 2 / channels; values+waiting != told {
			t.Fatalf("%d of %d events in packets, %d wait", values, told, waiting)
		}
		if lost > int64(missed) || lost < int64(missed)-2 {
			t.Fatalf("%d samples named lost, %d are", lost, missed)
		}
	})
}

func TestRateOf(t *testing.T) {
	for _, c := range []struct {
		apart float64
		want  byte
		ok    bool
	}{{16.7, 60, true}, {16, 60, true}, {20, 50, true}, {10, 100, true}, {40, 25, true}, {1, 0, false}, {1000, 0, false}} {
		var events []Event
		for i := range 24 {
			events = append(events, at(float64(i)*c.apart+float64(i%3)/10))
		}
		if rate, ok := rateOf(events); rate != c.want || ok != c.ok {
			t.Errorf("%.1f ms apart: %d, %v", c.apart, rate, ok)
		}
	}
	if _, ok := rateOf(make([]Event, 24)); ok {
		t.Error("events at one instant have a rate")
	}
}

// tells is a source tests speak for.
type tells struct {
	denied error
	period time.Duration // 0: it never says anything
	on     int
}

func (s *tells) Permit(context.Context) error { return s.denied }

func (s *tells) Listen(f func(Event)) (stop func()) {
	s.on++
	ended, over := make(chan struct{}), make(chan struct{})
	began := time.Now()
	go func() {
		defer close(over)
		for s.period > 0 {
			select {
			case <-time.After(s.period):
				f(at(float64(time.Since(began).Microseconds()) / 1000))
			case <-ended:
				return
			}
		}
	}()
	return func() { s.on--; close(ended); <-over }
}

// TestTheWholeWay: permission, rate, packets, the end.
func TestTheWholeWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &tells{period: 20 * time.Millisecond}
		a := NewAdapter(s, time.Now)
		device, err := a.Request(t.Context(), Driver{})
		if err != nil {
			t.Fatal(err)
		}
		link, err := device.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		d, err := Driver{}.Prepare(t.Context(), link, nil)
		if err != nil || d.Streams()[0].Rate != 50 {
			t.Fatalf("%v, %v", d, err)
		}
		time.Sleep(time.Second)
		link.Close()
		link.Close()
		packets := 0
		for n := range link.Notifications() {
			if _, err := d.Decode(n, nil); err != nil {
				t.Error(err)
			}
			packets++
		}
		if packets < 9 || packets > 10 || s.on != 0 {
			t.Errorf("%d packets in a second, %d listen still", packets, s.on)
		}
		if _, err := link.Read(t.Context(), Rate); !errors.Is(err, sensor.ErrLost) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestNothingTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &tells{denied: ErrDenied}
		if _, err := NewAdapter(s, time.Now).Request(t.Context(), Driver{}); !errors.Is(err, sensor.ErrForbidden) {
			t.Errorf("denied: %v", err)
		}
		s.denied = nil
		device, err := NewAdapter(s, time.Now).Request(t.Context(), Driver{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := device.Connect(t.Context()); !errors.Is(err, ErrNone) || !errors.Is(err, sensor.ErrUnavailable) || s.on != 0 {
			t.Errorf("silence: %v, %d listen still", err, s.on)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	d := &decoder{streams: []sensor.Stream{stream(60)}}
	n := sensor.Notification{From: Motion, Bytes: append(binary.LittleEndian.AppendUint64(nil, 1), make([]byte, 8*2*channels)...)}
	var blocks []sensor.Block
	b.ReportAllocs()
	for b.Loop() {
		blocks, _ = d.Decode(n, blocks[:0])
	}
}
