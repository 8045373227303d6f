package sensortest

import (
	"bytes"
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"testing"

	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// Run holds a driver against what everybody relies on, with a trace of at least 20 s of its device at rest. A driver's
// test calls it with os.DirFS(".") and "testdata/rest.bin".
func Run(t *testing.T, driver sensor.Driver, files fs.FS, file string) {
	t.Helper()
	trace := MustRead(t, files, file)
	t.Run("description", func(t *testing.T) { description(t, driver) })
	t.Run("foreign device", func(t *testing.T) { foreign(t, driver) })
	t.Run("rates and units", func(t *testing.T) { rates(t, driver, trace) })
	t.Run("junk", func(t *testing.T) { junk(t, driver, trace) })
	t.Run("cut packets", func(t *testing.T) { cut(t, driver, trace) })
	t.Run("sources", func(t *testing.T) { sources(t, driver, trace) })
	t.Run("allocations", func(t *testing.T) { allocations(t, driver, trace) })
}

// MustRead reads a trace file.
func MustRead(t testing.TB, files fs.FS, file string) *Trace {
	t.Helper()
	b, err := fs.ReadFile(files, file)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := Read(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return trace
}

// mustPrepare has the driver set up the traced device.
func mustPrepare(t testing.TB, driver sensor.Driver, trace *Trace) (sensor.Decoder, *Link) {
	t.Helper()
	link := NewLink(trace)
	d, err := driver.Prepare(t.Context(), link, nil)
	if err != nil {
		t.Fatalf("preparing: %v", err)
	}
	return d, link
}

func description(t *testing.T, driver sensor.Driver) {
	d := driver.Describe()
	if d.Key == "" || d.Name == "" {
		t.Errorf("key %q, name %q", d.Key, d.Name)
	}
	if len(d.Filter.NamePrefixes)+len(d.Filter.Services) == 0 {
		t.Error("a filter that fits nothing")
	}
	for _, u := range append(append([]sensor.UUID{}, d.Services...), d.Filter.Services...) {
		if !u.Valid() {
			t.Errorf("%q is no UUID", u)
		}
	}
	if len(d.Streams) == 0 || len(d.Services) == 0 {
		t.Errorf("%d streams of %d services", len(d.Streams), len(d.Services))
	}
	keys := map[string]bool{}
	for _, s := range d.Streams {
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if keys[s.Key] {
			t.Errorf("two streams are called %q", s.Key)
		}
		keys[s.Key] = true
	}
}

// foreign: a device without any of the characteristics is refused, not waited for.
func foreign(t *testing.T, driver sensor.Driver) {
	if d, err := driver.Prepare(t.Context(), NewLink(&Trace{}), nil); err == nil {
		t.Errorf("a device that has nothing is read by %T", d)
	}
}

// rates: the samples come at the rate the streams say, without a gap, and at least something is measured.
func rates(t *testing.T, driver sensor.Driver, trace *Trace) {
	d, link := mustPrepare(t, driver, trace)
	kinds := d.Streams()
	if _, ok := sensor.Gives(driver.Describe().Streams, kinds); !ok {
		t.Fatal("the decoder gives other signals than the description")
	}
	lines := make([]*sensor.Timeline, len(kinds))
	for i, k := range kinds {
		if err := k.Check(); err != nil {
			t.Fatal(err)
		}
		lines[i] = sensor.NewTimeline(k)
	}
	samples, valid, beating := make([]int, len(kinds)), make([]int, len(kinds)), make([]float64, len(kinds))
	var blocks []sensor.Block
	for n := range link.Notifications() {
		if n.From == sensor.BatteryLevel {
			if _, ok := sensor.BatteryOf(n.Bytes); !ok {
				t.Error("a battery level that is none")
			}
			continue
		}
		var err error
		if blocks, err = d.Decode(n, blocks[:0]); err != nil {
			t.Fatalf("a recorded packet is refused: %v", err)
		}
		for _, b := range blocks {
			if kinds[b.Stream].Form == sensor.Intervals {
				beating[b.Stream] += lasting(t, b)
				continue
			}
			channels := len(kinds[b.Stream].Channels)
			if len(b.Values) == 0 || len(b.Values)%channels != 0 {
				t.Fatalf("%d values in %d channels", len(b.Values), channels)
			}
			p := lines[b.Stream].Place(len(b.Values)/channels, b.Tick, b.Anchor, n.At)
			if p.Placement != sensor.Placed || p.Gap != nil {
				t.Errorf("a recorded packet of %s is placed %d after gap %v", kinds[b.Stream].Signal, p.Placement, p.Gap)
			}
			samples[b.Stream] += len(b.Values) / channels
			for _, v := range b.Values {
				if v != telemetry.NoValue {
					valid[b.Stream]++
				}
			}
		}
	}
	first, last := trace.span()
	seconds := last.Sub(first).Seconds()
	if seconds < 19 {
		t.Fatalf("the trace holds %.1f s, at least 20 are wanted", seconds)
	}
	for i, k := range kinds {
		if k.Form == sensor.Intervals {
			if math.Abs(beating[i]-seconds) > 0.03*seconds+2 {
				t.Errorf("%s: intervals of %.1f s in %.1f s", k.Signal, beating[i], seconds)
			}
			continue
		}
		if got := float64(samples[i]) / seconds; got < 0.97*k.Rate || got > 1.03*k.Rate {
			t.Errorf("%s comes at %.1f/s, not %.1f", k.Signal, got, k.Rate)
		}
		if valid[i] < samples[i]/2 {
			t.Errorf("%s: %d values in %d samples", k.Signal, valid[i], samples[i])
		}
	}
}

// lasting is how long the intervals of a recorded packet last, in seconds.
func lasting(t *testing.T, b sensor.Block) (sum float64) {
	t.Helper()
	if b.Pulse == nil || len(b.Values) > 0 {
		t.Fatal("intervals without a pulse, or with values")
	}
	for _, rr := range b.Pulse.RR {
		if !(rr > 0) {
			t.Errorf("a recorded interval of %v s", rr)
		}
		sum += rr
	}
	return sum
}

// sane checks what a decoder says about any bytes: blocks of whole samples and no error, or no block and an error
// with a type.
func sane(t testing.TB, d sensor.Decoder, from sensor.Characteristic, packet []byte) {
	t.Helper()
	blocks, err := d.Decode(sensor.Notification{From: from, Bytes: packet}, nil)
	var bad *sensor.PacketError
	if err != nil && (len(blocks) > 0 || !errors.As(err, &bad)) {
		t.Fatalf("%d bytes from %s give %d blocks and error %v", len(packet), from.ID, len(blocks), err)
	}
	kinds := d.Streams()
	values := 0
	for _, b := range blocks {
		if b.Stream >= 0 && b.Stream < len(kinds) && kinds[b.Stream].Form == sensor.Intervals {
			if b.Pulse == nil || len(b.Values) > 0 || b.Pulse.Rate < 0 || math.IsInf(b.Pulse.Rate, 0) {
				t.Fatalf("%d bytes from %s give %d values and the pulse %v", len(packet), from.ID, len(b.Values), b.Pulse)
			}
			values += len(b.Pulse.RR)
			continue
		}
		if b.Stream < 0 || b.Stream >= len(kinds) || len(b.Values) == 0 || len(b.Values)%len(kinds[b.Stream].Channels) != 0 {
			t.Fatalf("%d bytes from %s give %d values for stream %d", len(packet), from.ID, len(b.Values), b.Stream)
		}
		values += len(b.Values)
	}
	if values > 8*len(packet) {
		t.Fatalf("%d bytes from %s become %d values", len(packet), from.ID, values)
	}
}

func junk(t *testing.T, driver sensor.Driver, trace *Trace) {
	d, _ := mustPrepare(t, driver, trace)
	random := rand.New(rand.NewPCG(1, 2))
	for c := range trace.Has {
		for range 2000 {
			b := make([]byte, random.IntN(600))
			for i := range b {
				b[i] = byte(random.Uint32())
			}
			sane(t, d, c, b)
		}
	}
}

// cut: a packet with its end missing, or something hanging on, is never read as more than is there, and the next whole
// packet is read as if nothing had been.
func cut(t *testing.T, driver sensor.Driver, trace *Trace) {
	d, link := mustPrepare(t, driver, trace)
	tried := map[sensor.Characteristic]bool{}
	for n := range link.Notifications() {
		if n.From == sensor.BatteryLevel || tried[n.From] {
			continue
		}
		tried[n.From] = true
		before := snapshot(t, driver, trace, n)
		for length := range n.Bytes {
			sane(t, d, n.From, n.Bytes[:length])
		}
		sane(t, d, n.From, append(append([]byte{}, n.Bytes...), 0))
		after, err := d.Decode(n, nil)
		if err != nil || len(after) != len(before) || len(after) == 0 || len(after[0].Values) != len(before[0].Values) {
			t.Errorf("after cut packets a whole one gives %d blocks, error %v", len(after), err)
		}
	}
	if len(tried) == 0 {
		t.Error("the trace has no packet")
	}
}

// snapshot decodes one packet with a fresh decoder.
func snapshot(t *testing.T, driver sensor.Driver, trace *Trace, n sensor.Notification) []sensor.Block {
	t.Helper()
	d, _ := mustPrepare(t, driver, trace)
	blocks, err := d.Decode(n, nil)
	if err != nil {
		t.Fatalf("a recorded packet is refused: %v", err)
	}
	return blocks
}

// sources: what comes from elsewhere is refused by name.
func sources(t *testing.T, driver sensor.Driver, trace *Trace) {
	d, _ := mustPrepare(t, driver, trace)
	var bad *sensor.PacketError
	_, err := d.Decode(sensor.Notification{From: sensor.Characteristic{Service: sensor.Short(0x1800), ID: sensor.Short(0x2A00)}, Bytes: make([]byte, 40)}, nil)
	if !errors.As(err, &bad) || bad.Why != sensor.BadSource {
		t.Errorf("a device name read as a packet gives %v", err)
	}
}

// allocations: a decoder that allocates for every packet keeps the collector of a small tablet busy.
func allocations(t *testing.T, driver sensor.Driver, trace *Trace) {
	d, link := mustPrepare(t, driver, trace)
	var packets []sensor.Notification
	for n := range link.Notifications() {
		if n.From != sensor.BatteryLevel {
			packets = append(packets, n)
		}
	}
	blocks := make([]sensor.Block, 0, 64)
	per := testing.AllocsPerRun(5, func() {
		for _, n := range packets {
			blocks, _ = d.Decode(n, blocks[:0])
		}
	}) / float64(len(packets))
	if per > 0.1 {
		t.Errorf("%.2f allocations a packet", per)
	}
}

// Fuzz is the fuzz target every driver has: any bytes from anywhere.
func Fuzz(f *testing.F, driver sensor.Driver, files fs.FS, file string) {
	trace := MustRead(f, files, file)
	var from []sensor.Characteristic
	seen := map[sensor.Characteristic]bool{}
	for _, n := range trace.Notifications {
		if !seen[n.From] {
			seen[n.From] = true
			from = append(from, n.From)
			f.Add(uint8(len(from)-1), n.Bytes)
			f.Add(uint8(len(from)-1), n.Bytes[:len(n.Bytes)/2])
		}
	}
	f.Add(uint8(255), []byte{})
	f.Fuzz(func(t *testing.T, which uint8, packet []byte) {
		d, _ := mustPrepare(t, driver, trace)
		c := sensor.Characteristic{}
		if int(which) < len(from) {
			c = from[which]
		}
		sane(t, d, c, packet)
	})
}
