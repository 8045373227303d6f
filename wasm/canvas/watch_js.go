package canvas

import (
	"math"
	"strings"
	"syscall/js"
)

// watch follows the element's size, the theme and whether anybody can see the page.
type watch struct {
	observers []js.Value // with disconnect
	listening []listener
	funcs     []js.Func
	pixels    [2]int // size of the bitmap
}

type listener struct {
	target js.Value
	event  string
	fn     js.Func
}

func (w *web) startWatching() {
	global := js.Global()
	resized := w.keep(func(_ js.Value, args []js.Value) any {
		if len(args) > 0 && args[0].Get("length").Int() > 0 {
			w.resizedTo(args[0].Index(0))
		}
		return nil
	})
	if api := global.Get("ResizeObserver"); api.Truthy() {
		observer := api.New(resized)
		// Safari has no device pixels to give and throws on an unknown box; the content box is asked for there.
		if entry := global.Get("ResizeObserverEntry"); entry.Truthy() && js.Global().Get("Reflect").Call("has", entry.Get("prototype"), "devicePixelContentBoxSize").Bool() {
			observer.Call("observe", w.element, map[string]any{"box": "device-pixel-content-box"})
		} else {
			observer.Call("observe", w.element)
		}
		w.observers = append(w.observers, observer)
	}
	themed := w.keep(func(js.Value, []js.Value) any {
		w.readTheme()
		w.redraw()
		return nil
	})
	if api := global.Get("MutationObserver"); api.Truthy() {
		observer := api.New(themed)
		// data-theme may sit on any part of a page, so on anything above the canvas.
		observer.Call("observe", global.Get("document").Get("documentElement"),
			map[string]any{"attributes": true, "subtree": true, "attributeFilter": []any{"data-theme"}})
		w.observers = append(w.observers, observer)
	}
	for _, query := range []string{"(prefers-color-scheme: dark)", "(prefers-contrast: more)"} {
		w.listen(global.Call("matchMedia", query), "change", themed)
	}
	w.listen(global.Get("window"), "resize", w.keep(func(js.Value, []js.Value) any {
		if w.measureElement() { // a window moved to a screen with another density, where no observer tells
			w.redraw()
		}
		return nil
	}))
	w.listen(global.Get("document"), "visibilitychange", w.keep(func(js.Value, []js.Value) any {
		if global.Get("document").Get("hidden").Bool() {
			if w.pending.Truthy() {
				global.Call("cancelAnimationFrame", w.pending)
				w.pending = js.Undefined()
			}
		} else {
			w.askFrame()
		}
		return nil
	}))
}

func (w *web) stopWatching() {
	for _, o := range w.observers {
		o.Call("disconnect")
	}
	for _, l := range w.listening {
		l.target.Call("removeEventListener", l.event, l.fn)
	}
	for _, f := range w.funcs {
		f.Release()
	}
	w.watch = watch{}
}

func (w *web) keep(fn func(js.Value, []js.Value) any) js.Func {
	f := js.FuncOf(fn)
	w.funcs = append(w.funcs, f)
	return f
}

func (w *web) listen(target js.Value, event string, fn js.Func) {
	if !target.Get("addEventListener").Truthy() { // media queries of old Safari
		return
	}
	target.Call("addEventListener", event, fn)
	w.listening = append(w.listening, listener{target, event, fn})
}

// resizedTo takes the element's exact size in screen pixels from the observer, where the browser has it: a width times
// a ratio can be half a pixel off, which blurs every hairline.
func (w *web) resizedTo(entry js.Value) {
	boxes := entry.Get("devicePixelContentBoxSize")
	if !boxes.Truthy() {
		if w.measureElement() {
			w.redraw()
		}
		return
	}
	box := boxes.Index(0)
	width, height := w.wanted()
	if a, b := box.Get("inlineSize").Int(), box.Get("blockSize").Int(); math.Abs(float64(a-width)) <= 2 && math.Abs(float64(b-height)) <= 2 {
		width, height = a, b // an emulated screen reports pixels of the real one, which are no use
	}
	if w.setPixels(width, height) {
		w.redraw()
	}
}

// wanted is the size of the bitmap by the element's box, a pixel off at worst.
func (w *web) wanted() (width, height int) {
	ratio := js.Global().Get("devicePixelRatio").Float()
	return int(math.Round(w.element.Get("clientWidth").Float() * ratio)), int(math.Round(w.element.Get("clientHeight").Float() * ratio))
}

// measureElement sizes the bitmap from the element's box and reports whether that changed anything.
func (w *web) measureElement() bool { return w.setPixels(w.wanted()) }

// maxPixels bounds a bitmap's side, against a stylesheet gone wrong.
const maxPixels = 8192

func (w *web) setPixels(width, height int) bool {
	width, height = min(width, maxPixels), min(height, maxPixels)
	ratio := js.Global().Get("devicePixelRatio").Float()
	if w.pixels == [2]int{width, height} && w.size.Ratio == ratio {
		return false
	}
	w.pixels = [2]int{width, height}
	w.size = Size{Width: float64(width) / ratio, Height: float64(height) / ratio, Ratio: ratio, Type: w.size.Type}
	w.element.Set("width", width) // clears the bitmap and every setting
	w.element.Set("height", height)
	w.pencil.reset(ratio)
	w.gen++
	return true
}

// readTheme reads the colours, the face and the reader's text size from the stylesheet.
func (w *web) readTheme() {
	style := js.Global().Call("getComputedStyle", w.element)
	for c := range colourCount {
		value := strings.TrimSpace(style.Call("getPropertyValue", c.Token()).String())
		if value == "" {
			value = "gray" // a page without our stylesheet still shows its signal
		}
		w.colours[c] = js.ValueOf(value)
	}
	w.family = style.Get("fontFamily").String()
	w.size.Type = 1
	root := js.Global().Call("getComputedStyle", js.Global().Get("document").Get("documentElement"))
	if px := js.Global().Call("parseFloat", root.Get("fontSize")).Float(); px > 0 {
		w.size.Type = px / 16
	}
	w.pencil.reset(w.size.Ratio)
	w.gen++
}
