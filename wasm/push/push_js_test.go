package push

import (
	"context"
	"errors"
	"syscall/js"
	"testing"
)

// stand-ins for what a browser has; node has none of it.
type fake struct {
	t      *testing.T
	funcs  []js.Func
	order  []string // what was called
	sub    js.Value
	answer string
	fails  string // the name of what subscribing throws
}

func (f *fake) fn(name string, do func(args []js.Value) any) js.Func {
	made := js.FuncOf(func(_ js.Value, args []js.Value) any {
		f.order = append(f.order, name)
		return do(args)
	})
	f.funcs = append(f.funcs, made)
	return made
}

func resolved(v any) js.Value { return js.Global().Get("Promise").Call("resolve", v) }

// buffer is an ArrayBuffer.
func buffer(b ...byte) js.Value {
	array := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(array, b)
	return array.Get("buffer")
}

// made is a subscription under a key.
func (f *fake) made(key js.Value) js.Value {
	sub := js.ValueOf(map[string]any{"endpoint": "https://push.example/1", "options": map[string]any{"applicationServerKey": key}})
	sub.Set("getKey", f.fn("getKey", func(args []js.Value) any {
		return map[string]js.Value{"p256dh": buffer(1, 2, 3), "auth": buffer(255, 254)}[args[0].String()]
	}))
	sub.Set("unsubscribe", f.fn("unsubscribe", func([]js.Value) any { f.sub = js.Null(); return resolved(true) }))
	return sub
}

// mustBrowser sets a browser up that answers when asked for permission.
func mustBrowser(t *testing.T, answer string) (*fake, web) {
	f := &fake{t: t, answer: answer, sub: js.Null()}
	manager := js.ValueOf(map[string]any{})
	manager.Set("getSubscription", f.fn("getSubscription", func([]js.Value) any { return resolved(f.sub) }))
	manager.Set("subscribe", f.fn("subscribe", func(args []js.Value) any {
		if f.fails != "" {
			return js.Global().Get("Promise").Call("reject", map[string]any{"name": f.fails, "message": "no"})
		}
		if !args[0].Get("userVisibleOnly").Bool() {
			t.Error("notices nobody sees were asked for")
		}
		f.sub = f.made(args[0].Get("applicationServerKey").Get("buffer"))
		return resolved(f.sub)
	}))
	registration := js.ValueOf(map[string]any{"pushManager": manager})
	workers := js.ValueOf(map[string]any{"ready": resolved(registration)})
	workers.Set("getRegistration", f.fn("getRegistration", func([]js.Value) any { return resolved(registration) }))
	notification := js.ValueOf(map[string]any{"permission": answer})
	notification.Set("requestPermission", f.fn("requestPermission", func([]js.Value) any { return resolved(f.answer) }))
	for name, v := range map[string]any{"Notification": notification, "PushManager": true, "isSecureContext": true} {
		js.Global().Set(name, v)
		t.Cleanup(func() { js.Global().Delete(name) })
	}
	t.Cleanup(func() {
		for _, fn := range f.funcs {
			fn.Release()
		}
	})
	return f, web{js.ValueOf(map[string]any{"serviceWorker": workers, "userAgent": "Mozilla/5.0 (iPhone) Safari/604.1", "maxTouchPoints": 5})}
}

const key = "AQID" // the bytes 1, 2, 3

func TestSubscribe(t *testing.T) {
	f, w := mustBrowser(t, "granted")
	ctx := t.Context()
	if s := w.Look(ctx); s.State != Off {
		t.Errorf("at first %+v", s)
	}
	f.order = nil
	k, err := w.Subscribe(ctx, key)
	if err != nil || k.Endpoint != "https://push.example/1" || k.P256dh != "AQID" || k.Auth != "__4" {
		t.Fatalf("%+v, %v", k, err)
	}
	if f.order[0] != "requestPermission" {
		t.Errorf("the person was asked after something was waited for: %v", f.order)
	}
	if s := w.Look(ctx); s.State != On || s.Endpoint != k.Endpoint || s.Key != key {
		t.Errorf("then %+v", s)
	}
	f.order = nil
	if _, err := w.Subscribe(ctx, key); err != nil || contains(f.order, "unsubscribe") {
		t.Errorf("again, under the same key: %v, %v", f.order, err)
	}
	if _, err := w.Subscribe(ctx, "BAUG"); err != nil || !contains(f.order, "unsubscribe") {
		t.Errorf("under another key: %v, %v", f.order, err)
	}
	for _, want := range []string{"https://push.example/1", ""} {
		if got, err := w.Unsubscribe(ctx); err != nil || got != want {
			t.Errorf("unsubscribed from %q, %v; want %q", got, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	f, w := mustBrowser(t, "default")
	for _, answer := range []string{"denied", "default"} {
		if f.answer = answer; !errors.Is(second(w.Subscribe(t.Context(), key)), ErrDenied) {
			t.Errorf("%s is no refusal", answer)
		}
	}
	f.answer, f.fails = "granted", "NotAllowedError"
	if !errors.Is(second(w.Subscribe(t.Context(), key)), ErrDenied) {
		t.Error("the browser's own refusal is none")
	}
	f.fails = "AbortError"
	if err := second(w.Subscribe(t.Context(), key)); err == nil || errors.Is(err, ErrDenied) {
		t.Errorf("a service that is away: %v", err)
	}
	js.Global().Get("Notification").Set("permission", "denied")
	if s := w.Look(t.Context()); s.State != Denied {
		t.Errorf("denied: %+v", s)
	}
}

func TestLacking(t *testing.T) {
	_, w := mustBrowser(t, "granted")
	js.Global().Delete("PushManager")
	if s := w.Look(t.Context()); s.State != HomeScreen {
		t.Errorf("a page in Safari on an iPhone: %+v", s)
	}
	w.navigator.Set("standalone", true)
	if s := w.Look(t.Context()); s.State != Unsupported {
		t.Errorf("an old iPhone's home screen: %+v", s)
	}
	if err := second(w.Subscribe(t.Context(), key)); !errors.Is(err, ErrUnavailable) {
		t.Error(err)
	}
	if _, err := w.Unsubscribe(t.Context()); err != nil {
		t.Error(err)
	}
	if s := (None{}).Look(context.Background()); s.State != Unsupported {
		t.Errorf("nowhere: %+v", s)
	}
}

func second[T any](_ T, err error) error { return err }

func contains(list []string, one string) bool {
	for _, s := range list {
		if s == one {
			return true
		}
	}
	return false
}
