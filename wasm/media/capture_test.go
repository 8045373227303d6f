package media

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"hearth/shared/care"
	"hearth/shared/fault"
	"hearth/shared/words"
	"hearth/shared/words/catalogue"
	"hearth/wasm/rtc"
)

// refusal is an exception of the browser.
type refusal struct{ name, message string }

func (r refusal) Error() string             { return r.name }
func (r refusal) DOMName() (string, string) { return r.name, r.message }

// reel is a track of the made-up device.
type reel struct {
	mu       sync.Mutex
	kind     rtc.Kind
	device   string
	facing   Facing
	on       bool
	muted    bool
	ended    bool
	hear     func()
	asked    ask
	sequence int
	blurs    bool // it can, and nobody else decides
	stubborn bool // it says yes and does nothing
	blurred  bool
}

func (r *reel) Kind() rtc.Kind            { return r.kind }
func (r *reel) Label() string             { return "label of " + r.device }
func (r *reel) Device() string            { return r.device }
func (r *reel) Facing() Facing            { return r.facing }
func (r *reel) Size() (int, int, float64) { return 640, 360, 24 }
func (r *reel) Enable(on bool)            { r.mu.Lock(); r.on = on; r.mu.Unlock() }
func (r *reel) Muted() bool               { r.mu.Lock(); defer r.mu.Unlock(); return r.muted }
func (r *reel) Ended() bool               { r.mu.Lock(); defer r.mu.Unlock(); return r.ended }
func (r *reel) Listen(f func())           { r.mu.Lock(); r.hear = f; r.mu.Unlock() }
func (r *reel) Blur() (bool, bool)        { r.mu.Lock(); defer r.mu.Unlock(); return r.blurs, r.blurred }
func (r *reel) Stop()                     { r.mu.Lock(); r.ended, r.hear = true, nil; r.mu.Unlock() }
func (r *reel) enabled() bool             { r.mu.Lock(); defer r.mu.Unlock(); return r.on }

func (r *reel) SetBlur(_ context.Context, on bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.blurs {
		return refusal{"OverconstrainedError", "backgroundBlur"}
	}
	r.blurred = on != r.stubborn
	return nil
}

// happen is what the system does to a track.
func (r *reel) happen(muted, ended bool) {
	r.mu.Lock()
	r.muted, r.ended = muted, ended
	hear := r.hear
	r.mu.Unlock()
	if hear != nil {
		hear()
	}
}

// phone is a made-up device: one microphone, two cameras of which one opens at a time.
type phone struct {
	mu     sync.Mutex
	asks   []string
	refuse func(a ask) error
	all    []*reel
	porch  []Track
	answer chan struct{} // closed once the porch's question is answered; nil: it is
	hidden bool
	seen   func()
	takes  time.Duration
	blurs  bool
}

func (p *phone) user(ctx context.Context, a ask) ([]Track, error) {
	if p.takes > 0 {
		select {
		case <-time.After(p.takes):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asks = append(p.asks, spell(a))
	if p.refuse != nil {
		if err := p.refuse(a); err != nil {
			return nil, err
		}
	}
	var tracks []Track
	if a.mic != nil {
		tracks = append(tracks, p.add(&reel{kind: rtc.Audio, device: "mic", asked: a}))
	}
	if a.camera != nil {
		for _, old := range p.all {
			if old.kind == rtc.Video && !old.Ended() && old.device != "screen" {
				return nil, refusal{"NotReadableError", "one at a time"}
			}
		}
		r := &reel{kind: rtc.Video, device: "front", facing: Front, asked: a, blurs: p.blurs, blurred: p.blurs && a.camera.blur}
		if a.camera.facing == Rear || a.camera.device == "rear" {
			r.device, r.facing = "rear", Rear
		}
		tracks = append(tracks, p.add(r))
	}
	return tracks, nil
}

func (p *phone) add(r *reel) *reel {
	r.sequence = len(p.all)
	p.all = append(p.all, r)
	return r
}

func spell(a ask) string {
	var s []string
	if a.mic != nil {
		s = append(s, fmt.Sprintf("mic %s %s %v", a.mic.device, a.mic.mode, a.mic.loose))
	}
	if a.camera != nil {
		s = append(s, fmt.Sprintf("camera %s %s %v", a.camera.device, a.camera.facing, a.camera.loose))
	}
	return strings.Join(s, "+")
}

func (p *phone) display(context.Context) ([]Track, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse != nil {
		if err := p.refuse(ask{}); err != nil {
			return nil, err
		}
	}
	return []Track{p.add(&reel{kind: rtc.Video, device: "screen"}), p.add(&reel{kind: rtc.Audio, device: "tab"})}, nil
}

func (p *phone) screens() bool { return true }
func (p *phone) devices(context.Context) ([]Device, error) {
	return []Device{{Microphones, "mic", ""}, {Cameras, "front", ""}, {Cameras, "rear", ""}}, nil
}
func (p *phone) allowed(context.Context, string, func()) (Permission, func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.refuse == nil {
		return Granted, func() {}
	}
	return Refused, func() {}
}
func (p *phone) answered(ctx context.Context) error {
	if p.answer == nil {
		return nil
	}
	select {
	case <-p.answer:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
func (p *phone) left() []Track               { l := p.porch; p.porch = nil; return l }
func (p *phone) onDevices(func()) func()     { return func() {} }
func (p *phone) onVisible(f func()) func()   { p.seen = f; return func() {} }
func (p *phone) visible() bool               { p.mu.Lock(); defer p.mu.Unlock(); return !p.hidden }
func (p *phone) hide(yes bool)               { p.mu.Lock(); p.hidden = yes; p.mu.Unlock() }
func (p *phone) refuses(f func(a ask) error) { p.mu.Lock(); p.refuse = f; p.mu.Unlock() }

func (p *phone) live() (devices []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.all {
		if !r.Ended() {
			devices = append(devices, r.device)
		}
	}
	slices.Sort(devices)
	return devices
}

// sent is what may go out on each line.
type sent struct {
	mu    sync.Mutex
	lines map[string]*reel
}

func (s *sent) put(line string, t rtc.Track) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, _ := t.(*reel)
	s.lines[line] = r
}

func (s *sent) on(line string) *reel { s.mu.Lock(); defer s.mu.Unlock(); return s.lines[line] }

func newPhone(t interface{ Cleanup(func()) }) (*phone, *Capture, *sent) {
	p, s := &phone{}, &sent{lines: map[string]*reel{}}
	c := newCapture(p, Options{Put: s.put})
	t.Cleanup(func() { c.Close() })
	return p, c, s
}

func only(kind rtc.Kind, name string) func(ask) error {
	return func(a ask) error {
		if kind == rtc.Audio && a.mic != nil || kind == rtc.Video && a.camera != nil {
			return refusal{name: name}
		}
		return nil
	}
}

// Both are asked for together, and each alone when that fails; what cannot be had is told with its reason.
func TestStart(t *testing.T) {
	for _, c := range []struct {
		name        string
		refuse      func(ask) error
		mic, camera string // code of the fault
		asks        []string
	}{
		{"all is well", nil, "", "", []string{"mic  speech false+camera  user false"}},
		{"no camera", only(rtc.Video, "NotFoundError"), "", "media.camera-missing",
			[]string{"mic  speech false+camera  user false", "mic  speech false", "camera  user false"}},
		{"camera denied", only(rtc.Video, "NotAllowedError"), "", "media.camera-denied",
			[]string{"mic  speech false+camera  user false", "mic  speech false", "camera  user false"}},
		{"microphone busy", only(rtc.Audio, "NotReadableError"), "media.mic-busy", "",
			[]string{"mic  speech false+camera  user false", "mic  speech false", "mic  speech true", "camera  user false"}},
		{"a camera that cannot what is wished", func(a ask) error {
			if a.camera != nil && !a.camera.loose {
				return refusal{name: "OverconstrainedError"}
			}
			return nil
		}, "", "", []string{"mic  speech false+camera  user false", "mic  speech false", "camera  user false", "camera   true"}},
		{"the device says no", func(ask) error { return refusal{"NotAllowedError", "Permission denied by system"} }, "media.mic-forbidden", "media.camera-forbidden",
			[]string{"mic  speech false+camera  user false", "mic  speech false", "camera  user false"}},
		{"nothing can be captured", func(ask) error { return errUnavailable }, "media.mic-unavailable", "media.camera-unavailable",
			[]string{"mic  speech false+camera  user false", "mic  speech false", "camera  user false"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, capture, sent := newPhone(t)
			p.refuse = c.refuse
			s := capture.Start(t.Context(), true, true)
			code := func(d Status) string {
				if d.Fault == nil {
					return ""
				}
				return d.Fault.Code
			}
			if code(s.Mic) != c.mic || code(s.Camera) != c.camera || s.Mic.Live != (c.mic == "") || s.Camera.Live != (c.camera == "") {
				t.Errorf("got %+v", s)
			}
			if (sent.on(rtc.LineAudio) != nil) != s.Mic.Live || (sent.on(rtc.LineCamera) != nil) != s.Camera.Live {
				t.Errorf("what may be sent: %v", sent.lines)
			}
			if !slices.Equal(p.asks, c.asks) {
				t.Errorf("asked %q, want %q", p.asks, c.asks)
			}
			p.refuse = nil // repaired
			if s = capture.Start(t.Context(), true, true); !s.Mic.Live || !s.Camera.Live || s.Mic.Fault != nil || s.Camera.Fault != nil {
				t.Errorf("after the repair %+v", s)
			}
		})
	}
}

// What the porch captured is taken over, once; what nobody wants is let go.
func TestInherit(t *testing.T) {
	p, c, sent := newPhone(t)
	mic, camera := &reel{kind: rtc.Audio, device: "mic"}, &reel{kind: rtc.Video, device: "front"}
	p.porch = []Track{mic, camera}
	s := c.Start(t.Context(), true, false)
	if len(p.asks) != 0 || !s.Mic.Live || s.Camera.Live || sent.on(rtc.LineAudio) != mic || !camera.Ended() || !mic.enabled() {
		t.Errorf("%+v, asked %q", s, p.asks)
	}
}

// Whoever does not see the browser's question, or answers it late, is not asked a second time beside it, and goes on without; what
// they allow in the end is there by itself, and nothing is once all is over.
func TestTheAnswerComesLate(t *testing.T) {
	for _, over := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p, c, _ := newPhone(t)
			mic, camera := &reel{kind: rtc.Audio, device: "mic"}, &reel{kind: rtc.Video, device: "front"}
			p.porch, p.answer = []Track{mic, camera}, make(chan struct{})
			for range 2 { // and once more by a button
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				if s := c.Start(ctx, true, true); s.Mic.Live || !s.Mic.Wanted || len(p.asks) != 0 {
					t.Errorf("before the answer %+v, asked %q", s, p.asks)
				}
				cancel()
			}
			late, cancel := context.WithTimeout(t.Context(), time.Minute) // somebody still waits for it
			defer cancel()
			waits := make(chan State)
			go func() { waits <- c.Start(late, true, true) }()
			synctest.Wait()
			if over {
				c.Close()
			}
			close(p.answer)
			<-waits
			synctest.Wait()
			if s := c.State(); len(p.asks) != 0 || s.Mic.Live == over || s.Camera.Live == over || mic.Ended() != over || camera.Ended() != over {
				t.Errorf("over %v: %+v, asked %q", over, s, p.asks)
			}
			c.Close()
		})
	}
}

// A camera is let go before the other is asked for, and asked for again when the other cannot be had; a nervous finger
// begins nothing twice.
func TestFlip(t *testing.T) {
	p, c, sent := newPhone(t)
	c.Start(t.Context(), true, true)
	for i := range 20 {
		if err := c.Flip(t.Context()); err != nil {
			t.Fatal(err)
		}
		if want := []string{"rear", "front"}[i%2]; sent.on(rtc.LineCamera).device != want || c.State().Camera.Device != want {
			t.Fatalf("turn %d shows %s, want %s", i, sent.on(rtc.LineCamera).device, want)
		}
	}
	p.refuse = func(a ask) error {
		if a.camera != nil && a.camera.facing == Rear {
			return refusal{name: "NotReadableError"}
		}
		return nil
	}
	if err := c.Flip(t.Context()); fault.Of(err).Code != "media.camera-busy" {
		t.Errorf("got %v", err)
	}
	if s := c.State(); !s.Camera.Live || s.Camera.Facing != Front || sent.on(rtc.LineCamera).device != "front" {
		t.Errorf("after a turn that failed %+v", s.Camera)
	}
	if got := p.live(); !slices.Equal(got, []string{"front", "mic"}) {
		t.Errorf("live are %v", got)
	}
}

func TestFlipTwiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c, _ := newPhone(t)
		c.Start(t.Context(), false, true)
		p.takes = time.Second
		var wait sync.WaitGroup
		for range 5 {
			wait.Go(func() { _ = c.Flip(t.Context()) })
		}
		wait.Wait()
		if n := len(p.asks); n != 2 {
			t.Errorf("asked %d times, want once at the start and once for the turn: %q", n, p.asks)
		}
		c.Close()
	})
}

// A phone call takes the microphone away: when somebody looks again and it does not come back by itself it is asked for
// again, and who was muted stays muted.
func TestPhoneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c, sent := newPhone(t)
		c.Start(t.Context(), true, true)
		c.Mute(rtc.LineAudio, true)
		mic := sent.on(rtc.LineAudio)
		p.hide(true)
		mic.happen(true, false)
		if s := c.State(); !s.Mic.Held || !s.Mic.Live {
			t.Errorf("in the call %+v", s.Mic)
		}
		p.hide(false)
		p.seen()
		time.Sleep(unmuteTime - time.Second)
		mic.happen(false, false) // it comes back by itself
		time.Sleep(time.Minute)
		if sent.on(rtc.LineAudio) != mic || len(p.asks) != 1 {
			t.Errorf("asked %q although it came back", p.asks)
		}
		mic.happen(true, false)
		p.seen()
		time.Sleep(unmuteTime + time.Second)
		synctest.Wait()
		now := sent.on(rtc.LineAudio)
		if now == mic || now == nil || now.enabled() || !mic.Ended() || c.State().Mic.On {
			t.Errorf("after the call %+v", c.State().Mic)
		}
		p.hide(true)
		sent.on(rtc.LineCamera).happen(false, true) // taken while nobody looks: asked for when somebody does
		synctest.Wait()
		if c.State().Camera.Live || sent.on(rtc.LineCamera) != nil {
			t.Error("a camera that was taken still goes out")
		}
		time.Sleep(time.Minute)
		p.hide(false)
		p.seen()
		synctest.Wait()
		if !c.State().Camera.Live || sent.on(rtc.LineCamera) == nil {
			t.Errorf("nobody asked for the camera again: %q", p.asks)
		}
		c.Close()
	})
}

// What was refused is asked for again when somebody comes back from the settings where they allowed it, and not before.
func TestPardon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c, sent := newPhone(t)
		p.refuses(only(rtc.Video, "NotAllowedError"))
		c.Start(t.Context(), true, true)
		asked := len(p.asks)
		p.seen()
		synctest.Wait()
		if len(p.asks) != asked {
			t.Errorf("asked %q although nothing changed", p.asks)
		}
		p.refuses(nil)
		p.seen()
		synctest.Wait()
		if s := c.State(); !s.Camera.Live || s.Camera.Fault != nil || sent.on(rtc.LineCamera) == nil {
			t.Errorf("after the repair %+v", s.Camera)
		}
		c.Close()
	})
}

// A screen is shown without its sound, ends with the browser's own button, and choosing nothing is no error.
func TestShare(t *testing.T) {
	p, c, sent := newPhone(t)
	if err := c.Share(t.Context()); err != nil {
		t.Fatal(err)
	}
	screen := sent.on(rtc.LineScreen)
	if got := p.live(); !slices.Equal(got, []string{"screen"}) || !c.State().Screen.Live {
		t.Errorf("live are %v", got)
	}
	screen.happen(false, true)
	if s := c.State().Screen; s.Live || s.Wanted || sent.on(rtc.LineScreen) != nil {
		t.Errorf("after its end %+v", s)
	}
	p.refuse = func(ask) error { return refusal{name: "NotAllowedError"} }
	if err := c.Share(t.Context()); err != nil || c.State().Screen.Live {
		t.Errorf("choosing nothing: %v", err)
	}
	p.refuse = func(ask) error { return errUnavailable }
	if err := c.Share(t.Context()); fault.Of(err).Code != "media.screen-unavailable" {
		t.Errorf("got %v", err)
	}
}

// An answer that comes after the end is let go, and nothing lives on.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, c, sent := newPhone(t)
		p.takes = time.Second
		done := make(chan struct{})
		go func() { c.Start(t.Context(), true, true); close(done) }()
		synctest.Wait()
		if err := errors.Join(c.Close(), c.Close()); err != nil {
			t.Fatal(err)
		}
		<-done
		if got := p.live(); len(got) != 0 || sent.on(rtc.LineAudio) != nil {
			t.Errorf("live are %v", got)
		}
	})
}

// Whatever is done in whatever order: what is muted never goes out, no more than one track a device lives, and State tells
// the truth.
func TestNothingMutedGoesOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, c, sent := newPhone(rt)
		muted := map[string]bool{}
		ctx := context.Background()
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			line := rapid.SampledFrom([]string{rtc.LineAudio, rtc.LineCamera}).Draw(rt, "line")
			switch rapid.SampledFrom([]string{"start", "mute", "unmute", "flip", "choose", "mode", "end", "revive", "refuse", "allow", "share", "unshare"}).Draw(rt, "step") {
			case "start":
				c.Start(ctx, rapid.Bool().Draw(rt, "mic"), rapid.Bool().Draw(rt, "camera"))
			case "mute":
				muted[line] = true
				c.Mute(line, true)
			case "unmute":
				muted[line] = false
				c.Mute(line, false)
			case "flip":
				_ = c.Flip(ctx)
			case "choose":
				_ = c.Choose(ctx, line, rapid.SampledFrom([]string{"mic", "front", "rear"}).Draw(rt, "device"))
			case "mode":
				_ = c.SetMode(ctx, rapid.SampledFrom([]Mode{Speech, Plain}).Draw(rt, "mode"))
			case "end":
				if t, is := c.Own(line).(*reel); is && !t.Ended() {
					p.hide(true) // nothing is asked for beside the test
					t.happen(false, true)
					c.runs.Wait() // who was to ask has seen that nobody looks
					p.hide(false)
				}
			case "revive":
				_ = c.Revive(ctx)
			case "refuse":
				name := rapid.SampledFrom([]string{"NotAllowedError", "NotReadableError", "OverconstrainedError", "x"}).Draw(rt, "name")
				p.refuses(only(rapid.SampledFrom([]rtc.Kind{rtc.Audio, rtc.Video}).Draw(rt, "kind"), name))
			case "allow":
				p.refuses(nil)
			case "share":
				_ = c.Share(ctx)
			case "unshare":
				c.Unshare()
			}
			s := c.State()
			for line, d := range map[string]Status{rtc.LineAudio: s.Mic, rtc.LineCamera: s.Camera} {
				out := sent.on(line)
				if muted[line] && out != nil && out.enabled() {
					rt.Fatalf("%s goes out although it is muted", line)
				}
				if d.On && (muted[line] || out == nil || !out.enabled() || out.Ended()) || d.Live && d.Fault != nil {
					rt.Fatalf("%s: %+v, out %+v", line, d, out)
				}
				if !d.Live && out != nil && !out.Ended() {
					rt.Fatalf("%s lives and State does not know: %+v", line, d)
				}
			}
			if live := p.live(); len(slices.Compact(slices.Clone(live))) != len(live) || len(live) > 3 {
				rt.Fatalf("live are %v", live)
			}
		}
		c.Close()
		if live := p.live(); len(live) != 0 {
			rt.Fatalf("after the end %v live", live)
		}
	})
}

// Every trouble has words, a meaning for the visit, and a way out in every browser.
func TestTroubleHasWords(t *testing.T) {
	english := catalogue.Load(words.English)
	for _, why := range Troubles() {
		for _, what := range whats {
			if key := "fault.media." + what + "-" + string(why); !english.Has(key) {
				t.Errorf("%q has no words", key)
			}
		}
		for _, m := range Makes() {
			if key := Repair(m, why); !english.Has(key) {
				t.Errorf("%s in %s: %q has no words", why, m, key)
			}
		}
		if why.Works() == care.WorksWell || Why(fault.New(fault.Unavailable, "media.mic-"+string(why), nil)) != why {
			t.Errorf("%s is nothing", why)
		}
	}
	if Trouble("").Works() != care.WorksWell || Why(nil) != "" || Repair(ChromeDesk, "") != "" {
		t.Error("no trouble is one")
	}
}

// Whoever is muted from the beginning is so before the first device comes, and what may be sent says so.
func TestMutedFromTheBeginning(t *testing.T) {
	p := &phone{}
	c := newCapture(p, Options{Muted: Muted{Mic: true, Camera: true}})
	if s := c.State(); s.Muted != (Muted{Mic: true, Camera: true}) {
		t.Errorf("without a device %+v", s.Muted)
	}
	s := c.Start(t.Context(), true, true)
	if !s.Mic.Live || s.Mic.On || !s.Camera.Live || s.Camera.On || c.Track(rtc.LineCamera) != nil {
		t.Errorf("got %+v", s)
	}
	for _, r := range p.all {
		if r.enabled() {
			t.Errorf("%s is on", r.device)
		}
	}
	if s := c.Mute(rtc.LineAudio, false); !s.Mic.On || s.Muted != (Muted{Camera: true}) {
		t.Errorf("unmuted %+v", s)
	}
	_ = c.Close()
}

func TestMakeOf(t *testing.T) {
	for agent, want := range map[string]Make{
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1":    SafariPhone,
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0.0.0 Mobile/15E148 Safari/604.1": ChromeIPhone,
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36":                            ChromePhone,
		"Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36": SamsungPhone,
		"Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0":                                                                       FirefoxPhone,
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                                     FirefoxDesk,
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0":              EdgeDesk,
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36":                            ChromeDesk,
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":                      SafariDesk,
		"": AnotherBrowser,
	} {
		if got := MakeOf(agent, false); got != want {
			t.Errorf("%q is %s, want %s", agent, got, want)
		}
	}
	if got := MakeOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15", true); got != SafariPhone {
		t.Errorf("an iPad is %s", got)
	}
}

func TestLoud(t *testing.T) {
	for square, want := range map[float64]float64{0: 0, 1e-7: 0, 1e-3: 0.5, 1: 1, 4: 1} {
		if got := loud(square); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%g is %g, want %g", square, got, want)
		}
	}
}

// Where there is no browser everything refuses, and nothing breaks.
func TestNone(t *testing.T) {
	c := newCapture(none{}, Options{})
	if s := c.Start(t.Context(), true, true); Why(s.Mic.Fault) != Unavailable || Why(s.Camera.Fault) != Unavailable {
		t.Errorf("got %+v", s)
	}
	if err := errors.Join(c.Flip(t.Context()), c.SetMode(t.Context(), Plain), c.SetBlur(t.Context(), true), c.Revive(t.Context()), c.Close()); err != nil {
		t.Error(err)
	}
}
