package call

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// bring sends a file over a line of so many bytes a second, which queues what is too much, and returns how long it took and how
// long anything waited in the queue at the most, once the line was known.
func bring(bits int, size int, base time.Duration) (took, waited time.Duration) {
	p, now := pace{}, monday
	queue, sent := 0.0, 0
	for step := 0; sent < size && took < time.Hour; step++ {
		now, took = now.Add(10*time.Millisecond), took+10*time.Millisecond
		queue = max(0, queue-float64(bits)/8/100)
		for n := p.piece() + pieceHead; sent < size && p.may(now, n); {
			sent += n
			queue += float64(n)
		}
		delay := time.Duration(queue / (float64(bits) / 8) * float64(time.Second))
		if took > 5*time.Second {
			waited = max(waited, delay)
		}
		if step%100 == 99 {
			p.line(now, base+delay, 0)
		}
	}
	return took, waited
}

// TestAFileLeavesRoomForSound: on every line it gets through in a time that fits the line, and what lies in the queue before
// sound is soon gone.
func TestAFileLeavesRoomForSound(t *testing.T) {
	for _, bits := range []int{250_000, 1_000_000, 10_000_000, 100_000_000} {
		took, waited := bring(bits, 4<<20, 40*time.Millisecond)
		least := time.Duration(float64(4<<23) / float64(bits) * float64(time.Second))
		t.Logf("%d kbit/s: 4 MB in %v (at the least %v), sound waits %v at the most", bits/1000, took, least, waited)
		if took > 4*least+20*time.Second || waited > time.Second {
			t.Errorf("%d bit/s: 4 MB take %v, and sound waits %v", bits, took, waited)
		}
	}
}

// TestPace: whatever it is told, it sends no more than its rate and its burst, and nothing while it rests.
func TestPace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, now := pace{}, monday
		for range rapid.IntRange(1, 60).Draw(t, "seconds") {
			least, rest := p.rate, p.rest
			sent := 0
			for range 100 {
				now = now.Add(10 * time.Millisecond)
				for n := p.piece() + pieceHead; p.may(now, n); {
					sent += n
					if now.Before(rest) {
						t.Fatal("something goes while it rests")
					}
				}
			}
			if least = max(least, fileFirst); float64(sent) > least*1.1+2*MaxPiece {
				t.Fatalf("%d bytes in a second at %v", sent, least)
			}
			trip := time.Duration(rapid.IntRange(0, 3000).Draw(t, "trip")) * time.Millisecond
			p.line(now, trip, rapid.IntRange(0, 100).Draw(t, "gaps"))
			if p.rate < fileSlowest || p.rate > fileFastest {
				t.Fatalf("at %v a second", p.rate)
			}
		}
	})
}
