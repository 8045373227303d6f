package movesense

import (
	"bytes"
	"encoding/binary"
	"flag"
	"math"
	"os"
	"testing"
	"time"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
	"hearth/shared/sensor/sensortest"
	"hearth/shared/telemetry"
)

// The traces are the made-up person of the demo, packed as each firmware packs.

const (
	traceStart  care.Stamp = 1_780_000_000_000_000
	traceLength            = 20200 * time.Millisecond
)

var record = flag.Bool("record", false, "write testdata anew")

// firmware is a device as it is found: what it answers, and how it packs.
type firmware struct {
	file    string
	version string
	layout  *layout
	answers map[sensor.Characteristic][]byte
	native  bool // ECG at 500 Hz
	uptime  time.Duration
}

var firmwares = []firmware{
	{file: "ecg-0.2.bin", version: "0.2.0", layout: early, uptime: time.Hour,
		answers: map[sensor.Characteristic][]byte{earlyInterval: {4, 0}}},
	{file: "activity-0.4.bin", version: "0.4.0", layout: relative, uptime: math.MaxUint32*time.Millisecond - 10*time.Second, // its counter wraps
		answers: map[sensor.Characteristic][]byte{ecgInterval: {4, 0}, movementInterval: {20, 0}}},
	{file: "activity-0.7.bin", version: "0.7.0", layout: relative, uptime: time.Minute, native: true,
		answers: map[sensor.Characteristic][]byte{ecgInterval: {2, 0}, movementInterval: {20, 0}}},
	{file: "absolute-0.9.bin", version: "0.9.0", layout: absolute, uptime: 3 * time.Hour, // its time is two turns off
		answers: map[sensor.Characteristic][]byte{configField: {4, 20, 15: 0}, transfer: {}}},
}

// packer makes packets of a firmware out of samples.
type packer struct {
	from     sensor.Characteristic
	absolute bool
	rate     float64
	channels int
	full     int // samples
	uptime   time.Duration
	index    int64
	values   []int16
}

// add takes a sample and returns a packet when it is full. Stamps are whole ms of the device's counter.
func (p *packer) add(v ...int16) []byte {
	p.values = append(p.values, v...)
	p.index++
	if len(p.values) < p.full*p.channels {
		return nil
	}
	ms := uint32(p.uptime.Milliseconds() + int64(float64(p.index-1)/p.rate*1000))
	var b []byte
	if p.absolute {
		b = binary.LittleEndian.AppendUint64(b, deviceTime(uint64(traceStart), uint32(p.uptime.Milliseconds()), ms))
	} else {
		b = binary.LittleEndian.AppendUint32(b, ms)
	}
	for _, v := range p.values {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	p.values = p.values[:0]
	return b
}

// deviceTime is the stamp of a packet at ms of running time, by a device that was given the time at set of running
// time: with the 32-bit product its firmware makes.
func deviceTime(utc uint64, set, ms uint32) uint64 { return utc - uint64(1000*set) + 1000*uint64(ms) }

// steps turns the demo's values into a firmware's steps.
func steps(v int32, by float64) int16 {
	s := math.Round(float64(v) * by)
	if v == telemetry.NoValue || math.Abs(s) > math.MaxInt16 {
		return noValue
	}
	return int16(s)
}

// trace plays a session of the firmware for so long.
func (f firmware) trace(length time.Duration) *sensortest.Trace {
	t := &sensortest.Trace{Has: map[sensor.Characteristic]bool{}, Answers: map[sensor.Characteristic][]byte{}}
	f.fill(func(c sensor.Characteristic, b []byte) { t.Has[c], t.Answers[c] = true, b }, func(n sensor.Notification) {
		t.Has[n.From] = true
		t.Notifications = append(t.Notifications, n)
	}, length)
	return t
}

func (f firmware) fill(answer func(sensor.Characteristic, []byte), notify func(sensor.Notification), length time.Duration) {
	answer(sensor.BatteryLevel, []byte{87})
	answer(sensor.FirmwareRevision, []byte(f.version))
	for _, c := range []sensor.Characteristic{earlyInterval, ecgInterval, movementInterval, configField, transfer} {
		if b, ok := f.answers[c]; ok {
			answer(c, b)
		}
	}
	abs := f.layout == absolute
	ecg := &packer{from: f.layout.ecg, absolute: abs, rate: 250, channels: 1, full: 16, uptime: f.uptime}
	if f.native {
		ecg.rate = 500
	}
	move := &packer{from: f.layout.movement, absolute: abs, rate: 52, channels: movementChannels, full: 8, uptime: f.uptime}
	source, decoder := demo.NewSource(demo.Options{Seed: 5, Scenario: demo.Rest, Start: traceStart}), demo.NewDecoder()
	var last int32
	for {
		e := source.Next()
		if e.At.Sub(traceStart) > length {
			return
		}
		if e.From == sensor.BatteryLevel {
			notify(e.Notification)
			continue
		}
		blocks, err := decoder.Decode(e.Notification, nil)
		if err != nil {
			panic(err)
		}
		send := func(p *packer, v ...int16) {
			if b := p.add(v...); b != nil {
				notify(sensor.Notification{From: p.from, At: e.At, Bytes: b})
			}
		}
		for _, b := range blocks {
			switch {
			case b.Stream == 0:
				for _, v := range b.Values {
					if f.native {
						send(ecg, steps((last+v)/2, 0.5/ecgStep))
					}
					send(ecg, steps(v, 0.5/ecgStep))
					last = v
				}
			case f.layout.movement != none:
				for i := 0; i < len(b.Values); i += movementChannels {
					var v [movementChannels]int16
					for c := range v {
						v[c] = steps(b.Values[i+c], 1)
					}
					send(move, v[:]...)
				}
			}
		}
	}
}

// TestRecord writes the traces when it is asked to, and else checks that the firmware still packs as they say:
// go test ./shared/sensor/movesense -run Record -record.
func TestRecord(t *testing.T) {
	for _, f := range firmwares {
		var file bytes.Buffer
		r := sensortest.NewRecorder(&file)
		f.fill(r.Answer, r.Notification, traceLength)
		if r.Err() != nil {
			t.Fatal(r.Err())
		}
		if file.Len() > 60_000 {
			t.Errorf("%s has %d bytes", f.file, file.Len())
		}
		if *record {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile("testdata/"+f.file, file.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept := sensortest.MustRead(t, os.DirFS("testdata"), f.file)
		if now := f.trace(traceLength); len(kept.Notifications) != len(now.Notifications) {
			t.Errorf("%s holds %d packets, the firmware sends %d: record it anew if that is meant", f.file, len(kept.Notifications), len(now.Notifications))
		}
	}
}

func TestDriver(t *testing.T) {
	for _, f := range firmwares {
		t.Run(f.file, func(t *testing.T) { sensortest.Run(t, Driver{}, os.DirFS("testdata"), f.file) })
	}
}

func FuzzEarly(f *testing.F) { sensortest.Fuzz(f, Driver{}, os.DirFS("testdata"), "ecg-0.2.bin") }
func FuzzRelative(f *testing.F) {
	sensortest.Fuzz(f, Driver{}, os.DirFS("testdata"), "activity-0.4.bin")
}
func FuzzThinned(f *testing.F) {
	sensortest.Fuzz(f, Driver{}, os.DirFS("testdata"), "activity-0.7.bin")
}
func FuzzAbsolute(f *testing.F) {
	sensortest.Fuzz(f, Driver{}, os.DirFS("testdata"), "absolute-0.9.bin")
}

// TestGivesEverySample: what the person's heart did comes out, sample by sample, in units.
func TestGivesEverySample(t *testing.T) {
	for _, f := range firmwares {
		trace := sensortest.MustRead(t, os.DirFS("testdata"), f.file)
		link := sensortest.NewLink(trace)
		d, err := Driver{}.Prepare(t.Context(), link, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		for n := range link.Notifications() {
			if n.From != f.layout.ecg {
				continue
			}
			blocks, err := d.Decode(n, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range blocks {
				for _, v := range b.Values {
					got = append(got, float64(v)*d.Streams()[0].Channels[0].Scale)
				}
			}
		}
		source, decoder := demo.NewSource(demo.Options{Seed: 5, Scenario: demo.Rest, Start: traceStart}), demo.NewDecoder()
		var want []float64
		for len(want) < len(got) {
			if e := source.Next(); e.From == demo.ECG {
				blocks, _ := decoder.Decode(e.Notification, nil)
				for _, v := range blocks[0].Values {
					want = append(want, float64(v)*0.5)
				}
			}
		}
		most := 0.2 // µV, half a step
		if f.native {
			most = 60 // interpolated on the way there, filtered on the way back
		}
		for i, v := range got {
			w := want[i]
			if f.native && i > 0 { // centres stand on the interpolated samples, between two true ones
				w = (want[i] + want[i-1]) / 2
			}
			if math.Abs(v-w) > most && i > 8 {
				t.Fatalf("%s: sample %d is %.1f µV, not %.1f", f.file, i, v, w)
			}
		}
		if len(got) < 4900 {
			t.Errorf("%s: %d samples", f.file, len(got))
		}
	}
}
