package aggregator

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hearth/shared/sensor"
	"hearth/shared/sensor/demo"
)

// worn is a kind of device with the demo's bytes that has to be picked and comes by the radio. It keeps what was
// measured without a link, and tells its firmware.
type worn struct {
	demo.Driver
	fetched *fetched
}

type fetched struct {
	mu   sync.Mutex
	what []string
	hold chan struct{} // Recover waits for it; nil: it does not
}

func (f *fetched) add(what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.what = append(f.what, what)
}

func (f *fetched) list() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.what, " ")
}

func (worn) Describe() sensor.Description {
	d := demo.Driver{}.Describe()
	d.Key, d.Demo, d.Quiet = "strap", false, 30*time.Second
	return d
}

// Adapter hides the demo's own way.
func (worn) Adapter(int) {}

func (s worn) Prepare(ctx context.Context, l sensor.Link, last sensor.Decoder) (sensor.Decoder, error) {
	d, err := s.Driver.Prepare(ctx, l, nil)
	return telling{d}, err
}

func (s worn) Recover(ctx context.Context, l sensor.Link, d sensor.Decoder) error {
	s.fetched.add("recover")
	if s.fetched.hold != nil {
		select {
		case <-s.fetched.hold:
		case <-ctx.Done():
			s.fetched.add("broken-off")
			return ctx.Err()
		}
	}
	return nil
}

func (s worn) Forget(context.Context, sensor.Link) error { s.fetched.add("forget"); return nil }

// telling is a decoder of a device that gives the ECG only and says so.
type telling struct{ sensor.Decoder }

func (telling) About() sensor.About { return sensor.About{Firmware: "0.9.0", Notes: []string{"old"}} }

func (t telling) Streams() []sensor.Stream { return t.Decoder.Streams()[:1] }

func (t telling) Decode(n sensor.Notification, out []sensor.Block) ([]sensor.Block, error) {
	all, err := t.Decoder.Decode(n, out)
	return slices.DeleteFunc(all, func(b sensor.Block) bool { return b.Stream > 0 }), err
}

// testRadio is a radio tests speak for. It hands out the devices it has, in order.
type testRadio struct {
	mu         sync.Mutex
	devices    []*testDevice
	remembered []*testDevice
	refuses    error // what Connect and Request answer; nil: they work
	available  bool
	asked      int           // choosers opened
	chooser    time.Duration // how long the person looks around
}

func (r *testRadio) set(change func()) { r.mu.Lock(); defer r.mu.Unlock(); change() }

func (r *testRadio) choosers() int { r.mu.Lock(); defer r.mu.Unlock(); return r.asked }

func (r *testRadio) Request(ctx context.Context, _ sensor.Driver) (sensor.Device, error) {
	r.mu.Lock()
	r.asked++
	looks, err := r.chooser, r.refuses
	var d *testDevice
	if len(r.devices) > 0 {
		d = r.devices[0]
	}
	r.mu.Unlock()
	select {
	case <-time.After(looks):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	switch {
	case err != nil:
		return nil, err
	case d == nil:
		return nil, sensor.ErrCancelled
	}
	return d, nil
}

func (r *testRadio) Remembered(context.Context, sensor.Driver) (all []sensor.Device, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range r.remembered {
		all = append(all, d)
	}
	return all, nil
}

func (r *testRadio) Available(context.Context) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.available
}

// testDevice is the demo's device under a name and an id.
type testDevice struct {
	*demo.Device
	radio    *testRadio
	id, name string
	wrap     func(sensor.Link) sensor.Link // nil: links are as they are
}

func newTestDevice(t *testing.T, r *testRadio, id, name string) *testDevice {
	t.Helper()
	d := demo.Driver{}
	made, err := d.Adapter().Request(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return &testDevice{Device: made.(*demo.Device), radio: r, id: id, name: name}
}

func (d *testDevice) ID() string   { return d.id }
func (d *testDevice) Name() string { return d.name }

func (d *testDevice) Connect(ctx context.Context) (sensor.Link, error) {
	d.radio.mu.Lock()
	err := d.radio.refuses
	d.radio.mu.Unlock()
	if err != nil {
		return nil, err
	}
	l, err := d.Device.Connect(ctx)
	if err == nil && d.wrap != nil {
		l = d.wrap(l)
	}
	return l, err
}

func newRadioBench(t *testing.T, r *testRadio) (*bench, *fetched) {
	t.Helper()
	f := &fetched{}
	return newBenchWith(t, Options{House: newTestHouse(), Now: time.Now, Radio: r, Drivers: []sensor.Driver{worn{fetched: f}}}), f
}

func (b *bench) only(t *testing.T) SensorView {
	t.Helper()
	v := b.View()
	if len(v.Sensors) != 1 {
		t.Fatalf("sensors %+v, want one", v.Sensors)
	}
	return v.Sensors[0]
}

// TestPickedSensorReconnectsAfterAReload: the browser remembers the device, and nobody touches anything.
func TestPickedSensorReconnectsAfterAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{}
		r.devices = []*testDevice{newTestDevice(t, r, "id-1", "Strap 1742")}
		b, _ := newRadioBench(t, r)
		b.Add("strap")
		b.Connect("strap")
		after(houseTime + 3*time.Second)
		s := b.only(t)
		if s.State != sensor.Streaming || s.Device != "Strap 1742" || s.About.Firmware != "0.9.0" || len(s.Streams) != 1 || r.choosers() != 1 {
			t.Fatalf("picked: %+v", s)
		}
		if told, _ := b.house.lastAnnounced(); len(told) != 1 || told[0].Name != "Strap 1742" {
			t.Errorf("announced %+v", told)
		}
		kept := Recall(Keep(b.View()))
		b.Close()

		r.set(func() { r.remembered, r.refuses = r.devices, sensor.ErrUnreachable }) // out of the house just now
		again, _ := newRadioBench(t, r)
		again.Restore(kept)
		after(houseTime + 3*time.Second)
		if s := again.only(t); s.State != sensor.Reconnecting || s.Device != "Strap 1742" {
			t.Fatalf("remembered and out of reach: %+v", s)
		}
		r.set(func() { r.refuses = nil })
		after(20 * time.Second)
		if s := again.only(t); s.State != sensor.Streaming || s.Fault != "" || r.choosers() != 1 {
			t.Errorf("remembered and back: %+v, %d choosers", s, r.choosers())
		}
	})
}

// TestForgottenSensorWaitsForOneTap: the browser remembers nothing, so the tile says which one to pick, over as many
// reloads as there are.
func TestForgottenSensorWaitsForOneTap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{}
		b, _ := newRadioBench(t, r)
		kept := []Kept{{Kind: "strap", Running: true, Device: "id-1", Name: "Strap 1742"}}
		b.Restore(kept)
		after(time.Second)
		s := b.only(t)
		if s.State != sensor.Idle || !s.Waits || s.Device != "Strap 1742" || r.choosers() != 0 {
			t.Fatalf("after a reload: %+v, %d choosers", s, r.choosers())
		}
		if again := Recall(Keep(b.View())); len(again) != 1 || again[0] != kept[0] {
			t.Errorf("kept again as %+v", again)
		}
		b.Connect("strap") // and nobody picks one
		after(time.Second)
		if s := b.only(t); !s.Waits || s.State != sensor.Idle || s.Fault != "" {
			t.Errorf("after a chooser that was closed: %+v", s)
		}
		r.set(func() { r.devices = []*testDevice{newTestDevice(t, r, "id-2", "Strap 1742")} })
		b.Connect("strap")
		after(houseTime + 3*time.Second)
		if s := b.only(t); s.State != sensor.Streaming || s.Waits || s.ID != "id-2" {
			t.Errorf("after the tap: %+v", s)
		}
		b.Disconnect("strap")
		after(time.Second)
		if kept := Recall(Keep(b.View())); kept[0].Running {
			t.Error("what was disconnected by hand comes back by itself")
		}
	})
}

// TestPermissionTakenBack: the device has to be picked again, and one press opens the chooser.
func TestPermissionTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{}
		r.devices = []*testDevice{newTestDevice(t, r, "id-1", "Strap")}
		b, _ := newRadioBench(t, r)
		b.Add("strap")
		b.Connect("strap")
		after(houseTime + 3*time.Second)
		r.set(func() { r.refuses = sensor.ErrForgotten.Because(errors.New("the browser's words")) })
		r.devices[0].Disturb(demo.LinkLoss, time.Second)
		after(5 * time.Second)
		if s := b.only(t); s.State != sensor.Failed || s.Fault != sensor.ErrForgotten.Code {
			t.Fatalf("permission taken back: %+v", s)
		}
		r.set(func() { r.refuses = nil })
		b.Connect("strap")
		after(3 * time.Second)
		if s := b.only(t); s.State != sensor.Streaming || r.choosers() != 2 {
			t.Errorf("picked again: %+v, %d choosers", s, r.choosers())
		}
	})
}

// TestBluetoothSwitchedOff: it is said, and everything comes back when it is switched on.
func TestBluetoothSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{}
		r.devices = []*testDevice{newTestDevice(t, r, "id-1", "Strap")}
		b, _ := newRadioBench(t, r)
		b.Add("strap")
		b.Connect("strap")
		after(houseTime + 3*time.Second)
		r.set(func() { r.refuses = sensor.ErrOff })
		r.devices[0].Disturb(demo.LinkLoss, time.Second)
		after(time.Minute)
		if s := b.only(t); s.State != sensor.Reconnecting || s.Fault != sensor.ErrOff.Code {
			t.Fatalf("switched off: %+v", s)
		}
		after(sensor.Patience)
		if s := b.only(t); s.State != sensor.Failed || s.Fault != sensor.ErrOff.Code {
			t.Fatalf("off for long: %+v", s)
		}
		r.set(func() { r.refuses, r.available = nil, true })
		after(2*offEvery + time.Second)
		if s := b.only(t); s.State != sensor.Streaming || s.Fault != "" || r.choosers() != 1 {
			t.Errorf("switched on: %+v, %d choosers", s, r.choosers())
		}
	})
}

// TestBluetoothStuck: a browser that says nothing is told as that, also of a first connection, and not given up on: it may
// only have been slow.
func TestBluetoothStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{}
		r.devices = []*testDevice{newTestDevice(t, r, "id-1", "Strap")}
		b, _ := newRadioBench(t, r)
		b.Add("strap")
		b.Connect("strap")
		after(houseTime + 3*time.Second)
		b.Disconnect("strap")
		r.set(func() { r.refuses = sensor.ErrStuck })
		b.Connect("strap")
		after(time.Minute)
		if s := b.only(t); s.State != sensor.Reconnecting || s.Fault != sensor.ErrStuck.Code {
			t.Fatalf("stuck: %+v", s)
		}
		r.set(func() { r.refuses = nil })
		after(2 * sensor.LongPause)
		if s := b.only(t); s.State != sensor.Streaming || s.Fault != "" {
			t.Errorf("it answers again: %+v", s)
		}
	})
}

// TestPoweredOffAdapterLooksAvailable: some browsers say that there is Bluetooth while it is off. The words stay, the
// sensor is tried, and comes soon after it is on.
func TestPoweredOffAdapterLooksAvailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{available: true}
		r.devices = []*testDevice{newTestDevice(t, r, "id-1", "Strap")}
		b, _ := newRadioBench(t, r)
		b.Add("strap")
		b.Connect("strap")
		after(houseTime + 3*time.Second)
		b.Disconnect("strap")
		after(time.Second)
		r.set(func() { r.refuses = sensor.ErrOff })
		b.Connect("strap") // by hand, the device known
		for range 40 {
			after(time.Second)
			if s := b.only(t); s.State != sensor.Reconnecting || s.Fault != sensor.ErrOff.Code {
				t.Fatalf("off: %+v", s)
			}
		}
		r.set(func() { r.refuses = nil })
		after(offEvery + time.Second)
		if s := b.only(t); s.State != sensor.Streaming || s.Fault != "" {
			t.Errorf("on: %+v", s)
		}
	})
}

// TestOffBeforeAnythingWasPicked: no chooser opens by itself.
func TestOffBeforeAnythingWasPicked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{refuses: sensor.ErrOff}
		b, _ := newRadioBench(t, r)
		b.Add("strap")
		b.Connect("strap")
		after(time.Second)
		if s := b.only(t); s.State != sensor.Failed || s.Fault != sensor.ErrOff.Code {
			t.Fatalf("switched off: %+v", s)
		}
		after(2 * offEvery)
		if s := b.only(t); s.Fault != sensor.ErrOff.Code {
			t.Errorf("still off: %+v", s)
		}
		r.set(func() { r.refuses, r.available = nil, true })
		after(offEvery + time.Second)
		if s := b.only(t); s.State != sensor.Idle || s.Fault != "" || r.choosers() != 1 {
			t.Errorf("switched on: %+v, %d choosers", s, r.choosers())
		}
	})
}

// TestOneDeviceOneTile: a device picked for a second tile is refused in words, and the first goes on. Two devices of one
// name are told apart.
func TestOneDeviceOneTile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{}
		one, two := newTestDevice(t, r, "id-1", "Strap"), newTestDevice(t, r, "id-2", "Strap")
		r.devices = []*testDevice{one}
		b, _ := newRadioBench(t, r)
		b.Add("strap")
		b.Add("strap")
		b.Connect("strap")
		after(houseTime + 3*time.Second)
		b.Connect("strap-2")
		after(3 * time.Second)
		if v := b.View().Sensors; v[0].State != sensor.Streaming || v[1].State != sensor.Idle || v[1].Fault != errHere.Code {
			t.Fatalf("picked twice: %+v", v)
		}
		r.set(func() { r.devices = []*testDevice{two} })
		b.Connect("strap-2")
		after(3 * time.Second)
		if v := b.View().Sensors; v[1].State != sensor.Streaming || v[0].Device != "Strap" || v[1].Device != "Strap 2" || v[1].Fault != "" {
			t.Errorf("two of one name: %+v", v)
		}
	})
}

// TestLookingAroundIsNoTimeout: the person may look around for most of a minute, and the connection still has its time.
func TestLookingAroundIsNoTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{chooser: choosePatience - time.Second}
		r.devices = []*testDevice{newTestDevice(t, r, "id-1", "Strap")}
		b, _ := newRadioBench(t, r)
		b.Add("strap")
		b.Connect("strap")
		after(choosePatience + 2*time.Second)
		if s := b.only(t); s.State != sensor.Streaming {
			t.Errorf("after a long look around: %+v", s)
		}
	})
}

// TestKeptSamplesAreFetchedThenForgotten: in this order, on every link, and never forgotten when the link broke meanwhile.
func TestKeptSamplesAreFetchedThenForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &testRadio{}
		r.devices = []*testDevice{newTestDevice(t, r, "id-1", "Strap")}
		b, f := newRadioBench(t, r)
		b.Add("strap")
		b.Connect("strap")
		after(houseTime + 3*time.Second)
		if got := f.list(); got != "recover forget" {
			t.Fatalf("on the first link: %s", got)
		}
		f.hold = make(chan struct{})
		r.devices[0].Disturb(demo.LinkLoss, time.Second)
		after(5 * time.Second)
		r.devices[0].Disturb(demo.LinkLoss, time.Second) // while it fetches
		after(5 * time.Second)
		close(f.hold)
		after(time.Second)
		if got := f.list(); got != "recover forget recover broken-off recover forget" {
			t.Errorf("over two losses: %s", got)
		}
	})
}
