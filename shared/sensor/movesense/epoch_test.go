package movesense

import (
	"testing"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"pgregory.net/rapid"
)

// TestTimeIsRightAfterAnyUptime: whenever a device is given the time, its stamps come out as that time, live and from
// the log, over a connection of any length.
func TestTimeIsRightAfterAnyUptime(t *testing.T) {
	const day = 86_400_000 // ms
	rapid.Check(t, func(r *rapid.T) {
		utc := rapid.Uint64Range(uint64(traceStart), uint64(traceStart)+10*365*day*1000).Draw(r, "time given")
		given := rapid.Uint32Range(0, 40*day).Draw(r, "running time when given")
		late := rapid.Int64Range(0, 20_000_000).Draw(r, "way through the air")
		var e epoch
		ms := uint64(given) + rapid.Uint64Range(0, 70*60*1000).Draw(r, "first packet")
		for _, step := range rapid.SliceOfN(rapid.Uint64Range(1, day/2), 1, 10).Draw(r, "later packets") {
			truth := utc + 1000*(ms-uint64(given))
			arrival := care.Stamp(truth) + care.Stamp(late)
			stamp := deviceTime(utc, given, uint32(ms))
			if got := e.live(stamp, arrival); got != truth {
				r.Fatalf("after %d ms, given the time at %d ms, a stamp is %d µs off", ms, given, int64(got-truth))
			}
			if got := e.past(stamp, arrival+1_000_000); got != truth {
				r.Fatalf("from the log it is %d µs off", int64(got-truth))
			}
			ms += step
		}
	})
}

// TestLogBeforeAnyPacket: a log of a device that has not sent anything else on this link is of the last hour.
func TestLogBeforeAnyPacket(t *testing.T) {
	var e epoch
	stamp := deviceTime(uint64(traceStart), 3*3600_000, 3*3600_000+1000)
	if got := e.past(stamp, traceStart+71_000_000); got != uint64(traceStart)+1_000_000 {
		t.Errorf("it is %d µs off", int64(got)-int64(traceStart)-1_000_000)
	}
}

// TestNewTimeTakesEffectLate: a packet on the way while the time is set is of the time before, or of none.
func TestNewTimeTakesEffectLate(t *testing.T) {
	var e epoch
	if got := e.live(4000, traceStart); got != 4000 {
		t.Errorf("a counter becomes %d", got)
	}
	if got := e.live(uint64(traceStart), traceStart); got != uint64(traceStart) {
		t.Errorf("a stamp that is right becomes %d", got)
	}
	if got := e.live(uint64(traceStart)+2*turn+64_000, traceStart+64_000); got != uint64(traceStart)+64_000 {
		t.Errorf("a stamp two turns off becomes %d", got)
	}
	if got := e.live(5000, traceStart+65_000); got != 5000 {
		t.Errorf("a counter becomes %d", got)
	}
	if got := e.past(5000, traceStart+65_000); got != 5000 {
		t.Errorf("a counter in a log becomes %d", got)
	}
}

// TestClockNobodySet: a device without time is read as a counter, and that is told while it is so.
func TestClockNobodySet(t *testing.T) {
	d := newDecoder(absolute, "0.9.0")
	d.describe()
	decode := func(tick uint64) sensor.Block {
		p := &packer{absolute: true, channels: 1, full: 1, rate: 250}
		b := p.add(1)
		for i := range 8 {
			b[i] = byte(tick >> (8 * i))
		}
		blocks, err := d.Decode(sensor.Notification{From: absoluteECG, At: traceStart, Bytes: b}, nil)
		if err != nil || len(blocks) != 1 {
			t.Fatal(blocks, err)
		}
		return blocks[0]
	}
	if b := decode(123_000_000); b.Tick != 123_000_000 || len(d.About().Notes) != 1 || d.About().Notes[0] != "movesense-clock" {
		t.Errorf("a counter of 123 s gives %d and %v", b.Tick, d.About().Notes)
	}
	if decode(uint64(traceStart)); len(d.About().Notes) != 0 {
		t.Errorf("a device that knows the time tells %v", d.About().Notes)
	}
}
