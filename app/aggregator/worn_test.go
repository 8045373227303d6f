package aggregator

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
)

// streamingBench has a picked device that streams.
func streamingBench(t *testing.T, wrap func(sensor.Link) sensor.Link) (*bench, *testRadio) {
	t.Helper()
	r := &testRadio{}
	r.devices = []*testDevice{newTestDevice(t, r, "id-1", "Strap")}
	r.devices[0].wrap = wrap
	b, _ := newRadioBench(t, r)
	b.Add("strap")
	b.Connect("strap")
	after(houseTime + 3*time.Second)
	if s := b.only(t); s.State != sensor.Streaming {
		t.Fatalf("picked: %+v", s)
	}
	return b, r
}

// TestBackSoon: whenever a device comes back into reach, it streams within a pause and a look at the clock.
func TestBackSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := streamingBench(t, nil)
		for away := 5 * time.Second; away < 7*time.Second; away += 130 * time.Millisecond {
			r.set(func() { r.refuses = sensor.ErrUnreachable })
			r.devices[0].Disturb(demo.LinkLoss, time.Second)
			after(away)
			r.set(func() { r.refuses = nil })
			back := time.Now()
			for b.only(t).State != sensor.Streaming && time.Since(back) < time.Minute {
				after(10 * time.Millisecond)
			}
			if took := time.Since(back); took > 1300*time.Millisecond {
				t.Errorf("away for %v, it streams %v after it is back", away, took)
			}
			after(time.Second)
		}
	})
}

// TestAwake: somebody who looks at the page does not wait for a pause, wherever in it they come.
func TestAwake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r := streamingBench(t, nil)
		for away := 5 * time.Second; away < 6*time.Second; away += 210 * time.Millisecond {
			r.set(func() { r.refuses = sensor.ErrUnreachable })
			r.devices[0].Disturb(demo.LinkLoss, time.Second)
			after(away)
			r.set(func() { r.refuses = nil })
			b.Awake()
			after(350 * time.Millisecond) // as long as an attempt takes
			if s := b.only(t); s.State != sensor.Streaming {
				t.Errorf("awake after %v: %s", away, s.State)
			}
			after(time.Second)
		}
	})
}

// mute is a link of a device that never tells its battery.
type mute struct {
	sensor.Link
	level *atomic.Int32
}

func (m mute) Subscribe(ctx context.Context, c sensor.Characteristic) error {
	if c == sensor.BatteryLevel {
		return nil
	}
	return m.Link.Subscribe(ctx, c)
}

func (m mute) Read(ctx context.Context, c sensor.Characteristic) ([]byte, error) {
	if c == sensor.BatteryLevel {
		return []byte{byte(m.level.Load())}, nil
	}
	return m.Link.Read(ctx, c)
}

// TestBatteryIsAsked: every few minutes, where a device says nothing of it.
func TestBatteryIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var level atomic.Int32
		level.Store(80)
		b, _ := streamingBench(t, func(l sensor.Link) sensor.Link { return mute{l, &level} })
		if s := b.only(t); s.Battery != 80 {
			t.Fatalf("connected: %d", s.Battery)
		}
		level.Store(70)
		after(batteryEvery - 10*time.Second)
		if s := b.only(t); s.Battery != 80 {
			t.Errorf("asked too early: %d", s.Battery)
		}
		after(20 * time.Second)
		if s := b.only(t); s.Battery != 70 {
			t.Errorf("not asked: %d", s.Battery)
		}
	})
}

// garbler is a link whose packets of the ECG can be made nonsense.
type garbler struct {
	sensor.Link
	out chan sensor.Notification
}

func garble(l sensor.Link, how *atomic.Pointer[func([]byte) []byte]) sensor.Link {
	g := garbler{l, make(chan sensor.Notification)}
	go func() {
		defer close(g.out)
		for n := range l.Notifications() {
			if f := how.Load(); f != nil && n.From == demo.ECG {
				n.Bytes = (*f)(n.Bytes)
			}
			g.out <- n
		}
	}()
	return g
}

func (g garbler) Notifications() <-chan sensor.Notification { return g.out }

// TestNonsenseIsSaid: in words, not as a signal that is merely missing, and only while it lasts.
func TestNonsenseIsSaid(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	for name, nonsense := range map[string]func([]byte) []byte{
		"nothing":      func([]byte) []byte { return nil },
		"a byte short": func(b []byte) []byte { return b[:len(b)-1] },
		"very long":    func([]byte) []byte { return noise(600) },
		"any bytes":    func(b []byte) []byte { return noise(len(b)) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var how atomic.Pointer[func([]byte) []byte]
				b, _ := streamingBench(t, func(l sensor.Link) sensor.Link { return garble(l, &how) })
				after(10 * time.Second)
				if s := b.only(t).Streams[0]; s.Quality != Good || s.HR == 0 {
					t.Fatalf("before: %+v", s)
				}
				how.Store(&nonsense)
				after(stalled + time.Second)
				for range 10 {
					if s := b.only(t); s.Streams[0].Quality != Invalid || s.Streams[0].HR != 0 || s.State != sensor.Streaming {
						t.Fatalf("nonsense: %+v", s)
					}
					after(time.Second)
				}
				how.Store(nil)
				after(15 * time.Second)
				if s := b.only(t).Streams[0]; s.Quality != Good || s.HR == 0 {
					t.Errorf("afterwards: %+v", s)
				}
			})
		})
	}
}
