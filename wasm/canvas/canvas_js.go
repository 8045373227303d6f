package canvas

import "syscall/js"

// web is a canvas element. Everything in it happens on the page's one thread and nothing blocks, so it needs no lock.
type web struct {
	element js.Value
	size    Size
	gen     uint32
	closed  bool

	pencil
	watch
	loop
}

// Open takes hold of the canvas with the id and keeps its bitmap as large as the element is on the screen. The
// element's own size must come from the stylesheet.
func Open(id string) (Canvas, error) {
	document := js.Global().Get("document")
	if !document.Truthy() {
		return None{}, ErrUnavailable
	}
	element := document.Call("getElementById", id)
	if !element.Truthy() || !element.Get("getContext").Truthy() {
		return None{}, ErrUnavailable
	}
	context := element.Call("getContext", "2d")
	if !context.Truthy() {
		return None{}, ErrUnavailable
	}
	w := &web{element: element}
	w.pencil.open(context)
	w.measureElement()
	w.readTheme()
	w.startWatching()
	return w, nil
}

// Size implements Surface.
func (w *web) Size() Size { return w.size }

// Generation implements Surface.
func (w *web) Generation() uint32 { return w.gen }

// Close implements Canvas.
func (w *web) Close() {
	if w.closed {
		return
	}
	w.closed = true
	w.stopAnimating()
	w.stopWatching()
}
