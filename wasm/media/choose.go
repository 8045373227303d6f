package media

import (
	"context"

	"hearth/shared/fault"
	"hearth/wasm/rtc"
)

func (c *Capture) micAsk() *micAsk {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &micAsk{device: c.slots[rtc.LineAudio].device, mode: c.mode}
}

func (c *Capture) cameraAsk() *cameraAsk {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.slots[rtc.LineCamera]
	return &cameraAsk{device: s.device, facing: s.facing, picture: c.o.Picture, blur: s.blur}
}

// Devices lists what can be chosen.
func (c *Capture) Devices(ctx context.Context) ([]Device, error) { return c.src.devices(ctx) }

// OnDevices calls f whenever something was plugged in or out.
func (c *Capture) OnDevices(f func()) (stop func()) { return c.src.onDevices(f) }

// Choose takes another microphone or camera; line says which. When it cannot be had the one before is asked for again, and
// the error says why.
//
// Errors: fault.Unavailable "media.…", see Trouble.
func (c *Capture) Choose(ctx context.Context, line, device string) error {
	if line == rtc.LineAudio {
		a := c.micAsk()
		a.device = device
		return c.swap(ctx, line, ask{mic: a})
	}
	a := c.cameraAsk()
	a.device, a.facing = device, ""
	return c.swap(ctx, rtc.LineCamera, ask{camera: a})
}

// SetMode changes what is done to sound before it is sent.
func (c *Capture) SetMode(ctx context.Context, m Mode) error {
	c.mu.Lock()
	same := c.mode == m
	c.mu.Unlock()
	if !same && c.live(rtc.LineAudio) {
		a := c.micAsk()
		a.mode = m
		if err := c.swap(ctx, rtc.LineAudio, ask{mic: a}); err != nil {
			return err
		}
	}
	c.mu.Lock()
	c.mode = m
	c.mu.Unlock()
	c.tell()
	return nil
}

// Flip shows the other camera: on a phone the one on its other side, elsewhere the next there is. While a change is under way
// another one is not begun, so that a nervous finger does no harm. Errors as Choose.
func (c *Capture) Flip(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
	default:
		return nil
	}
	defer c.give()
	a, err := c.other(ctx)
	if err != nil || a == nil {
		return err
	}
	return c.change(ctx, rtc.LineCamera, ask{camera: a})
}

// other is the camera that is not in use; nil where there is one only.
func (c *Capture) other(ctx context.Context) (*cameraAsk, error) {
	devices, err := c.src.devices(ctx)
	if err != nil {
		return nil, faultOf(rtc.LineCamera, err)
	}
	var cameras []Device
	for _, d := range devices {
		if d.Kind == Cameras {
			cameras = append(cameras, d)
		}
	}
	if len(cameras) < 2 {
		return nil, nil
	}
	a := c.cameraAsk()
	if t := c.Own(rtc.LineCamera); t != nil && t.Facing() != "" {
		if a.device, a.exactly = "", true; t.Facing() == Front {
			a.facing = Rear
		} else {
			a.facing = Front
		}
		return a, nil
	}
	next := 0
	for i, d := range cameras {
		if d.ID == a.device {
			next = (i + 1) % len(cameras)
		}
	}
	a.device, a.facing = cameras[next].ID, ""
	return a, nil
}

func (c *Capture) swap(ctx context.Context, line string, a ask) error {
	if err := c.take(ctx); err != nil {
		return err
	}
	defer c.give()
	return c.change(ctx, line, a)
}

// change takes another device in the place of one. The old one is let go first: phones open one camera at a time, and show
// black otherwise. When the new one cannot be had, the old is asked for again.
func (c *Capture) change(ctx context.Context, line string, a ask) error {
	c.mu.Lock()
	s := c.slots[line]
	was, device, facing, blur, closed := s.track, s.device, s.facing, s.blur, c.closed
	s.want = true
	c.mu.Unlock()
	if closed {
		return context.Canceled
	}
	if was != nil {
		was.Stop()
	}
	tracks, err := c.src.user(ctx, a)
	if err == nil {
		c.arrived(tracks)
		c.tell()
		return nil
	}
	back := ask{mic: a.mic}
	if a.mic != nil {
		back.mic = &micAsk{device: device, mode: c.State().Mode}
	} else {
		back.camera = &cameraAsk{device: device, facing: facing, picture: c.o.Picture, blur: blur}
	}
	if was != nil {
		again, cancel := context.WithTimeout(context.WithoutCancel(ctx), reviveTime) // whoever gave up had a picture before
		_ = c.one(again, line, back)                                                 // State tells
		cancel()
	}
	c.tell()
	if ended(err) {
		return err
	}
	return faultOf(line, err)
}

// SetBlur asks the camera itself to blur what is behind the person; see State.CanBlur. Every camera that comes after this one
// is asked for the same: whoever hid their room is not to be seen in it after a phone call.
//
// Errors: fault.Unavailable "media.blur" when the browser refused, or did nothing.
func (c *Capture) SetBlur(ctx context.Context, on bool) error {
	t := c.Own(rtc.LineCamera)
	if t == nil {
		return nil
	}
	err := t.SetBlur(ctx, on)
	if _, is := t.Blur(); err != nil || is != on {
		return fault.New(fault.Unavailable, "media.blur", err)
	}
	c.mu.Lock()
	c.slots[rtc.LineCamera].blur, c.slots[rtc.LineCamera].bare = on, false
	c.mu.Unlock()
	c.tell()
	return nil
}

// CanShare reports whether this browser lets anybody show a screen: those of phones do not.
func (c *Capture) CanShare() bool { return c.src.screens() }

// Share lets the person choose a screen, a window or a tab to show. Choosing nothing is no error. Errors as Choose. The
// browser's own button ends it as Unshare does.
func (c *Capture) Share(ctx context.Context) error {
	if err := c.take(ctx); err != nil {
		return err
	}
	defer c.give()
	tracks, err := c.src.display(ctx)
	switch {
	case ended(err):
		return err
	case err != nil && trouble(err) == Denied:
		return nil
	case err != nil:
		f := faultOf(rtc.LineScreen, err)
		c.mu.Lock()
		c.slots[rtc.LineScreen].fault = f
		c.mu.Unlock()
		c.tell()
		return f
	}
	for _, t := range tracks {
		if t.Kind() != rtc.Video || c.Own(rtc.LineScreen) == t {
			t.Stop()
			continue
		}
		c.mu.Lock()
		c.slots[rtc.LineScreen].want = true
		c.mu.Unlock()
		c.place(rtc.LineScreen, t)
	}
	c.tell()
	return nil
}

// Unshare ends it.
func (c *Capture) Unshare() {
	c.mu.Lock()
	s := c.slots[rtc.LineScreen]
	t := s.track
	s.track, s.want, s.fault = nil, false, nil
	c.mu.Unlock()
	if t == nil {
		return
	}
	t.Stop()
	c.put(rtc.LineScreen)
	c.tell()
}
