package push

import (
	"context"
	"encoding/base64"
	"errors"
	"syscall/js"
	"time"

	"hearth/shared/care"
	"hearth/wasm/await"
)

// Open returns the browser's way to take notices.
func Open() Browser {
	navigator := js.Global().Get("navigator")
	if !navigator.Truthy() {
		return None{}
	}
	return web{navigator}
}

type web struct{ navigator js.Value }

// Maker implements Browser.
func (w web) Maker() Maker {
	touch := 0
	if n := w.navigator.Get("maxTouchPoints"); n.Type() == js.TypeNumber {
		touch = n.Int()
	}
	agent := w.navigator.Get("userAgent")
	if agent.Type() != js.TypeString {
		return makerOf("", touch)
	}
	return makerOf(agent.String(), touch)
}

// lacks is why there can be no notices; "" when there can.
func (w web) lacks() State {
	for _, name := range []string{"PushManager", "Notification"} {
		if !js.Global().Get(name).Truthy() {
			if w.Maker() == Apple && !w.navigator.Get("standalone").Truthy() {
				return HomeScreen
			}
			return Unsupported
		}
	}
	if !w.navigator.Get("serviceWorker").Truthy() || !js.Global().Get("isSecureContext").Truthy() {
		return Unsupported
	}
	return ""
}

// Look implements Browser.
func (w web) Look(ctx context.Context) Status {
	if s := w.lacks(); s != "" {
		return Status{State: s}
	}
	if js.Global().Get("Notification").Get("permission").String() == "denied" {
		return Status{State: Denied}
	}
	sub, err := w.subscription(ctx)
	if err != nil || !sub.Truthy() {
		return Status{State: Off}
	}
	return Status{State: On, Endpoint: sub.Get("endpoint").String(), Key: keyOf(sub)}
}

// keyOf is the key a subscription is sent to under, "" where the browser does not say.
func keyOf(sub js.Value) string {
	if options := sub.Get("options"); options.Truthy() {
		return encoded(options.Get("applicationServerKey"))
	}
	return ""
}

// subscription is the one there is, or nothing.
func (w web) subscription(ctx context.Context) (js.Value, error) {
	worker, err := await.Call(ctx, w.navigator.Get("serviceWorker"), "getRegistration")
	if err != nil || !worker.Truthy() {
		return js.Null(), err
	}
	return await.Call(ctx, worker.Get("pushManager"), "getSubscription")
}

// within is how long the browser and its service may take; a worker that cannot be had would be waited for without end.
const within = 20 * time.Second

// Subscribe implements Browser. The permission comes first and before anything is waited for: Safari asks for it only while
// the press lasts, and once it is given needs no other.
func (w web) Subscribe(ctx context.Context, key string) (k care.PushKeys, err error) {
	if w.lacks() != "" {
		return k, ErrUnavailable
	}
	answer, err := await.Call(ctx, js.Global().Get("Notification"), "requestPermission")
	if err != nil {
		return k, err
	}
	if answer.Type() != js.TypeString || answer.String() != "granted" {
		return k, ErrDenied
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	worker, err := await.Promise(ctx, w.navigator.Get("serviceWorker").Get("ready"))
	if err != nil {
		return k, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil {
		return k, err
	}
	if err := w.giveUp(ctx, worker, key); err != nil {
		return k, err
	}
	ours := js.Global().Get("Uint8Array").New(len(raw))
	js.CopyBytesToJS(ours, raw)
	sub, err := await.Call(ctx, worker.Get("pushManager"), "subscribe", map[string]any{"userVisibleOnly": true, "applicationServerKey": ours})
	if err != nil {
		return k, refusal(err)
	}
	return care.PushKeys{Endpoint: sub.Get("endpoint").String(), P256dh: encoded(sub.Call("getKey", "p256dh")), Auth: encoded(sub.Call("getKey", "auth"))}, nil
}

// giveUp ends a subscription under another key: the browser would refuse a second one (Push API section 7.1, InvalidStateError).
func (w web) giveUp(ctx context.Context, worker js.Value, key string) error {
	sub, err := await.Call(ctx, worker.Get("pushManager"), "getSubscription")
	if err != nil || !sub.Truthy() {
		return err
	}
	if keyOf(sub) == key {
		return nil
	}
	_, err = await.Call(ctx, sub, "unsubscribe")
	return err
}

// refusal names the answer a person has a part in.
func refusal(err error) error {
	var said *await.Error
	if errors.As(err, &said) && said.Name == "NotAllowedError" {
		return errors.Join(ErrDenied, err)
	}
	return err
}

// encoded is an ArrayBuffer as base64url; "" of anything else.
func encoded(buffer js.Value) string {
	if !buffer.Truthy() {
		return ""
	}
	array := js.Global().Get("Uint8Array").New(buffer)
	b := make([]byte, array.Length())
	js.CopyBytesToGo(b, array)
	return base64.RawURLEncoding.EncodeToString(b)
}

// Unsubscribe implements Browser.
func (w web) Unsubscribe(ctx context.Context) (string, error) {
	if w.lacks() != "" {
		return "", nil
	}
	sub, err := w.subscription(ctx)
	if err != nil || !sub.Truthy() {
		return "", err
	}
	endpoint := sub.Get("endpoint").String()
	_, err = await.Call(ctx, sub, "unsubscribe")
	return endpoint, err
}
