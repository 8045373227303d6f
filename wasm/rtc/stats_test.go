package rtc

import (
	"math"
	"reflect"
	"testing"
	"time"
)

// Two moments a second apart become what a person can be told.
func TestSum(t *testing.T) {
	lines := CallLines()
	at := func(ms float64, r ...Report) []Report {
		for i := range r {
			r[i].Timestamp = ms
		}
		return r
	}
	before := at(1000,
		Report{ID: "i0", Type: "inbound-rtp", Line: 0, BytesReceived: 1000, PacketsReceived: 50, PacketsLost: 1, Samples: 48000, Concealed: 100},
		Report{ID: "i1", Type: "inbound-rtp", Line: 1, BytesReceived: 10_000, PacketsReceived: 100, FramesDecoded: 24, Frozen: 1},
		Report{ID: "o1", Type: "outbound-rtp", Line: 1, BytesSent: 5000, PacketsSent: 10, FramesEncoded: 10},
		Report{ID: "r1", Type: "remote-inbound-rtp", Line: -1, Local: "o1", PacketsReceived: 10, PacketsLost: 0})
	now := at(2000,
		Report{ID: "o1", Type: "outbound-rtp", Line: 1, BytesSent: 55_000, PacketsSent: 60, FramesEncoded: 25, FrameWidth: 640, FrameHeight: 360, Limited: "bandwidth"},
		Report{ID: "r1", Type: "remote-inbound-rtp", Line: -1, Local: "o1", PacketsReceived: 50, PacketsLost: 10, Jitter: 0.004, RoundTrip: 0.08},
		Report{ID: "i0", Type: "inbound-rtp", Line: 0, BytesReceived: 5000, PacketsReceived: 99, PacketsLost: 2, Jitter: 0.002, Samples: 96000,
			Concealed: 5380, ConcealedQuiet: 480, Level: 0.5, JBDelay: 96, JBCount: 1600},
		Report{ID: "i1", Type: "inbound-rtp", Line: 1, BytesReceived: 72_500, PacketsReceived: 180, FramesDecoded: 48, FrameWidth: 640, FrameHeight: 360, Frozen: 1.25},
		Report{ID: "o2", Type: "outbound-rtp", Line: 2, BytesSent: 9, Limited: "none"},
		Report{ID: "m0", Type: "media-source", Line: 0, Level: 0.25},
		Report{ID: "x", Type: "inbound-rtp", Line: 3, BytesReceived: 1}, Report{ID: "y", Type: "inbound-rtp", Line: -1},
		Report{ID: "p", Type: "candidate-pair", Line: -1, PairTrip: 0.04, Available: 640_000})
	want := Stats{Span: time.Second, RoundTrip: 40 * time.Millisecond, Available: 640_000, Lines: []LineStats{
		{Line: LineAudio, In: Flow{Bytes: 5000, Packets: 99, Lost: 2, Kbps: 32, Loss: 0.02, Jitter: 2 * time.Millisecond, Concealed: 0.1,
			Level: 0.5, Buffered: 60 * time.Millisecond}, Out: Flow{Level: 0.25}},
		{Line: LineCamera, In: Flow{Bytes: 72_500, Packets: 180, Kbps: 500, Rate: 24, Width: 640, Height: 360, Frozen: 250 * time.Millisecond},
			Out: Flow{Bytes: 55_000, Packets: 60, Lost: 10, Kbps: 400, Loss: 0.2, Jitter: 4 * time.Millisecond, RoundTrip: 80 * time.Millisecond,
				Rate: 15, Width: 640, Height: 360, Limited: "bandwidth"}},
		{Line: LineScreen, Out: Flow{Bytes: 9}}}}
	if got := Sum(lines, before, now); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	if got := Sum(lines, nil, now); got.Span != 0 || got.Line(LineCamera).Out.Kbps != 0 || got.Line(LineCamera).Out.Bytes != 55_000 {
		t.Errorf("with nothing to compare with: %+v", got)
	}
	if got := (Stats{}).Line("x"); got != (LineStats{Line: "x"}) {
		t.Errorf("of a line that is not there: %+v", got)
	}
}

// Browsers tell in three ways what got lost of what we sent; one packet is never all of them.
func TestWhatTheOtherPageLost(t *testing.T) {
	fraction := func(v float64) *float64 { return &v }
	for name, c := range map[string]struct {
		was, is Report
		want    float64
	}{
		"it counts parts":                 {Report{Fraction: fraction(0), Trips: 4}, Report{PacketsLost: 1, Fraction: fraction(0.02), Trips: 5}, 0.02},
		"the same report once more":       {Report{PacketsLost: 1, Fraction: fraction(0.5), Trips: 5}, Report{PacketsLost: 1, Fraction: fraction(0.5), Trips: 5}, 0},
		"reports are not counted":         {Report{Fraction: fraction(0), Jitter: 0.001}, Report{Fraction: fraction(0.01), Jitter: 0.002}, 0.01},
		"it counts what it got":           {Report{PacketsReceived: 100}, Report{PacketsLost: 2, PacketsReceived: 148}, 0.04},
		"it counts only what is missing":  {Report{}, Report{PacketsLost: 1}, 0.02},
		"and nothing is missing":          {Report{PacketsLost: 7}, Report{PacketsLost: 7}, 0},
		"something came late, not at all": {Report{PacketsLost: 7}, Report{PacketsLost: 6}, 0},
		"nonsense":                        {Report{Trips: 1}, Report{Fraction: fraction(math.Inf(1)), Trips: 2}, 0},
	} {
		was, is := c.was, c.is
		for _, r := range []*Report{&was, &is} {
			r.ID, r.Type, r.Line, r.Local = "r", "remote-inbound-rtp", -1, "o"
		}
		sent := func(n float64) Report { return Report{ID: "o", Type: "outbound-rtp", Line: 0, PacketsSent: n} }
		for _, now := range [][]Report{{is, sent(150)}, {sent(150), is}} {
			if got := Sum(CallLines(), []Report{was, sent(100)}, now).Lines[0].Out.Loss; math.Abs(got-c.want) > 1e-9 {
				t.Errorf("%s: lost %v, want %v", name, got, c.want)
			}
		}
	}
}

// Whatever a browser tells, nothing comes out that a page could not draw.
func FuzzSum(f *testing.F) {
	f.Add(0., 1., 2., 3., 4.)
	f.Add(math.NaN(), math.Inf(1), -1., 1e300, -0.)
	f.Fuzz(func(t *testing.T, a, b, c, d, e float64) {
		was := Report{ID: "i", Type: "inbound-rtp", Timestamp: a, BytesReceived: b, PacketsReceived: c, PacketsLost: d, Samples: e, Frozen: a}
		is := Report{ID: "i", Type: "inbound-rtp", Timestamp: e, BytesReceived: d, PacketsReceived: b, PacketsLost: a, Samples: c, Concealed: d,
			FramesDecoded: e, FrameWidth: a, Level: b, Jitter: c, JBDelay: d, JBCount: e}
		got := Sum(CallLines(), []Report{was}, []Report{is}).Lines[0].In
		for _, v := range []float64{got.Loss, got.Concealed, got.Level} {
			if !(v >= 0 && v <= 1) {
				t.Errorf("a part of %v", v)
			}
		}
		if !(got.Rate >= 0) || got.Kbps < 0 || got.Width < 0 || got.Jitter < 0 || got.Frozen < 0 || got.Buffered < 0 {
			t.Errorf("%+v", got)
		}
	})
}
