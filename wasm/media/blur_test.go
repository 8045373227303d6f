package media

import (
	"testing"

	"hearth/shared/fault"
	"hearth/wasm/rtc"
)

// TestBlurStaysWithThePerson: who hid the room behind them is asked for by every camera that comes, one that starts only without
// any wish too, until they say otherwise.
func TestBlurStaysWithThePerson(t *testing.T) {
	p := &phone{blurs: true}
	c := newCapture(p, Options{})
	defer c.Close()
	if s := c.Start(t.Context(), false, true); !s.CanBlur || s.Blur {
		t.Fatalf("at first %+v", s)
	}
	blurred := func(when string, want bool) {
		t.Helper()
		if s := c.State(); s.Blur != want || p.all[len(p.all)-1].asked.camera.blur != want && when != "pressed" {
			t.Errorf("%s: %v", when, s.Blur)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(c.SetBlur(t.Context(), true))
	blurred("pressed", true)
	must(c.Flip(t.Context()))
	blurred("the other camera", true)
	p.refuses(func(a ask) error {
		if !a.camera.loose {
			return refusal{"NotReadableError", ""}
		}
		return nil
	})
	p.all[len(p.all)-1].Stop()
	c.Start(t.Context(), false, true)
	blurred("one without any wish", true)
	p.refuses(nil)
	must(c.SetBlur(t.Context(), false))
	must(c.Flip(t.Context()))
	blurred("no more", false)
}

// TestBlurThatFails: a camera that refuses, or says yes and does nothing, is told of, and nothing is wished of the next.
func TestBlurThatFails(t *testing.T) {
	for name, spoil := range map[string]func(*reel){"it refuses": func(r *reel) { r.blurs = false }, "it does nothing": func(r *reel) { r.stubborn = true }} {
		c := newCapture(&phone{blurs: true}, Options{})
		c.Start(t.Context(), false, true)
		spoil(c.Own(rtc.LineCamera).(*reel))
		if err := c.SetBlur(t.Context(), true); fault.Of(err).Code != "media.blur" {
			t.Errorf("%s: %v", name, err)
		}
		if c.cameraAsk().blur {
			t.Errorf("%s, and it is wished of the next camera", name)
		}
		_ = c.Close()
	}
}

// TestAnotherCameraCannotBlur: whoever hid their room is not seen in it by a camera that cannot hide it, until they say so; the
// wish is told, to be kept for a page that is loaded anew.
func TestAnotherCameraCannotBlur(t *testing.T) {
	p := &phone{}
	c := newCapture(p, Options{Muted: Muted{Blur: true}})
	defer c.Close()
	s := c.Start(t.Context(), false, true)
	if !s.Camera.Live || s.Camera.On || !s.Bare || !s.Muted.Blur || !s.Muted.Camera || c.Track(rtc.LineCamera) != nil {
		t.Errorf("a room that was hidden is seen: %+v", s)
	}
	if s = c.Mute(rtc.LineCamera, false); !s.Camera.On || s.Bare || s.Muted.Blur {
		t.Errorf("let be seen: %+v", s)
	}
	if err := c.Flip(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s = c.State(); !s.Camera.On || s.Bare {
		t.Errorf("the next is hidden, though nobody wants it any more: %+v", s)
	}

	able := newCapture(&phone{blurs: true}, Options{Muted: Muted{Blur: true}})
	defer able.Close()
	if s := able.Start(t.Context(), false, true); !s.Camera.On || !s.Blur || s.Bare {
		t.Errorf("one that can: %+v", s)
	}
}
