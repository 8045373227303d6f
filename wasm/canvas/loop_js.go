package canvas

import "syscall/js"

// loop asks the browser for one repaint after the other.
type loop struct {
	frame   func(nowMS float64)
	tick    js.Func
	request js.Value // window.requestAnimationFrame, bound
	pending js.Value // id of the repaint asked for; undefined when none is
}

// Animate implements Canvas.
func (w *web) Animate(frame func(nowMS float64)) (stop func()) {
	if w.closed {
		return func() {}
	}
	w.stopAnimating()
	l := &w.loop
	window := js.Global().Get("window")
	l.request = window.Get("requestAnimationFrame").Call("bind", window)
	l.frame = frame
	tick := js.FuncOf(func(_ js.Value, args []js.Value) any {
		w.pending = js.Undefined()
		if w.frame == nil {
			return nil
		}
		w.frame(args[0].Float())
		w.askFrame()
		return nil
	})
	l.tick = tick
	w.askFrame()
	return func() {
		// A later Animate has its own tick; this stop must not end that one.
		if w.frame != nil && w.tick.Equal(tick.Value) {
			w.stopAnimating()
		}
	}
}

// askFrame asks for the next repaint, unless one is asked for, nothing animates, or nobody can see it.
func (w *web) askFrame() {
	if w.frame == nil || w.pending.Truthy() || js.Global().Get("document").Get("hidden").Bool() {
		return
	}
	w.pending = w.request.Invoke(w.tick)
}

// redraw runs a frame now, because what was drawn is lost and the next repaint would show the loss.
func (w *web) redraw() {
	if w.frame != nil && !js.Global().Get("document").Get("hidden").Bool() {
		w.frame(js.Global().Get("performance").Call("now").Float())
	}
}

func (w *web) stopAnimating() {
	if w.frame == nil {
		return
	}
	w.frame = nil
	if w.pending.Truthy() {
		js.Global().Call("cancelAnimationFrame", w.pending)
		w.pending = js.Undefined()
	}
	w.tick.Release()
}
