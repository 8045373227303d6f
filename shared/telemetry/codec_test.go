package telemetry

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"hearth/shared/care"
)

const noon care.Stamp = 1_790_000_000_000_000

// drawSamples makes any run a frame may carry, up to n values a channel.
func drawSamples(t *rapid.T, n int) *Samples {
	channels := rapid.IntRange(1, MaxChannels).Draw(t, "channels")
	count := rapid.IntRange(1, n).Draw(t, "count")
	value := rapid.OneOf(rapid.Int32Range(-2000, 2000), rapid.Just(int32(NoValue)), rapid.Int32())
	return &Samples{
		First:    rapid.Int64Range(0, maxIndex).Draw(t, "first"),
		Sent:     rapid.Int64Range(0, maxIndex).Draw(t, "sent"),
		Start:    care.Stamp(rapid.Int64Range(int64(MinStamp), int64(MaxStamp)).Draw(t, "start")),
		Came:     care.Stamp(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(int64(MinStamp), int64(MaxStamp))).Draw(t, "came")),
		PeriodNS: rapid.Uint32Range(1, MaxPeriod).Draw(t, "period"),
		Channels: channels,
		Values:   rapid.SliceOfN(value, channels*count, channels*count).Draw(t, "values"),
	}
}

func drawFrame(t *rapid.T) Frame {
	stamp := rapid.Custom(func(t *rapid.T) care.Stamp {
		return care.Stamp(rapid.Int64Range(int64(MinStamp), int64(MaxStamp)).Draw(t, "stamp"))
	})
	f := Frame{Seq: rapid.Uint32().Draw(t, "seq"), Kind: Kind(rapid.IntRange(1, 4).Draw(t, "kind"))}
	switch f.Kind {
	case KindSamples:
		f.Samples = drawSamples(t, 24)
	case KindBeats:
		n := rapid.Uint32Range(0, math.MaxUint32-100).Draw(t, "n")
		for range rapid.IntRange(1, MaxBeats).Draw(t, "beats") {
			f.Beats = append(f.Beats, Beat{N: n, At: stamp.Draw(t, "at"), RR: rapid.Float32Range(0, maxRR).Draw(t, "rr"),
				Quality: rapid.Uint8Range(0, 100).Draw(t, "quality"), Flags: Flags(rapid.Byte().Draw(t, "flags")), Flaws: Flaws(rapid.Byte().Draw(t, "flaws"))})
			n += rapid.Uint32Range(1, 5).Draw(t, "step")
		}
	case KindTrend:
		v := func(name string) float32 {
			return rapid.OneOf(rapid.Float32Range(0, math.MaxFloat32), rapid.Just(float32(math.NaN()))).Draw(t, name)
		}
		f.Trend = &Trend{At: stamp.Draw(t, "at"), HR: v("hr"), MeanHR: v("mean"), RMSSD: v("rmssd"), SDNN: v("sdnn"),
			LF: v("lf"), HF: v("hf"), VLF: v("vlf"), Corrected: rapid.Float32Range(0, 1).Draw(t, "corrected"),
			Quality: rapid.Uint8Range(0, 100).Draw(t, "quality"), Window: rapid.Uint16().Draw(t, "window"),
			SDNN1: v("sdnn1"), SI: v("si"), Breath: v("breath"), Energy: v("energy"), Gyro: v("gyro"), Cadence: v("cadence"),
			Flaws: Flaws(rapid.Byte().Draw(t, "flaws")), Why: Reason(rapid.Uint16().Draw(t, "why"))}
	case KindGap:
		from, to := stamp.Draw(t, "from"), stamp.Draw(t, "to")
		f.Gap = &Gap{From: min(from, to), To: max(from, to), Lost: rapid.Int64Range(0, maxIndex).Draw(t, "lost"),
			Cause: Cause(rapid.IntRange(1, 6).Draw(t, "cause"))}
	}
	return f
}

// Every frame that may be said comes back as it was, or is refused for its length alone.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFrame(t)
		b, err := f.Append([]byte("before"))
		if errors.Is(err, ErrTooLong) {
			if string(b) != "before" {
				t.Fatalf("a refused frame left %d bytes behind", len(b)-6)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(b[6:])
		if err != nil {
			t.Fatalf("decode %x: %v", b[6:], err)
		}
		for _, of := range []Frame{got, f} {
			if of.Trend != nil {
				for _, v := range of.Trend.numbers() {
					if *v != *v {
						*v = -1 // NaN equals nothing
					}
				}
			}
		}
		if !reflect.DeepEqual(got, f) {
			t.Fatalf("got %+v\nwant %+v", got, f)
		}
	})
}

// A number that is not valid takes no room, and whatever its bits were, it is NaN at the other end.
func TestNaNIsNeverWritten(t *testing.T) {
	f := Frame{Kind: KindTrend, Trend: new(EmptyTrend(noon))}
	bare, err := f.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	f.Trend.SDNN, f.Trend.HR = math.Float32frombits(0xffc01234), 61.5
	b, err := f.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) != len(bare)+4 {
		t.Errorf("one number takes %d bytes, want 4", len(b)-len(bare))
	}
	got, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if got.Trend.HR != 61.5 || got.Trend.SDNN == got.Trend.SDNN {
		t.Errorf("got %+v", got.Trend)
	}
	at := bytes.Index(b, binary.LittleEndian.AppendUint32(nil, math.Float32bits(61.5)))
	for _, bits := range []uint32{0x7fc00000, 0xffc01234} {
		binary.LittleEndian.PutUint32(b[at:], bits)
		if _, err := Decode(b); !errors.Is(err, ErrFrame) {
			t.Errorf("NaN %08x on the wire: got %v, want ErrFrame", bits, err)
		}
	}
}

// A trend speaks of fourteen numbers: one that says it has another is of no version known here.
func TestUnknownNumbersAreRefused(t *testing.T) {
	f := Frame{Kind: KindTrend, Trend: new(EmptyTrend(noon))}
	b, err := f.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	mask := len(b) - 8 // before quality, flaws, window and why
	for bit := range 16 {
		spoilt := bytes.Clone(b)
		binary.LittleEndian.PutUint16(spoilt[mask:], 1<<bit)
		if bit < len(f.Trend.numbers()) {
			spoilt = slices.Insert(spoilt, mask+2, 0, 0, 128, 63) // 1
		}
		switch got, err := Decode(spoilt); {
		case bit >= len(f.Trend.numbers()):
			if !errors.Is(err, ErrFrame) {
				t.Errorf("number %d: got %v, want ErrFrame", bit, err)
			}
		case err != nil:
			t.Errorf("number %d: %v", bit, err)
		default:
			for i, v := range got.Trend.numbers() {
				if (*v == 1) != (i == bit) {
					t.Errorf("number %d set: number %d is %v", bit, i, *v)
				}
			}
		}
	}
}

// A decoder is refused what an encoder may not say.
func TestRefused(t *testing.T) {
	good := func() Frame {
		return Frame{Kind: KindSamples, Samples: &Samples{Start: noon, PeriodNS: 4e6, Channels: 1, Values: []int32{1, 2, 3}}}
	}
	for name, spoil := range map[string]func(*Frame){
		"no content":       func(f *Frame) { f.Samples = nil },
		"unknown kind":     func(f *Frame) { f.Kind = 9 },
		"no channel":       func(f *Frame) { f.Samples.Channels = 0 },
		"ten channels":     func(f *Frame) { f.Samples.Channels = 10 },
		"half an instant":  func(f *Frame) { f.Samples.Channels = 2 },
		"no period":        func(f *Frame) { f.Samples.PeriodNS = 0 },
		"the year 1970":    func(f *Frame) { f.Samples.Start = 5 },
		"came in 1970":     func(f *Frame) { f.Samples.Came = 5 },
		"the year 9999":    func(f *Frame) { f.Samples.Start = 253_402_300_799_000_000 },
		"a negative index": func(f *Frame) { f.Samples.First = -1 },
		"too many values":  func(f *Frame) { f.Samples.Values = make([]int32, MaxValues+1) },
		"nothing at all":   func(f *Frame) { f.Samples.Values = nil },
		"infinite rate":    func(f *Frame) { *f = Frame{Kind: KindTrend, Trend: &Trend{At: noon, HR: float32(math.Inf(1))}} },
		"negative rate":    func(f *Frame) { *f = Frame{Kind: KindTrend, Trend: &Trend{At: noon, HR: -1}} },
		"gap backwards":    func(f *Frame) { *f = Frame{Kind: KindGap, Gap: &Gap{From: noon, To: noon - 1, Cause: CauseLink}} },
		"gap without cause": func(f *Frame) {
			*f = Frame{Kind: KindGap, Gap: &Gap{From: noon, To: noon + 1}}
		},
		"beats twice": func(f *Frame) {
			*f = Frame{Kind: KindBeats, Beats: []Beat{{N: 4, At: noon}, {N: 4, At: noon}}}
		},
		"an interval of NaN": func(f *Frame) {
			*f = Frame{Kind: KindBeats, Beats: []Beat{{N: 4, At: noon, RR: float32(math.NaN())}}}
		},
	} {
		f := good()
		spoil(&f)
		if b, err := f.Append(nil); err == nil {
			t.Errorf("%s: encoded as %x", name, b)
		}
	}
	f := good()
	b, err := f.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Decode(append([]byte{Version + 1}, b[1:]...)); !errors.Is(err, ErrVersion) {
		t.Errorf("another version: got %v, want ErrVersion", err)
	}
	for n := range b {
		if _, err := Decode(b[:n]); !errors.Is(err, ErrFrame) {
			t.Errorf("cut to %d bytes: got %v, want ErrFrame", n, err)
		}
	}
	if _, err := Decode(append(b, 0)); !errors.Is(err, ErrFrame) {
		t.Errorf("a byte too many: got %v, want ErrFrame", err)
	}
}

// Whatever arrives, decoding does not panic, and what decodes encodes to the same bytes.
func FuzzDecode(f *testing.F) {
	nan := float32(math.NaN())
	for _, s := range []Frame{
		{Seq: 7, Kind: KindSamples, Samples: &Samples{First: 1000, Sent: 900, Start: noon, Came: noon + 31_000, PeriodNS: 4e6, Channels: 1, Values: []int32{5, NoValue, -70000, 2147483647, -2147483647}}},
		{Seq: math.MaxUint32, Kind: KindSamples, Samples: &Samples{First: 3, Start: noon, PeriodNS: 19230769, Channels: 9, Values: make([]int32, 45)}},
		{Seq: 1, Kind: KindBeats, Beats: []Beat{{N: 8, At: noon, RR: 812.5, Quality: 90}, {N: 9, At: noon + 800_000, Flags: Late | Poor}}},
		{Seq: 2, Kind: KindTrend, Trend: &Trend{At: noon, HR: 72, MeanHR: 70, RMSSD: 40, SDNN: nan, LF: nan, HF: nan, VLF: nan, Quality: 88, Window: 40, Why: Filling | Short}},
		{Seq: 3, Kind: KindGap, Gap: &Gap{From: noon, To: noon + 5e6, Lost: 1250, Cause: CauseLink}},
	} {
		b, err := s.Append(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{})
	f.Add([]byte{Version, byte(KindSamples), 0x80, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		frame, err := Decode(b)
		if err != nil {
			return
		}
		again, err := frame.Append(nil)
		if err != nil {
			t.Fatalf("decoded %x and cannot say it again: %v", b, err)
		}
		if !bytes.Equal(again, b) {
			t.Fatalf("decoded %x, encoded %x", b, again)
		}
	})
}

func ecgFrame() Frame {
	f := Frame{Seq: 123456, Kind: KindSamples, Samples: &Samples{First: 1_000_000, Sent: 990_000, Start: noon, Came: noon + 65_000, PeriodNS: 4e6, Channels: 1}}
	for i := range 13 {
		f.Samples.Values = append(f.Samples.Values, int32(300*math.Sin(float64(i))))
	}
	return f
}

func BenchmarkAppend(b *testing.B) {
	f := ecgFrame()
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = f.Append(buf[:0])
	}
	b.ReportMetric(float64(len(buf)), "B/frame")
}

func BenchmarkDecode(b *testing.B) {
	f := ecgFrame()
	wire, err := f.Append(nil)
	if err != nil {
		b.Fatal(err)
	}
	var d Decoder
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Decode(wire); err != nil {
			b.Fatal(err)
		}
	}
}
