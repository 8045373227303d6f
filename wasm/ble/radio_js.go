package ble

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"syscall/js"
	"time"

	"hearth/shared/fault"
	"hearth/shared/sensor"
	"hearth/wasm/await"
)

// Open returns the way to Bluetooth devices, None where the browser has none. Its links stamp with now, the page's clock.
// There is one for the life of the page.
func Open(now func() time.Time) sensor.Adapter {
	b := js.Global().Get("navigator").Get("bluetooth")
	if !b.Truthy() {
		return None{}
	}
	r := &radio{bluetooth: b, now: now, links: map[*link]bool{}}
	// It listens as long as there is a page, so it is never released.
	js.Global().Call("addEventListener", "pagehide", js.FuncOf(func(js.Value, []js.Value) any { r.leave(); return nil }))
	return r
}

// Missing says why there is no Bluetooth here, Nothing where there is.
func Missing() Lack {
	n := js.Global().Get("navigator")
	a := agent{bluetooth: n.Get("bluetooth").Truthy(), brave: n.Get("brave").Truthy(), secure: js.Global().Get("isSecureContext").Truthy()}
	if text := n.Get("userAgent"); text.Type() == js.TypeString {
		a.text = text.String()
	}
	if touches := n.Get("maxTouchPoints"); touches.Type() == js.TypeNumber {
		a.touches = touches.Int()
	}
	return a.lack()
}

// radio is navigator.bluetooth.
type radio struct {
	bluetooth js.Value
	now       func() time.Time

	mu    sync.Mutex // guards links
	links map[*link]bool
}

// Request implements sensor.Adapter. Nothing is waited for before requestDevice, because a press counts for some seconds
// only.
func (r *radio) Request(ctx context.Context, driver sensor.Driver) (sensor.Device, error) {
	wanted, err := options(driver.Describe())
	if err != nil {
		return nil, err
	}
	d, err := r.ask(ctx, r.bluetooth, "requestDevice", wanted)
	if err != nil {
		return nil, refused(choosing, err)
	}
	return &device{js: d, radio: r}, nil
}

// options is a driver's filter as the browser wants it.
func options(about sensor.Description) (map[string]any, error) {
	var filters, services []any
	for _, prefix := range about.Filter.NamePrefixes {
		filters = append(filters, map[string]any{"namePrefix": prefix})
	}
	for _, s := range about.Filter.Services {
		filters = append(filters, map[string]any{"services": []any{string(s)}})
	}
	if len(filters) == 0 {
		return nil, fmt.Errorf("choosing a device for %s: its filter fits nothing", about.Key)
	}
	all := append(slices.Clone(about.Services), sensor.BatteryLevel.Service, sensor.FirmwareRevision.Service)
	slices.Sort(all)
	for _, s := range slices.Compact(all) {
		services = append(services, string(s))
	}
	return map[string]any{"filters": filters, "optionalServices": services}, nil
}

// Remembered implements sensor.Adapter. A remembered device tells its name and nothing of its services, so a filter by
// service keeps all.
func (r *radio) Remembered(ctx context.Context, driver sensor.Driver) (known []sensor.Device, err error) {
	if r.bluetooth.Get("getDevices").Type() != js.TypeFunction {
		return nil, nil
	}
	list, err := await.Call(ctx, r.bluetooth, "getDevices")
	if err != nil {
		return nil, refused(choosing, err)
	}
	filter := driver.Describe().Filter
	for i := range list.Length() {
		d := &device{js: list.Index(i), radio: r}
		named := func(prefix string) bool { return strings.HasPrefix(d.name(), prefix) }
		if len(filter.Services) > 0 || slices.ContainsFunc(filter.NamePrefixes, named) {
			known = append(known, d)
		}
	}
	return known, nil
}

// Available reports whether there is a Bluetooth adapter that might work. Chromium has no event for it.
func (r *radio) Available(ctx context.Context) bool {
	v, err := await.Call(ctx, r.bluetooth, "getAvailability")
	return err == nil && v.Truthy()
}

// answering is how long a browser may take to say whether there is Bluetooth, which it knows by itself.
const answering = 5 * time.Second

// ask calls a method of the browser's Bluetooth that may rightly take long, and meanwhile sees whether the browser answers at
// all. Chromium on Linux falls silent when the system forgets a device in the middle of a connection to it: no promise of the
// page is settled from then on, no other device is heard, and nothing is said of it.
func (r *radio) ask(ctx context.Context, of js.Value, method string, args ...any) (js.Value, error) {
	asking, stop := context.WithCancelCause(ctx)
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		if !r.answers(asking) {
			stop(sensor.ErrStuck)
		}
	}()
	v, err := await.Call(asking, of, method, args...) // first of all: a press counts for some seconds only
	stop(nil)
	<-looked
	if err != nil && context.Cause(asking) == sensor.ErrStuck {
		return v, sensor.ErrStuck
	}
	return v, err
}

// answers reports whether the browser answers an easy question; a ctx that ends meanwhile leaves that open.
func (r *radio) answers(ctx context.Context) bool {
	easy, cancel := context.WithTimeout(ctx, answering)
	defer cancel()
	await.Call(easy, r.bluetooth, "getAvailability") // whatever it says
	return easy.Err() == nil || ctx.Err() != nil
}

// leave ends every link while the page is being closed: nothing can be waited for any more.
func (r *radio) leave() {
	r.mu.Lock()
	links := r.links
	r.links = map[*link]bool{}
	r.mu.Unlock()
	for l := range links {
		l.leave()
	}
}

func (r *radio) keep(l *link, open bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if open {
		r.links[l] = true
	} else {
		delete(r.links, l)
	}
}

// refused turns what a promise was rejected with into a fault; a context that ended stays what it is.
func refused(when doing, err error) error {
	var is *await.Error
	if !errors.As(err, &is) {
		return err
	}
	var f *fault.Error = refusal(when, is.Name, is.Message)
	return f.Because(err)
}
