package media

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"syscall/js"
	"testing"

	"hearth/shared/fault"
)

// camera is a browser with one camera, as the page sees it: navigator.mediaDevices, and MediaStreamTracks whose capabilities
// name backgroundBlur (W3C mediacapture-extensions).
type camera struct {
	able    any  // the capability; nil: not named
	refuses bool // applyConstraints is rejected
	mu      sync.Mutex
	asked   []string // constraints of getUserMedia and of applyConstraints, as JSON in the order of their names
	free    []js.Func
}

func (c *camera) function(f func(this js.Value, args []js.Value) any) js.Func {
	all := js.FuncOf(f)
	c.free = append(c.free, all)
	return all
}

func (c *camera) note(what string, constraints js.Value) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all any
	_ = json.Unmarshal([]byte(js.Global().Get("JSON").Call("stringify", constraints).String()), &all)
	sorted, _ := json.Marshal(all)
	c.asked = append(c.asked, what+" "+string(sorted))
}

func (c *camera) said() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.asked)
}

// track is one, made with these constraints.
func (c *camera) track(constraints js.Value) js.Value {
	nothing := c.function(func(js.Value, []js.Value) any { return nil })
	settings, is := js.ValueOf(map[string]any{"deviceId": "front"}), constraints
	if c.able != nil {
		settings.Set("backgroundBlur", constraints.Get("backgroundBlur").Truthy())
	}
	t := js.ValueOf(map[string]any{"kind": "video", "label": "Camera", "readyState": "live", "muted": false, "enabled": true})
	t.Set("addEventListener", nothing)
	t.Set("removeEventListener", nothing)
	t.Set("stop", c.function(func(this js.Value, _ []js.Value) any { this.Set("readyState", "ended"); return nil }))
	t.Set("getSettings", c.function(func(js.Value, []js.Value) any { return settings }))
	t.Set("getConstraints", c.function(func(js.Value, []js.Value) any { return is }))
	t.Set("getCapabilities", c.function(func(js.Value, []js.Value) any {
		can := js.ValueOf(map[string]any{"deviceId": "front"})
		if c.able != nil {
			can.Set("backgroundBlur", c.able)
		}
		return can
	}))
	t.Set("applyConstraints", c.function(func(_ js.Value, args []js.Value) any {
		c.note("apply", args[0])
		if c.refuses {
			return js.Global().Get("Promise").Call("reject", js.ValueOf(map[string]any{"name": "OverconstrainedError", "message": "", "constraint": "backgroundBlur"}))
		}
		is = args[0]
		settings.Set("backgroundBlur", is.Get("backgroundBlur"))
		return js.Global().Get("Promise").Call("resolve")
	}))
	return t
}

// capture is the page's, at this camera.
func (c *camera) capture(t *testing.T) *Capture {
	nothing := c.function(func(js.Value, []js.Value) any { return nil })
	document := js.ValueOf(map[string]any{"hidden": false})
	document.Set("addEventListener", nothing)
	document.Set("removeEventListener", nothing)
	js.Global().Set("document", document)
	api := js.ValueOf(map[string]any{})
	api.Set("getUserMedia", c.function(func(_ js.Value, args []js.Value) any {
		c.note("ask", args[0])
		one := c.track(args[0].Get("video"))
		stream := js.ValueOf(map[string]any{})
		stream.Set("getTracks", c.function(func(js.Value, []js.Value) any { return js.ValueOf([]any{one}) }))
		return js.Global().Get("Promise").Call("resolve", stream)
	}))
	all := newCapture(browser{api}, Options{})
	t.Cleanup(func() {
		_ = all.Close()
		js.Global().Delete("document")
		for _, f := range c.free {
			f.Release()
		}
	})
	all.Start(t.Context(), false, true)
	return all
}

const (
	firstAsk = `ask {"video":{"facingMode":{"ideal":"user"},"frameRate":{"ideal":24,"max":30},"height":{"ideal":360},"width":{"ideal":640}}}`
	applied  = `apply {"backgroundBlur":%v,"facingMode":{"ideal":"user"},"frameRate":{"ideal":24,"max":30},"height":{"ideal":360},"width":{"ideal":640}}`
)

// TestBlurIsTheBrowsersOwn: only a camera whose capabilities leave the choice is offered, pressing asks for it beside what was asked
// for before, and the next camera is asked for it at once.
func TestBlurIsTheBrowsersOwn(t *testing.T) {
	for _, able := range []any{nil, []any{false}, []any{true}} {
		if s := (&camera{able: able}).capture(t).State(); s.CanBlur || !s.Camera.Live {
			t.Errorf("capability %v: %+v", able, s)
		}
	}
	c := &camera{able: []any{false, true}}
	own := c.capture(t)
	if s := own.State(); !s.CanBlur || s.Blur {
		t.Fatalf("at first %+v", s)
	}
	for _, on := range []bool{true, false, true} {
		if err := own.SetBlur(t.Context(), on); err != nil || own.State().Blur != on {
			t.Errorf("%v: %v, %+v", on, err, own.State())
		}
	}
	if err := own.Choose(t.Context(), "camera", "other"); err != nil || !own.State().Blur {
		t.Errorf("the next camera: %v, %+v", err, own.State())
	}
	want := []string{firstAsk, fmt.Sprintf(applied, true), fmt.Sprintf(applied, false), fmt.Sprintf(applied, true),
		`ask {"video":{"backgroundBlur":true,"deviceId":{"exact":"other"},"frameRate":{"ideal":24,"max":30},"height":{"ideal":360},"width":{"ideal":640}}}`}
	if got := c.said(); !slices.Equal(got, want) {
		t.Errorf("the browser was asked\n%q, want\n%q", got, want)
	}
}

// TestABrowserThatRefusesToBlur says so, and leaves the camera as it is.
func TestABrowserThatRefusesToBlur(t *testing.T) {
	c := &camera{able: []any{false, true}, refuses: true}
	own := c.capture(t)
	if err := own.SetBlur(t.Context(), true); fault.Of(err).Code != "media.blur" || own.State().Blur || !own.State().CanBlur {
		t.Errorf("%v, %+v", err, own.State())
	}
}
