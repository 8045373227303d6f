package page

import (
	"context"
	"strings"
	"syscall/js"

	"hearth/shared/words"
	"hearth/wasm/await"
)

// Open returns the browser's document, or None in a worker that has none.
func Open() Page {
	if js.Global().Get("document").Truthy() {
		return document{js.Global().Get("document"), js.Global().Get("hearth")}
	}
	return None{}
}

// document is the browser's; hearth is the object the loader made (assets/js/loader.js).
type document struct{ doc, hearth js.Value }

func (d document) text(key string) string {
	if d.hearth.Truthy() && d.hearth.Get(key).Truthy() {
		return d.hearth.Get(key).String()
	}
	return ""
}

func (d document) Slot() string    { return d.text("as") }
func (d document) Version() string { return d.text("version") }
func (d document) Icons() string   { return d.text("icons") }

func (d document) Language() words.Language {
	if l := words.Language(d.text("lang")); l.Known() {
		return l
	}
	return words.English
}

func (d document) Words(ctx context.Context) ([]byte, error) {
	if !d.hearth.Truthy() {
		return nil, ErrUnavailable
	}
	v, err := await.Promise(ctx, d.hearth.Get("words"))
	if err != nil {
		return nil, err
	}
	return []byte(v.String()), nil
}

func (d document) root() js.Value { return d.doc.Get("documentElement") }

func (d document) Theme() string {
	if t := d.root().Get("dataset").Get("theme"); t.Truthy() {
		return t.String()
	}
	return ""
}

func (d document) SetTheme(theme string) {
	if theme == "" {
		d.root().Get("dataset").Delete("theme")
		d.Keep("theme", "system") // that it follows the device is a choice, too: the house may have written another, see js/theme.js
		return
	}
	d.root().Get("dataset").Set("theme", theme)
	d.Keep("theme", theme)
}

// SetLanguage uses a cookie, because the server writes the page's language into it.
func (d document) SetLanguage(l words.Language) {
	d.doc.Set("cookie", "hearth-lang="+string(l)+"; path=/; max-age=31536000; samesite=lax")
	d.Reload()
}

func (d document) SetTitle(title string) { d.doc.Set("title", title) }

func (d document) Focus(id string) {
	if e := d.doc.Call("getElementById", id); e.Truthy() {
		e.Call("focus")
	}
}

func (d document) Reload()        { js.Global().Get("location").Call("reload") }
func (d document) Go(path string) { js.Global().Get("location").Call("assign", path) }

func (d document) Post(path string, fields map[string]string) { d.post(path, "", fields) }

func (d document) PostAside(path string, fields map[string]string) { d.post(path, "_blank", fields) }

func (d document) post(path, target string, fields map[string]string) {
	form := d.doc.Call("createElement", "form")
	form.Set("method", "post")
	form.Set("action", path)
	if target != "" {
		form.Set("target", target)
		form.Set("rel", "noopener")
	}
	for name, value := range fields {
		in := d.doc.Call("createElement", "input")
		in.Set("type", "hidden")
		in.Set("name", name)
		in.Set("value", value)
		form.Call("appendChild", in)
	}
	d.doc.Get("body").Call("appendChild", form)
	form.Call("submit")
	form.Call("remove")
}

// Keep and Kept survive a browser that forbids storage: what cannot be kept is not kept.
func (d document) Keep(key, value string) {
	defer func() { recover() }()
	js.Global().Get("localStorage").Call("setItem", "hearth."+key, value)
}

func (d document) Kept(key string) (value string) {
	defer func() { recover() }()
	if v := js.Global().Get("localStorage").Call("getItem", "hearth."+key); v.Truthy() {
		value = v.String()
	}
	return value
}

func (d document) KeepHere(key, value string) {
	defer func() { recover() }()
	if value == "" {
		js.Global().Get("sessionStorage").Call("removeItem", "hearth."+key)
		return
	}
	js.Global().Get("sessionStorage").Call("setItem", "hearth."+key, value)
}

func (d document) KeptHere(key string) (value string) {
	defer func() { recover() }()
	if v := js.Global().Get("sessionStorage").Call("getItem", "hearth."+key); v.Truthy() {
		value = v.String()
	}
	return value
}

func (d document) KeptKeys(prefix string) (keys []string) {
	defer func() { recover() }()
	store := js.Global().Get("localStorage")
	for i := range store.Get("length").Int() {
		key, ours := strings.CutPrefix(store.Call("key", i).String(), "hearth.")
		if ours && strings.HasPrefix(key, prefix) && d.Kept(key) != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

func (d document) Measuring(on bool) {
	if d.hearth.Truthy() {
		d.hearth.Set("measuring", on)
	}
}

func (d document) Visible() bool { return !d.doc.Get("hidden").Bool() }

func (d document) OnVisible(f func(bool)) func() {
	return listen(func() { f(d.Visible()) }, event{d.doc, "visibilitychange"}, event{d.doc, "resume"})
}

// OnNetwork listens to the browser coming online and, where it tells, to another kind of network. The "change" of
// navigator.connection also comes for a mere new estimate of speed, which is no reason to connect anew.
func (d document) OnNetwork(f func()) func() {
	online := listen(f, event{js.Global(), "online"})
	c := js.Global().Get("navigator").Get("connection")
	if !c.Truthy() || !c.Get("addEventListener").Truthy() {
		return online
	}
	kind := c.Get("type").String()
	other := listen(func() {
		if now := c.Get("type").String(); now != kind {
			kind = now
			f()
		}
	}, event{c, "change"})
	return func() { online(); other() }
}

func (d document) OnLeave(f func()) func() { return listen(f, event{js.Global(), "pagehide"}) }

func (d document) Fullscreen(on bool) {
	if on && d.root().Get("requestFullscreen").Truthy() {
		d.root().Call("requestFullscreen").Call("catch", ignore)
	} else if !on && d.IsFullscreen() {
		d.doc.Call("exitFullscreen").Call("catch", ignore)
	}
}

func (d document) IsFullscreen() bool { return d.doc.Get("fullscreenElement").Truthy() }

// Copy uses the asynchronous clipboard, which exists only on pages that came safely.
func (d document) Copy(ctx context.Context, text string) error {
	board := js.Global().Get("navigator").Get("clipboard")
	if !board.Truthy() {
		return ErrUnavailable
	}
	_, err := await.Call(ctx, board, "writeText", text)
	return err
}

func (d document) CanInstall() bool { return d.hearth.Truthy() && d.hearth.Get("install").Truthy() }

func (d document) Install() {
	if d.CanInstall() {
		d.hearth.Get("install").Call("prompt")
		d.hearth.Set("install", js.Null())
	}
}

// ignore is for refusals that need no answer; it lives as long as the page.
var ignore = js.FuncOf(func(js.Value, []js.Value) any { return nil })

type event struct {
	on   js.Value
	name string
}

// listen keeps one callback for several events and releases it when stopped.
func listen(f func(), events ...event) (stop func()) {
	cb := js.FuncOf(func(js.Value, []js.Value) any { f(); return nil })
	for _, e := range events {
		e.on.Call("addEventListener", e.name, cb)
	}
	stopped := false
	return func() {
		if stopped {
			return
		}
		stopped = true
		for _, e := range events {
			e.on.Call("removeEventListener", e.name, cb)
		}
		cb.Release()
	}
}
