package media

import (
	"context"
	"sync"
	"time"

	"hearth/shared/fault"
	"hearth/wasm/rtc"
)

// Options say what a Capture tells. Both may be nil; they must not block and may be called from any goroutine.
type Options struct {
	// Put is what may be sent on a line from now on; nil is nothing. Give it to every rtc.Peer there is, and Track to each
	// that begins later.
	Put     func(line string, t rtc.Track)
	Changed func(State) // whenever State changed
	Picture Picture     // of the camera; zero: Usual
	Mode    Mode        // of the microphone; "": Speech
	Muted   Muted       // from the beginning
}

// Muted is what a person keeps from being heard and seen, whether there is a device or not: all of the microphone or the camera,
// or what is behind them.
type Muted struct {
	Mic, Camera, Blur bool
}

// Status is one of the devices as a page shows it.
type Status struct {
	Wanted bool   // somebody asked for it
	Live   bool   // it is captured
	On     bool   // and may be sent; false is muted by the person, and stays with every new device
	Held   bool   // the system keeps it: a phone call, or a switch on the device
	Device string // see Device.ID
	Label  string
	Facing Facing       // of a camera
	Fault  *fault.Error // why it is not Live although it is Wanted
}

// State is everything that is captured.
type State struct {
	Mic, Camera, Screen Status
	Mode                Mode
	Blur, CanBlur       bool
	Bare                bool // a camera was muted because it does not blur what is to be blurred, until the person lets it be seen so
	Muted               Muted
}

// Capture owns the page's microphone, camera and screen.
type Capture struct {
	src  source
	o    Options
	turn chan struct{} // held by whoever asks the browser: one at a time
	done chan struct{} // closed by Close
	runs sync.WaitGroup
	off  []func()

	mu     sync.Mutex // guards what follows; released before anybody is called
	slots  map[string]*slot
	mode   Mode
	left   bool // what the porch left was taken over
	awaits bool // what it asked for is waited for beside everything else
	closed bool
}

// slot is one device.
type slot struct {
	track   Track
	want    bool
	muted   bool // by the person
	device  string
	facing  Facing
	blur    bool // wished for
	bare    bool // muted because it does not
	fault   *fault.Error
	revived time.Time // when it was last asked for by itself
}

func newCapture(src source, o Options) *Capture {
	if o.Put == nil {
		o.Put = func(string, rtc.Track) {}
	}
	if o.Changed == nil {
		o.Changed = func(State) {}
	}
	if o.Picture == (Picture{}) {
		o.Picture = Usual
	}
	if o.Mode == "" {
		o.Mode = Speech
	}
	c := &Capture{src: src, o: o, turn: make(chan struct{}, 1), done: make(chan struct{}), mode: o.Mode,
		slots: map[string]*slot{rtc.LineAudio: {muted: o.Muted.Mic}, rtc.LineCamera: {facing: Front, muted: o.Muted.Camera, blur: o.Muted.Blur}, rtc.LineScreen: {}}}
	c.off = append(c.off, src.onVisible(c.seen))
	return c
}

// take waits for its turn; give ends it.
func (c *Capture) take(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Capture) give() { <-c.turn }

// Start asks for the microphone, the camera, or both: together, so that one question is put to the person, and each alone
// when that fails. What a script of the page captured before is taken over; for as long as the person has not answered that
// script's question no other is put, and once they do it is taken over by itself. It fails for no device as a whole: State
// tells what is there and what helps. It may be called again, after a repair; what is live stays.
func (c *Capture) Start(ctx context.Context, mic, camera bool) State {
	if c.take(ctx) != nil {
		return c.State()
	}
	defer c.give()
	c.mu.Lock()
	c.slots[rtc.LineAudio].want = c.slots[rtc.LineAudio].want || mic
	c.slots[rtc.LineCamera].want = c.slots[rtc.LineCamera].want || camera
	c.mu.Unlock()
	if c.src.answered(ctx) != nil {
		c.await()
		return c.tell()
	}
	if c.over() {
		return c.State()
	}
	c.inherit()
	mic, camera = mic && !c.live(rtc.LineAudio), camera && !c.live(rtc.LineCamera)
	if mic && camera {
		a := ask{mic: c.micAsk(), camera: c.cameraAsk()}
		tracks, err := c.src.user(ctx, a)
		if err == nil {
			c.arrived(tracks)
		}
		mic, camera = !c.live(rtc.LineAudio), !c.live(rtc.LineCamera)
		if ended(err) {
			return c.State()
		}
	}
	if mic {
		c.one(ctx, rtc.LineAudio, ask{mic: c.micAsk()})
	}
	if camera {
		c.one(ctx, rtc.LineCamera, ask{camera: c.cameraAsk()})
	}
	return c.tell()
}

// await begins once more when the question of the page's own script is answered, however late that is.
func (c *Capture) await() {
	c.mu.Lock()
	before := c.awaits
	c.awaits = true
	c.mu.Unlock()
	if before {
		return
	}
	c.alone(func() {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		c.until(ctx, cancel, func() {
			if c.src.answered(ctx) == nil {
				c.Start(ctx, c.wants(rtc.LineAudio), c.wants(rtc.LineCamera))
			}
		})
	})
}

func (c *Capture) wants(line string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.slots[line].want
}

// over reports whether everything was let go while a person thought: nothing is asked for any more.
func (c *Capture) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// inherit takes over what is there already, once.
func (c *Capture) inherit() {
	c.mu.Lock()
	done := c.left
	c.left = true
	c.mu.Unlock()
	if done {
		return
	}
	for _, t := range c.src.left() {
		line := lineOf(t)
		c.mu.Lock()
		fits := c.slots[line].want && c.slots[line].track == nil && !t.Ended()
		c.mu.Unlock()
		if !fits {
			t.Stop()
			continue
		}
		c.place(line, t)
	}
}

func lineOf(t Track) string {
	if t.Kind() == rtc.Audio {
		return rtc.LineAudio
	}
	return rtc.LineCamera
}

func (c *Capture) arrived(tracks []Track) {
	for _, t := range tracks {
		c.place(lineOf(t), t)
	}
}

// one asks for one device, and without any wish when its wishes cannot be met or the device does not start with them.
func (c *Capture) one(ctx context.Context, line string, a ask) error {
	tracks, err := c.src.user(ctx, a)
	if why := trouble(err); err != nil && !ended(err) && (why == Unfit || why == Taken) {
		if a.mic != nil {
			a.mic = &micAsk{mode: a.mic.mode, loose: true}
		} else {
			a.camera = &cameraAsk{blur: a.camera.blur, loose: true}
		}
		tracks, err = c.src.user(ctx, a)
	}
	if err == nil {
		c.arrived(tracks)
		return nil
	}
	if ended(err) {
		return err
	}
	f := faultOf(line, err)
	c.mu.Lock()
	c.slots[line].fault = f
	c.mu.Unlock()
	return f
}

// place puts a new track where it belongs. Whoever is muted stays muted, and whoever hid their room is not seen in it because
// another camera cannot hide it.
func (c *Capture) place(line string, t Track) {
	c.mu.Lock()
	s := c.slots[line]
	if s.bare = false; s.blur {
		if _, is := t.Blur(); !is {
			s.bare, s.muted = true, true
		}
	}
	old, muted, closed := s.track, s.muted, c.closed
	if !closed {
		s.track, s.fault, s.device = t, nil, t.Device()
		if f := t.Facing(); f != "" {
			s.facing = f
		}
	}
	c.mu.Unlock()
	if closed {
		t.Stop()
		return
	}
	if old != nil && old != t {
		old.Stop()
	}
	t.Enable(!muted)
	t.Listen(func() { c.turned(line, t) })
	c.put(line)
}

// put says what may be sent on a line now.
func (c *Capture) put(line string) { c.o.Put(line, c.Track(line)) }

// Track is what may be sent on a line now, or nil.
func (c *Capture) Track(line string) rtc.Track {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.slots[line]
	if s == nil || s.track == nil || s.track.Ended() || s.muted && s.track.Kind() == rtc.Video {
		return nil
	}
	s.track.Enable(!s.muted)
	return s.track
}

// Own is the track of a line to show to the person themselves, muted or not, or nil.
func (c *Capture) Own(line string) Track {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.slots[line]; s != nil {
		return s.track
	}
	return nil
}

func (c *Capture) live(line string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.slots[line].track
	return t != nil && !t.Ended()
}

// Mute keeps a line from being heard or seen, or lets it again. The device stays: nobody is asked again, and what was muted
// stays so with the next device and after every interruption.
func (c *Capture) Mute(line string, muted bool) State {
	c.mu.Lock()
	s := c.slots[line]
	if s == nil || line == rtc.LineScreen {
		c.mu.Unlock()
		return c.State()
	}
	if s.bare && !muted { // as it is, then
		s.bare, s.blur = false, false
	}
	s.muted = muted
	if s.track != nil {
		s.track.Enable(!muted)
	}
	c.mu.Unlock()
	c.put(line)
	return c.tell()
}

// State is everything as it is now.
func (c *Capture) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := State{Mode: c.mode, Mic: c.status(rtc.LineAudio), Camera: c.status(rtc.LineCamera), Screen: c.status(rtc.LineScreen),
		Muted: Muted{Mic: c.slots[rtc.LineAudio].muted, Camera: c.slots[rtc.LineCamera].muted, Blur: c.slots[rtc.LineCamera].blur},
		Bare:  c.slots[rtc.LineCamera].bare}
	if t := c.slots[rtc.LineCamera].track; t != nil && s.Camera.Live {
		s.CanBlur, s.Blur = t.Blur()
	}
	return s
}

func (c *Capture) status(line string) Status {
	s := c.slots[line]
	out := Status{Wanted: s.want, Device: s.device, Facing: s.facing, Fault: s.fault}
	if s.track != nil && !s.track.Ended() {
		out.Live, out.On, out.Held, out.Label, out.Fault = true, !s.muted, s.track.Muted(), s.track.Label(), nil
	}
	return out
}

func (c *Capture) tell() State {
	s := c.State()
	c.o.Changed(s)
	return s
}

// discard lets go of what the page's own script captured, or still will: a light may not go on after all is over.
func (c *Capture) discard() {
	_ = c.src.answered(context.Background())
	for _, t := range c.src.left() {
		t.Stop()
	}
}

// Close lets everything go: lights go out. It may be called twice.
func (c *Capture) Close() error {
	c.mu.Lock()
	closed := c.closed
	c.closed = true
	took := c.left
	c.left = true
	var tracks []Track
	for _, s := range c.slots {
		if s.track != nil {
			tracks = append(tracks, s.track)
		}
		s.track, s.want = nil, false
	}
	c.mu.Unlock()
	for _, t := range tracks {
		t.Stop()
	}
	if closed {
		return nil
	}
	if !took {
		go c.discard()
	}
	close(c.done)
	for _, off := range c.off {
		off()
	}
	c.runs.Wait()
	for line := range whats {
		c.o.Put(line, nil)
	}
	return nil
}
