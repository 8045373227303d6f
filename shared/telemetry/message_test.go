package telemetry

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"hearth/shared/care"
)

var controls = []Control{
	{Ping: &Ping{T0: noon}},
	{Pong: &Pong{T0: noon, T1: noon + 5, T2: noon + 9}},
	{Pong: &Pong{T0: noon, T1: noon + 5, T2: noon + 9, Taken: new(int64)}},
	{Describe: &Describe{Sensors: []Sensor{{Key: "demo-1", Signal: "ecg", Demo: true, Rate: 250, State: "streaming", Battery: -1,
		Channels: []Channel{{Name: "ecg", Unit: "µV", Scale: 0.38}}}}}},
	{Tally: &Tally{Key: "demo-1", Decoded: 1000, Sent: 990, Held: 10, Frames: 77}},
	{Tally: &Tally{Key: "demo-1", Decoded: 1020, Lost: 5, Twice: 1, Late: 2, Refused: 3, Waiting: 14, Sent: 990, Held: 10, Frames: 77}},
	{Bye: &Bye{Reason: "stopped-by-patient"}},
	{Missing: &Missing{Key: "demo-1", From: noon, To: noon + 9}},
	{Past: &Past{Key: "demo-1", From: noon, To: noon + 9e6, Done: true}},
	{Past: &Past{Key: "demo-1", From: noon, To: noon + 9e6, Frames: [][]byte{
		mustFrame(Frame{Kind: KindTrend, Trend: &Trend{At: noon + 1, HR: 70, Why: Later}}),
		mustFrame(Frame{Kind: KindBeats, Beats: []Beat{{At: noon + 1, RR: 800, Flags: Filled}}}),
		mustFrame(Frame{Kind: KindGap, Gap: &Gap{From: noon, To: noon + 9e6, Cause: CauseLink}}),
	}}},
	{Mark: &Mark{ID: "abcdefghijklmnopqrstuvwxyz", At: noon, Kind: care.Phase, Word: "pause"}},
	{Mark: &Mark{ID: "abcdefghijklmnopqrstuvwxyz", At: noon, Kind: care.Rating, Level: 60, Removed: true}},
}

func mustFrame(f Frame) []byte {
	b, err := f.Append(nil)
	if err != nil {
		panic(err)
	}
	return b
}

// pastOf says a Past of the last nine seconds with one frame in it.
func pastOf(f Frame) string {
	b, err := json.Marshal(Control{Past: &Past{Key: "k", From: noon, To: noon + 9e6, Frames: [][]byte{mustFrame(f)}}})
	if err != nil {
		panic(err)
	}
	return string(b)
}

func TestControlRoundTrip(t *testing.T) {
	for _, want := range controls {
		b, err := EncodeControl(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeControl(b)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s came back as %+v, %v", b, got, err)
		}
	}
}

func TestControlRefused(t *testing.T) {
	for _, junk := range []string{
		``, `null`, `{}`, `[]`, `{"hello":1}`, `{"ping":{"t0":5}}`, `{"ping":{"t0":1e300}}`, `{"ping":{},"bye":{}}`,
		`{"pong":{"t0":1790000000000000,"t1":1790000000000009,"t2":1790000000000001}}`,
		`{"describe":{"sensors":[{"key":""}]}}`,
		`{"describe":{"sensors":[{"key":"a","battery":101}]}}`,
		`{"describe":{"sensors":[{"key":"a"},{"key":"a"}]}}`,
		`{"describe":{"sensors":[{"key":"a","name":"left\u202eright"}]}}`,
		`{"describe":{"sensors":[{"key":"a","channels":[{"name":"ecg","unit":"µV"}]}]}}`,
		`{"describe":{"sensors":[{"key":"a","channels":[{"name":"ecg","unit":"µV","scale":-1}]}]}}`,
		`{"pong":{"t0":1790000000000000,"t1":1790000000000001,"t2":1790000000000001,"taken":-1}}`,
		`{"tally":{"key":"a","sent":-1}}`, `{"tally":{"key":"a","waiting":-1}}`, `{"tally":{"key":"a","refused":9e18}}`,
		`{"bye":{"reason":"a\u0000b"}}`,
		`{"missing":{"key":"a","from":1790000000000000,"to":1790000000000000}}`,
		`{"missing":{"key":"","from":1790000000000000,"to":1790000000000009}}`,
		`{"missing":{"key":"a","from":1,"to":1790000000000000}}`,
		`{"past":{"key":"a","from":1790000000000000,"to":1790000000000009,"frames":["AAAA"]}}`,
		`{"past":{"key":"a","from":1790000000000000,"to":1790000000000009,"frames":["` + strings.Repeat(`","`, MaxPastFrames) + `"]}}`,
		pastOf(Frame{Kind: KindTrend, Trend: &Trend{At: noon + 9e6}}),
		pastOf(Frame{Kind: KindBeats, Beats: []Beat{{At: noon - 1}}}),
		pastOf(Frame{Kind: KindGap, Gap: &Gap{From: noon, To: noon + 9e6 + 1, Cause: CauseLink}}),
		pastOf(Frame{Kind: KindSamples, Samples: &Samples{Start: noon, PeriodNS: 4e6, Channels: 1, Values: []int32{1}}}),
		`{"mark":{"id":"x","at":1790000000000000,"kind":"rating"}}`,
		`{"mark":{"id":"abcdefghijklmnopqrstuvwxyz","at":1790000000000000,"kind":"note"}}`,
		`{"mark":{"id":"abcdefghijklmnopqrstuvwxyz","at":1790000000000000,"kind":"phase"}}`,
		`{"mark":{"id":"abcdefghijklmnopqrstuvwxyz","at":1790000000000000,"kind":"rating","level":101}}`,
		`{"bye":{"reason":"` + strings.Repeat("x", MaxText+1) + `"}}`,
		`{"bye":{"reason":"left"},"more":"` + strings.Repeat("x", MaxControl) + `"}`,
	} {
		if c, err := DecodeControl([]byte(junk)); err == nil {
			t.Errorf("%.60s: taken as %+v", junk, c)
		}
	}
	if c, err := DecodeControl([]byte(`{"bye":{"reason":"left","mood":"calm"},"later":true}`)); err != nil || c.Bye.Reason != "left" {
		t.Errorf("a newer page's message: %+v, %v", c, err)
	}
}

func TestTallyNamesWhatIsMissing(t *testing.T) {
	closed := Tally{Decoded: 1027, Filled: 7, Lost: 5, Twice: 1, Late: 2, Refused: 3, Waiting: 14, Sent: 990, Held: 10}
	if n := closed.Missing(); n != 0 {
		t.Errorf("%d missing in books that close", n)
	}
	closed.Sent -= 12
	if n := closed.Missing(); n != 12 {
		t.Errorf("%d missing, want 12", n)
	}
}

// Whatever arrives, decoding does not panic, and what was taken is said again in the same words.
func FuzzDecodeControl(f *testing.F) {
	for _, c := range controls {
		b, err := EncodeControl(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"bye":{"reason":"\ud800"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeControl(b)
		if err != nil {
			return
		}
		once, err := EncodeControl(c)
		if err != nil {
			if len(b) > MaxControl/6 { // escaped, it may have grown
				return
			}
			t.Fatalf("%s decodes and does not encode: %v", b, err)
		}
		again, err := DecodeControl(once)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := EncodeControl(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s became %s, %v", once, twice, err)
		}
	})
}
