package media

import (
	"context"
	"fmt"
	"slices"
	"syscall/js"

	"hearth/wasm/await"
	"hearth/wasm/rtc"
)

// Open returns the page's Capture. Where the browser captures nothing (an in-app browser, a page that is not https), asking
// for something is Unavailable.
func Open(o Options) *Capture {
	if api := devices(); api.Truthy() && api.Get("getUserMedia").Truthy() {
		return newCapture(browser{api}, o)
	}
	return newCapture(none{}, o)
}

// Agent is the browser's make.
func Agent() Make {
	nav := js.Global().Get("navigator")
	touches := nav.Get("maxTouchPoints")
	return MakeOf(nav.Get("userAgent").String(), touches.Type() == js.TypeNumber && touches.Int() > 1)
}

func devices() js.Value { return js.Global().Get("navigator").Get("mediaDevices") }

// browser is navigator.mediaDevices (W3C mediacapture-streams section 9).
type browser struct{ api js.Value }

func (b browser) user(ctx context.Context, a ask) ([]Track, error) {
	wanted := map[string]any{}
	if a.mic != nil {
		wanted["audio"] = a.mic.constraints()
	}
	if a.camera != nil {
		wanted["video"] = a.camera.constraints()
	}
	return b.stream(ctx, "getUserMedia", wanted)
}

func (b browser) display(ctx context.Context) ([]Track, error) {
	if !b.screens() {
		return nil, errUnavailable
	}
	return b.stream(ctx, "getDisplayMedia", map[string]any{"audio": false,
		"video": map[string]any{"frameRate": map[string]any{"ideal": 15, "max": 30}, "width": map[string]any{"max": 1920}, "height": map[string]any{"max": 1200}}})
}

// stream calls a method that brings a MediaStream. One that comes when nobody waits any more is let go at once, or its light
// would stay on.
func (b browser) stream(ctx context.Context, method string, wanted map[string]any) ([]Track, error) {
	type answer struct {
		stream js.Value
		err    error
	}
	came := make(chan answer, 1)
	go func() {
		s, err := await.Call(context.Background(), b.api, method, wanted)
		came <- answer{s, err}
	}()
	select {
	case a := <-came:
		if a.err != nil {
			return nil, fmt.Errorf("%s: %w", method, a.err)
		}
		return tracksOf(a.stream), nil
	case <-ctx.Done():
		go func() {
			if a := <-came; a.err == nil {
				for _, t := range tracksOf(a.stream) {
					t.Stop()
				}
			}
		}()
		return nil, ctx.Err()
	}
}

func (m *micAsk) constraints() any {
	c := map[string]any{"echoCancellation": true, "noiseSuppression": m.mode != Plain, "autoGainControl": m.mode != Plain,
		"channelCount": map[string]any{"ideal": 1}}
	if m.device != "" && !m.loose {
		c["deviceId"] = map[string]any{"exact": m.device}
	}
	return c // none of them is a must, but the device
}

func (a *cameraAsk) constraints() any {
	c := map[string]any{}
	if a.blur { // without the wish nothing is said: whoever lets their system blur goes on doing so
		c["backgroundBlur"] = true
	}
	if a.loose {
		return c // without any word it is any camera, as true would be (W3C mediacapture-streams section 10.2)
	}
	for name, wish := range map[string]any{"width": map[string]any{"ideal": a.picture.Width}, "height": map[string]any{"ideal": a.picture.Height},
		"frameRate": map[string]any{"ideal": a.picture.Rate, "max": 30}} {
		c[name] = wish
	}
	switch {
	case a.device != "":
		c["deviceId"] = map[string]any{"exact": a.device}
	case a.exactly:
		c["facingMode"] = map[string]any{"exact": string(a.facing)}
	case a.facing != "":
		c["facingMode"] = map[string]any{"ideal": string(a.facing)}
	}
	return c
}

func (b browser) screens() bool { return b.api.Get("getDisplayMedia").Truthy() }

func (b browser) devices(ctx context.Context) ([]Device, error) {
	list, err := await.Call(ctx, b.api, "enumerateDevices")
	if err != nil {
		return nil, fmt.Errorf("listing devices: %w", err)
	}
	var all []Device
	for i := range list.Length() {
		d := list.Index(i)
		all = append(all, Device{DeviceKind(d.Get("kind").String()), d.Get("deviceId").String(), d.Get("label").String()})
	}
	return slices.DeleteFunc(all, func(d Device) bool { return d.ID == "" }), nil // before anything is allowed there are no names
}

// allowed asks navigator.permissions (W3C permissions section 6); a browser that does not know the name throws.
func (b browser) allowed(ctx context.Context, line string, f func()) (Permission, func()) {
	name := map[string]string{rtc.LineAudio: "microphone", rtc.LineCamera: "camera"}[line]
	api := js.Global().Get("navigator").Get("permissions")
	if !api.Truthy() {
		return "", func() {}
	}
	status, err := await.Call(ctx, api, "query", map[string]any{"name": name})
	if err != nil {
		return "", func() {}
	}
	if f == nil {
		return Permission(status.Get("state").String()), func() {}
	}
	return Permission(status.Get("state").String()), listen(status, "change", f)
}

// answered waits until the person has answered what the page's own script asked within the first tap.
func (b browser) answered(ctx context.Context) error {
	visit := js.Global().Get("hearthVisit")
	if !visit.Truthy() || !visit.Get("settled").Truthy() {
		return nil
	}
	_, _ = await.Promise(ctx, visit.Get("settled")) // what came of it stands in stream
	return ctx.Err()
}

// left takes the stream that script captured.
func (b browser) left() []Track {
	visit := js.Global().Get("hearthVisit")
	if !visit.Truthy() || !visit.Get("stream").Truthy() {
		return nil
	}
	stream := visit.Get("stream")
	visit.Set("stream", js.Null())
	return tracksOf(stream)
}

func (b browser) onDevices(f func()) func() { return listen(b.api, "devicechange", f) }

func (b browser) onVisible(f func()) func() {
	return listen(js.Global().Get("document"), "visibilitychange", f)
}

func (b browser) visible() bool { return !js.Global().Get("document").Get("hidden").Bool() }

// listen calls f at each event until stopped.
func listen(target js.Value, event string, f func()) (stop func()) {
	heard := js.FuncOf(func(js.Value, []js.Value) any { f(); return nil })
	target.Call("addEventListener", event, heard)
	stopped := false
	return func() {
		if !stopped {
			stopped = true
			target.Call("removeEventListener", event, heard)
			heard.Release()
		}
	}
}

func tracksOf(stream js.Value) []Track {
	list := stream.Call("getTracks")
	all := make([]Track, list.Length())
	for i := range all {
		all[i] = &track{js: list.Index(i)}
	}
	return all
}

// track is a MediaStreamTrack.
type track struct {
	js  js.Value
	off []func()
}

func (t *track) JS() js.Value   { return t.js }
func (t *track) Kind() rtc.Kind { return rtc.Kind(t.js.Get("kind").String()) }
func (t *track) Label() string  { return t.js.Get("label").String() }
func (t *track) Enable(on bool) { t.js.Set("enabled", on) }
func (t *track) Muted() bool    { return t.js.Get("muted").Truthy() }
func (t *track) Ended() bool    { return t.js.Get("readyState").String() == "ended" }
func (t *track) Device() string { return t.said("deviceId") }
func (t *track) Facing() Facing { return Facing(t.said("facingMode")) }

func (t *track) said(setting string) string {
	if v := t.js.Call("getSettings").Get(setting); v.Type() == js.TypeString {
		return v.String()
	}
	return ""
}

func (t *track) Size() (width, height int, rate float64) {
	s := t.js.Call("getSettings")
	number := func(name string) float64 {
		if v := s.Get(name); v.Type() == js.TypeNumber {
			return v.Float()
		}
		return 0
	}
	return int(number("width")), int(number("height")), number("frameRate")
}

func (t *track) Listen(f func()) {
	for _, event := range []string{"mute", "unmute", "ended"} {
		t.off = append(t.off, listen(t.js, event, f))
	}
}

func (t *track) Stop() {
	for _, off := range t.off {
		off()
	}
	t.off = nil
	t.js.Call("stop")
}

// Blur reads what the camera can by itself (W3C mediacapture-extensions, backgroundBlur).
func (t *track) Blur() (can, on bool) {
	if !t.js.Get("getCapabilities").Truthy() {
		return false, false
	}
	able := t.js.Call("getCapabilities").Get("backgroundBlur")
	if !able.Truthy() || able.Length() < 2 { // it cannot, or nobody may choose
		return false, t.js.Call("getSettings").Get("backgroundBlur").Truthy()
	}
	return true, t.js.Call("getSettings").Get("backgroundBlur").Truthy()
}

func (t *track) SetBlur(ctx context.Context, on bool) error {
	wanted := js.Global().Get("Object").Call("assign", map[string]any{}, t.js.Call("getConstraints"), map[string]any{"backgroundBlur": on})
	if _, err := await.Call(ctx, t.js, "applyConstraints", wanted); err != nil {
		return fmt.Errorf("blurring: %w", err)
	}
	return nil
}
