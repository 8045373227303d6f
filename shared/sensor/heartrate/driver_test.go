package heartrate

import (
	"bytes"
	"errors"
	"flag"
	"math"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/sensor/sensortest"
)

const restTrace = "testdata/rest.bin"

var record = flag.Bool("record", false, "write testdata/rest.bin anew")

// TestRecord writes the trace of a made-up strap when it is asked to, and else checks that the one there is still what
// Encode writes: go test ./shared/sensor/heartrate -record.
func TestRecord(t *testing.T) {
	var file bytes.Buffer
	r := sensortest.NewRecorder(&file)
	r.Answer(sensor.FirmwareRevision, []byte("1.2.0"))
	r.Answer(sensor.BatteryLevel, []byte{90})
	const start care.Stamp = 1_780_000_000_000_000
	beat := 0.0
	for second := 1; second <= 25; second++ {
		p := sensor.Pulse{Rate: 66, Contact: sensor.ContactOn}
		for {
			rr := math.Round(1024*(0.91+0.06*math.Sin(beat/3.5*2*math.Pi))) / 1024
			if beat+rr > float64(second) {
				break
			}
			beat += rr
			p.RR = append(p.RR, rr)
		}
		r.Notification(sensor.Notification{From: Measurement, At: start.Add(time.Duration(second) * time.Second), Bytes: Encode(p)})
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
		t.Errorf("the strap sends something else than the trace holds (%v): record it anew if that is meant", err)
	}
}

func TestDriver(t *testing.T) { sensortest.Run(t, Driver{}, os.DirFS("."), restTrace) }

func FuzzDecode(f *testing.F) {
	for _, c := range layouts {
		f.Add(c.bytes)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var d Decoder
		blocks, err := d.Decode(sensor.Notification{From: Measurement, Bytes: b}, nil)
		var bad *sensor.PacketError
		if err != nil {
			if len(blocks) > 0 || !errors.As(err, &bad) {
				t.Fatalf("%d blocks and %v", len(blocks), err)
			}
			return
		}
		p := blocks[0].Pulse
		if !(p.Rate > 0 && p.Rate <= mostRate) && !math.IsNaN(p.Rate) || 2*len(p.RR) > len(b) {
			t.Fatalf("%v of %x", p, b)
		}
		for _, rr := range p.RR {
			if !(rr >= leastRR && rr <= mostRR) && !math.IsNaN(rr) {
				t.Fatalf("an interval of %v s", rr)
			}
		}
	})
}

// layouts are packets as straps of several makers send them.
var layouts = []struct {
	name  string
	bytes []byte
	want  sensor.Pulse
}{
	{"rate alone", []byte{0x00, 72}, sensor.Pulse{Rate: 72}},
	{"contact, one interval", []byte{0x16, 60, 0x00, 0x04}, sensor.Pulse{Rate: 60, RR: []float64{1}, Contact: sensor.ContactOn}},
	{"no contact", []byte{0x04, 0}, sensor.Pulse{Rate: math.NaN(), Contact: sensor.ContactOff}},
	{"detected but not looked for", []byte{0x02, 61}, sensor.Pulse{Rate: 61}},
	{"16 bits, energy, two intervals", []byte{0x19, 0x05, 0x01, 0x34, 0x12, 0x00, 0x01, 0x00, 0x02}, sensor.Pulse{Rate: 261, RR: []float64{0.25, 0.5}}},
	{"no time for a beat yet", []byte{0x16, 55}, sensor.Pulse{Rate: 55, Contact: sensor.ContactOn}},
	{"intervals no heart has", []byte{0x10, 55, 0xFF, 0x00, 0x00, 0x04, 0x01, 0x0C, 0x00, 0x0C}, sensor.Pulse{Rate: 55, RR: []float64{math.NaN(), 1, math.NaN(), 3}}},
	{"a rate no heart has", []byte{0x01, 0x2D, 0x01}, sensor.Pulse{Rate: math.NaN()}},
}

func TestLayouts(t *testing.T) {
	for _, c := range layouts {
		t.Run(c.name, func(t *testing.T) {
			var d Decoder
			blocks, err := d.Decode(sensor.Notification{From: Measurement, Bytes: c.bytes}, nil)
			if err != nil || len(blocks) != 1 || !same(*blocks[0].Pulse, c.want) {
				t.Fatalf("%x gives %v, %v", c.bytes, blocks, err)
			}
		})
	}
	for _, b := range [][]byte{{}, {0}, {0x01, 60}, {0x08, 60, 1}, {0x10, 60, 1}, {0x00, 60, 0, 4}, make([]byte, packetMax+1)} {
		var d Decoder
		var bad *sensor.PacketError
		if blocks, err := d.Decode(sensor.Notification{From: Measurement, Bytes: b}, nil); len(blocks) > 0 || !errors.As(err, &bad) || bad.Why != sensor.BadLength {
			t.Errorf("%x gives %v, %v", b, blocks, err)
		}
	}
}

// TestEncodedComesBack: what a device says is what is read, to its own 1/1024 s.
func TestEncodedComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := sensor.Pulse{Rate: float64(rapid.IntRange(1, mostRate).Draw(t, "rate")), Contact: sensor.Contact(rapid.IntRange(0, 2).Draw(t, "contact"))}
		for _, ticks := range rapid.SliceOfN(rapid.IntRange(256, 3072), 0, 9).Draw(t, "ticks") {
			want.RR = append(want.RR, float64(ticks)/1024)
		}
		var d Decoder
		blocks, err := d.Decode(sensor.Notification{From: Measurement, Bytes: Encode(want)}, nil)
		if err != nil || !same(*blocks[0].Pulse, want) {
			t.Fatalf("%v, %v instead of %v", blocks, err, want)
		}
	})
}

func same(a, b sensor.Pulse) bool {
	equal := func(x, y float64) bool { return x == y || math.IsNaN(x) && math.IsNaN(y) }
	if !equal(a.Rate, b.Rate) || a.Contact != b.Contact || len(a.RR) != len(b.RR) {
		return false
	}
	for i := range a.RR {
		if !equal(a.RR[i], b.RR[i]) {
			return false
		}
	}
	return true
}

func TestFirmwareIsTold(t *testing.T) {
	trace := sensortest.MustRead(t, os.DirFS("."), restTrace)
	d, err := Driver{}.Prepare(t.Context(), sensortest.NewLink(trace), nil)
	if err != nil {
		t.Fatal(err)
	}
	if about := d.(sensor.Teller).About(); about.Firmware != "1.2.0" {
		t.Errorf("firmware %q", about.Firmware)
	}
}

func BenchmarkDecode(b *testing.B) {
	var d Decoder
	n := sensor.Notification{From: Measurement, Bytes: []byte{0x16, 120, 0x00, 0x02, 0x08, 0x02}}
	var blocks []sensor.Block
	b.ReportAllocs()
	for b.Loop() {
		blocks, _ = d.Decode(n, blocks[:0])
	}
}
