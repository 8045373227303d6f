package ble

import (
	"context"
	"strings"
	"syscall/js"
	"time"

	"hearth/shared/sensor"
	"hearth/wasm/await"
)

// device is a BluetoothDevice the person picked, now or on an earlier visit.
type device struct {
	js    js.Value
	radio *radio
}

// ID implements sensor.Device: an opaque text of the browser for this origin.
func (d *device) ID() string { return d.js.Get("id").String() }

// Name implements sensor.Device.
func (d *device) Name() string { return sensor.CleanName(d.name()) }

func (d *device) name() string {
	if n := d.js.Get("name"); n.Type() == js.TypeString {
		return n.String()
	}
	return ""
}

// Connect implements sensor.Device.
func (d *device) Connect(ctx context.Context) (sensor.Link, error) {
	gatt := d.js.Get("gatt")
	_, err := d.radio.ask(ctx, gatt, "connect")
	if err != nil && outOfRange(err) {
		err = d.search(ctx, gatt)
	}
	if ctx.Err() != nil || err == sensor.ErrStuck {
		gatt.Call("disconnect") // also ends an attempt that is still under way
	}
	if ctx.Err() != nil {
		return nil, sensor.ErrUnreachable.Because(ctx.Err())
	}
	if err != nil {
		return nil, refused(connecting, err)
	}
	l := openLink(d, gatt)
	if !gatt.Get("connected").Truthy() { // lost before anybody listened
		l.finish(sensor.ErrLost)
		return nil, sensor.ErrUnreachable
	}
	return l, nil
}

// searching is how often a connection is tried while a scan runs; refusing it costs the system nothing.
const searching = 500 * time.Millisecond

// search connects to a device the system has forgotten since it was last heard, half a minute on some: that needs a
// scan, which watchAdvertisements begins. Not every system tells that the device was heard, so the connection is also
// tried again and again.
func (d *device) search(ctx context.Context, gatt js.Value) error {
	if d.js.Get("watchAdvertisements").Type() != js.TypeFunction {
		return sensor.ErrUnreachable
	}
	abort := js.Global().Get("AbortController").New()
	defer abort.Call("abort")
	heard := make(chan struct{}, 1)
	ear := js.FuncOf(func(js.Value, []js.Value) any {
		select {
		case heard <- struct{}{}:
		default:
		}
		return nil
	})
	defer ear.Release()
	d.js.Call("addEventListener", "advertisementreceived", ear)
	defer d.js.Call("removeEventListener", "advertisementreceived", ear)
	if _, err := await.Call(ctx, d.js, "watchAdvertisements", map[string]any{"signal": abort.Get("signal")}); err != nil {
		return sensor.ErrUnreachable.Because(err)
	}
	tick := time.NewTicker(searching)
	defer tick.Stop()
	for {
		select {
		case <-heard:
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		if _, err := await.Call(ctx, gatt, "connect"); err == nil || !outOfRange(err) {
			return err
		}
	}
}

func outOfRange(err error) bool { return strings.Contains(err.Error(), "no longer in range") }
