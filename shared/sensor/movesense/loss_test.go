package movesense

import (
	"slices"
	"testing"
	"time"

	"hearth/shared/sensor"
	"hearth/shared/telemetry"
)

// journal is where the samples of a device are laid, by index.
type journal struct {
	*testing.T
	lines  [2]*sensor.Timeline
	values [2]map[int64]int32 // of the first channel
	kept   [2]int             // samples that came from the log
}

func newJournal(t *testing.T, d sensor.Decoder) *journal {
	j := &journal{T: t}
	for i, s := range d.Streams() {
		j.lines[i], j.values[i] = sensor.NewTimeline(s), map[int64]int32{}
	}
	return j
}

// streamOf is the stream a characteristic carries, −1 for none, and its channels.
func streamOf(c sensor.Characteristic) (stream, channels int) {
	stream = slices.Index([]sensor.Characteristic{absoluteECG, absoluteMovement}, c)
	return stream, []int{0, 1, movementChannels}[stream+1]
}

// decode lays what is in a packet. A sample is given once.
func (j *journal) decode(d *decoder, n sensor.Notification) {
	j.Helper()
	blocks, err := d.Decode(n, nil)
	if err != nil {
		j.Fatal(err)
	}
	for _, b := range blocks {
		channels := len(d.Streams()[b.Stream].Channels)
		count, p := len(b.Values)/channels, sensor.Place{}
		if b.Past {
			p, _ = j.lines[b.Stream].Fill(count, b.Tick, b.Anchor)
		} else {
			p = j.lines[b.Stream].Place(count, b.Tick, b.Anchor, n.At)
		}
		switch {
		case p.Placement == sensor.Twice && b.Past:
			continue
		case p.Placement != sensor.Placed:
			j.Fatalf("a packet of stream %d, past %v, is placed %v", b.Stream, b.Past, p.Placement)
		case b.Past:
			j.kept[b.Stream] += count
		}
		for i := range count {
			at := p.First + int64(i)
			if _, twice := j.values[b.Stream][at]; twice {
				j.Fatalf("sample %d of stream %d is given twice", at, b.Stream)
			}
			j.values[b.Stream][at] = b.Values[i*channels]
		}
	}
}

// lose plays a session in which the link is gone for 20 s, and returns the decoder of the second link and what the device
// kept, which overlaps a little.
func (j *journal) lose(link *device, session []sensor.Notification, first *decoder) (second *decoder, log []byte) {
	gone, back := traceStart.Add(20*time.Second), traceStart.Add(40*time.Second)
	log = []byte("SBEM0103")
	for _, n := range session {
		stream, _ := streamOf(n.From)
		if stream < 0 {
			continue
		}
		if n.At >= gone.Add(-time.Second) && n.At < back.Add(time.Second) {
			log = append(append(log, byte(logECG+stream), byte(len(n.Bytes))), n.Bytes...)
		}
		switch {
		case n.At < gone:
			j.decode(first, n)
		case n.At < back:
			j.lines[stream].Break(telemetry.CauseLink)
		default:
			if second == nil {
				link.now = n.At
				second = prepare(j.T, link, first)
			}
			j.decode(second, n)
		}
	}
	return second, log
}

// TestNothingIsLostWithTheLink: a device of 0.9 that goes out of range for 20 s keeps what it measures. Laid into the gap
// it closes it, to the sample, in both streams, although the device's time is two turns off.
func TestNothingIsLostWithTheLink(t *testing.T) {
	session := firmwares[3].trace(60 * time.Second).Notifications
	link := newDevice(absolute, "0.9.0")
	first := prepare(t, link, nil)
	j := newJournal(t, first)
	second, log := j.lose(link, session, first)
	link.log, link.now = log, traceStart.Add(61*time.Second)
	done := make(chan error, 1)
	go func() { done <- Driver{}.Recover(t.Context(), link, second) }()
	for end := false; !end; {
		select {
		case n := <-link.out:
			j.decode(second, n)
		case err := <-done:
			if end = true; err != nil {
				t.Fatal(err)
			}
		}
	}
	if times := slices.CompactFunc(link.writes, func(a, b []byte) bool { return slices.Equal(a[8:], b[8:]) }); len(times) != 1 {
		t.Errorf("the time is set %d times", len(times))
	}
	var at [2]int64
	for _, n := range session { // every value stands where it was measured
		stream, channels := streamOf(n.From)
		if stream < 0 {
			continue
		}
		b, _ := first.packet(stream, n.Bytes, first.values[:])
		for i := 0; i < len(b.Values); i += channels {
			if v, ok := j.values[stream][at[stream]]; !ok || v != b.Values[i] {
				t.Fatalf("sample %d of stream %d is %d (there: %v), not %d", at[stream], stream, v, ok, b.Values[i])
			}
			at[stream]++
		}
	}
	if j.kept[0] < 4900 || j.kept[1] < 1000 || int(at[0]) != len(j.values[0]) || int(at[1]) != len(j.values[1]) {
		t.Errorf("of %v samples %v were kept", at, j.kept)
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, f := range firmwares[1:] {
		trace := f.trace(5 * time.Second)
		for _, from := range []sensor.Characteristic{f.layout.ecg, f.layout.movement} {
			var packets []sensor.Notification
			for _, n := range trace.Notifications {
				if n.From == from {
					packets = append(packets, n)
				}
			}
			b.Run(f.version+map[bool]string{true: "/ecg", false: "/movement"}[from == f.layout.ecg], func(b *testing.B) {
				d := newDecoder(f.layout, f.version)
				d.describe()
				var out [4]sensor.Block
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					d.Decode(packets[i%len(packets)], out[:0])
				}
			})
		}
	}
}
