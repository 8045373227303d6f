package telemetry

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

var controls = []Control{
	{Ping: &Ping{T0: noon}},
	{Pong: &Pong{T0: noon, T1: noon + 5, T2: noon + 9}},
	{Describe: &Describe{Sensors: []Sensor{{Key: "demo-1", Signal: "ecg", Demo: true, Rate: 250, State: "streaming", Battery: -1,
		Channels: []Channel{{Name: "ecg", Unit: "µV", Scale: 0.38}}}}}},
	{Tally: &Tally{Key: "demo-1", Decoded: 1000, Sent: 990, Held: 10, Frames: 77}},
	{Tally: &Tally{Key: "demo-1", Decoded: 1020, Lost: 5, Twice: 1, Late: 2, Refused: 3, Waiting: 14, Sent: 990, Held: 10, Frames: 77}},
	{Bye: &Bye{Reason: "stopped-by-patient"}},
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
		`{"tally":{"key":"a","sent":-1}}`, `{"tally":{"key":"a","waiting":-1}}`, `{"tally":{"key":"a","refused":9e18}}`,
		`{"bye":{"reason":"a\u0000b"}}`,
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
	closed := Tally{Decoded: 1020, Lost: 5, Twice: 1, Late: 2, Refused: 3, Waiting: 14, Sent: 990, Held: 10}
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
