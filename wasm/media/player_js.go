package media

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"syscall/js"
	"time"

	"hearth/shared/fault"
	"hearth/wasm/await"
	"hearth/wasm/rtc"
)

// OpenPlayer returns the page's Player.
func OpenPlayer() Player {
	p := &player{shown: map[string]*shown{}, waits: waiting{}, hears: map[int]func(){}}
	doc := js.Global().Get("document")
	p.off = append(p.off, listen(doc, "visibilitychange", func() {
		if !doc.Get("hidden").Bool() {
			p.runs.Go(func() { _ = p.Refresh(context.Background()) })
		}
	}))
	for _, event := range []string{"enterpictureinpicture", "leavepictureinpicture"} { // they bubble
		p.off = append(p.off, listen(doc, event, p.tell))
	}
	return p
}

type player struct {
	off   []func()
	runs  sync.WaitGroup
	shown map[string]*shown
	sink  string
	audio js.Value // AudioContext, once there is need
	hears map[int]func()
	next  int
	waits waiting
	over  bool
}

// shown is an element with tracks in it.
type shown struct {
	how    How
	tracks []rtc.Track
	stream js.Value
	at     js.Value // the element it was put in last
	off    []func() // of what is waited for
}

// gather puts tracks into a stream. An element plays no sound before the first picture of a stream that has pictures, and over a
// weak line they may not come for minutes: beside a voice they join once they come.
func gather(tracks []rtc.Track) *shown {
	s := &shown{tracks: tracks, stream: js.Global().Get("MediaStream").New()}
	kind := func(t rtc.Track) string { return t.(made).JS().Get("kind").String() }
	voiced := slices.ContainsFunc(tracks, func(t rtc.Track) bool { return kind(t) == "audio" })
	for _, t := range tracks {
		track := t.(made).JS()
		join := func() { s.stream.Call("addTrack", track) } // twice is once
		if voiced && kind(t) == "video" && track.Get("muted").Bool() {
			s.off = append(s.off, listen(track, "unmute", join))
			continue
		}
		join()
	}
	return s
}

// leave waits for nothing any more.
func (s *shown) leave() {
	if s == nil {
		return
	}
	for _, off := range s.off {
		off()
	}
	s.off = nil
}

// empty takes the tracks out of their element.
func (s *shown) empty() {
	s.leave()
	if s != nil && s.at.Truthy() {
		s.at.Set("srcObject", js.Null())
	}
}

// made is a track of this browser.
type made interface{ JS() js.Value }

func (p *player) Show(ctx context.Context, id string, how How, tracks ...rtc.Track) error {
	tracks = slices.DeleteFunc(slices.Clone(tracks), func(t rtc.Track) bool { _, ours := t.(made); return !ours })
	s := p.shown[id]
	if len(tracks) == 0 || p.over {
		delete(p.shown, id)
		s.empty()
		return p.after(id, nil)
	}
	if s == nil || !slices.Equal(s.tracks, tracks) {
		s.leave()
		s = gather(tracks)
		p.shown[id] = s
	}
	s.how = how
	return p.after(id, p.play(ctx, id, s))
}

// play puts a stream into its element and starts it.
func (p *player) play(ctx context.Context, id string, s *shown) error {
	el := js.Global().Get("document").Call("getElementById", id)
	if !el.Truthy() || !el.Get("play").Truthy() {
		s.at = js.Undefined()
		return nil // not drawn yet: Refresh finds it
	}
	fresh := !s.at.Truthy() || !s.at.Equal(el) || !el.Get("srcObject").Equal(s.stream)
	s.at = el
	el.Set("muted", s.how.Silent)
	if fresh {
		el.Call("setAttribute", "playsinline", "")
		el.Set("autoplay", true)
		if s.how.Gentle && !s.how.Silent {
			p.rise(el)
		}
		el.Set("srcObject", s.stream)
		p.through(ctx, el)
	}
	if !fresh && !el.Get("paused").Bool() {
		return nil
	}
	_, err := await.Call(ctx, el, "play")
	var named *await.Error
	switch {
	case err == nil || errors.As(err, &named) && named.Name == "AbortError": // something newer took its place
		return nil
	case named != nil && named.Name == "NotAllowedError":
		return ErrTap
	case ended(err):
		return err
	}
	return fault.New(fault.Unavailable, "media.play", err)
}

// rise brings an element's sound up within a second. Where the loudness is the device's own matter, setting it does nothing.
func (p *player) rise(el js.Value) {
	const steps = 10
	el.Set("volume", 0)
	p.runs.Go(func() {
		for i := 1; i <= steps; i++ {
			time.Sleep(time.Second / steps)
			el.Set("volume", float64(i)/steps)
		}
	})
}

// after keeps whether something waits for a tap.
func (p *player) after(id string, err error) error {
	if p.waits.after(id, err) {
		p.tell()
	}
	return err
}

func (p *player) Refresh(ctx context.Context) error {
	var worst error
	for _, id := range slices.Collect(maps.Keys(p.shown)) {
		s := p.shown[id]
		if s == nil {
			continue
		}
		if err := p.after(id, p.play(ctx, id, s)); err != nil && !errors.Is(worst, ErrTap) {
			worst = err
		}
	}
	return worst
}

func (p *player) Unlock(ctx context.Context) error {
	p.wake()
	return p.Refresh(ctx)
}

func (p *player) Waiting() bool { return len(p.waits) > 0 }

func (p *player) CanChoose() bool {
	class := js.Global().Get("HTMLMediaElement")
	return class.Truthy() && class.Get("prototype").Get("setSinkId").Truthy()
}

func (p *player) Through(ctx context.Context, device string) error {
	p.sink = device
	for _, s := range slices.Collect(maps.Values(p.shown)) {
		if s.at.Truthy() {
			if err := p.through(ctx, s.at); err != nil {
				return err
			}
		}
	}
	if p.audio.Truthy() {
		return p.through(ctx, p.audio)
	}
	return nil
}

func (p *player) through(ctx context.Context, target js.Value) error {
	if now := target.Get("sinkId"); now.Type() != js.TypeString || now.String() == p.sink {
		return nil
	}
	if _, err := await.Call(ctx, target, "setSinkId", p.sink); err != nil {
		return fault.New(fault.Unavailable, "media.speaker", err)
	}
	return nil
}

func (p *player) CanAside() bool {
	return js.Global().Get("document").Get("pictureInPictureEnabled").Truthy()
}

func (p *player) IsAside() bool {
	return js.Global().Get("document").Get("pictureInPictureElement").Truthy()
}

func (p *player) Aside(ctx context.Context, id string, on bool) error {
	doc := js.Global().Get("document")
	target, method := doc, "exitPictureInPicture"
	if on {
		target, method = doc.Call("getElementById", id), "requestPictureInPicture"
	}
	if !p.CanAside() || !target.Truthy() || !on && !p.IsAside() {
		return nil
	}
	if _, err := await.Call(ctx, target, method); err != nil {
		return fault.New(fault.Unavailable, "media.aside", fmt.Errorf("%s: %w", method, err))
	}
	return nil
}

func (p *player) OnChange(f func()) func() {
	p.next++
	n := p.next
	p.hears[n] = f
	return func() { delete(p.hears, n) }
}

func (p *player) tell() {
	for _, f := range slices.Collect(maps.Values(p.hears)) {
		f()
	}
}

func (p *player) Close() error {
	if p.over {
		return nil
	}
	p.over = true
	for _, off := range p.off {
		off()
	}
	for _, s := range p.shown {
		s.empty()
	}
	p.shown = map[string]*shown{}
	if p.audio.Truthy() {
		p.audio.Call("close")
	}
	p.runs.Wait()
	return nil
}
