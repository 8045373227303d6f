package frame

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var loaded = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// device has a monotonic clock that stands still in its sleep, and a clock on the wall that people set.
type device struct {
	clock Clock
	mono  time.Duration
	day   time.Time
}

func newDevice() *device {
	d := &device{mono: time.Hour, day: loaded}
	d.read()
	return d
}

func (d *device) read() time.Time { return d.clock.Read(d.mono, d.day) }

// run lets the page run for so long, asked for the time as often as it is.
func (d *device) run(for_ time.Duration) {
	for ; for_ > 0; for_ -= Beat {
		step := min(for_, Beat)
		d.mono, d.day = d.mono+step, d.day.Add(step)
		d.read()
	}
}

func (d *device) set(by time.Duration) { d.day = d.day.Add(by) }

// sleep lets time pass in which nothing runs; the monotonic clock goes on for the part of it that is said.
func (d *device) sleep(for_, mono time.Duration) { d.mono, d.day = d.mono+mono, d.day.Add(for_) }

func TestClock(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(d *device)
		want time.Duration // by the page's clock
	}{
		{"nothing happens", func(d *device) { d.run(time.Hour) }, time.Hour},
		{"asleep out of sight", func(d *device) {
			d.clock.Sight(false)
			d.run(2 * time.Second)
			d.sleep(10*time.Minute, 0)
			d.run(time.Second)
		}, 10*time.Minute + 3*time.Second},
		{"asleep, seen again before anybody asks", func(d *device) {
			d.clock.Sight(false)
			d.sleep(time.Minute, 0)
			d.clock.Sight(true)
			d.run(time.Second)
		}, time.Minute + time.Second},
		{"asleep in sight, and slow to wake", func(d *device) { d.sleep(time.Minute, 2*time.Second); d.run(time.Second) }, time.Minute + time.Second},
		{"asleep, and the monotonic clock went on", func(d *device) { d.clock.Sight(false); d.sleep(time.Minute, time.Minute); d.run(time.Second) }, time.Minute + time.Second},
		{"held up by long work", func(d *device) { d.sleep(20*time.Second, 20*time.Second); d.run(time.Second) }, 21 * time.Second},
		{"set forward while it runs", func(d *device) { d.run(time.Minute); d.set(time.Hour); d.run(time.Minute) }, 2 * time.Minute},
		{"set back while it runs", func(d *device) { d.run(time.Minute); d.set(-time.Hour); d.run(time.Minute) }, 2 * time.Minute},
		{"set back out of sight", func(d *device) { d.clock.Sight(false); d.set(-time.Hour); d.run(time.Minute) }, time.Minute},
		{"set back in its sleep", func(d *device) { d.clock.Sight(false); d.sleep(time.Minute, 0); d.set(-time.Hour); d.run(time.Minute) }, time.Minute},
		{"set a little out of sight", func(d *device) { d.clock.Sight(false); d.set(900 * time.Millisecond); d.run(time.Minute) }, time.Minute},
		{"set forward after it was out of sight", func(d *device) {
			d.clock.Sight(false)
			d.run(time.Minute)
			d.clock.Sight(true)
			d.run(time.Minute)
			d.set(time.Hour)
			d.run(time.Minute)
		}, 3 * time.Minute},
	} {
		d := newDevice()
		c.do(d)
		if got := d.read().Sub(loaded); got != c.want {
			t.Errorf("%s: %v went by, want %v", c.name, got, c.want)
		}
	}
}

// TestClockHoldsWhateverHappens: time never runs backwards, is never behind the monotonic clock, counts every sleep, and
// takes no correction for one.
func TestClockHoldsWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDevice()
		want, last := time.Duration(0), loaded // went by; newest reading
		seen := true
		long := rapid.Int64Range(int64(2*time.Second), int64(12*time.Hour))
		t.Repeat(map[string]func(*rapid.T){
			"run": func(t *rapid.T) {
				n := time.Duration(rapid.Int64Range(1, int64(5*time.Second)).Draw(t, "for"))
				d.run(n)
				want += n
			},
			"hide": func(*rapid.T) { seen = false; d.clock.Sight(false) },
			"show": func(*rapid.T) { seen = true; d.clock.Sight(true); d.read() },
			"set": func(t *rapid.T) {
				by := time.Duration(long.Draw(t, "by"))
				if !seen || rapid.Bool().Draw(t, "back") {
					by = -by // set forward out of sight is the one thing that cannot be told from sleep
				}
				d.set(by)
				d.read()
			},
			"sleep": func(t *rapid.T) {
				n := time.Duration(long.Draw(t, "for"))
				mono := time.Duration(rapid.Int64Range(0, int64(n)).Draw(t, "of which the clock goes on"))
				if seen {
					mono = max(mono, idle+1) // it is late
				}
				if n-mono <= asleep {
					mono = n
				}
				d.sleep(n, mono)
				want += n
			},
			"": func(t *rapid.T) {
				now := d.read()
				if now.Before(last) {
					t.Fatalf("time ran back by %v", last.Sub(now))
				}
				last = now
				if got := now.Sub(loaded); got != want {
					t.Fatalf("%v went by, want %v", got, want)
				}
			},
		})
	})
}
