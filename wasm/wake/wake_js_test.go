package wake

import (
	"syscall/js"
	"testing"
	"time"
)

// TestOneLockAtATime: however often it is asked for meanwhile, one sentinel is kept, and none after Release.
func TestOneLockAtATime(t *testing.T) {
	held := 0
	events := js.FuncOf(func(js.Value, []js.Value) any { return nil })
	release := js.FuncOf(func(this js.Value, _ []js.Value) any {
		if !this.Get("released").Bool() {
			this.Set("released", true)
			held--
		}
		return nil
	})
	request := js.FuncOf(func(js.Value, []js.Value) any {
		held++
		sentinel := js.ValueOf(map[string]any{"released": false})
		sentinel.Set("release", release)
		return js.Global().Get("Promise").Call("resolve", sentinel)
	})
	document := js.ValueOf(map[string]any{"hidden": false})
	document.Set("addEventListener", events)
	document.Set("removeEventListener", events)
	js.Global().Set("document", document)
	t.Cleanup(func() {
		js.Global().Delete("document")
		for _, f := range []js.Func{events, release, request} {
			f.Release()
		}
	})
	api := js.ValueOf(map[string]any{})
	api.Set("request", request)
	s := &screen{api: api}

	for range 3 { // pressed on and off again faster than the browser answers
		s.Hold()
		s.Release()
	}
	s.Hold()
	for asked := time.Now(); !s.Held() || held != 1; time.Sleep(time.Millisecond) {
		if time.Since(asked) > 5*time.Second {
			t.Fatalf("%d locks held, ours: %v", held, s.Held())
		}
	}
	s.Release()
	if held != 0 {
		t.Errorf("%d locks held after Release", held)
	}
}
