package wake

import (
	"context"
	"sync"
	"syscall/js"

	"hearth/wasm/await"
)

// Open returns what the browser has of the two locks.
func Open() Lock {
	both := &both{screen: None{}}
	if api := js.Global().Get("navigator").Get("wakeLock"); api.Truthy() {
		both.screen = &screen{api: api}
	}
	if api := js.Global().Get("navigator").Get("locks"); api.Truthy() {
		both.running = &running{api: api}
	}
	return both
}

// both is the screen's lock and the page's; running is nil where the browser has no web locks.
type both struct {
	screen  Lock
	running *running
}

func (b *both) Hold() {
	b.screen.Hold()
	if b.running != nil {
		b.running.hold()
	}
}

func (b *both) Held() bool { return b.screen.Held() }

func (b *both) Release() {
	b.screen.Release()
	if b.running != nil {
		b.running.release()
	}
}

// screen follows https://www.w3.org/TR/screen-wake-lock/: a sentinel per request, released by the browser whenever the
// page is hidden, so it is asked for again each time the page is seen.
type screen struct {
	api js.Value

	mu       sync.Mutex // guards what follows
	wanted   bool
	sentinel js.Value
	again    js.Func
}

func (s *screen) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wanted {
		return
	}
	s.wanted = true
	s.again = js.FuncOf(func(js.Value, []js.Value) any { go s.ask(); return nil })
	js.Global().Get("document").Call("addEventListener", "visibilitychange", s.again)
	go s.ask()
}

func (s *screen) ask() {
	s.mu.Lock()
	need := s.wanted && !s.held() && !js.Global().Get("document").Get("hidden").Bool()
	s.mu.Unlock()
	if !need {
		return
	}
	v, err := await.Call(context.Background(), s.api, "request", "screen")
	if err != nil {
		return // low battery or no permission: Held tells
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.wanted || s.held() { // nobody wants it any more, or another request was quicker
		v.Call("release")
		return
	}
	s.sentinel = v
}

func (s *screen) Held() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held()
}

func (s *screen) held() bool { return s.sentinel.Truthy() && !s.sentinel.Get("released").Bool() }

func (s *screen) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.wanted {
		return
	}
	s.wanted = false
	js.Global().Get("document").Call("removeEventListener", "visibilitychange", s.again)
	s.again.Release()
	if s.held() {
		s.sentinel.Call("release")
	}
	s.sentinel = js.Undefined()
}
