package wake

import (
	"sync"
	"syscall/js"

	"hearth/shared/care"
)

// running is a web lock: it is held as long as the promise is open that was given for it.
type running struct {
	api js.Value

	mu   sync.Mutex
	held *grant
}

// grant is one request for the lock.
type grant struct {
	cancel js.Value // an AbortController, for a request not granted yet
	settle js.Value // ends the promise
	funcs  []js.Func
}

func (r *running) hold() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held != nil {
		return
	}
	g := &grant{cancel: js.Global().Get("AbortController").New()}
	executor := js.FuncOf(func(_ js.Value, args []js.Value) any { g.settle = args[0]; return nil })
	open := js.Global().Get("Promise").New(executor) // calls it at once
	executor.Release()
	granted := js.FuncOf(func(js.Value, []js.Value) any { return open })
	over := js.FuncOf(func(js.Value, []js.Value) any { go g.free(); return nil })
	g.funcs = []js.Func{granted, over}
	r.held = g
	r.api.Call("request", Name+care.NewID[string](), map[string]any{"mode": "exclusive", "signal": g.cancel.Get("signal")}, granted).
		Call("then", over, over) // a browser that refuses has its reasons; the page measures all the same
}

func (r *running) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held == nil {
		return
	}
	r.held.settle.Invoke()
	r.held.cancel.Call("abort") // does nothing to a lock that was granted
	r.held = nil
}

// free lets go of the functions, once the browser will not call them any more.
func (g *grant) free() {
	for _, f := range g.funcs {
		f.Release()
	}
}
