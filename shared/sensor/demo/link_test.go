package demo

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/care"
	"hearth/shared/sensor"
)

func mustDevice(t *testing.T, d Driver) *Device {
	t.Helper()
	dev, err := sensor.AdapterFor(d, nil).Request(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return dev.(*Device)
}

func mustConnect(t *testing.T, d Driver, dev *Device) (sensor.Link, sensor.Decoder) {
	t.Helper()
	link, err := dev.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { link.Close() })
	dec, err := d.Prepare(t.Context(), link, nil)
	if err != nil {
		t.Fatal(err)
	}
	return link, dec
}

func TestLinkKeepsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := Driver{Options: Options{Seed: 5}}
		dev := mustDevice(t, d)
		link, dec := mustConnect(t, d, dev)
		defer link.Close()
		began := time.Now()
		count := map[sensor.Characteristic]int{}
		for time.Since(began) < time.Minute {
			n := <-link.Notifications()
			if late := time.Since(n.At.Time()); late < 0 || late > time.Millisecond {
				t.Fatalf("a packet of %v comes %v later", n.At, late)
			}
			if n.From != sensor.BatteryLevel {
				if _, err := dec.Decode(n, nil); err != nil {
					t.Fatal(err)
				}
			}
			count[n.From]++
		}
		if e, m := count[ECG], count[Movement]; e < 936 || e > 939 || m < 389 || m > 391 || count[sensor.BatteryLevel] != 1 {
			t.Errorf("in a minute %d ECG, %d movement packets, %d battery levels", e, m, count[sensor.BatteryLevel])
		}
		if level, err := sensor.Battery(t.Context(), link); err != nil || level != 87 {
			t.Errorf("battery reads %d, %v", level, err)
		}
		if hr := dev.Truth().MeanHeartRate(60, 50); hr < 65 || hr > 75 {
			t.Errorf("the true heart rate is %.1f", hr)
		}
	})
}

func TestLinkEndsOnPurpose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := Driver{}
		dev := mustDevice(t, d)
		link, _ := mustConnect(t, d, dev)
		if _, err := dev.Connect(t.Context()); !errors.Is(err, sensor.ErrUnreachable) {
			t.Errorf("a second link beside the first: %v", err)
		}
		link.Close()
		link.Close()
		for range link.Notifications() { // closed, or this never ends
		}
		<-link.Closed()
		if err := link.Err(); err != nil {
			t.Errorf("closed on purpose and broken: %v", err)
		}
		if err := link.Subscribe(t.Context(), ECG); err == nil {
			t.Error("a closed link takes a subscription")
		}
		mustConnect(t, d, dev)
	})
}

func TestLinkIsLostAndComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := Driver{}
		dev := mustDevice(t, d)
		link, _ := mustConnect(t, d, dev)
		time.Sleep(3 * time.Second)
		dev.Disturb(LinkLoss, 20*time.Second)
		for range link.Notifications() {
		}
		if !errors.Is(link.Err(), sensor.ErrLost) {
			t.Fatalf("lost with %v", link.Err())
		}
		if _, err := d.Prepare(t.Context(), link, nil); !errors.Is(err, sensor.ErrLost) {
			t.Errorf("a device lost while it was prepared: %v", err)
		}
		if err := link.Subscribe(t.Context(), ECG); !errors.Is(err, sensor.ErrLost) {
			t.Errorf("a subscription on a lost link: %v", err)
		}
		time.Sleep(5 * time.Second)
		if _, err := dev.Connect(t.Context()); !errors.Is(err, sensor.ErrUnreachable) {
			t.Errorf("out of range and reachable: %v", err)
		}
		time.Sleep(20 * time.Second)
		link, dec := mustConnect(t, d, dev)
		for n := range link.Notifications() {
			if n.From == ECG {
				b, err := dec.Decode(n, nil)
				if err != nil {
					t.Fatal(err)
				}
				if s := float64(b[0].Tick) / 1e6; s < 28 || s > 30 {
					t.Errorf("after 29 s the device's clock says %.2f s", s)
				}
				break
			}
		}
	})
}

// The machine slept: a real link would be gone, and hours need not be lived through one by one.
func TestLinkAfterSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &sleeper{}
		d := Driver{Clock: c}
		dev := mustDevice(t, d)
		link, _ := mustConnect(t, d, dev)
		time.Sleep(time.Second)
		c.slept.Store(int64(8 * time.Hour))
		for range link.Notifications() {
		}
		if !errors.Is(link.Err(), sensor.ErrLost) {
			t.Fatalf("after eight hours the link ends with %v", link.Err())
		}
		link, _ = mustConnect(t, d, dev)
		<-link.Notifications()
		n := <-link.Notifications()
		if off := n.At.Sub(care.StampOf(c.Now())); off.Abs() > time.Second {
			t.Errorf("the first packet after eight hours is %v off", off)
		}
		if truth := dev.Truth(); len(truth.Beats) > 200 {
			t.Errorf("%d beats were lived through", len(truth.Beats))
		}
	})
}

// sleeper is a clock that can have slept.
type sleeper struct{ slept atomic.Int64 }

func (s *sleeper) Now() time.Time                         { return time.Now().Add(time.Duration(s.slept.Load())) }
func (s *sleeper) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Nobody reads: the link neither blocks nor grows, and ends when told to.
func TestLinkWithoutReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := Driver{}
		link, _ := mustConnect(t, d, mustDevice(t, d))
		time.Sleep(time.Minute)
		link.Close()
		n := 0
		for range link.Notifications() {
			n++
		}
		if n != cap(link.Notifications()) {
			t.Errorf("%d packets wait, room is for %d", n, cap(link.Notifications()))
		}
	})
}

func TestConnectCanBeCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := mustDevice(t, Driver{}).Connect(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("cancelled with %v", err)
		}
	})
}
