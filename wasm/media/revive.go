package media

import (
	"context"
	"time"

	"hearth/wasm/rtc"
)

const (
	unmuteTime  = 3 * time.Second  // for the system to give a device back once somebody looks at the page again
	reviveEvery = 5 * time.Second  // between two tries that nobody asked for
	reviveTime  = 20 * time.Second // for the browser to answer
)

// turned is told by a track that something happened to it: a phone call took the microphone, another program the camera, a
// plug was pulled, the browser's own button ended a shared screen.
func (c *Capture) turned(line string, t Track) {
	c.mu.Lock()
	s := c.slots[line]
	ours, closed := s.track == t, c.closed
	c.mu.Unlock()
	if !ours || closed {
		return
	}
	if t.Ended() && line == rtc.LineScreen {
		c.Unshare()
		return
	}
	c.tell()
	if !t.Ended() {
		return
	}
	c.put(line)
	c.alone(func() { c.again(line) })
}

// seen is called when somebody looks at the page again: after a phone call, or when the screen was locked, or from the
// settings where they allowed what was refused.
func (c *Capture) seen() {
	if !c.src.visible() {
		return
	}
	c.alone(c.pardon)
	for _, line := range []string{rtc.LineAudio, rtc.LineCamera} {
		c.alone(func() {
			if !c.sick(line) {
				return
			}
			if c.live(line) { // only kept from us: it mostly comes back by itself
				select {
				case <-time.After(unmuteTime):
				case <-c.done:
					return
				}
			}
			c.again(line)
		})
	}
}

// pardon asks for what was refused and is allowed now.
func (c *Capture) pardon() {
	for _, line := range []string{rtc.LineAudio, rtc.LineCamera} {
		if !c.refused(line) {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), reviveTime)
		if c.Allowed(ctx, line) == Granted {
			c.until(ctx, cancel, func() { c.Start(ctx, line == rtc.LineAudio, line == rtc.LineCamera) })
		}
		cancel()
	}
}

func (c *Capture) refused(line string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.slots[line]
	why := Why(s.fault)
	return s.want && (why == Denied || why == Forbidden)
}

// until runs f, whose context ends with the Capture.
func (c *Capture) until(ctx context.Context, cancel func(), f func()) {
	over := make(chan struct{})
	c.alone(func() {
		select {
		case <-c.done:
			cancel()
		case <-over:
		}
	})
	f()
	close(over)
}

// Allowed says whether a line may be captured without anybody being asked.
func (c *Capture) Allowed(ctx context.Context, line string) Permission {
	p, stop := c.src.allowed(ctx, line, nil)
	stop()
	return p
}

// OnAllowed calls f whenever that may have changed: somebody was in the browser's settings. What was refused before and is
// granted then is asked for by itself.
func (c *Capture) OnAllowed(ctx context.Context, f func()) (stop func()) {
	changed := func() {
		c.alone(c.pardon)
		f()
	}
	_, mic := c.src.allowed(ctx, rtc.LineAudio, changed)
	_, camera := c.src.allowed(ctx, rtc.LineCamera, changed)
	return func() { mic(); camera() }
}

// sick reports whether a device that is wanted brings nothing.
func (c *Capture) sick(line string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.slots[line]
	return s.want && s.track != nil && (s.track.Ended() || s.track.Muted())
}

// alone runs f beside everything else, until Close at the latest.
func (c *Capture) alone(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.runs.Go(f)
	}
}

// again asks for a device that was lost. When it just did, it waits first: a plug that is loose comes and goes.
func (c *Capture) again(line string) {
	for c.sick(line) {
		c.mu.Lock()
		s := c.slots[line]
		wait := reviveEvery - time.Since(s.revived)
		if wait <= 0 {
			s.revived = time.Now()
		}
		c.mu.Unlock()
		if !c.src.visible() {
			return // when somebody looks, seen asks
		}
		if wait <= 0 {
			break
		}
		select {
		case <-time.After(wait):
		case <-c.done:
			return
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), reviveTime)
	defer cancel()
	c.until(ctx, cancel, func() { _ = c.revive(ctx, false) })
}

// Revive asks anew for every wanted device that brings nothing. It is what a "Tap to resume" button calls when the device has
// not come back by itself: some browsers want a gesture. The first error is returned; State tells of both.
func (c *Capture) Revive(ctx context.Context) error { return c.revive(ctx, true) }

// revive asks anew. What is only kept from us stays until something new is there, for when the system gives it back nobody has
// to ask; but a camera goes first when somebody pressed: phones open one at a time.
func (c *Capture) revive(ctx context.Context, pressed bool) error {
	if err := c.take(ctx); err != nil {
		return err
	}
	defer c.give()
	var first error
	for _, line := range []string{rtc.LineAudio, rtc.LineCamera} {
		if !c.sick(line) {
			continue
		}
		a := ask{mic: c.micAsk()}
		if line == rtc.LineCamera {
			a = ask{camera: c.cameraAsk()}
		}
		if t := c.Own(line); t != nil && (t.Ended() || pressed && line == rtc.LineCamera) {
			t.Stop()
		}
		if err := c.one(ctx, line, a); err != nil && first == nil {
			first = err
		}
	}
	c.tell()
	return first
}
