package ble

import (
	"context"
	"syscall/js"

	"hearth/shared/care"
	"hearth/shared/sensor"
	"hearth/wasm/await"
)

// value is one characteristic of a connection. All but of and js is guarded by the link's mutex.
type value struct {
	of sensor.Characteristic
	js js.Value // null: the device has none

	ear       js.Func     // hears characteristicvaluechanged, while listening
	listening bool        // the device sends, and ear hears
	wanted    bool        // by Subscribe: goes to Notifications
	asked     chan []byte // by Ask: gets the next ones instead; nil = nobody asks
}

func (v *value) deafen() {
	v.js.Call("removeEventListener", "characteristicvaluechanged", v.ear)
	v.ear.Release()
}

// Subscribe implements sensor.Link.
func (l *link) Subscribe(ctx context.Context, c sensor.Characteristic) error {
	v, err := l.need(ctx, c)
	if err != nil {
		return err
	}
	l.want(v, true)
	if err = l.listen(ctx, v); err != nil {
		l.want(v, false)
	}
	return err
}

// Unsubscribe implements sensor.Link.
func (l *link) Unsubscribe(ctx context.Context, c sensor.Characteristic) error {
	v, err := l.need(ctx, c)
	if err != nil {
		return err
	}
	l.want(v, false)
	_, err = l.turn(ctx, func(ctx context.Context) (js.Value, error) {
		if !l.shut(v) {
			return js.Undefined(), nil
		}
		v.deafen()
		return await.Call(ctx, v.js, "stopNotifications")
	})
	return err
}

func (l *link) want(v *value, wanted bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v.wanted = wanted
}

// heard lists what is listened to.
func (l *link) heard() (all []*value) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, v := range l.known {
		if v.listening {
			all = append(all, v)
		}
	}
	return all
}

// shut marks v as not listened to; who gets true has to deafen it.
func (l *link) shut(v *value) (was bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	was, v.listening = v.listening, false
	return was
}

// listen has the device send, if it does not yet. The ear is there first, so that no packet is missed.
func (l *link) listen(ctx context.Context, v *value) error {
	_, err := l.turn(ctx, func(ctx context.Context) (js.Value, error) {
		l.mu.Lock()
		if l.closing || l.over || v.listening {
			defer l.mu.Unlock()
			if l.closing || l.over {
				return js.Undefined(), sensor.ErrLost
			}
			return js.Undefined(), nil
		}
		v.ear, v.listening = js.FuncOf(func(_ js.Value, args []js.Value) any { l.came(v, args); return nil }), true
		l.mu.Unlock()
		v.js.Call("addEventListener", "characteristicvaluechanged", v.ear)
		_, err := await.Call(ctx, v.js, "startNotifications")
		if err != nil && l.shut(v) {
			v.deafen()
		}
		return js.Undefined(), err
	})
	return err
}

// came takes one packet from the browser. It never waits: when nobody reads, the newest packets are dropped.
func (l *link) came(v *value, args []js.Value) {
	n := sensor.Notification{From: v.of, At: care.StampOf(l.device.radio.now())}
	n.Bytes = bytesOf(args[0].Get("target").Get("value"))
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.over:
	case v.asked != nil:
		select {
		case v.asked <- n.Bytes:
		default: // more than any answer has
		}
	case v.wanted:
		select {
		case l.out <- n:
		default:
		}
	}
}

// partsMost is how many parts of an answer may come before the first one is looked at.
const partsMost = 16

// Ask implements sensor.Link. Questions wait for each other, because answers do not say what they answer.
func (l *link) Ask(ctx context.Context, to sensor.Characteristic, question []byte, answer sensor.Characteristic, more func([]byte) bool) (parts [][]byte, err error) {
	v, err := l.need(ctx, answer)
	if err != nil {
		return nil, err
	}
	select {
	case l.asks <- struct{}{}:
		defer func() { <-l.asks }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := l.listen(ctx, v); err != nil {
		return nil, err
	}
	answered := make(chan []byte, partsMost)
	l.expect(v, answered)
	defer l.expect(v, nil)
	if err := l.Write(ctx, to, question); err != nil {
		return nil, err
	}
	for {
		select {
		case b := <-answered:
			if parts = append(parts, b); more == nil || !more(b) {
				return parts, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-l.life.Done():
			return nil, sensor.ErrLost
		}
	}
}

func (l *link) expect(v *value, answered chan []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v.asked = answered
}
