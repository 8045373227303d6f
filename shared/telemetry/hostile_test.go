package telemetry

import (
	"testing"

	"hearth/shared/care"
)

// A sender that lies about numbers, indices and times can spoil its own books and nothing else: nothing panics, memory
// stays bounded, and what is handed on goes forward in index or, where the sensor began anew, in time.
func FuzzReceiver(f *testing.F) {
	f.Add([]byte{0, 1, 0, 0, 1, 0, 1, 13, 1, 1, 2, 2, 26, 26, 2})
	f.Add([]byte{0, 0, 0, 0, 0, 3, 200, 5, 9, 0, 2, 0, 0, 255, 0})
	f.Add([]byte{0, 1, 1, 1, 1, 100, 1, 1, 6, 23, 0, 1, 1, 1, 1}) // a tally of 800 million frames
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Receiver
		var index int64
		var end care.Stamp
		emit := func(f *Frame) {
			if f.Kind != KindSamples {
				return
			}
			if s := f.Samples; end != 0 && s.First < index && s.Start < end.Add(-s.period()) {
				t.Fatalf("back to index %d at %d from %d at %d", s.First, s.Start, index, end)
			}
			index, end = f.Samples.First+int64(f.Samples.Count()), f.Samples.End()
		}
		seq, at := uint32(0), noon
		var buf []byte
		for ; len(b) >= 5; b = b[5:] {
			at += care.Stamp(b[4]) * 1000
			seq += uint32(int32(int8(b[0]))) << (b[4] % 24)
			frame := Frame{Seq: seq, Kind: KindSamples, Samples: &Samples{First: int64(b[1]) << (b[4] % 40), Sent: int64(b[2]) << (b[0] % 40),
				Start: noon + care.Stamp(b[3])*10_000, PeriodNS: 4e6, Channels: 1, Values: []int32{1, 2, 3}}}
			switch b[3] % 7 {
			case 5:
				frame = Frame{Seq: seq, Kind: KindBeats, Beats: []Beat{{N: uint32(b[1]), At: noon + care.Stamp(b[2])}}}
			case 6:
				r.Tally(Tally{Key: "k", Sent: int64(b[1]) << (b[2] % 40), Frames: seq}, at)
				r.Tick(at, emit)
				if len(r.waiting) == 0 { // so that whatever moves now is moved by the tally
					before := r.next
					at += care.Stamp(settle.Microseconds())
					if r.Tick(at, emit); r.next-before > maxAhead {
						t.Fatalf("a tally moved the next frame from %d to %d", before, r.next)
					}
				}
			}
			buf, _ = frame.Append(buf[:0])
			_ = r.Receive(buf, at, emit)
			if len(r.waiting) > maxWaiting {
				t.Fatalf("%d frames wait", len(r.waiting))
			}
			if c := r.Counts(); c.Lost < 0 || c.FramesLost < 0 || c.Skipped < 0 || c.Received < 0 {
				t.Fatalf("books %+v", c)
			}
		}
		r.Tick(at+care.Stamp(10e6), emit)
		if len(r.waiting) != 0 {
			t.Fatalf("%d frames still wait after ten seconds", len(r.waiting))
		}
	})
}
