package polar

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/sensor"
	"hearth/shared/sensor/sensortest"
)

const restTrace = "testdata/rest.bin"

var record = flag.Bool("record", false, "write testdata/rest.bin anew")

// What an H10 answers.
var (
	featuresH10     = []byte{featuresRead, 1<<ecg | 1<<acceleration, 0, 0}
	ecgSettings     = []byte{answered, opSettings, ecg, 0, 0, kindRate, 1, 130, 0, kindResolution, 1, 14, 0}
	ecgWish         = []byte{opStart, ecg, kindRate, 1, 130, 0, kindResolution, 1, 14, 0}
	accSettings     = []byte{answered, opSettings, acceleration, 0, 0, kindRate, 4, 25, 0, 50, 0, 100, 0, 200, 0, kindResolution, 1, 16, 0, kindRange, 3, 2, 0, 4, 0, 8, 0}
	accWish         = []byte{opStart, acceleration, kindRate, 1, 50, 0, kindResolution, 1, 16, 0, kindRange, 1, 8, 0}
	started         = func(what byte) []byte { return []byte{answered, opStart, what, 0, 0} }
	refusedWith     = func(op, what, code byte) []byte { return []byte{answered, op, what, code} }
	stoppedAnswer   = []byte{answered, opStop, ecg, 0}
	wholeTrace      = func(t testing.TB) *sensortest.Trace { return sensortest.MustRead(t, os.DirFS("."), restTrace) }
	plainECG        = []byte{ecg, 1, 2, 3, 4, 5, 6, 7, 0, plain24, 0xFF, 0xFF, 0xFF, 0x10, 0x27, 0x00}
	packedAcc       = []byte{acceleration, 1, 0, 0, 0, 0, 0, 0, 0, packed16, 0xD0, 0xFF, 0x65, 0x01, 0xE4, 0x0F, 4, 2, 0x21, 0xFF, 0x0E, 8, 1, 0x80, 0x7F, 0x00}
	packedAccValues = []int32{-48, 357, 4068, -47, 359, 4067, -48, 357, 4067, -176, 484, 4067}
)

// frame writes a packet.
func frame(what, kind byte, ns uint64, body []byte) []byte {
	return append(append(binary.LittleEndian.AppendUint64([]byte{what}, ns), kind), body...)
}

// TestRecord writes the trace of a made-up strap when it is asked to, and else checks that the one there is still the
// same: go test ./shared/sensor/polar -record.
func TestRecord(t *testing.T) {
	var file bytes.Buffer
	r := sensortest.NewRecorder(&file)
	r.Answer(sensor.FirmwareRevision, []byte("5.0.0"))
	r.Answer(sensor.BatteryLevel, []byte{80})
	r.Answer(Control, featuresH10)
	r.Reply(Control, []byte{opSettings, ecg}, ecgSettings)
	r.Reply(Control, ecgWish, started(ecg))
	r.Reply(Control, []byte{opSettings, acceleration}, accSettings)
	r.Reply(Control, accWish, started(acceleration))
	r.Name(Data)
	const start care.Stamp = 1_780_000_000_000_000
	const epoch = 833_000_000_000_000_000
	send := func(second float64, p []byte) {
		r.Notification(sensor.Notification{From: Data, At: start.Add(time.Duration(second*1e9) + 40*time.Millisecond), Bytes: p})
	}
	nextECG, nextAcc := 0, 0
	for tick := range 21 * 1000 { // ms
		now := float64(tick) / 1000
		if last := float64(nextECG+72) / 130; now >= last {
			var body []byte
			for i := range 73 {
				v := heartbeat(float64(nextECG+i) / 130)
				body = append(body, byte(v), byte(v>>8), byte(v>>16))
			}
			send(now, frame(ecg, plain24, epoch+uint64(last*1e9), body))
			nextECG += 73
		}
		if last := float64(nextAcc+35) / 50; now >= last {
			var body []byte
			for i := range 36 {
				for _, v := range []int16{20, int16(1000 + 15*math.Sin(float64(nextAcc+i)/30)), -60} {
					body = binary.LittleEndian.AppendUint16(body, uint16(v))
				}
			}
			send(now, frame(acceleration, plain16, epoch+uint64(last*1e9), body))
			nextAcc += 36
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
		t.Errorf("the strap sends something else than the trace holds (%v): record it anew if that is meant", err)
	}
}

// heartbeat is an R wave of a millivolt every 0.9 s, in µV.
func heartbeat(at float64) int32 {
	x := (math.Mod(at, 0.9) - 0.4) / 0.012
	return int32(math.Round(1000 * math.Exp(-x*x)))
}

func TestDriver(t *testing.T) { sensortest.Run(t, Driver{}, os.DirFS("."), restTrace) }

func FuzzDecode(f *testing.F) { sensortest.Fuzz(f, Driver{}, os.DirFS("."), restTrace) }

// FuzzPacked: packed samples, whatever they say.
func FuzzPacked(f *testing.F) {
	f.Add(packedAcc)
	f.Add(plainECG)
	f.Fuzz(func(t *testing.T, b []byte) {
		d := &Decoder{ecg: 0, movement: 1, factor: 0.000244, streams: Driver{}.Describe().Streams}
		blocks, err := d.Decode(sensor.Notification{From: Data, Bytes: b}, nil)
		if (err == nil) != (len(blocks) == 1) || err == nil && (len(blocks[0].Values) == 0 || len(blocks[0].Values) > 8*len(b)) {
			t.Fatalf("%x gives %v and %v", b, blocks, err)
		}
	})
}

// FuzzSettings: any answer gives settings a start can be made of, or none.
func FuzzSettings(f *testing.F) {
	f.Add(ecgSettings[5:])
	f.Add(accSettings[5:])
	f.Add([]byte{kindFactor, 1, 0, 0, 0x80, 0x39})
	f.Fuzz(func(t *testing.T, b []byte) {
		s := settingsOf(b)
		if chosen, wish := s.choose(acceleration); len(wish) > 4*4 || chosen.rate < 0 || chosen.rate > 2000 || s.factor < 0 {
			t.Fatalf("%x gives %v and %x", b, chosen, wish)
		}
	})
}

func TestLayouts(t *testing.T) {
	d := &Decoder{ecg: 0, movement: 1, streams: Driver{}.Describe().Streams}
	for _, c := range []struct {
		name  string
		bytes []byte
		tick  uint64
		want  []int32
	}{
		{"ECG, 24 bits", plainECG, 0x0007060504030201, []int32{-1, 10000}},
		{"acceleration packed in 4 and 8 bits", packedAcc, 1, packedAccValues},
	} {
		blocks, err := d.Decode(sensor.Notification{From: Data, Bytes: c.bytes}, nil)
		if err != nil || len(blocks) != 1 || blocks[0].Tick != c.tick || blocks[0].Anchor != sensor.LastSample || !equal(blocks[0].Values, c.want) {
			t.Errorf("%s: %+v, %v", c.name, blocks, err)
		}
	}
	unit := append([]byte(nil), packedAcc...)
	unit[9] = packedUnit
	if _, err := d.Decode(sensor.Notification{From: Data, Bytes: unit}, nil); err == nil {
		t.Error("steps nobody told the worth of are read")
	}
	d.factor = 1.0 / 4096
	if blocks, err := d.Decode(sensor.Notification{From: Data, Bytes: unit}, nil); err != nil || blocks[0].Values[2] != 993 {
		t.Errorf("4068 of 4096 steps a g: %v, %v", blocks, err)
	}
	d.movement = -1
	if _, err := d.Decode(sensor.Notification{From: Data, Bytes: packedAcc}, nil); err == nil {
		t.Error("a signal that was not started is read")
	}
}

func equal(a, b []int32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// TestPackedComesBack: any differences of any width are read as they were written.
func TestPackedComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var last [axes]int32
		body := []byte{}
		var want []int32
		for c := range last {
			last[c] = int32(rapid.Int16().Draw(t, "first"))
			body = binary.LittleEndian.AppendUint16(body, uint16(last[c]))
			want = append(want, last[c])
		}
		for range rapid.IntRange(0, 3).Draw(t, "groups") {
			wide, count := rapid.IntRange(1, 16).Draw(t, "bits"), rapid.IntRange(1, 20).Draw(t, "count")
			body = append(body, byte(wide), byte(count))
			group := make([]byte, (wide*count*axes+7)/8)
			for i := range count * axes {
				by := int32(rapid.IntRange(-1<<(wide-1), 1<<(wide-1)-1).Draw(t, "by"))
				for k := range wide {
					group[(i*wide+k)/8] |= byte(uint32(by)>>k&1) << ((i*wide + k) % 8)
				}
				last[i%axes] += by
				want = append(want, last[i%axes])
			}
			body = append(body, group...)
		}
		d := &Decoder{ecg: 0, movement: 1, streams: Driver{}.Describe().Streams}
		b := frame(acceleration, packed16, 7, body)
		if len(b) > packetMax {
			t.Skip("longer than a packet")
		}
		blocks, err := d.Decode(sensor.Notification{From: Data, Bytes: b}, nil)
		if err != nil || !equal(blocks[0].Values, want) {
			t.Fatalf("%v, %v instead of %v", blocks, err, want)
		}
	})
}

// TestPrepare goes through what a strap may answer.
func TestPrepare(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers func(question []byte, asked int) []byte
		want    error
		streams int
	}{
		{"all well", nil, nil, 2},
		{"still measuring", func(q []byte, asked int) []byte {
			switch {
			case q[0] == opStart && q[1] == ecg && asked == 1:
				return refusedWith(opStart, ecg, codeRunning)
			case q[0] == opStop:
				return stoppedAnswer
			}
			return nil
		}, nil, 2},
		{"no acceleration", func(q []byte, _ int) []byte {
			if q[0] == opStart && q[1] == acceleration {
				return refusedWith(opStart, acceleration, 5)
			}
			return nil
		}, nil, 1},
		{"no ECG", func(q []byte, _ int) []byte {
			if q[0] == opStart && q[1] == ecg {
				return refusedWith(opStart, ecg, 10)
			}
			return nil
		}, ErrRefused, 0},
		{"in its charger", func(q []byte, _ int) []byte { return refusedWith(q[0], q[1], codeCharging) }, ErrCharging, 0},
		{"nothing offered", func(q []byte, _ int) []byte { return []byte{answered, q[0], q[1], 0, 0} }, ErrRefused, 0},
		{"babble", func(q []byte, _ int) []byte { return []byte{1, 2} }, ErrRefused, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			trace := wholeTrace(t)
			link := sensortest.NewLink(trace)
			asked := map[string]int{}
			link.OnAsk = func(_ sensor.Characteristic, q []byte) [][]byte {
				asked[string(q)]++
				if c.answers != nil {
					if b := c.answers(q, asked[string(q)]); b != nil {
						return [][]byte{b}
					}
				}
				return [][]byte{trace.Replies[sensortest.Question{To: Control, Bytes: string(q)}]}
			}
			d, err := Driver{}.Prepare(t.Context(), link, nil)
			if c.want != nil {
				if err == nil || fault.Of(err).Code != fault.Of(c.want).Code {
					t.Fatalf("%v, want %v", err, c.want)
				}
				return
			}
			if err != nil || len(d.Streams()) != c.streams {
				t.Fatalf("%v, %v", d, err)
			}
			if d.(sensor.Teller).About().Firmware != "5.0.0" {
				t.Error("no firmware")
			}
		})
	}
	h9 := &sensortest.Trace{Has: map[sensor.Characteristic]bool{sensor.BatteryLevel: true}}
	if _, err := (Driver{}).Prepare(t.Context(), sensortest.NewLink(h9), nil); !errors.Is(err, sensor.ErrUnknown) || fault.Of(err).Code != ErrPlain.Code {
		t.Errorf("a strap without the service: %v", err)
	}
}

// inParts cuts an answer into notifications of so many bytes, as a strap does over a narrow air.
func inParts(whole []byte, size int, headed bool) (parts [][]byte) {
	head, settings := whole[:4], whole[5:]
	for first := true; first || len(settings) > 0; first = false {
		part := append([]byte{}, head...)
		if !first && !headed {
			part = nil
		}
		n := min(size-len(part)-1, len(settings))
		follows := byte(0)
		if n < len(settings) {
			follows = 1
		}
		parts = append(parts, append(append(part, follows), settings[:n]...))
		settings = settings[n:]
	}
	return parts
}

// TestAnswersInParts: whatever is offered in a later part is known too.
func TestAnswersInParts(t *testing.T) {
	whole := []byte{answered, opSettings, acceleration, 0, 0,
		kindRate, 4, 25, 0, 50, 0, 100, 0, 200, 0, kindResolution, 1, 16, 0, kindRange, 3, 2, 0, 4, 0, 8, 0, kindChannels, 1, 3}
	for _, headed := range []bool{true, false} {
		for size := 7; size < 40; size++ {
			trace := wholeTrace(t)
			link := sensortest.NewLink(trace)
			link.OnAsk = func(_ sensor.Characteristic, q []byte) [][]byte {
				if bytes.Equal(q, []byte{opSettings, acceleration}) {
					return inParts(whole, size, headed)
				}
				return [][]byte{{answered, q[0], q[1], 0, 0}}
			}
			offered, err := ask(t.Context(), link, opSettings, acceleration, nil)
			if err != nil || !slices.Equal(offered.rates, []int{25, 50, 100, 200}) || !slices.Equal(offered.ranges, []int{2, 4, 8}) || !slices.Equal(offered.channels, []int{3}) {
				t.Fatalf("in parts of %d bytes, headed %v: %+v, %v", size, headed, offered, err)
			}
		}
	}
	broken := sensortest.NewLink(wholeTrace(t))
	broken.OnAsk = func(sensor.Characteristic, []byte) [][]byte { return inParts(whole, 20, true)[:1] }
	if _, err := ask(t.Context(), broken, opSettings, acceleration, nil); err == nil {
		t.Error("a strap that says that more follows, and sends nothing, is believed")
	}
	endless := sensortest.NewLink(wholeTrace(t))
	endless.OnAsk = func(sensor.Characteristic, []byte) [][]byte {
		return slices.Repeat(inParts(whole, 20, true)[:1], 1000)
	}
	if _, err := ask(t.Context(), endless, opSettings, acceleration, nil); err != nil {
		t.Errorf("a strap that never ends: %v", err)
	}
}

// FuzzAnswer: any bytes in any parts are an answer or none.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte{answered, opSettings, acceleration, 0, 1, kindRate, 2, 25, 0, 50}, 10)
	f.Add([]byte{answered, opStart, ecg, 0, 0, kindFactor, 1, 0, 0, 0x80, 0x3F}, 20)
	f.Add([]byte{answered, opStart, ecg, 6, 1}, 1)
	f.Fuzz(func(t *testing.T, all []byte, size int) {
		link := sensortest.NewLink(wholeTrace(t))
		link.OnAsk = func(sensor.Characteristic, []byte) [][]byte {
			return append(slices.Collect(slices.Chunk(all, min(max(size, 1), 600))), nil)
		}
		offered, err := ask(t.Context(), link, opSettings, acceleration, nil)
		if err == nil && len(offered.rates) > len(all) {
			t.Fatalf("%d bytes offer %d rates", len(all), len(offered.rates))
		}
		if chosen, wish := offered.choose(acceleration); len(wish) > 0 && chosen.rate != 0 && (chosen.rate < 10 || chosen.rate > 2000) {
			t.Fatalf("it is set to %v", chosen.rate)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	trace := wholeTrace(b)
	d := &Decoder{ecg: 0, movement: 1, streams: Driver{}.Describe().Streams}
	for _, what := range []byte{ecg, acceleration} {
		b.Run(map[byte]string{ecg: "ECG", acceleration: "acceleration"}[what], func(b *testing.B) {
			var n sensor.Notification
			for _, n = range trace.Notifications {
				if n.Bytes[0] == what {
					break
				}
			}
			var blocks []sensor.Block
			b.ReportAllocs()
			for b.Loop() {
				blocks, _ = d.Decode(n, blocks[:0])
			}
		})
	}
}
