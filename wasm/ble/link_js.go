package ble

import (
	"context"
	"errors"
	"sync"
	"syscall/js"
	"time"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/wasm/await"
)

const (
	room    = 1024            // notifications: some seconds of the liveliest device
	parting = 6 * time.Second // for unsubscribing before an intended end: a slow air takes a second for each
)

// link is one connection. Browsers refuse an operation while another one is under way, so all of them take turns.
type link struct {
	device *device
	gatt   js.Value
	turns  chan struct{} // holds one while an operation is under way
	asks   chan struct{} // holds one while an answer is waited for
	out    chan sensor.Notification
	gone   js.Func // hears gattserverdisconnected
	once   sync.Once

	life context.Context // ends with the link; operations outlive the callers that gave up on them
	end  context.CancelFunc

	mu      sync.Mutex // guards what follows; never held over a call into the browser
	closing bool       // nothing is listened to any more
	over    bool
	err     error
	known   map[sensor.Characteristic]*value
}

func openLink(d *device, gatt js.Value) *link {
	l := &link{
		device: d, gatt: gatt, turns: make(chan struct{}, 1), asks: make(chan struct{}, 1),
		out: make(chan sensor.Notification, room), known: map[sensor.Characteristic]*value{},
	}
	l.life, l.end = context.WithCancel(context.Background())
	l.gone = js.FuncOf(func(js.Value, []js.Value) any { l.finish(sensor.ErrLost); return nil })
	d.js.Call("addEventListener", "gattserverdisconnected", l.gone)
	d.radio.keep(l, true)
	return l
}

// turn does one operation when it is its turn. A caller whose ctx ends leaves; the operation keeps its turn until the
// browser has settled it.
func (l *link) turn(ctx context.Context, do func(ctx context.Context) (js.Value, error)) (js.Value, error) {
	select {
	case l.turns <- struct{}{}:
	case <-ctx.Done():
		return js.Undefined(), ctx.Err()
	case <-l.life.Done():
		return js.Undefined(), sensor.ErrLost
	}
	type outcome struct {
		value js.Value
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		v, err := do(l.life)
		<-l.turns
		done <- outcome{v, err}
	}()
	select {
	case o := <-done:
		return o.value, l.why(o.err)
	case <-ctx.Done():
		return js.Undefined(), ctx.Err()
	}
}

// why says what an operation's error means: once the link is over, that it is.
func (l *link) why(err error) error {
	switch {
	case err == nil:
		return nil
	case l.life.Err() != nil || !l.gatt.Get("connected").Truthy():
		return sensor.ErrLost.Because(err)
	}
	return refused(talking, err)
}

// need finds a characteristic, once per connection. A device that has not got it is sensor.ErrUnknown.
func (l *link) need(ctx context.Context, c sensor.Characteristic) (*value, error) {
	l.mu.Lock()
	v := l.known[c]
	l.mu.Unlock()
	if v == nil {
		found, err := l.turn(ctx, func(ctx context.Context) (js.Value, error) { return l.look(ctx, c) })
		if err != nil {
			return nil, err
		}
		l.mu.Lock()
		if v = l.known[c]; v == nil { // two may have looked
			v = &value{of: c, js: found}
			l.known[c] = v
		}
		l.mu.Unlock()
	}
	if v.js.IsNull() {
		return nil, sensor.ErrUnknown
	}
	return v, nil
}

// look asks the browser; null means that the device has no such characteristic.
func (l *link) look(ctx context.Context, c sensor.Characteristic) (js.Value, error) {
	v, err := await.Call(ctx, l.gatt, "getPrimaryService", string(c.Service))
	if err == nil {
		v, err = await.Call(ctx, v, "getCharacteristic", string(c.ID))
	}
	var is *await.Error
	if errors.As(err, &is) && is.Name == "NotFoundError" {
		return js.Null(), nil
	}
	return v, err
}

// Find implements sensor.Link.
func (l *link) Find(ctx context.Context, c sensor.Characteristic) (bool, error) {
	switch _, err := l.need(ctx, c); {
	case err == sensor.ErrUnknown: // need's own; a browser's refusal has a cause
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}

// Read implements sensor.Link.
func (l *link) Read(ctx context.Context, c sensor.Characteristic) ([]byte, error) {
	v, err := l.need(ctx, c)
	if err != nil {
		return nil, err
	}
	view, err := l.turn(ctx, func(ctx context.Context) (js.Value, error) { return await.Call(ctx, v.js, "readValue") })
	if err != nil {
		return nil, err
	}
	return bytesOf(view), nil
}

// Write implements sensor.Link, with the device's answer where it gives one.
func (l *link) Write(ctx context.Context, c sensor.Characteristic, b []byte) error {
	v, err := l.need(ctx, c)
	if err != nil {
		return err
	}
	array := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(array, b)
	method := "writeValueWithoutResponse"
	if v.js.Get("properties").Get("write").Truthy() {
		method = "writeValueWithResponse"
	}
	_, err = l.turn(ctx, func(ctx context.Context) (js.Value, error) { return await.Call(ctx, v.js, method, array) })
	return err
}

// Notifications implements sensor.Link.
func (l *link) Notifications() <-chan sensor.Notification { return l.out }

// Now implements sensor.Link.
func (l *link) Now() care.Stamp { return care.StampOf(l.device.radio.now()) }

// Closed implements sensor.Link.
func (l *link) Closed() <-chan struct{} { return l.life.Done() }

// Err implements sensor.Link.
func (l *link) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Close implements sensor.Link.
func (l *link) Close() error {
	l.once.Do(func() {
		ctx, cancel := context.WithTimeout(l.life, parting)
		defer cancel()
		l.mu.Lock()
		l.closing = true
		l.mu.Unlock()
		for _, v := range l.heard() {
			if l.Unsubscribe(ctx, v.of) != nil && ctx.Err() != nil {
				break
			}
		}
		lost := l.life.Err() != nil
		l.finish(nil)
		if !lost {
			l.gatt.Call("disconnect")
		}
	})
	return nil
}

// leave is Close while the page goes away, when Go waits for nothing any more: the browser ends the link when
// notifications are, and anyway when the page is gone.
func (l *link) leave() {
	var stops []any
	for _, v := range l.heard() {
		if p, err := await.Try(func() js.Value { return v.js.Call("stopNotifications") }); err == nil {
			stops = append(stops, p)
		}
	}
	l.finish(nil)
	disconnect := l.gatt.Get("disconnect").Call("bind", l.gatt)
	js.Global().Get("Promise").Call("allSettled", stops).Call("then", disconnect)
}

// finish ends the link, once: nothing is delivered afterwards and nothing listens any more.
func (l *link) finish(err error) {
	l.mu.Lock()
	if l.over {
		l.mu.Unlock()
		return
	}
	l.over, l.err = true, err
	close(l.out)
	var ears []*value
	for _, v := range l.known {
		if v.listening {
			v.listening = false
			ears = append(ears, v)
		}
	}
	l.mu.Unlock()
	l.end()
	for _, v := range ears {
		v.deafen()
	}
	l.device.js.Call("removeEventListener", "gattserverdisconnected", l.gone)
	l.gone.Release()
	l.device.radio.keep(l, false)
}

// bytesOf copies a DataView's bytes; anything else has none.
func bytesOf(view js.Value) []byte {
	if view.Type() != js.TypeObject {
		return nil
	}
	array := js.Global().Get("Uint8Array").New(view.Get("buffer"), view.Get("byteOffset"), view.Get("byteLength"))
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return b
}
